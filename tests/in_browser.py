"""Debian's Chromium for the tests: pages in every look and width, and what axe-core has against them."""

import json
import re
import shutil
from pathlib import Path

import axe_playwright_python
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
LOOKS = {
    "light": {"contrast": "no-preference", "forced_colors": "none"},
    "high contrast": {"contrast": "more", "forced_colors": "none"},
    "forced colours": {"contrast": "no-preference", "forced_colors": "active"},
}
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 320, "height": 640}}
PATIENCE = 600_000  # milliseconds: a busy machine is no violation
# The rules of WCAG 2.2 AA, and beyond them what axe holds to be good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What other colours or another width can change of a page in which all rules have found nothing: the rest is its text and its structure.
BY_COLOUR = ("color-contrast",)
BY_WIDTH = ("color-contrast", "target-size", "scrollable-region-focusable")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Only what is wrong comes back: all that axe has seen of a long page is tens of megabytes, and took longer than the looking.
_RUN = """axe.run(document, OPTIONS).then(found => found.violations.flatMap(each => each.nodes.map(
    node => each.id + ": " + node.html.slice(0, 200) + " " + node.failureSummary)))"""


def opened(browser, html, size="wide", look="light"):
    """A page of its own with everything that can be folded out folded out."""
    page = browser.new_page(viewport=SIZES[size])
    page.set_default_timeout(PATIENCE)
    page.emulate_media(**LOOKS[look])
    page.set_content(html)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    return page


def follows(page, link):
    """A click answers before the next page is there."""
    with page.expect_navigation():
        page.click(link)


def styled(site, path):
    """A page of a site with its style inside it."""
    style = f"<style>{site['style.css'].decode()}</style>"
    return re.sub(r'<link rel="stylesheet"[^>]*>', lambda found: style, site[path].decode())


def complaints(page, rules=()):
    """What axe-core finds wrong, each with its rule; by these rules alone where some are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    wanted = {"type": "rule", "values": list(rules)} if rules else TAGS
    return page.evaluate(_RUN.replace("OPTIONS", json.dumps({"runOnly": wanted, "resultTypes": ["violations"]})))


def complaints_in_every_look(page):
    """What axe-core finds in any look and either width, and which of these is scrolled sideways: all rules once, then what can change."""
    others = [("wide", look, BY_COLOUR) for look in LOOKS if look != "light"]
    found = {}
    for size, look, rules in (("wide", "light", ()), *others, ("narrow", "light", BY_WIDTH)):
        page.set_viewport_size(SIZES[size])
        page.emulate_media(**LOOKS[look])
        found[size, look] = complaints(page, rules)
        if page.evaluate("document.documentElement.scrollWidth") > SIZES[size]["width"]:
            found[size, look].append("scrolled sideways")
    return {where: wrong for where, wrong in found.items() if wrong}
