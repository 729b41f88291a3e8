#!/usr/bin/env python3
"""Small deliveries, each with one fault or one unusual but good form, and the program's run over all of them.

usage: faults.py OUT_DIR                         writes OUT_DIR/<case>/... and OUT_DIR/index.json
       faults.py OUT_DIR --run FANGPIN [--job JOB.toml] [--only TEXT]
                                                 runs `check` and `run` over each and holds them to index.json

The job is the benchmark's (--job, default ../shared/bench/job.toml): as of 2025-11-30, categories 2 above 50 % and 5 above
100 % of the rural income, 5 % of rows may be rejected, 100 identities may have an unknown code. The good delivery has forty
settlements: one person of category 2 a fen above the threshold, one of category 5 exactly at it, the rest somebody else's.

index.json: for each case `exit` (the codes that are right), `check` (those of `check`, where they are others), `counted` and `flagged` (where accepted), `says` (a word that the
refusal has to name), `cpu_seconds` (at most) and `why`. Whatever the case, a run must not panic, show a certificate number, or publish half a night.
"""
import argparse
import json
import os
import re
import resource
import shutil
import struct
import subprocess
import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2025-11-30"
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
MONEY = pa.decimal128(16, 2)
AMOUNTS = ["medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "inscp_amt"]


def certificate(stem):
    """Seventeen digits and their check digit: nobody's number, well formed."""
    return stem + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, stem)) % 11]


A, B, C = (certificate(f"1507211970010100{n}") for n in "137")


def money(values, kind=MONEY):
    return pa.array([None if v is None else Decimal(v) for v in values], kind)


def settlements(rows=40):
    """Forty good rows: A 10000.01 of burden, B 20000.00, C ten yuan each."""
    owner = [A, B] + [C] * (rows - 2)
    cost = ["15000.01", "20000.00"] + ["10.00"] * (rows - 2)
    basic = ["5000.00"] + ["0.00"] * (rows - 1)
    when = [datetime(2025, 1, 1, 12) + timedelta(days=n % 300) for n in range(rows)]
    zero = money(["0.00"] * rows)
    return {"setl_id": pa.array([f"S{n:06}" for n in range(rows)]), "init_setl_id": pa.nulls(rows, pa.string()), "certno": pa.array(owner),
            "insu_admdvs": pa.array(["150721"] * rows), "setl_time": pa.array(when, pa.timestamp("us")), "medfee_sumamt": money(cost),
            "hifp_pay": money(basic), "hifmi_pay": zero, "maf_pay": zero, "inscp_amt": money(cost),
            "vali_flag": pa.array(["1"] * rows), "updt_time": pa.array(when, pa.timestamp("us"))}


def identities():
    return {"certno": pa.array([A, B]), "psn_name": pa.array(["测试甲", "测试乙"]), "psn_idet_type": pa.array(["2", "5"]),
            "insu_admdvs": pa.array(["150721"] * 2), "begndate": pa.array([date(2021, 1, 1)] * 2), "enddate": pa.array([None] * 2, pa.date32())}


def income():
    return {"area_code": pa.array(["150721", "150700"]), "year": pa.array([2024, 2024], pa.int32()), "series": pa.array(["rural"] * 2),
            "per_capita_disposable_income": money(["20000.00", "18000.00"])}


def commercial(rows=(("P1", C, date(2025, 3, 1), "1.00"),)):
    return {"payment_id": pa.array([r[0] for r in rows]), "certno": pa.array([r[1] for r in rows]),
            "paid_on": pa.array([r[2] for r in rows], pa.date32()), "amount": money([r[3] for r in rows])}


class Cases:
    """Writes each case's delivery and remembers what is expected of it."""

    def __init__(self, out):
        self.out, self.index = Path(out), {}

    def good(self, name, why, counted=40, flagged=1, exit=(0,), check=None, **tables):
        expected = {"why": why, "exit": list(exit), "counted": counted, "flagged": flagged}
        return self._write(name, expected | ({"check": list(check)} if check else {}), tables)

    def bad(self, name, why, says="", exit=(65,), **tables):
        return self._write(name, {"why": why, "exit": list(exit), "says": says}, tables)

    def _write(self, name, expected, tables):
        folder = self.out / name
        shutil.rmtree(folder, ignore_errors=True)
        assert name not in self.index, name
        self.index[name] = expected
        for table, make in (("settlements", settlements), ("identities", identities), ("income", income)):
            columns = tables.get(table, make())
            if columns is not None:
                self.table(folder / table / f"{table}.parquet", columns)
        if "commercial" in tables:
            self.table(folder / "commercial" / "commercial.parquet", tables["commercial"])
        return folder

    @staticmethod
    def table(path, columns, **options):
        path.parent.mkdir(parents=True, exist_ok=True)
        table = columns if isinstance(columns, pa.Table) else pa.table(columns)
        pq.write_table(table, path, **{"compression": "zstd", "store_decimal_as_integer": True, **options})


