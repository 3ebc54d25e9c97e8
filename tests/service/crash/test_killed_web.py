"""The web process is killed in the middle of an upload: no half of a file has a row, and no plain byte was on a disk."""

import os
import re
import signal
import socket
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from service_crash import LOST, copied, names_in, wait_for

pytestmark = pytest.mark.slow

EDGE = "edge-of-a-part"
SECRET = "s" * 32
TRIES = 5
LOG_IN = """
from django.test import Client
from jdl_service.accounts.models import User
client = Client()
client.force_login(User.objects.get(email="member.alpha@example.org"), backend="allauth.account.auth_backends.AuthenticationBackend")
print(client.cookies["sessionid"].value)
"""
SWEEP = """
from datetime import timedelta
from jdl_service.clock import now
from jdl_service.files.periodic import sweep
sweep(at=now() + timedelta(days=2))
"""


@contextmanager
def web(home, port):
    """The web process, answering."""
    process = home.start("jdl_service.web", "127.0.0.1", str(port))
    try:
        wait_for(lambda: answer(port, b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") == 200)
        yield process
    finally:
        process.kill()
        process.wait()


def answer(port, data):
    """The status of what is answered; None when nobody listens yet, or nothing is answered."""
    try:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(data)
            said = line.recv(100).split()
    except (ConnectionRefusedError, ConnectionResetError):
        return None
    return int(said[1]) if said else None


def post(home, cohort):
    """The bytes of an upload by somebody who is logged in."""
    (key,) = home.rows("SELECT key FROM requests_request")[0]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="cohort.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = head.encode() + cohort + f"\r\n--{EDGE}--\r\n".encode()
    lines = (
        f"POST /requests/{key}/file/ HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", "Connection: close",
        f"Content-Type: multipart/form-data; boundary={EDGE}", f"X-CSRFToken: {SECRET}",
        f"Cookie: sessionid={home.shell(LOG_IN)}; csrftoken={SECRET}",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def a_home(stages, place):
    return copied(stages.folder / "after-check", place, stages.settings)


@pytest.fixture
def large(cohort):
    """The same people many times over: larger than any buffer."""
    head, *rows = cohort.read_bytes().splitlines(keepends=True)
    return head + b"".join(rows) * 200


def test_a_web_process_killed_while_an_upload_comes_in_keeps_nothing_of_it(stages, cohort, large, free_port, tmp_path):
    home = a_home(stages, tmp_path / "home")
    data, names = post(home, large), names_in(cohort.read_bytes())
    with web(home, free_port) as process, socket.create_connection(("127.0.0.1", free_port)) as line:
        line.sendall(data[: len(data) // 2])
        wait_for(lambda: unread(line) == 0)
        assert [place for place in open_files(process.pid) if "(deleted)" in place or home.environment["TMPDIR"] in place] == []
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    nothing_came(home, names)
    goes_on(home, data, free_port)


def test_a_web_process_killed_while_it_seals_an_upload_leaves_noise_that_is_swept(stages, cohort, large, free_port, tmp_path):
    for number in range(TRIES):
        # a home of its own: an upload that came to its end would be seen in every later try
        home = a_home(stages, tmp_path / f"home-{number}")
        killed_while_it_seals(home, post(home, large * 3), free_port)
        if unfinished(home):
            break
    else:
        pytest.fail("never seen while it sealed")
    nothing_came(home, names_in(cohort.read_bytes()))
    assert unfinished(home) == []


def killed_while_it_seals(home, data, port):
    """Kill the web process once a part of the upload is there, or all of it."""
    with web(home, port) as process, socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(data)
        wait_for(lambda: unfinished(home) or home.rows(COUNT) != [(1,)], every=0.0005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def unfinished(home):
    return list((home.folder / "store").rglob("*.part"))


COUNT = "SELECT count(*) FROM files_cohortfile"


def nothing_came(home, names):
    for path in (home.folder / "store").rglob("*"):
        os.utime(path, (0, 0))
    home.shell(SWEEP)
    assert home.rows(COUNT) == [(1,)]
    assert home.rows(LOST) == []
    kept = {path.name for path in (home.folder / "store").glob("*/*")}
    assert kept == {name for (name,) in home.rows("SELECT name FROM files_sealed WHERE destroyed_at IS NULL")}
    assert home.plain(names) == []


def goes_on(home, data, port):
    with web(home, port):
        assert answer(port, data) == 302
    assert home.rows("SELECT version, state FROM files_cohortfile ORDER BY version") == [(1, "clean"), (2, "checking")]


def unread(line):
    """How many bytes the kernel still holds for whoever is at the other end."""
    port = f":{line.getsockname()[1]:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    queues = [re.split(":", row[4]) for row in rows if row[1].endswith(port) or row[2].endswith(port)]
    return sum(int(size, 16) for pair in queues for size in pair)


def open_files(pid):
    """What the process has open; what it closes between the list and the look is open no more."""
    places = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            places.append(str(path.readlink()))
    return places
