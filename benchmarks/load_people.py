"""The people of the load: each has a connection that is kept open, a session, and pages to go to as somebody of their kind does."""

import base64
import hmac
import http.client
import json
import random
import re
import time
import uuid

SHARE = {"member": 0.54, "manager": 0.1, "lab": 0.18, "administrator": 0.02, "public": 0.16}
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
HEADINGS = "surname,forename,date_of_birth,sex,index_date,intervention_start\r\n"


def choose(home, number, chance):
    """Who walks: as many of each kind as their share says."""
    known = json.loads((home / "people.json").read_text(encoding="utf-8"))
    found = []
    for role, share in SHARE.items():
        of_role = [each for each in known if each["role"] == role] or [{"role": role}] * number
        found += (of_role if role == "lab" else chance.sample(of_role, len(of_role)))[: max(1, round(share * number))]
    return found


class Answer:
    """An answer that was read to its end."""

    def __init__(self, response):
        self.status, self.body = response.status, response.read()
        self.place = response.getheader("Location") or ""
        self.cookies = dict(re.findall(r"(?:^|, )(\w+)=([^;,]*);", ", ".join(response.headers.get_all("Set-Cookie") or [])))


class Person:
    """Somebody with a browser."""

    def __init__(self, port, who, seed):
        self.port, self.who, self.chance = port, who, random.Random(seed)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {"sessionid": who["session"]} if "session" in who else {}
        self.ways = {}

    def _ask(self, method, path, body=None, headers=()):
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"Cookie": kept, "Origin": f"http://127.0.0.1:{self.port}", **dict(headers)}
        self.connection.request(method, path, body, given)
        answer = Answer(self.connection.getresponse())
        self.cookies |= answer.cookies
        return answer

    def get(self, path):
        """A page."""
        return self._ask("GET", path)

    def post(self, path, page, **fields):
        """The form of a page, filled in."""
        fields["csrfmiddlewaretoken"] = TOKEN.search(page.body).group(1).decode()
        return self._ask("POST", path, *_multipart(fields))

    def next_way(self):
        """What this person does next."""
        return self.chance.choices(list(self.ways.items()), [weight for weight, _ in self.ways.values()])[0]

    def times(self, kind, act):
        """Do it; give (name, seconds, fault) of each answer."""
        found = []
        for name, ask, wanted in act[1](self, kind):
            begun = time.perf_counter()
            try:
                answer = ask()
                fault = "" if answer.status in wanted else f"status {answer.status}"
            except (OSError, http.client.HTTPException) as error:
                answer, fault = None, type(error).__name__
                self.connection.close()
            found.append((name, time.perf_counter() - begun, fault))
            self.last = answer
            if fault:
                break
        return found


def _multipart(fields):
    edge = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        extra = '; filename="list.csv"' if isinstance(value, bytes) else ""
        data = value if isinstance(value, bytes) else str(value).encode()
        parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + data + b"\r\n")
    return b"".join((*parts, f"--{edge}--\r\n".encode())), (("Content-Type", f"multipart/form-data; boundary={edge}"),)


def _page(path, wanted=200):
    def act(person, kind):
        yield kind, lambda: person.get(path), (wanted,)

    return act


def _of_request(path, *states):
    def act(person, kind):
        keys = [key for key, state in person.who["requests"] if state in states or not states]
        where = path.format(person.chance.choice(keys))
        yield kind, lambda: person.get(where), (200,)

    return act


def _upload(person, kind):
    key = next(key for key, state in person.who["requests"] if state == "draft")
    rows = person.chance.choice((60, 300, 300, 1_000, 5_000))
    yield "upload: the form", lambda: person.get(f"/requests/{key}/file/"), (200,)
    page = person.last
    yield kind, lambda: person.post(f"/requests/{key}/file/", page, file=_list(rows, person.chance)), (302,)
    place = person.last.place
    yield "upload: where it is", lambda: person.get(place), (200,)


def _list(rows, chance):
    lines = (
        f"{_word(chance)},{_word(chance)},{chance.randint(1, 28):02}/05/{chance.randint(1960, 2000)},M,02/09/2022,20/06/2022\r\n"
        for _ in range(rows)
    )
    return (HEADINGS + "".join(lines)).encode()


