"""The web process itself, by raw requests: what its proxy tells it, and answers that end where they should."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from types import SimpleNamespace

import pytest

import free_ports
from jdl_service import serving

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]
SECONDS = 120  # only so that a failure ends
LOGIN = "/account/login/"


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """The web process behind a proxy that speaks HTTPS; in its working folder lies a module of the name of one that it imports."""
    home, here = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("here")
    (here / "waitress.py").write_text("raise SystemExit('the folder is on the path')")
    own = {
        "DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings",
        "JDL_MODE": "development",
        "JDL_HOME": str(home),
        "JDL_HTTPS": "1",
    }
    environment = os.environ | own | {"PYTHONPATH": os.pathsep.join(sys.path)}
    port = free_ports.free_port()
    subprocess.run([sys.executable, "-P", "-m", "jdl_service", "migrate", "--verbosity", "0"], env=environment, check=True)
    (web,) = serving.children("127.0.0.1", port, "web")
    process = subprocess.Popen(web.command, env=environment, cwd=here, stderr=subprocess.DEVNULL)
    try:
        yield SimpleNamespace(port=_listening(port, process), home=home)
    finally:
        process.terminate()
        process.wait(SECONDS)


def _listening(port, process):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), SECONDS).close()
        except OSError:
            time.sleep(0.2)
        else:
            return port
    pytest.fail("the web process does not listen")


def raw(started, *requests):
    """Everything that comes back on one connection."""
    lines = "Host: localhost\r\nX-Forwarded-Proto: https\r\n"
    with socket.create_connection(("127.0.0.1", started.port), SECONDS) as connection:
        for number, request in enumerate(requests, 1):
            last = "Connection: close\r\n" if number == len(requests) else ""
            connection.sendall(f"{request} HTTP/1.1\r\n{lines}{last}\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    "address", ["/", LOGIN, "/health/live", "/nothing/", "/requests/", "/static/look/app.css", "/library/api/v1/"]
)
def test_head_is_answered_by_the_headers_of_get_alone(started, address):
    told, _, body = raw(started, f"HEAD {address}").partition(b"\r\n\r\n")
    got, _, page = raw(started, f"GET {address}").partition(b"\r\n\r\n")
    assert body == b""
    assert told.splitlines()[0] == got.splitlines()[0]
    length = re.search(rb"Content-Length: (\d+)", told)
    # a page that holds a token is as long each time
    assert int(length[1]) == len(page)


def test_what_comes_after_head_on_one_connection_is_an_answer(started):
    answers = raw(started, "HEAD /nothing/", "HEAD /account/login/", "GET /health/live")
    assert re.findall(rb"HTTP/1.1 (\d+)", answers) == [b"404", b"200", b"200"]
    assert answers.endswith(b"\r\n\r\nalive\n")


def test_a_request_that_comes_without_https_is_sent_there(started):
    with socket.create_connection(("127.0.0.1", started.port), SECONDS) as connection:
        connection.sendall(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        told, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert b"301" in told.splitlines()[0]
    assert body == b""


def guess(started, forwarded, name):
    """The status of a wrong password from an address, as a proxy tells it."""
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": forwarded}
    _, told, page = asked(started, "GET", headers=headers)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.decode())[1]
    cookies = "; ".join(each.partition(";")[0] for each in told.get_all("Set-Cookie"))
    headers |= {"Cookie": cookies, "Referer": f"https://localhost{LOGIN}", "Content-Type": "application/x-www-form-urlencoded"}
    return asked(started, "POST", f"csrfmiddlewaretoken={token}&login={name}&password=wrong", headers)[0]


def asked(started, method, body=None, headers=None):
    with closing(HTTPConnection("127.0.0.1", started.port, timeout=SECONDS)) as connection:
        connection.request(method, LOGIN, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def test_two_addresses_behind_the_proxy_are_counted_apart_and_no_client_chooses_its_own(started):
    one, other = "192.0.2.1", "2001:db8::2"
    assert [guess(started, one, "a@example.org") for _ in range(5)] == [200, 200, 200, 200, 429]
    assert guess(started, other, "a@example.org") == 200
    assert guess(started, one, "b@example.org") == 200
    forged = [guess(started, f"198.51.100.{number}, {one}", "a@example.org") for number in range(3)]
    assert forged == [429, 429, 429]
    forged = [guess(started, f"198.51.100.{number}, {one}", "c@example.org") for number in range(5)]
    assert forged == [200, 200, 200, 200, 429]
