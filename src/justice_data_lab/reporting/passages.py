"""The sentences that are not about one result: notices, who was analysed, method, cautions, why there is no result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.nothing_told import let_nothing_out
from justice_data_lab.reporting import clock_words
from justice_data_lab.reporting.findings import groups_of
from justice_data_lab.reporting.robustness_words import similar_help
from justice_data_lab.reporting.wording import VERDICTS, capital

if TYPE_CHECKING:
    from justice_data_lab.disclosure.evidence import Holds
    from justice_data_lab.disclosure.published import Content, Notice
    from justice_data_lab.disclosure.published_analyses import AnalysisSummary

NOTICES: dict[Notice, tuple[str, str]] = {
    "no_ledger": (
        "Not yet cleared for publication",
        (
            "The figures here have been checked as one linked set, and rounded. They have not been compared with what was published "
            "before about some of the same people. Do not publish this report before that has been done."
        ),
    ),
    "already_public": (
        "Made from data that are already public",
        (
            "No disclosure control was applied: nothing is hidden and counts are exact. "
            "Never use this setting for data about people that are not public."
        ),
    ),
    "balance_overridden": (
        "The two groups were not alike enough, and a reviewer let the analysis go on",
        "The reviewer gave this reason:",
    ),
    "further_overridden": (
        "A reviewer let an analysis go on although its two groups were not alike enough",
        "This is about an analysis beside the headline, whose own groups were alike enough. The reviewer gave this reason:",
    ),
    "override_not_needed": (
        "A reviewer's reason to go on was given in advance, and was not needed",
        "The two groups were alike enough. The reason given was:",
    ),
}
# Notices that a reviewer's reason belongs to.
OVERRIDES: tuple[Notice, ...] = ("balance_overridden", "further_overridden", "override_not_needed")

WARNINGS = {
    "caliper_widened": "Fewer than 95% of the people could be matched at first, so people a little less alike were accepted as matches.",
    "few_matched": "Fewer than 95% of the people could be matched. The results speak only of those who were.",
    "pool_matched_too_widely": "Typical members of the group were matched to more than half of those they could be matched to, so the match is loose.",
    "small_cohort": "Fewer people were sent than the lab recommends. Small groups can show only large differences.",
    "balance_amber": "Some characteristics differ a little between the two groups after matching.",
    "balance_red_overridden": "Some characteristics differ clearly between the two groups after matching.",
    "merged_levels": "Characteristics shared by very few people were joined with a neighbouring one before matching.",
    "columns_dropped": "Some characteristics said nothing that others did not say, and were left out of the score.",
    "merged_court_outcomes": "Indictable only and either way offences are taken together, because the first are too few to report apart.",
    "nearly_the_same_people": "These are nearly the same people as those of another published figure. Nothing is shown, because the difference would tell of the few.",
    "small_subgroup": "Fewer than {min_subgroup} people were analysed here, fewer than the lab asks for in a subgroup: only a large difference could show.",
}  # fmt: skip

SYMBOLS = (
    ("[c]", "confidential: not shown, because so few people are behind it that it could tell about one of them"),
    ("[u]", "unreliable: too few people for a figure to be relied on"),
    ("[x]", "not available"),
    ("[z]", "not applicable"),
    ("<", "less than: the figure rounds to zero but is not zero"),
    (">", "more than: the figure rounds to everybody but is not everybody"),
)

SIZES = {"green": "Small (green)", "amber": "Moderate (amber)", "red": "Large (red)"}

_REFUSALS = {
    "too_few": "Too few people could be analysed. With so few, chance alone would decide the result, and a figure could tell about one person.",
    "no_overlap": "The people in the programme and the people in the register are too unlike for a fair comparison: hardly anybody has a match.",
    "no_balance": "A comparison group was found, but it was not alike enough. A difference in results could come from who the people are.",
    "separation": "Some characteristics belong to people on the programme alone, so nobody without them can be compared.",
    "nearly_the_same": "The people are the same as those of results that were published before, or asked for, but for a few. Beside those, any figure could tell about one of the few.",
    "not_carried_forward": "It was sent as an update of a published result, but some of the people of that result are not in it. The difference could tell about one of them.",
    "corrected": "This corrects a published result, and the correction moves only a few people. New figures beside the old ones could tell about one of them, so the correction is told in words.",
    "too_few_new": "It was sent as an update of a published result, but hardly anybody in it is new. The difference could tell about one of those who are.",
    "too_few_outcomes": "Too few people stand behind each of the figures asked for: for example, too few who had the outcome, or too few who did not. With so few, a figure could tell about one of them.",
    "figures_tell_each_other": "So few people are behind some of the figures asked for that one of them could be told from the others, and hiding a few figures is not enough.",
}  # fmt: skip
_NEEDS = {
    "too_few": "Send a larger group: add people from earlier or later years, or join with others who run the same programme.",
    "no_overlap": "Send people whose sentence and history are like those of others in the register, or ask the lab about another comparison.",
    "no_balance": "Send a larger group, or tell the lab more about how people were chosen, so that the groups can be made more alike.",
    "separation": "Check how people were chosen, and leave out of the comparison what only they can have.",
    **dict.fromkeys(
        ("nearly_the_same", "not_carried_forward", "too_few_new"),
        "There are three ways out. Wait until enough more people can be analysed. Or merge groups, and ask for one figure of all of them. "
        "Or send an update: it names the published result that it takes the place of, and keeps everybody who was in it.",
    ),
    "too_few_outcomes": "Send a larger group: add people from earlier or later years, or join with others who run the same programme.",
    "figures_tell_each_other": "Ask for fewer analyses, or merge groups that differ by few people.",
}
# What the number that the lab asks for is of.
_LEAST = {
    **dict.fromkeys(
        ("nearly_the_same", "not_carried_forward", "too_few_new", "corrected"), "At least {needed} people must be new."
    ),
    **dict.fromkeys(
        ("too_few_outcomes", "figures_tell_each_other"),
        "A figure is shown where at least {needed} people had the outcome, and at least {needed} did not.",
    ),
}


def warnings_in_words(content: Content, codes: tuple[str, ...], *, annex: bool = False) -> tuple[str, ...]:
    """Each warning in words; the only number in them is a setting of the lab.

    Args:
        content: says what the lab asks for.
        codes: of the warnings.
        annex: whether the annex shows the rows of this balance table, as it does for the headline.
    """
    shown = " The annex shows which."
    passed = " A reviewer let the analysis go on, for the reason on page one."
    more = {"balance_amber": shown, "balance_red_overridden": shown} if annex else {"balance_red_overridden": passed}
    return tuple(WARNINGS[code].format(min_subgroup=content.method.min_subgroup) + more.get(code, "") for code in codes)


def who_was_analysed(content: Content, analysis: AnalysisSummary) -> str:
    """Who stands behind the headline, in two or three sentences."""
    if content.method.design == "randomised":
        start = (
            f"{analysis.treated.text} people were offered the programme and {analysis.comparison.text} were not. "
            "Chance decided who was offered it. Everyone is counted in the group they were put in, whatever they did then."
        )
    else:
        start = f"{analysis.treated.text} people who took part are compared with {analysis.comparison.text} similar people who did not."
    parts = [start, clock_words.when_it_began(content), _years(content)]
    if content.study.source == "register" and content.attrition:
        parts.append(f"{content.attrition[0].left.text} records were sent to the lab.")
    return " ".join(part for part in parts if part)


def _years(content: Content) -> str:
    """When follow-up began, by the years that may be shown."""
    rows = next((variable.rows for variable in content.profile if variable.variable == "index_year"), ())
    shown = [row.level for row in rows if not row.count.marker]
    if not shown:
        return ""
    span = shown[0] if len(shown) == 1 else f"{shown[0]} to {shown[-1]}"
    return f"Their follow-up began in {span}." if len(shown) == len(rows) else f"For most, follow-up began in {span}."


def why_not(content: Content) -> tuple[str, str]:
    """Why there is no result, and what would be needed; both without a count.

    Raises:
        ValueError: the request was analysed.
    """
    if content.refused is None:
        message = "Only a request that could not be analysed has a reason why not."
        raise ValueError(message)
    if content.refused.code == "corrected":
        return _REFUSALS["corrected"], _still_holds(content.refused.holds)
    return _REFUSALS[content.refused.code], _NEEDS[content.refused.code]


def least_needed(content: Content) -> str:
    """Where nothing was told: how many people the lab asks for; empty for what was analysed, or could not be."""
    return _LEAST.get(content.refused.code, "").format(needed=content.refused.needed) if content.refused else ""


def _still_holds(holds: tuple[Holds, ...]) -> str:
    """What would be the same whatever the few people had done."""
    if not holds:
        return "So few people were analysed that nothing can be said of the corrected result without telling of those who were moved."
    said = "; ".join(f"{each.measure}: {VERDICTS[each.verdict].lower()}" for each in holds)
    return f"This holds for the corrected result, and would hold whatever those few people had done. {capital(said)}."


def not_done(content: Content) -> str:
    """What could not be done with a request: analysed, published without telling of few people, or corrected in figures."""
    if content.refused is not None and content.refused.code == "corrected":
        return "told in figures"
    return "published" if let_nothing_out(content) else "analysed"


def programme_facts(content: Content) -> tuple[tuple[str, str], ...]:
    """What was delivered, as pairs of heading and text; empty when it was not described."""
    study, counts = content.study, content.programme
    pairs = (
        ("What", study.what),
        ("Who delivers it", study.who_delivers),
        ("Where", study.where),
        ("How much", study.dose),
        ("How people were chosen", study.how_chosen),
        ("People who could have taken part", "" if counts.eligible.marker == "x" else counts.eligible.text),
        ("People who started", "" if counts.started.marker == "x" else counts.started.text),
        ("Cost of one place", study.unit_cost),
    )
    return tuple((heading, capital(text)) for heading, text in pairs if text)


def programme_in_brief(content: Content) -> str:
    """The programme in a sentence or two for page one."""
    study = content.study
    if not study.what:
        return f"{study.organisation} ran the programme. What it delivered was not described."
    parts = [f"{capital(study.what.rstrip('.'))}."]
    if study.who_delivers:
        parts.append(f"Delivered by: {study.who_delivers.rstrip('.')}.")
    if study.where:
        parts.append(f"Where: {study.where.rstrip('.')}.")
    return " ".join(parts)


def method_in_words(content: Content) -> tuple[str, ...]:
    """How the comparison was made, in plain paragraphs."""
    if content.method.design == "randomised":
        return (
            (
                "Chance decided who was offered the programme, so the two groups differ only by chance and by the offer. "
                "Their results are compared as they are: one group's average less the other's."
            ),
            (
                "The range around each difference is a 95% confidence interval by Welch's method, which does not take the two groups to vary "
                "by the same amount. Out of 100 trials like this one, about 95 such ranges would hold the true difference."
            ),
        )
    looks = "looked" if content.status == "analysed" else "looks"
    return (
        (
            f"For each person on the programme, the lab {looks} for people in the register with a like chance of being on it, judged by "
            "what was known about them before: a score worked out by logistic regression. Everyone close enough counts as a match. "
            "Each person on the programme counts once, and the matches of each share that person's weight."
        ),
        (
            "The result is one average less the other: that of the programme group, less the weighted average of the comparison group. "
            "The number of people in the comparison group is large, but their weights differ, so ranges are worked out from a smaller "
            "effective number."
        ),
        (
            "The range around each difference is a 95% confidence interval by Welch's method. Out of 100 analyses like this one, "
            "about 95 such ranges would hold the true difference, if the groups differ in nothing but the programme."
        ),
        "Matching is finished, and its quality judged, before any result is looked at.",
    )


def settings(content: Content) -> tuple[tuple[str, str], ...]:
    """The method's settings, as pairs of heading and text."""
    method = content.method
    pairs = [("Method version", method.version), ("Design", method.design)]
    if method.design == "matched":
        pairs += [
            ("Closeness asked for", _closeness(content)),
            *([("Widened to find more matches", "yes" if method.widened else "no")] if content.status == "analysed" else []),
            ("Matched exactly on", ", ".join(method.exact) or "nothing"),
            ("Choice of characteristics", "fixed list" if method.selection == "none" else f"pruned by {method.selection} tests"),
            ("Standardised by", "both groups" if method.smd_denominator == "pooled" else "the programme group"),
        ]
    pairs += [
        ("Standard error", _standard_error(content)),
        (
            "Reliable from",
            (f"{method.min_reoffenders} people where a measure is about some only; "
            f"{method.min_np:g} with the event for a share"),
        ),
        ("Disclosure rules", f"{content.rules.version}, profile {content.rules.profile}"),
    ]  # fmt: skip
    return tuple(pairs)


