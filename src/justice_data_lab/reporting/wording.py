"""Every sentence about a result, made from a typed finding. No arithmetic: the numbers come printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.printed import Figure
    from justice_data_lab.reporting.findings import Finding

VERDICTS = {
    "reduction": "Evidence of a reduction",
    "increase": "Evidence of an increase",
    "inconclusive": "Not enough evidence to tell the direction",
    "not_reliable": "Not reliable: too few people",
    "withheld": "Not shown, to protect people",
    "not_available": "Could not be worked out",
}

# How the figures of the published measures read in a sentence; other measures read as their name and the two figures.
_LEVELS = {
    "reoffended": "{treated} of {people} committed a proven reoffence within a year, compared with {comparison} of {others}",
    "reoffences": "{People} committed {treated} proven reoffences each on average, compared with {comparison} for {others}",
    "reoffended_two_years": "{treated} of {people} committed a proven reoffence within two years, compared with {comparison} of {others}",
    "reoffences_two_years": "{People} committed {treated} proven reoffences each on average in two years, compared with {comparison} for {others}",
    "employed_year_after": "{treated} of {people} had some work in the year after, compared with {comparison} of {others}",
    "benefit_days_year_after": "{People} spent {treated} days on out-of-work benefit on average in the year after, compared with {comparison} days for {others}",
    "days_to_first_reoffence": (
        "Among those who reoffended, the first proven reoffence came after {treated} days on average for {people}, "
        "compared with {comparison} days for {others}"
    ),
    "first_reoffence_indictable": "{of}{treated} of {people} had a first reoffence that was indictable only, compared with {comparison} of {others}",
    "first_reoffence_either_way": "{of}{treated} of {people} had a first reoffence that was triable either way, compared with {comparison} of {others}",
    "first_reoffence_summary": "{of}{treated} of {people} had a first reoffence that was summary, compared with {comparison} of {others}",
    "first_reoffence_indictable_or_either_way": (
        "{of}{treated} of {people} had a first reoffence that was indictable only or triable either way, "
        "compared with {comparison} of {others}"
    ),
    "indictable_reoffences": "{of}{people} committed {treated} indictable only reoffences each on average, compared with {comparison} for {others}",
    "either_way_reoffences": "{of}{people} committed {treated} either way reoffences each on average, compared with {comparison} for {others}",
    "summary_reoffences": "{of}{people} committed {treated} summary reoffences each on average, compared with {comparison} for {others}",
    "indictable_or_either_way_reoffences": (
        "{of}{people} committed {treated} indictable only or either way reoffences each on average, "
        "compared with {comparison} for {others}"
    ),
    "custody_for_first_reoffence": "{of}{treated} of {people} went to custody for the first reoffence, compared with {comparison} of {others}",
    "custodial_sentences": "{of}{people} had {treated} custodial sentences each on average in the year, compared with {comparison} for {others}",
}  # fmt: skip

_TIMES = ("days", "weeks", "months", "years")

# The same measures as the subject of a sentence.
_SUBJECTS = {
    "reoffended": "the one-year proven reoffending rate",
    "reoffences": "the number of proven reoffences per person",
    "days_to_first_reoffence": "the time to the first proven reoffence",
    "reoffended_two_years": "the two-year proven reoffending rate",
    "reoffences_two_years": "the number of proven reoffences per person in two years",
    "employed_year_after": "the share with some work in the year after",
    "benefit_days_year_after": "the number of days on out-of-work benefit",
}


def capital(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text with a small first letter, the rest as it is."""
    return text[:1].lower() + text[1:]


def subject(measure: MeasureFacts) -> str:
    """The measure as the subject of a sentence."""
    return _SUBJECTS.get(measure.key, f"the figure for \u201c{measure.name}\u201d")


def levels(finding: Finding) -> str:
    """What was measured in each group, in one sentence."""
    result, measure, groups = finding.result, finding.measure, finding.groups
    template = _LEVELS.get(measure.key, _plain_template(measure))
    return capital(
        template.format(
            treated=result.treated.text,
            comparison=result.comparison.text,
            people=groups.people,
            People=capital(groups.people),
            others=groups.others,
            of="Among those who reoffended, ",
            name=measure.name,
            unit=f" {measure.unit}" if measure.unit else "",
        )
        + "."
    )


