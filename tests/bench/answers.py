#!/usr/bin/env python3
"""Small deliveries whose answer turns on one sentence of the data contract, with the answer worked out by hand.

usage: answers.py OUT_DIR                        writes OUT_DIR/<case>/..., index.json and a job to run them with
       answers.py OUT_DIR --oracle               holds the oracle to them
       answers.py OUT_DIR --run FANGPIN          holds the program to them, and to the oracle in everything else

Each case says how many settlement rows (and payments) get which reason, and who is flagged with which burden. The policy is
the benchmark's; A is of category 2, so above 10000.00, B of category 5, so above 20000.00, unless a case says otherwise.
"""
import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import oracle
from faults import A, B, C, Cases, certificate

AS_OF = "2025-11-30"
MONEY = pa.decimal128(16, 2)
AMOUNTS = ["medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay", "othfund_pay", "hifob_pay", "ownpay_hosp_part", "inscp_amt", "acct_pay"]
SHAPE = {"setl_id": pa.string(), "init_setl_id": pa.string(), "certno": pa.string(), "psn_cert_type": pa.string(),
         "insu_admdvs": pa.string(), "setl_time": pa.timestamp("us"), "updt_time": pa.timestamp("us"), "vali_flag": pa.string(),
         "deleted": pa.string(), "refd_setl_flag": pa.string(), **dict.fromkeys(AMOUNTS, MONEY)}
OLD = certificate("15072119650203011")  # born 1965: has a number of 15 digits too
OLD_15 = OLD[:6] + OLD[8:17]


def s(setl_id, cost="11000.00", at="2025-03-01 10:00:00", updt="2025-03-01 10:00:00", who=A, file="a.parquet", init=None, **more):
    """One settlement row; by default of A and enough to flag."""
    row = {"setl_id": setl_id, "init_setl_id": init, "certno": who, "insu_admdvs": "150721", "vali_flag": "1", "deleted": "0",
           "setl_time": datetime.fromisoformat(at), "updt_time": datetime.fromisoformat(updt) if updt else None, "medfee_sumamt": cost}
    return {"file": file, **dict.fromkeys(AMOUNTS, "0.00"), **row, **more}


def i(who=A, code="2", begin="2021-01-01", end=None, area="150721", kind=None):
    """One identity."""
    return {"certno": who, "psn_cert_type": kind, "psn_name": "测试", "psn_idet_type": code, "insu_admdvs": area,
            "begndate": date.fromisoformat(begin), "enddate": date.fromisoformat(end) if end else None}


def p(payment_id, amount, on="2025-03-05", who=A, file="a.parquet"):
    """One payment."""
    return {"file": file, "payment_id": payment_id, "certno": who, "paid_on": date.fromisoformat(on), "amount": amount}


REGISTER = [i(), i(B, "5")]
INCOME = [("150721", 2024, "20000.00"), ("150700", 2024, "18000.00")]
CASES = {}


def case(name, rows, reasons, flagged, register=REGISTER, payments=(), paid=None, income=INCOME, why=""):
    assert name not in CASES, name
    CASES[name] = {"rows": rows, "register": register, "payments": list(payments), "income": income, "expected": {
        "why": why or name.replace("_", " "), "settlements": reasons, "commercial": paid or {}, "flagged": flagged}}


