"""Every address, with what no form expects: nothing breaks, and nothing that was sent comes back as markup.

The addresses are the resolver's, the fields are those of the page, so a new form is in it by itself. `JDL_FUZZ=50` tries fifty times as many.
"""

import os
import re
from datetime import timedelta
from urllib.parse import quote_from_bytes

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jdl_service.files.models import CohortFile
from service_matrix import address, patterns, theirs  # noqa: F401 -- a fixture

TIMES = int(os.environ.get("JDL_FUZZ", "1"))
# What a form makes of its fields is the same on every database; what PostgreSQL alone refuses shows in fewer.
EXAMPLES = 40 if os.environ.get("JDL_DATABASE") else 150
ROUTES = sorted((route, sorted(converters)) for route, converters in patterns() if "(?" not in route)
WHO = ("nobody", "member", "manager", "analyst", "reviewer", "head_of_profession", "administrator")
MARKUP = "<script>jdl</script>"
HOSTILE = (
    b"", b" ", b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", "\u202eabc\u202c".encode(), "\U0001f9ff\u0301".encode(), b"\r\nSet-Cookie: a=b",
    MARKUP.encode(), f'"><img src=x onerror=x>{MARKUP}'.encode(), f"'-{MARKUP}-'".encode(), b"{{ 7919*7919 }}", b"{% include 'x' %}", b"${7919*7919}",
    b"' OR 1=1 --", b"1; DROP TABLE accounts_user", b"../../etc/passwd", b"-1", b"0", b"1", b"9" * 30, b"1e999", b"NaN", b"0000-99-99", b"2026-02-30", b"31",
    b"on", b"true", b"x" * 100_000, b"a@b.c", b"javascript:x", b"//evil.example/", b"[study]\nname = 1", b"[" * 2_000, b"seed = 1" + b"[[a]]\n" * 200, b"12/12/2026",
)  # fmt: skip
VALUE = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30).map(lambda text: text.encode(errors="replace")))
NAMED = re.compile(r'<(?:input|select|textarea|button)[^>]*?\bname="([^"]+)"')


@pytest.fixture
def clients(theirs, world, browser):  # noqa: F811 -- the fixture
    CohortFile.objects.filter(warnings=None).update(rows=61, warnings=0)  # as a check would have left it
    alpha = {"member": world.alpha.member, "manager": world.alpha.manager}
    return {who: browser(alpha.get(who) or getattr(world, who, None)) for who in WHO}


@pytest.fixture
def names_of():
    """The fields of the forms of a page; asked for once."""
    known = {}

    def find(client, place):
        if (client, place) not in known:
            answer = client.get(place)
            text = answer.content.decode() if "html" in answer.get("Content-Type", "") and not answer.streaming else ""
            known[client, place] = sorted(set(NAMED.findall(text)) - {"csrfmiddlewaretoken"})
        return known[client, place]

    return find


def encoded(pairs):
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs)


def sent(client, place, pairs, how):
    if how == "file":
        fields = {name: value.decode(errors="replace") for name, value in pairs}
        return client.post(place, fields | {"file": SimpleUploadedFile("a\u202e.exe", b"MZ")})
    if how == "asked":
        return client.get(f"{place}?{encoded(pairs)}")
    return client.post(place, encoded(pairs), content_type="application/x-www-form-urlencoded")


def is_sound(answer):
    """No page broke, and what was sent is text on it."""
    if answer.status_code >= 500:
        return False
    text = b"" if answer.streaming else answer.content
    html = "html" in answer.get("Content-Type", "")
    return not html or (MARKUP.encode() not in text and b"62710561" not in text and b"onerror=x>" not in text)


@settings(max_examples=EXAMPLES * TIMES, suppress_health_check=list(HealthCheck), derandomize=TIMES == 1)
@given(data=st.data())
def test_no_form_breaks_or_gives_back_markup(theirs, clients, names_of, later, data):  # noqa: F811 -- the fixture
    route, names = data.draw(st.sampled_from(ROUTES))
    client = clients[data.draw(st.sampled_from(WHO))]
    rows = theirs | data.draw(
        st.sampled_from([{}, {}, {}, {name: 10**30 for name in names if name != "key"}, {"key": "x" * 3_000}])
    )
    place = address(route, names, rows)
    later(timedelta(seconds=1))  # nobody says two things at once
    with transaction.atomic():
        fields = names_of(client, place)
        chosen = data.draw(st.lists(st.tuples(st.sampled_from([*fields, "next", "x"]), VALUE), max_size=12))
        chosen += [(name, data.draw(VALUE)) for name in fields if data.draw(st.booleans())]
        answer = sent(client, place, chosen, data.draw(st.sampled_from(("form", "form", "file", "asked"))))
        assert is_sound(answer), (place, answer.status_code)
        if answer.status_code == 302 and not answer.url.startswith(("http", "//")):
            assert is_sound(client.get(answer.url)), answer.url
        assert not answer.get("Location", "").startswith(("http:", "https:", "//", "javascript"))
        transaction.set_rollback(True)
