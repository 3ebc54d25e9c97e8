"""Spark's own cluster on this machine: a master and two workers, which start executors, each a process of its own with its own folder."""

import os
import secrets
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from free_ports import free_port

SECONDS = 900  # only so that a failure ends
WORKERS = 2
# Java's quick compiler alone: none of these processes lives long enough for the better one to pay.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# What protects data under way and put aside, as the how-to asks for; standing clusters share their secret beforehand.
PROTECTED = {
    "spark.authenticate": "true",
    "spark.network.crypto.enabled": "true",
    "spark.io.encryption.enabled": "true",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running cluster.

    Attributes:
        home: where Spark is installed.
        master: its address.
        folder: of the cluster: the workers' folders with their executors' logs, and the file of settings.
    """

    home: Path
    master: str
    folder: Path

    def submit(self, program, *words, environment, **settings):
        """Run a program by `spark-submit`, to its end."""
        options = {
            "spark.executor.extraJavaOptions": QUICK,
            "spark.driver.extraJavaOptions": QUICK,
            "spark.sql.shuffle.partitions": 4,
        }
        command = [self.home / "bin" / "spark-submit", "--master", self.master, "--properties-file", self.folder / "settings"]
        command += ["--deploy-mode", "client", "--driver-memory", "1g", "--executor-memory", "1g"]
        for name, value in {**options, **settings}.items():
            command += ["--conf", f"{name}={value}"]
        given = [str(word) for word in (*command, program, *words)]
        return subprocess.run(
            given, env={**self.environment, **environment}, cwd=self.folder, capture_output=True, text=True, check=False
        )

    @property
    def environment(self):
        """Nothing of ours: what a machine of a cluster has."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYSPARK", "SPARK"))}
        return kept | {"SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1"}

    def logs(self):
        """What the executors wrote on their standard output and error, by worker."""
        files = self.folder.glob("worker-*/app-*/*/std*")
        return {str(file.relative_to(self.folder)): file.read_text(errors="replace") for file in files}

    def start(self, name, *words):
        """One of the cluster's processes; `spark-class` becomes it."""
        own = {
            "SPARK_LOCAL_DIRS": str(self.folder / f"{name}-aside"),
            "SPARK_DAEMON_JAVA_OPTS": QUICK,
            "SPARK_DAEMON_MEMORY": "256m",
        }
        command = [self.home / "bin" / "spark-class", f"org.apache.spark.deploy.{words[0]}", "--host", "127.0.0.1"]
        command += ["--webui-port", "0", "--properties-file", self.folder / "settings", *words[1:]]
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [str(word) for word in command], env=self.environment | own, cwd=self.folder, stdout=log, stderr=log
            )


@contextmanager
def cluster(folder):
    """A cluster for the length of the block.

    Args:
        folder: of its files; made.
    """
    import pyspark  # noqa: PLC0415 -- an extra

    folder.mkdir(parents=True)
    settings = {**PROTECTED, "spark.authenticate.secret": secrets.token_hex(16)}
    (folder / "settings").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    port = free_port()
    made = Cluster(home=Path(pyspark.__file__).parent, master=f"spark://127.0.0.1:{port}", folder=folder)
    with ExitStack() as running:
        running.enter_context(ended(made.start("master", "master.Master", "--port", port)))
        # a worker that finds nobody there asks again only after ten seconds
        until(lambda: answered(port))
        for number in range(WORKERS):
            words = ("worker.Worker", "--cores", 1, "--memory", "1g", "--work-dir", folder / f"worker-{number}", made.master)
            running.enter_context(ended(made.start(f"worker-{number}", *words)))
        logs = [folder / f"worker-{number}.log" for number in range(WORKERS)]
        # with one of them alone, what is submitted would run there
        until(lambda: all("Successfully registered with master" in log.read_text() for log in logs))
        yield made


@contextmanager
def ended(process):
    """A process that does not outlive the block."""
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def answered(port):
    """Whether somebody listens there."""
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def until(condition):
    """Wait until it holds."""
    last = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > last:
            raise TimeoutError
        time.sleep(0.05)