def supersede():
    late, early = "2025-03-02 00:00:00", "2025-03-01 00:00:00"
    case("newest_update_counts", [s("1", "11000.00", updt=late), s("1", "12000.00", updt=early, file="b.parquet")],
         {"counted": 1, "correction": 1}, {"A": "11000.00"})
    case("same_figures_are_a_duplicate", [s("1", updt=early), s("1", updt=late)], {"counted": 1, "duplicate": 1}, {"A": "11000.00"})
    case("one_fen_of_in_scope_is_a_correction", [s("1", updt=early, inscp_amt="0.01"), s("1", updt=late)], {"counted": 1, "correction": 1}, {"A": "11000.00"})
    case("no_update_time_is_oldest", [s("1", "11000.00", updt="1971-01-01 00:00:00"), s("1", "12000.00", updt=None, file="b.parquet")],
         {"counted": 1, "correction": 1}, {"A": "11000.00"})
    case("later_row_of_one_file", [s("1", "12000.00"), s("1", "11000.00"), s("2", "1.00")], {"counted": 2, "correction": 1}, {"A": "11001.00"})
    for name, first, later in [("digits", "10.parquet", "9.parquet"), ("capitals", "Z.parquet", "a.parquet"), ("folder_after_dot", "b.parquet", "b/a.parquet"),
                               ("dash_before_slash", "b-1/a.parquet", "b/a.parquet"), ("blank_before_slash", "b 1/z.parquet", "b/a.parquet"),
                               ("chinese", "z.parquet", "结算.parquet"), ("prefix", "a.parquet", "a.parquet.parquet")]:
        case(f"later_file_{name}", [s("1", "12000.00", file=first), s("1", "11000.00", file=later)], {"counted": 1, "correction": 1}, {"A": "11000.00"},
             why=f"with equal update times {later} is later than {first}: paths compare byte by byte, not by folder")
    case("rejected_before_superseded", [s("1", updt=early), s("1", "12000.00", updt=late, who="15072119700101001")], {"counted": 1, "bad_certno": 1}, {"A": "11000.00"})
    case("newest_row_void", [s("1", updt=early), s("1", updt=late, vali_flag="0")], {"void": 1, "duplicate": 1}, {})
    case("older_row_void", [s("1", updt=early, vali_flag="0"), s("1", updt=late)], {"counted": 1, "duplicate": 1}, {"A": "11000.00"})
    case("newest_row_out_of_window", [s("1", updt=early), s("1", updt=late, at="2025-12-01 00:00:00")], {"out_of_window": 1, "duplicate": 1}, {})
    case("three_sends", [s("1", "12000.00", updt=early), s("1", "13000.00", updt=late), s("1", "11000.00", updt=late, file="b.parquet")],
         {"counted": 1, "correction": 2}, {"A": "11000.00"})
    case("duplicate_of_the_winner_not_of_the_former", [s("1", "11000.00", updt=early), s("1", "12000.00", updt="2025-03-01 12:00:00"), s("1", "11000.00", updt=late)],
         {"counted": 1, "correction": 1, "duplicate": 1}, {"A": "11000.00"})
    case("moved_to_another_person", [s("1", updt=early), s("1", "21000.00", updt=late, who=B)], {"counted": 1, "correction": 1}, {"B": "21000.00"})
    case("ids_of_unusual_form", [s("a"), s("A", "1.00"), s("0001", "1.00"), s("1", "1.00"), s("1" * 60, "1.00"), s("结" * 20, "1.00"), s("1" * 59 + "2", "1.00")],
         {"counted": 7}, {"A": "11006.00"}, why="ids are text: capitals, leading zeros, long and Chinese ones are different ids")
    case("ids_that_differ_far_back", [s(f"1507{2025}{n:030}", "1.00") for n in range(40)] + [s("9")], {"counted": 41}, {"A": "11040.00"})


def void_and_window():
    case("void_by_flag", [s("1", vali_flag="0"), s("2", vali_flag="2"), s("3", deleted="1"), s("4", deleted="01"), s("5", vali_flag="01"), s("6", "1.00", vali_flag=None, deleted=None)],
         {"void": 4, "counted": 2}, {"A": "11001.00"})
    case("window_borders", [s("1", "1.00", at="2024-12-31 23:59:59.999999"), s("2", "11000.00", at="2025-01-01 00:00:00"),
                            s("3", "2.00", at="2025-11-30 23:59:59.999999"), s("4", "4.00", at="2025-12-01 00:00:00")],
         {"out_of_window": 2, "counted": 2}, {"A": "11002.00"})
    case("void_before_window", [s("1", at="2024-05-01 00:00:00", vali_flag="0"), s("2", "1.00")], {"void": 1, "counted": 1}, {})
    case("refund_flag_drops_nothing", [s("1", refd_setl_flag="1")], {"counted": 1}, {"A": "11000.00"})


