"""What a night costs a cluster, from Spark's own event log: executor CPU seconds a row, bytes shuffled and spilled, the
largest task; and what the program itself holds. A line a delivery; the figures of the model in GROWTH.md come from here.

    spark/bin/python tests/spark/measure.py target/release/fangpin JOB.toml AS_OF DELIVERY ...
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import pyarrow.parquet as parquet

from cluster import CORES, WORKERS, Cluster, end_once

# Rows that one task sorts: as many as fit its memory (GROWTH.md).
ROWS_A_TASK = 1_250_000


def partitions(delivery):
    """Into how many parts the settlements are shuffled: a cluster's own setting, which has to grow with them."""
    rows = sum(parquet.read_metadata(file).num_rows for file in pathlib.Path(delivery).glob("settlements/*.parquet"))
    return max(2 * WORKERS * CORES, -(-rows // ROWS_A_TASK))


def tasks(cluster, since):
    """The metrics of every task that began after `since`."""
    for log in cluster.events.iterdir():
        for line in log.read_text().splitlines():
            if '"SparkListenerTaskEnd"' not in line:
                continue
            event = json.loads(line)
            if event["Task Info"]["Launch Time"] >= since * 1000 and event.get("Task Metrics"):
                yield event["Task Metrics"]


def figures(tasks):
    """The sums over all tasks, and the largest of each."""
    of = {
        "cpu s": lambda task: task["Executor CPU Time"] / 1e9,
        "gc s": lambda task: task["JVM GC Time"] / 1e3,
        "shuffled MB": lambda task: task["Shuffle Write Metrics"]["Shuffle Bytes Written"] / 1e6,
        "spilled MB": lambda task: task["Disk Bytes Spilled"] / 1e6,
        "written MB": lambda task: task["Output Metrics"]["Bytes Written"] / 1e6,
        "result MB": lambda task: task["Result Size"] / 1e6,
    }
    found = {name: sum(map(value, tasks)) for name, value in of.items()}
    found["tasks"] = len(tasks)
    found["largest task MB"] = max((task["Peak Execution Memory"] / 1e6 for task in tasks), default=0)
    return found


def main():
    program, job, as_of, *deliveries = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="fangpin_measure_") as folder:
        folder = pathlib.Path(folder)
        staging = folder / "staging"
        staging.mkdir()
        for delivery in deliveries:
            with Cluster(settings={"spark.sql.shuffle.partitions": str(partitions(delivery))}) as cluster:
                text = pathlib.Path(job).read_text()
                beside = pathlib.Path(job).resolve().parent
                text = re.sub(r'^(policy|codes)(\s*=\s*)"', rf'\1\2"{beside}/', text, flags=re.M)
                text += f'\n[engine]\nkind = "spark"\nremote = "{cluster.remote}"\nstaging = "{staging}"\n'
                path = folder / "job.toml"
                path.write_text(text)
                began = time.time()
                words = [program, "run", path, "--as-of", as_of, "--delivery", delivery, "--replace"]
                words += ["--published", folder / f"published_{pathlib.Path(delivery).name}"]
                run = subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL)
                _, status, used = os.wait4(run.pid, 0)
                assert status == 0, f"the night of {delivery} failed"
                wall = time.time() - began
                night = folder / f"published_{pathlib.Path(delivery).name}" / as_of
                found = figures(list(tasks(cluster, began)))
                found["program MB"] = used.ru_maxrss / 1e3
                read = json.loads((night / "manifest.json").read_text())["control_totals"]["settlements"]["read"]
                each = "  ".join(f"{name} {value:,.1f}" for name, value in found.items())
                rows = read["rows"]
                print(f"{rows:,} rows: wall {wall:.0f} s  cpu s a million rows {found['cpu s'] / rows * 1e6:.2f}  {each}", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end_once)
    main()
