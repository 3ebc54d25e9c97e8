"""Every sentence about time free of the first event. No arithmetic: the numbers come printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.evidence import MeasureFacts
from justice_data_lab.reporting.wording import as_many_as, between, capital, p_in_words, size, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.published_survival import HazardResult, SurvivalResult, SurvivalTest
    from justice_data_lab.reporting.findings import Groups

_TESTS = {
    "official": "the main test",
    "restricted mean": "the test of average time",
    "log-rank": "the log-rank test",
    "Cox": "the hazard ratio",
    "adjusted Cox": "the hazard ratio adjusted for other characteristics",
}
_SPANS = {(365.0, "days"): "the year", (730.0, "days"): "the two years", (52.0, "weeks"): "the 52 weeks"}
_NO_CURVE = {
    "few_points": (
        "No curve is drawn: too few people are behind it for four points that tell nothing about one of them. The average time is given alone."
    ),
    "withheld": "No curve is drawn, because the figures behind it are not shown.",
    "headline_only": (
        "A curve is drawn for the main comparison only: a second one, of some of the same people, could tell about the few by which they differ."
    ),
}  # fmt: skip


def event_of(result: SurvivalResult) -> str:
    """The event as a noun: what people stay free of."""
    return "a proven reoffence" if result.measure == "reoffended" else f"\u201c{result.name}\u201d"


def span_of(result: SurvivalResult) -> str:
    """The length of follow-up: "the year", "the 52 weeks"."""
    return _SPANS.get((result.horizon, result.unit), f"the {result.horizon:g} {result.unit}")


def free_share(result: SurvivalResult) -> str:
    """What the height of the curve is."""
    if result.measure == "reoffended":
        return "Share still free of a proven reoffence"
    return f"Share not yet recorded as {event_of(result)}"


def title(result: SurvivalResult) -> str:
    """Heading of the section."""
    if result.measure == "reoffended":
        return "How long people stayed free of a proven reoffence"
    return f"How long it was until {event_of(result)}"


def levels(result: SurvivalResult, groups: Groups) -> str:
    """The average time free of the event in both groups, in one sentence."""
    if result.status != "shown":
        return missing(result)
    first, second = (f"{size(each)}{unit(each, _facts(result))}" for each in (result.treated, result.comparison))
    return f"Over {span_of(result)}, {groups.people} {_stayed(result)} for {first} on average. For {groups.others}, the average was {second}."


def difference(result: SurvivalResult, groups: Groups) -> str:
    """How much longer or shorter the time free of the event was, with its bounds."""
    facts, low, high = _facts(result), result.ci_low, result.ci_high
    if result.shape == "none":
        return missing(result)
    if result.shape == "straddles":
        return (
            f"Over {span_of(result)}, the average time for {groups.people} could be shorter by {as_many_as(low, facts)}, "
            f"or longer by {as_many_as(high, facts)}."
        )
    longer = result.shape == "above"
    near, far = (low, high) if longer else (high, low)
    word = "longer" if longer else "less"
    about = (
        f"about {size(result.difference)}{unit(result.difference, facts)} {word}"
        if result.difference.value
        else f"a little {word}"
    )
    return (
        f"{capital(groups.people)} {_stayed(result)} for {about} on average over {span_of(result)} than {groups.others}. "
        f"The true figure is probably {between(near, far, facts)}."
    )


def significance(result: SurvivalResult) -> str:
    """The test of the difference in average time."""
    if result.shape == "none":
        return ""
    word = "is not" if result.shape == "straddles" else "is"
    return f"This difference {word} statistically significant ({p_in_words(result.p_value)})."


def missing(result: SurvivalResult) -> str:
    """Why there is no figure."""
    event = event_of(result)
    return {
        "withheld": f"Time free of {event} is not shown, because so few people are behind it that it could tell about one of them.",
        "not_reliable": f"Too few people are behind the time free of {event} for it to be relied on.",
    }.get(result.status, f"Time free of {event} could not be worked out.")  # fmt: skip


def hazard(result: HazardResult) -> str:
    """A hazard ratio with its interval and test."""
    name = "With other characteristics taken into account, the hazard ratio" if result.model == "adjusted" else "The hazard ratio"
    return (
        f"{name} is {result.ratio.text}, and probably between {result.ci_low.text} and {result.ci_high.text} "
        f"({p_in_words(result.p_value)})."
    )


def hazard_meaning(result: SurvivalResult) -> str:
    """What a hazard ratio is; empty when there is none."""
    if result.status != "shown" or not result.hazards:
        return ""
    return (
        f"A hazard ratio compares how soon people {_have(result)}. "
        "Below 1, it comes later or to fewer people in the programme group. Above 1, it comes sooner or to more of them."
    )


def over_time(result: SurvivalResult) -> str:
    """Whether the hazard ratio stays the same during follow-up, and what to read where it does not; empty when that is not known.

    Notes:
        Of two models the one that changes is spoken of, else the first: it is the plainer one.
    """
    known = [each for each in result.hazards if each.over_time != "unknown"]
    if not known:
        return ""
    one = next((each for each in known if each.over_time == "changes"), known[0])
    tested = p_in_words(one.over_time_p)
    if one.over_time == "changes":
        return (
            f"A check finds that the hazard ratio does not stay the same during follow-up ({tested}). One ratio then stands for times at which "
            "it is larger and times at which it is smaller. Read the average time above in its place: it does not need the ratio to stay the same."
        )
    return (
        f"A check finds no clear sign that the hazard ratio changes during follow-up ({tested}). That does not prove that it stays the same. "
        "The average time above does not need it to."
    )


def log_rank(result: SurvivalResult) -> str:
    """The log-rank test; empty where it does not apply or is not shown."""
    if result.log_rank.marker:
        return ""
    return f"The log-rank test, which compares the two curves as a whole, gives {p_in_words(result.log_rank)}."


def close_call(result: SurvivalResult) -> str:
    """For page one: that the tests do not say the same, and which one decides; empty when they do."""
    if result.sides == "opposite directions":
        return (
            "Tests of when it happened point in opposite directions: one says that the programme group did better, another that it did "
            f"worse. {_decides(result)}"
        )
    if result.sides != "both sides":
        return ""
    main = next((test for test in result.tests if test.name == "official"), None)
    if main is None:
        found = "Some tests find a difference, and some do not find enough evidence of one."
    elif main.significant:
        found = (
            "The main test finds a difference. Tests that also look at when it happened do not all find enough evidence of one."
        )
    else:
        found = (
            "The main test does not find enough evidence of a difference. A test that also looks at when it happened finds one."
        )
    return f"{found} They sit on both sides of the line, so the result is a close call. {_decides(result)}"


def disagreement(result: SurvivalResult) -> str:
    """That the tests do not say the same, each by its name, and which one decides; empty when they do."""
    if result.sides not in ("both sides", "opposite directions"):
        return ""
    found = _both_sides(result.tests) if result.sides == "both sides" else _opposite(result.tests)
    return f"{found} {_decides(result)}"


def _decides(result: SurvivalResult) -> str:
    main = any(test.name == "official" for test in result.tests)
    why = "because it was chosen beforehand" if main else "which is not among these"
    return f"The verdict comes from the main test alone, {why}."


def agreement(result: SurvivalResult) -> str:
    """What the tests say side by side; empty when there are not two of them."""
    if result.sides is None or len(result.tests) < 2:
        return ""
    return {
        "all significant": "All the tests of this outcome and of the time to it find a difference, in the same direction.",
        "none significant": "None of the tests of this outcome and of the time to it finds enough evidence of a difference.",
    }.get(result.sides) or disagreement(result)


def _both_sides(tests: Sequence[SurvivalTest]) -> str:
    yes = [test for test in tests if test.significant]
    no = [test for test in tests if not test.significant]
    return (
        f"The tests do not all say the same. {capital(_listed(yes))} {_verb('find', yes)} a difference. "
        f"{capital(_listed(no))} {_verb('do', no)} not find enough evidence of one. "
        "They sit on both sides of the line, so the result is a close call."
    )


def _opposite(tests: Sequence[SurvivalTest]) -> str:
    better = [test for test in tests if test.direction == "longer"]
    worse = [test for test in tests if test.direction == "shorter"]
    return (
        f"The tests point in opposite directions. {capital(_listed(better))} {_verb('find', better)} that the programme group did better. "
        f"{capital(_listed(worse))} {_verb('find', worse)} that it did worse. "
        "This can happen when the difference changes during follow-up."
    )


def _listed(tests: Sequence[SurvivalTest]) -> str:
    """The tests' names: "a", "a and b", "a, b and c"."""
    names = [_TESTS[test.name] for test in tests]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]


