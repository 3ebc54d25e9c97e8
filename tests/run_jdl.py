"""Runs `jdl` in this process, as it was typed."""

import sys

import pytest

from justice_data_lab import cli

# A study of a cohort from the small register, which is too small to be balanced by itself.
SMALL = """
[study]
name = "Mentoring inside"
organisation = "Example Trust"
programme = "Mentoring"
intervention_type = "mentoring"
setting = "custody"
seed = 5
report_date = 2026-11-22
[method]
override_balance = "A. Reviewer: a small register for a test"
"""
MENTORING = SMALL + "robustness = false\n"


def said(*words):
    """The exit code of `jdl` with these words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["jdl", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)
