"""Log in, second step, recovery codes, sessions: django-allauth's pages and letters, all of them in the look of the service."""

import re
from pathlib import Path
from urllib.parse import urlencode

import allauth
import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import get_template, render_to_string
from django.test import Client
from django.urls import reverse

import jdl_service.look
from service_people import PASSWORD

OURS = Path(jdl_service.look.__file__).parent / "templates"
THEIRS = Path(allauth.__file__).parent / "templates"
# Ways in that the service does not offer, pages that it does not serve (an address never changes), and what only their pages are made of.
NOT_OFFERED = re.compile(
    r"/base|/snippets/|phone|passkey|signup_form|login_code|request_login_code|password_reset_code|email_change|email_deleted"
    r"|account/email\.html|email_confirm(_message|_subject)?\.(html|txt)|verified_email_required|primary_email|mfa/trust"
)


def theirs():
    for app in ("account", "mfa", "usersessions"):
        for path in sorted((THEIRS / app).rglob("*.*")):
            name = path.relative_to(THEIRS).as_posix()
            if not NOT_OFFERED.search(name):
                yield name


@pytest.mark.parametrize("name", tuple(theirs()))
def test_every_page_and_letter_of_accounts_is_one_of_ours(name):
    assert Path(get_template(name).template.filename) == OURS / name


def send(client, address, data, **more):
    """A form as a browser sends it."""
    return client.post(address, urlencode(data), content_type="application/x-www-form-urlencoded", **more)


class Visitor:
    """Somebody with a password, in a browser that sends forms as a browser does."""

    def __init__(self, user):
        self.user, self.client = user, Client()

    def get(self, name, *args):
        answer = self.client.get(reverse(name, args=args), follow=True)
        return answer.status_code, answer.content.decode()

    def post(self, name, **data):
        answer = send(self.client, reverse(name), data, follow=True)
        return answer.status_code, answer.content.decode()

    def log_in(self):
        self.post("account_login", login=self.user.email, password=PASSWORD)
        return self.post("account_reauthenticate", password=PASSWORD)


@pytest.fixture
def ana(world):
    made = Visitor(world.analyst)
    made.log_in()
    return made


def title(page):
    return re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("account_login", "Log in"),
        ("account_signup", "Make an account"),
        ("account_reset_password", "Change a forgotten password"),
        ("account_reset_password_done", "Check your e-mail"),
        ("account_reset_password_from_key_done", "Your password has been changed"),
        ("account_inactive", "Your account is closed"),
    ],
)
def test_pages_before_logging_in(name, heading, client, db):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert title(answer.content.decode()) == f"{heading} · Justice Data Lab"


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("look:account", "Your account"),
        ("account_logout", "Log out"),
        ("account_change_password", "Change your password"),
        ("account_reauthenticate", "Confirm that it is you"),
        ("mfa_index", "Second step of logging in"),
        ("mfa_activate_totp", "Set up an authenticator app"),
        ("mfa_list_webauthn", "Your security keys"),
        ("mfa_add_webauthn", "Add a security key"),
        ("usersessions_list", "Where you are logged in"),
    ],
)
def test_pages_of_an_account(name, heading, ana):
    status, page = ana.get(name)
    assert status == 200
    assert title(page) == f"{heading} · Justice Data Lab"
    assert "Successfully" not in page  # allauth's own words


def test_a_wrong_password_is_said_without_saying_which_part_was_wrong(world, client):
    answer = send(client, reverse("account_login"), {"login": world.analyst.email, "password": "not that"})
    page = answer.content.decode()
    assert title(page) == "Error: Log in · Justice Data Lab"
    assert "govuk-error-summary" in page
    assert "not that" not in page


def test_where_somebody_was_going_is_kept_through_logging_in(client, db):
    page = client.get(reverse("account_login") + "?next=/library/").content.decode()
    assert '<input type="hidden" name="next" value="/library/">' in page


