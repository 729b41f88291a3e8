#!/usr/bin/env python3
"""Random small deliveries, crowded with everything that section 3 of the contract names at once.

usage: fuzz.py OUT_DIR [--cases 100] [--seed 1]       writes OUT_DIR/<number>/... and a job to run them with
       fuzz.py OUT_DIR --run FANGPIN                  runs the program over each and holds the night to the oracle

Few ids and few people, so that sends, reversals, rings, voids, rejects and corrections meet in one row again and again.
Update times never tie with other figures but within the order of files, which is the same for everybody.
"""
import argparse
import random
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import answers
import oracle
from faults import A, B, C, certificate

PEOPLE = [A, B, C, answers.OLD, answers.OLD_15, certificate("15072119700101005").lower(), "E1234567", "x", None, A[:17] + "Z"]
FILES = ["a.parquet", "b.parquet", "b/a.parquet", "b-1/z.parquet", "结算.parquet", "10.parquet", "9.parquet"]
WEIGHTS = [8, 8, 4, 4, 2, 3, 2, 1, 1, 1]


def settlement(random, ids):
    """One row of which anything may be odd."""
    cost = random.choice(["10000.00", "10000.01", "5000.00", "0.01", "0.00", "20000.01", "-10000.00", "-0.01", "10000000000.00", "10000000000.01"]
                         if random.random() < .3 else ["10000.00", "5000.00", "-5000.00", "123.45", "7000.00"])
    at = datetime(2024, 12, 20) + timedelta(days=random.randrange(0, 370), seconds=random.randrange(86400))
    row = answers.s(random.choice(ids) if random.random() > .02 else random.choice([None, " "]), cost, who=random.choices(PEOPLE, WEIGHTS)[0],
                    file=random.choice(FILES), init=random.choice(ids) if random.random() < .35 else random.choice([None, "", "\t"]))
    row |= {"setl_time": at if random.random() > .02 else None, "insu_admdvs": random.choice(["150721", "150722", "150799", "150729", None, "x"]),
            "updt_time": random.choice([None, datetime(2025, 1, random.randrange(1, 5))]), "vali_flag": random.choices(["1", "01", "0", None], [20, 3, 2, 1])[0],
            "deleted": random.choices(["0", "1", None], [20, 1, 2])[0], "psn_cert_type": random.choices([None, "01", "1", "99"], [9, 3, 2, 2])[0],
            "refd_setl_flag": random.choice(["0", "1", None])}
    for amount in ("hifp_pay", "hifmi_pay", "othfund_pay", "ownpay_hosp_part", "inscp_amt"):
        row[amount] = random.choice(["0.00", "0.00", "0.01", "100.00", "-3.00", None if random.random() < .1 else "1.00"])
    return row


def delivery(seed):
    rng = random.Random(seed)
    ids = [f"S{n}" for n in range(rng.choice([3, 8, 30]))] + ["1", "01", "1" * 36, "1" * 37]
    rows = [settlement(rng, ids) for _ in range(rng.choice([5, 30, 200]))]
    rows += [row | {"file": rng.choice(FILES)} for row in rows if rng.random() < .15]
    identities = [answers.i(rng.choice(PEOPLE[:7]), rng.choice("1234569") if rng.random() > .1 else "77",
                            str(date(2025, 1, 1) + timedelta(days=30 * rng.randrange(-5, 12))), rng.choice([None, "2025-11-30", "2025-12-01", "2099-12-31"]),
                            rng.choice(["150721", "150722", "150799", " "]), rng.choice([None, "1", "99"])) for _ in range(12)]
    newest = {}
    for one in identities:  # one beginning a person, so that no two areas tie
        newest[(one["certno"] or "").upper(), one["begndate"]] = one
    payments = [answers.p(rng.choice(["1", "2", "3", "4", " "]), rng.choice(["1.00", "500.00", "-1.00", "9999.99"]),
                          str(date(2024, 12, 25) + timedelta(days=rng.randrange(0, 360))), rng.choices(PEOPLE, WEIGHTS)[0], rng.choice(FILES))
                for _ in range(rng.randrange(0, 12))]
    return {"rows": rows, "register": list(newest.values()), "payments": payments,
            "income": [("150721", 2024, "20000.01"), ("150722", 2024, "9999.99"), ("150700", 2024, "18000.00"), ("150721", 2023, "1.00")]}


def hold(asked, folder):
    """What differs between the program's night and the oracle's answer."""
    with tempfile.TemporaryDirectory(prefix="fangpin-fuzz-") as scratch:
        oracle.answer(folder, answers.AS_OF, f"{scratch}/oracle")
        found, failed = answers.by_program(str(asked.run.resolve()), str(asked.out / "job.toml"), str(folder), f"{scratch}/published")
        if failed:
            return failed
        held = subprocess.run([sys.executable, str(Path(__file__).with_name("hold.py")), f"{scratch}/published/{answers.AS_OF}", f"{scratch}/oracle"],
                              capture_output=True, text=True)
        return "" if held.returncode == 0 else held.stdout + held.stderr[-300:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", type=Path, metavar="FANGPIN")
    parser.add_argument("--peers", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "bench")
    asked = parser.parse_args()
    asked.out = asked.out.resolve()
    if asked.run:
        folders = sorted(path for path in asked.out.iterdir() if path.is_dir())
        wrong = {folder.name: said for folder in folders if (said := hold(asked, folder))}
        for name, said in wrong.items():
            print(f"WRONG {name}\n{said}")
        print(f"{len(folders)} deliveries, {len(wrong)} wrong")
        sys.exit(1 if wrong else 0)
    asked.out.mkdir(parents=True, exist_ok=True)
    for number in range(asked.cases):
        answers.write_case(asked.out / f"{asked.seed + number:05}", delivery(asked.seed + number))
    answers.write_job(asked.out, asked.peers)
    print(f"{asked.cases} deliveries under {asked.out}")


if __name__ == "__main__":
    main()
