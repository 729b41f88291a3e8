"""The audit of subsidies a second time, by the sample's policy, from the delivered rows alone.

    python subsidies.py DELIVERY NIGHT

DELIVERY is a folder that `fangpin sample` wrote, NIGHT a published night of a subsidy or monthly job on it. Prints how
many people the two say different things of, and ends with 1 when there is anybody. Needs pyarrow.
"""

import calendar
import collections
import datetime
import pathlib
import sys

import pyarrow.parquet as parquet

from faults import certificate

UNREADABLE = object()


def rows(delivery, table):
    for file in sorted(pathlib.Path(delivery, table).rglob("*.parquet")):
        yield from parquet.read_table(file).to_pylist()


def day(value):
    if value is None or isinstance(value, datetime.datetime):
        return value and value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return UNREADABLE


def code(value):
    return "" if value is None else str(value).strip().lstrip("0")


def person(row):
    if row["certno"] is None:
        return None
    number = str(row["certno"]).strip().upper()
    if code(row.get("psn_cert_type")) not in ("", "1"):
        return number or None
    if len(number) == 15 and number.isdigit():
        number = certificate(number[:6] + "19" + number[6:])
    sound = len(number) == 18 and number[:17].isdigit() and certificate(number[:17]) == number
    return number if sound else None


def identities(delivery, as_of):
    found = collections.defaultdict(list)
    for row in rows(delivery, "identities"):
        begin = day(row.get("begndate", row.get("begntime")))
        end = day(row.get("enddate", row.get("endtime")))
        if person(row) and begin not in (None, UNREADABLE) and end is not UNREADABLE and begin <= as_of:
            found[person(row)].append((begin, end or datetime.date.max, code(row["psn_idet_type"])))
    return found


def collections_of(delivery, as_of):
    found = collections.defaultdict(list)
    for row in rows(delivery, "contributions"):
        paid_on = day(row["paid_on"])
        amounts = [row["due_amount"], row["own_amount"], row["subsidy_amount"]]
        usable = person(row) and paid_on not in (None, UNREADABLE) and None not in amounts
        if usable and int(row["year"]) == as_of.year and paid_on <= as_of and code(row["insutype"]) == "390":
            found[person(row)].append((paid_on, *(int(amount * 100) for amount in amounts)))
    return found


def statuses(delivery, as_of):
    """Of resident insurance, on any day of the year."""
    found = collections.defaultdict(list)
    new_year = as_of.replace(month=1, day=1)
    for row in rows(delivery, "insured"):
        begin, end = day(row["psn_insu_date"]), day(row["paus_insu_date"])
        usable = person(row) and begin not in (None, UNREADABLE) and end is not UNREADABLE and begin <= as_of
        if usable and (end or datetime.date.max) > new_year and code(row["insutype"]) == "390":
            found[person(row)].append(code(row["psn_insu_stas"]))
    return found


def later(begin, months):
    year, month = divmod(begin.year * 12 + begin.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(begin.day, calendar.monthrange(year, month + 1)[1]))


def due(spells, decides, premium):
    """The least and the most, by the article of the sample; None for a code without a meaning."""
    amounts, held = [], [local for begin, end, local in spells if begin <= decides < end]
    for local in held:
        if local == "1":
            amounts.append((premium, premium))
        elif local in ("2", "3"):
            amounts.append((20_000, 20_000))
        elif local in ("4", "5"):
            recognised = min(begin for begin, _, other in spells if other == local)
            amounts.append((18_000, 18_000) if decides < later(recognised, 36) else (0, 0))
        elif local == "6":
            amounts.append((-(-premium * 80 // 100), premium * 90 // 100))
        elif local == "9":
            amounts.append((0, 0))
    if held and not amounts:
        return None
    return max(amounts, key=lambda amount: (amount[1], amount[0]), default=(0, 0))


def matter(spells, paid, insured, in_register):
    if not paid:
        return "premium_not_paid" if "1" in insured else "no_subsidy_due"
    subsidised = [row[0] for row in paid if row[3] > 0]
    decides = min(subsidised or [row[0] for row in paid])
    premium, own, subsidy = max(row[1] for row in paid), sum(row[2] for row in paid), sum(row[3] for row in paid)
    if subsidy > 0 and in_register and not insured:
        return "subsidy_not_enrolled"
    amount = due(spells, decides, premium)
    if amount is None:
        return "no_data"
    least, most = amount
    if subsidy > most and len(subsidised) - sum(row[3] < 0 for row in paid) > 1:
        return "subsidy_twice"
    if own <= 0 and premium > 0 and (subsidy <= 0 or subsidy >= least and 0 < most < premium):
        return "premium_not_paid"
    if subsidy > most:
        return "subsidy_too_much"
    if subsidy < least:
        return "subsidy_too_little"
    return "subsidy_right" if most else "no_subsidy_due"


def main(delivery, night):
    as_of = datetime.date.fromisoformat(pathlib.Path(night).name)
    spells, paid, insured = identities(delivery, as_of), collections_of(delivery, as_of), statuses(delivery, as_of)
    new_year = as_of.replace(month=1, day=1)
    register = {one for one, held in spells.items() if any(max(begin, new_year) < end for begin, end, _ in held)}
    subjects = register | {one for one, of in paid.items() if any(row[3] > 0 for row in of)}
    expected = {one: matter(spells[one], paid[one], insured[one], one in register) for one in subjects}
    verdicts = parquet.read_table(pathlib.Path(night, "verdicts.parquet")).to_pylist()
    found = {row["person_id"]: row["matter"] for row in verdicts if row["mechanism"] == "subsidy"}
    everyone = expected.keys() | found.keys()
    differ = collections.Counter(
        (found.get(one), expected.get(one)) for one in everyone if found.get(one) != expected.get(one)
    )
    print(f"{len(everyone)} people, {differ.total()} of whom the two say different things")
    for (here, there), people in differ.most_common():
        print(f"  {people}: {here}, reckoned {there}")
    return 1 if differ or not found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