def test_a_second_step_is_set_up_used_and_taken_away(ana, moment):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time  # noqa: PLC0415

    _, page = ana.get("mfa_activate_totp")
    secret = re.search(r'Key: <span class="jdl-code">([A-Z0-9]+)</span>', page)[1]
    assert 'alt="Picture for your app to scan' in page

    def code():
        counter = next(iter(yield_hotp_counters_from_time()))
        return format_hotp_value(hotp_value(secret, counter))

    _, page = ana.post("mfa_activate_totp", code="000")
    assert title(page).startswith("Error: Set up an authenticator app")
    secret = re.search(r'Key: <span class="jdl-code">([A-Z0-9]+)</span>', page)[1]
    _, page = ana.post("mfa_activate_totp", code=code())
    assert title(page) == "Your recovery codes · Justice Data Lab"
    codes = re.findall(r"<li>(\d{8})</li>", page)
    assert len(codes) == 10
    assert ana.client.get(reverse("mfa_download_recovery_codes")).content.decode().split() == codes
    assert "10 codes left" in ana.get("mfa_index")[1]

    another = Visitor(ana.user)
    _, page = another.post("account_login", login=ana.user.email, password=PASSWORD)
    assert title(page) == "Second step of logging in · Justice Data Lab"
    assert "Use a security key" in page
    _, page = another.post("mfa_authenticate", code="00000000")
    assert title(page) == "Error: Second step of logging in · Justice Data Lab"
    another.post("mfa_authenticate", code=codes[0])
    assert another.get("look:account")[0] == 200
    assert title(another.get("mfa_reauthenticate")[1]) == "Confirm that it is you · Justice Data Lab"

    assert title(ana.get("mfa_generate_recovery_codes")[1]) == "Make new recovery codes · Justice Data Lab"
    assert title(ana.get("mfa_deactivate_totp")[1]) == "Remove the authenticator app · Justice Data Lab"
    _, page = ana.post("mfa_deactivate_totp")
    assert "The authenticator app has been removed." in page


def test_a_security_key_is_listed_renamed_and_removed(ana):
    from allauth.mfa.models import Authenticator  # noqa: PLC0415

    key = Authenticator.objects.create(user=ana.user, type="webauthn", data={"name": "Blue key", "credential": {}})
    _, page = ana.get("mfa_list_webauthn")
    assert "Blue key" in page
    assert "Not used yet." in page
    assert title(ana.get("mfa_edit_webauthn", key.pk)[1]) == "Name of the security key · Justice Data Lab"
    assert title(ana.get("mfa_remove_webauthn", key.pk)[1]) == "Remove the security key · Justice Data Lab"
    assert "1 key." in ana.get("mfa_index")[1]


def test_everywhere_else_can_be_logged_out(ana):
    other = Visitor(ana.user)
    other.log_in()
    other.get("look:account")
    _, page = ana.get("usersessions_list")
    assert page.count("This one") == 1
    assert "Log out everywhere else" in page
    _, page = ana.post("usersessions_list")
    assert "You are logged out everywhere else." in page


def test_a_forgotten_password_is_changed_by_a_letter(world):
    visitor = Visitor(world.analyst)
    visitor.post("account_reset_password", email=world.analyst.email)
    letter = mail.outbox[-1]
    assert letter.subject.endswith("Choose a new password")
    assert letter.body.rstrip().endswith("Justice Data Lab")
    link = re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
    answer = visitor.client.get(link, follow=True)
    assert title(answer.content.decode()) == "Choose a new password · Justice Data Lab"
    place = answer.request["PATH_INFO"]
    answer = send(visitor.client, place, {"password1": "short", "password2": "short"})
    assert title(answer.content.decode()).startswith("Error: ")
    new = "another long pass phrase"
    answer = send(visitor.client, place, {"password1": new, "password2": new}, follow=True)
    assert title(answer.content.decode()) == "Your password has been changed · Justice Data Lab"
    assert title(visitor.client.get(link, follow=True).content.decode()) == "This link does not work · Justice Data Lab"


