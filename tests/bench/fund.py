"""The audit of funds a second time, by the sample's policy, from the delivered months alone, in fractions.

    python fund.py DELIVERY NIGHT

NIGHT is a published night of a fund or monthly job on DELIVERY, whose fund table has each month once and by the
sample's codes. Prints how many figures were compared and in how many the two differ, and ends with 1 when they do.
Needs pyarrow.
"""

import collections
import datetime
import json
import math
import pathlib
import sys
from fractions import Fraction

import pyarrow.parquet as parquet

INCOME, SPENDING, BALANCE = range(3)
LAG, COVER, PERCENT, ALLOWANCE = 2, 6, 100, 1
differences = collections.Counter()


def rows(place):
    for file in sorted(pathlib.Path(place).rglob("*.parquet")):
        yield from parquet.read_table(file).to_pylist()


def fen(value):
    return None if value is None else int(value.scaleb(2))


def number(day):
    return day.year * 12 + day.month - 1


def rounded(value):
    return int(math.floor(abs(value) + Fraction(1, 2))) * (1 if value >= 0 else -1)


def ten_thousandths(part, whole):
    if part is None or not whole or whole < 0 or abs(Fraction(part, whole)) >= 10**6:
        return None
    return rounded(Fraction(part, whole) * 10000)


def total(months, flow, first, last):
    values = [months[month][flow] if month in months else None for month in range(first, last + 1)]
    return None if None in values else sum(values)


