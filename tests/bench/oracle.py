#!/usr/bin/env python3
"""An answer of its own to sections 3 and 4 of the data contract, in SQL: what a night has to publish.

usage: oracle.py DELIVERY AS_OF OUT_DIR [--percent-rules bench|rand] [--memory 8GB]

Written from the contract alone, none of the program's code is used. Any delivery with the contract's canonical or
accepted column names can be held against it. OUT_DIR gets

    oracle.json         control totals by table and fate, set-aside rows by reason, checks, what could not be decided
    flagged.parquet     one row a person and burden kind tested
    burden.parquet      the sums of everybody with a counted settlement
    fates.parquet       every settlement row: file, row, fate, reason
    evidence.parquet    the rows of the flagged people, with what became of each

Where the contract leaves a choice, this is what the oracle does:
  * a row with several faults has the first of bad_certno, no_setl_id, bad_setl_time, bad_amount, negative_cost;
  * a null or blank `vali_flag`, `deleted` or `psn_cert_type` is as if the column were absent;
  * an amount that is missing or beyond 10^12 fen adds 0 fen to the control totals;
  * void and window are judged on the row that counts; a reversal is judged by itself first, then follows the settlement
    it names, as far as the chain goes; a chain that never ends, or a row that names itself, is not delivered;
  * several rows of one area, year and series: the later file, then the later row;
  * the newest identity with an area gives the area, else the newest counted settlement with an area; whoever has
    neither is held against the income of the policy's own area, and is published without one.
"""
import argparse
import json
import os
from pathlib import Path

import duckdb

RULES = {  # rule, percent of income, categories, burden tested; in the order of the policy file
    "bench": [("return_to_poverty", "50", ["extreme_poverty", "subsistence_allowance", "returned_to_poverty"], "burden_total"),
              ("fall_into_poverty", "100", ["unstable_lifted", "marginal", "sudden_hardship"], "burden_total")],
    "rand": [("return_to_poverty", "50", ["subsistence_allowance"], "burden_total"),
             ("fall_into_poverty", "100", ["marginal"], "burden_total")],
}
CATEGORIES = {  # local code -> category
    "bench": {"1": "extreme_poverty", "2": "subsistence_allowance", "3": "returned_to_poverty", "4": "unstable_lifted",
              "5": "marginal", "6": "sudden_hardship", "9": "stable_lifted"},
    "rand": {"2": "subsistence_allowance", "5": "marginal"},
}
CATEGORY_ORDER = ["extreme_poverty", "orphan", "subsistence_allowance", "returned_to_poverty", "subsistence_marginal",
                  "unavoidable_spending", "unstable_lifted", "marginal", "sudden_hardship", "low_income", "stable_lifted",
                  "ordinary_insured"]
POLICY_AREA = {"bench": "150700", "rand": "150700"}
ALSO = {"insu_admdvs": ["insu_optins"], "inscp_amt": ["inscp_scp_amt"], "othfund_pay": ["oth_pay"],
        "ownpay_hosp_part": ["hosp_part_amt"], "psn_pay": ["psn_part_amt"], "cash_payamt": ["psn_cash_pay"],
        "begndate": ["begntime"], "enddate": ["endtime"], "dise_no": ["dise_codg"]}
LIMIT = 10**12
NEEDED = ["medfee_sumamt", "hifp_pay", "hifmi_pay", "maf_pay"]
OTHER_FUNDS = ["cvlserv_pay", "hifes_pay", "hifob_pay", "hifdm_pay", "othfund_pay"]
OPTIONAL = [*OTHER_FUNDS, "ownpay_hosp_part", "inscp_amt"]
CHECKED = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "fund_pay_sumamt", "psn_pay", "acct_pay", "cash_payamt"]
FIGURES = ["total_cost", "basic_insurance", "critical_illness", "medical_assistance", "other_funds", "hospital_part",
           "in_scope_cost"]
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


# --- reading: every file as it is, brought to one shape -------------------------------------------------------------------
def trimmed(column, _):
    return f"nullif(trim(cast({column} as varchar), ' \t'), '')"


