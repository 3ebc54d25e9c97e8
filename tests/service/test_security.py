"""What a browser is told, what a log holds, who needs a second factor: for every page alike."""

import json
import logging
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.base.logs import AllowListed
from jdl_service.base.middleware import private_by_default
from jdl_service.public import health
from service_people import PASSWORD, person


@pytest.mark.parametrize("address", ["/", "/account/login/", "/requests/", "/nowhere/", "/health/ready"])
def test_no_page_allows_a_script_or_a_style_of_its_own(world, browser, address):
    for who in (None, world.alpha.member):
        policy = browser(who).get(address).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy


def test_nothing_private_is_kept_by_a_browser_or_a_cache(world, browser):
    for address in ("/", "/requests/", f"/requests/{world.request.key}/"):
        assert browser(world.alpha.member).get(address).headers["Cache-Control"] == "no-store"
    assert browser().get("/account/login/").headers["Cache-Control"].split(",")[0] in ("no-store", "max-age=0")


def test_what_a_public_view_lets_be_kept_is_not_kept_once_somebody_is_logged_in(world):
    page = private_by_default(lambda request: HttpResponse("public", headers={"Cache-Control": "public, max-age=60"}))
    asked = RequestFactory().get("/")
    for asked.user, expected in ((AnonymousUser(), "public, max-age=60"), (world.analyst, "no-store")):
        asked.resolver_match = None
        assert page(asked).headers["Cache-Control"] == expected
        assert page(asked).headers["Vary"] == "Cookie"


def test_every_page_needs_a_log_in_unless_it_says_otherwise(browser, db):
    assert browser().get("/requests/").headers["Location"] == "/account/login/?next=/requests/"
    assert browser().get("/").status_code == 200


