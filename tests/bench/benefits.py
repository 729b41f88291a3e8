#!/usr/bin/env python3
"""The audit of benefits beside the nightly warning on one delivery: CPU, memory, and every figure a second time.

usage: benefits.py --fangpin BINARY --delivery DIR [--rounds 3] [--as-of 2025-11-30] [--check]

    --delivery DIR   one made by make_delivery.py (see peers.py), or any with the same codes
    --check          hold every row of benefits.parquet against a reckoning of its own: DuckDB says which settlements
                     count, plain Python adds up each person's year; for deliveries of a few million rows

The two jobs alternate within a round, as the machine is noisy: ratios hold, absolute figures don't. CPU is user + system
seconds of the process, memory its peak resident set; medians over the rounds. Exit 0 when the audit costs less than 3
times the warning, and every figure is the same. The rules are those of data/policy/sample.toml, written out once more in
`due` below. Needs duckdb.
"""
import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from datetime import date
from pathlib import Path

from peers import ROOT, measure

FACTOR = 3.0  # CPU seconds of the audit to those of the warning, at most

JOB = """kind      = "{kind}"
delivery  = "{delivery}"
policy    = "{root}/data/policy/sample.toml"
codes     = "{root}/data/codes/sample.toml"
published = "{published}"
[tolerance]
reject_percent = "5"
"""
NIGHTLY = "[outputs]\nevidence = false\nburden = false\n"
BENEFITS = '[problems]\nplain = true\n[problems.benefits]\nowner = "医保经办中心"\ndays = 10\n'


def job(work, kind, delivery):
    text = JOB.format(kind=kind, delivery=delivery, root=ROOT, published=work / kind)
    holidays = f'holidays = "{ROOT}/data/reference/holidays.toml"\n'
    text = text + NIGHTLY if kind == "nightly" else holidays + text + BENEFITS
    path = work / f"{kind}.toml"
    path.write_text(text)
    return path


# the second reckoning ---------------------------------------------------------------------------------------------------
# A reversal is taken from the settlement that it reverses; in this delivery no reversal is reversed. `refused` are rows
# that cannot be used: none of these carries a number of anybody.
COUNTED = """
create table good as select * from (
    select *, row_number() over (partition by setl_id order by updt_time desc, filename desc, file_row_number desc) as newest
    from read_parquet('{delivery}/settlements/*.parquet', filename = true, file_row_number = true)
    where regexp_matches(upper(trim(certno)), '^[0-9]{{17}}[0-9X]$'))
where newest = 1;
create table plain as select upper(trim(certno)) as certno, * exclude (certno) from good
    where vali_flag = '1' and coalesce(init_setl_id, '') = '' and setl_time >= '{year}-01-01' and setl_time < date '{as_of}' + 1;
create table taken as select r.init_setl_id as setl_id, sum(r.inscp_amt - {before}) as left_in_scope, sum(r.hifmi_pay) as critical,
        sum(r.maf_pay) as assistance
    from good r join plain p on r.init_setl_id = p.setl_id where r.vali_flag = '1' and r.setl_time < date '{as_of}' + 1 group by 1;
create table orphans as select distinct upper(trim(r.certno)) as certno from good r
    where coalesce(r.init_setl_id, '') <> '' and r.vali_flag = '1' and r.setl_time >= '{year}-01-01' and r.setl_time < date '{as_of}' + 1
        and r.med_type <> '11' and r.init_setl_id not in (select setl_id from good);
"""
BEFORE = "r.hifp_pay - r.cvlserv_pay - r.hifes_pay - r.hifob_pay - r.hifdm_pay - r.othfund_pay"
VISITS = """
select r.certno, r.setl_time::date, r.med_type,
    (100 * (r.inscp_amt - {before} + coalesce(t.left_in_scope, 0)))::bigint, (100 * (r.hifmi_pay + coalesce(t.critical, 0)))::bigint,
    (100 * (r.maf_pay + coalesce(t.assistance, 0)))::bigint
from plain r left join taken t using (setl_id)
where r.certno in (select distinct upper(trim(certno)) from identities)
order by r.certno, r.setl_time, r.setl_id
"""


def part(fen, percent):
    return (fen * percent + 50) // 100


