"""The engine of rule 4: what else is hidden for the sake of a count that fails, and how closely that count can be worked out."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justice_data_lab.disclosure.linked.audit import audit
from justice_data_lab.disclosure.linked.cuts import NODES, ROUNDS
from justice_data_lab.disclosure.linked.protect import protect
from justice_data_lab.disclosure.linked.system import Cell, Equation, System, Unit, hidden_units
from justice_data_lab.study import DisclosureRules
from linked_tables import line, random_table, table, whole_people

RULES = DisclosureRules()
PATHS = pytest.mark.parametrize("exact_cells", [400, 0], ids=["exact", "greedy"])


def intervals(system, hidden, failing, rules=RULES):
    return {each.key: (each.low, each.high) for each in audit(system, hidden, failing, rules).intervals}


def cost(system, hidden):
    prices = {unit.key: unit.cost for unit in system.units}
    return sum(prices[unit] for unit in hidden_units(hidden, system))


@PATHS
def test_nothing_else_is_hidden_when_nothing_fails(exact_cells):
    system, failing = line({"a": 30, "b": 40})
    assert failing == set()
    assert protect(system, failing, RULES, exact_cells=exact_cells) == frozenset()


@PATHS
def test_the_cheapest_sibling_goes_with_a_part_that_fails(exact_cells):
    system, failing = line({"a": 6, "b": 50, "c": 300}, costs={"b": 3, "c": 2})
    hidden = protect(system, failing, RULES, exact_cells=exact_cells)
    assert hidden == {"a", "c"}
    assert intervals(system, hidden, failing) == {"a": (0, 306), "c": (0, 306)}


def test_a_count_that_fails_alone_is_worked_out_by_subtraction():
    system, failing = line({"a": 6, "b": 50, "c": 300})
    found = audit(system, {"a"}, failing, RULES)
    assert not found.safe
    assert [(leak.key, leak.low, leak.high, leak.reasons) for leak in found.leaks] == [
        ("a", 6, 6, ("not_below", "not_above", "narrow"))
    ]


def test_a_count_that_fails_and_is_told_is_a_leak():
    system, failing = line({"a": 6, "b": 50})
    assert [leak.key for leak in audit(system, {"b"}, failing, RULES).leaks] == ["a", "b"]


@pytest.mark.parametrize(
    ("small", "sibling", "safe"),
    [(9, 5, True), (9, 4, False), (0, 10, True), (0, 9, False), (3, 7, True), (3, 6, False)],
)
def test_a_count_must_stay_possible_five_above_and_ten_wide_and_bounded_by_nothing(small, sibling, safe):
    """With the sum known, the count reaches from 0 to the sum; the total is 100 more."""
    system, failing = line({"a": small, "b": sibling, "c": 100})
    found = audit(system, {"a", "b"}, failing & {"a"}, RULES)
    assert found.safe == safe
    assert {each.key: (each.low, each.high) for each in found.intervals}["a"] == (0, small + sibling)


def test_nobody_can_be_more_than_everybody():
    """Six of twelve: nine or more of twelve cannot be asked for where it is known that there are twelve."""
    system, failing = line({"a": 8, "b": 4})
    assert audit(system, {"a", "b"}, failing, RULES).safe


def test_a_count_that_is_hidden_for_others_may_be_known_to_be_no_larger():
    """42 can be no more than 46, and that is no secret: it passes rule 1."""
    system, failing = line({"a": 4, "b": 42, "c": 900})
    found = audit(system, {"a", "b"}, failing, RULES)
    assert found.safe
    assert {each.key: (each.low, each.high) for each in found.intervals} == {"a": (0, 46), "b": (0, 46)}


@PATHS
def test_a_count_that_is_never_told_is_protected_although_nothing_else_is_hidden(exact_cells):
    """Three people are in neither of the two groups that are told; the smaller one goes."""
    system, _ = line({"a": 40, "b": 60, "rest": 3}, costs={"a": 1, "b": 2})
    cells = tuple(replace(cell, unit="") if cell.key == "rest" else cell for cell in system.cells)
    system = replace(system, cells=cells)
    assert protect(system, {"rest"}, RULES, exact_cells=exact_cells) == {"rest", "a"}


@PATHS
def test_two_tiny_parts_that_cannot_protect_each_other_take_a_third(exact_cells):
    system, failing = line({"a": 1, "b": 2, "c": 50, "d": 60})
    hidden = protect(system, failing, RULES, exact_cells=exact_cells)
    assert failing < hidden
    assert len(hidden) == 3


@PATHS
def test_a_stricter_lab_keeps_its_hidden_counts_wider(exact_cells):
    system, failing = line({"a": 6, "b": 12, "c": 300}, costs={"b": 1, "c": 5})
    assert protect(system, failing, RULES, exact_cells=exact_cells) == {"a", "b"}
    strict = DisclosureRules(min_events=20)
    both = {key for key, value in system.values().items() if value < 20}
    assert protect(system, both, strict, exact_cells=exact_cells) == {"a", "b", "c"}
    assert intervals(system, {"a", "b"}, both, strict) == {"a": (0, 18), "b": (0, 18)}


@PATHS
def test_what_is_made_from_a_unit_is_hidden_with_it(exact_cells):
    system, failing = line({"a": 6, "b": 50, "c": 300}, costs={"b": 1, "c": 5})
    units = tuple(replace(unit, takes=("table",)) if unit.key == "b" else unit for unit in system.units)
    cells = (*system.cells, Cell(key="made", value=70, unit="table"))
    system = System(cells=cells, units=(*units, Unit(key="table")), equations=system.equations)
    assert protect(system, failing, RULES, exact_cells=exact_cells) == {"a", "b", "made"}


@PATHS
def test_where_no_pattern_is_good_enough_everything_is_hidden_and_the_audit_says_no(exact_cells):
    system, failing = line({"a": 3, "b": 2}, total_kept=True)
    cells = tuple(replace(cell, within="") for cell in system.cells)
    system = replace(system, cells=cells)
    hidden = protect(system, failing, RULES, exact_cells=exact_cells)
    assert hidden == {"a", "b"}
    assert not audit(system, hidden, failing, RULES).safe


def test_an_auditor_without_an_answer_says_no(monkeypatch):
    class Nothing:
        x = None

    monkeypatch.setattr("justice_data_lab.disclosure.linked.audit.linprog", lambda *_, **__: Nothing())
    system, failing = line({"a": 6, "b": 50, "c": 300})
    assert not audit(system, {"a", "b", "c"}, failing, RULES).safe


def test_a_protector_without_an_answer_hides_everything(monkeypatch):
    """Neither the exact path nor the greedy one is told how far a count can move."""

    class Nothing:
        x = None

    system, failing = line({"a": 6, "b": 50, "c": 300})
    assert protect(system, failing, RULES) < {"a", "b", "c"}
    monkeypatch.setattr("justice_data_lab.disclosure.linked.part.linprog", lambda *_, **__: Nothing())
    monkeypatch.setattr("justice_data_lab.disclosure.linked.flow.linprog", lambda *_, **__: Nothing())
    assert protect(system, failing, RULES) == {"a", "b", "c"}


def test_where_the_exact_path_has_no_answer_the_greedy_one_is_gone(monkeypatch):
    class Nothing:
        x = None

    system, failing = line({"a": 6, "b": 50, "c": 300})
    monkeypatch.setattr("justice_data_lab.disclosure.linked.part.linprog", lambda *_, **__: Nothing())
    assert protect(system, failing, RULES) == protect(system, failing, RULES, exact_cells=0)
    assert audit(system, protect(system, failing, RULES), failing, RULES).safe


@pytest.mark.parametrize("seed", range(4))
@PATHS
def test_every_table_is_protected_whole_people_by_whole_people(seed, exact_cells):
    """The audit's fractions give the same intervals as whole people do, so nobody narrows a hidden count any further."""
    system, failing = random_table(seed, 4, 4, scale=30.0)
    hidden = protect(system, failing, RULES, exact_cells=exact_cells)
    found = audit(system, hidden, failing, RULES)
    assert found.safe
    tried = whole_people(system, hidden)
    assert {each.key: (each.low, each.high) for each in found.intervals} == {
        each.key: tried[each.key] for each in found.intervals
    }