def test_somebody_logs_in_by_address_and_password_however_the_address_is_written(world, browser):
    client = browser()
    answer = client.post(reverse("account_login"), {"login": world.analyst.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/requests/").status_code == 200


def test_a_session_ends_after_half_an_hour_without_a_click(world, browser, settings):
    client = browser(world.analyst)
    assert settings.SESSION_COOKIE_AGE == 1800
    client.get("/requests/")
    assert client.cookies[settings.SESSION_COOKIE_NAME]["httponly"]
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/requests/").status_code == 302


def test_a_click_keeps_a_session_alive_and_is_written_down_once_a_minute(world, browser, later):
    client = browser(world.administrator)
    client.get("/requests/")
    written = Session.objects.get().session_data
    client.get("/requests/")
    assert Session.objects.get().session_data == written
    later(timedelta(minutes=1))
    client.get("/requests/")
    assert Session.objects.get().session_data != written


def test_whoever_guesses_passwords_is_locked_out_for_a_while(world, browser, settings):
    settings.AXES_ENABLED = True
    client = browser()
    form = {"login": world.analyst.email, "password": "a wrong guess"}
    seen = [client.post(reverse("account_login"), form).status_code for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert seen[-1] == 429
    right = client.post(reverse("account_login"), {"login": world.analyst.email, "password": PASSWORD})
    assert right.status_code == 429


def tried(name, password="a wrong guess", address="192.0.2.1"):  # noqa: S107 -- invented
    return Client(REMOTE_ADDR=address).post(reverse("account_login"), {"login": name, "password": password}).status_code


def test_the_lock_is_on_a_name_and_an_address_together(world, settings):
    settings.AXES_ENABLED = True
    name = world.analyst.email
    assert [tried(spelt) for spelt in (name, name.upper(), f" {name}", name, name)] == [200, 200, 200, 200, 429]
    assert tried(name, PASSWORD) == 429
    assert tried(name, PASSWORD, "192.0.2.2") == 302
    assert tried(world.reviewer.email, PASSWORD) == 302
    assert tried("nobody@example.org") == 200


def test_passwords_are_counted_where_somebody_shows_again_who_they_are(world, browser, settings):
    settings.AXES_ENABLED = True
    client, place = browser(world.analyst), reverse("account_reauthenticate")
    seen = [client.post(place, {"password": "a wrong guess"}).status_code for _ in range(5)]
    assert seen == [200, 200, 200, 200, 429]
    assert tried(world.analyst.email, PASSWORD, "127.0.0.1") == 429
    assert tried(world.reviewer.email, PASSWORD, "127.0.0.1") == 302


@pytest.mark.parametrize("who", ["analyst", "reviewer", "head_of_profession", "administrator", "member"])
def test_staff_and_whoever_can_upload_need_a_second_factor(world, browser, who):
    user = world.alpha.member if who == "member" else getattr(world, who)
    with override_settings(MFA_REQUIRED=True):
        assert browser(user).get("/requests/").headers["Location"] == reverse("mfa_activate_totp")
        assert browser(user).get("/account/").status_code == 200


def test_whoever_can_do_nothing_yet_needs_no_second_factor_and_who_has_one_goes_on(world, browser):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret  # noqa: PLC0415 -- after Django's set-up

    nobody = person("nobody")
    TOTP.activate(world.analyst, generate_totp_secret())
    with override_settings(MFA_REQUIRED=True):
        assert browser(nobody).get("/requests/").status_code == 200
        assert browser(world.analyst).get("/requests/").status_code == 200


def test_the_address_of_an_account_never_changes(db):
    for name in ("account_email", "account_change_email"):
        with pytest.raises(Exception, match="not found"):
            reverse(name)


def test_an_administrator_has_no_other_role(db):
    from django.core.exceptions import ValidationError  # noqa: PLC0415
    from django.db import IntegrityError  # noqa: PLC0415

    with pytest.raises(ValidationError, match="user_administrator_has_no_other_role"):
        User.objects.create_user("both@example.org", PASSWORD, name="Both", roles=("administrator", "analyst"))
    with pytest.raises(IntegrityError, match="user_administrator_has_no_other_role"):
        person("both", "administrator", "analyst")


def test_a_person_has_one_account_whatever_the_capitals(db):
    made = User.objects.create_user("Some.One@Example.org")
    assert (made.email, str(made), made.natural_key()) == (
        "some.one@example.org",
        "some.one@example.org",
        ("some.one@example.org",),
    )
    assert not made.has_usable_password()
    assert User.objects.get_by_natural_key("SOME.ONE@example.org") == made


def record(name, message, **extra):
    made = logging.LogRecord(name, logging.INFO, "/srv/secret/module.py", 7, message, (), None)
    made.__dict__.update(extra)
    return json.loads(AllowListed().format(made))


def test_a_log_line_has_allowed_fields_and_no_others():
    line = record("jdl.web", "request", route="requests/<slug:key>/", surname="Canary")
    assert (line["event"], line["route"]) == ("request", "requests/<slug:key>/")
    assert "Canary" not in json.dumps(line)


def test_what_others_log_is_kept_as_a_place_without_its_words():
    line = record("django.request", "Not Found: /requests/Canary/")
    assert line["place"] == "module.py:7"
    assert "Canary" not in json.dumps(line)


def test_an_exception_is_kept_as_its_kind_and_place_without_its_text():
    try:
        int("Canary")
    except ValueError as error:
        made = logging.LogRecord("jdl.web", logging.ERROR, "m.py", 1, "broke", (), (ValueError, error, error.__traceback__))
    line = json.loads(AllowListed().format(made))
    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_security.py:")
    assert "Canary" not in json.dumps(line)


def test_a_request_is_logged_by_its_route_and_never_by_its_address(world, browser, caplog):
    caplog.set_level(logging.INFO, "jdl.web")
    browser(world.alpha.member).get("/nowhere/Canary/?name=Canary")
    browser(world.alpha.member).get(f"/requests/{world.request.key}/")
    lines = [AllowListed().format(each) for each in caplog.records if each.name == "jdl.web"]
    assert [json.loads(line)["route"] for line in lines] == ["(none)", "requests/<slug:key>/"]
    assert "Canary" not in "".join(lines)


def test_health_says_whether_the_database_answers(db, browser, monkeypatch):
    assert browser().get("/health/live").text == "alive\n"
    assert browser().get("/health/ready").status_code == 200

    def gone():
        raise health.DatabaseError

    for address in ("/health/live", "/health/ready"):
        assert browser().head(address).status_code == 200
        assert {getattr(browser(), method)(address).status_code for method in ("trace", "post", "options")} == {405}

    with monkeypatch.context() as patch:
        patch.setattr(health.connection, "ensure_connection", gone)
        assert browser().get("/health/ready").status_code == 503


def test_the_clock_is_in_utc():
    assert clock.now().utcoffset().total_seconds() == 0


def test_a_refusal_is_a_page_with_its_reason(world, browser, monkeypatch):
    from jdl_service.base.errors import NotNow, NotYours  # noqa: PLC0415

    def refuse(error):
        def view(*args, **kwargs):
            raise error

        return view

    for error, status in ((NotNow("Say more first."), 409), (NotYours("This is for the analyst."), 403)):
        monkeypatch.setattr("jdl_service.requests.models.RequestQuerySet.for_user", refuse(error))
        answer = browser(world.analyst).get("/requests/")
        assert answer.status_code == status
        assert str(error) in answer.text
        assert 'class="govuk-back-link"' not in answer.text
        for came, leads in (
            ("http://testserver/requests/start/?a=b", True),
            ("https://elsewhere.example/requests/start/", False),
        ):
            answer = browser(world.analyst).get("/requests/", headers={"referer": came})
            assert ('<a href="/requests/start/" class="govuk-back-link">' in answer.text) == leads
    monkeypatch.setattr("jdl_service.requests.models.RequestQuerySet.for_user", refuse(ValueError("Canary")))
    client = browser(world.analyst)
    client.raise_request_exception = False
    answer = client.get("/requests/")
    assert answer.status_code == 500
    assert "Canary" not in answer.text
