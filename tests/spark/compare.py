"""Holds what a printed plan gives, run by pyspark in one process, against the night of this machine: every row.

    spark/bin/python tests/spark/compare.py target/release/fangpin --seeds 20            # random samples, all faults in each
    spark/bin/python tests/spark/compare.py target/release/fangpin --delivery data/sample
    spark/bin/python tests/spark/compare.py target/release/fangpin --job OUT/job.toml --delivery OUT/00001 OUT/00002

Needs no cluster: only pyspark and a Java runtime. A delivery that this machine refuses has to be refused by the plan
too: by `fangpin plan`, by an error, or by a row in `contradictions` or `unpublished`.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import plan
import pyarrow.parquet as parquet

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ["total_cost", "basic_insurance", "critical_illness", "medical_assistance", "other_funds", "hospital_part", "in_scope_cost"]


def rows(path, columns):
    """The rows of a table, sorted; amounts by their value, whatever their digits."""
    table = parquet.read_table(path, columns=[column for column in columns if column])
    table = {name: table.column(name).to_pylist() for name in table.column_names}
    if not table:
        return []
    every = zip(*[table[column] for column in columns])
    return sorted((tuple(str(value.normalize() + 0) if hasattr(value, "normalize") else value for value in row) for row in every), key=repr)


def differences(night, staging):
    """What differs between a published night and what a plan wrote."""
    wrong = []

    def hold(what, ours, theirs):
        only = [[row for row in one if row not in other] for one, other in ((ours, set(theirs)), (theirs, set(ours)))]
        if len(ours) != len(theirs) or only[0] or only[1]:
            wrong.append(f"{what}: {len(ours)} rows of this machine, {len(theirs)} of the plan; {only[0][:2]} against {only[1][:2]}")

    def tables(what, theirs, ours_columns, theirs_columns=None):
        hold(what, rows(night / f"{what}.parquet", ours_columns), rows(staging / theirs, theirs_columns or ours_columns))

    tables("flagged", "flagged", ["person_id", "rule", "burden_tested", "category", "area_code", "burden_total", "burden_in_scope",
                                  "income_reference", "income_year", "income_area"],
           ["person_id", "rule", "tests", "category", "area_code", "burden_total", "burden_in_scope",
            "income_reference", "income_year", "income_area"])
    tables("burden", "burden", ["person_id", "area_code", "settlements", *FIGURES, "commercial", "burden_total", "burden_in_scope"])
    tables("summary", "summary", ["area_code", "category", "rule", "people", "flagged", "burden_total", "total_cost"])
    evidence = ["person_id", "file", "row", "setl_id", "init_setl_id", "setl_time", "area_code", "fixmedins_code", "med_type", "reason",
                *FIGURES, "commercial"]
    hold("evidence", without_nulls(rows(night / "evidence.parquet", evidence)), without_nulls(rows(staging / "evidence", ["settled_at" if name == "setl_time" else name for name in evidence])))
    tables("rejects", "rejects", ["table", "file", "row", "check"], ["table_name", "file", "row", "reason"])
    ours = rows(night / "rejects.parquet", ["table", "file", "row", *FIGURES])
    ours = [row for row in ours if row[0] == "settlements"]
    theirs = [row for row in rows(staging / "rejects", ["table_name", "file", "row", *FIGURES]) if row[0] == "settlements"]
    hold("rejected figures", without_nulls(ours), without_nulls(theirs))
    watched = {row[0] for row in rows(night / "watch.parquet", ["person_id"])} if (night / "watch.parquet").exists() else set()
    wanted = watched | {row[0] for row in rows(night / "flagged.parquet", ["person_id"])}
    found = {row[0] for row in rows(staging / "people", ["person_id"])}
    if not wanted <= found:
        wrong.append(f"people: {len(wanted - found)} of those flagged or watched are not among the plan's")
    names = {(row[0], row[1], row[2]) for row in rows(night / "flagged.parquet", ["person_id", "name", "town_code"])}
    if not names <= {tuple(row) for row in rows(staging / "people", ["person_id", "psn_name", "town_code"])}:
        wrong.append("people: a name or a township differs")
    manifest = json.loads((night / "manifest.json").read_text())
    wrong += accounts(manifest, staging)
    return wrong


def without_nulls(every):
    """Rows of which some figures are null on one side and 0 on the other: a payment has no figures of a settlement."""
    return sorted((tuple("0" if value is None else value for value in row) for row in every), key=repr)


def accounts(manifest, staging):
    """What differs in control totals, checks and numbers of people."""
    wrong = []

    def hold(what, ours, theirs):
        if ours != theirs:
            wrong.append(f"{what}: {ours} of this machine, {theirs} of the plan")

    totals = {(table, fate): (int(n), int(scaled(amount))) for table, fate, n, amount in rows(staging / "totals", ["table_name", "fate", "rows", "amount"])}
    for table, fates in manifest["control_totals"].items():
        for fate, tally in fates.items():
            hold(f"totals of {table}, {fate}", (tally["rows"], tally["fen"]), totals.pop((table, fate), (0, 0)))
    hold("totals that this machine does not have", {}, totals)
    checks = {check: (int(n), int(scaled(amount))) for check, n, amount in rows(staging / "checks", ["check_id", "rows", "amount"])}
    for check, tally in manifest["checks"].items():
        hold(f"check {check}", (tally["rows"], tally["fen"]), checks.pop(check, (0, 0)))
    hold("checks that this machine does not have", {}, checks)
    [counts] = rows(staging / "counts", ["in_register", "in_register_with_settlements", "with_settlements", "flagged"])
    people = manifest["people"]
    hold("people", (people["in_register"], people["in_register"] - people["in_register_without_settlements"],
                    people["with_settlements"], people["flagged"]), counts)
    return wrong


def scaled(amount):
    return Decimal(amount) * 100


def compare(session, program, job, as_of, delivery, scratch):
    """What differs for one delivery."""
    night = scratch / "published"
    ran = subprocess.run([program, "run", job, "--as-of", as_of, "--delivery", delivery, "--published", night], capture_output=True, text=True)
    planned = subprocess.run([program, "plan", job, "--as-of", as_of, "--delivery", delivery], capture_output=True, text=True)
    if planned.returncode:
        return [] if planned.returncode == ran.returncode else [f"run: {ran.returncode} {ran.stderr}, plan: {planned.returncode} {planned.stderr}"]
    staging = scratch / "staging"
    try:
        plan.run(session, planned.stdout, staging)
    except Exception as error:  # whatever Spark raises, py4j or its own
        return [] if ran.returncode else [f"the plan fails: {str(error).split('JVM stacktrace')[0][:2000]}"]
    refusing = [view for view in ("contradictions", "unpublished") if rows(staging / view, ["area_code"])]
    if ran.returncode or refusing:
        tolerated = "reject_percent" in ran.stderr or "unknown_codes" in ran.stderr
        return [] if ran.returncode and (refusing or tolerated) else [f"run: {ran.returncode} {ran.stderr}, refused by the plan: {refusing}"]
    return differences(night / as_of, staging)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--job", type=Path, default=ROOT / "jobs/nightly.toml")
    parser.add_argument("--as-of", default="2025-11-30")
    parser.add_argument("--delivery", type=Path, nargs="*", default=[])
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--large", action="store_true", help="the deliveries have millions of rows")
    asked = parser.parse_args()
    program, session, wrong = asked.program.resolve(), plan.session(asked.large), 0
    with tempfile.TemporaryDirectory(prefix="fangpin-plan-") as folder:
        folder = Path(folder)

        def told(name, delivery):
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                found = compare(session, program, asked.job, asked.as_of, delivery, Path(scratch))
            print(f"{name}: {'equal' if not found else 'DIFFERS'}", *found, sep="\n  ", flush=True)
            return bool(found)

        for delivery in asked.delivery:
            wrong += told(delivery, delivery.resolve())
        for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
            with tempfile.TemporaryDirectory(dir=folder) as delivery:
                subprocess.run([program, "sample", "--people", "1500", "--settlements", "6000", "--as-of", asked.as_of, "--seed", str(seed),
                                "--out", delivery], check=True, capture_output=True)
                wrong += told(f"sample of seed {seed}", Path(delivery))
    looked_at = len(asked.delivery) + asked.seeds
    print(f"{looked_at} deliveries, {wrong} differ")
    sys.exit(1 if wrong or not looked_at else 0)


if __name__ == "__main__":
    main()