def _standard_error(content: Content) -> str:
    if content.method.se != "kish":
        return "Lechner's"
    return "Welch's" if content.method.design == "randomised" else "Welch's, with the effective number of people"


def _closeness(content: Content) -> str:
    method = content.method
    if method.caliper_width is not None:
        return f"{method.caliper_width:g} on the {method.caliper_scale} scale"
    return f"{method.caliper_sd or 0:g} standard deviations on the {method.caliper_scale} scale"


def disclosure_rules(content: Content) -> tuple[str, ...]:
    """The disclosure rules that held, in plain sentences."""
    rules = content.rules
    if rules.profile == "none":
        return (
            (
                "The data are already public, so nothing was hidden. Percentages and averages are rounded to one decimal, "
                "p-values to four. Counts are exact."
            ),
        )
    return (
        (f"A percentage is shown only when at least {rules.min_events} people had the result and at least {rules.min_events} did not. "
        f"An average needs at least {rules.min_events} people with a value other than zero, and no one person with more than "
        f"{rules.dominance:.0%} of the total."),
        (f"On the comparison side the effective number of people must be at least {rules.min_effective:g}, and nobody may hold more than "
        f"{rules.max_weight_share:.0%} of the weight."),
        (f"Counts of people are rounded to the nearest {rules.count_base}, percentages and differences to whole points, averages to one decimal, "
        "days to whole days and ratios to two significant digits. Halves round away from zero. Each figure is worked out from exact data and rounded once, "
        "so parts may not add up to their total."),
        f"Steps that lose or leave fewer than {rules.min_step} people are joined with a neighbouring step.",
    )  # fmt: skip