def complete(months, flow, year):
    whole = lambda of: total(months, flow, of * 12, of * 12 + 11) is not None
    return [of for of in range(year - 1, min(months) // 12 - 1, -1) if whole(of)][:5]


def rest(months, flow, through):
    """What the months after `through` bring until December, each with those before it, and by what."""
    year, month = divmod(through, 12)
    years, known = complete(months, flow, year), total(months, flow, year * 12, through)
    if known is None or not years:
        return None
    share = sum(total(months, flow, of * 12, of * 12 + month) for of in years)
    later = [sum(months[of * 12 + after][flow] for of in years) for after in range(month + 1, 12)]
    if share > 0 and known >= 0 and share * 100 >= sum(map(abs, later)):
        basis, each = "share", [rounded(Fraction(known * of, share)) for of in later]
    else:
        basis, each = "last_year", [months[years[0] * 12 + after][flow] for after in range(month + 1, 12)]
    return basis, [sum(each[: at + 1]) for at in range(len(each))]


def tested(funds):
    """The forecasts of years that are over, and how far off each was."""
    published, errors = {}, collections.defaultdict(list)
    for (area, fund), months in funds.items():
        last_year, month = divmod(max(months), 12)
        for year in complete(months, SPENDING, last_year):
            through = year * 12 + month
            forecasts = [rest(months, flow, through) for flow in (INCOME, SPENDING)]
            after = range(through + 1, year * 12 + 12)
            actual = [[total(months, flow, through + 1, of) for of in after] for flow in (INCOME, SPENDING)]
            if None in forecasts or None in actual[INCOME]:
                continue
            for at, of in enumerate(after):
                pairs = [(forecasts[flow][1][at], actual[flow][at]) for flow in (INCOME, SPENDING)]
                published[area, fund, of] = pairs
                for flow, (forecast, came) in enumerate(pairs):
                    if came == forecast:
                        errors[fund, month, of % 12, flow].append((area, year, Fraction(0)))
                    elif forecast > 0:
                        off = Fraction(abs(came - forecast), forecast)
                        errors[fund, month, of % 12, flow].append((area, year, off))
    return published, errors


def margin(errors, area, alike, amount):
    every = errors.get(alike)
    if not every:
        return None
    own = [error for error in every if error[0] == area]
    asked = own if len(own) >= 3 else every
    years = len({year for _, year, _ in asked})
    return math.ceil(abs(amount) * max(off for *_, off in asked) * Fraction(years + 1, years))


def forecast(funds, errors):
    published = {}
    for (area, fund), months in funds.items():
        through = max(months)
        rests = [rest(months, flow, through) for flow in (INCOME, SPENDING)]
        if None in rests:
            continue
        january = through - through % 12
        for at, of in enumerate(range(through + 1, january + 12)):
            row = []
            for flow in (INCOME, SPENDING):
                off = margin(errors, area, (fund, through % 12, of % 12, flow), rests[flow][1][at])
                row.append((total(months, flow, january, through) + rests[flow][1][at], off, rests[flow][0]))
            balance = months[through][BALANCE] + rests[INCOME][1][at] - rests[SPENDING][1][at]
            offs = [off for _, off, _ in row]
            published[area, fund, of] = (*row, balance, None if None in offs else balance - sum(offs))
    return published


def matter(months, balances, month):
    """What the sample's thresholds say of a fund; `balances` are those forecast."""
    last = max(months)
    income, spending = (total(months, flow, last - 11, last) for flow in (INCOME, SPENDING))
    if month - last > LAG:
        return "no_data"
    if spending is not None:
        left = math.ceil(Fraction(ALLOWANCE * spending, 12))
        if balances is not None and any(balance < left for balance in [months[last][BALANCE], *balances]):
            return "fund_runs_out"
        if months[last][BALANCE] * 12 < COVER * spending:
            return "fund_low_cover"
        if income is not None and spending * 100 > PERCENT * income:
            return "fund_overspent"
    return "fund_sound" if None not in (income, spending, balances) else "no_data"


def same(what, ours, theirs):
    differences["compared"] += 1
    if ours != theirs:
        differences["different"] += 1
        print(what, ours, theirs)


def key(row):
    return row["area_code"], row["fund"], number(row["month"])


def main(delivery, night):
    as_of = datetime.date.fromisoformat(json.loads(pathlib.Path(night, "manifest.json").read_text())["as_of"])
    month = number(as_of + datetime.timedelta(days=1)) - 1
    funds = collections.defaultdict(dict)
    for row in rows(pathlib.Path(delivery, "fund")):
        area, fund, of = key(row)
        if of <= month:
            funds[area, fund][of] = [fen(row[name]) for name in ("income", "spending", "balance")]
    read = lambda name: parquet.read_table(pathlib.Path(night, f"{name}.parquet")).to_pylist()
    table = lambda name: {key(row): row for row in read(name)}
    past, errors = tested(funds)
    theirs = table("fund_backtest")
    same("months tried", past.keys(), theirs.keys())
    for of, pairs in past.items():
        for name, pair in zip(("income", "spending"), pairs):
            same(("tried", name, of), pair, (fen(theirs[of][f"{name}_forecast"]), fen(theirs[of][f"{name}_actual"])))
    future = forecast(funds, errors)
    theirs = table("fund_forecast")
    same("months forecast", future.keys(), theirs.keys())
    for of, (income, spending, balance, low) in future.items():
        row = theirs[of]
        for name, ours in (("income", income), ("spending", spending)):
            same((name, of), ours, (fen(row[f"{name}_to_date"]), fen(row[f"{name}_margin"]), row[f"{name}_basis"]))
        same(("balance", of), (balance, low), (fen(row["balance"]), fen(row["balance_low"])))
    figures(funds, future, table("fund_months"), month)
    print(dict(differences))
    return 1 if differences["different"] else 0


def figures(funds, future, theirs, month):
    scaled = lambda value: None if value is None else int(value.scaleb(4))
    for (area, fund), months in funds.items():
        for of, (income, _, balance) in months.items():
            row = theirs[area, fund, of]
            took, spent = (total(months, flow, of - 11, of) for flow in (INCOME, SPENDING))
            before = months.get(of - 12, [None])[INCOME]
            same(("cover", area, fund, of), ten_thousandths(balance * 12, spent), scaled(row["cover_months"]))
            percent = None if spent is None else ten_thousandths(spent * 100, took)
            same(("spent", area, fund, of), percent, scaled(row["spent_percent"]))
            growth = None if before is None else ten_thousandths((income - before) * 100, before)
            same(("growth", area, fund, of), growth, scaled(row["income_growth"]))
        last = max(months)
        ahead = [(area, fund, of) for of in range(last + 1, last - last % 12 + 12)]
        balances = [future[of][2] for of in ahead] if all(of in future for of in ahead) else None
        same(("matter", area, fund), matter(months, balances, month), theirs[area, fund, last]["matter"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
