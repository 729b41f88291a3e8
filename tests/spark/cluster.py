"""A Spark cluster on this machine's loopback, from packages alone: one master, two workers of one core and 2 GB, and a
Connect server. What is started here is stopped here, process by process, and nothing else is.

    python3 -m venv spark && spark/bin/pip install "pyspark==4.*" pyarrow    # and a Java 17 on the PATH
    spark/bin/python tests/spark/cluster.py COMMAND ...     # runs it with FANGPIN_TEST_REMOTE set, then stops
    spark/bin/python tests/spark/cluster.py                 # stays until it is interrupted
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

WORKERS = 2
CORES = 1
MEMORY = "2g"
LOOPBACK = "127.0.0.1"


def home():
    """Where pyspark carries its jars and scripts."""
    if "SPARK_HOME" in os.environ:
        return pathlib.Path(os.environ["SPARK_HOME"])
    try:
        import pyspark
    except ImportError:
        sys.exit("no pyspark here: run with the Python of a venv that has it (tests/spark/README.md)")
    return pathlib.Path(pyspark.__file__).parent


def free_ports(count):
    """Ports that nobody listens on: all held at once, so that they differ."""
    held = [socket.socket() for _ in range(count)]
    for each in held:
        each.bind((LOOPBACK, 0))
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def children(pid):
    """The processes that `pid` started, and those that they started."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if parent == pid:
            child = int(stat.parent.name)
            found += [child, *children(child)]
    return found


