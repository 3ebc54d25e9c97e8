"""The library in the service under load: ten thousand results, fifty visitors at once, the real server in a process of its own.

    PYTHONPATH=src:tests python benchmarks/library.py [--results 10000] [--visitors 50] [--seconds 15] [--pause 1.0]

It prints medians and judges nothing: machines differ, and a busy one is slow. `--pause` is how long a visitor reads before the next click.
"""

import argparse
import http.client
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

HOST, PORT = "127.0.0.1", 8765
HERE = Path(__file__).parent
WORDS = (
    "mentoring",
    "women",
    "community",
    "bridge",
    "garden",
    "north",
    "family",
    "prison",
    "training",
    "music",
    "lantern",
    "har",
)
KINDS = ("mentoring", "education", "arts", "accommodation", "sport", "faith", "peer-support")
CACHED = ("/library/", "/library/types/", "/library/about/", "/library/organisations/", "/library/style.css")


@dataclass
class Told:
    """What the visitors saw: milliseconds by kind of address, and answers that were none."""

    times: dict[str, list[float]] = field(default_factory=dict)
    bad: int = 0


def address(kind: str, rng: random.Random, results: int) -> str:
    """Somewhere that a visitor goes."""
    if kind == "search":
        words = quote(" ".join(rng.sample(WORDS, rng.randint(1, 2))))
        return (
            f"/library/all/?q={words}&type={rng.choice(KINDS)}"
            if rng.random() < 0.5
            else f"/library/all/?q={words}&page={rng.randint(1, 9)}"
        )
    if kind == "result":
        return f"/library/results/B-{rng.randrange(results):05}/"
    if kind == "api":
        return f"/library/api/v1/results?q={quote(rng.choice(WORDS))}&page={rng.randint(1, 9)}"
    return f"/library/types/{rng.choice(KINDS)}/" if kind == "kind of help" else rng.choice(CACHED)


def visit(number: int, kinds: tuple[str, ...], given: argparse.Namespace, told: Told, pause: float) -> None:
    """One visitor on one connection until the time is over."""
    rng, ends = random.Random(number), time.perf_counter() + given.seconds  # noqa: S311 -- where a visitor goes
    link = http.client.HTTPConnection(HOST, PORT, timeout=120)
    time.sleep(pause * rng.random())
    while time.perf_counter() < ends:
        kind = rng.choice(kinds)
        begun = time.perf_counter()
        link.request("GET", address(kind, rng, given.results))
        answer = link.getresponse()
        answer.read()
        told.times.setdefault(kind, []).append(1000 * (time.perf_counter() - begun))
        told.bad += answer.status != 200
        if pause:
            time.sleep(pause * 2 * rng.random())
    link.close()


def load(name: str, kinds: tuple[str, ...], given: argparse.Namespace, pause: float) -> None:
    """Let all visitors in at once, and print what they saw."""
    told = Told()
    threads = [threading.Thread(target=visit, args=(each, kinds, given, told, pause)) for each in range(given.visitors)]
    begun = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    taken = time.perf_counter() - begun
    every = [one for times in told.times.values() for one in times]
    print(f"{name}: {len(every) / taken:.0f} answers a second, median {statistics.median(every):.0f} ms, {told.bad} not answered")
    for kind, times in sorted(told.times.items()):
        print(
            f"  {kind:<14} {len(times):>6} asked, median {statistics.median(times):6.1f} ms, 95% {statistics.quantiles(times, n=20)[-1]:6.1f} ms"
        )


def timed(path: str) -> float:
    """Seconds that one visitor alone waits."""
    link = http.client.HTTPConnection(HOST, PORT, timeout=600)
    begun = time.perf_counter()
    link.request("GET", path)
    link.getresponse().read()
    return time.perf_counter() - begun


def wait_for_it(server: subprocess.Popen) -> None:
    """Until the server answers."""
    while True:
        try:
            timed("/health/live")
        except OSError:
            if server.poll() is not None:
                sys.exit("the server ended")
            time.sleep(0.5)
        else:
            return


def main() -> None:
    """Start the server, look at it alone, then let the visitors in."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--results", type=int, default=10_000)
    asked.add_argument("--visitors", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=15)
    asked.add_argument("--pause", type=float, default=1.0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as home:
        env = {
            **os.environ,
            "JDL_MODE": "development",
            "JDL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings",
            "JDL_ADDRESS": "https://lab.example",
        }
        subprocess.run([sys.executable, "-m", "jdl_service", "migrate", "-v0"], env=env, check=True)
        command = [sys.executable, str(HERE / "library_server.py"), str(PORT), str(given.results)]
        server = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
        try:
            wait_for_it(server)
            for path in (
                "/library/",
                "/library/all/?q=mentoring",
                "/library/types/mentoring/",
                "/library/map/",
                "/library/results/B-00001/",
                "/library/sitemap.xml",
            ):
                print(f"first visit to {path}: {timed(path):.2f} s; again {1000 * timed(path):.1f} ms")
            for kind in KINDS:
                timed(f"/library/types/{kind}/")
            load("cached pages, no pause", ("cached",), given, 0)
            load("pages and searches, no pause", ("cached", "kind of help", "result", "search", "api"), given, 0)
            load(
                f"pages and searches, {given.pause:g} s between clicks",
                ("cached", "kind of help", "result", "search", "api"),
                given,
                given.pause,
            )
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
