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


def complaints(page):
    """What axe-core finds wrong, each with its rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(_RUN.replace("OPTIONS", json.dumps({"runOnly": TAGS, "resultTypes": ["violations"]})))
