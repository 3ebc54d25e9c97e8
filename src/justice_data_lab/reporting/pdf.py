"""The same report as a tagged PDF (PDF/UA-1), where the system has what WeasyPrint needs."""

from __future__ import annotations

import gc
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL = (
    "report.pdf was not made: WeasyPrint needs Pango. Install it (Debian and Ubuntu: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango) and run again."
)


def is_possible() -> bool:
    """Whether the system has what WeasyPrint needs, which is then in memory."""
    try:
        with warnings.catch_warnings():
            # without HarfBuzz-Subset it works as well, and says so while it is imported
            warnings.simplefilter("ignore", DeprecationWarning)
            import weasyprint  # noqa: F401, PLC0415 -- takes a second, and fails where Pango is missing
    except OSError:
        return False
    return True


def render_pdf(html: str) -> bytes | None:
    """The page as PDF bytes, the same for the same page; None where Pango is missing."""
    if not is_possible():
        return None
    from weasyprint import HTML, URLFetcher  # noqa: PLC0415 -- as above

    with _nothing_thrown_away():
        # A report carries everything inside it: nothing is ever fetched.
        page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
        return cast("bytes", page.write_pdf(pdf_variant="pdf/ua-1"))


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """A page's boxes all stay until it is drawn: to look through them for what could be thrown away takes a fifth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
