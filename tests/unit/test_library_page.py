"""The reference page of the library says what the code does."""

from pathlib import Path

from justice_data_lab.library.page import reference_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "library.md"


def test_the_reference_page_is_written_from_the_data():
    assert PAGE.read_text(encoding="utf-8") == reference_page()
