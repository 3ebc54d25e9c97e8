"""The ways from records to people as counts that add up: what each step loses, and how many are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.linked.builder import TOLD
from justice_data_lab.disclosure.linked.names import left_after, people_of, way_to
from justice_data_lab.disclosure.linked.results import cell_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest, StepEvidence
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
    from justice_data_lab.disclosure.linked.builder import Builder
    from justice_data_lab.study import DisclosureRules

REQUEST, POOL = "request", "pool"
_STEP_COST, _WAY_COST = 4_000, 6_000
# Steps of matching: whoever comes before them could be analysed.
_MATCHING = ("support", "matched")


def add_ways(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """The request's way, the comparison pool's, and that to each further analysis.

    Notes:
        What was sent in and how many were analysed at the end are told whatever happens: the first is known to the organisation, and
        the second is what every figure is about. So is their difference, of which each step's loss is a part.
    """
    _add_way(builder, REQUEST, request.attrition, rules)
    _add_way(builder, POOL, request.pool, rules)
    for analysis in request.analyses:
        if analysis.attrition:
            unit = builder.unit(way_to(analysis.name), _WAY_COST)
            if builder.knows(people_of(analysis.name)):
                builder.takes(people_of(analysis.name), unit)
            _add_way(builder, unit, analysis.attrition, rules, unit=unit)
            _begin(builder, unit, analysis, request)


def lost_by(way: str, step: int) -> str:
    """Key of how many people are lost from the first step to this one."""
    return f"lost by/{way}/{step}"


def _add_way(builder: Builder, way: str, steps: Sequence[StepEvidence], rules: DisclosureRules, *, unit: str = TOLD) -> None:
    """Running sums of what is lost; a step that is printed tells its own."""
    if len(steps) < (3 if unit == TOLD else 2):
        return
    last, total = len(steps) - 1, steps[0].left - steps[-1].left
    builder.cell(lost_by(way, last), total, unit=TOLD if unit == TOLD else "", fails=unit != TOLD and 0 < total < rules.min_step)
    for number in range(1, last):
        own = builder.unit(left_after(way, number), _STEP_COST)
        builder.cell(lost_by(way, number), steps[0].left - steps[number].left, unit=own, within=lost_by(way, last))
        if unit != TOLD:
            builder.takes(unit, own)
    for number in range(1, len(steps)):
        key, lost = f"lost in/{way}/{number}", steps[number - 1].left - steps[number].left
        builder.cell(key, lost, within=lost_by(way, last), fails=_is_few(steps[number], lost, rules))
        before = [lost_by(way, number - 1)] if number > 1 else []
        builder.equal([*before, key], [lost_by(way, number)])


def _is_few(step: StepEvidence, lost: int, rules: DisclosureRules) -> bool:
    """Whether a loss must not be told; that somebody similar was found for everybody says nothing of anybody."""
    return lost < rules.min_step and not (step.key == "matched" and lost == 0)


def _begin(builder: Builder, way: str, analysis: AnalysisEvidence, request: DisclosureRequest) -> None:
    """An analysis's way ends with its people, and begins with people whom the request's way counts as well."""
    steps, people = analysis.attrition, cell_of("people", analysis.name, "", "treated")
    first = builder.cell(f"first/{way}", steps[0].left, unit=way)
    if len(steps) > 1 and steps[-1].left == builder.value(people):
        builder.equal([people, lost_by(way, len(steps) - 1)], [first])
    link_to_request(builder, first, steps[0].left, request, _MATCHING)


def link_to_request(builder: Builder, cell: str, count: int, request: DisclosureRequest, before: Collection[str]) -> None:
    """A count that is that of the people left before a step of the request's way is the same count.

    Args:
        builder: the system in the making.
        cell: the count.
        count: its value; where it is another, nothing is known of it here.
        request: whose way is meant.
        before: keys of the steps that come after it.
    """
    places = [number for number, step in enumerate(request.attrition) if step.key in before]
    number = (places[0] if places else len(request.attrition)) - 1
    if number < 1 or request.attrition[number].left != count or not builder.has(lost_by(REQUEST, number)):
        return
    if not builder.has("sent"):
        builder.cell("sent", request.attrition[0].left, unit=TOLD)
    builder.equal([cell, lost_by(REQUEST, number)], ["sent"])
