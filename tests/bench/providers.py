#!/usr/bin/env python3
"""Shares, stays, admission rates and the draw of cards a second time, by the sample's policy, from the delivered rows.

usage: providers.py DELIVERY NIGHT

DELIVERY is a folder that `fangpin sample` wrote, NIGHT a published night of a monthly job on it. Which settlements count is
taken from oracle.py, the rest is written from the definitions below; none of the program's code is used. Prints for each
mechanism how many subjects were compared and what differs, and ends with 1 when anything does. Needs duckdb.

  * A reversal is taken from the settlement at the end of its chain; one whose cost comes to nothing is as if it never came.
  * Settlements of one person, institution and visit id are one stay: from the earliest begin to the latest end, of the year
    in which it ends.
  * Share: of the in-patient settlements of an institution whose patient is of the register on the day of settlement, what is
    paid by the patient outside the catalogue and above its prices, in percent of the cost; from ten settlements on.
  * Split: admitted again where one was discharged at most ten days before, for the same disease. Repeated: five stays of a
    person at an institution. During: an out-patient, chronic or pharmacy settlement anywhere on a day after admission and
    before discharge. Short: three stays of at most two nights, 1500 yuan and a minor diagnosis.
  * Admission rate: stays per person enrolled, by area insured in and first category on the day; 0.6745 (x - median) / MAD of at least 3.5 and
    above p + 3.09 sqrt(p / n), among at least five peers of the category.
  * Draw: of the month's new cards, a tenth of each institution's, rounded up, by HMAC-SHA256 of the card under the seed.
"""
import collections
import datetime
import hashlib
import hmac
import json
import math
import statistics
import sys
from fractions import Fraction
from pathlib import Path

import duckdb

import oracle

LEVELS = {"2": "3", "5": "2", "8": "1", "11": "none"}
LIMITS = {"1": 1, "2": 2, "3": 3}
MINIMUM_STAYS = 10
SPLIT_DAYS, REPEATED, SHORT_DAYS, SHORT_COST, SHORT_STAYS = 10, 5, 2, 150_000, 3
MINOR = {"J06.9", "J00", "K29.7", "R51"}
SIGMAS, Z, PEERS = Fraction("3.09"), Fraction("3.5"), 5
PERCENT, AREA = 10, "150700"
IN_PATIENT, BESIDE = "21", {"11", "14", "41"}
CATEGORIES = oracle.CATEGORIES["bench"]

Settlement = collections.namedtuple("Settlement", "id person institution level visit care disease begin end day cost outside area")
Stay = collections.namedtuple("Stay", "person institution disease begin end cost area")


# --- what was delivered ---------------------------------------------------------------------------------------------------
def read_settlements(db, delivery, as_of):
    """Every settlement that counts, less what reversed it."""
    oracle.judge_settlements(db, delivery, as_of)
    db.execute("drop table settlements_files")
    oracle.read_table(db, delivery, "settlements", {
        "visit": ("mdtrt_id", oracle.trimmed), "institution": ("fixmedins_code", oracle.trimmed),
        "level": ("hosp_lv", oracle.code), "care": ("med_type", oracle.code), "disease": ("dise_no", oracle.trimmed),
        "begins": ("begndate", oracle.day), "ends": ("enddate", oracle.day)})
    rows = db.execute("""
        select setl_id, init_setl_id, person_id, institution, level, visit, care, disease, begins, ends,
          cast(setl_time as date), total_cost, coalesce(fulamt_ownpay_amt, 0) + coalesce(overlmt_selfpay, 0), area
        from counted join settlements using (file, row)""").fetchall()
    reverses = {row[0]: row[1] for row in rows if row[1]}
    sums = {row[0]: [0, 0] for row in rows if not row[1]}
    for row in rows:
        root = row[0]
        while root in reverses:
            root = reverses[root]
        sums[root] = [sums[root][0] + row[11], sums[root][1] + row[12]]
    undone = set(reverses.values())
    whole = (Settlement(row[0], *row[2:11], *sums[row[0]], row[13]) for row in rows if not row[1])
    return [settlement for settlement in whole if settlement.cost != 0 or settlement.id not in undone]


