"""The quality statement: the published rule applied to what is published, so that a grade says nothing that the figures do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from justice_data_lab.disclosure.checks import check_count, check_share
from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.linked.names import left_after
from justice_data_lab.disclosure.linked.ways import REQUEST
from justice_data_lab.disclosure.printed import Figure, Place
from justice_data_lab.disclosure.published_statement import CriterionFigures, StatementFigure, StatementResult
from justice_data_lab.estimation.quality import QualityFacts, judge_quality

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.disclosure.evidence import DisclosureRequest
    from justice_data_lab.disclosure.linked.protection import Protection
    from justice_data_lab.disclosure.printed import Kind
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_analyses import AnalysisSummary
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.disclosure.statement_evidence import OverlapEvidence
    from justice_data_lab.study import DisclosureRules

TABLE = "quality"
# Below so many lost the share is told as a floor: the first is known from the warning that few were matched, and the second holds
# whenever at most nine are lost and the least number of people are left.
MATCHED_FLOOR, ANALYSED_FLOOR = 0.95, 0.70
_FLOOR = "at least "
_WORDS = {True: "yes", False: "no"}


def publish_statement(
    request: DisclosureRequest, content: Content, protection: Protection, rules: DisclosureRules, fine: Precision
) -> StatementResult:
    """The rule applied to the headline.

    Args:
        request: the exact figures of overlap and of people lost on the way.
        content: everything else that is published.
        protection: what is hidden for other figures' sake.
        rules: the thresholds.
        fine: rounding.
    """
    maker = _Maker(request=request, content=content, protection=protection, rules=rules, fine=fine)
    figures = maker.figures()
    statement = judge_quality(_facts(figures, maker))
    return StatementResult(
        statement=statement,
        overall=_grade(Place(table=TABLE, statistic="overall grade"), statement.overall),
        criteria=tuple(
            CriterionFigures(
                key=criterion.key,
                grade=_grade(Place(table=TABLE, level=criterion.key, statistic="grade"), criterion.grade),
                figures=tuple(
                    StatementFigure(key=each.key, figure=figures[each.key]) for each in criterion.figures if each.key in figures
                ),
            )
            for criterion in statement.criteria
        ),
    )


def _grade(place: Place, words: str) -> Figure:
    return Figure(place=place, kind="verdict", unit="", value=None, text=words.capitalize())


def _facts(figures: Mapping[str, Figure], maker: _Maker) -> QualityFacts:
    """The figures as numbers: shares as fractions, "less than 1%" as nothing, "more than 99%" as all, a floor as itself, a gap as not known."""

    def number(key: str) -> float | None:
        return _number(figures[key]) if key in figures else None

    unlike = number("off_support")
    return QualityFacts(
        design=maker.request.method.design,
        worst_balance=number("worst_balance"),
        balance=maker.headline.balance,
        matched=number("matched"),
        caliper_widened=maker.request.method.widened,
        off_support=None if unlike is None else int(unlike),
        analysed=number("analysed"),
        n_eff=number("n_eff"),
        n_eff_ratio=number("n_eff_ratio"),
        false_matches=number("false_matches"),
        missed_matches=number("missed_matches"),
        match_rate=number("match_rate"),
        agreement=number("agreement"),
        negative_control=maker.control(),
        contaminated=number("contaminated"),
        clock_warning=maker.clock_warning(),
    )


def _number(shown: Figure) -> float | None:
    if shown.marker:
        return None
    if shown.text.startswith(_FLOOR):
        return float(shown.text.removeprefix(_FLOOR).rstrip("%")) / 100
    if shown.text.startswith(">"):
        return 1.0
    value = shown.value or 0.0
    return round(value / 100, 6) if shown.kind == "percent" else value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    """Makes the figures of the statement, each by its name in the rule."""

    request: DisclosureRequest
    content: Content
    protection: Protection
    rules: DisclosureRules
    fine: Precision

    @property
    def headline(self) -> AnalysisSummary:
        """People and balance of the headline."""
        return next(analysis for analysis in self.content.analyses if analysis.headline)

    def figures(self) -> dict[str, Figure]:
        """Every figure that there is; what does not apply to the data is left out."""
        overlap = self.request.overlap
        made = {
            "worst_balance": self._worst_balance(),
            "balance": self._words("balance", self.headline.balance),
            "matched": self._matched(overlap) if overlap else None,
            "caliper_widened": self._words("caliper_widened", _WORDS[self.request.method.widened]),
            "off_support": self._off_support(overlap.off_support) if overlap else None,
            "analysed": self._analysed(),
            "n_eff": self._again("n_eff", self.headline.n_eff),
            "n_eff_ratio": self._worth(),
            **self._linkage(),
            "agreement": self._agreement(),
            "negative_control": self._control(),
            "contaminated": self._again("contaminated", self.content.helped),
            "clock_warning": self._clock(),
        }
        return {key: found for key, found in made.items() if found is not None}

    def clock_warning(self) -> bool | None:
        """Whether people began after a clock had started that was kept; None when no clock is known."""
        clock = self.content.clock
        return None if clock is None else clock.run == "index" and clock.late is not None

    def control(self) -> Literal["clear", "flagged"] | None:
        """Whether the groups differed before; None when there is no answer, or it may not be shown."""
        control = self.content.robustness.control if self.content.robustness else None
        if control is None or control.status not in ("clear", "flagged"):
            return None
        return "flagged" if control.status == "flagged" else "clear"

    def _place(self, key: str) -> Place:
        return Place(table=TABLE, level=key, statistic="figure")

    def _figure(self, key: str, kind: Kind, unit: str, value: float) -> Figure:
        return figure(self._place(key), kind, unit, value, self.fine)

    def _words(self, key: str, words: str | None) -> Figure | None:
        return None if words is None else Figure(place=self._place(key), kind="verdict", unit="", value=None, text=words)

    def _again(self, key: str, shown: Figure | None) -> Figure | None:
        """A figure that is published elsewhere, under its own name."""
        if shown is None:
            return None
        return Figure(
            place=self._place(key),
            kind=shown.kind,
            unit=shown.unit,
            value=shown.value,
            text=shown.text,
            marker=shown.marker,
            step=shown.step,
        )

    def _worst_balance(self) -> Figure | None:
        """Over the rows that show a number: a level with few people shows only its colour."""
        after = [abs(row.after.value) for row in self.content.balance if row.after.value is not None]
        return self._figure("worst_balance", "d", "", max(after)) if after else None

    def _matched(self, overlap: OverlapEvidence) -> Figure:
        """Of those who could be analysed; how many they were may be hidden on the way there, which this share would tell."""
        inner = range(1, len(self.request.attrition) - 1)
        told = [number for number in inner if self.request.attrition[number].left == overlap.treated]
        hidden = any(self.protection.hides(left_after(REQUEST, number)) for number in told)
        return self._share("matched", overlap.matched, overlap.treated, MATCHED_FLOOR, hidden=hidden)

    def _share(self, key: str, part: int, whole: int, floor: float, *, hidden: bool = False) -> Figure:
        """A share of people; where few were lost only a floor, which is known anyway."""
        if check_share(part, whole, self.rules).safe and not hidden:
            return self._figure(key, "percent", "%", part / whole if whole else 0.0)
        if part >= floor * whole and check_count(part, self.rules).safe:
            return Figure(place=self._place(key), kind="percent", unit="%", value=None, text=f"{_FLOOR}{floor:.0%}")
        return gap(self._place(key), "percent", "%", "c")

    def _off_support(self, people: int) -> Figure:
        if check_count(people, self.rules).safe:
            return self._figure("off_support", "count", "people", people)
        return gap(self._place("off_support"), "count", "people", "c")

    def _analysed(self) -> Figure | None:
        steps = self.request.attrition
        return self._share("analysed", steps[-1].left, steps[0].left, ANALYSED_FLOOR) if steps else None

    def _worth(self) -> Figure | None:
        """From the two printed figures, as a reader would work it out."""
        size, people = self.headline.n_eff, self.headline.treated
        if size.value is None or not people.value:
            return None
        return self._figure("n_eff_ratio", "rate_ratio", "", size.value / people.value)

    def _linkage(self) -> dict[str, Figure | None]:
        rates = {each.key: each.share for each in self.content.linkage.rates} if self.content.linkage else {}
        found = next((row.rate for row in self.content.quality if row.group == "All"), None)
        return {
            "false_matches": self._again("false_matches", rates.get("wrong")),
            "missed_matches": self._again("missed_matches", rates.get("missed")),
            "match_rate": self._again("match_rate", found),
        }

    def _agreement(self) -> Figure | None:
        """Of the ways of comparing the same people, for the primary measures, whose answer is shown."""
        primary = {each.key for each in self.request.measures if each.role == "primary"}
        tests = self.content.robustness.measures if self.content.robustness else ()
        judged = [each.beside for measure in tests if measure.measure in primary for each in measure.alternatives]
        judged = [beside for beside in judged if beside in ("near", "far")]
        return self._figure("agreement", "percent", "%", judged.count("near") / len(judged)) if judged else None

    def _control(self) -> Figure | None:
        control = self.content.robustness.control if self.content.robustness else None
        return self._again("negative_control", control.status_figure) if control else None

    def _clock(self) -> Figure | None:
        warned = self.clock_warning()
        return None if warned is None else self._words("clock_warning", _WORDS[warned])