def reversals():
    back = lambda setl_id, init, cost="-11000.00", **more: s(setl_id, cost, init=init, **more)
    case("reversal_nets", [s("1"), back("2", "1"), s("3", "11.00")], {"counted": 3}, {})
    case("reversal_comes_first", [back("2", "1", file="a.parquet"), s("1", file="b.parquet")], {"counted": 2}, {})
    case("reversal_in_part", [s("1", "12000.00"), back("2", "1", "-500.00")], {"counted": 2}, {"A": "11500.00"})
    case("reversal_of_last_year", [s("1", at="2024-12-31 10:00:00"), back("2", "1"), s("3")], {"out_of_window": 1, "reverses_out_of_window": 1, "counted": 1}, {"A": "11000.00"})
    case("reversal_not_delivered", [back("2", "1"), s("3")], {"orphan_not_delivered": 1, "counted": 1}, {"A": "11000.00"})
    case("reversal_of_rejected", [s("1", who="x"), back("2", "1"), s("3")], {"bad_certno": 1, "orphan_rejected": 1, "counted": 1}, {"A": "11000.00"})
    case("reversal_of_void", [s("1", vali_flag="0"), back("2", "1"), s("3")], {"void": 1, "reverses_void": 1, "counted": 1}, {"A": "11000.00"})
    case("reversal_not_known_yet", [s("1"), back("2", "1", at="2025-12-01 00:00:00")], {"counted": 1, "out_of_window": 1}, {"A": "11000.00"})
    case("reversal_is_void_itself", [s("1"), back("2", "1", deleted="1")], {"counted": 1, "void": 1}, {"A": "11000.00"})
    case("void_reversal_of_nothing", [back("2", "1", vali_flag="0"), s("3")], {"void": 1, "counted": 1}, {"A": "11000.00"})
    case("reversal_of_reversal", [s("1"), back("2", "1"), s("3", init="2")], {"counted": 3}, {"A": "11000.00"})
    case("chain_ends_in_void", [s("1", vali_flag="0"), back("2", "1"), s("3", init="2"), back("4", "3")], {"void": 1, "reverses_void": 3}, {})
    case("chain_ends_last_year", [s("1", at="2024-06-01 00:00:00"), back("2", "1"), s("3", init="2")], {"out_of_window": 1, "reverses_out_of_window": 2}, {})
    case("chain_ends_in_nothing", [back("2", "1"), s("3", init="2"), s("4", "1.00")], {"orphan_not_delivered": 2, "counted": 1}, {})
    case("chain_ends_in_rejected", [s("1", who=""), back("2", "1"), s("3", init="2")], {"bad_certno": 1, "orphan_rejected": 2}, {})
    case("chain_sent_backwards", [s("4", init="3", file="a.parquet"), back("3", "2", file="b.parquet"), s("2", init="1", file="c.parquet"), back("1", "0", file="d.parquet"), s("0", file="e.parquet")],
         {"counted": 5}, {"A": "11000.00"})
    case("chain_through_a_void_reversal", [s("1"), back("2", "1", vali_flag="0"), s("3", init="2")], {"counted": 1, "void": 1, "reverses_void": 1}, {"A": "11000.00"})
    case("names_itself", [s("1", init="1"), s("2", "1.00")], {"orphan_not_delivered": 1, "counted": 1}, {})
    case("cycle", [s("1", init="2"), s("2", init="3"), s("3", init="1"), s("4", init="3"), s("5", "1.00")], {"orphan_not_delivered": 4, "counted": 1}, {})
    case("target_rejected_once_and_good_once", [s("1", who="x"), s("1", file="b.parquet"), back("2", "1")], {"bad_certno": 1, "counted": 2}, {})
    case("target_corrected", [s("1", "12000.00"), s("1", "11500.00", file="b.parquet"), back("2", "1", "-500.00")], {"counted": 2, "correction": 1}, {"A": "11000.00"})
    case("reversal_sent_twice", [s("1", "22000.01"), back("2", "1"), back("2", "1", file="b.parquet")], {"counted": 2, "duplicate": 1}, {"A": "11000.01"})
    case("two_reversals_of_one", [s("1", "30000.00"), back("2", "1"), back("3", "1", "-8000.00")], {"counted": 3}, {"A": "11000.00"})
    case("corrected_into_a_reversal", [s("1"), s("2", "1.00", updt="2025-01-01 00:00:00"), back("2", "1")], {"counted": 2, "correction": 1}, {})
    case("corrected_out_of_a_reversal", [s("2", "1.00", init="gone", updt="2025-01-01 00:00:00"), s("2")], {"counted": 1, "correction": 1}, {"A": "11000.00"})
    case("blank_init_is_none", [s("1", init=" \t "), s("2", "-1.00", init=" ")], {"counted": 1, "negative_cost": 1}, {"A": "11000.00"})
    case("reversal_of_somebody_elses", [s("1", "21000.00", who=B), back("2", "1", who=A), s("3", "22000.00")], {"counted": 3}, {"A": "11000.00", "B": "21000.00"})
    case("negative_person", [s("1", "100.00"), back("2", "1", "-300.00")], {"counted": 2}, {})