def read_register(db, delivery, as_of):
    """Person -> spells: category, first day, first day after."""
    oracle.judge_identities(db, delivery, as_of, CATEGORIES)
    found = collections.defaultdict(list)
    for person, category, begins, ends in db.execute("""
            select person_id, category, begndate, coalesce(enddate, date '9999-12-31') from register
            where rejected is null and category is not null""").fetchall():
        found[person].append((category, begins, ends))
    return found


def categories_on(register, person, day):
    held = {category for category, begins, ends in register.get(person, ()) if begins <= day < ends}
    return sorted(held, key=oracle.CATEGORY_ORDER.index) or ["ordinary_insured"]


def read_enrolled(db, delivery, as_of):
    """Person -> area, of everybody enrolled on the day."""
    oracle.read_table(db, delivery, "insured", {
        "certno": ("certno", oracle.trimmed), "cert_type": ("psn_cert_type", oracle.code),
        "area": ("insu_admdvs", oracle.trimmed), "status": ("psn_insu_stas", oracle.code),
        "begins": ("psn_insu_date", oracle.day), "ends": ("paus_insu_date", oracle.day)})
    oracle.read_certificates(db, "insured")
    return dict(db.execute(f"""
        select person_id, arg_max(area, begins) from insured
        where person_id is not null and status = '1' and begins <= date '{as_of}' and (ends is null or ends > date '{as_of}')
        group by 1""").fetchall())


def read_cards(db, delivery):
    oracle.read_table(db, delivery, "chronic_cards", {
        "card": ("card_id", oracle.trimmed), "certno": ("certno", oracle.trimmed), "cert_type": ("psn_cert_type", oracle.code),
        "issued": ("issued_on", oracle.day), "institution": ("fixmedins_code", oracle.trimmed)})
    oracle.read_certificates(db, "chronic_cards")
    return db.execute("select card, issued, institution from chronic_cards where person_id is not null").fetchall()


# --- the answers ----------------------------------------------------------------------------------------------------------
def shares(rows, register):
    """Institution -> level, settlements, cost, outside, verdict."""
    found = {}
    for row in rows:
        if row.care == IN_PATIENT and categories_on(register, row.person, row.day) != ["ordinary_insured"]:
            of = found.setdefault(row.institution, [row.level, 0, 0, 0])
            of[1], of[2], of[3] = of[1] + 1, of[2] + row.cost, of[3] + row.outside
    for institution, (level, count, cost, outside) in found.items():
        limit = LIMITS.get(LEVELS[level])
        verdict = "not_applicable" if limit is None or count < MINIMUM_STAYS else \
            "fault" if outside * 100 > limit * cost else "correct"
        found[institution] = (LEVELS[level], count, cost, outside, verdict)
    return found


def stays(rows):
    grouped = collections.defaultdict(list)
    for row in rows:
        if row.care == IN_PATIENT:
            grouped[row.person, row.institution, row.visit or row.id].append(row)
    found = []
    for (person, institution, _), theirs in grouped.items():
        last = max(theirs, key=lambda row: (row.day, row.id))
        found.append(Stay(person, institution, last.disease, min(row.begin for row in theirs), max(row.end for row in theirs),
                          sum(row.cost for row in theirs), last.area))
    return sorted(found, key=lambda stay: (stay.person, stay.begin, stay.end))


