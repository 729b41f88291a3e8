#!/usr/bin/env python3
"""The answer to rand_hie, by rand_hie.sql: writes the expected figures, or holds published nights against them.

usage: rand_hie.py expect DELIVERY                     writes rand_hie/expected.json
       rand_hie.py hold DELIVERY PUBLISHED             compares PUBLISHED/<as_of> for each of the four days, row by row
       rand_hie.py run DELIVERY FANGPIN                runs the four nights with the program, then holds them
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
DAYS = ["2022-12-31", "2023-12-31", "2024-12-31", "2025-12-31"]
FIGURES = ["settlements", "total_cost", "basic_insurance", "critical_illness", "medical_assistance", "burden_total",
           "burden_in_scope", "income_reference", "area_code"]


def query(delivery, as_of):
    text = (HERE / "rand_hie.sql").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return "\n".join(lines).replace("{delivery}", str(delivery)).replace("{as_of}", as_of)


def expected(db, delivery, as_of):
    rows = db.execute(f"select * from '{delivery}/settlements/*.parquet' limit 0").description
    read = db.execute(f"""select count(*), sum(medfee_sumamt), count(distinct setl_id),
        count(*) filter (year(setl_time) = {as_of[:4]} and setl_time < date '{as_of}' + interval 1 day),
        sum(medfee_sumamt) filter (year(setl_time) = {as_of[:4]} and setl_time < date '{as_of}' + interval 1 day),
        count(distinct certno) filter (year(setl_time) = {as_of[:4]} and setl_time < date '{as_of}' + interval 1 day)
        from '{delivery}/settlements/*.parquet'""").fetchone()
    assert read[0] == read[2] and "init_setl_id" not in [column[0] for column in rows], "rand_hie.sql no longer fits the delivery"
    by_rule = db.execute(f"""select rule, count(*), sum(settlements)::bigint, sum(total_cost), sum(burden_total), sum(burden_in_scope),
        sum(threshold) from ({query(delivery, as_of)}) group by 1 order by 1""").fetchall()
    return {"settlements": {"read": [read[0], str(read[1])], "counted": [read[3], str(read[4])]}, "people": read[5],
            "flagged": {rule: {"people": people, "settlements": settlements, "total_cost": str(cost), "burden_total": str(total),
                               "burden_in_scope": str(scope), "threshold": f"{threshold:.2f}"}
                        for rule, people, settlements, cost, total, scope, threshold in by_rule}}


def hold(db, delivery, published):
    wrong = 0
    for as_of in DAYS:
        night = Path(published, as_of)
        differ = " or ".join(f"o.{f} is distinct from e.{f}" for f in FIGURES)
        both = f"from '{night}/flagged.parquet' o full join ({query(delivery, as_of)}) e using (person_id, rule)"
        ours, theirs, apart = db.execute(f"select count(o.settlements), count(e.settlements), count(*) filter ({differ}) {both}").fetchone()
        totals = json.loads((night / "manifest.json").read_text())["control_totals"]["settlements"]
        want = expected(db, delivery, as_of)["settlements"]
        closed = all([totals[fate]["rows"], totals[fate]["fen"]] == [rows, int(yuan.replace(".", ""))]
                     for fate, (rows, yuan) in want.items())
        good = apart == 0 and ours == theirs > 0 and closed
        wrong += not good
        print(f"{as_of}: {ours} flagged, {theirs} by SQL, {apart} differ; control totals {'agree' if closed else 'DIFFER'}")
    return wrong


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in ("expect", "hold", "run"):
        sys.exit(__doc__)
    db, delivery = duckdb.connect(), Path(sys.argv[2]).resolve()
    if sys.argv[1] == "expect":
        figures = {as_of: expected(db, delivery, as_of) for as_of in DAYS}
        (HERE / "rand_hie" / "expected.json").write_text(json.dumps(figures, indent=2) + "\n")
        print(json.dumps(figures, indent=2))
    elif sys.argv[1] == "hold":
        sys.exit(1 if hold(db, delivery, sys.argv[3]) else 0)
    else:
        with tempfile.TemporaryDirectory() as published:
            for as_of in DAYS:
                subprocess.run([sys.argv[3], "run", str(HERE / "rand_hie" / "job.toml"), "--as-of", as_of, "--delivery", str(delivery),
                                "--published", published], check=True, stdout=subprocess.DEVNULL)
            sys.exit(1 if hold(db, delivery, published) else 0)


if __name__ == "__main__":
    main()