def code(column, kind):
    text = trimmed(column, kind)
    return f"regexp_replace({text}, '^0+([0-9]+)$', '\\1')"


def amount(column, _):
    """Fen, or null where there is none or it is out of range."""
    fen = f"cast(try_cast({column} as decimal(18, 2)) * 100 as bigint)"
    return f"case when abs({fen}) <= {LIMIT} then {fen} end"


def amount_lost(column, _):
    """Whether a value was there, but no usable one."""
    return f"({column} is not null and ({amount(column, _)}) is null)"


def time(column, kind):
    if kind == "VARCHAR":
        return f"try_strptime({trimmed(column, kind)}, '%Y-%m-%d %H:%M:%S')"
    return f"cast({column} as timestamp)"


def day(column, kind):
    if kind == "VARCHAR":
        text = trimmed(column, kind)
        return f"cast(try_strptime({text}, ['%Y-%m-%d', '%Y-%m-%d %H:%M:%S']) as date)"
    return f"cast({column} as date)"


def day_lost(column, kind):
    return f"({trimmed(column, kind)} is not null and ({day(column, kind)}) is null)"


def integer(column, kind):
    return f"try_cast({trimmed(column, kind)} as integer)"


EMPTY = {"trimmed": "varchar", "code": "varchar", "amount": "bigint", "amount_lost": "boolean", "time": "timestamp", "day": "date",
         "day_lost": "boolean", "integer": "integer"}


def files_below(folder):
    found = [path.relative_to(folder) for path in Path(folder).rglob("*.parquet") if path.is_file()]
    return sorted(found, key=lambda path: os.fsencode(str(path)))


def quoted(path):
    return "'" + str(path).replace("'", "''") + "'"


def read_table(db, delivery, table, columns):
    """Creates `table` with the columns (name -> (source, reader)); returns which sources any file has."""
    folder = Path(delivery, table)
    files = files_below(folder) if folder.is_dir() else []
    shapes, seen = {}, set()
    for number, file in enumerate(files):
        listed = db.execute("select name from parquet_schema(?)", [str(folder / file)]).fetchall()
        if len(listed) <= 1:
            continue
        described = db.execute(f"describe select * from read_parquet({quoted(folder / file)}, hive_partitioning = false)").fetchall()
        shapes.setdefault(tuple((name, kind) for name, kind, *_ in described), []).append((number, file))
    db.execute(f"create table {table} (file integer, row bigint, "
               + ", ".join(f"{name} {EMPTY[reader.__name__]}" for name, (_, reader) in columns.items()) + ")")
    for shape, members in shapes.items():
        kinds, picked = dict(shape), []
        for name, (source, reader) in columns.items():
            here = next((n for n in [source, *ALSO.get(source, [])] if n in kinds), None)
            if here:
                seen.add(source)
            absent = "false" if EMPTY[reader.__name__] == "boolean" else f"cast(null as {EMPTY[reader.__name__]})"
            picked.append(f"{reader(chr(34) + here + chr(34), kinds[here]) if here else absent} as {name}")
        db.execute("create or replace temp table named as select unnest(?::varchar[]) as path, unnest(?::integer[]) as file",
                   [[str(folder / file) for _, file in members], [number for number, _ in members]])
        paths = "[" + ", ".join(quoted(folder / file) for _, file in members) + "]"
        db.execute(f"insert into {table} select named.file, file_row_number + 1, {', '.join(picked)} "
                   f"from read_parquet({paths}, filename = true, file_row_number = true, hive_partitioning = false) "
                   f"join named on named.path = filename")
    db.execute(f"create table {table}_files as select unnest(?::integer[]) as file, unnest(?::varchar[]) as path",
               [list(range(len(files))), [f"{table}/{file}" for file in files]])
    return seen


