"""Every page of the service that somebody can come to, found from its addresses: one of each shape, and what each form says when it is empty."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from itertools import pairwise
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.db import transaction
from django.urls import resolve

from service_addresses import every_pattern
from service_browser import HOME, KINDS, NARROW, PATIENCE, WIDE, complaints, faults

# The core's own pages, byte by byte: tests/functional/test_browser.py takes minutes over one, and in a sandbox axe would never end.
REPORTS = {"analysis_report", "release_report", "early_report"}
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_ELEMENT = re.compile(r"<[a-z][\w-]*|\s(?:class|role|type|open|disabled)=\"[^\"]*\"")
_HEADING = re.compile(r"<(h[1-6])\b")
_POSTS = re.compile(r"<form method=\"post\"(?: action=\"([^\"]*)\")?")


def patterns():
    """Every pattern of the service: (route, name)."""
    return ((route, each.name) for route, each in every_pattern())


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as somebody got it."""

    who: str
    name: str
    path: str
    status: int
    html: bytes
    headers: dict[str, str]
    sent: bool

    @property
    def label(self):
        """What to call it in a failure, and its picture."""
        how = "-sent" if self.sent else ""
        return f"{self.who} {self.name}{how} {self.status} {self.path}"


@dataclass(kw_only=True)
class Walk:
    """What was found on the way.

    Attributes:
        pages: one of each shape.
        visited: names of addresses that were answered by something to read, to fetch or to be led on.
        files: pictures and styles that pages show, by path.
    """

    pages: list[Page] = field(default_factory=list)
    visited: set[str] = field(default_factory=set)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    shapes: set[object] = field(default_factory=set)

    def walk(self, who, client, rows, others):
        """Everything one person can open and, on each page of a new shape, every form sent empty.

        Args:
            who: what to call the person.
            client: logged in as the person.
            rows: the values of a parameter, by its name, those before it, and the route.
            others: addresses, by name, of routes that are written as regular expressions, and those with a question.
        """
        for route, name in patterns():
            for path in [*(() if "^" in route else addresses(route, rows)), *others.get(name, ())]:
                answer = self.see(who, client, name, path)
                if answer.status_code == 405 or answer.headers.get("Location", "").startswith("/account/login/"):
                    break  # nothing to read, whatever the row

    def see(self, who, client, name, path):
        """One address for one person."""
        answer = client.get(path)
        if answer.status_code not in (404, 405):
            self.visited |= {name} if answer.status_code == 200 else set()
            page = self.keep(who, name, path, answer)
            if page:
                self._send_forms(page, client)
        return answer

    def keep(self, who, name, path, answer, *, sent=False):
        """Keep the page unless one of its shape is kept; give it when it is new."""
        if answer.status_code in (301, 302, 304):
            return None
        kind, content = answer.headers.get("Content-Type", ""), b"".join(answer) if answer.streaming else answer.content
        if not kind.startswith("text/html"):
            self.files[path] = (kind, content)
            return None
        if not content or name in REPORTS:
            return None
        frame, _, main = content.decode().partition("<main")
        # a refusal is one page, wherever it is met
        shape = (name if answer.status_code == 200 else "", answer.status_code, shape_of(main), leads(main, path))
        around = frozenset(_ELEMENT.findall(frame))
        if {shape, around} <= self.shapes:
            return None
        self.shapes |= {shape, around}
        headers = {key: value for key, value in answer.headers.items() if key != "Refresh"}
        page = Page(who=who, name=name, path=path, status=answer.status_code, html=content, headers=headers, sent=sent)
        self.pages.append(page)
        return page

    def _send_forms(self, page, client):
        for path, name, hidden in forms(page.html.decode(), page.path):
            answer = tried(client, path, hidden)
            assert answer.status_code != 404, f"{page.label}: a form leads nowhere: {path}"
            self.visited.add(name)
            last = answer.redirect_chain[-1][0] if answer.redirect_chain else path
            self.keep(page.who, resolve(urlsplit(last).path).view_name, urlsplit(last).path, answer, sent=True)


def forms(html, path):
    """The forms within the content of a page that are sent by POST: (address, its name, what is hidden in them)."""
    for action, hidden in Forms.of(html):
        if not action.startswith("#"):  # an example of the styleguide
            yield action or path, resolve((action or path).split("?")[0]).view_name, hidden


