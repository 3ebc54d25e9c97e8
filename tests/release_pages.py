"""Reads the pages of the public site as a reader meets them."""

import re


def text_of(page):
    """The words that a reader meets, the chart's left out."""
    body = page.decode()[page.decode().index("<body") :]
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)).split())
