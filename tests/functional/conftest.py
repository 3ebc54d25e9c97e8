"""What tests of pages share: one browser a module."""

import pytest

from in_browser import CHROMIUM


@pytest.fixture(scope="module")
def browser():
    """Chromium, for as long as the tests of a module last."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- most tests need no browser

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM)
        yield made
        made.close()
