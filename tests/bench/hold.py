#!/usr/bin/env python3
"""Holds a published night against the oracle's answer, exactly, and prints what differs.

usage: hold.py NIGHT ORACLE_OUT      (PUBLISHED/<as_of>, and the folder that oracle.py wrote)

Compared: every row of flagged.parquet, and of burden.parquet and
evidence.parquet where the night has them; the rows and fen of every fate in
the manifest's control totals; the counts by reason and, for settlements, file and row of each, in rejects.parquet; the
checks that both know. Exit 0 when nothing differs.
"""
import json
import sys
from pathlib import Path

import duckdb

SUMS = ["settlements", "total_cost", "basic_insurance", "critical_illness", "medical_assistance", "other_funds", "hospital_part",
        "commercial", "burden_total", "burden_in_scope"]  # of flagged and burden
FLAGGED = ["as_of", "category", "area_code", *SUMS, "burden_tested", "income_reference", "income_year", "income_area", "percent"]


class Held:
    """Counts differences and prints each."""

    def __init__(self):
        self.wrong = 0
        self.looked_at = 0

    def same(self, what, ours, theirs):
        self.looked_at += 1
        if ours != theirs:
            self.wrong += 1
            print(f"DIFFERS  {what}: night {ours}, oracle {theirs}")


def columns(db, file):
    return {name: kind for name, kind, *_ in db.execute(f"describe select * from '{file}'").fetchall()}


def hold_rows(db, held, name, ours, theirs, keys, figures):
    """Every row of two tables with one key."""
    present = columns(db, ours)
    missing = [f for f in figures if f not in present]
    held.same(f"{name}: columns missing", missing, [])
    figures = [f for f in figures if f in present]
    using = ", ".join(keys)
    joined = f"from (select *, 1 as here from '{ours}') o full join (select *, 1 as here from '{theirs}') e using ({using})"
    counts = db.execute(f"select count(o.here), count(e.here), count(*) filter (o.here is null), count(*) filter (e.here is null) {joined}").fetchone()
    held.same(f"{name}: rows", counts[0], counts[1])
    held.same(f"{name}: rows on one side only", counts[2:], (0, 0))
    for figure in figures:
        found = db.execute(f"select count(*) filter (o.{figure} is distinct from e.{figure}) {joined} where o.here + e.here = 2").fetchone()[0]
        held.same(f"{name}: {figure}, rows that differ", found, 0)
    print(f"{name}: {counts[0]} rows, {len(figures)} figures each")
    return counts[0]


def hold_flagged(db, held, night, oracle):
    ours, theirs = night / "flagged.parquet", oracle / "flagged.parquet"
    hold_rows(db, held, "flagged", ours, theirs, ["person_id", "rule"], FLAGGED)
    joined = f"from '{ours}' o join '{theirs}' e using (person_id, rule)"
    for what, theirs_is in [("threshold", "e.threshold"), ("excess", "e.tested - e.threshold")]:
        apart = db.execute(f"select count(*) {joined} where abs(o.{what} - ({theirs_is})) >= 0.0001").fetchone()[0]
        held.same(f"flagged: {what}, rows that differ", apart, 0)
    known = db.execute(f"select count(first_exceeded_on) from '{ours}'").fetchone()[0]
    if known:
        held.same("flagged: first_exceeded_on, rows that differ", db.execute(
            f"select count(*) {joined} where o.first_exceeded_on is distinct from e.first_exceeded_on").fetchone()[0], 0)
    else:
        print("flagged: first_exceeded_on is null throughout (no evidence in this job): not compared")


def hold_totals(held, manifest, said):
    totals = manifest["control_totals"]
    for table, fates in said["control_totals"].items():
        held.same(f"control totals: {table} is there", table in totals, True)
        for fate, tally in fates.items():
            ours = totals.get(table, {}).get(fate, {"rows": 0, "fen": 0})
            for unit in ("rows", "fen"):
                held.same(f"control totals: {table} {fate} {unit}", int(ours.get(unit, 0)), tally[unit])


def hold_rejects(db, held, night, oracle, said):
    file = night / "rejects.parquet"
    names = columns(db, file)
    key = '"check"' if "check" in names else "reason"
    for table, reasons in said["set_aside"].items():
        ours = dict(db.execute(f'select {key}, count(*) from \'{file}\' where "table" = ? group by 1', [table]).fetchall())
        for reason in sorted(set(ours) | set(reasons)):
            held.same(f"rejects: {table} {reason}", ours.get(reason, 0), reasons.get(reason, 0))
    apart = db.execute(f"""
        select count(*), count(o.reason), count(e.reason) from
          (select regexp_replace(file, '^settlements/', '') as file, "row", {key} as reason from '{file}' where "table" = 'settlements') o
          full join (select regexp_replace(file, '^settlements/', '') as file, "row", reason from '{oracle}/fates.parquet'
                     where fate <> 'counted') e using (file, "row")
        where o.reason is distinct from e.reason""").fetchone()
    held.same("rejects: settlements whose file, row or reason differ (all, ours, oracle's)", apart, (0, 0, 0))


def hold_evidence(db, held, night, oracle):
    """Every row of the flagged people: the same rows, of the same person, with the same fate and amount."""
    place = "regexp_replace(file, '^(settlements|commercial)/', '')"
    amount = "coalesce(case \"table\" when 'commercial' then commercial else total_cost end, 0)"
    ours = f"""select "table", {place} as file, "row", person_id, fate, reason, cast({amount} * 100 as bigint) as fen
               from '{night}/evidence.parquet'"""
    theirs = f"""select "table", {place} as file, "row", person_id, fate, reason, fen from '{oracle}/evidence.parquet'"""
    rows = db.execute(f"select count(*) from ({theirs})").fetchone()[0]
    for one, other, whose in ((ours, theirs, "night's"), (theirs, ours, "oracle's")):
        only = db.execute(f"select count(*) from ({one} except all {other})").fetchone()[0]
        held.same(f"evidence: rows that are the {whose} only", only, 0)
    print(f"evidence: {rows} rows")


def hold_checks(held, manifest, said):
    ours = manifest.get("checks", {})
    ours = ours if isinstance(ours, dict) else {one.get("check", one.get("id")): one for one in ours}
    for check, rows in said["checks"].items():
        found = ours.get(check)
        rows_found = found.get("rows", found.get("count", 0)) if isinstance(found, dict) else found
        if found is None and rows == 0:
            continue
        held.same(f"checks: {check}", rows_found, rows)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    night, oracle = Path(sys.argv[1]), Path(sys.argv[2])
    said = json.loads((oracle / "oracle.json").read_text())
    manifest = json.loads((night / "manifest.json").read_text())
    db, held = duckdb.connect(), Held()
    hold_flagged(db, held, night, oracle)
    if (night / "burden.parquet").exists():
        hold_rows(db, held, "burden", night / "burden.parquet", oracle / "burden.parquet", ["person_id"],
                  ["as_of", "area_code", "in_scope_cost", *SUMS])
    if (night / "evidence.parquet").exists():
        hold_evidence(db, held, night, oracle)
    hold_totals(held, manifest, said)
    hold_rejects(db, held, night, oracle, said)
    hold_checks(held, manifest, said)
    for what, people in said["undecided"].items():
        if people:
            print(f"note: the oracle could not decide for {people} ({what})")
    print(f"{held.looked_at} comparisons, {held.wrong} differ")
    sys.exit(1 if held.wrong else 0)


if __name__ == "__main__":
    main()
