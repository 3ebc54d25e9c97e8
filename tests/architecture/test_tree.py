"""What is committed: no package index, no machine path, nothing unfinished; and every public name in the glossary."""

import re
import subprocess
from pathlib import Path

import pytest

import justice_data_lab

ROOT = Path(__file__).parents[2]


def committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


FILES = committed()


@pytest.mark.skipif(not FILES, reason="not a git checkout")
def test_no_file_names_a_package_index_or_a_path_of_a_machine():
    words = re.compile("|".join(["pypi" + r"\.org", "python" + "hosted", "/ro" + "ot/", "/wo" + "rk/"]))
    bad = [path.name for path in FILES if path.stat().st_size < 2_000_000 and words.search(path.read_text(errors="ignore"))]
    assert bad == []


@pytest.mark.skipif(not FILES, reason="not a git checkout")
def test_no_source_file_is_unfinished():
    words = re.compile(r"\b(TO" + "DO|FIX" + "ME|raise NotImplemented" + r"Error)\b")
    bad = [path.name for path in FILES if path.suffix in {".py", ".sql", ".html"} and words.search(path.read_text())]
    assert bad == []


def test_every_public_name_is_in_the_glossary():
    glossary = (ROOT / "GLOSSARY.md").read_text()
    assert len(justice_data_lab.__all__) > 10
    assert [name for name in justice_data_lab.__all__ if f"`{name}`" not in glossary] == []


def test_every_public_name_can_be_imported_and_has_a_docstring():
    for name in justice_data_lab.__all__:
        assert getattr(justice_data_lab, name).__doc__, name
    with pytest.raises(AttributeError):
        _ = justice_data_lab.nothing_of_the_sort
