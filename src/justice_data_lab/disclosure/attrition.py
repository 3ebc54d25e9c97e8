"""Rule 3 for the way from records submitted to people analysed: small steps merge with a neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.figures import band, few, figure, gap
from justice_data_lab.disclosure.printed import Place
from justice_data_lab.disclosure.published_analyses import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from justice_data_lab.disclosure.evidence import StepEvidence
    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.study import DisclosureRules


def publish_steps(  # noqa: PLR0913 -- each says another thing of the way
    table: str,
    steps: Sequence[StepEvidence],
    rules: DisclosureRules,
    fine: Precision,
    *,
    bands: bool,
    analysis: str = "",
    hidden: Callable[[int], bool] = lambda _: False,
) -> tuple[Step, ...]:
    """The steps with rounded counts, or with bands when the request could not be analysed.

    Args:
        table: name in the tidy table.
        steps: the first is what was submitted; each later one says what left and what remained.
        rules: `min_step` is the least number that a printed step may lose or leave.
        fine: rounding.
        bands: counts as bands (`fewer than 30`) instead of multiples of five.
        analysis: whose way it is; empty for the request's.
        hidden: whether what is left after a step, by its number from 1, is hidden for other figures' sake; it joins its neighbour.
    """
    if not steps:
        return ()

    def place(number: int, statistic: str) -> Place:
        return Place(table=table, analysis=analysis, level=str(number), statistic=statistic)

    groups = [[steps[0]], *merge(_joined(steps[1:], hidden), rules)]
    return tuple(
        Step(
            labels=_unique(step.label for step in group),
            reasons=_unique(step.reason for step in group),
            lost=_lost(place(number, "lost"), group, rules, fine, bands=bands)
            if number
            else gap(place(0, "lost"), "count", "people", "z"),
            left=_count(place(number, "left"), group[-1].left, rules, fine, bands=bands),
        )
        for number, group in enumerate(groups)
    )


def merge(groups: Sequence[list[StepEvidence]], rules: DisclosureRules) -> list[list[StepEvidence]]:
    """Neighbours together until each group loses and leaves at least `min_step`; what is left over joins the last group.

    Notes:
        A step that lost nobody merges too: that nobody had, say, died is also something learnt about each of them.
    """
    if rules.profile == "none":
        return list(groups)
    merged: list[list[StepEvidence]] = []
    open_group: list[StepEvidence] = []
    for group in groups:
        open_group = [*open_group, *group]
        if sum(each.lost for each in open_group) >= rules.min_step and group[-1].left >= rules.min_step:
            merged.append(open_group)
            open_group = []
    if open_group and merged:
        merged[-1] = [*merged[-1], *open_group]
    elif open_group:
        merged.append(open_group)
    return merged


def _joined(steps: Sequence[StepEvidence], hidden: Callable[[int], bool]) -> list[list[StepEvidence]]:
    """Each step, with the next where what is left between them is hidden."""
    joined: list[list[StepEvidence]] = []
    for number, step in enumerate(steps, start=1):
        if joined and hidden(number - 1):
            joined[-1].append(step)
        else:
            joined.append([step])
    return joined


def _lost(place: Place, group: list[StepEvidence], rules: DisclosureRules, fine: Precision, *, bands: bool) -> Figure:
    return _count(place, sum(step.lost for step in group), rules, fine, bands=bands)


def _count(place: Place, count: int, rules: DisclosureRules, fine: Precision, *, bands: bool) -> Figure:
    if rules.profile == "none":
        return figure(place, "count", "people", count, fine)
    if bands:
        return band(place, count)
    return few(place, rules.min_step) if count < rules.min_step else figure(place, "count", "people", count, fine)


def _unique(texts: object) -> tuple[str, ...]:
    """Each text once, in order, without empty ones."""
    return tuple(dict.fromkeys(text for text in texts if text))  # type: ignore[attr-defined]