def read_certificates(db, table):
    """Adds `person_id`: null where the certificate number is missing or malformed."""
    digits = " + ".join(f"{w} * cast(substr(stem, {i + 1}, 1) as integer)" for i, w in enumerate(WEIGHTS))
    db.execute(f"""
        create or replace temp table certificates as
        with given as (select distinct certno, coalesce(cert_type, '1') <> '1' as other from {table} where certno is not null),
        stems as (
          select *, case when regexp_full_match(certno, '[0-9]{{17}}[0-9Xx]') then left(certno, 17)
                         when regexp_full_match(certno, '[0-9]{{15}}') then left(certno, 6) || '19' || right(certno, 9) end as stem
          from given where not other),
        checked as (select *, case when stem is not null then substr('10X98765432', ({digits}) % 11 + 1, 1) end as digit from stems)
        select certno, other, upper(certno) as person_id from given where other
        union all
        select certno, other, case when length(certno) = 15 or upper(right(certno, 1)) = digit then stem || digit end from checked""")
    db.execute(f"""create or replace table {table} as select t.*, c.person_id from {table} t left join certificates c
                   on c.certno = t.certno and c.other = (coalesce(t.cert_type, '1') <> '1')""")


# --- from rows to sums ----------------------------------------------------------------------------------------------------
def judge_settlements(db, delivery, as_of):
    columns = {"setl_id": ("setl_id", trimmed), "init_setl_id": ("init_setl_id", trimmed), "certno": ("certno", trimmed),
               "cert_type": ("psn_cert_type", code), "area": ("insu_admdvs", trimmed), "setl_time": ("setl_time", time),
               "updt_time": ("updt_time", time), "vali_flag": ("vali_flag", code), "deleted": ("deleted", code),
               "refund": ("refd_setl_flag", code)}
    columns |= {name: (name, amount) for name in [*NEEDED, *OPTIONAL, *CHECKED]}
    columns |= {f"{name}_lost": (name, amount_lost) for name in OPTIONAL}
    seen = read_table(db, delivery, "settlements", columns)
    read_certificates(db, "settlements")
    lost = " or ".join([*(f"{name} is null" for name in NEEDED), *(f"{name}_lost" for name in OPTIONAL)])
    zero = {name: f"coalesce({name}, 0)" for name in [*NEEDED, *OPTIONAL]}
    db.execute(f"""
        create table judged as
        select file, row, setl_id, init_setl_id, person_id, setl_time, updt_time,
          case when regexp_full_match(area, '[1-8][0-9]{{5}}') then area end as area,
          coalesce(vali_flag, '1') <> '1' or coalesce(deleted, '0') = '1' as void,
          not (cast(setl_time as date) between make_date({as_of[:4]}, 1, 1) and date '{as_of}') as outside,
          {zero['medfee_sumamt']} as total_cost, {zero['hifp_pay']} as basic_insurance, {zero['hifmi_pay']} as critical_illness,
          {zero['maf_pay']} as medical_assistance, {' + '.join(zero[name] for name in OTHER_FUNDS)} as other_funds,
          {zero['ownpay_hosp_part']} as hospital_part, {zero['inscp_amt']} as in_scope_cost, refund,
          {', '.join(CHECKED)},
          case when person_id is null then 'bad_certno'
               when setl_id is null then 'no_setl_id'
               when setl_time is null then 'bad_setl_time'
               when {lost} then 'bad_amount'
               when medfee_sumamt < 0 and init_setl_id is null then 'negative_cost' end as rejected
        from settlements""")
    db.execute("drop table settlements")
    db.execute("create table resent as select setl_id from judged where rejected is null group by 1 having count(*) > 1")
    db.execute("""
        create table winners as  -- own: what one is by itself; null for a reversal, which follows another
        with good as (select *, case when void then 'void' when outside then 'out_of_window' when init_setl_id is null then 'counted' end as own
                      from judged where rejected is null)
        select * from good where setl_id not in (select setl_id from resent)
        union all
        select * from good where setl_id in (select setl_id from resent)
        qualify row_number() over (partition by setl_id order by updt_time desc nulls last, file desc, row desc) = 1""")
    follow_reversals(db)
    same = " and ".join(f"j.{f} = w.{f}" for f in FIGURES)
    db.execute(f"""
        create table fates as
        with final as (select w.file, w.row, coalesce(w.own, d.reason) as reason from winners w left join decided d on w.own is null and d.setl_id = w.setl_id),
        again as (select * from winners where setl_id in (select setl_id from resent)),
        superseded as (
          select j.file, j.row, case when {same} then 'duplicate' else 'correction' end as reason
          from judged j join again w on w.setl_id = j.setl_id
          where j.rejected is null and (w.file <> j.file or w.row <> j.row)),
        reasons as (select * from final union all select * from superseded
                    union all select file, row, rejected from judged where rejected is not null)
        select j.file, j.row, j.person_id, j.total_cost as fen, r.reason,
          case when j.rejected is not null then 'rejected'
               when r.reason in ('duplicate', 'correction') then 'superseded'
               when r.reason in ('void', 'reverses_void') then 'void'
               when r.reason in ('out_of_window', 'reverses_out_of_window') then 'out_of_window'
               when r.reason = 'counted' then 'counted' else 'orphan' end as fate
        from judged j left join reasons r on r.file = j.file and r.row = j.row""")
    db.execute("""create table counted as select w.* from winners w left join decided d on w.own is null and d.setl_id = w.setl_id
                  where coalesce(w.own, d.reason) = 'counted'""")
    return seen