def people():
    case("small_x_is_capital_x", [s("1", "6000.00", who=certificate("15072119700101005").lower()), s("2", "6000.00", who=certificate("15072119700101005"))],
         {"counted": 2}, {"X": "12000.00"}, register=[i(certificate("15072119700101005"))])
    case("fifteen_digits", [s("1", "6000.00", who=OLD_15), s("2", "6000.00", who=OLD)], {"counted": 2}, {"OLD": "12000.00"}, register=[i(OLD)])
    case("fifteen_digits_in_the_register", [s("1", who=OLD)], {"counted": 1}, {"OLD": "11000.00"}, register=[i(OLD_15)])
    case("fifteen_digits_of_another_type_are_not_converted", [s("1", who=OLD_15, psn_cert_type="02")], {"counted": 1}, {}, register=[i(OLD)])
    case("passport", [s("1", "6000.00", who=" e1234567 ", psn_cert_type="99"), s("2", "6000.00", who="E1234567", psn_cert_type="03")],
         {"counted": 2}, {"E1234567": "12000.00"}, register=[i("e1234567", kind="3")])
    case("passport_without_type", [s("1", who="E1234567"), s("2", who="E1234567", psn_cert_type="01"), s("3", who="E1234567", psn_cert_type="1"), s("4", who="E1234567", psn_cert_type=" ")],
         {"bad_certno": 4}, {}, register=[i()])
    wrong = A[:17] + ("0" if A[17] != "0" else "1")
    case("bad_certificates", [s(str(n), who=who) for n, who in enumerate([wrong, A[:17], A + "0", A[:16] + "X" + A[17], "１" + A[1:], " ", None, OLD_15[:14], OLD_15[:14] + "X"])] + [s("9")],
         {"bad_certno": 9, "counted": 1}, {"A": "11000.00"})
    case("first_fault_that_holds", [s(None, who="x", setl_time=None, medfee_sumamt=None), s(" ", setl_time=None, medfee_sumamt=None), s("3", setl_time=None, medfee_sumamt=None),
                                    s("4", hifp_pay=None), s("5", "-0.01"), s("6")],
         {"bad_certno": 1, "no_setl_id": 1, "bad_setl_time": 1, "bad_amount": 1, "negative_cost": 1, "counted": 1}, {"A": "11000.00"})
    case("outside_the_register", [s("1", "99999.00", who=C)], {"counted": 1}, {})
    case("identity_days", [s(str(n), who=who) for n, who in enumerate([A, B, C, OLD])], {"counted": 4}, {"A": "11000.00", "B": "11000.00"}, why="begins on the day: in force; ends on the day: not",
         register=[i(begin=AS_OF), i(B, end="2025-12-01"), i(C, end=AS_OF), i(OLD, begin="2025-12-01")])
    case("open_end_2099", [s("1")], {"counted": 1}, {"A": "11000.00"}, register=[i(end="2099-12-31")])
    case("lowest_threshold_of_two", [s("1")], {"counted": 1}, {"A": "11000.00"}, register=[i(code="5"), i(code="2"), i(code="9")])
    case("stable_people_have_no_rule", [s("1", "99999.00")], {"counted": 1}, {}, register=[i(code="9")])
    case("unknown_code_beside_a_known_one", [s("1")], {"counted": 1}, {"A": "11000.00"}, register=[i(code="77"), i(code="02")])


