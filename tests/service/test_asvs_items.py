"""What OWASP ASVS asks of browsers, passwords, second steps, sessions, files and logs, held by the pages themselves (docs/reference/asvs.md)."""

import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessLog
from django.conf import settings as service_settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jdl_service.accounts.models import Tally
from jdl_service.accounts.passwords import WORDS
from jdl_service.accounts.periodic import forget_tries
from jdl_service.audit.models import AuditEvent
from jdl_service.files import actions as files
from jdl_service.files.models import CohortFile
from service_cohorts import FAULTY
from service_people import PASSWORD, sealed_upload

SETTINGS = Path(__file__).parents[2] / "docs" / "reference" / "service-settings.md"
LOGIN, SIGNUP, CHANGE = "/account/login/", "/account/signup/", "/account/password/change/"
LONG = "Ünlikely words, 64 characters and more of them, with a space at the end "
NEW = "another long pass phrase"


def logged_in(client, user, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": user.email, "password": password} | more)


def shown_again(client):
    """Who it is has just been shown again."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_every_answer_says_what_a_browser_may_do_with_it(world, browser):
    for address in ("/", LOGIN, "/requests/", "/nowhere/", "/brand.css", "/requests/template.csv"):
        told = browser(world.alpha.member).get(address).headers
        assert told["X-Content-Type-Options"] == "nosniff"
        assert told["Referrer-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in told
        assert "Content-Security-Policy" in told
    policy = browser().get("/").headers["Content-Security-Policy"]
    assert ("base-uri 'none'" in policy, "default-src 'none'" in policy, "frame-ancestors 'none'" in policy) == (True, True, True)


def test_cookies_are_for_the_server_alone_and_go_to_no_other_site(world):
    client = Client()
    client.get(LOGIN)
    logged_in(client, world.analyst)
    assert {name: (bool(each["httponly"]), each["samesite"]) for name, each in client.cookies.items() if name != "messages"} == {
        service_settings.SESSION_COOKIE_NAME: (True, "Lax"), service_settings.CSRF_COOKIE_NAME: (True, "Lax"),
    }  # fmt: skip


def test_a_form_of_another_site_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alpha.member, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = world.request.messages.count()
    assert client.post(f"/requests/{world.request.key}/messages/", {"text": "Hello"}).status_code == 403
    assert world.request.messages.count() == before


def test_nobody_is_sent_on_to_another_site(world):
    for place in ("https://evil.example/", "//evil.example/", "javascript:x", "/\\evil.example"):
        answer = logged_in(Client(), world.analyst, next=place)
        assert answer.status_code == 302
        assert answer.url.startswith("/")
        assert "evil" not in answer.url


@pytest.mark.parametrize(
    ("password", "taken"),
    [("eleven char", False), ("twelve chars", True), ("password1234", False), ("new.person@example.org", False), (LONG, True)],
)
def test_a_password_has_twelve_characters_of_any_kind_and_is_not_common(db, password, taken):
    answer = Client().post(SIGNUP, {"email": "new.person@example.org", "password1": password, "password2": password})
    assert (answer.status_code == 302) == taken


def test_a_password_counts_as_it_was_typed(db, django_user_model):
    user = django_user_model.objects.create_user("exact@example.org", LONG, name="E")
    for typed, right in ((LONG, True), (LONG.strip(), False), (LONG.upper(), False), (LONG[:64], False)):
        assert (logged_in(Client(), user, typed).status_code == 302) == right


def test_a_box_for_a_password_hides_it_and_lets_helpers_in(db):
    shown = Client().get(LOGIN).content.decode()
    assert 'type="password"' in shown
    assert 'autocomplete="current-password"' in shown
    assert "onpaste" not in shown


def test_a_new_password_needs_the_old_one_and_ends_every_other_session(world):
    here, there = Client(), Client()
    for each in (here, there):
        logged_in(each, world.analyst)
    words = {"password1": NEW, "password2": NEW}
    assert here.post(CHANGE, words | {"oldpassword": "not the old one"}).status_code == 200
    assert here.post(CHANGE, words | {"oldpassword": PASSWORD}).status_code == 302
    assert here.get("/requests/").status_code == 200
    assert there.get("/requests/").status_code == 302


def test_whether_somebody_has_an_account_is_not_told(world):
    known, unknown = (
        Client().post(LOGIN, {"login": name, "password": "not the right one"})
        for name in (world.analyst.email, "nobody@example.org")
    )
    assert known.status_code == unknown.status_code == 200
    assert known.content.decode().count("is not right") == unknown.content.decode().count("is not right") > 0
    places = [
        Client().post(reverse("account_reset_password"), {"email": name}).url
        for name in (world.analyst.email, "nobody@example.org")
    ]
    assert places[0] == places[1]


def test_a_code_of_the_second_step_counts_once_and_so_does_a_recovery_code(world, moment):
    secret = generate_totp_secret()
    TOTP.activate(world.analyst, secret)
    codes = RecoveryCodes.activate(world.analyst).get_unused_codes()
    now = format_hotp_value(hotp_value(secret, int(moment) // 30))
    for code in (now, codes[0]):
        for right in (True, False):
            client = Client()
            place = logged_in(client, world.analyst).url
            assert client.get("/requests/").status_code == 302  # the password alone opens nothing
            assert (client.post(place, {"code": code}).status_code == 302) == right
            assert (client.get("/requests/").status_code == 200) == right


def wrong_codes(client, place, *, number):
    """Codes that are none: of no app, since they have seven digits, and of no sheet of recovery codes, since they have letters."""
    return [client.post(place, {"code": f"{each}abcdef"}) for each in range(number)]


@pytest.mark.parametrize("right", ["app", "recovery code"])
def test_codes_are_held_off_after_five_wrong_ones_of_an_account_from_wherever_they_come(world, moment, right):
    secret = generate_totp_secret()
    TOTP.activate(world.analyst, secret)
    TOTP.activate(world.reviewer, secret)
    sheet = RecoveryCodes.activate(world.analyst).get_unused_codes()
    code = sheet[0] if right == "recovery code" else format_hotp_value(hotp_value(secret, int(moment) // 30))
    first, second, other = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2"), Client(REMOTE_ADDR="192.0.2.1")
    place = logged_in(first, world.analyst).url
    assert all("The code is not right" in each.text for each in wrong_codes(first, place, number=5))
    place = logged_in(second, world.analyst).url
    for tried in ("123456x", code):
        held = second.post(place, {"code": tried})
        assert "There were too many tries" in held.text
        assert second.get("/requests/").status_code == 302
    theirs = format_hotp_value(hotp_value(secret, int(moment) // 30))
    assert other.post(logged_in(other, world.reviewer).url, {"code": theirs}).status_code == 302


def test_codes_are_held_off_where_somebody_shows_again_who_they_are(world, moment):
    secret = generate_totp_secret()
    TOTP.activate(world.analyst, secret)
    client = Client()
    right = format_hotp_value(hotp_value(secret, int(moment) // 30))
    client.post(logged_in(client, world.analyst).url, {"code": right})
    place = reverse("mfa_reauthenticate")
    wrong_codes(client, place, number=5)
    code = RecoveryCodes.activate(world.analyst).get_unused_codes()[0]
    assert "There were too many tries" in client.post(place, {"code": code}).text


def test_a_right_code_lets_somebody_try_anew(world, moment):
    TOTP.activate(world.analyst, generate_totp_secret())
    codes = RecoveryCodes.activate(world.analyst).get_unused_codes()
    for code in codes[:2]:
        client = Client()
        place = logged_in(client, world.analyst).url
        wrong_codes(client, place, number=4)
        assert client.post(place, {"code": code}).status_code == 302


@pytest.mark.slow
def test_what_one_process_counted_every_other_knows(tmp_path):
    """A wrong code that was tried on one web process counts on all of them, and is forgotten by none that starts anew."""
    code = "from jdl_service.wsgi import application\nfrom django.core.cache import cache\nprint(cache.add('mfa-auth-user-7', 1, 60))"
    own = {"DJANGO_SETTINGS_MODULE": "jdl_service.conf.settings", "JDL_MODE": "development", "JDL_HOME": str(tmp_path)}
    environment = os.environ | own | {"PYTHONPATH": os.pathsep.join(sys.path)}

    def run(*words):
        return subprocess.run(
            [sys.executable, *words], env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    run("-m", "jdl_service", "migrate", "--verbosity", "0")
    assert [run("-c", code) for _ in range(2)] == ["True", "False"]
    with sqlite3.connect(tmp_path / "service.sqlite3") as database:
        ((key, _),) = database.execute("SELECT cache_key, value FROM accounts_tally").fetchall()
    assert "mfa" not in key


def test_tries_are_forgotten_once_their_time_is_over(db, at):
    Tally.objects.create(cache_key="over", value="x", expires=at - timedelta(seconds=1))
    Tally.objects.create(cache_key="counts", value="x", expires=at + timedelta(seconds=1))
    forget_tries(at=at)
    assert [each.cache_key for each in Tally.objects.all()] == ["counts"]


def test_a_lost_password_does_not_do_away_with_the_second_step(world, mailoutbox):
    TOTP.activate(world.analyst, generate_totp_secret())
    client = Client()
    client.post(reverse("account_reset_password"), {"email": world.analyst.email})
    link = next(word for word in mailoutbox[0].body.split() if "/reset/key/" in word)
    place = client.get("/" + link.split("/", 3)[3]).url
    client.post(place, {"password1": NEW, "password2": NEW})
    assert client.get("/requests/").status_code == 302
    assert "/2fa/" in logged_in(client, world.analyst, NEW).url or "authenticate" in logged_in(client, world.analyst, NEW).url


def test_the_second_step_is_changed_only_by_whoever_has_just_logged_in(world, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    client = Client()
    logged_in(client, world.analyst)
    assert reverse("account_reauthenticate") in client.get(reverse("mfa_activate_totp")).url


def test_a_session_is_a_new_one_after_the_log_in_and_gone_after_the_log_out(world):
    client = Client()
    name = service_settings.SESSION_COOKIE_NAME
    visited = client.session
    visited["seen"] = 1
    visited.save()
    before = client.cookies[name].value
    assert len(before) >= 32
    logged_in(client, world.analyst)
    after = client.cookies[name].value
    assert after != before
    assert b"Log out" in client.get("/requests/").content
    client.post("/account/logout/")
    assert not Session.objects.filter(session_key=after).exists()
    client.cookies[name] = after
    assert client.get("/requests/").status_code == 302


def test_a_session_ends_after_twelve_hours_whatever_is_clicked(world, browser, later, settings):
    settings.SESSION_COOKIE_AGE = 86_400
    client = browser(world.alpha.member)
    for _ in range(12):
        assert client.get("/requests/").status_code == 200
        later(timedelta(minutes=59))
    assert client.get("/requests/").status_code == 200
    later(timedelta(minutes=12))
    assert client.get("/requests/").headers["Location"] == "/account/login/?next=/requests/"


def test_somebody_sees_their_sessions_and_ends_the_others(world):
    here, there = Client(), Client()
    for each in (here, there):
        logged_in(each, world.analyst)
        each.get("/requests/")
    place = reverse("usersessions_list")
    assert here.get(place).status_code == 200
    shown_again(here)
    here.post(place)
    assert here.get("/requests/").status_code == 200
    assert there.get("/requests/").status_code == 302


def test_somebody_ends_one_session_alone_and_no_session_of_anybody_else(world):
    here, there, elsewhere, other = Client(), Client(), Client(), Client()
    for each, user in ((here, world.analyst), (there, world.analyst), (elsewhere, world.analyst), (other, world.reviewer)):
        logged_in(each, user)
    theirs, _, third, others = UserSession.objects.order_by("pk")
    shown_again(here)
    place = reverse("usersessions_list")
    for number in (others.pk, 999_999, "x"):
        here.post(place, {"session": number})
    assert UserSession.objects.count() == 4
    here.post(place, {"session": third.pk})
    assert [each.get("/requests/").status_code for each in (here, there, elsewhere, other)] == [200, 200, 302, 200]
    assert UserSession.objects.filter(pk=theirs.pk).exists()


def test_sessions_are_ended_only_by_whoever_gives_the_password_again(world):
    here, there = Client(), Client()
    for each in (here, there):
        logged_in(each, world.analyst)
    place = reverse("usersessions_list")
    assert here.get(place).status_code == 200
    asked = here.post(place)
    assert reverse("account_reauthenticate") in asked.url
    assert there.get("/requests/").status_code == 200
    here.post(asked.url, {"password": PASSWORD})
    assert there.get("/requests/").status_code == 302


def test_an_administrator_ends_the_sessions_of_one_account_or_of_all_and_keeps_their_own(world, browser):
    admin, clients = Client(), {user: Client() for user in (world.analyst, world.reviewer)}
    for user, client in {**clients, world.administrator: admin}.items():
        logged_in(client, user)
    place = "/lab/accounts/sessions/"

    def who_is_in():
        return [client.get("/requests/").status_code for client in clients.values()]

    assert clients[world.analyst].post(place).status_code == 403
    assert admin.get(f"{place}?person=x").status_code == 404
    assert world.analyst.email in admin.get(f"{place}?person={world.analyst.pk}").content.decode()
    assert who_is_in() == [200, 200]
    admin.post(f"{place}?person={world.analyst.pk}")
    assert who_is_in() == [302, 200]
    assert admin.post(place).status_code == 302
    assert who_is_in() == [302, 302]
    assert "1 session ended." in admin.get("/lab/accounts/").content.decode()
    told = AuditEvent.objects.filter(action="end sessions").order_by("number").values_list("subject", "detail")
    assert list(told) == [(world.analyst.email, "1 sessions"), ("everybody", "1 sessions")]


def test_words_of_the_service_and_of_the_own_organisation_are_no_password(world):
    member = world.alpha.member
    words = world.alpha.row.name.casefold()
    for refused in ("JusticeDataLab2026", "probation-prison-jdl", f"{words} {words} 2026"):
        with pytest.raises(ValidationError, match="others would try first"):
            validate_password(refused, member)
    for taken in ("JusticeDataLab2026", "probation-prison-jdl"):
        with pytest.raises(ValidationError, match="others would try first"):
            validate_password(taken)
    for taken in ("kittens in probation", "otter weir lamp"):
        validate_password(taken, member)
    validate_password(f"{words} {words} 2026", world.analyst)
    listed = SETTINGS.read_text(encoding="utf-8").partition("## Words that count for nothing in a password")[2]
    assert all(f"`{word}`" in listed for word in WORDS)


def test_a_log_in_says_by_which_steps_it_was_made(world, caplog, moment):
    secret = generate_totp_secret()
    TOTP.activate(world.analyst, secret)
    codes = RecoveryCodes.activate(world.analyst).get_unused_codes()
    with caplog.at_level("INFO", logger="jdl.accounts"):
        for code in (format_hotp_value(hotp_value(secret, int(moment) // 30)), codes[0]):
            client = Client()
            client.post(logged_in(client, world.analyst).url, {"code": code})
    lines = [(each.user, each.kind) for each in caplog.records if each.name == "jdl.accounts"]
    assert lines == [(world.analyst.pk, kind) for kind in ("password", "totp", "password", "recovery_codes")]
    client = Client()
    wrong_codes(client, logged_in(client, world.analyst).url, number=1)
    wrong = next(each for each in caplog.records if each.name == "jdl.accounts" and each.levelname == "WARNING")
    assert (wrong.user, wrong.getMessage()) == (world.analyst.pk, "wrong code")


def test_a_hundred_files_of_an_organisation_come_in_within_a_day_and_no_more(world, browser, at, service, monkeypatch):
    monkeypatch.setattr(files, "MOST_FILES_A_DAY", 2)
    client = browser(world.alpha.member)
    for expected in (302, 302, 409):
        data = SimpleUploadedFile("list.csv", FAULTY)
        assert client.post(f"/requests/{world.request.key}/file/", {"file": data}).status_code == expected
    assert CohortFile.objects.count() == 2
    tomorrow = at + timedelta(days=1)
    files.upload(
        world.request, organisation=world.alpha.row, sent=sealed_upload(FAULTY, at=tomorrow), by=world.alpha.member, at=tomorrow
    )


def test_a_file_goes_out_under_a_name_of_ours_whatever_was_asked(world, browser):
    for kind in ("csv", "xlsx", "ods"):
        answer = browser(world.alpha.member).get(f"/requests/template.{kind}?filename=evil.exe")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "evil" not in answer.headers["Content-Disposition"]


def test_log_ins_that_fail_and_that_do_not_are_kept(world, settings):
    settings.AXES_ENABLED = True
    logged_in(Client(), world.analyst, "not the right one")
    assert AccessAttempt.objects.get().failures_since_start == 1
    logged_in(Client(), world.analyst)
    assert AccessLog.objects.get().username == world.analyst.email


def test_what_somebody_may_not_do_is_a_line_of_the_log_with_who_and_where(world, browser, caplog):
    with caplog.at_level("INFO", logger="jdl.web"):
        browser(world.alpha.member).get("/lab/audit/")
    line = next(each for each in caplog.records if each.name == "jdl.web")
    assert (line.status, line.user, line.route) == (403, world.alpha.member.pk, "lab/audit/")


def test_what_is_logged_is_one_line_whatever_was_sent(world, browser, caplog):
    with caplog.at_level("INFO"):
        browser(world.alpha.member).get("/requests/x%0d%0aforged/")
    assert all("forged" not in str(vars(each).get("route")) for each in caplog.records if each.name == "jdl.web")


def test_a_page_that_breaks_tells_nothing_of_why(world, browser, monkeypatch):
    monkeypatch.setattr("jdl_service.requests.views.promises.times_to_publication", lambda: 1 / 0)
    client = browser(world.alpha.member)
    client.raise_request_exception = False
    answer = client.get("/requests/")
    assert answer.status_code == 500
    assert not any(word in answer.content.decode() for word in ("Traceback", "ZeroDivision", "views.py", "SELECT"))