def follow_reversals(db):
    """Decides every reversal by the settlement at the end of its chain, one link a pass."""
    db.execute("""
        create table reversals as select setl_id, init_setl_id from winners where own is null;
        create table decided as select setl_id, own as reason from winners
        where own is not null and setl_id in (select init_setl_id from reversals);
        insert into decided
        select setl_id, case when init_setl_id in (select setl_id from judged where setl_id is not null) then 'orphan_rejected'
                             else 'orphan_not_delivered' end
        from reversals where init_setl_id not in (select setl_id from decided union all select setl_id from reversals)""")
    while True:
        settled = db.execute("""
            insert into decided
            select o.setl_id, case d.reason when 'void' then 'reverses_void' when 'out_of_window' then 'reverses_out_of_window'
                                            else d.reason end
            from reversals o join decided d on d.setl_id = o.init_setl_id
            where o.setl_id not in (select setl_id from decided)""").fetchone()[0]
        if settled == 0:
            break
    db.execute("""insert into decided select setl_id, 'orphan_not_delivered' from reversals
                  where setl_id not in (select setl_id from decided)""")


def judge_commercial(db, delivery, as_of):
    read_table(db, delivery, "commercial", {
        "payment_id": ("payment_id", trimmed), "certno": ("certno", trimmed), "cert_type": ("psn_cert_type", code),
        "paid_on": ("paid_on", day), "amount": ("amount", amount)})
    read_certificates(db, "commercial")
    db.execute(f"""
        create table payments as
        select *, case when person_id is null then 'bad_certno' when payment_id is null then 'no_payment_id'
                       when paid_on is null then 'bad_date' when amount is null then 'bad_amount' end as rejected,
          not (paid_on between make_date({as_of[:4]}, 1, 1) and date '{as_of}') as outside from commercial""")
    db.execute("""
        create table payment_winners as select * from payments where rejected is null
        qualify row_number() over (partition by payment_id order by file desc, row desc) = 1""")
    db.execute("""
        create table payment_fates as
        select p.file, p.row, p.person_id, coalesce(p.amount, 0) as fen,
          coalesce(p.rejected, case when w.file <> p.file or w.row <> p.row
                                    then case when w.amount = p.amount then 'duplicate' else 'correction' end
                                    when p.outside then 'out_of_window' else 'counted' end) as reason,
          case when p.rejected is not null then 'rejected' when w.file <> p.file or w.row <> p.row then 'superseded'
               when p.outside then 'out_of_window' else 'counted' end as fate
        from payments p left join payment_winners w on p.rejected is null and w.payment_id = p.payment_id""")
    db.execute("create table paid as select person_id, paid_on, amount from payment_winners where not outside")