def areas():
    income = [("150721", 2024, "20000.00"), ("150700", 2024, "18000.00"), ("150722", 2024, "30000.00"), ("140900", 2024, "10.00"), ("150000", 2024, "1.00")]
    case("area_of_the_identity", [s("1", "12000.00", insu_admdvs="140901")], {"counted": 1}, {}, register=[i(area="150722")], income=income)
    case("area_of_the_newest_identity", [s("1", "12000.00")], {"counted": 1}, {}, register=[i(area="150721"), i(area="150722", begin="2025-05-01", code="5")], income=income)
    case("area_of_a_former_identity_does_not_count", [s("1", "12000.00")], {"counted": 1}, {"A": "12000.00"},
         register=[i(area="150722", begin="2025-05-01", end="2025-06-01"), i(area="150721")], income=income)
    case("area_of_the_newest_settlement", [s("1", "6000.00", insu_admdvs="150722", at="2025-05-02 10:00:00"), s("2", "6000.00", insu_admdvs="150721")],
         {"counted": 2}, {}, register=[i(area=" ")], income=income)
    case("prefecture_where_the_county_has_none", [s("1", "9000.01", who=A), s("2", "9000.00", who=C)], {"counted": 2}, {"A": "9000.01"},
         register=[i(area="150729"), i(C, area="150729")], income=income)
    case("the_city_itself", [s("1", "9000.01")], {"counted": 1}, {"A": "9000.01"}, register=[i(area="150799")], income=income + [("150799", 2024, "90000.00")],
         why="xxyy99 is the city itself and stands at the prefecture's level")
    case("a_prefecture_as_area", [s("1", "9000.01")], {"counted": 1}, {"A": "9000.01"}, register=[i(area="150700")], income=income)
    case("other_years_and_series_do_not_count", [s("1", "9999.99")], {"counted": 1}, {}, income=INCOME + [("150721", 2025, "1.00"), ("150721", 2023, "1.00")])


