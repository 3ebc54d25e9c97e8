"""Files that appear whole, and what is said of one that the system withholds."""

import sys

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.files import new_file, out_of_reach


def test_a_name_that_python_cannot_read_for_want_of_utf8_is_told_with_what_to_set(monkeypatch):
    error = UnicodeEncodeError("utf-8", "caf\udcc3\udca9", 3, 4, "surrogates not allowed")
    assert "its name is no text in UTF-8" in out_of_reach(error)
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    assert "set PYTHONUTF8=1" in out_of_reach(error)


def test_a_new_file_has_the_ending_of_what_it_holds(tmp_path):
    new_file(tmp_path / "a.JSON", ".json")
    with pytest.raises(UsageError, match=r"a\.txt: expected a name that ends in \.json"):
        new_file(tmp_path / "a.txt", ".json")