def conduct(rows, stays):
    """Mechanism -> the institutions that it is about."""
    found = {name: set() for name in ["split_stays", "repeated_stays", "paid_during_stay", "short_stays"]}
    at_one, same, short = collections.Counter(), collections.defaultdict(list), collections.Counter()
    beside = collections.defaultdict(list)
    for row in rows:
        if row.care in BESIDE:
            beside[row.person].append((row.begin, row.end))
    for stay in stays:
        at_one[stay.person, stay.institution] += 1
        same[stay.person, stay.institution, stay.disease].append(stay)
        if any(stay.begin < begin and end < stay.end for begin, end in beside[stay.person]):
            found["paid_during_stay"].add(stay.institution)
        if (stay.end - stay.begin).days <= SHORT_DAYS and stay.cost <= SHORT_COST and stay.disease in MINOR:
            short[stay.institution] += 1
    for (_, institution, _), theirs in same.items():
        if any(0 <= (again.begin - first.end).days <= SPLIT_DAYS for first in theirs for again in theirs if first is not again):
            found["split_stays"].add(institution)
    found["repeated_stays"] = {institution for (_, institution), count in at_one.items() if count >= REPEATED}
    found["short_stays"] = {institution for institution, count in short.items() if count >= SHORT_STAYS}
    return found


def rates(stays, register, enrolled, as_of):
    """Area and category -> stays, enrolled, median, MAD, z, what the limit is of, whether an outlier."""
    people, admitted = collections.Counter(), collections.Counter()
    for person, area in enrolled.items():
        people[area, categories_on(register, person, as_of)[0]] += 1
    for stay in stays:
        admitted[stay.area, categories_on(register, stay.person, as_of)[0]] += 1
    found = {}
    for category in oracle.CATEGORY_ORDER:
        of = {cell: Fraction(admitted[cell], count) for cell, count in people.items() if cell[1] == category}
        if not of:
            continue
        median = statistics.median(of.values())
        mad = statistics.median(abs(rate - median) for rate in of.values())
        mean = Fraction(sum(admitted[cell] for cell in of), sum(people[cell] for cell in of))
        for cell, rate in of.items():
            z = None if mad == 0 else Fraction("0.6745") * (rate - median) / mad
            over = rate - mean
            above = over > 0 and over * over > SIGMAS * SIGMAS * mean / people[cell]
            outlying = len(of) >= PEERS and z is not None and z >= Z and above
            found[cell] = (admitted[cell], people[cell], median, mad, z, (mean, people[cell]), outlying)
    return found


