"""The quality report of a linkage: who is found and who is not, and how many links are likely to be wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.linkage.candidates import Levels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from justice_data_lab.files import Json
    from justice_data_lab.linkage.resolve import Decision

_ASKED = {"linkable": "certain with the fields they have", "ethnicity margin": "well above the threshold", "review": "linked"}
_AGE_BANDS = ((21, "under 21"), (30, "21 to 29"), (40, "30 to 39"), (50, "40 to 49"))


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """One line of the quality report.

    Attributes:
        section: `overall`, `sex`, `age`, `fields given`, `ethnicity`, `band` or `estimate`; then `error rate`, `unreached`,
            `linkable`, `ethnicity margin`, `bias`, `bias test` and `review`, each described where it is made.
        group: which rows are meant.
        rows: rows of the group.
        found: of these, linked to a person, or what else the section asks; None where that is not the question.
        expected: an expected number of rows, or for an error rate, a bias or a test the rate, difference or p-value.
        low: lower end of its 95% interval, where it has one.
        high: upper end likewise.
    """

    section: str
    group: str
    rows: int
    found: int | None = None
    expected: float | None = None
    low: float | None = None
    high: float | None = None

    def sentence(self) -> str:
        """The row as a line of text."""
        if self.section == "error rate" and self.expected is not None:
            return f"{self.group}: {100 * self.expected:.1f}%" + self._interval(100, "%")
        if self.section == "ethnicity" and self.expected is not None:
            return f"{self.group}: {self.rows} linked, of whom {self.expected:.1f} likely to be somebody else"
        if self.found is None:
            return (
                f"{self.group}: {self.expected:.1f}{self._interval()}"
                if self.expected is not None
                else f"{self.group}: {self.rows}"
            )
        share = 100 * self.found / self.rows if self.rows else 0.0
        verb = _ASKED.get(self.section, "found")
        foretold = f", {self.expected:.1f} foretold" if self.section == "review" else ""
        return f"{self.group}: {self.found} of {self.rows} {verb} ({share:.1f}%){foretold}"

    def _interval(self, factor: float = 1, unit: str = "") -> str:
        if self.low is None or self.high is None:
            return ""
        return f" ({factor * self.low:.1f}{unit} to {factor * self.high:.1f}{unit})"

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name."""
        return {name: getattr(self, name) for name in QualityRow.__slots__}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> QualityRow:
        """The row that `to_dict` wrote."""
        found = data["found"]
        return cls(
            section=str(data["section"]),
            group=str(data["group"]),
            rows=int(str(data["rows"])),
            found=None if found is None else int(str(found)),
            expected=_number(data["expected"]),
            low=_number(data.get("low")),
            high=_number(data.get("high")),
        )


def _number(value: Json) -> float | None:
    return None if value is None else float(str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the quality report may know of a submitted row.

    Attributes:
        decision: of the linkage.
        sex: as submitted.
        age: completed years at the start of the intervention, or at the other date given; None without dates.
        fields: which identifiers were given.
        ethnicity: of the person linked to, where known.
        setting: as submitted.
        year: of the start, or of the other date given.
        levels: how the row agrees with its best candidate.
        own_weight: the match weight of the row against a record that says just what it says; None when it says nothing.
    """

    decision: Decision
    sex: str
    age: int | None
    fields: str
    ethnicity: str | None
    setting: str = "unknown"
    year: int | None = None
    levels: Levels = Levels()  # noqa: RUF009 -- frozen
    own_weight: float | None = None


def quality_report(rows: Iterable[Described]) -> tuple[QualityRow, ...]:
    """Match rates overall and by group, the bands, and the expected number of wrong and of missed links.

    *Notes*: an unlinked row has no register record, so by ethnicity there is no match rate: the report says how many links
    there are and how many of those are likely to be wrong. Wrong links: the sum of one less P(the person is right) over links
    that nobody reviewed. Missed links: the sum of P(any candidate is right) over rows not linked and not rejected by review;
    people whom no blocking key reaches are not in it.
    """
    all_rows = list(rows)
    report = [QualityRow(section="overall", group="All rows", rows=len(all_rows), found=_found(all_rows))]
    report += _by_group("sex", all_rows, lambda row: row.sex)
    report += _by_group("age", all_rows, lambda row: age_band(row.age))
    report += _by_group("fields given", all_rows, lambda row: row.fields)
    report += _ethnicities(all_rows)
    for outcome in ("linked", "review", "ambiguous", "not_found"):
        count = sum(row.decision.outcome == outcome for row in all_rows)
        report.append(QualityRow(section="band", group=outcome, rows=count))
    links = [row for row in all_rows if is_found(row)]
    others = [row for row in all_rows if not is_found(row)]
    missed = sum(row.decision.anyone for row in others if row.decision.reviewed != "rejected")
    report.append(QualityRow(section="estimate", group="Wrong links expected", rows=len(links), expected=_wrong(links)))
    report.append(QualityRow(section="estimate", group="Missed links expected", rows=len(others), expected=round(missed, 4)))
    return tuple(report)


def age_band(age: int | None) -> str:
    """The band that an age falls in."""
    if age is None:
        return "unknown"
    return next((name for below, name in _AGE_BANDS if age < below), "50 and over")


def completed_years(birth: date | None, day: date | None) -> int | None:
    """Age in completed years on a day; None when either date is missing."""
    if birth is None or day is None:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _by_group(section: str, rows: Iterable[Described], group_of: Callable[[Described], str]) -> list[QualityRow]:
    members: dict[str, list[Described]] = defaultdict(list)
    for row in rows:
        members[group_of(row)].append(row)
    return [
        QualityRow(section=section, group=group, rows=len(members[group]), found=_found(members[group]))
        for group in sorted(members)
    ]


def _ethnicities(rows: list[Described]) -> list[QualityRow]:
    known = sorted({row.ethnicity for row in rows if row.ethnicity is not None and is_found(row)})
    members = {name: [row for row in rows if row.ethnicity == name and is_found(row)] for name in known}
    return [
        QualityRow(section="ethnicity", group=name, rows=len(links), expected=_wrong(links)) for name, links in members.items()
    ]


def is_found(row: Described) -> bool:
    """Whether the row was linked to a person."""
    return row.decision.outcome == "linked"


def _found(rows: Iterable[Described]) -> int:
    return sum(is_found(row) for row in rows)


def _wrong(links: Iterable[Described]) -> float:
    return round(sum(1.0 - row.decision.probability for row in links if row.decision.reviewed != "linked"), 4)