def due(visits, spells):
    """Critical illness, assistance with its tilt, the tilt: due over the year, and what was paid."""
    left_all = critical_all = assisted = remaining = tilted = 0
    paid = [0, 0]
    for day, care, left, critical_paid, assistance_paid in visits:
        paid[0] += critical_paid
        paid[1] += assistance_paid
        if care not in ("14", "21"):
            continue
        left = max(left, 0)
        codes = {code for code, begin, end in spells if begin <= day and (end is None or day < end)}
        favoured = codes & {"1", "2", "3"}
        deductible, percent = (600_000, 65) if favoured else (1_200_000, 60)
        left_all += left
        critical = part(min(left, max(0, left_all - deductible)), percent)
        if not favoured:
            critical = min(critical, max(0, 20_000_000 - critical_all))
        critical_all += critical
        ratio = 100 if "1" in codes else 70 if favoured else 60 if codes & {"4", "5", "6"} else 0
        assistance = min(part(left - critical, ratio), 5_000_000 - assisted)
        assisted += assistance
        left -= critical + assistance
        remaining += left
        if ratio:
            tilted += min(part(min(left, max(0, remaining - 1_000_000)), 50), 2_000_000 - tilted)
    return critical_all, assisted + tilted, tilted, paid[0], paid[1]


def check(delivery, as_of, published):
    import duckdb

    base = duckdb.connect()
    base.execute(f"create view identities as from read_parquet('{delivery}/identities/*.parquet')")
    base.execute(COUNTED.format(delivery=delivery, as_of=as_of, year=as_of.year, before=BEFORE))
    spells = defaultdict(list)
    for certno, code, begin, end in base.execute("select upper(trim(certno)), psn_idet_type, begndate, enddate from identities").fetchall():
        spells[certno].append((code, begin, end))
    first = date(as_of.year, 1, 1)
    roster = {who for who, of in spells.items() if any(b <= as_of and (e is None or e > max(first, b)) for _, b, e in of)}
    year = defaultdict(list)
    for certno, *visit in base.execute(VISITS.format(before=BEFORE)).fetchall():
        year[certno].append(visit)
    orphans = {certno for certno, in base.execute("select certno from orphans").fetchall()}
    columns = ["critical_illness_due", "medical_assistance_due", "tilt_due", "critical_illness_paid", "medical_assistance_paid"]
    fen = ", ".join(f"(100 * {column})::bigint" for column in columns)
    found = {row[0]: row[1:] for row in base.execute(f"select person_id, {fen} from '{published}/benefits.parquet'").fetchall()}
    wrong = told = untold = 0
    for who in roster:
        expected, row = due(year[who], spells[who]), found.get(who)
        if who in orphans:
            untold += 1
            wrong += row is None or row[0] is not None
        elif row is None:
            wrong += any(care in ("14", "21") for _, care, *_ in year[who]) or any(expected)
        else:
            told += 1
            wrong += row != expected
    print(f"{len(roster)} people: {told} reckoned once more, {untold} of whom nothing can be told, {wrong} otherwise")
    return wrong == 0 and told > 0 and not (found.keys() - roster)


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--fangpin", required=True, type=Path)
    given.add_argument("--delivery", required=True, type=Path)
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--as-of", type=date.fromisoformat, default=date(2025, 11, 30))
    given.add_argument("--check", action="store_true")
    given = given.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work, used = Path(work), {"nightly": [], "benefits": []}
        jobs = {kind: job(work, kind, given.delivery.resolve()) for kind in used}
        for turn in range(given.rounds):
            for kind, path in jobs.items():
                more = ["--replace"] if turn else []
                command = [given.fangpin.resolve(), "run", path, "--as-of", str(given.as_of), *more]
                used[kind].append(measure(command, work / "log"))
        medians = {kind: {of: statistics.median(run[of] for run in runs) for of in ("cpu", "peak")} for kind, runs in used.items()}
        for kind, of in medians.items():
            print(f"{kind:10} {of['cpu']:7.2f} CPU s {of['peak'] / 1024 / 1024:7.0f} MB")
        ratio = medians["benefits"]["cpu"] / medians["nightly"]["cpu"]
        print(f"the audit costs {ratio:.2f} times the warning, at most {FACTOR}")
        same = not given.check or check(given.delivery, given.as_of, work / "benefits" / str(given.as_of))
        sys.exit(0 if ratio < FACTOR and same else 1)


main()