def test_a_letter_to_an_unknown_address_says_so_and_the_page_does_not(client, db):
    send(client, reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert mail.outbox[-1].subject.endswith("There is no account with this address")


@pytest.mark.parametrize("name", [path.stem.removesuffix("_message") for path in sorted(OURS.glob("*/email/*_message.txt"))])
def test_letters_are_plain_text_with_the_name_of_the_lab(name):
    (path,) = OURS.glob(f"*/email/{name}_message.txt")
    context = {
        "code": "AB<12", "activate_url": "https://lab.example/a?b=1&c=2", "password_reset_url": "https://lab.example/p?b=1&c=2",
        "signup_url": "https://lab.example/s?b=1&c=2", "timestamp": "25 November 2026", "ip": "192.0.2.1", "user_agent": "A <browser>",
    }  # fmt: skip
    text = render_to_string(path.relative_to(OURS).as_posix(), context)
    assert "&amp;" not in text
    assert "&lt;" not in text
    assert "Justice Data Lab" in text
    subject = render_to_string(path.relative_to(OURS).as_posix().replace("_message", "_subject")).strip()
    assert subject
    assert "\n" not in subject


def test_a_code_is_asked_for_with_a_way_to_have_another_and_to_mend_the_address(client, settings):
    from allauth.account.forms import ChangeEmailForm, ConfirmEmailVerificationCodeForm  # noqa: PLC0415

    context = {
        "verify_form": ConfirmEmailVerificationCodeForm(code="AB12"), "can_resend": True, "can_change": True,
        "change_form": ChangeEmailForm(email="a@example.org"), "cancel_url": None, "csrf_input": "",
    }  # fmt: skip
    page = render_to_string("account/confirm_email_verification_code.html", context)
    for text in ("Send a new code", "If the address was wrong", "Cancel"):
        assert text in page
    page = render_to_string("account/confirm_email_verification_code.html", {**context, "can_change": False, "can_resend": False})
    assert "If the address was wrong" not in page


def test_an_empty_log_in_is_asked_for_in_plain_words(client, db):
    page = client.post("/account/login/", {}).content.decode()
    assert "Enter e-mail address" in page
    assert "Enter password" in page
    assert "This field is required" not in page
    wrong = client.post("/account/login/", {"login": "a@example.org", "password": "not the one"}).content.decode()
    assert "The e-mail address or the password is not right." in wrong


class Away(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, letters):
        raise ConnectionRefusedError


@pytest.fixture
def no_mail(settings):
    """No letter goes out; addresses are confirmed by a code, as in production."""
    settings.EMAIL_BACKEND = f"{Away.__module__}.{Away.__qualname__}"
    settings.ACCOUNT_EMAIL_VERIFICATION, settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = "mandatory", True


def asked(name, **data):
    """The page that comes at last, without its tokens, and each address on the way."""
    answer = send(Client(), reverse(name), data, follow=True)
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(data["email"], "SOMEBODY")
    return answer.status_code, [place for place, _ in answer.redirect_chain], page


def test_a_mail_server_that_is_away_is_said_and_does_not_tell_who_has_an_account(world, no_mail, caplog):
    known, unknown = world.analyst.email, "nobody@example.org"
    words = {"password1": "an unlikely pass phrase", "password2": "an unlikely pass phrase"}
    for name, more in (("account_reset_password", {}), ("account_signup", words)):
        caplog.clear()
        first, second = asked(name, email=known, **more), asked(name, email=unknown, **more)
        assert first == second
        assert first[0] == 200
        assert "The e-mail could not be sent." in first[2]
        assert "We have sent" not in first[2]
        assert [each.name for each in caplog.records if each.levelname == "ERROR"] == ["jdl.mail", "jdl.mail"]


def test_whoever_signed_up_while_the_mail_server_was_away_gets_a_code_by_logging_in(world, no_mail, settings, mailoutbox):
    words = {"password1": PASSWORD, "password2": PASSWORD}
    asked("account_signup", email="late@example.org", **words)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    visitor = Client()
    answer = send(visitor, reverse("account_login"), {"login": "late@example.org", "password": PASSWORD}, follow=True)
    assert title(answer.content.decode()) == "Confirm your e-mail address · Justice Data Lab"
    code = re.search(r"asks for it:\s+(\S+)", mailoutbox[-1].body)[1]
    send(visitor, reverse("account_email_verification_sent"), {"code": code})
    assert visitor.get("/requests/").status_code == 200