def burdens():
    case("at_the_threshold_and_one_fen_above", [s("1", "10000.00"), s("2", "20000.01", who=B)], {"counted": 2}, {"B": "20000.01"})
    case("half_a_fen_below_and_above", [s("1", "10000.00"), s("2", "10000.01", who=C)], {"counted": 2}, {"C": "10000.01"}, register=[i(), i(C)], income=[("150721", 2024, "20000.01")],
         why="the threshold is 10000.005: compared exactly, not rounded")
    case("every_payer_is_taken_off", [s("1", "20000.01", hifp_pay="5000.00", hifmi_pay="2000.00", maf_pay="1000.00", othfund_pay="500.00", hifob_pay="400.00", ownpay_hosp_part="100.00", acct_pay="3000.00")],
         {"counted": 1}, {"A": "11000.01"})
    case("optional_amounts_of_null_are_0", [s("1", othfund_pay=None, ownpay_hosp_part=None, inscp_amt=None)], {"counted": 1}, {"A": "11000.00"})
    case("payments_in_the_window", [s("1", "11111.00")], {"counted": 1}, {"A": "11011.00"}, paid={"counted": 2, "out_of_window": 2},
         payments=[p("1", "1.00", "2024-12-31"), p("2", "40.00", "2025-01-01"), p("3", "60.00", AS_OF), p("4", "4.00", "2025-12-01")])
    case("payments_supersede", [s("1", "11111.00")], {"counted": 1}, {"A": "11100.00"}, paid={"counted": 1, "correction": 1, "duplicate": 1},
         payments=[p("1", "22.00", file="9.parquet"), p("1", "11.00", file="9.parquet"), p("1", "11.00", file="10.parquet")])
    case("payments_rejected", [s("1")], {"counted": 1}, {"A": "11000.00"}, paid={"bad_certno": 1, "no_payment_id": 1, "bad_amount": 1},
         payments=[p("1", "1.00", who="x"), p(" ", "1.00"), p("2", None)])
    case("payments_to_people_without_settlements", [s("1")], {"counted": 1}, {"A": "11000.00"}, paid={"counted": 1}, payments=[p("1", "5.00", who=C)])
    case("payment_beyond_the_cost", [s("1", "100.00")], {"counted": 1}, {}, paid={"counted": 1}, payments=[p("1", "500.00")])
    case("first_exceeded_then_below_then_above", [s("1", at="2025-02-01 10:00:00"), s("2", "-11000.00", init="1", at="2025-02-03 10:00:00"), s("3", "12000.00", at="2025-06-01 10:00:00")],
         {"counted": 3}, {"A": "12000.00"}, why="first exceeded on 2025-02-01, though below again between")
    case("exceeded_within_a_day_only", [s("1", "12000.00", at="2025-02-01 09:00:00"), s("2", "-5000.00", init="1", at="2025-02-01 10:00:00"), s("3", "5000.00", at="2025-03-01 10:00:00")],
         {"counted": 3}, {"A": "12000.00"}, why="the end of the day counts: first exceeded on 2025-03-01")
    case("payment_before_the_cost", [s("1", "10100.00", at="2025-02-01 10:00:00"), s("2", "100.00", at="2025-04-01 10:00:00")], {"counted": 2}, {"A": "10050.00"},
         payments=[p("1", "150.00", "2025-01-10")], paid={"counted": 1})


# --- writing and holding --------------------------------------------------------------------------------------------------
def table_of(rows, shape):
    decimal = lambda v, kind: Decimal(v) if v is not None and pa.types.is_decimal(kind) else v
    return pa.table({name: pa.array([decimal(row.get(name), kind) for row in rows], kind) for name, kind in shape.items()})


def write_case(folder, one):
    shutil.rmtree(folder, ignore_errors=True)
    for table, rows, shape in (("settlements", one["rows"], SHAPE), ("commercial", one["payments"], {
            "payment_id": pa.string(), "certno": pa.string(), "paid_on": pa.date32(), "amount": MONEY})):
        for file in dict.fromkeys(row["file"] for row in rows):
            Cases.table(folder / table / file, table_of([row for row in rows if row["file"] == file], shape))
    text = ("certno", "psn_cert_type", "psn_name", "psn_idet_type", "insu_admdvs")
    Cases.table(folder / "identities" / "identities.parquet", table_of(one["register"], dict.fromkeys(text, pa.string()) | {
        "begndate": pa.date32(), "enddate": pa.date32()}))
    names = ("area_code", "year", "per_capita_disposable_income")
    Cases.table(folder / "income" / "income.parquet", table_of([dict(zip(names, row), series="rural") for row in one["income"]], {
        "area_code": pa.string(), "year": pa.int32(), "series": pa.string(), "per_capita_disposable_income": MONEY}))


def write_job(out, peers):
    for name in ("policy.toml", "codes.toml"):
        shutil.copyfile(peers / name, out / name)
    text = (peers / "job.toml").read_text().replace("= false", "= true").replace('"5"', '"100"')
    (out / "job.toml").write_text(text)


