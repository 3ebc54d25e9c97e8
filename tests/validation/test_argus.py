"""The auditor of rule 4 beside that of tau-Argus, which others wrote: the same intervals of every hidden count."""

from math import ceil, floor

import pytest

from argus_files import jj_lines
from attack_suite import RULES, full_release, small_release
from justice_data_lab.disclosure.linked.audit import audit
from justice_data_lab.disclosure.linked.protect import protect
from justice_data_lab.disclosure.linked.request import linked_system
from justice_data_lab.disclosure.linked.system import hidden_cells, hidden_units

argus = pytest.importorskip("pytauargus._tauargus", reason="pytauargus is in the locked development set")
pytestmark = pytest.mark.slow
SMALL, FULL = range(180), range(20)
# We look no further than this beyond the truth; their solver's slack is larger than ours.
FAR, SLACK = 1000, 1e-4


def intervals(linked, hidden, path):
    """The least and the largest whole number of each hidden count that is asked about: ours, theirs."""
    values = linked.system.values()
    ours = {
        each.key: (each.low, each.high)
        for each in audit(linked.system, hidden, linked.failing, RULES).intervals
        if each.key in hidden
    }
    path.write_text("\n".join(jj_lines(linked.system, hidden, linked.failing)) + "\n")
    cells = [cell.key for cell in linked.system.cells]
    found = {cells[row["cell"]]: row for row in argus.audit_jj(str(path))}
    theirs = {
        key: (
            max(ceil(found[key]["min"] - SLACK), values[key] - FAR, 0),
            min(floor(found[key]["max"] + SLACK), values[key] + FAR),
        )
        for key in ours
    }
    return ours, theirs


def of(release, seed):
    linked = linked_system(release(seed)[1], RULES)
    return linked, protect(linked.system, linked.failing, RULES, also=linked.forced)


def test_both_auditors_find_the_same_intervals_in_200_releases(tmp_path):
    audited = 0
    for release, seeds in ((small_release, SMALL), (full_release, FULL)):
        for seed in seeds:
            ours, theirs = intervals(*of(release, seed), tmp_path / "release.jj")
            assert ours == theirs
            audited += len(ours)
    assert audited == 6883


def test_both_find_the_same_leaks_where_only_what_fails_is_hidden(tmp_path):
    leaks = 0
    for seed in range(20):
        linked, _ = of(small_release, seed)
        told = {cell.key for cell in linked.system.cells if cell.unit}
        hidden = hidden_cells(hidden_units(linked.failing & told, linked.system) | linked.forced, linked.system)
        ours, theirs = intervals(linked, hidden, tmp_path / "release.jj")
        assert ours == theirs
        leaks += sum(low == high for low, high in theirs.values())
    assert leaks == 224