def leads(html, path):
    """Names of the addresses to which a page has buttons."""
    found = set(_POSTS.findall(html))
    return frozenset(resolve((action or path).split("?")[0]).view_name for action in found if not action.startswith("#"))


def shape_of(html):
    """Which element follows which, and which heading: pages of one shape are drawn by the same lines of a template."""
    elements, headings = _ELEMENT.findall(html), _HEADING.findall(html)
    return frozenset((*pairwise(elements), *pairwise(headings)))


def tried(client, path, data):
    """What comes of a form; nothing of what it did stays."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        answer = client.post(path, data, follow=True, secure=True)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def addresses(route, rows) -> Iterator[str]:
    """The addresses of a route about every row that `rows(name, chosen)` has for its parameters."""

    def filled(rest, chosen):
        if not rest:
            yield "/" + _PARAMETER.sub(lambda match: str(chosen[match[1]]), route)
            return
        for value in rows(rest[0], chosen, route):
            yield from filled(rest[1:], {**chosen, rest[0]: value})

    yield from filled(_PARAMETER.findall(route), {})


class Forms(HTMLParser):
    """The forms within the content of a page that are sent by POST: (action, what is hidden in them)."""

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.now = [], False, None

    @classmethod
    def of(cls, html):
        forms = cls()
        forms.feed(html)
        return forms.found

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "main":
            self.inside = True
        if tag == "form" and self.inside and given.get("method", "").lower() == "post":
            self.now = {}
            self.found.append((given.get("action") or "", self.now))
        if (
            tag == "input"
            and self.now is not None
            and given.get("type") == "hidden"
            and given.get("name") != "csrfmiddlewaretoken"
        ):
            self.now[given["name"]] = given.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.now = None
        if tag == "main":
            self.inside = False


@dataclass(kw_only=True)
class Screen:
    """A browser's page, whose requests are answered from what was found."""

    page: object
    walk: Walk
    shown: Page | None = None

    @classmethod
    def of(cls, browser, walk):
        screen = cls(page=browser.new_page(), walk=walk)
        screen.page.set_default_timeout(PATIENCE)
        screen.page.faults = []
        screen.page.on("pageerror", lambda fault: screen.page.faults.append(str(fault)))
        screen.page.on("console", lambda said: screen.page.faults.append(said.text) if said.type == "error" else None)
        screen.page.route("**/*", screen._answer)
        return screen

    def show(self, found):
        """Open a page that was found."""
        self.shown = found
        self.page.faults.clear()
        self.page.set_viewport_size(WIDE)
        self.page.goto(HOME + found.path)
        return self.page

    def _answer(self, route):
        path = urlsplit(route.request.url).path
        if path == urlsplit(self.shown.path).path:
            route.fulfill(status=200, body=self.shown.html, headers=self.shown.headers)
        elif path.startswith("/static/"):
            route.fulfill(path=finders.find(path.removeprefix("/static/")), content_type=KINDS[path.rsplit(".", 1)[1]])
        elif path in self.walk.files:
            kind, content = self.walk.files[path]
            route.fulfill(body=content, content_type=kind)
        else:
            route.fulfill(status=404, body="")


def wrong(page):
    """What is wrong with the page that is open: what axe and the browser say, and how far it can be moved sideways."""
    found = [*complaints(page), *faults(page)]
    # 640 pixels are a window of 1,280 at 200 per cent
    for width in (640, NARROW["width"]):
        page.set_viewport_size({**NARROW, "width": width})
        needs = page.evaluate("document.documentElement.scrollWidth")
        found += [f"it needs {needs} of {width} pixels"] if needs > width else []
    return found


def photograph(page, path):
    """Pictures of the page that is open at 1,280 and 320 pixels, at 640, which is a window of 1,280 at 200 per cent, and on paper."""
    for width in (1280, 640, 320):
        page.set_viewport_size({"width": width, "height": 640})
        page.screenshot(path=f"{path}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 794, "height": 1123})  # a sheet of A4 at 96 pixels an inch
    page.emulate_media(media="print")
    page.screenshot(path=f"{path}-print.png", full_page=True)
    page.emulate_media(media="screen")
