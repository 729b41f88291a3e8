#!/usr/bin/env python3
"""The same night, side by side: fangpin, a Polars script, a DuckDB script, and reading the columns alone.

usage: peers.py --fangpin BINARY [--delivery DIR ... | --make PEOPLE ROWS ...] [--rounds 3] [--peers DIR] [--full]

    --delivery DIR       a delivery that exists; give a small and a large one to see how the cost of a row grows
    --make PEOPLE ROWS   make a delivery of that size in a temporary folder first; may be repeated
    --peers DIR          where make_delivery.py, night_polars.py, night_duckdb.py, compare.py and job.toml lie
    --decode BINARY      the decode bench; built with cargo where it is not given
    --full               measure also the night with evidence and burden outputs, apart
    --report FILE        write the figures as JSON too

The programs alternate within a round, as the machine is noisy: ratios hold, absolute figures don't. CPU is user + system
seconds of the process, memory its peak resident set; medians over the rounds. Exit 0 when both peers give the same
answer to the fen and every target of the table is met.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"polars": 0.30, "duckdb": 0.20, "decode": 2.0}  # CPU seconds of fangpin to those of each, at most
PEAK = 1.2e9  # bytes
GROWTH = 0.20  # of CPU seconds a row, from the smaller delivery to the larger


def measure(command, log):
    """Runs a command to its end: CPU seconds, wall seconds, peak bytes. Its output goes to `log`."""
    begun = time.monotonic()
    with open(log, "wb") as sink:
        child = subprocess.Popen(command, stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: ended with {child.returncode}\n{Path(log).read_text(errors='replace')}")
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - begun, "peak": used.ru_maxrss * 1024}


def find_decode(given):
    """The decode bench's binary; cargo says where it is."""
    if given:
        return Path(given).resolve()
    built = subprocess.run(["cargo", "bench", "--bench", "decode", "--no-run"], cwd=ROOT, check=True, stderr=subprocess.PIPE, text=True)
    return ROOT / re.search(r"\((\S*decode-\w+)\)", built.stderr).group(1)


def job_with_outputs(peers, folder):
    """The benchmark's job with both outputs on, its paths made absolute."""
    text = (peers / "job.toml").read_text()
    text = re.sub(r"(?m)^(evidence|burden)(\s*)= false", r"\1\2= true", text)
    text = re.sub(r'(?m)^(policy|codes)(\s*)= "([^"]+)"', lambda m: f'{m[1]}{m[2]}= "{peers / m[3]}"', text)
    job = folder / "job_with_outputs.toml"
    job.write_text(text)
    return job


def commands(asked, delivery, folder, number):
    """What to run in one round, and where the answers go; every night is published to a folder of its own."""
    night = lambda job, kind: [asked.fangpin, "run", job, "--as-of", asked.as_of, "--delivery", delivery, "--published", folder / f"{kind}{number}"]
    runs = {"fangpin": night(asked.peers / "job.toml", "night"),
            "polars": [sys.executable, asked.peers / "night_polars.py", delivery, asked.as_of, folder / "polars.parquet"],
            "duckdb": [sys.executable, asked.peers / "night_duckdb.py", delivery, asked.as_of, folder / "duckdb.parquet"],
            "decode": [asked.decode, delivery], "decode all read": [asked.decode, delivery, "--all-read"]}
    if asked.full:
        runs["fangpin, all outputs"] = night(job_with_outputs(asked.peers, folder), "full")
    return {name: [str(word) for word in command] for name, command in runs.items()}


COMPLETE = """import duckdb, sys
answer, whole = sys.argv[1:3]
given = [column[0] for column in duckdb.execute(f"select * from '{answer}' limit 0").description]
more = "" if "burden_in_scope" in given else (
    ", in_scope - basic_insurance - critical_illness - medical_assistance - other_funds as burden_in_scope")
duckdb.execute(f"copy (select *{more} from '{answer}') to '{whole}' (format parquet)")
"""


def completed(answer):
    """The peer's answer with the in-scope burden, which the Polars night leaves as in-scope cost and payers.

    In a process of its own: a child's peak memory starts at what its parent holds, so this program stays small.
    """
    whole = answer.with_name(f"{answer.stem}_completed.parquet")
    subprocess.run([sys.executable, "-c", COMPLETE, str(answer), str(whole)], check=True)
    return whole