def judge_identities(db, delivery, as_of, codes):
    read_table(db, delivery, "identities", {
        "certno": ("certno", trimmed), "cert_type": ("psn_cert_type", code), "code": ("psn_idet_type", code),
        "area": ("insu_admdvs", trimmed), "begndate": ("begndate", day), "enddate": ("enddate", day),
        "end_lost": ("enddate", day_lost)})
    read_certificates(db, "identities")
    mapping = ", ".join(f"('{code}', '{category}')" for code, category in codes.items())
    db.execute(f"""
        create table register as
        select i.*, m.category, case when person_id is null then 'bad_certno' when begndate is null or end_lost then 'bad_date' end as rejected,
          case when regexp_full_match(area, '[1-8][0-9]{{5}}') then area end as area_code,
          begndate <= date '{as_of}' and (enddate is null or enddate > date '{as_of}') as in_force
        from identities i left join (values {mapping}) m(code, category) on m.code = i.code""")
    db.execute("""
        create table identity_fates as select file, row, 0 as fen,
          coalesce(rejected, case when in_force then 'counted' else 'out_of_window' end) as reason,
          case when rejected is not null then 'rejected' when in_force then 'counted' else 'out_of_window' end as fate
        from register""")


def read_income(db, delivery, series, year):
    read_table(db, delivery, "income", {"area": ("area_code", trimmed), "year": ("year", integer), "series": ("series", trimmed),
                                        "amount": ("per_capita_disposable_income", amount)})
    db.execute(f"""
        create table incomes as select area, amount from income where series = '{series}' and year = {year} and amount > 0
        qualify row_number() over (partition by area order by file desc, row desc) = 1""")


# --- from sums to findings ------------------------------------------------------------------------------------------------
def sum_burdens(db):
    sums = ", ".join(f"cast(sum({f}) as hugeint) as {f}" for f in FIGURES)
    db.execute(f"""
        create table burdens as
        select s.*, cast(coalesce(p.commercial, 0) as hugeint) as commercial,
          total_cost - basic_insurance - critical_illness - medical_assistance - other_funds - hospital_part - coalesce(p.commercial, 0) as burden_total,
          in_scope_cost - basic_insurance - critical_illness - medical_assistance - other_funds as burden_in_scope
        from (select person_id, count(*) as settlements, {sums} from counted group by 1) s
        left join (select person_id, sum(amount) as commercial from paid group by 1) p using (person_id)""")


def assess(db, rules, own_area):
    order = ", ".join(f"('{category}', {rank})" for rank, category in enumerate(CATEGORY_ORDER))
    covers = ", ".join(f"({number}, '{rule}', cast({percent} as decimal(9, 4)), '{category}', '{tests}')"
                       for number, (rule, percent, categories, tests) in enumerate(rules) for category in categories)
    db.execute("""
        create table areas as
        with registered as (
          select person_id, arg_max(area_code, (begndate, area_code)) as area from register
          where rejected is null and in_force and area_code is not null group by 1),
        settled as (select person_id, arg_max(area, (setl_time, setl_id)) as area from counted where area is not null group by 1)
        select person_id, coalesce(r.area, s.area) as area_code
        from burdens left join registered r using (person_id) left join settled s using (person_id)""")
    db.execute(f"""
        create table people as
        with held as (select * from register where rejected is null and in_force),
        categories as (select distinct person_id, category from held where category is not null
          union select person_id, 'ordinary_insured' from burdens where person_id not in (select person_id from held))
        select a.person_id, c.category, o.rank, coalesce(a.area_code, '{own_area}') as area_code, a.area_code is null as no_area
        from areas a join categories c using (person_id) join (values {order}) o(category, rank) using (category)""")
    db.execute(f"""
        create table candidates as
        with tried as (
          select p.*, r.number, r.rule, r.percent, r.tests,
            case when right(p.area_code, 2) not in ('00', '99') then p.area_code end as county,
            case when substr(p.area_code, 3, 2) <> '00' then left(p.area_code, 4) || '00' end as prefecture
          from people p join (values {covers}) r(number, rule, percent, category, tests) using (category))
        select t.*, coalesce(c.amount, f.amount) as income, case when c.amount is not null then county else prefecture end as income_area
        from tried t left join incomes c on c.area = t.county left join incomes f on f.area = t.prefecture""")
    db.execute("""
        create table findings as
        with ranked as (
          select *, row_number() over (partition by person_id, tests order by percent * income, number, rank) as place
          from candidates where income is not null)
        select r.*, b.* exclude (person_id), case tests when 'burden_total' then burden_total else burden_in_scope end as tested
        from ranked r join burdens b using (person_id)
        where place = 1 and cast(tested as decimal(38, 0)) * 100 > r.percent * r.income""")
    db.execute("""
        create table exceeded as
        with steps as (
          select person_id, cast(setl_time as date) as day,
            sum(total_cost - basic_insurance - critical_illness - medical_assistance - other_funds - hospital_part) as total,
            sum(in_scope_cost - basic_insurance - critical_illness - medical_assistance - other_funds) as in_scope
          from counted group by all
          union all select person_id, paid_on, -sum(amount), 0 from paid group by all),
        days as (select person_id, day, sum(total) as total, sum(in_scope) as in_scope from steps group by all),
        sofar as (select f.person_id, f.tests, f.percent, f.income, day,
            sum(case f.tests when 'burden_total' then total else in_scope end) over (partition by f.person_id, f.tests order by day) as burden
          from findings f join days using (person_id))
        select person_id, tests, min(day) as first_exceeded_on from sofar
        where cast(burden as decimal(38, 0)) * 100 > percent * income group by all""")