@pytest.mark.parametrize("seed", [1, 4])
def test_the_exact_path_finds_the_cheapest_pattern_there_is(seed):
    """Every cheaper pattern of a table of twelve counts with its margins told fails the audit."""
    system, failing = random_table(seed, 3, 4, scale=25.0)
    system = replace(system, units=tuple(replace(unit, kept="+" in unit.key) for unit in system.units))
    failing = {key for key in failing if "+" not in key}
    hidden = protect(system, failing, RULES)
    assert failing < hidden
    assert audit(system, hidden, failing, RULES).safe
    inner = sorted(key for key in system.values() if "+" not in key and key not in failing)
    patterns = [failing | set(more) for size in range(len(inner) + 1) for more in itertools.combinations(inner, size)]
    cheaper = [pattern for pattern in patterns if cost(system, pattern) < cost(system, hidden)]
    assert not any(audit(system, pattern, failing, RULES).safe for pattern in cheaper)


@PATHS
def test_the_same_system_has_the_same_pattern_whatever_the_order_of_the_failing(exact_cells):
    system, failing = random_table(3, 5, 5, scale=40.0)
    first = protect(system, sorted(failing), RULES, exact_cells=exact_cells)
    again = protect(system, sorted(failing, reverse=True), RULES, exact_cells=exact_cells)
    assert first == again


