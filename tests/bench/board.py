#!/usr/bin/env python3
"""Measures the board of many nights: board.py FANGPIN WORK [COUNTIES] [NIGHTS].

Runs the three jobs on the sample for what a night of each looks like, and writes NIGHTS (365) nights of warnings of
COUNTIES (100) counties with fifteen townships each, and a night of each audit, with their manifests, in the same form.
Runs the board on them and prints CPU seconds, peak memory and the size of the site; exits with 1 beyond 60 CPU seconds,
1 GB or 2 MB."""

import collections
import datetime
import decimal
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq

LAST = datetime.date(2025, 11, 30)
STATES = ["opened", "continued", "raised", "lowered", "cleared", "reopened"]
CATEGORIES = {
    "return_to_poverty": ["extreme_poverty", "subsistence_allowance", "returned_to_poverty"],
    "fall_into_poverty": ["unstable_lifted", "marginal", "sudden_hardship"],
    "heavy_in_scope": ["extreme_poverty", "subsistence_allowance"],
}
chance = random.Random(7)


def run(fangpin, repository, job, published):
    arguments = [fangpin, "run", repository / "jobs" / job, "--as-of", str(LAST), "--published", published]
    subprocess.run(arguments, check=True, capture_output=True)
    return published / str(LAST)


class Template:
    """A night of the sample, whose tables and manifest the others are like."""

    def __init__(self, night):
        self.night = night
        self.manifest = json.loads((night / "manifest.json").read_text())

    def write(self, folder, day, tables, changes):
        folder = folder / str(day)
        folder.mkdir(parents=True)
        outputs = []
        for name, rows in tables.items():
            schema = pq.read_schema(self.night / f"{name}.parquet")
            columns = {field.name: [row.get(field.name) for row in rows] for field in schema}
            path = folder / f"{name}.parquet"
            pq.write_table(pa.table(columns, schema), path, compression="zstd")
            data = path.read_bytes()
            outputs.append({"file": path.name, "bytes": len(data), "rows": len(rows), "sha256": hashlib.sha256(data).hexdigest()})
        manifest = {**self.manifest, "as_of": str(day), "outputs": outputs, **changes}
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2))


def counties_of(count):
    return [f"15{1 + number // 20:02}{1 + number % 20:02}" for number in range(count)]


def warnings(day, counties):
    """What the ledger of a day adds up to: by county, township, category, rule and state."""
    counts = []
    for county in counties:
        for rule, categories in CATEGORIES.items():
            for category in categories:
                for town in chance.sample(range(1, 16), 6):
                    state = chance.choices(STATES, [2, 80, 2, 2, 2, 1])[0]
                    counts.append({
                        "as_of": day, "area_code": county, "town_code": f"{county}{town:03}", "category": category,
                        "rule": rule, "state": state, "warnings": max(1, int(chance.expovariate(1 / 8))),
                    })
    return counts


def night(template, folder, day, counties, tonight):
    counts = warnings(day, counties)
    of = collections.Counter()
    by_rule = {rule: collections.Counter() for rule in CATEGORIES}
    for row in counts:
        of[row["state"]] += row["warnings"]
        by_rule[row["rule"]][row["state"]] += row["warnings"]
    closing = sum(of.values()) - of["cleared"]
    ledger = {
        "opening": closing + of["cleared"] - of["opened"] - of["reopened"], "opened": of["opened"],
        "reopened": of["reopened"], "cleared": of["cleared"], "closing": closing, "by_rule": by_rule, "by_clearing": {},
    }
    tables = {"ledger_counts": counts, "summary": summary(day, counties)}
    if tonight:
        tables |= {"flagged": flagged(day, counts), "responses": responses(day, counties)}
    template.write(folder, day, tables, {"ledger": ledger, "options": {**template.manifest["options"], "watch": None}})


def summary(day, counties):
    yuan = decimal.Decimal("12345.67")
    return [
        {"as_of": day, "area_code": county, "category": category, "rule": rule, "people": chance.randrange(0, 900),
         "flagged": 0, "burden_total": yuan, "total_cost": 2 * yuan}
        for county in counties for rule, categories in CATEGORIES.items() for category in categories
    ]