def _plain_template(measure: MeasureFacts) -> str:
    if measure.kind == "proportion":
        return "{treated} of {people} were recorded as \u201c{name}\u201d, compared with {comparison} of {others}"
    return "for \u201c{name}\u201d, the average was {treated}{unit} for {people}, compared with {comparison}{unit} for {others}"


def difference(finding: Finding) -> str:
    """Between which bounds the difference lies, in one sentence.

    Raises:
        ValueError: the finding has no figures to speak of.
    """
    low, high, measure = finding.result.ci_low, finding.result.ci_high, finding.measure
    less, more = directions(measure)
    if finding.shape == "below":
        return f"The true figure was probably {less} by {between(high, low, measure)}."
    if finding.shape == "above":
        return f"The true figure was probably {more} by {between(low, high, measure)}."
    if finding.shape == "straddles":
        return f"The true figure could be {less} by {as_many_as(low, measure)}, or {more} by {as_many_as(high, measure)}."
    message = "A finding without figures has no difference to put in words."
    raise ValueError(message)


def directions(measure: MeasureFacts) -> tuple[str, str]:
    """The words for less and more of what the measure counts."""
    return ("shorter", "longer") if measure.unit in _TIMES else ("lower", "higher")


def between(near: Figure, far: Figure, measure: MeasureFacts) -> str:
    """Two bounds on the same side of zero: "between 5 and 11 percentage points"."""
    if size(near) == size(far):
        return f"less than {step(far)}{unit(far, measure)}" if not far.value else f"about {amount(far, measure)}"
    if not near.value:
        return f"between almost nothing (less than {step(near)}) and {amount(far, measure)}"
    return f"between {size(near)} and {amount(far, measure)}"


def as_many_as(bound: Figure, measure: MeasureFacts) -> str:
    """One of two bounds on either side of zero: "as many as 9 percentage points"."""
    if not bound.value:
        return f"less than {step(bound)}{unit(bound, measure)}"
    many = "as many as" if measure.kind == "proportion" else "as much as"
    return f"{many} {amount(bound, measure)}"


def amount(figure: Figure, measure: MeasureFacts) -> str:
    """A size with its unit: "1 percentage point", "0.4 reoffences"."""
    return f"{size(figure)}{unit(figure, measure)}"


def unit(figure: Figure, measure: MeasureFacts) -> str:
    """The unit after a number, in the singular after exactly 1; empty for a mean without one."""
    words = "percentage points" if measure.kind == "proportion" else measure.unit
    if size(figure) == "1" or (not figure.value and step(figure) == "1"):
        words = words.removesuffix("s")
    each = " a person" if measure.counts else ""
    return f" {words}{each}" if words else ""


def unit_of(measure: MeasureFacts) -> str:
    """The unit of a difference, as a table or a chart heads it."""
    if measure.kind == "proportion":
        return "percentage points"
    return f"{measure.unit} a person" if measure.counts else measure.unit


def size(figure: Figure) -> str:
    """The printed number without its sign."""
    return figure.text.lstrip("\u2212")


def share_in_words(figure: Figure) -> str:
    """A share as it stands in a sentence: "35%", "less than 1%", "more than 99%"."""
    sign, rest = figure.text[:1], figure.text[1:]
    return f"less than {rest}" if sign == "<" else f"more than {rest}" if sign == ">" else figure.text


def some_of(figure: Figure) -> str:
    """How many of a group, at the beginning of a sentence: "About 35%", "Fewer than 1%", "More than 99%"."""
    sign, rest = figure.text[:1], figure.text[1:]
    return f"Fewer than {rest}" if sign == "<" else f"More than {rest}" if sign == ">" else f"About {figure.text}"


def step(figure: Figure) -> str:
    """The last place that the figure shows: "1" or "0.1"."""
    return f"{figure.step:g}"


