"""The same report as a tagged PDF (PDF/UA-1), where the system has what WeasyPrint needs."""

from __future__ import annotations

import warnings
from typing import cast

INSTALL = (
    "report.pdf was not made: WeasyPrint needs Pango. Install it (Debian and Ubuntu: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0; macOS: brew install pango) and run again."
)


def render_pdf(html: str) -> bytes | None:
    """The page as PDF bytes, the same for the same page; None where Pango is missing."""
    try:
        with warnings.catch_warnings():
            # without HarfBuzz-Subset it works as well, and says so while it is imported
            warnings.simplefilter("ignore", DeprecationWarning)
            from weasyprint import HTML, URLFetcher  # noqa: PLC0415 -- takes a second, and fails where Pango is missing
    except OSError:
        return None
    # A report carries everything inside it: nothing is ever fetched.
    page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    return cast("bytes", page.write_pdf(pdf_variant="pdf/ua-1"))