def _word(chance):
    return "".join(chance.choices("abcdefghijklmnoprstuvw", k=9)).title()


def _say(person, kind):
    key = next(key for key, state in person.who["requests"] if state == "accepted")
    yield "messages", lambda: person.get(f"/requests/{key}/messages/"), (200,)
    page = person.last
    yield kind, lambda: person.post(f"/requests/{key}/messages/", page, text="We ask about the dates of the course."), (302,)


def _answer_task(person, kind):
    key = next(key for key, state in person.who["requests"] if state == "draft")
    yield "task: the form", lambda: person.get(f"/requests/{key}/tasks/programme/"), (200,)
    page = person.last
    yield kind, lambda: person.post(f"/requests/{key}/tasks/programme/", page, programme="Example programme", where="Two prisons", who_delivers="Our staff", what="Weekly", dose="12 weeks"), (200, 302)  # fmt: skip


def _log_in(person, kind):
    """With password and code, as somebody whose session ended."""
    person.cookies.clear()
    yield "log in: the form", lambda: person.get("/account/login/"), (200,)
    page = person.last
    yield (
        "log in: password",
        lambda: person.post("/account/login/", page, login=person.who["email"], password=person.who["password"]),
        (302,),
    )
    place = person.last.place
    yield "log in: second step", lambda: person.get(place), (200,)
    second = person.last
    yield kind, lambda: person.post(place, second, code=_code(person.who["secret"])), (302,)
    del person.ways[kind]


def _code(secret):
    """What an authenticator shows now (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), (int(time.time()) // 30).to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


ORGANISATION = {
    "requests": (4, _page("/requests/")),
    "request": (6, _of_request("/requests/{}/")),
    "task list": (4, _of_request("/requests/{}/tasks/", "draft")),
    "check answers": (1, _of_request("/requests/{}/check/", "draft")),
    "files": (3, _of_request("/requests/{}/file/")),
    "coverage": (2, _of_request("/requests/{}/coverage/", "coverage")),
    "messages": (3, _of_request("/requests/{}/messages/")),
    "organisations": (1, _page("/organisation/", 302)),
    "home": (2, _page("/")),
    "template": (0.5, _page("/requests/template.xlsx")),
    "task: answered": (2, _answer_task),
    "message sent": (1, _say),
    "upload: sent": (2, _upload),
    "log in: code": (0.5, _log_in),
}
LAB = {
    "requests (lab)": (3, _page("/requests/")),
    "board": (5, _page("/lab/analysis/")),
    "my work": (4, _page("/lab/analysis/mine/")),
    "request (lab)": (5, _of_request("/requests/{}/")),
    "analysis of a request": (5, _of_request("/lab/analysis/{}/")),
    "study": (2, _of_request("/lab/analysis/{}/study/", "ready")),
    "runs": (2, _of_request("/lab/analysis/{}/runs/")),
    "releases": (4, _page("/lab/releases/")),
    "messages (lab)": (2, _of_request("/requests/{}/messages/")),
}
ADMINISTRATOR = {
    "accounts": (3, _page("/lab/accounts/")),
    "settings": (1, _page("/lab/accounts/settings/")),
    "retention (administrator)": (2, _page("/lab/retention/")),
    "log (administrator)": (2, _page("/lab/audit/")),
}
# beside what everybody of the lab does
HEAD = {
    "log": (1, _page("/lab/audit/")),
    "retention": (1, _page("/lab/retention/")),
    "organisations waiting": (1, _page("/organisation/waiting/")),
}
PUBLIC = {
    "public: home": (4, _page("/")),
    "public: results": (4, _page("/results/")),
    "public: calendar": (2, _page("/calendar/")),
    "public: register": (3, _page("/register/")),
    "public: guidance": (2, _page("/guidance/")),
    "public: style": (1, _page("/brand.css")),
}


def ways_of(person):
    """What somebody of a kind does, and how often."""
    table = {"member": ORGANISATION, "manager": ORGANISATION, "lab": LAB, "administrator": ADMINISTRATOR, "public": PUBLIC}
    head = "head_of_profession" in person.who.get("roles", ())
    return table[person.who["role"]] | (HEAD if head else {})
