"""Writes the page anew from the committed results: `python -m benchmark_page`."""

from benchmark_page.page import RESULTS, write_page

write_page(RESULTS)
