"""Holds nights of a Spark cluster against nights of this machine: the same tables, byte by byte, and the same account of
every row; and what becomes of a night when something is killed or wrong. Runs the real program on a real cluster.

    spark/bin/python tests/spark/nights.py target/release/fangpin              # all of it
    spark/bin/python tests/spark/nights.py target/release/fangpin --small      # what .ci/run takes
    spark/bin/python tests/spark/nights.py target/release/fangpin --seeds 200  # random deliveries, that many
    spark/bin/python tests/spark/nights.py target/release/fangpin --only token,staging # the cases so named

The program has to be built with `--features spark`; how the venv is made is said in cluster.py.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from cluster import Cluster, end_once
from plan import QUICK

ROOT = pathlib.Path(__file__).resolve().parents[2]
AS_OF = "2025-11-30"
NEXT = "2025-12-01"
TOKEN = "a-token-that-no-message-may-repeat"
# What of a manifest has to be the same for both engines.
ACCOUNTS = ["control_totals", "set_aside", "checks", "people", "ledger", "cited", "inputs", "responses", "warnings"]
# A file system that the cluster has and this program has not: viewfs://far/here is the root of this machine.
FAR = {"spark.hadoop.fs.viewfs.mounttable.far.link./here": "file:///"}
# A resident id stands in no message.
CERTIFICATE = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")

CASES = []


def case(small=False):
    """Enters a case by its name."""

    def enter(function):
        CASES.append((function.__name__, function, small))
        return function

    return enter


class Bench:
    """One cluster, the program, and a folder to work in."""

    def __init__(self, cluster, program, folder):
        self.cluster, self.program, self.folder = cluster, program, folder

    def job(self, name, engine=None, delivery=None, text=None):
        """A job file in a folder of its own: the sample's, with an engine."""
        path = self.folder / name / "job.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = text or (ROOT / "jobs" / "nightly.toml").read_text()
        text = text.replace('"../data/', f'"{ROOT}/data/').replace('"../published"', '"published"')
        if delivery:
            text = re.sub(r'^delivery .*$', f'delivery = "{delivery}"', text, flags=re.M)
        path.write_text(text + ("" if engine is None else f"\n[engine]\n{engine}\n"))
        return path

    def engine(self, **other):
        """The table [engine] for the cluster."""
        staging = self.folder / "staging"
        staging.mkdir(exist_ok=True)
        keys = {"kind": "spark", "remote": self.cluster.remote, "staging": str(staging), **other}
        return "\n".join(f'{key} = "{value}"' for key, value in keys.items() if value is not None)

    def run(self, job, as_of=AS_OF, **environment):
        """One night, to its end."""
        return self.start(job, as_of, **environment).finish()

    def start(self, job, as_of=AS_OF, **environment):
        """One night, under way."""
        return Run([self.program, "run", job, "--as-of", as_of], {**os.environ, **environment})

    def nothing_published(self, job, as_of=AS_OF):
        assert not (job.parent / "published" / as_of).exists(), "the night was published"

    def same(self, here, there, as_of=AS_OF, apart_from=()):
        """Holds the two published nights to each other. Gives back how many were flagged."""
        left, right = (job.parent / "published" / as_of for job in (here, there))
        tables = sorted(path.name for path in left.glob("*.parquet"))
        assert tables == sorted(path.name for path in right.glob("*.parquet")), "other tables"
        assert {"flagged.parquet", "rejects.parquet", "summary.parquet", "ledger.parquet"} <= set(tables)
        # The lists bear a number, which a hash of the job is part of.
        for table in (table for table in tables if table != "exports.parquet"):
            if (left / table).read_bytes() != (right / table).read_bytes():
                raise AssertionError(f"{as_of}/{table} differs: {left} {right}\n{difference(left / table, right / table)}")
        said = [json.loads((night / "manifest.json").read_text()) for night in (left, right)]
        for part in (part for part in ACCOUNTS if part not in apart_from):
            assert said[0][part] == said[1][part], f"{part}: {said[0][part]}\nbut on the cluster: {said[1][part]}"
        return said[0]["people"]["flagged"]


