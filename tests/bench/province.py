#!/usr/bin/env python3
"""Writes the register and the enrolments of a province, runs the audit of enrolment over them, and says what it took.

usage: province.py OUT [--part N]                 writes one N-th of 50 million insured, 5 million of them in the register
       province.py OUT --run target/release/fangpin    runs it, prints CPU seconds and peak memory, and holds the counts of
                                                       every matter to those that the generator knows

zstd, row groups of a million rows, ten files of enrolments in no order of people; one person in ten is in the register,
a few of them with an identity that ended. The day is 2025-11-30, the policy that of the sample.
"""
import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

INSURED, FILES, ROW_GROUP = 50_000_000, 10, 1_000_000
AS_OF = "2025-11-30"
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
COUNTIES = np.array([150000 + 100 * p + c for p in range(1, 11) for c in range(21, 31)])
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高", "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰"
DAY = np.datetime64("1970-01-01", "D")
CODES = np.array(["1", "2", "3", "4", "5", "6", "9"])
# By the thousandth of the register: what becomes of whom. The rest is enrolled, as in a real register nearly everybody is.
MATTERS = [(0, 3, "none"), (3, 7, "ended"), (7, 9, "suspended"), (9, 12, "twice"), (12, 15, "elsewhere"), (15, 20, "dead"),
           (20, 70, "employee before")]


def mixed(n):
    """Well-mixed bits of a number, so that nothing of a person follows from another thing of them."""
    n = n.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    n ^= n >> np.uint64(29)
    n *= np.uint64(0xBF58476D1CE4E5B9)
    return (n ^ (n >> np.uint64(32))) >> np.uint64(8)


def days(year, month, day):
    return int((np.datetime64(f"{year}-{month:02}-{day:02}") - DAY).astype(int))


