"""Sentences about the analyses themselves: whom each is about, why one could not be made, what its tables count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.reporting.wording import capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.evidence_analyses import AnalysisFacts, AnalysisKind, NotMade

# Heading and explanation of each kind of further analysis, in the order of the report.
KINDS: dict[AnalysisKind, tuple[str, str]] = {
    "regional": (
        "Results within regions",
        "Here people are compared only with people from their own region. So a difference between regions cannot pass for an effect.",
    ),
    "national": (
        "Other analyses of the whole group",
        "The same question, answered in another way. Where the answers agree, the headline does not hang on one choice.",
    ),
    "subgroup": (
        "Results for subgroups",
        (
            "Each subgroup has a comparison group of its own. The subgroups were named before any result was read. "
            "The more results there are, the more of them come out significant by chance."
        ),
    ),
    "after_start": (
        "People picked by what happened later",
        "These people were picked by something that was not known when the programme began.",
    ),
}

AFTER_START_WARNING = (
    "Not a fair test of the programme",
    (
        "These results pick people by what happened later. People who complete a programme differ from people who do not: they may "
        "be more settled, or want more to change. What was known when the programme began cannot make up for that. So a difference can "
        "show here although the programme made none. These results are never part of the headline, and are left out when the results "
        "of several programmes are put together."
    ),
)

_NOT_MADE = {
    "too_few": "Too few of these people could be analysed.",
    "no_overlap": "Hardly any of these people had a match.",
    "no_balance": "A comparison group was found, but it was not alike enough.",
    "separation": "Some characteristics belong to these people alone, so nobody without them can be compared.",
}

BALANCE = {"green": "Good (green)", "amber": "Fair (amber)", "red": "Poor (red)"}


def name_of(facts: AnalysisFacts) -> str:
    """The analysis as a heading."""
    return capital(facts.name)


def whom(facts: AnalysisFacts) -> str:
    """Whom an analysis is about, in one to three sentences."""
    parts = [_picked(facts) or ("Everybody who could be analysed." if facts.assessment != "with" else "")]
    if facts.kind == "regional":
        parts.append("Regions with fewer than 10 people on the programme are left out.")
    if facts.assessment == "with":
        parts.append("Only people whose needs had been assessed in the three years before; their needs are matched on too.")
    if facts.assessment == "without":
        parts.append("Needs are left out of what people are matched on.")
    if facts.years == 2:
        parts.append("Each person is followed for two years, so people whose two years are not over are left out.")
    return " ".join(part for part in parts if part)


def _picked(facts: AnalysisFacts) -> str:
    """The columns and values by which people were picked, as the study has them."""
    if not facts.where:
        return ""
    conditions = " and ".join(f"\u201c{column}\u201d is \u201c{value}\u201d" for column, value in facts.where)
    return f"People for whom {conditions}."


def why_not_made(analysis: NotMade) -> str:
    """Why an analysis could not be made, without a number."""
    return _NOT_MADE[analysis.code]


def counted(measure: MeasureFacts) -> str:
    """Whom a table counts, where that is not everybody."""
    if measure.of == "all":
        return ""
    if measure.of == "reoffended":
        return "only people who reoffended"
    return f"only people for whom \u201c{measure.of}\u201d is 1"


def tables_counted(whom_by_table: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Whom the tables of one analysis count, a sentence for each kind of people: "Tables 3, 4 and 5 count only …"."""
    notes = []
    for people in dict.fromkeys(people for _, people in whom_by_table if people):
        numbers = [str(number) for number, of in whom_by_table if of == people]
        named = f"Table {numbers[0]} counts" if len(numbers) == 1 else f"Tables {', '.join(numbers[:-1])} and {numbers[-1]} count"
        notes.append(f"{named} {people}.")
    return tuple(notes)


def tables_of(facts: AnalysisFacts, numbers: Sequence[int]) -> str:
    """The heading of the one table that holds those of a further analysis: "Regional analysis: tables 1 to 7"."""
    which = f"table {numbers[0]}" if len(numbers) == 1 else f"tables {numbers[0]} to {numbers[-1]}"
    return f"{name_of(facts)} analysis: {which}"


def others_intro(count: int) -> str:
    """What stands above the other significant results of a further analysis."""
    if not count:
        return "No other result was statistically significant, which does not show that there was no difference."
    return "Also statistically significant:"
