"""The service in a browser without a socket: what Chromium asks for is answered by Django's test client.

`tests/service/conftest.py` hands the fixtures on: a test asks for `visit`.
"""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from playwright.sync_api import sync_playwright

from in_browser import CHROMIUM, complaints  # noqa: F401 -- the tests of pages ask for both here

PATIENCE = 180_000  # milliseconds: a busy machine is no violation
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
HOME = "https://localhost"


def faults(page):
    """What the browser complained of, less that a page is an error page."""
    return [fault for fault in page.faults if "the server responded with a status of" not in fault]


@pytest.fixture(scope="module")
def chromium():
    """Debian's Chromium."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, in which the fixtures of the database are made and taken away.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        made = playwright.chromium.launch(executable_path=CHROMIUM)
        yield made
        made.close()


@pytest.fixture
def server(chromium, db):
    """A thread of its own in which Django answers, as a server's would: Playwright's loop runs in that of the tests.

    Both use one connection, in turn, since what a test has written is in a transaction that is never committed.
    """
    shared = connections["default"]
    shared.inc_thread_sharing()
    with ThreadPoolExecutor(1, initializer=connections.__setitem__, initargs=("default", shared)) as threads:
        yield lambda work, *given: threads.submit(work, *given).result()
    shared.dec_thread_sharing()


@pytest.fixture
def visit(chromium, server):
    """`visit(path, …)` is an open page. No socket is used: what the browser asks for is answered by Django's test client."""
    client, opened = Client(HTTP_HOST="localhost"), []

    def asked(method, place, sent):
        if method == "GET":
            return client.get(place, follow=True, secure=True)
        more = {"content_type": "application/x-www-form-urlencoded", "headers": {"referer": f"{HOME}/", "origin": HOME}}
        return client.post(place, sent, follow=True, secure=True, **more)

    def answer(route):
        place = urlsplit(route.request.url)
        if place.path.startswith("/static/"):
            found = finders.find(place.path.removeprefix("/static/"))
            route.fulfill(path=found, content_type=KINDS[place.path.rsplit(".", 1)[1]])
            return
        made = server(asked, route.request.method, f"{place.path}?{place.query}", route.request.post_data or "")
        route.fulfill(status=made.status_code, body=made.content, headers=dict(made.items()))

    def send(path, **sent):
        server(asked, "POST", path, urlencode(sent))

    def visit(path, *, size=WIDE, media=None, scripts=True):
        context = chromium.new_context(viewport=size, java_script_enabled=scripts)
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.emulate_media(**(media or {}))
        page.faults = []
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        page.route("**/*", answer)
        page.goto(HOME + path)
        return page

    visit.send = send
    yield visit
    for context in opened:
        context.close()
