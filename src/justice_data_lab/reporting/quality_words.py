"""The quality statement in sentences: what each criterion found and what follows from it. Every figure comes printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.estimation.quality_rules import printed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.estimation.quality import Criterion, QualityFigure, QualityStatement

GRADES = {"good": "Good", "fair": "Fair", "poor": "Poor", "not known": "Not known"}

_OVERALL = {
    "good": "The analysis was made well. Nothing in how it was made stands in the way of relying on it.",
    "fair": "The analysis can be relied on with some care.",
    "poor": "Take great care with these results.",
    "not known": "Too little is known of how the analysis was made to say how far it can be relied on.",
}

_CRITERIA: Mapping[str, Mapping[str, str]] = {
    "balance": {
        "good": "The two groups were alike on what is known of them.{largest}",
        "fair": "The two groups differed a little on some things.{largest}",
        "poor": (
            "The two groups differed clearly on some things, so part of the result may come from who they are."
            "{largest}"
        ),
        "not known": "It is not known how alike the two groups were.",
    },
    "overlap": {
        "good": "Nearly everybody in the group had somebody like them to be compared with: {matched} were matched.",
        "fair": "Most people in the group had somebody like them to be compared with: {matched} were matched.",
        "poor": "Many people had nobody like them to be compared with: only {matched} were matched. The results speak of those alone.",
        "not known": "It is not known how many people had somebody like them to be compared with.",
    },
    "attrition": {
        "good": "Most of the records sent are in the results: {analysed}.",
        "fair": "A good part of the records sent is not in the results: {analysed} are. The people lost may have done better or worse.",
        "poor": "Most of the records sent are not in the results: only {analysed} are. The people lost may have done better or worse.",
        "not known": "It is not known how many of the records sent are in the results.",
    },
    "effective_size": {
        "good": "The comparison group was large enough to add little doubt: it was worth {worth}.",
        "fair": "The comparison group was small enough to add some doubt: it was worth {worth}.",
        "poor": "The comparison group was so small that it adds much doubt: it was worth {worth}.",
        "not known": "It is not known how large the comparison group was.",
    },
    "linkage": {
        "good": "People were found in the records with little error: {links}.",
        "fair": "People were found in the records with some error: {links}.",
        "poor": "Many people were not found in the records, or the wrong ones were: {links}. The result may be pulled towards zero.",
        "not known": "It is not known how well people were found in the records.",
    },
    "robustness": {
        "good": "{agree}{control}",
        "fair": "{agree}{control}",
        "poor": "{agree}{control}",
        "not known": "The result was not checked by other methods.",
    },
    "contamination": {
        "good": "Few people in the comparison group are known to have had this kind of help: {contaminated}.",
        "fair": "Some people in the comparison group are known to have had this kind of help: {contaminated}. This pulls the result towards zero.",
        "poor": "Many people in the comparison group are known to have had this kind of help: {contaminated}. This pulls the result towards zero.",
        "not known": "It is not known how many people in the comparison group had this kind of help too. If many had, the result is pulled towards zero.",
    },
    "clock": {
        "good": "Nobody's follow-up began before their help did.",
        "poor": "Some people began after their follow-up had started. Those who reoffended before could not join, so the result looks better than it is.",
        "not known": "It is not known whether anybody's follow-up began before their help did.",
    },
}  # fmt: skip

_WIDENED = " People a little less alike had to be accepted as matches."
_LINKS = {
    "false_matches": "{} of the links are likely to be wrong",
    "missed_matches": "{} of the people were likely to be missed",
    "match_rate": "{} of the records were found",
}
_WORTH = {"n_eff": "{} people", "n_eff_ratio": "{} for each person matched"}
_AGREE = {
    "all": "Other methods gave the same answer.",
    "some": "Other methods did not all give the same answer: {} of them agree.",
    "": "The result was not checked by other methods.",
}
_CONTROL = {
    "clear": " A check for large hidden differences found none.",
    "flagged": " A check for hidden differences found a large one: before the programme the groups had already offended at different rates.",
    None: " There was no check for hidden differences.",
}


def overall_sentence(statement: QualityStatement) -> str:
    """How far the analysis can be relied on, and because of what not further."""
    sentence = _OVERALL[statement.overall]
    names = _because(statement)
    if statement.overall in ("good", "not known") or not names:
        return sentence
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{sentence} What to look at: {joined}."


def _because(statement: QualityStatement) -> list[str]:
    """The criteria that kept the overall grade from being better, in order."""
    if statement.overall == "poor":
        return [each.name.lower() for each in statement.criteria if each.essential and each.grade == "poor"]
    essential = [each for each in statement.criteria if each.essential and each.grade != "good"]
    others = [each for each in statement.criteria if not each.essential and each.grade == "poor"]
    return [each.name.lower() for each in (*essential, *others)]


def criterion_sentence(criterion: Criterion) -> str:
    """What one criterion found, in a sentence or two."""
    figures = {figure.key: figure for figure in criterion.figures}
    words = {key: figure_text(figure) for key, figure in figures.items()}
    clauses = {
        "largest": _if_known(figures, "worst_balance", " The largest difference was {} standard deviations."),
        "worth": ", or ".join(filter(None, (_if_known(figures, key, words) for key, words in _WORTH.items()))),
        "links": "; ".join(filter(None, (_if_known(figures, key, words) for key, words in _LINKS.items()))),
        "agree": _agreement(figures),
        "control": _control(figures),
    }
    sentence = _CRITERIA[criterion.key][criterion.grade].format(**words, **clauses)
    return sentence + (_WIDENED if criterion.grade != "not known" and _is_widened(figures) else "")


def _if_known(figures: Mapping[str, QualityFigure], key: str, words: str) -> str:
    """The words with the figure in them; empty when it is not known, or belongs to another criterion."""
    figure = figures.get(key)
    return "" if figure is None or figure.value is None else words.format(figure_text(figure))


def figure_text(figure: QualityFigure) -> str:
    """A figure as printed: "0.08", "96%", "1,200", "amber", "yes"; or that it is not known."""
    if figure.value is None:
        return "not known"
    if isinstance(figure.value, bool):
        return "yes" if figure.value else "no"
    if isinstance(figure.value, str):
        return figure.value
    text = printed(figure.value, figure.kind)
    return "less than 1%" if figure.kind == "share" and text == "0%" else text


def _agreement(figures: Mapping[str, QualityFigure]) -> str:
    figure = figures.get("agreement")
    if figure is None or figure.value is None:
        return _AGREE[""]
    return _AGREE["all" if figure.value == 1 else "some"].format(figure_text(figure))


def _control(figures: Mapping[str, QualityFigure]) -> str:
    figure = figures.get("negative_control")
    return (
        ""
        if figure is None
        else _CONTROL["flagged" if figure.value == "flagged" else "clear" if figure.value == "clear" else None]
    )


def _is_widened(figures: Mapping[str, QualityFigure]) -> bool:
    figure = figures.get("caliper_widened")
    return figure is not None and figure.value is True