def write(db, out, as_of, income_year):
    exact = lambda name: f"cast(cast({name} as decimal(18, 0)) * 0.01 as decimal(16, 2)) as {name}"
    sums = ", ".join(exact(f) for f in [*FIGURES, "commercial", "burden_total", "burden_in_scope"])
    db.execute(f"""copy (select date '{as_of}' as as_of, f.person_id, category,
        case when not no_area then area_code end as area_code, rule, settlements, {sums},
        f.tests as burden_tested, cast(cast(tested as decimal(18, 0)) * 0.01 as decimal(16, 2)) as tested,
        cast(cast(income as decimal(18, 0)) * 0.01 as decimal(16, 2)) as income_reference, {income_year} as income_year, income_area,
        percent, cast(percent * income as decimal(30, 4)) * 0.0001 as threshold, first_exceeded_on
        from findings f left join exceeded e on e.person_id = f.person_id and e.tests = f.tests order by rule, f.person_id)
        to '{out}/flagged.parquet' (format parquet)""")
    db.execute(f"""copy (select date '{as_of}' as as_of, person_id, area_code, settlements, {sums}
        from burdens join areas using (person_id) order by person_id) to '{out}/burden.parquet' (format parquet)""")
    db.execute(f"""copy (select n.path as file, f.row, f.fate, f.reason, f.fen from fates f join settlements_files n using (file)
        order by f.file, f.row) to '{out}/fates.parquet' (format parquet)""")


def write_evidence(db, out):
    """Every settlement row of the flagged people, and their counted payments, with what became of each."""
    whose = "person_id in (select person_id from findings)"
    db.execute(f"""copy (
        select f.person_id, 'settlements' as "table", n.path as file, f.row, f.fate, nullif(f.reason, 'counted') as reason, f.fen
        from fates f join settlements_files n using (file) where {whose}
        union all
        select f.person_id, 'commercial', n.path, f.row, f.fate, null, f.fen
        from payment_fates f join commercial_files n using (file) where {whose} and f.fate = 'counted'
        order by all) to '{out}/evidence.parquet' (format parquet)""")


