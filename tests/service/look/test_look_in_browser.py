"""The look in a browser: other looks, and each part with and without scripts. Every page is seen in `test_every_page.py`."""

import pytest
from allauth.mfa.models import Authenticator

from jdl_service.look.brand import Brand
from service_browser import CHROMIUM, HOME, NARROW, WIDE, complaints, faults
from service_people import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
# A page of each kind in the other looks: axe looks at each element, and a page takes seconds.
SAMPLE = ["/styleguide/", "/styleguide/form-with-errors/", "/words/what-to-record/"]


@pytest.mark.parametrize("path", SAMPLE)
@pytest.mark.parametrize("look", [{"contrast": "more"}, {"forced_colors": "active"}], ids=["contrast", "forced"])
def test_axe_finds_no_violation_in_high_contrast(path, look, visit):
    assert complaints(visit(path, media=look)) == []


@pytest.mark.parametrize("path", SAMPLE)
def test_axe_finds_no_violation_on_a_narrow_screen(path, visit):
    assert complaints(visit(path, size=NARROW)) == []


@pytest.mark.parametrize("path", SAMPLE)
def test_a_page_at_200_percent_is_not_moved_sideways(path, visit):
    page = visit(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE["width"]


def test_axe_finds_what_is_wrong(visit):
    page = visit("/styleguide/nothing-yet/")
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"data:,\"><p>grey</p>'")
    page.evaluate("document.querySelector('main p').style.color = '#ccc'")
    found = " ".join(complaints(page))
    assert "image-alt" in found
    assert "color-contrast" in found


def test_without_scripts_every_part_of_a_form_can_be_seen_and_used(visit):
    page = visit("/styleguide/form/", scripts=False)
    page.get_by_label("Programme", exact=True).fill("Bridge to work")
    page.get_by_label("Custody").check()
    page.get_by_label("Employment").check()
    page.get_by_label("Cohort file").set_input_files({"name": "c.csv", "mimeType": "text/csv", "buffer": b"a"})
    assert page.get_by_role("button", name="Save and continue").is_visible()
    assert page.get_by_role("button", name="Show password").count() == 0


def test_with_scripts_the_error_summary_has_the_focus_and_leads_to_the_field(visit):
    page = visit("/styleguide/form-with-errors/")
    assert page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    page.get_by_role("link", name="Start of the programme must be a real date").click()
    assert page.evaluate("document.activeElement.id") == "id_started-day"


def test_with_scripts_a_password_can_be_shown(visit):
    page = visit("/account/login/")
    page.get_by_label("Password", exact=True).fill("a long pass phrase")
    page.get_by_role("button", name="Show password").click()
    assert page.get_by_label("Password", exact=True).get_attribute("type") == "text"


def test_the_keyboard_alone_reaches_the_content_first(visit):
    page = visit("/styleguide/list/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_everything_that_has_the_focus_shows_it(visit):
    page = visit("/styleguide/form/")
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
                const at = document.activeElement
                const seen = [at, at.nextElementSibling, at.parentElement].filter(Boolean).map(each => [
                    getComputedStyle(each), getComputedStyle(each, '::before')]).flat()
                return at === document.body || seen.some(each => each.outlineStyle !== 'none' || each.boxShadow !== 'none')
            }"""
        )
        if not shown:
            unseen.append(page.evaluate("document.activeElement.outerHTML"))
    assert unseen == []


def test_print_leaves_out_what_cannot_be_pressed_on_paper(visit):
    page = visit("/styleguide/list/", media={"media": "print"})
    assert not page.get_by_role("button", name="Apply filters").is_visible()
    assert not page.get_by_role("navigation", name="Breadcrumb").is_visible()
    assert page.get_by_role("heading", name="Requests", exact=True).is_visible()
    after = "[...document.querySelectorAll('a[href^=\"/\"]')].map(each => getComputedStyle(each, '::after').content)"
    assert set(page.evaluate(after)) == {"none"}, "an address within the service says nothing on paper"


def test_what_a_wide_table_is_called_can_be_read_without_moving_it(visit):
    page = visit("/styleguide/list/", size=NARROW)
    page.evaluate("document.querySelector('table').style.width = '900px'")
    page.evaluate("document.querySelector('caption span').textContent = 'A name that is long, of several words. '.repeat(3)")
    box = page.locator("caption span").bounding_box()
    assert (box["x"] >= 0, box["x"] + box["width"] <= NARROW["width"]) == (True, True)
    page.evaluate("document.querySelector('.jdl-scroll').scrollLeft = 200")
    assert page.locator("caption span").bounding_box()["x"] == box["x"]


def test_the_header_has_the_colour_of_the_settings(visit, settings):
    settings.LOOK = Brand(colour="#801650")
    page = visit("/styleguide/nothing-yet/")
    assert page.evaluate("getComputedStyle(document.querySelector('.jdl-header')).backgroundColor") == "rgb(128, 22, 80)"


@pytest.fixture
def ana(visit, world):
    """An analyst, logged in."""
    log_in(visit, world.analyst)
    visit.send("/account/reauthenticate/", password=PASSWORD)
    return world.analyst


def log_in(visit, user):
    visit.send("/account/login/", login=user.email, password=PASSWORD)


def test_a_security_key_can_be_added_and_is_then_asked_for(visit, ana):
    page = visit("/account/second-step/webauthn/add/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    for path in ("", f"keys/{Authenticator.objects.get(type='webauthn').pk}/edit/", "reauthenticate/"):
        page.goto(f"{HOME}/account/second-step/webauthn/{path}")
        assert (page.url, complaints(page)) == (f"{HOME}/account/second-step/webauthn/{path}", [])
    visit.send("/account/logout/")
    log_in(visit, ana)
    page.goto(f"{HOME}/account/second-step/authenticate/")
    page.get_by_role("button", name="Use a security key").click()
    page.get_by_role("button", name="Log out").wait_for()
    assert faults(page) == []


def test_a_security_key_that_cannot_be_read_is_said(visit, ana):
    page = visit("/account/second-step/webauthn/add/")
    said = page.get_by_text("The key could not be read.")
    assert not said.is_visible(), "nothing has been tried yet"
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('none')) }")
    page.get_by_role("button", name="Add the key").click()
    said.wait_for()
    assert said.is_visible()


def test_without_scripts_a_security_key_is_not_offered(visit, ana):
    page = visit("/account/second-step/webauthn/add/", scripts=False)
    assert not page.get_by_role("button", name="Add the key").is_visible()
    assert page.get_by_text("A security key works only with JavaScript.").is_visible()