def detectable(finding: Finding) -> str:
    """What a group of this size could have shown, and how many people would be needed; empty when neither is known."""
    result, measure = finding.result, finding.measure
    if result.detectable.value is None:
        return ""
    text = f"With this many people, a difference of about {amount(result.detectable, measure)} or more would probably have shown."
    if result.people_to_send.value is not None:
        return f"{text} To show one of 5 percentage points, about {result.people_to_send.text} people would have to be sent."
    if result.people_needed.value is not None:
        return f"{text} To show one of 5 percentage points, about {result.people_needed.text} people would be needed."
    return text


def short_result(finding: Finding) -> str:
    """The result in a sentence or two for page one."""
    if finding.shown:
        return f"{levels(finding)} {difference(finding)}"
    return missing(finding)


def hundred_predicate(measure: MeasureFacts) -> str:
    """What the filled dots are, after "35 of 100 people"."""
    known = {
        "reoffended": "commit a proven reoffence within a year",
        "reoffended_two_years": "commit a proven reoffence within two years",
    }
    return known.get(measure.key, f"\u2013 {measure.name}")


def missing(finding: Finding) -> str:
    """Why there is no figure."""
    name = finding.measure.name
    return {
        "withheld": f"The result for \u201c{name}\u201d is not shown, because so few people are behind it that it could tell about one of them.",
        "not_reliable": f"Too few people are behind \u201c{name}\u201d for a figure to be relied on.",
    }.get(finding.verdict, f"No figure could be worked out for \u201c{name}\u201d.")  # fmt: skip


def direction(measure: MeasureFacts) -> str:
    """Which direction is good, where a reader may expect the other."""
    if measure.better == "lower":
        return ""
    return "For this measure a higher figure is better."


def significance(finding: Finding) -> str:
    """The test in words, with the interval in the sentence before it."""
    word = "is" if finding.significant else "is not"
    return f"The difference {word} statistically significant ({p_in_words(finding.result.p_value)})."


def p_in_words(figure: Figure) -> str:
    """A p-value as it stands in a sentence: "p = 0.04", "p < 0.01"."""
    text = figure.text
    return f"p\u00a0{text[0]}\u00a0{text[1:]}" if text.startswith("<") else f"p\u00a0=\u00a0{text}"


def in_words(finding: Finding) -> str:
    """The whole estimate in words: both groups, the difference, the test, what could have been seen."""
    if not finding.shown:
        return missing(finding)
    parts = [levels(finding), difference(finding), significance(finding), direction(finding.measure)]
    if finding.verdict == "inconclusive":
        parts.append(detectable(finding))
    return " ".join(part for part in parts if part)


def can_say(finding: Finding, programme: str) -> tuple[str, ...]:
    """What this result allows one to say."""
    what = subject(finding.measure)
    if not finding.shown:
        return (f"This report gives no answer about {what}. {missing(finding)}",)
    if finding.verdict == "inconclusive":
        return (
            f"There is not enough evidence to tell whether {what} is higher or lower because of {programme}.",
            difference(finding),
            detectable(finding),
        )
    word = "a fall" if finding.verdict == "reduction" else "a rise"
    compared = "people offered" if finding.design == "randomised" else "people who took part in"
    return (
        f"There is evidence of {word} in {what} among {compared} {programme}, compared with {finding.groups.others}.",
        difference(finding),
    )


def cannot_say(finding: Finding, programme: str) -> tuple[str, ...]:
    """What this result does not allow one to say."""
    what = subject(finding.measure)
    if not finding.shown:
        return (f"That {programme} raised or lowered {what}, or that it made no difference.",)
    if finding.verdict == "inconclusive":
        return (
            f"That {programme} does not work, or that it makes no difference: the result fits with a difference either way.",
            f"That {programme} raised or lowered {what}.",
        )
    word = "lower" if finding.verdict == "reduction" else "higher"
    claims = [
        "That the result is true of each person: some will have done better and some worse.",
        f"That the difference is exactly {amount(finding.result.difference, finding.measure)}.",
        f"That {what} would be {word} by as much for other people, in other places or at other times.",
    ]
    if finding.design == "matched":
        claims.append(
            f"That nothing but {programme} made the difference: people who join may differ in ways that the records do not show."
        )
    return tuple(claims)