def flagged(day, counts):
    """Everybody whose warning stands, one row each."""
    rows, yuan = [], decimal.Decimal("30000.00")
    for count in counts:
        for _ in range(count["warnings"] if count["state"] != "cleared" else 0):
            rows.append({
                **{name: count[name] for name in ("as_of", "area_code", "town_code", "category", "rule")},
                "person_id": f"P{len(rows):08}", "categories": count["category"], "rule_reference": "1",
                "settlements": 3, "total_cost": 3 * yuan, "basic_insurance": yuan, "critical_illness": yuan / 2,
                "medical_assistance": yuan / 4, "other_funds": yuan * 0, "hospital_part": yuan * 0,
                "commercial": yuan * 0, "burden_total": yuan, "burden_in_scope": yuan, "burden_tested": "burden_total",
                "income_provisional": False, "threshold": yuan / 2, "excess": yuan / 2,
                "ratio": decimal.Decimal(chance.randrange(10001, 40000)) / 10000,
            })
    return rows


def responses(day, counties):
    rows = []
    for county in counties:
        for rule in CATEGORIES:
            for town in range(1, 16):
                sent = chance.randrange(0, 12)
                answered = chance.randrange(0, sent + 1)
                rows.append({
                    "as_of": day, "rule": rule, "office": "civil_affairs", "area_code": county,
                    "town_code": f"{county}{town:03}", "sent": sent, "answered": answered, "confirmed": answered,
                    "not_confirmed": 0, "nobody_found": 0, "other": 0, "overdue": sent - answered,
                })
    return rows


def problems(day, mechanisms, counties, people):
    rows = []
    for number in range(people):
        county = chance.choice(counties)
        state = chance.choices(["open", "overdue", "claimed", "dismissed", "solved"], [50, 20, 5, 5, 20])[0]
        since = day - datetime.timedelta(days=chance.randrange(1, 200))
        row = {
            "as_of": day, "problem_id": f"2025-{number:012X}", "mechanism": mechanisms[number * len(mechanisms) // people],
            "year": 2025, "subject_kind": "person", "person_id": f"Q{number:08}", "categories": "marginal",
            "area_code": county, "town_code": f"{county}{chance.randrange(1, 16):03}", "owner": "医疗保障局",
            "state": state, "change": "kept", "matter": "never_enrolled", "detail": "", "first_seen": since, "since": since,
            "last_seen": day, "due": since + datetime.timedelta(days=20), "reopened": 0,
        }
        if state == "solved":
            row |= {"solved_on": day, "solved_by": "found_correct"}
        rows.append(row)
    return rows


def main():
    fangpin, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    count, nights = [int(given) for given in sys.argv[3:]] + [100, 365][len(sys.argv) - 3 :]
    repository = pathlib.Path(__file__).resolve().parents[2]
    shutil.rmtree(work, ignore_errors=True)
    counties = counties_of(count)
    templates = {
        job: Template(run(fangpin, repository, f"{job}.toml", work / "sample" / job))
        for job in ("nightly", "weekly", "monthly")
    }
    for back in reversed(range(nights)):
        day = LAST - datetime.timedelta(days=back)
        night(templates["nightly"], work / "nightly", day, counties, back == 0)
    for day in (datetime.date(2025, 10, 31), LAST):
        for job, mechanisms in (("weekly", ["coverage"]), ("monthly", ["benefits", "five_checks", "subsidy"])):
            templates[job].write(work / job, day, {"problems": problems(day, mechanisms, counties, 10000)}, {})
    job = work / "report.toml"
    folders = [("nightly", "nightly", "daily"), ("coverage", "weekly", "weekly"), ("monthly", "monthly", "monthly")]
    job.write_text(
        f'kind = "report"\npolicy = "{repository}/data/policy/sample.toml"\npublished = "board"\n'
        + "".join(f'[[folder]]\nkind = "{kind}"\nnights = "{folder}"\ncadence = "{often}"\n' for kind, folder, often in folders)
    )
    command = ["/usr/bin/time", "-f", "%U %S %M", fangpin, "run", job, "--as-of", str(LAST), "--log-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    user, system, kilobytes = done.stderr.strip().splitlines()[-1].split()
    seconds, peak = float(user) + float(system), int(kilobytes) / 1000
    site = sum(file.stat().st_size for file in (work / "board" / str(LAST)).iterdir()) / 1e6
    print(done.stdout, end="")
    print(f"{count} counties, {nights} nights: {seconds:.1f} CPU s, {peak:.0f} MB, site {site:.2f} MB")
    sys.exit(0 if seconds < 60 and peak < 1000 and site < 2 else 1)


main()