LABELS = {A: "A", B: "B", C: "C", OLD: "OLD", certificate("15072119700101005"): "X"}


def what_differs(expected, found):
    """One line for each part of an answer that is not as worked out."""
    return [f"{part} {found[part]}, expected {expected[part]}" for part in ("settlements", "commercial", "flagged") if found[part] != expected[part]]


def flagged_in(file, burden="burden_total"):
    rows = pq.read_table(file, columns=["person_id", burden]).to_pylist()
    return {LABELS.get(row["person_id"], row["person_id"]): str(row[burden]) for row in rows}


def by_oracle(delivery, out):
    said = oracle.answer(delivery, AS_OF, out)
    found = {"flagged": flagged_in(Path(out, "flagged.parquet"))}
    for table in ("settlements", "commercial"):
        reasons = dict(said["set_aside"].get(table, {}))
        counted = said["control_totals"].get(table, {"counted": {"rows": 0}})["counted"]["rows"]
        found[table] = reasons | ({"counted": counted} if counted else {})
    return found


def by_program(fangpin, job, delivery, published):
    ran = subprocess.run([fangpin, "run", job, "--as-of", AS_OF, "--delivery", delivery, "--published", published], capture_output=True, text=True)
    if ran.returncode:
        return None, f"exit {ran.returncode}: {ran.stderr.strip()[:300]}"
    night = Path(published, AS_OF)
    found = {"flagged": flagged_in(night / "flagged.parquet")}
    totals = json.loads((night / "manifest.json").read_text())["control_totals"]
    aside = pq.read_table(night / "rejects.parquet").to_pylist()
    for table in ("settlements", "commercial"):
        counted = totals.get(table, {}).get("counted", {"rows": 0})["rows"]
        found[table] = dict(Counter(row["check"] for row in aside if row["table"] == table)) | ({"counted": counted} if counted else {})
    return found, None


def hold_case(asked, name, expected):
    """All that is wrong with the answer to one case."""
    delivery = asked.out / name
    with tempfile.TemporaryDirectory(prefix="fangpin-answers-") as scratch:
        wrong = [f"oracle: {line}" for line in what_differs(expected, by_oracle(delivery, f"{scratch}/oracle"))]
        if asked.run:
            found, failed = by_program(str(asked.run.resolve()), str(asked.out / "job.toml"), str(delivery), f"{scratch}/published")
            if failed:
                return [*wrong, failed]
            wrong += what_differs(expected, found)
            held = subprocess.run([sys.executable, str(Path(__file__).with_name("hold.py")), f"{scratch}/published/{AS_OF}", f"{scratch}/oracle"],
                                  capture_output=True, text=True)
            if held.returncode:
                wrong += [line for line in held.stdout.splitlines() if line.startswith("DIFFERS")] or [held.stderr.strip()[-300:]]
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--run", type=Path, metavar="FANGPIN")
    parser.add_argument("--oracle", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--peers", type=Path, default=Path(__file__).resolve().parents[3] / "shared" / "bench")
    asked = parser.parse_args()
    asked.out = asked.out.resolve()
    if not asked.run and not asked.oracle:
        for part in (supersede, void_and_window, reversals, people, areas, burdens):
            part()
        for name, one in CASES.items():
            write_case(asked.out / name, one)
        write_job(asked.out, asked.peers)
        (asked.out / "index.json").write_text(json.dumps({name: one["expected"] for name, one in CASES.items()}, indent=1, ensure_ascii=False) + "\n")
        print(f"{len(CASES)} deliveries under {asked.out}")
        return
    index = json.loads((asked.out / "index.json").read_text())
    names, failed = [name for name in index if asked.only in name], 0
    for name in names:
        wrong = hold_case(asked, name, index[name])
        failed += bool(wrong)
        print(f"{'WRONG' if wrong else 'right':5} {name}" + "".join(f"\n        {line}" for line in wrong))
    print(f"{len(names)} cases, {failed} wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