def cmdline(pid):
    """The words that a process was started with."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Cluster:
    """Use it in a `with`: it stands inside, and nothing of it is left after."""

    def __init__(self, token=None, settings=None):
        self.token = token
        self.settings = settings or {}
        self.folder = tempfile.TemporaryDirectory(prefix="fangpin_spark_", dir=os.environ.get("FANGPIN_TEST_FOLDER"))
        self.path = pathlib.Path(self.folder.name)
        self.events = self.path / "events"
        self.events.mkdir()
        self.started = {}
        self.master_port, self.ui_port, self.connect_port = free_ports(3)

    @property
    def remote(self):
        """What the job says in `remote`."""
        return f"sc://{LOOPBACK}:{self.connect_port}"

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """Master, workers, Connect server, each when the one before it answers."""
        master = f"spark://{LOOPBACK}:{self.master_port}"
        self.launch(
            "master",
            ["spark-class", "org.apache.spark.deploy.master.Master", "--host", LOOPBACK]
            + ["--port", str(self.master_port), "--webui-port", str(self.ui_port)],
        )
        self.wait(lambda: self.state() is not None, "the master answers")
        for number in range(WORKERS):
            self.launch(
                f"worker{number}",
                ["spark-class", "org.apache.spark.deploy.worker.Worker", "--host", LOOPBACK, "--webui-port", "0"]
                + ["--cores", str(CORES), "--memory", MEMORY, "--work-dir", str(self.path / f"work{number}"), master],
            )
        self.wait(lambda: len(self.alive()) == WORKERS, "the workers stand")
        self.start_connect()

    def start_connect(self):
        """The Connect server alone: it can be killed and started again."""
        settings = {
            "spark.master": f"spark://{LOOPBACK}:{self.master_port}",
            "spark.driver.bindAddress": LOOPBACK,
            "spark.driver.host": LOOPBACK,
            "spark.driver.memory": "1g",
            "spark.executor.memory": MEMORY,
            "spark.connect.grpc.binding.address": LOOPBACK,
            "spark.connect.grpc.binding.port": str(self.connect_port),
            "spark.ui.port": "0",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": self.events.as_uri(),
            "spark.eventLog.rolling.enabled": "false",
            "spark.eventLog.compress": "false",
            # As many as this cluster has cores for, twice: the default of 200 is for a larger one.
            "spark.sql.shuffle.partitions": str(2 * WORKERS * CORES),
            "spark.sql.warehouse.dir": (self.path / "warehouse").as_uri(),
            **self.settings,
        }
        said = [word for key, value in settings.items() for word in ("--conf", f"{key}={value}")]
        self.launch(
            "connect",
            ["spark-submit", "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", *said]
            + ["spark-internal"],
        )
        self.wait(self.listens, "the Connect server listens")
        self.wait(lambda: len(self.executors()) == WORKERS, "the executors stand")

    def launch(self, name, words):
        """Starts a process of its own group; its words go to a file beside it."""
        script = home() / "bin" / words[0]
        environment = {**os.environ, "SPARK_HOME": str(home()), "SPARK_LOCAL_IP": LOOPBACK, "SPARK_NO_DAEMONIZE": "1"}
        environment["SPARK_LOCAL_DIRS"] = str(self.path / "local")
        environment.pop("SPARK_CONNECT_AUTHENTICATE_TOKEN", None)
        if name == "connect" and self.token:
            environment["SPARK_CONNECT_AUTHENTICATE_TOKEN"] = self.token
        with open(self.path / f"{name}.log", "ab") as log:
            self.started[name] = subprocess.Popen(
                [str(script), *words[1:]],
                cwd=self.path,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, holds, what, seconds=180):
        """Until it holds; a process that has ended, or the time, is an error that shows its last words."""
        until = time.monotonic() + seconds
        while not holds():
            ended = [name for name, process in self.started.items() if process.poll() is not None]
            if ended or time.monotonic() > until:
                logs = {name: (self.path / f"{name}.log").read_text()[-2000:] for name in ended or self.started}
                raise RuntimeError(f"waited for: {what}; ended: {ended}\n" + "\n".join(logs.values()))
            time.sleep(0.3)

    def state(self):
        """What the master says of itself, or nothing as long as it does not."""
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self.ui_port}/json/", timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def alive(self):
        """The workers that the master counts on."""
        return [worker for worker in (self.state() or {}).get("workers", []) if worker["state"] == "ALIVE"]

    def listens(self):
        """Whether the Connect server takes a connection."""
        try:
            socket.create_connection((LOOPBACK, self.connect_port), timeout=1).close()
            return True
        except OSError:
            return False

    def executors(self):
        """The process ids of the executors at work."""
        found = []
        for name, process in self.started.items():
            for pid in children(process.pid) if name.startswith("worker") else []:
                words = cmdline(pid)
                if b"CoarseGrainedExecutorBackend" in words and b"/java" in words.split(b"\0")[0]:
                    found.append(pid)
        return sorted(found)

    def is_ours(self, pid):
        """Whether a process stands that works in our folder: a number may be somebody else's by now."""
        try:
            return pathlib.Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(self.path.resolve())
        except OSError:
            return False

    def kill(self, pid):
        """Ends one process as a crash would."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def connect_server(self):
        """The process id of the Connect server: the script that was started has become it, or started it."""
        pid = self.started["connect"].pid
        return next((child for child in children(pid) if b"/java" in cmdline(child)), pid)

    def kill_connect(self):
        """The Connect server, and the driver within it, gone at once."""
        process = self.started.pop("connect")
        self.kill(process.pid)
        process.wait()

    def stop_connect(self):
        """The Connect server, as an operator stops it."""
        self.end(self.started.pop("connect"))
        self.wait(lambda: not self.executors(), "the executors are gone")

    def end(self, process):
        """One process and what it started: asked, then made to."""
        family = [process.pid, *children(process.pid)]
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            pass
        for pid in family[1:] if process.poll() is not None else family:
            if self.is_ours(pid):
                self.kill(pid)
        process.wait()

    def stop(self):
        """Each process that was started, last first."""
        for process in reversed(self.started.values()):
            self.end(process)
        self.started.clear()
        if "FANGPIN_TEST_KEEP" not in os.environ:
            self.folder.cleanup()


def end_once(*_):
    """Ends the program in order; who is asked a second time is already at it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(1)


def main():
    signal.signal(signal.SIGTERM, end_once)
    with Cluster() as cluster:
        print(f"{cluster.remote} (logs in {cluster.path})", flush=True)
        if sys.argv[1:]:
            environment = {**os.environ, "FANGPIN_TEST_REMOTE": cluster.remote}
            return subprocess.call(sys.argv[1:], env=environment)
        try:
            signal.pause()
        except KeyboardInterrupt:
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
