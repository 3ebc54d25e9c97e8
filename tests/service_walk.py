"""Somebody at a browser: follows links, presses buttons and fills in fields by the words that stand there, as a person does."""

import base64
import hashlib
import hmac
import re
import struct

from playwright.sync_api import expect

DEAD_ENDS = ("Page not found", "You cannot do that", "That is not possible now", "Something went wrong", "Error:")
STEP = 30  # seconds for which a code of an authenticator app holds


def code_of(secret, moment):
    """What an authenticator app shows at a moment (RFC 6238)."""
    made = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(moment) // STEP), hashlib.sha1).digest()
    (number,) = struct.unpack(">I", made[made[-1] & 15 :][:4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


class Walker:
    """One person at one browser window.

    Attributes:
        page: Playwright's page.
        home: the address of the service.
    """

    def __init__(self, page, home):
        self.page, self.home = page, home

    def goes_to(self, path):
        """Type an address in."""
        self.page.goto(self.home + path)
        self.is_somewhere()

    def looks_again(self):
        """Load the page anew."""
        self.page.reload()
        self.is_somewhere()

    def comes_back_after(self, work):
        """Leave the page, which would ask again by itself, and open it when the work is done."""
        place = self.page.url
        self.page.goto("about:blank")
        work()
        self.page.goto(place)
        self.is_somewhere()

    def follows(self, *links):
        """Click links one after the other, those among them that look like buttons."""
        for text in links:
            self._click("link", text, "button")
            self.is_somewhere()

    def presses(self, text, *, fault=False):
        """Press a button; a page with a fault is expected where it is said."""
        self._click("button", text)
        self.is_somewhere(fault=fault)

    def types(self, **said):
        """Fill in fields; a name is the label with _ for a space."""
        for label, text in said.items():
            self.writes(label.replace("_", " "), text)

    def writes(self, label, text):
        """Fill in one field by its label."""
        self._field(label).fill(str(text))

    def picks(self, *options, of=None):
        """Choose radios and tick boxes by what stands beside them."""
        for option in options:
            self._field(option, of).check()

    def selects(self, label, option):
        """Choose one of a list."""
        self._field(label).select_option(option)

    def dates(self, label, day, month, year):
        """Fill in the three boxes of a date."""
        for name, number in (("Day", day), ("Month", month), ("Year", year)):
            self._field(name, label).fill(str(number))

    def sends_file(self, label, name, content):
        """Choose a file as the browser's own window lets one."""
        with self.page.expect_file_chooser() as chosen:
            self.page.get_by_label(label).first.click()
        chosen.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})

    def reads(self, *texts):
        """See each of these words on the page."""
        for text in texts:
            expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()

    def reads_not(self, *texts):
        """See none of them."""
        for text in texts:
            expect(self.page.get_by_text(text)).to_have_count(0)

    def finds(self, link):
        """Whether there is such a link."""
        return self.page.get_by_role("link", name=link, exact=True).count() > 0

    def is_on(self, heading):
        """The page has this heading."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()

    def is_somewhere(self, *, fault=False):
        """The page is no dead end, unless one is expected."""
        title = self.page.title()
        dead = any(title.startswith(each) for each in DEAD_ENDS) or "There is a problem" in self._headings()
        assert dead == fault, (title, self.page.url, self.page.locator("main").inner_text()[:500])

    def _field(self, label, group=None):
        """The one field of that label, within a group of fields when it is named."""
        where = self.page.get_by_role("group", name=group) if group else self.page
        found = where.get_by_label(label, exact=True)
        assert found.count() == 1, (
            label,
            group,
            self.page.url,
            found.count(),
            self.page.locator("label, legend").all_inner_texts(),
        )
        return found

    def _headings(self):
        return self.page.get_by_role("heading", level=2).all_inner_texts()

    def _click(self, role, text, other=None):
        found = self.page.get_by_role(role, name=text, exact=isinstance(text, str))
        if other and not found.count():
            found = self.page.get_by_role(other, name=text, exact=isinstance(text, str))
        assert found.count() >= 1, (role, text, self.page.url, self.offered())
        self._activate(found.first)

    def _activate(self, found):
        # the old page is there and loaded until the next one comes: what is read too soon is read there
        with self.page.expect_navigation():
            found.click()

    def offered(self):
        """What can be clicked, for whoever reads why a walk ended."""
        main = self.page.locator("main")
        return [each.strip() for role in ("link", "button") for each in main.get_by_role(role).all_inner_texts()]


def starting(text):
    """A name that begins with these words."""
    return re.compile("^" + re.escape(text))


class KeyboardWalker(Walker):
    """The same without a mouse: Tab to what is wanted, and Enter, Space, arrows and typing there; focus is seen at every stop."""

    def writes(self, label, text):
        """Tab to the field, and type over what is there."""
        self._tab_to(self._field(label))
        self._replace(text)

    def picks(self, *options, of=None):
        """Tab to the box or the group, arrows within it, Space."""
        for option in options:
            self._tab_to(self._field(option, of))
            if not self.page.evaluate("document.activeElement.checked"):
                self.page.keyboard.press("Space")

    def selects(self, label, option):
        """Tab to the list, and type how the option begins."""
        self._tab_to(self._field(label))
        self.page.keyboard.type(option)

    def dates(self, label, day, month, year):
        """Tab from box to box."""
        for name, number in (("Day", day), ("Month", month), ("Year", year)):
            self._tab_to(self._field(name, label))
            self._replace(number)

    def sends_file(self, label, name, content):
        """Tab to the button that asks for a file, and press Enter."""
        self._tab_to(self.page.get_by_label(label).first)
        with self.page.expect_file_chooser() as chosen:
            # an answer from the page says that the browser looks out for the chooser by now; else one could open unseen
            assert self.page.evaluate("document.activeElement.matches(':focus')")
            self.page.keyboard.press("Enter")
        chosen.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})

    def _activate(self, found):
        self._tab_to(found)
        place = self.page.evaluate("performance.timeOrigin")
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(
            "before => performance.timeOrigin !== before && document.readyState === 'complete'", arg=place
        )

    def _replace(self, text):
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(str(text)) if str(text) else self.page.keyboard.press("Delete")

    def _tab_to(self, found):
        """Past the skip link into the main part, or on from where one is; an address with `#main-content` begins there by itself."""
        target = found.element_handle()
        if self._stop(target)["nowhere"]:
            self.page.keyboard.press("Tab")
            first = self._stop(target)
            assert first["seen"], first
            if first["wanted_in_main"] and first["text"] == "Skip to main content":
                self.page.keyboard.press("Enter")
        self._walk_to(target)

    def _walk_to(self, target):
        for _ in range(_MOST_STOPS):
            stop = self._stop(target)
            if stop["here"]:
                return
            self.page.keyboard.press("ArrowDown" if stop["same_group"] else "Tab")
            stop = self._stop(target)
            assert stop["nowhere"] or stop["seen"], (stop, self.page.url)
        raise AssertionError(self.page.url, target.inner_text(), stop)

    def _stop(self, target):
        return self.page.evaluate(_STOP, target)


_MOST_STOPS = 150
# Where the focus is: whether one sees it (the same thing looks otherwise without it), and how it lies to what is wanted.
_STOP = """wanted => {
  const here = document.activeElement
  const styles = [getComputedStyle(here), ...[...(here.labels ?? [])].map(label => getComputedStyle(label, '::before'))]
  const outline = style => style.outlineStyle === 'none' || style.outlineColor === 'rgba(0, 0, 0, 0)' ? '' : style.outlineWidth
  const drawn = () => styles.map(style => [style.boxShadow, style.backgroundColor, outline(style)].join()).join()
  const place = here.getBoundingClientRect()
  const focused = drawn()
  here.blur()
  const plain = drawn()
  here.focus()
  return {
    here: here === wanted,
    nowhere: here === document.body,
    seen: focused !== plain && place.bottom > 0 && place.top < innerHeight,
    same_group: here.type === 'radio' && here.name === wanted.name,
    wanted_in_main: document.querySelector('main').contains(wanted),
    text: (here.labels?.[0] ?? here).innerText.trim(),
  }
}"""
