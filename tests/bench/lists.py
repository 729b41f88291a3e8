#!/usr/bin/env python3
"""Measures the lists of a night on which everybody is flagged: FANGPIN WORK [PEOPLE].

Writes a delivery in which each of PEOPLE (100000 unless said otherwise) has one settlement above the threshold, and runs
the night without offices, with one office that has everybody in one workbook, and with one that has a password. Prints
seconds and peak memory of each: what the lists cost is the difference to the first."""

import datetime
import decimal
import os
import pathlib
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq

DAY = "2025-11-30"
COLUMNS = '["name", "person_id", "category", "area_code", "town_code", "rule", "burden", "threshold", "total_cost", "since"]'
OFFICE = f"""
[[office]]
id      = "everybody"
name    = "民政局"
areas   = ["150700"]
rules   = ["return_to_poverty"]
full    = "month_end"
columns = {COLUMNS}
"""
OFFICES = {
    "no office": "",
    "xlsx": OFFICE + 'form = "xlsx"\nplain = true\n',
    "xlsx, password": OFFICE + 'form = "xlsx"\npassword_env = "LIST_PASSWORD"\n',
    "xlsx, a county": OFFICE + 'form = "xlsx"\nplain = true\nsplit_by = "county"\n',
    "csv": OFFICE + 'form = "csv"\nencoding = "gb18030"\nplain = true\n',
}


def certificate(number):
    """A resident id that nobody has: born in 1800."""
    lead = f"1507021800{number:07d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return lead + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(lead, weights)) % 11]


def write(folder, table, columns):
    (folder / "delivery" / table).mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / "delivery" / table / "a.parquet")


def deliver(folder, people):
    yuan = lambda amounts: pa.array([decimal.Decimal(amount) for amount in amounts], pa.decimal128(16, 2))
    numbers = [certificate(number) for number in range(people)]
    assert len(set(numbers)) == people
    counties = [f"1507{21 + number % 7}" for number in range(people)]
    begin = datetime.date(2021, 1, 1)
    write(folder, "identities", {
        "certno": numbers,
        "psn_name": [f"测试{number}" for number in range(people)],
        "psn_idet_type": ["2"] * people,
        "insu_admdvs": counties,
        "town_code": [f"{county}1{number % 10:02d}" for number, county in enumerate(counties)],
        "begndate": pa.array([begin] * people, pa.date32()),
        "enddate": pa.array([None] * people, pa.date32()),
    })
    at = datetime.datetime(2025, 3, 1, 10)
    write(folder, "settlements", {
        "setl_id": [str(number) for number in range(people)],
        "certno": numbers,
        "insu_admdvs": counties,
        "setl_time": pa.array([at] * people, pa.timestamp("us")),
        "medfee_sumamt": yuan(f"{30000 + number}.01" for number in range(people)),
        "inscp_amt": yuan(["0.00"] * people),
        "hifp_pay": yuan(["0.00"] * people),
        "hifmi_pay": yuan(["0.00"] * people),
        "maf_pay": yuan(["0.00"] * people),
    })
    write(folder, "income", {
        "area_code": ["150700"], "year": [2024], "series": ["rural"],
        "per_capita_disposable_income": yuan(["20000.00"]),
    })


def main():
    program, folder, people = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), int((sys.argv[3:] or ["100000"])[0])
    data = pathlib.Path(__file__).resolve().parents[2] / "data"
    deliver(folder, people)
    for name, office in OFFICES.items():
        job = folder / "job.toml"
        job.write_text(f'kind = "nightly"\ndelivery = "delivery"\npolicy = "{data}/policy/sample.toml"\n'
                       f'codes = "{data}/codes/sample.toml"\npublished = "published {name}"\n{office}')
        run = [program, "run", str(job), "--as-of", DAY, "--replace"]
        process = subprocess.Popen(run, env={**os.environ, "LIST_PASSWORD": "a password"}, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        said = process.stderr.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0, said
        assert f"findings={people}" in said, said
        print(f"{name:16} {usage.ru_utime + usage.ru_stime:6.1f} CPU seconds, {usage.ru_maxrss / 1024:6.0f} MB at most")


main()