def account(db, seen):
    totals, reasons = {}, {}
    for table, fates in [("settlements", "fates"), ("commercial", "payment_fates"), ("identities", "identity_fates")]:
        if not db.execute(f"select count(*) from {table}_files").fetchone()[0]:
            continue
        found = db.execute(f"select fate, count(*), sum(fen)::bigint from {fates} group by 1").fetchall()
        found = {fate: {"rows": rows, "fen": fen} for fate, rows, fen in found}
        fates_of_rows = ["rejected", "superseded", "void", "out_of_window", "orphan", "counted"]
        of = {fate: found.get(fate, {"rows": 0, "fen": 0}) for fate in fates_of_rows}
        of["read"] = {key: sum(part[key] for part in of.values()) for key in ("rows", "fen")}
        totals[table] = of
        aside = db.execute(f"select reason, count(*) from {fates} where reason <> 'counted' group by 1 order by 1").fetchall()
        reasons[table] = dict(aside)
    differ = {"parts_differ": ({"fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt"},
                               "total_cost - coalesce(fulamt_ownpay_amt, 0) - coalesce(overlmt_selfpay, 0) - coalesce(preselfpay_amt, 0) - in_scope_cost"),
              "payers_differ": ({"fund_pay_sumamt", "psn_pay"},
                                "total_cost - coalesce(fund_pay_sumamt, 0) - coalesce(psn_pay, 0) - hospital_part"),
              "person_differs": ({"psn_pay", "acct_pay", "cash_payamt"}, "coalesce(psn_pay, 0) - coalesce(acct_pay, 0) - coalesce(cash_payamt, 0)"),
              "funds_differ": ({"fund_pay_sumamt"},
                               "coalesce(fund_pay_sumamt, 0) - basic_insurance - critical_illness - medical_assistance - other_funds")}
    checks = {}
    for check, (needs, gap) in differ.items():
        if needs <= seen:
            checks[check] = db.execute(f"select count(*) from counted where abs({gap}) > 1").fetchone()[0]
    checks["negative_person_cost"] = db.execute("select count(*) from burdens where total_cost < 0").fetchone()[0]
    if "refd_setl_flag" in seen:
        checks["refund_without_reversal"] = db.execute("""select count(*) from counted where refund = '1' and total_cost > 0
            and setl_id not in (select init_setl_id from counted where init_setl_id is not null)""").fetchone()[0]
    checks["unknown_code"] = db.execute("""select count(*) from register where rejected is null and in_force
                                           and category is null""").fetchone()[0]
    undecided = {
        "people_without_income": db.execute("select count(distinct person_id) from candidates where income is null").fetchone()[0],
        "people_without_area": db.execute("select count(distinct person_id) from people where no_area").fetchone()[0],
        "areas_tied": db.execute("""select count(*) from (select person_id from (select *, max(begndate) over (partition by person_id) as newest
            from register where rejected is null and in_force and area_code is not null) where begndate = newest
            group by 1 having count(distinct area_code) > 1)""").fetchone()[0],
    }
    flagged = dict(db.execute("select rule, count(*) from findings group by 1 order by 1").fetchall())
    return {"control_totals": totals, "set_aside": reasons, "checks": checks, "flagged": flagged,
            "burden_of_flagged_fen": int(db.execute("select coalesce(sum(tested), 0) from findings").fetchone()[0]),
            "people": db.execute("select count(*) from burdens").fetchone()[0], "undecided": undecided}


def answer(delivery, as_of, out, rules="bench", memory="8GB"):
    """Works everything out and writes it to `out`; returns what oracle.json says."""
    os.makedirs(out, exist_ok=True)
    db = duckdb.connect()
    db.execute(f"set threads = 2; set memory_limit = '{memory}'; set preserve_insertion_order = false; set TimeZone = 'UTC'")
    seen = judge_settlements(db, delivery, as_of)
    judge_commercial(db, delivery, as_of)
    judge_identities(db, delivery, as_of, CATEGORIES[rules])
    year = int(as_of[:4]) - 1
    read_income(db, delivery, "rural", year)
    sum_burdens(db)
    assess(db, RULES[rules], POLICY_AREA[rules])
    write(db, out, as_of, year)
    write_evidence(db, out)
    said = {"as_of": as_of, "delivery": str(delivery), **account(db, seen)}
    Path(out, "oracle.json").write_text(json.dumps(said, indent=2) + "\n")
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("delivery")
    parser.add_argument("as_of")
    parser.add_argument("out")
    parser.add_argument("--percent-rules", choices=sorted(RULES), default="bench")
    parser.add_argument("--memory", default="8GB")
    asked = parser.parse_args()
    print(json.dumps(answer(asked.delivery, asked.as_of, asked.out, asked.percent_rules, asked.memory), indent=2))


if __name__ == "__main__":
    main()
