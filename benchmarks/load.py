"""Fifty people at once on a service with 150 organisations: starts web and worker on this machine, walks pages, tells how long they took.

`PYTHONPATH=src:tests:benchmarks python benchmarks/load.py --home FOLDER`; the folder is filled when it is empty.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from threading import Barrier, Lock, Thread

from load_people import Person, choose, ways_of
from load_report import tell

PORT, READY_SECONDS, SEED = 8765, 60.0, 20261126


def environment(home):
    """A service as it is installed, but for HTTPS."""
    return os.environ | {
        "JDL_HOME": str(home), "JDL_MODE": "development", "JDL_HOSTS": "127.0.0.1,testserver",
        "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip


def fill(home):
    """Fill the home in a process of its own."""
    words = "import sys; from pathlib import Path; from jdl_service.serving import prepare_home; prepare_home(); import load_home; load_home.fill(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", words, str(home)], env=environment(home), check=True)


def start(home, port):
    """Web and worker; what they say goes to a file in the home."""
    said = (home / "said.txt").open("wb")
    words = [sys.executable, "-m", "jdl_service.command", "--home", str(home), "--port", str(port)]
    return subprocess.Popen(words, env=environment(home), stdout=said, stderr=said)


def wait_for(port):
    """Until the service is ready."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            if Person(port, {"role": "public"}, SEED).get("/health/ready").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("The service did not start; see said.txt in the home.")


class Times:
    """What was measured, by kind of page: (seconds, whether it was as it should be)."""

    def __init__(self):
        self.by_kind = defaultdict(list)
        self.faults = []
        self._lock = Lock()

    def add(self, kind, seconds, fault):
        """One answer."""
        with self._lock:
            self.by_kind[kind].append(seconds)
            if fault:
                self.faults.append((kind, fault))


def walk(person, times, barrier, *, seconds, think):
    """One page after the other, with time to read between them."""
    barrier.wait()
    until = time.monotonic() + seconds
    time.sleep(person.chance.uniform(0, think))
    while time.monotonic() < until:
        kind, act = person.next_way()
        for name, took, fault in person.times(kind, act):
            times.add(name, took, fault)
        time.sleep(person.chance.uniform(0.2 * think, 1.8 * think))


def main():
    """Start, walk, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=5, help="seconds between two pages of a person, on average")
    parser.add_argument("--settle", type=float, default=10, help="seconds between the start of the service and the first page")
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args()
    home = given.home.absolute()
    if not (home / "people.json").exists():
        home.mkdir(parents=True, exist_ok=True)
        fill(home)
    server = start(home, given.port)
    try:
        wait_for(given.port)
        time.sleep(given.settle)
        times = Times()
        people = [
            Person(given.port, who, SEED + number) for number, who in enumerate(choose(home, given.users, random.Random(SEED)))
        ]
        for each in people:
            each.ways = ways_of(each)
        barrier = Barrier(len(people))
        threads = [
            Thread(target=walk, args=(each, times, barrier), kwargs={"seconds": given.seconds, "think": given.think})
            for each in people
        ]
        before = os.getloadavg()[0]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tell(times, load=(before, os.getloadavg()[0]), seconds=given.seconds)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
