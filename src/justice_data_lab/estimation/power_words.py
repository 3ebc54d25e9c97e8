"""What a cohort could show, in sentences for somebody who runs a charity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.estimation.promises import ALL_PROMISED_FROM
from justice_data_lab.register.coverage import ALL

if TYPE_CHECKING:
    from justice_data_lab.estimation.losses import Losses
    from justice_data_lab.estimation.power import Feasibility, SentencePower
    from justice_data_lab.estimation.promises import Promise

_WITH = {
    ALL: "",
    "both numbers": " with both a police and a prison number",
    "police number": " with a police number but no prison number",
    "prison number": " with a prison number but no police number",
    "no number": " with neither a police nor a prison number",
}
_AFTER = {
    ALL: "After any sentence or caution",
    "custody": "After custody",
    "suspended_sentence_order": "After a suspended sentence order",
    "community_order": "After a community order",
    "caution": "After a caution",
    "other": "After another sentence",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its sentences, one a line."""

    title: str
    lines: tuple[str, ...]


def sections(found: Feasibility) -> tuple[Section, ...]:
    """Everything there is to say, in order; a section without a sentence is left out."""
    whole = (
        Section(title="How many of them would be analysed", lines=_losses(found)),
        Section(title=_title(found), lines=_shown(found)),
        Section(title="What could be published", lines=_published(found)),
        Section(title="The same for each kind of sentence, at its national rate", lines=_sentences(found)),
        Section(title="Smallest fall that would probably show, by number of people analysed", lines=_sizes(found)),
    )
    return tuple(section for section in whole if section.lines)


def _losses(found: Feasibility) -> tuple[str, ...]:
    losses = found.losses
    if losses is None:
        return ()
    lines = [f"Of {_count(losses.submitted, 'sent')}, about {losses.expected:,} can be expected to be analysed.", _past(losses)]
    lines.append(f"It may be as few as {losses.fewest:,} or as many as {losses.most:,}. {_RANGES[losses.range_recorded]}")
    lines.append(
        "The others cannot be found for certain, have no sentence that fits, started too recently, or have nobody to be compared with."
    )
    if losses.submitted < found.submitted_needed:
        lines.append(f"The lab asks for at least {found.submitted_needed:,} people.")
    return tuple(lines)


_RANGES = {
    True: "Eight in ten of the lab's past submissions lie between.",
    False: "In known cases, between 14% and 89% of the people sent were analysed.",
}


def _past(losses: Losses) -> str:
    if losses.recorded:
        return f"In past submissions to the lab, {losses.share:.0%} of the people{_WITH[losses.fields]} were analysed."
    return "The lab has not published a share of its own yet: half is the middle of the cases that are known."


def _title(found: Feasibility) -> str:
    return (
        f"With {_count(found.size, 'analysed')}, of whom {found.base_rate:.0%} would reoffend within a year without the programme"
    )


def _shown(found: Feasibility) -> tuple[str, ...]:
    lines = [] if found.enough else [f"This is too few for an analysis: at least {found.matched_needed:,} people are needed."]
    lines.append(_detectable(found))
    lines.append(_effect(found))
    if found.people_needed is not None:
        sent = f", so about {_two_digits(found.people_to_send)} would have to be sent" if found.people_to_send else ""
        lines.append(
            f"For a chance of {found.power:.0%} to show a fall of {_effect_points(found)}, "
            f"about {_two_digits(found.people_needed)} people would have to be analysed{sent}."
        )
    lines += _cases(found)
    lines.append(
        "A fall that does not show is not a failure: the report would say that there is not enough evidence to tell either way."
    )
    lines.append(f"All this takes the comparison group to be worth {found.ratio:g} people for each person analysed.")
    return tuple(lines)


def _detectable(found: Feasibility) -> str:
    if found.detectable is None:
        return "No reduction, however large, would be found with enough certainty."
    rate = found.base_rate - found.detectable
    return (
        f"A fall of {_points(found.detectable)} percentage points or more (from {found.base_rate:.0%} to {rate:.0%} or lower) "
        f"would probably show: the chance is at least {found.power:.0%}."
    )


def _effect(found: Feasibility) -> str:
    if found.chance is None:
        return f"A fall of {_effect_points(found)} cannot happen, because only {found.base_rate:.0%} would reoffend anyway."
    return f"The chance to show a fall of {_effect_points(found)} is {percent(found.chance)}."


def _cases(found: Feasibility) -> list[str]:
    if found.fewest is None or found.most is None:
        return []
    few, many = (
        "no fall would be sure enough to show" if case.detectable is None else f"a fall of {_points(case.detectable)} points"
        for case in (found.fewest, found.most)
    )
    return [
        f"What would probably show with {found.fewest.analysed:,} people analysed: {few}; with {found.most.analysed:,}: {many}."
    ]


def _published(found: Feasibility) -> tuple[str, ...]:
    lines = [f"About {found.expected_reoffenders:.0f} people are expected to reoffend.", _BRACKETS]
    if found.enough and found.size < ALL_PROMISED_FROM:
        lines.append(_FEW)
    return (*lines, *(_promise(promise) for promise in found.promises))


_BRACKETS = "The chance in brackets is that enough people stand behind a figure for it to be sound, and to give nobody away."
_FEW = (
    f"With fewer than {ALL_PROMISED_FROM} people analysed only measures 1 and 2 can be promised. "
    "The others are still published when enough people stand behind them."
)


def _promise(promise: Promise) -> str:
    word = "Measures" if len(promise.measures) > 1 else "Measure"
    numbers = " and ".join(str(number) for number in promise.measures)
    said = "can be promised" if promise.promised else "cannot be promised"
    least = "at least " if promise.at_least and percent(promise.probability)[0].isdigit() else ""
    return f"{word} {numbers}, {promise.name}: {said} ({least}{percent(promise.probability)})."


def _sentences(found: Feasibility) -> tuple[str, ...]:
    return tuple(_sentence(row, found) for row in found.by_sentence)


def _sentence(row: SentencePower, found: Feasibility) -> str:
    after = f"{_AFTER.get(row.sentence, row.sentence)}, {row.base_rate:.0%} reoffend"
    if row.chance is None or row.people_needed is None:
        return f"{after}: too few for a fall of {_effect_points(found)}."
    sent = f" and about {_two_digits(row.people_to_send)} sent" if row.people_to_send else ""
    return (
        f"{after}: the chance to show a fall of {_effect_points(found)} is {percent(row.chance)}. "
        f"For {found.power:.0%} it takes about {_two_digits(row.people_needed)} people analysed{sent}."
    )


def _sizes(found: Feasibility) -> tuple[str, ...]:
    return tuple(
        f"{_count(row.analysed, 'analysed')}: "
        + ("none would" if row.detectable is None else f"{_points(row.detectable)} percentage points")
        for row in found.by_size
    )


def percent(chance: float) -> str:
    """A probability in whole percents that never says never, and never says always."""
    if chance > 0.99:
        return "over 99%"
    return "under 1%" if chance < 0.01 else f"{chance:.0%}"


def _points(effect: float) -> str:
    return f"{100 * effect:.1f}"


def _effect_points(found: Feasibility) -> str:
    number = f"{100 * found.effect:g}"
    return f"{number} point{'' if number == '1' else 's'}"


def _two_digits(people: int | None) -> str:
    """A number of people at two significant digits, with thousands marked."""
    return f"{int(float(f'{people or 0:.2g}')):,}"


def _count(people: int, done: str) -> str:
    return f"{people:,} {'person' if people == 1 else 'people'} {done}"