def test_a_search_that_is_given_up_goes_the_greedy_path(monkeypatch):
    system, failing = random_table(5, 4, 5, scale=40.0)
    greedy = protect(system, failing, RULES, exact_cells=0)
    assert ROUNDS > 1
    assert NODES > 1
    monkeypatch.setattr("justice_data_lab.disclosure.linked.cuts.ROUNDS", 1)
    assert protect(system, failing, RULES) == greedy
    monkeypatch.setattr("justice_data_lab.disclosure.linked.cuts.ROUNDS", 60)
    monkeypatch.setattr("justice_data_lab.disclosure.linked.cuts._cheapest", lambda *_: None)
    assert protect(system, failing, RULES) == greedy


@settings(max_examples=12)
@given(st.lists(st.lists(st.integers(0, 45), min_size=3, max_size=3), min_size=2, max_size=4))
def test_whatever_the_table_what_is_hidden_passes_the_audit_or_everything_is_hidden(values):
    system, failing = table(values)
    hidden = protect(system, failing, RULES)
    safe = audit(system, hidden, failing, RULES).safe
    assert safe or len(hidden) == len(system.cells) - 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cells": (Cell(key="a", value=1), Cell(key="a", value=1))}, "came twice"),
        ({"equations": (Equation(terms=(("a", 1),)),)}, "solve its equations"),
        ({"equations": (Equation(terms=(("a", 1), ("nobody", 1))),)}, "none of them"),
        ({"equations": (Equation(terms=(("a", 1), ("a", -1))),)}, "names each cell once"),
        ({"cells": (Cell(key="a", value=-1),)}, "not negative"),
        ({"cells": (Cell(key="a", value=1, unit="none"),)}, "none of them"),
        ({"units": (Unit(key="u"), Unit(key="u"))}, "came twice"),
        ({"units": (Unit(key="u", takes=("v",)),)}, "none of them"),
    ],
)
def test_a_system_that_is_not_one_is_refused(change, words):
    good = {"cells": (Cell(key="a", value=1),), "units": (), "equations": ()}
    with pytest.raises(ValueError, match=words):
        System(**(good | change))