class Run:
    """A run of the program."""

    def __init__(self, words, environment):
        words = [str(word) for word in words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(words, env=environment, **pipes)
        self.said = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.said.append(line)

    def wait_for(self, words, seconds=300):
        """Until the log says so."""
        until = time.monotonic() + seconds
        while not any(words in line for line in self.said):
            assert self.process.poll() is None, f"ended before `{words}`: {self.said}"
            assert time.monotonic() < until, f"waited for `{words}` in vain: {self.said}"
            time.sleep(0.02)

    def finish(self):
        self.process.stdout.read()
        self.code = self.process.wait()
        self.reader.join()
        self.errors = [line.strip() for line in self.said if not re.match(r"^\S*\d\d:\d\d:\d\d", line)]
        text = "".join(self.said)
        assert not CERTIFICATE.search(text), "a message names a person"
        assert TOKEN not in text, "a message holds the token"
        return self

    def published(self):
        assert self.code == 0, f"ended with {self.code}: {''.join(self.said)}"
        return self

    def refused(self, code, *words):
        """One clear line, and the code."""
        lines = [line for line in self.errors if line]
        assert self.code == code, f"ended with {self.code}, expected {code}: {lines}"
        assert len(lines) == 1, f"said {len(lines)} lines: {lines}"
        missing = [word for word in words if word not in lines[0]]
        assert not missing, f"{missing} not in: {lines[0]}"
        print(f"    {code}: {lines[0]}")


def difference(left, right):
    """The first rows that one table has and the other has not."""
    import pyarrow.parquet as parquet

    rows = [[json.dumps(row, default=str, ensure_ascii=False) for row in parquet.read_table(path).to_pylist()]
            for path in (left, right)]
    only = [sorted(set(rows[0]) - set(rows[1])), sorted(set(rows[1]) - set(rows[0]))]
    told = [f"{len(rows[0])} rows here, {len(rows[1])} on the cluster"]
    for name, found in zip(("here", "cluster"), only):
        told += [f"{len(found)} only {name}"] + found[:3]
    return "\n".join(told)


def random_delivery(bench, seed, people=400, settlements=3000, as_of=AS_OF):
    """A synthetic delivery with every fault that the program can plant."""
    folder = bench.folder / f"delivery_{seed}_{settlements}"
    words = ["sample", "--people", people, "--settlements", settlements, "--as-of", as_of, "--seed", seed, "--out", folder]
    subprocess.run([bench.program, *map(str, words)], check=True, stdout=subprocess.DEVNULL)
    return folder


def both(bench, name, delivery, nights=(AS_OF,), text=None):
    """The nights of one delivery by both engines, held to each other."""
    here = bench.job(f"{name}/here", delivery=delivery, text=text)
    there = bench.job(f"{name}/there", engine=bench.engine(), delivery=delivery, text=text)
    for night in nights:
        bench.run(here, night).published()
        bench.run(there, night).published()
        flagged = bench.same(here, there, night)
    assert not any((bench.folder / "staging").iterdir()), "something is left in staging"
    return flagged


@case(small=True)
def the_sample_two_nights_in_a_row(bench, _):
    flagged = both(bench, "sample", ROOT / "data" / "sample", (AS_OF, NEXT))
    assert flagged > 10
    print(f"    {flagged} flagged")


@case(small=True)
def random_deliveries(bench, options):
    for seed in range(options.seed, options.seed + options.seeds):
        delivery = random_delivery(bench, seed)
        began = time.monotonic()
        flagged = both(bench, f"random_{seed}", delivery)
        print(f"    seed {seed}: {flagged} flagged, {time.monotonic() - began:.0f} s", flush=True)
        shutil.rmtree(delivery)
        shutil.rmtree(bench.folder / f"random_{seed}")


class Events:
    """The stages and losses that the cluster's event log has told of since a moment."""

    def __init__(self, cluster):
        self.cluster, self.seen, self.reducing = cluster, {}, {}
        self.read()

    def read(self):
        """What is new."""
        events = []
        for log in sorted(self.cluster.events.iterdir()):
            with log.open() as lines:
                lines.seek(self.seen.get(log, 0))
                while (line := lines.readline()).endswith("\n"):
                    self.seen[log] = lines.tell()
                    events.append(json.loads(line))
        return events

    def stage(self, reduces, seconds=300):
        """Waits for a job with a stage that reads files, several tasks of it, or with one that reads what others
        shuffled. The start of a job is written down at once, that of a stage when something else is."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for event in self.read():
                for stage in event.get("Stage Infos", []):
                    self.reducing[stage["Stage ID"]] = bool(stage["Parent IDs"])
                    if bool(stage["Parent IDs"]) == reduces and stage["Number of Tasks"] >= (1 if reduces else 4):
                        return
            time.sleep(0.05)
        raise AssertionError("no such stage began")

    def lost(self, reduces):
        """How many tasks of such stages were lost with their executor."""
        lost = 0
        for event in self.read():
            for stage in event.get("Stage Infos", []):
                self.reducing[stage["Stage ID"]] = bool(stage["Parent IDs"])
            if event["Event"] == "SparkListenerTaskEnd":
                was = event["Task End Reason"]["Reason"] == "ExecutorLostFailure"
                lost += was and self.reducing.get(event["Stage ID"]) == reduces
        return lost


def large_delivery(bench):
    """Large enough for something to be killed in its midst."""
    folder = bench.folder / "delivery_7_200000"
    return folder if folder.exists() else random_delivery(bench, 7, 30_000, 200_000)


def executor_killed(bench, name, reduces):
    delivery = large_delivery(bench)
    here = bench.job(f"{name}/here", delivery=delivery)
    bench.run(here).published()
    for attempt in range(5):
        there = bench.job(f"{name}/there_{attempt}", engine=bench.engine(), delivery=delivery)
        events = Events(bench.cluster)
        run = bench.start(there)
        events.stage(reduces)
        time.sleep(0.2)
        bench.cluster.kill(bench.cluster.executors()[0])
        run.finish().published()
        flagged = bench.same(here, there)
        bench.cluster.wait(lambda: len(bench.cluster.executors()) == 2, "the executors stand again")
        if lost := events.lost(reduces):
            print(f"    {lost} tasks were lost with their executor; {flagged} flagged all the same", flush=True)
            return
    raise AssertionError("no task was ever lost: the executor was killed too late")


@case()
def an_executor_killed_in_a_map_stage(bench, _):
    executor_killed(bench, "map", reduces=False)


@case()
def an_executor_killed_in_a_reduce_stage(bench, _):
    executor_killed(bench, "reduce", reduces=True)


def plans(node):
    """A node of a plan, and all below it."""
    yield node
    for child in node["children"]:
        yield from plans(child)


@case(small=True)
def nothing_is_gathered_on_the_driver(bench, options):
    # Incomes are a row an area and year; all else that goes to every worker stands in the plan itself.
    small = re.compile(r"/(income|kept/incomes_judged|kept/reference_incomes)\b")
    # What brings rows to the driver, or all of them to one task. Sums of everything are one row a task before.
    gathers = {"CollectLimit", "TakeOrderedAndProject", "CollectTail"}
    delivery = random_delivery(bench, 7) if options.small else large_delivery(bench)
    events = Events(bench.cluster)
    bench.run(bench.job("gathered", engine=bench.engine(), delivery=delivery)).published()
    sent, results, statements = 0, [], 0
    for event in events.read():
        if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
            results.append(event["Task Metrics"]["Result Size"])
        if "sparkPlanInfo" not in event:
            continue
        statements += 1
        for node in plans(event["sparkPlanInfo"]):
            assert node["nodeName"] not in gathers, node["simpleString"]
            if "SinglePartition" in node["simpleString"]:
                within = [below["nodeName"] for below in plans(node)]
                first = next(name for name in within[1:] if not name.startswith(("WholeStageCodegen", "InputAdapter")))
                assert first.endswith("Aggregate"), f"{within} of {event.get('description')}"
            if node["nodeName"] == "BroadcastExchange":
                sent += 1
                for scan in plans(node):
                    location = scan["metadata"].get("Location", "")
                    assert not location or small.search(location), location
    assert sent > 3 and statements > 20, (sent, statements)
    # What a task tells the driver is how it went: no more of it where there are more rows.
    assert max(results) < 100_000, max(results)
    print(f"    {statements} plans, {sent} small tables sent, {len(results)} tasks told {sum(results):,} bytes")


@case()
def the_connect_server_killed(bench, _):
    delivery = large_delivery(bench)
    job = bench.job("killed", engine=bench.engine(), delivery=delivery)
    events = Events(bench.cluster)
    run = bench.start(job)
    events.stage(reduces=True)
    bench.cluster.kill_connect()
    began = time.monotonic()
    run.finish()
    ended = time.monotonic() - began
    # What a night leaves that was ended itself, too.
    left = bench.folder / "staging" / "fangpin_night" / "flagged"
    left.mkdir(parents=True, exist_ok=True)
    (left / "left.parquet").write_text("left of a night before")
    bench.cluster.start_connect()
    run.refused(75, bench.cluster.remote, "the Connect server was lost during step", "nothing was published")
    print(f"    {ended:.0f} s after it was killed")
    bench.nothing_published(job)
    assert both(bench, "after_killed", delivery) > 0


@case()
def the_connect_server_falls_silent(bench, _):
    # As where a host is gone without a word: the connection stands, and nothing comes. It takes ten minutes.
    job = bench.job("silent", engine=bench.engine())
    events = Events(bench.cluster)
    run = bench.start(job)
    events.stage(reduces=False)
    server = bench.cluster.connect_server()
    os.kill(server, signal.SIGSTOP)
    began = time.monotonic()
    try:
        run.finish()
    finally:
        os.kill(server, signal.SIGCONT)
    run.refused(75, "the Connect server was lost during step", "nothing was published")
    print(f"    {time.monotonic() - began:.0f} s after it fell silent")
    bench.nothing_published(job)


@case(small=True)
def no_cluster(bench, _):
    job = bench.job("no_cluster", engine=bench.engine(remote="sc://127.0.0.1:1"))
    bench.run(job).refused(75, "sc://127.0.0.1:1", "no Connect server answers there", "nothing was published")
    job = bench.job("no_host", engine=bench.engine(remote="sc://cluster.invalid:15002"))
    bench.run(job).refused(75, "sc://cluster.invalid:15002", "no Connect server answers there")
    bench.nothing_published(job)


@case(small=True)
def a_wrong_address(bench, _):
    for remote, word in [
        ("http://127.0.0.1:15002", "expected a Connect server"),
        ("sc://:15002", "expected a Connect server"),
        ("sc://127.0.0.1:port", "expected a Connect server"),
        (f"sc://127.0.0.1:15002/;token={TOKEN}", "holds a token"),
    ]:
        job = bench.job("address", engine=bench.engine(remote=remote))
        bench.run(job).refused(78, "job.toml line", word)


@case(small=True)
def no_staging(bench, _):
    job = bench.job("no_staging", engine=bench.engine(staging=str(bench.folder / "nowhere")))
    bench.run(job).refused(66, "nowhere", "no such folder")
    bench.nothing_published(job)


@case()
def a_staging_that_is_full(bench, _):
    full = bench.folder / "full"
    full.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "fangpin", str(full)], capture_output=True)
    if mounted.returncode:
        print(f"    left out: {mounted.stderr.decode().strip()}")
        return
    try:
        job = bench.job("full_staging", engine=bench.engine(staging=str(full)))
        bench.run(job).refused(75, "filled up", "free some space")
        bench.nothing_published(job)
    finally:
        subprocess.run(["umount", "--lazy", str(full)], check=True)


@case(small=True)
def a_file_that_the_cluster_cannot_read(bench, _):
    delivery = bench.folder / "damaged"
    shutil.copytree(ROOT / "data" / "sample", delivery)
    file = delivery / "settlements" / "setl_2025-03.parquet"
    content = bytearray(file.read_bytes())
    # Its pages, not its footer: whoever reads the footers alone sees nothing.
    content[4 : len(content) // 2] = bytes(len(content) // 2 - 4)
    file.write_bytes(content)
    job = bench.job("damaged_file", engine=bench.engine(), delivery=delivery)
    bench.run(job).refused(65, "cannot read a file of the delivery")
    bench.nothing_published(job)


@case()
def the_token(bench, _):
    cluster = bench.cluster
    cluster.stop_connect()
    cluster.token = TOKEN
    cluster.start_connect()
    try:
        job = bench.job("without", engine=bench.engine())
        bench.run(job).refused(78, cluster.remote, "asks for a token")
        token = bench.folder / "token"
        token.write_text("another" + TOKEN)
        token.chmod(0o600)
        job = bench.job("wrong", engine=bench.engine(token_file=str(token)))
        bench.run(job).refused(78, cluster.remote, "does not take the token")
        token.write_text(TOKEN + "\n")
        job = bench.job("right", engine=bench.engine(token_file=str(token)))
        bench.run(job).published()
        job = bench.job("held", engine=bench.engine(token_env="CLUSTER_TOKEN"))
        bench.run(job, CLUSTER_TOKEN=TOKEN).published()
        token.chmod(0o644)
        job = bench.job("open", engine=bench.engine(token_file=str(token)))
        bench.run(job).refused(78, "so that others can reach it")
        token.unlink()
        job = bench.job("missing", engine=bench.engine(token_file=str(token)))
        bench.run(job).refused(66, "no such token file")
    finally:
        cluster.stop_connect()
        cluster.token = None
        cluster.start_connect()


@case()
def a_statement_longer_than_the_servers_streams(bench, _):
    # Two minutes unless the server is told otherwise: here two seconds, less than most steps take.
    cluster = bench.cluster
    cluster.stop_connect()
    cluster.settings["spark.connect.execute.reattachable.senderMaxStreamDuration"] = "2s"
    cluster.start_connect()
    try:
        print(f"    {both(bench, 'long', large_delivery(bench))} flagged")
    finally:
        cluster.stop_connect()
        del cluster.settings["spark.connect.execute.reattachable.senderMaxStreamDuration"]
        cluster.start_connect()


@case(small=True)
def a_delivery_that_the_cluster_alone_reaches(bench, _):
    delivery = ROOT / "data" / "sample"
    here = bench.job("elsewhere/here", delivery=delivery)
    there = bench.job("elsewhere/there", engine=bench.engine(), delivery=f"viewfs://far/here{delivery}")
    bench.run(here).published()
    bench.run(there).published()
    flagged = bench.same(here, there, apart_from=["inputs"])
    manifests = [job.parent / "published" / AS_OF / "manifest.json" for job in (here, there)]
    expected, inputs = (json.loads(manifest.read_text())["inputs"] for manifest in manifests)
    names = ["table", "file", "bytes", "rows"]
    assert [[file[name] for name in names] for file in inputs] == [[file[name] for name in names] for file in expected]
    for file in inputs:
        content = (delivery / file["table"] / file["file"]).read_bytes()
        assert file["blake3"] == "sha256:" + hashlib.sha256(content).hexdigest(), file
    print(f"    {flagged} flagged from {len(inputs)} files")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--quick", action="store_true", help="with settings for small deliveries; --small has them too")
    parser.add_argument("--only")
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.seeds = options.seeds or (2 if options.small else 5)
    wanted = options.only.split(",") if options.only else []
    chosen = [one for one in CASES if (any(of in one[0] for of in wanted) if wanted else one[2] or not options.small)]
    assert chosen, "no such case"
    failed = []
    with tempfile.TemporaryDirectory(prefix="fangpin_nights_", dir=os.environ.get("FANGPIN_TEST_FOLDER")) as folder:
        with Cluster(settings={**FAR, **(QUICK if options.small or options.quick else {})}) as cluster:
            bench = Bench(cluster, options.program.resolve(), pathlib.Path(folder))
            for name, function, _ in chosen:
                began = time.monotonic()
                print(f"{name} ...", flush=True)
                try:
                    function(bench, options)
                    print(f"  ok, {time.monotonic() - began:.0f} s", flush=True)
                except AssertionError as error:
                    failed.append(name)
                    print(f"  FAILED: {error}", flush=True)
    print(f"{len(chosen) - len(failed)} of {len(chosen)} cases hold" + (f"; not: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end_once)
    sys.exit(main())