def cautions(content: Content) -> tuple[str, ...]:
    """What to keep in mind, whatever the result."""
    shared = (
        "Only reoffences that ended in a conviction or caution are counted. Crime that was not found out is not."
        if content.study.source == "register"
        else "The results are as recorded in the data that were sent. The lab did not check them against another source.",
        "About 1 in 20 such tests comes out significant by chance alone. Where many measures are reported, expect that of one or two.",
        "Results for people who reoffended compare only those people. They can differ between the groups for that reason alone.",
    )
    if content.method.design == "randomised":
        return (
            *shared,
            "The result is that of being offered the programme, whether or not a person took it up.",
            "People in the trial may differ from those who would be offered the programme elsewhere.",
        )
    return (
        *shared,
        "The groups are alike on what the records show. Motivation, family support and much else that matters is not recorded.",
        _similar_help(content),
    )


def _similar_help(content: Content) -> str:
    """What is known of help from others, and what is not."""
    known = similar_help(content.helped)
    if known:
        return f"{known} Others may have had such help without the lab knowing."
    return "Some people in the comparison group may have had similar help elsewhere. This pulls the difference towards zero."


def significant_intro(count: int) -> str:
    """What stands above the list of significant results."""
    if not count:
        return (
            "No result was statistically significant. This does not show that the programme made no difference: "
            "each range shows the differences that the data allow."
        )
    return "The range around each of these differences lies on one side of zero."


def group_note(content: Content) -> str:
    """What the two groups are called, once, for all tables."""
    groups = groups_of(content)
    return f"{groups.treated}: {groups.people}. {groups.comparison}: {groups.others}."