def draw(cards, as_of, area):
    """Card -> rank, whether drawn; and the seed."""
    last = (as_of.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    month = as_of if as_of == last else as_of.replace(day=1) - datetime.timedelta(days=1)
    new = [(card, institution) for card, issued, institution in cards if (issued.year, issued.month) == (month.year, month.month)]
    listed = hashlib.sha256("\n".join(sorted(card for card, _ in new)).encode()).hexdigest()
    seed = f"fangpin|{area}|{month:%Y-%m}|{len(new)}|{listed}"
    groups = collections.defaultdict(list)
    for card, institution in new:
        groups[institution].append((hmac.new(seed.encode(), card.encode(), "sha256").hexdigest(), card))
    found = {}
    for ranked in groups.values():
        for place, (rank, card) in enumerate(sorted(ranked)):
            found[card] = (rank, place < -(-PERCENT * len(ranked) // 100))
    return seed, found


# --- what was published ---------------------------------------------------------------------------------------------------
def published(db, night, table):
    found = db.execute(f"select * from read_parquet({oracle.quoted(Path(night, table + '.parquet'))})")
    names = [name for name, *_ in found.description]
    return [dict(zip(names, row)) for row in found.fetchall()]


def verdicts(db, night, mechanism):
    """Subject -> verdict."""
    rows = published(db, night, "verdicts")
    return {row["subject_code"]: row["verdict"] for row in rows if row["mechanism"] == mechanism}


class Held:
    """Counts what was compared and what differs."""

    def __init__(self):
        self.differ = 0

    def same(self, what, ours, theirs):
        differ = {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
        print(f"{what}: {len(ours.keys() | theirs.keys())} compared, {len(differ)} differ")
        for key in sorted(differ, key=str)[:5]:
            print(f"  {key}: ours {ours.get(key)}, published {theirs.get(key)}")
        self.differ += len(differ)


def fen(amount):
    return int(amount * 100)


def as_fraction(value):
    return None if value is None else Fraction(str(value))


def hold_shares(held, db, night, ours):
    # An institution with nothing but rows in doubt has no share.
    rows = [row for row in published(db, night, "out_of_catalogue") if row["month"] is None and row["settlements"] > 0]
    theirs = {row["institution"]: (row["level"], row["settlements"], fen(row["total_cost"]), fen(row["out_of_catalogue"]),
                                   row["verdict"]) for row in rows}
    held.same("shares of institutions", ours, theirs)
    said = verdicts(db, night, "out_of_catalogue")
    held.same("verdicts on shares", {key: of[4] for key, of in ours.items()}, {key: said[key] for key in theirs})


def hold_conduct(held, db, night, ours):
    for mechanism, institutions in ours.items():
        said = verdicts(db, night, mechanism)
        faults = {subject: True for subject, verdict in said.items() if verdict == "fault"}
        held.same(f"{mechanism}, of {len(said)} institutions", {subject: True for subject in institutions}, faults)


def hold_rates(held, db, night, ours):
    rows = published(db, night, "admission_rates")
    theirs, expected = {}, {}
    for row in rows:
        cell = (row["area_code"], row["category"])
        figures = ("median", "mad", "z", "limit")
        theirs[cell] = (row["stays"], row["enrolled"], *(as_fraction(row[name]) for name in figures), row["verdict"] == "fault")
        if cell in ours:
            stays, people, median, mad, z, limit, outlying = ours[cell]
            expected[cell] = (stays, people, *(
                near(value, as_fraction(row[name]), row[name])
                for name, value in [("median", median * 1000), ("mad", mad * 1000), ("z", z), ("limit", limit_of(*limit))]),
                outlying)
    held.same("rates of admission", expected, theirs)


def near(ours, theirs, written):
    """Theirs, where the two are one figure: a half in the last place published may fall either way."""
    if ours is None or theirs is None:
        return ours
    last = Fraction(1, 10 ** -written.as_tuple().exponent)
    return theirs if abs(ours - theirs) <= last * Fraction(51, 100) else ours


def limit_of(mean, people):
    """A thousand times p + 3.09 sqrt(p / n), to far more places than are published."""
    square = SIGMAS * SIGMAS * mean / people * 10**46
    return mean * 1000 + Fraction(math.isqrt(int(square)), 10**20)


def hold_draw(held, db, night, ours):
    rows = published(db, night, "card_draw")
    held.same("cards of the month", ours, {row["card_id"]: (row["rank"], row["drawn"]) for row in rows})


def main():
    delivery, night = sys.argv[1:]
    manifest = json.loads(Path(night, "manifest.json").read_text())
    as_of = datetime.date.fromisoformat(manifest["as_of"])
    db = duckdb.connect()
    db.execute("set threads = 2; set TimeZone = 'UTC'")
    rows, register = read_settlements(db, delivery, str(as_of)), read_register(db, delivery, as_of)
    enrolled, cards = read_enrolled(db, delivery, as_of), read_cards(db, delivery)
    lain, held = stays(rows), Held()
    hold_shares(held, db, night, shares(rows, register))
    hold_conduct(held, db, night, conduct(rows, lain))
    hold_rates(held, db, night, rates(lain, register, enrolled, as_of))
    seed, drawn = draw(cards, as_of, AREA)
    print(f"seed {seed}, {sum(drawn for _, drawn in drawn.values())} of {len(drawn)} cards drawn")
    hold_draw(held, db, night, drawn)
    sys.exit(held.differ > 0)


if __name__ == "__main__":
    main()