def settled(**changes):
    """The good settlements with some columns in another form; None takes a column away."""
    return {name: value for name, value in (settlements() | changes).items() if value is not None}


def with_rows(*extra, drop=0):
    """The good settlements with rows added: dicts of what differs from a small row of C."""
    rows = pa.table(settlements()).slice(0, 40 - drop).to_pylist()
    plain = {**rows[5], "medfee_sumamt": Decimal("10.00"), "certno": C}
    rows += [{**plain, "setl_id": f"X{n:05}", **one} for n, one in enumerate(extra)]
    schema = pa.table(settlements()).schema
    return {field.name: pa.array([row[field.name] for row in rows], field.type) for field in schema}


def binary_text(values, kind=pa.string()):
    """Text from raw bytes, right or wrong."""
    offsets, data = [0], b""
    for value in values:
        data += value
        offsets.append(len(data))
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(struct.pack(f"<{len(offsets)}i", *offsets)), pa.py_buffer(data)])


def put(folder, table, data):
    """Puts raw bytes in place of a table's file."""
    (folder / table / f"{table}.parquet").write_bytes(data)


def stored(folder, table):
    return (folder / table / f"{table}.parquet").read_bytes()


# --- files that are no good -----------------------------------------------------------------------------------------------
def broken_files(c):
    for table in ("settlements", "identities", "income"):
        folder = c.bad(f"{table}_cut_short", "the last 20 bytes are missing", f"{table}.parquet")
        put(folder, table, stored(folder, table)[:-20])
        folder = c.bad(f"{table}_zero_bytes", "a file of zero bytes", f"{table}.parquet")
        put(folder, table, b"")
    folder = c.bad("commercial_zero_bytes", "an optional table's file of zero bytes", "commercial.parquet", commercial=commercial())
    put(folder, "commercial", b"")
    folder = c.bad("settlements_not_parquet", "a CSV named .parquet", "settlements.parquet")
    put(folder, "settlements", b"setl_id,certno\n" + b"1,2\n" * 100)
    folder = c.bad("settlements_seven_bytes", "shorter than a footer", "settlements.parquet")
    put(folder, "settlements", b"PAR1PAR")
    folder = c.bad("settlements_encrypted", "footer magic PARE", "encrypted")
    put(folder, "settlements", b"PARE" + stored(folder, "settlements")[4:-4] + b"PARE")
    folder = c.bad("settlements_footer_length", "a footer length beyond the file", "settlements.parquet")
    put(folder, "settlements", stored(folder, "settlements")[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1")
    folder = c.bad("settlements_footer_garbage", "a footer of noise", "settlements.parquet")
    whole = stored(folder, "settlements")
    length = struct.unpack("<I", whole[-8:-4])[0]
    put(folder, "settlements", whole[:-8 - length] + bytes((7 * n + 13) % 256 for n in range(length)) + whole[-8:])
    folder = c.bad("settlements_page_garbage", "a good footer over overwritten pages", "settlements.parquet")
    whole = bytearray(stored(folder, "settlements"))
    whole[4:len(whole) - 8 - struct.unpack("<I", whole[-8:-4])[0]] = b"\xaa" * (len(whole) - 12 - struct.unpack("<I", whole[-8:-4])[0])
    put(folder, "settlements", bytes(whole))
    folder = c.bad("several_faults_at_once", "three faulty files: all three are named in one refusal", "income.parquet")
    for table in ("settlements", "identities", "income"):
        put(folder, table, b"")
    c.bad("settlements_missing", "no settlements folder", "settlements", exit=[66], settlements=None)
    c.bad("identities_missing", "no identities folder", "identities", exit=[66], identities=None)
    c.bad("income_missing", "no income folder", "income", exit=[66], income=None)
    folder = c.bad("settlements_no_files", "a settlements folder without files", "settlements", exit=[66], settlements=None)
    (folder / "settlements").mkdir()
    folder = c.bad("settlements_only_other_files", "only a CSV in the folder", "settlements", exit=[66], settlements=None)
    (folder / "settlements").mkdir()
    (folder / "settlements" / "a.csv").write_text("setl_id\n")
    folder = c.good("commercial_no_files", "an optional table's folder without files: refused, or as if absent", exit=[0, 66])
    (folder / "commercial").mkdir()
    folder = c.bad("dangling_link", "a link to nowhere", "b.parquet", exit=[65, 66, 74])
    (folder / "settlements" / "b.parquet").symlink_to("nowhere.parquet")


# --- columns that are no good ---------------------------------------------------------------------------------------------
def broken_columns(c):
    cost = settlements()["medfee_sumamt"]
    c.bad("amounts_float", "amounts as DOUBLE", "medfee_sumamt", settlements=settled(medfee_sumamt=cost.cast(pa.float64())))
    c.bad("optional_amount_float", "an optional amount as FLOAT", "inscp_amt", settlements=settled(inscp_amt=cost.cast(pa.float32())))
    c.bad("amounts_text", "amounts as text", "medfee_sumamt", settlements=settled(medfee_sumamt=pa.array([str(v) for v in cost.to_pylist()])))
    c.bad("amounts_integer", "amounts as INT64 without a scale: fen or yuan?", "medfee_sumamt", settlements=settled(medfee_sumamt=pa.array([1000] * 40)))
    c.bad("amounts_scale_3", "decimals of scale 3", "medfee_sumamt", settlements=settled(medfee_sumamt=cost.cast(pa.decimal128(18, 3))))
    c.bad("amounts_nested", "a struct in place of an amount", "medfee_sumamt",
          settlements=settled(medfee_sumamt=pa.array([{"value": v} for v in cost.to_pylist()], pa.struct([("value", MONEY)]))))
    c.bad("amounts_list", "a list in place of an amount", "hifp_pay", settlements=settled(hifp_pay=pa.array([[Decimal("0.00")]] * 40, pa.list_(MONEY))))
    c.bad("time_integer", "setl_time as INT64", "setl_time", settlements=settled(setl_time=pa.array(list(range(40)))))
    c.bad("certno_float", "certno as DOUBLE (a spreadsheet's doing)", "certno", settlements=settled(certno=pa.array([1.5e17] * 40)))
    c.bad("income_float", "income as DOUBLE", "per_capita_disposable_income",
          income=income() | {"per_capita_disposable_income": pa.array([20000.0, 18000.0])})
    c.bad("year_float", "the income's year as DOUBLE", "year", income=income() | {"year": pa.array([2024.0, 2024.0])})
    for name in ("setl_id", "certno", "setl_time", "medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "insu_admdvs"):
        c.bad(f"without_{name}", "a needed column is missing", name, settlements=settled(**{name: None}))
    for name in ("init_setl_id", "updt_time", "vali_flag", "inscp_amt"):
        c.good(f"without_{name}", "a column that is not needed is missing", settlements=settled(**{name: None}))
    c.bad("identities_without_begndate", "a needed column is missing", "begndate", identities={k: v for k, v in identities().items() if k != "begndate"})
    c.bad("two_accepted_names", "insu_admdvs and insu_optins in one file", "insu_optins", settlements=settled(insu_optins=settlements()["insu_admdvs"]))
    c.bad("two_accepted_names_optional", "inscp_amt and inscp_scp_amt in one file", "inscp_scp_amt", settlements=settled(inscp_scp_amt=cost))
    twice = pa.table(settlements())
    c.bad("one_name_twice", "medfee_sumamt stands twice", "medfee_sumamt", settlements=twice.append_column("medfee_sumamt", cost))
    c.good("unused_name_twice", "a column of no concern stands twice: refused or passed over", exit=[0, 65],
           settlements=twice.append_column("note", pa.array(["a"] * 40)).append_column("note", pa.array(["b"] * 40)))
    folder = c.bad("second_file_wrong", "the fault is in the second file only", "b.parquet")
    c.table(folder / "settlements" / "b.parquet", settled(medfee_sumamt=cost.cast(pa.float64())))
    folder = c.bad("second_file_wrong_without_rows", "the fault is in a file without rows: held to the contract too", "b.parquet", exit=[65])
    c.table(folder / "settlements" / "b.parquet", pa.table(settled(medfee_sumamt=cost.cast(pa.float64()))).slice(0, 0))


# --- values that are no good ----------------------------------------------------------------------------------------------
def broken_values(c):
    bad = {"certno": "150721197001010012"}
    c.good("two_of_forty_rejected", "exactly 5 % rejected: not beyond", 38, settlements=with_rows(bad, bad, drop=2))
    c.bad("three_of_forty_rejected", "7.5 % rejected", "settlements", settlements=with_rows(bad, bad, bad, drop=3))
    one = {"no_certno": {"certno": None}, "blank_certno": {"certno": " \t "}, "no_setl_id": {"setl_id": " "}, "no_time": {"setl_time": None},
           "no_cost": {"medfee_sumamt": None}, "no_basic": {"hifp_pay": None}, "beyond_limit": {"medfee_sumamt": Decimal("10000000000.01")},
           "below_limit": {"medfee_sumamt": Decimal("-10000000000.01"), "init_setl_id": "S000005"},
           "negative_cost": {"medfee_sumamt": Decimal("-0.01")}}
    for name, row in one.items():
        c.good(f"rejected_{name}", "one row is set aside, the night is published", 40, settlements=with_rows(row))
    c.good("at_limit", "exactly 10^12 fen is an amount", 41, settlements=with_rows({"medfee_sumamt": Decimal("10000000000.00")}))
    huge = settled(medfee_sumamt=money(["15000.01", "20000.00"] + ["10.00"] * 37 + ["9" * 36 + ".99"], pa.decimal128(38, 2)))
    c.good("far_beyond_64_bits", "a Decimal(38,2) of 10^36 yuan: that row is set aside", 39, settlements=huge)
    rows = 10_100
    many = settlements(rows) | {"certno": pa.array([A] * rows), "medfee_sumamt": money(["10000000000.00"] * rows), "vali_flag": None}
    many = {name: value for name, value in many.items() if value is not None}
    c.bad("sum_beyond_decimal_16_2", "one person's sum does not fit the published Decimal(16,2)", exit=[65], settlements=many)
    over = settlements(rows) | {"certno": pa.array([certificate(f"15072119700101{n % 900 + 100}") for n in range(rows)]),
                                "medfee_sumamt": money(["10000000000.00"] * rows), "hifp_pay": money(["10000000000.00"] * rows)}
    c.good("total_beyond_decimal_16_2", "each person's sum fits, everybody's does not: published, or refused in words",
           rows, 0, exit=[0, 65], settlements=over)
    when = settlements()["setl_time"].cast(pa.int64()).to_pylist()
    for name, extreme in (("last", 2**63 - 1), ("first", -(2**63) + 1), ("year_9999", 253402300799 * 10**6), ("year_1", -62135596800 * 10**6)):
        c.good(f"time_{name}", "a time at the end of the calendar: rejected or out of the window, no panic", 39,
               settlements=settled(setl_time=pa.array(when[:-1] + [extreme], pa.int64()).view(pa.timestamp("us"))))
    c.good("time_ms_last", "a time in ms beyond what microseconds hold", 39, settlements=settled(
        setl_time=pa.array([w // 1000 for w in when[:-1]] + [2**63 - 1], pa.int64()).view(pa.timestamp("ms"))))
    days = pa.array([18628, 18628], pa.int32()).view(pa.date32())
    for name, extreme in (("last", 2**31 - 1), ("first", -(2**31))):
        c.good(f"day_{name}", "an identity's end beyond the calendar: no panic", flagged=1, exit=[0, 65],
               identities=identities() | {"begndate": days, "enddate": pa.array([None, extreme], pa.int32()).view(pa.date32())})
    texts = [f"{datetime(2025, 1, 1, 12) + timedelta(days=n)}" for n in range(38)] + ["2025-02-30 10:00:00", "20250101"]
    c.good("time_text_unreadable", "no such day, and another form: two rows set aside", 38, settlements=settled(setl_time=pa.array(texts)))
    c.good("time_text_of_all_kinds", "one is out of the window by a second, one is within by a second", 39, settlements=settled(setl_time=pa.array(
        texts[:38] + ["2025-11-30 23:59:59", "2025-12-01 00:00:00"])))
    for name, exit in (("certno", [0, 65]), ("setl_id", [0, 65]), ("insu_admdvs", [0, 65])):
        values = [str(v).encode() for v in settlements()[name].to_pylist()[:-1]] + [b"\xb2\xe2\xca\xd4"]
        c.good(f"not_utf8_{name}", "GBK bytes in one row: the row is set aside (area: passed over), or the file is refused", None, exit=exit,
               settlements=settled(**{name: binary_text(values)}))
        c.bad(f"not_utf8_bytes_{name}", "the same, not even marked as text: the column is named", f"`{name}`", settlements=settled(**{name: pa.array(values, pa.binary())}))
    c.good("not_utf8_unread", "GBK bytes in a column that the night does not read: check finds it", check=(65,), settlements=settled(psn_name=binary_text([b"\xb2\xe2\xca\xd4"] * 40)))
    c.good("not_utf8_name", "GBK bytes in the register's names: published without a wrong name, or refused", exit=[0, 65],
           identities=identities() | {"psn_name": binary_text([b"\xb2\xe2\xca\xd4", b"\xff"])})
    c.bad("income_without_last_year", "income ends in 2023", "150721",
          income=income() | {"year": pa.array([2023, 2023], pa.int32())})
    c.bad("income_of_another_series", "only pastoral income", "150721", income=income() | {"series": pa.array(["pastoral"] * 2)})
    c.bad("income_zero", "incomes of 0 and below", "income", income=income() | {"per_capita_disposable_income": money(["0.00", "-1.00"])})
    c.bad("income_without_rows", "an income table without rows", "150721", income=pa.table(income()).slice(0, 0))
    c.good("income_of_the_prefecture", "the county has none: the prefecture's 18000, so that B is above it too", flagged=2,
           income={name: column.slice(1) for name, column in income().items()})
    c.good("register_without_rows", "nobody is in the register: nobody is flagged", flagged=0, identities=pa.table(identities()).slice(0, 0))
    c.good("settlements_without_rows", "no settlement at all", counted=0, flagged=0, settlements=pa.table(settlements()).slice(0, 0))
    for number, name, exit in ((100, "at", [0]), (101, "beyond", [65])):
        people = {"certno": pa.array([A, B] + [C] * number), "psn_name": pa.array(["测试"] * (number + 2)),
                  "psn_idet_type": pa.array(["2", "5"] + ["77"] * number), "insu_admdvs": pa.array(["150721"] * (number + 2)),
                  "begndate": pa.array([date(2021, 1, 1)] * (number + 2)), "enddate": pa.nulls(number + 2, pa.date32())}
        made = c.good if exit == [0] else c.bad
        made(f"unknown_codes_{name}_limit", f"{number} identities with a code the mapping lacks", exit=exit, identities=people)


# --- unusual and good -----------------------------------------------------------------------------------------------------
def unusual_types(c):
    plain = settlements()
    for unit in ("ms", "ns"):
        c.good(f"time_{unit}", f"times in {unit}", settlements=settled(setl_time=plain["setl_time"].cast(pa.timestamp(unit)),
                                                                        updt_time=plain["updt_time"].cast(pa.timestamp(unit))))
    folder = c.good("time_int96", "times as INT96")
    c.table(folder / "settlements" / "settlements.parquet", settlements(), use_deprecated_int96_timestamps=True)
    folder = c.good("time_int96_far", "INT96 of 2609, which counted in nanoseconds wraps around to 2025: out of the window", 39)
    c.table(folder / "settlements" / "settlements.parquet", settled(setl_time=pa.array(
        plain["setl_time"].to_pylist()[:-1] + [datetime(2025, 6, 1) + timedelta(microseconds=2**64 // 1000)], pa.timestamp("us"))), use_deprecated_int96_timestamps=True)
    text = [str(value) for value in plain["setl_time"].to_pylist()]
    c.good("time_text", "times as text", settlements=settled(setl_time=pa.array(text), updt_time=pa.array(text)))
    c.good("time_text_dictionary", "times as dictionary text, with blanks around", settlements=settled(
        setl_time=pa.array([f" {t}\t" for t in text]).dictionary_encode()))
    c.good("time_with_zone", "times marked as UTC (Spark's): read as they stand, or refused", exit=[0, 65],
           settlements=settled(setl_time=plain["setl_time"].cast(pa.timestamp("us", "UTC"))))
    for name, kind in (("9_int32", pa.decimal128(9, 2)), ("18_int64", pa.decimal128(18, 2)), ("38", pa.decimal128(38, 2)),
                       ("256", pa.decimal256(40, 2)), ("20", pa.decimal128(20, 2))):
        exit = [0, 65] if name == "256" else [0]
        c.good(f"decimal_{name}", f"amounts as {kind}", exit=exit, settlements=settled(**{a: plain[a].cast(kind) for a in AMOUNTS}))
    for name in ("9", "18", "16"):
        folder = c.good(f"decimal_{name}_fixed", "amounts as fixed-length bytes")
        c.table(folder / "settlements" / "settlements.parquet", settled(**{a: plain[a].cast(pa.decimal128(int(name), 2)) for a in AMOUNTS}),
                store_decimal_as_integer=False)
    whole = lambda kind: {"hifmi_pay": pa.array([Decimal(0)] * 40, kind), "maf_pay": pa.array([Decimal(0)] * 40, kind)}
    c.good("decimal_scale_0", "amounts of scale 0: whole yuan", settlements=settled(**whole(pa.decimal128(10, 0))))
    c.good("decimal_scale_1", "amounts of scale 1", 40, 1, settlements=settled(
        hifp_pay=pa.array([Decimal("5000.0")] + [Decimal("0.0")] * 39, pa.decimal128(12, 1)), **whole(pa.decimal128(5, 1))))
    c.good("optional_amount_null", "null in an optional amount is 0", settlements=settled(inscp_amt=pa.nulls(40, MONEY)))
    for kind in (pa.int8(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32()):
        c.good(f"codes_{kind}", f"codes as {kind}", settlements=settled(vali_flag=pa.array([1] * 40, kind), deleted=pa.array([0] * 40, kind)),
               identities=identities() | {"psn_idet_type": pa.array([2, 5], kind)})
    c.good("areas_int32", "area codes as INT32", settlements=settled(insu_admdvs=pa.array([150721] * 40, pa.int32())),
           identities=identities() | {"insu_admdvs": pa.array([150721] * 2, pa.int32())}, income=income() | {"area_code": pa.array([150721, 150700], pa.int32())})
    c.good("codes_padded", '"01" = 1', settlements=settled(vali_flag=pa.array(["01"] * 40)), identities=identities() | {"psn_idet_type": pa.array(["02", "05"])})
    c.good("codes_bool", "vali_flag as BOOLEAN: not a form the contract names", exit=[65], settlements=settled(vali_flag=pa.array([True] * 40)))
    c.good("codes_dictionary", "codes, ids and areas as dictionaries", settlements={
        name: value.dictionary_encode() if value.type == pa.string() else value for name, value in plain.items()},
        identities={name: value.dictionary_encode() if value.type == pa.string() else value for name, value in identities().items()})
    c.good("codes_void", "one row with vali_flag 0, one deleted", 38, settlements=settled(
        vali_flag=pa.array(["1"] * 39 + ["0"]), deleted=pa.array(["0"] * 38 + ["1", "0"])))
    c.good("text_large", "text as large_string", settlements={n: v.cast(pa.large_string()) if v.type == pa.string() else v for n, v in plain.items()})
    c.good("text_view", "text as string_view", settlements={n: v.cast(pa.string_view()) if v.type == pa.string() else v for n, v in plain.items()})
    c.good("text_binary", "text as bytes without the UTF8 mark (Hive, Impala): read, or refused", exit=[0, 65],
           settlements={n: v.cast(pa.binary()) if v.type == pa.string() else v for n, v in plain.items()})
    c.good("column_of_null_type", "init_setl_id of type null, as pandas writes an empty column: read, or refused", exit=[0, 65],
           settlements=settled(init_setl_id=pa.nulls(40)))
    c.good("text_with_blanks", "blanks and tabs around ids, numbers, codes", settlements={
        n: pa.array([None if t is None else f" \t{t}\t " for t in v.to_pylist()], pa.string()) if v.type == pa.string() else v for n, v in plain.items()},
        identities={n: pa.array([f"\t{t} " for t in v.to_pylist()]) if v.type == pa.string() else v for n, v in identities().items()})
    c.good("days_as_time", "an identity's days as TIMESTAMP", identities=identities() | {
        "begndate": pa.array([datetime(2021, 1, 1)] * 2, pa.timestamp("us")), "enddate": pa.array([None, datetime(2099, 12, 31)], pa.timestamp("ms"))})
    c.good("days_as_text", "an identity's days as text", exit=[0, 65], identities=identities() | {
        "begndate": pa.array(["2021-01-01"] * 2), "enddate": pa.array([None, "2099-12-31"])})
    c.good("days_as_long_text", "an identity's days as text with a time", identities=identities() | {
        "begndate": pa.array(["2021-01-01 00:00:00"] * 2), "enddate": pa.array([None, "2099-12-31 00:00:00"])})
    c.good("days_begntime", "begntime and endtime", identities={{"begndate": "begntime", "enddate": "endtime"}.get(n, n): v for n, v in identities().items()})
    for kind in (pa.int16(), pa.int64(), pa.uint16()):
        c.good(f"year_{kind}", f"the income's year as {kind}", income=income() | {"year": pa.array([2024, 2024], kind)})
    c.good("year_text", "the income's year as text: read, or refused", exit=[0, 65], income=income() | {"year": pa.array(["2024", "2024"])})
    also = {"insu_admdvs": "insu_optins", "inscp_amt": "inscp_scp_amt"}
    c.good("accepted_names", "the hospital interfaces' names", settlements={also.get(n, n): v for n, v in plain.items()}
           | {"oth_pay": plain["maf_pay"], "hosp_part_amt": plain["maf_pay"], "psn_part_amt": plain["maf_pay"], "psn_cash_pay": plain["maf_pay"]})


def long_chains(c):
    """Rows that hang on each other by the hundred thousand: the time they take must not grow with their square."""
    rows = 200_000
    owner = pa.array([C] * rows)
    plain = settlements(rows) | {"certno": owner, "medfee_sumamt": money(["0.01"] * rows), "hifp_pay": money(["0.00"] * rows)}
    ids = [f"S{n:06}" for n in range(rows)]
    c.good("chain_of_200000", "each row reverses the next one in the file, the last is a settlement", rows, 0,
           settlements=plain | {"init_setl_id": pa.array(ids[1:] + [None])})
    c.good("ring_of_200000", "as before, but the last reverses the first: none counts", 0, 0,
           settlements=plain | {"init_setl_id": pa.array(ids[1:] + ids[:1])})
    c.good("one_id_200000_times", "one settlement sent 200,000 times counts once", 1, 0, settlements=plain | {"setl_id": pa.array(["S"] * rows)})
    c.good("one_settlement_reversed_200000_times", "every row but one reverses the same settlement: all count", rows, 0,
           settlements=plain | {"init_setl_id": pa.array([None] + ["S000000"] * (rows - 1))})
    for name in list(c.index)[-4:]:
        c.index[name]["cpu_seconds"] = 3


def unusual_files(c):
    plain = settlements()
    for compression in ("none", "snappy", "gzip", "lz4", "zstd"):
        folder = c.good(f"compressed_{compression}", f"pages as {compression}")
        c.table(folder / "settlements" / "settlements.parquet", plain, compression=compression)
    folder = c.good("compressed_brotli", "brotli, which the contract does not name: read, or refused in words", exit=[0, 65])
    c.table(folder / "settlements" / "settlements.parquet", plain, compression="brotli")
    for name, options in {"row_groups_of_one": {"row_group_size": 1}, "pages_v2": {"data_page_version": "2.0"}, "no_dictionary": {"use_dictionary": False},
                          "no_statistics": {"write_statistics": False}, "no_arrow_schema": {"store_schema": False}, "version_1": {"version": "1.0"},
                          "page_index": {"write_page_index": True}, "page_checksum": {"write_page_checksum": True}, "tiny_pages": {"data_page_size": 8},
                          "dictionary_overflow": {"dictionary_pagesize_limit": 16}}.items():
        folder = c.good(name, f"written with {options}")
        c.table(folder / "settlements" / "settlements.parquet", plain, **options)
    for encoding, columns in {"DELTA_BYTE_ARRAY": ["setl_id", "certno"], "DELTA_LENGTH_BYTE_ARRAY": ["setl_id", "certno"],
                              "DELTA_BINARY_PACKED": ["setl_time", *AMOUNTS], "BYTE_STREAM_SPLIT": ["setl_time", *AMOUNTS]}.items():
        folder = c.good(f"encoded_{encoding.lower()}", f"columns in {encoding}")
        c.table(folder / "settlements" / "settlements.parquet", plain, use_dictionary=False, column_encoding={name: encoding for name in columns})
    c.good("columns_reversed", "columns in another order", settlements=dict(reversed(plain.items())))
    nested = pa.array([{"hifp_pay": Decimal("99.00"), "certno": "x"}] * 40, pa.struct([("hifp_pay", MONEY), ("certno", pa.string())]))
    c.good("nested_extra_first", "an extra struct before the others, with fields of our columns' names", settlements={"extra": nested, **plain})
    c.good("nested_extra_between", "extra lists and maps between the others", settlements={
        "setl_id": plain["setl_id"], "tags": pa.array([["a", "b"]] * 40), "seen": pa.array([[("k", 1)]] * 40, pa.map_(pa.string(), pa.int32())),
        **{n: v for n, v in plain.items() if n != "setl_id"}, "deep": nested})
    c.good("extra_columns", "extra columns, floats among them", settlements=settled(note=pa.array([1.5] * 40), acct_mulaid_pay=pa.array([0.1] * 40)))
    folder = c.good("file_without_rows", "a file without rows beside the good one")
    c.table(folder / "settlements" / "a.parquet", pa.table(plain).slice(0, 0))
    folder = c.good("hive_folders", "year=2025/month=01 folders, and deeper", settlements=None)
    table = pa.table(plain)
    for number, where in enumerate(("year=2025/month=01", "year=2025/month=02", "a/b/c/d")):
        part = table.slice(number * 15, 15 if number < 2 else 10)
        c.table(folder / "settlements" / where / "part.parquet", part)
    folder = c.good("folder_named_parquet", "a folder x.parquet/ with parts, as Spark writes", settlements=None)
    c.table(folder / "settlements" / "x.parquet" / "part-00000.parquet", plain)
    (folder / "settlements" / "x.parquet" / "_SUCCESS").write_text("")
    folder = c.good("other_files_beside", "files of other kinds beside the tables")
    for name in ("README.txt", "_SUCCESS", ".settlements.parquet.crc", "settlements.parquet.tmp"):
        (folder / "settlements" / name).write_text("not a table")
    (folder / "notes.txt").write_text("x")
    folder = c.good("other_tables_beside", "a folder of another name beside the tables")
    (folder / "photos").mkdir()
    (folder / "photos" / "x.parquet").write_text("x")
    folder = c.good("files_of_two_shapes", "two files: other names, types and order", settlements=None)
    c.table(folder / "settlements" / "a.parquet", table.slice(0, 20))
    second = {n: v.slice(20) for n, v in reversed(plain.items())}
    second["insu_optins"] = pa.array([150721] * 20, pa.int64())
    del second["insu_admdvs"], second["init_setl_id"]
    c.table(folder / "settlements" / "b.parquet", second | {a: second[a].cast(pa.decimal128(38, 2)) for a in AMOUNTS})
    folder = c.good("sent_twice", "the whole file again under another name: all superseded, nothing counted twice")
    c.table(folder / "settlements" / "again.parquet", plain)
    folder = c.good("file_name_with_blank", "blanks, quotes and Chinese in a file's name", settlements=None)
    c.table(folder / "settlements" / "结算 2025'年\".parquet", plain)
    folder = c.good("file_name_not_utf8", "a file's name that is not UTF-8", settlements=None, exit=[0, 65])
    (folder / "settlements").mkdir()
    shutil.copy(c.out / "hive_folders" / "identities" / "identities.parquet", c.out / "x.tmp")
    c.table(folder / "settlements" / "good.parquet", plain)
    os.rename(os.fsencode(folder / "settlements" / "good.parquet"), os.fsencode(folder / "settlements") + b"/\xb2\xe2.parquet")
    (c.out / "x.tmp").unlink()
    c.good("commercial_good", "a payment of the person a fen above: no longer flagged", flagged=0, commercial=commercial([("P1", A, date(2025, 3, 1), "0.01")]))
    c.good("commercial_twice", "one payment sent twice counts once: B a fen short of nothing, A flagged no more", flagged=0,
           commercial=commercial([("P1", A, date(2025, 3, 1), "0.01")] * 2))
    c.good("commercial_next_year", "a payment after the day assessed", commercial=commercial([("P1", A, date(2025, 12, 1), "0.01")]))
    c.bad("commercial_float", "a payment as DOUBLE", "amount", commercial=commercial() | {"amount": pa.array([1.0])})


# --- running over them ----------------------------------------------------------------------------------------------------
def run_case(fangpin, job, delivery, expected):
    """What is wrong with how the program treats one case; nothing when all is right."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="fangpin-faults-") as published:
        ran = {}
        for verb, command in {"check": [fangpin, "check", delivery],
                              "run": [fangpin, "run", job, "--as-of", AS_OF, "--delivery", delivery, "--published", published]}.items():
            begun = resource.getrusage(resource.RUSAGE_CHILDREN)
            try:
                ran[verb] = subprocess.run(command, capture_output=True, timeout=120)
            except subprocess.TimeoutExpired:
                return [f"{verb}: did not end within 120 s"], ""
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = used.ru_utime + used.ru_stime - begun.ru_utime - begun.ru_stime
            if seconds > expected.get("cpu_seconds", 60):
                wrong.append(f"{verb}: {seconds:.1f} CPU seconds, at most {expected.get('cpu_seconds', 60)}")
            said = (ran[verb].stdout + ran[verb].stderr).decode(errors="replace")
            if "panicked" in said or ran[verb].returncode in (70, 101) or ran[verb].returncode < 0:
                wrong.append(f"{verb}: a fault of the program ({ran[verb].returncode})")
            if re.search(r"\b\d{17}[\dXx]\b", said) or "测试甲" in said:
                wrong.append(f"{verb}: shows a certificate number or a name")
        code, said = ran["run"].returncode, ran["run"].stderr.decode(errors="replace").strip()
        if code not in expected["exit"]:
            wrong.append(f"run: exit {code}, expected {expected['exit']}")
        if ran["check"].returncode not in expected.get("check", [0, *expected["exit"]]):
            wrong.append(f"check: exit {ran['check'].returncode}, expected {expected.get('check', [0, *expected['exit']])}")
        left = sorted(os.listdir(published))
        if code == 0:
            night = Path(published, AS_OF)
            totals = json.loads((night / "manifest.json").read_text())["control_totals"]
            for what, found in {"counted": totals["settlements"]["counted"]["rows"], "flagged": pq.read_metadata(night / "flagged.parquet").num_rows}.items():
                if expected.get(what) is not None and found != expected[what]:
                    wrong.append(f"{what} {found}, expected {expected[what]}")
        elif any(re.match(r"\d{4}-", name) for name in left):
            wrong.append(f"refused, yet {left} is published")
        elif expected.get("says") and expected["says"] not in said:
            wrong.append(f"the refusal does not name {expected['says']}")
    return wrong, said


def run_all(out, fangpin, job, only):
    index = json.loads((out / "index.json").read_text())
    failed = 0
    names = [name for name in index if only in name]
    for name in names:
        wrong, said = run_case(str(fangpin), str(job), str(out / name), index[name])
        failed += bool(wrong)
        print(f"{'WRONG' if wrong else 'right':5} {name}: {'; '.join(wrong) or index[name]['why']}")
        for line in said.splitlines()[:4]:
            print(f"        {line[:240]}")
    print(f"{len(names)} cases, {failed} wrong")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--run", type=Path, metavar="FANGPIN")
    parser.add_argument("--job", type=Path, default=ROOT.parent / "shared" / "bench" / "job.toml")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    if asked.run:
        raise SystemExit(1 if run_all(asked.out, asked.run.resolve(), asked.job.resolve(), asked.only) else 0)
    asked.out.mkdir(parents=True, exist_ok=True)
    cases = Cases(asked.out)
    for write in (broken_files, broken_columns, broken_values, unusual_types, unusual_files, long_chains):
        write(cases)
    (asked.out / "index.json").write_text(json.dumps(cases.index, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(cases.index)} deliveries under {asked.out}")


if __name__ == "__main__":
    main()