def certificates(n):
    """Resident ids, one a person: county, birthday, number, check digit."""
    born = (DAY + (-10957 + (n // 100) % 25_000)).astype("datetime64[D]")
    year = born.astype("datetime64[Y]").astype(int) + 1970
    month = born.astype("datetime64[M]").astype(int) % 12 + 1
    day = (born - born.astype("datetime64[M]")).astype(int) + 1
    leading = ((COUNTIES[n % 100] * 10_000 + year) * 10_000 + month * 100 + day) * 1_000 + n // 2_500_000 + 1
    digits = np.empty((len(n), 18), dtype=np.uint8)
    for place in range(16, -1, -1):
        digits[:, place] = leading % 10
        leading = leading // 10
    digits[:, 17] = CHECK[(digits[:, :17] @ WEIGHTS) % 11]
    digits[:, :17] += ord("0")
    offsets = np.arange(0, 18 * (len(n) + 1), 18, dtype=np.int32)
    return pa.StringArray.from_buffers(len(n), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(digits)))


def coded(values, index):
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array([str(v) for v in values])).cast(pa.string())


def dates(values, absent=None):
    return pa.array(values.astype(np.int32), mask=absent).cast(pa.date32())


def listed(n):
    return mixed(n) % np.uint64(10) == 0


def fates(n):
    """What becomes of each of the register, by name."""
    share = mixed(n + 7) % np.uint64(1000)
    fate = np.full(len(n), "", dtype="U16")
    for first, end, name in MATTERS:
        fate[(share >= first) & (share < end)] = name
    return fate


def identities(n):
    names = pa.array([a + b + c for a in SURNAMES for b in GIVEN for c in GIVEN])
    gone = mixed(n + 3) % np.uint64(50) == 0
    return pa.table({
        "certno": certificates(n),
        "psn_name": names.take(pa.array((mixed(n + 1) % np.uint64(len(names))).astype(np.int32))),
        "psn_idet_type": coded(CODES, mixed(n + 2) % np.uint64(len(CODES))),
        "insu_admdvs": coded(COUNTIES, n % 100),
        "begndate": dates(days(2021, 1, 1) + (mixed(n + 4) % np.uint64(1400)).astype(int)),
        "enddate": dates(np.full(len(n), days(2025, 6, 1)), ~gone),
        "town_code": coded([f"{c}{t:03}" for c in COUNTIES for t in range(1, 11)], n % 100 * 10 + n // 100 % 10),
    })


def spells(n, scheme, area, status, begin, end):
    """One row a person; an `end` of 0 is none."""
    statuses = np.array(["1", "2", "4", "5"])
    order = np.argsort(mixed(n + 11))
    n, scheme, area, status, begin, end = (of[order] for of in (n, scheme, area, status, begin, end))
    return pa.table({
        "certno": certificates(n),
        "psn_no": pa.array(n).cast(pa.string()),
        "insutype": coded(["310", "390"], scheme),
        "insu_admdvs": pa.array(area).cast(pa.string()),
        "psn_insu_stas": coded(statuses, status),
        "psn_insu_date": dates(begin),
        "paus_insu_date": dates(end, end == 0),
    })


def insured(n):
    fate = np.where(listed(n), fates(n), "")
    scheme = (mixed(n + 5) % np.uint64(5) > 0).astype(int)
    area = COUNTIES[n % 100]
    begin = days(2016, 1, 1) + (mixed(n + 6) % np.uint64(3000)).astype(int)
    status, end = np.zeros(len(n), dtype=int), np.zeros(len(n), dtype=int)
    for name, code, until in [("ended", 2, days(2025, 1, 1)), ("suspended", 1, days(2025, 9, 1)), ("dead", 3, days(2025, 3, 1))]:
        status[fate == name], end[fate == name] = code, until
    area = np.where(fate == "elsewhere", 440103, area)
    # Who ends has to be a resident: whoever left employee insurance is another matter.
    scheme[np.isin(fate, ["ended", "twice", "employee before"])] = 1
    begin[np.isin(fate, ["twice", "employee before"])] = days(2024, 1, 1)
    has = fate != "none"
    second = np.isin(fate, ["twice", "employee before"])
    other = (n[second], np.zeros(second.sum(), dtype=int), area[second], np.where(fate[second] == "twice", 0, 2),
             np.full(second.sum(), days(2020, 1, 1)), np.where(fate[second] == "twice", 0, days(2024, 1, 1)))
    first = (n[has], scheme[has], area[has], status[has], begin[has], end[has])
    return spells(*(np.concatenate(pair) for pair in zip(first, other)))


def write(out, part):
    for table in ("identities", "insured"):
        shutil.rmtree(out / table, ignore_errors=True)
        (out / table).mkdir(parents=True)
    each = INSURED // FILES // part
    options = dict(compression="zstd", row_group_size=ROW_GROUP)
    people = 0
    for file in range(FILES):
        n = np.arange(file * each, (file + 1) * each)
        pq.write_table(insured(n), out / "insured" / f"{file}.parquet", **options)
        mine = n[listed(n)]
        pq.write_table(identities(mine), out / "identities" / f"{file}.parquet", **options)
        people += len(mine)
    print(f"{people} people of the register, {each * FILES} insured")


def expected(out, part):
    """The matters, from what the generator did; worked out again from the numbers of the people alone."""
    n = np.arange(INSURED // FILES // part * FILES)
    n = n[listed(n)]
    n = n[mixed(n + 3) % np.uint64(50) != 0]
    fate = fates(n)
    waits = CODES[(mixed(n + 2) % np.uint64(len(CODES))).astype(int)] == "9"
    count = lambda rows: int(rows.sum())
    found = {
        "enrolled_twice": count(fate == "twice"), "enrolled_elsewhere": count(fate == "elsewhere"),
        "suspended": count(fate == "suspended"), "dead_or_moved": count(fate == "dead"),
        "never_enrolled": count((fate == "none") & waits), "lapsed": count((fate == "ended") & waits),
        "entitled_late": count(np.isin(fate, ["none", "ended"]) & ~waits),
        "enrolled": count(np.isin(fate, ["", "employee before"])),
    }
    return {matter: people for matter, people in found.items() if people}


JOB = """kind      = "coverage"
delivery  = "."
policy    = "{root}/data/policy/sample.toml"
codes     = "{root}/data/codes/sample.toml"
published = "published"
holidays  = "{root}/data/reference/holidays.toml"

[problems]
plain    = true
coverage = {{ owner = "医保局", days = 10 }}
"""


def run(out, part, program):
    root = Path(__file__).resolve().parents[2]
    (out / "job.toml").write_text(JOB.format(root=root))
    shutil.rmtree(out / "published", ignore_errors=True)
    started = time.time()
    command = [program, "run", str(out / "job.toml"), "--as-of", AS_OF, *os.environ.get("THREADS", "").split()]
    said = subprocess.run(command, capture_output=True, text=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(said.stdout if said.returncode == 0 else said.stderr)
    print(f"user {used.ru_utime:.1f} s, sys {used.ru_stime:.1f} s, wall {time.time() - started:.1f} s, "
          f"peak {used.ru_maxrss / 1024 / 1024:.2f} GB")
    if said.returncode:
        return said.returncode
    night = out / "published" / AS_OF
    rows = duckdb.execute(f"select matter, count(*) from '{night}/verdicts.parquet' group by 1").fetchall()
    found, known = dict(rows), expected(out, part)
    print(json.dumps(found, sort_keys=True))
    for matter in sorted(set(found) | set(known)):
        if found.get(matter, 0) != known.get(matter, 0):
            print(f"DIFFERS  {matter}: night {found.get(matter, 0)}, generator {known.get(matter, 0)}")
            return 1
    print("every matter as the generator knows it")
    return 0


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--part", type=int, default=1)
    arguments.add_argument("--run", metavar="FANGPIN")
    given = arguments.parse_args()
    if given.run:
        part = json.loads((given.out / "part.json").read_text())
        return run(given.out, part, given.run)
    given.out.mkdir(parents=True, exist_ok=True)
    write(given.out, given.part)
    (given.out / "part.json").write_text(json.dumps(given.part))
    return 0


if __name__ == "__main__":
    sys.exit(main())
