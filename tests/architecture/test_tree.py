"""What is committed: no package index, no machine path, nothing unfinished; and every public name in the glossary."""

import re
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

import justice_data_lab

ROOT = Path(__file__).parents[2]
VERBS = (
    "disclose", "estimate", "evaluate", "feasibility", "link", "match", "measure", "open_register", "outcomes", "pool", "prepare",
    "publish", "read_cohort", "read_lab", "read_study", "report", "run",
)  # fmt: skip
# What a room hands on.
VALUES = (
    "Balance", "Cohort", "Disclosed", "Estimates", "Feasibility", "Library", "Linkage", "Match", "Measures", "Publication", "Register",
    "Release", "Report",
)  # fmt: skip
OTHER_NOUNS = (
    "Caliper", "Covariate", "DisclosureRules", "Effect", "JDLError", "Lab", "Linked", "MeasureSpec", "Method", "Outcomes", "Problem", "Request",
    "Step", "Study",
)  # fmt: skip
ASKED = ("Analysis", "DisclosureRequest")
REFUSALS = ("DataRefused", "NotPossible", "NothingDisclosable", "UsageError")


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


def test_the_public_names_are_the_verbs_and_nouns_of_the_lab():
    assert sorted(justice_data_lab.__all__) == sorted((*VERBS, *VALUES, *ASKED, *REFUSALS, *OTHER_NOUNS)) == dir(justice_data_lab)
    assert [
        name for name in (*VALUES, *ASKED, *REFUSALS, *OTHER_NOUNS) if not isinstance(getattr(justice_data_lab, name), type)
    ] == []


def test_every_value_that_a_room_hands_on_can_be_read_printed_and_kept():
    methods = ("summary", "table", "to_dict", "from_dict")
    assert [(name, each) for name in VALUES for each in methods if not hasattr(getattr(justice_data_lab, name), each)] == []


@pytest.mark.parametrize("first", ["", "import justice_data_lab.prepare, justice_data_lab.publish\n"])
def test_a_verb_is_a_function_though_a_module_has_its_name(first):
    said = (
        f"{first}from justice_data_lab import {', '.join(VERBS)}\nprint(*(type(each).__name__ for each in ({', '.join(VERBS)})))"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"function"}
    assert all(isinstance(getattr(justice_data_lab, name), FunctionType) for name in VERBS)