def compare_delivery(asked, delivery, folder):
    """All rounds on one delivery: the medians, and whether both peers agree."""
    found, equal = {}, True
    for number in range(asked.rounds):
        for name, command in commands(asked, delivery, folder, number).items():
            found.setdefault(name, []).append(measure(command, folder / "log"))
            if name == "decode":
                rows = int((folder / "log").read_text().split()[0])
        for peer in ("polars", "duckdb"):
            flagged = folder / f"night{number}" / asked.as_of / "flagged.parquet"
            said = subprocess.run([sys.executable, str(asked.peers / "compare.py"), str(flagged), str(completed(folder / f"{peer}.parquet"))],
                                  capture_output=True, text=True)
            equal &= said.returncode == 0
            if number == 0 or said.returncode:
                print(f"against {peer}: {said.stdout.strip() or said.stderr.strip()}")
    medians = {name: {key: statistics.median(one[key] for one in runs) for key in runs[0]} for name, runs in found.items()}
    return {"delivery": str(delivery), "rows": rows, "equal": equal, "medians": medians}


def show(result):
    """Prints the table of one delivery; says whether its targets are met."""
    medians, good = result["medians"], result["equal"]
    ours = medians["fangpin"]
    print(f"\n{result['rows']:,} rows, {'equal to both peers' if result['equal'] else 'NOT EQUAL to both peers'}")
    print(f"| {'':22} | {'CPU s':>8} | {'wall s':>8} | {'peak MB':>8} | {'fangpin / this':>14} | {'at most':>7} |")
    print(f"| {'-' * 22} | {'-' * 7}: | {'-' * 7}: | {'-' * 7}: | {'-' * 13}: | {'-' * 6}: |")
    for name, one in medians.items():
        ratio, target = ours["cpu"] / one["cpu"], TARGETS.get(name)
        good &= target is None or ratio <= target
        print(f"| {name:22} | {one['cpu']:8.2f} | {one['wall']:8.2f} | {one['peak'] / 1e6:8.0f} | {ratio:14.3f} | {target or '':>7} |")
    good &= ours["peak"] <= PEAK
    print(f"peak memory {ours['peak'] / 1e9:.2f} GB, at most {PEAK / 1e9:.1f} GB")
    if full := medians.get("fangpin, all outputs"):
        print(f"evidence and burden outputs: {full['cpu'] - ours['cpu']:+.2f} CPU s, {(full['peak'] - ours['peak']) / 1e6:+.0f} MB")
    return good


def show_growth(results):
    """Prints how the CPU seconds a row grow from the smallest delivery to the largest."""
    small, large = min(results, key=lambda r: r["rows"]), max(results, key=lambda r: r["rows"])
    a_row = [one["medians"]["fangpin"]["cpu"] / one["rows"] * 1e6 for one in (small, large)]
    growth = a_row[1] / a_row[0] - 1
    print(f"\nCPU a million rows: {a_row[0]:.3f} s at {small['rows']:,} rows, {a_row[1]:.3f} s at {large['rows']:,}: "
          f"{growth:+.1%}, at most {GROWTH:+.0%}")
    return growth <= GROWTH


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fangpin", default=ROOT / "target/release/fangpin")
    parser.add_argument("--delivery", action="append", default=[])
    parser.add_argument("--make", nargs=2, action="append", default=[], metavar=("PEOPLE", "ROWS"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--as-of", default="2025-11-30")
    parser.add_argument("--peers", type=Path, default=ROOT.parent / "shared" / "bench")
    parser.add_argument("--decode")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--report")
    asked = parser.parse_args()
    if not asked.delivery and not asked.make:
        parser.error("give --delivery or --make, once or more often")
    asked.fangpin, asked.peers, asked.decode = Path(asked.fangpin).resolve(), asked.peers.resolve(), find_decode(asked.decode)
    results, good = [], True
    with tempfile.TemporaryDirectory(prefix="fangpin-bench-") as base:
        deliveries = [Path(one).resolve() for one in asked.delivery]
        for people, rows in asked.make:
            deliveries.append(Path(base, f"delivery-{rows}"))
            subprocess.run([sys.executable, str(asked.peers / "make_delivery.py"), people, rows, str(deliveries[-1])], check=True)
        for delivery in deliveries:
            with tempfile.TemporaryDirectory(dir=base) as folder:
                results.append(compare_delivery(asked, delivery, Path(folder)))
            good &= show(results[-1])
    if len(results) > 1:
        good &= show_growth(results)
    if asked.report:
        Path(asked.report).write_text(json.dumps(results, indent=2) + "\n")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
