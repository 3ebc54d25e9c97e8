"""The look in a browser: axe-core finds nothing, no page is moved sideways, and each page works with and without scripts."""

import shutil
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import sync_playwright

from jdl_service.look.pages import PAGES
from jdl_service.look.styleguide import EXAMPLES
from service_people import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
PATIENCE = 180_000  # milliseconds: a busy machine is no violation
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# The rules of WCAG 2.2 AA, and beyond them what axe holds to be good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
HOME = "https://localhost"
STYLEGUIDE = [f"/styleguide/{name}/" if name else "/styleguide/" for name in EXAMPLES]
OPEN = [*STYLEGUIDE, "/guidance/", "/account/login/", "/account/signup/", *(f"/words/{page.slug}/" for page in PAGES)]
# A page of each kind in the other looks: axe looks at each element, and a page takes seconds.
SAMPLE = ["/styleguide/", "/styleguide/form-with-errors/", "/words/what-to-record/"]


@pytest.fixture(scope="module")
def chromium():
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and the answers below ask the database from it, one at a time.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        made = playwright.chromium.launch(executable_path=CHROMIUM)
        yield made
        made.close()


@pytest.fixture
def visit(chromium, db):
    """`visit(path, …)` is an open page. No socket is used: what the browser asks for is answered by Django's test client."""
    client, opened = Client(HTTP_HOST="localhost"), []

    def answer(route):
        asked = urlsplit(route.request.url)
        if asked.path.startswith("/static/"):
            found = finders.find(asked.path.removeprefix("/static/"))
            route.fulfill(path=found, content_type=KINDS[asked.path.rsplit(".", 1)[1]])
            return
        place = f"{asked.path}?{asked.query}"
        if route.request.method == "POST":
            sent = route.request.post_data or ""
            kind = "application/x-www-form-urlencoded"
            made = client.post(
                place, sent, content_type=kind, follow=True, secure=True, headers={"referer": f"{HOME}/", "origin": HOME}
            )
        else:
            made = client.get(place, follow=True, secure=True)
        route.fulfill(status=made.status_code, body=made.content, headers=dict(made.items()))

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

    visit.client = client
    yield visit
    for context in opened:
        context.close()


def complaints(page):
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]


def faults(page):
    """What the browser complained of, less that of a page that is an error on purpose."""
    return [fault for fault in page.faults if "the server responded with a status of" not in fault]


@pytest.mark.parametrize("path", OPEN)
def test_axe_finds_no_violation_and_the_browser_no_fault(path, visit):
    page = visit(path)
    assert complaints(page) == []
    assert faults(page) == []


@pytest.mark.parametrize("path", OPEN)
def test_no_page_is_moved_sideways_at_320_pixels(path, visit):
    page = visit(path, size=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


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
    page.evaluate("document.querySelector('main').innerHTML = '<img src=\"data:,\"><p style=\"color:#ccc\">grey</p>'")
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


def test_the_header_has_the_colour_of_the_settings(visit, settings):
    from jdl_service.look.brand import Brand  # noqa: PLC0415

    settings.LOOK = Brand(colour="#801650")
    page = visit("/styleguide/nothing-yet/")
    assert page.evaluate("getComputedStyle(document.querySelector('.jdl-header')).backgroundColor") == "rgb(128, 22, 80)"


def logged_in(visit, user):
    form = "application/x-www-form-urlencoded"
    for path, sent in (("login", f"login={user.email}&password={PASSWORD}"), ("reauthenticate", f"password={PASSWORD}")):
        visit.client.post(f"/account/{path}/", sent.replace(" ", "+"), content_type=form, secure=True)


@pytest.mark.parametrize(
    "path", ["", "second-step/", "second-step/totp/activate/", "second-step/webauthn/add/", "sessions/", "logout/"]
)
def test_axe_finds_no_violation_on_the_pages_of_an_account(path, visit, world):
    logged_in(visit, world.analyst)
    page = visit(f"/account/{path}")
    assert complaints(page) == []
    assert faults(page) == []
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_security_key_can_be_added_and_is_then_asked_for(visit, world):
    logged_in(visit, world.analyst)
    page = visit("/account/second-step/webauthn/add/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    visit.client.post("/account/logout/", secure=True)
    form = "application/x-www-form-urlencoded"
    sent = f"login={world.analyst.email}&password={PASSWORD}".replace(" ", "+")
    visit.client.post("/account/login/", sent, content_type=form, secure=True)
    page.goto(f"{HOME}/account/second-step/authenticate/")
    page.get_by_role("button", name="Use a security key").click()
    page.get_by_role("button", name="Log out").wait_for()
    assert faults(page) == []


def test_a_security_key_that_cannot_be_read_is_said(visit, world):
    logged_in(visit, world.analyst)
    page = visit("/account/second-step/webauthn/add/")
    page.evaluate("navigator.credentials.create = () => Promise.reject(new Error('none'))")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_text("The key could not be read.").wait_for()


def test_without_scripts_a_security_key_is_not_offered(visit, world):
    logged_in(visit, world.analyst)
    page = visit("/account/second-step/webauthn/add/", scripts=False)
    assert not page.get_by_role("button", name="Add the key").is_visible()
    assert page.get_by_text("A security key works only with JavaScript.").is_visible()