def _verb(verb: str, subjects: Sequence[SurvivalTest]) -> str:
    if len(subjects) > 1:
        return verb
    return {"find": "finds", "do": "does"}[verb]


def curve_note(result: SurvivalResult) -> str:
    """How to read the curves, or why there are none."""
    if result.curve_status == "shown":
        return (
            "Each line starts at 100% and falls as people are recorded with the event. It is drawn only at the points marked, "
            "so that no step is made by a few people."
        )
    return _NO_CURVE[result.curve_status]


def in_words(result: SurvivalResult, groups: Groups) -> str:
    """The average times in words: both of them, their difference and its test."""
    if result.status != "shown":
        return missing(result)
    return " ".join((levels(result, groups), difference(result, groups), significance(result)))


def _stayed(result: SurvivalResult) -> str:
    if result.measure == "reoffended":
        return f"stayed free of {event_of(result)}"
    return f"went without being recorded as {event_of(result)}"


def _have(result: SurvivalResult) -> str:
    return "commit a proven reoffence" if result.measure == "reoffended" else f"are recorded as {event_of(result)}"


def _facts(result: SurvivalResult) -> MeasureFacts:
    """The time as a measure, so that bounds read as those of any other."""
    return MeasureFacts(key=result.measure, name=result.name, kind="mean", unit=result.unit, better="higher")
