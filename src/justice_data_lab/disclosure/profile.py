"""Who the treatment group are, how alike the comparison group is, and how well records were linked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.checks import check_side, weight_reasons
from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.linked.names import COUNTED_LEVEL, balance_of, level_of, records_of
from justice_data_lab.disclosure.printed import Place
from justice_data_lab.disclosure.published import BalanceRow, ProfileRow, ProfileVariable, QualityRow
from justice_data_lab.disclosure.published_analyses import BalanceSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import BalanceEvidence, LevelEvidence, MeanEvidence, QualityEvidence
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
    from justice_data_lab.disclosure.linked.protection import Protection
    from justice_data_lab.disclosure.printed import Figure, Kind
    from justice_data_lab.disclosure.rounding import Precision
    from justice_data_lab.study import DisclosureRules


def publish_profile(
    levels: Sequence[LevelEvidence],
    means: Sequence[MeanEvidence],
    headline: AnalysisEvidence,
    protection: Protection,
    rules: DisclosureRules,
    fine: Precision,
) -> tuple[ProfileVariable, ...]:
    """Shares of each level and means of numeric characteristics, small levels and enough of their neighbours hidden."""
    variables = dict.fromkeys(level.variable for level in levels)
    allowed = weights_allow(headline, rules)
    shares = [
        _levels([level for level in levels if level.variable == key], headline, protection, fine, allowed=allowed)
        for key in variables
    ]
    return (*shares, *(_mean_variable(mean, rules, fine) for mean in means))


def _levels(
    levels: list[LevelEvidence], headline: AnalysisEvidence, protection: Protection, fine: Precision, *, allowed: bool
) -> ProfileVariable:
    rows = tuple(
        _level_row(
            level,
            headline.treated,
            fine,
            treated_hidden=protection.hides(level_of(level.variable, level.level, "treated")),
            comparison_hidden=not allowed or protection.hides(level_of(level.variable, level.level, "comparison")),
        )
        for level in levels
    )
    return ProfileVariable(variable=levels[0].variable, label=levels[0].label, rows=rows)


def weights_allow(headline: AnalysisEvidence, rules: DisclosureRules) -> bool:
    """The comparison group's weights meet rule 1 (or there are none to meet it: a randomised design)."""
    if rules.profile == "none":
        return True
    return not weight_reasons(headline.n_eff, headline.max_weight_share, rules)


def _level_row(level: LevelEvidence, total: int, fine: Precision, *, treated_hidden: bool, comparison_hidden: bool) -> ProfileRow:
    def place(statistic: str, group: str) -> Place:
        return Place(table="profile", measure=level.variable, level=level.level, statistic=statistic, group=group)

    count = figure(place("people", "treated"), "count", "people", level.treated, fine)
    share = figure(place("share", "treated"), "percent", "%", level.treated / total if total else None, fine)
    other = figure(place("share", "comparison"), "percent", "%", level.comparison_share, fine)
    return ProfileRow(
        level=level.level,
        count=_unless(count, hidden=treated_hidden),
        treated=_unless(share, hidden=treated_hidden),
        comparison=_unless(other, hidden=comparison_hidden),
    )


def _unless(shown: Figure, *, hidden: bool) -> Figure:
    return gap(shown.place, shown.kind, shown.unit, "c") if hidden else shown


def _mean_variable(mean: MeanEvidence, rules: DisclosureRules, fine: Precision) -> ProfileVariable:
    def place(statistic: str, group: str) -> Place:
        return Place(table="profile", measure=mean.variable, level="mean", statistic=statistic, group=group)

    treated = figure(place("mean", "treated"), "mean", mean.unit, mean.treated.value, fine)
    comparison = figure(place("mean", "comparison"), "mean", mean.unit, mean.comparison.value, fine)
    row = ProfileRow(
        level="mean",
        count=gap(place("people", "treated"), "count", "people", "z"),
        treated=_unless(treated, hidden=not check_side(mean.treated, rules).safe),
        comparison=_unless(comparison, hidden=not check_side(mean.comparison, rules).safe),
    )
    return ProfileVariable(variable=mean.variable, label=mean.label, rows=(row,))


def publish_balance(
    rows: Sequence[BalanceEvidence], treated: int, protection: Protection, rules: DisclosureRules, fine: Precision
) -> tuple[BalanceRow, ...]:
    """Standardised differences, never means; a level with too few treated in or out shows only its colour.

    Args:
        rows: the balance table.
        treated: people of the treatment group that the table is of.
        protection: which levels are hidden, and which for their sake.
        rules: the thresholds.
        fine: rounding.
    """
    too_few = rules.profile == "default" and treated < rules.min_people
    return tuple(
        _balance_row(
            row,
            fine,
            hidden=too_few
            or (row.treated_in is not None and protection.hides(balance_of(row.variable, row.level or COUNTED_LEVEL))),
        )
        for row in rows
    )


def _balance_row(row: BalanceEvidence, fine: Precision, *, hidden: bool) -> BalanceRow:
    def one(statistic: str, value: float | None) -> Figure:
        place = Place(table="balance", measure=row.variable, level=row.level or "", statistic=statistic)
        kind: Kind = "ratio" if statistic == "variance ratio" else "d"
        if value is None:
            return gap(place, kind, "", "z")
        return gap(place, kind, "", "c") if hidden else figure(place, kind, "", value, fine)

    return BalanceRow(
        variable=row.variable,
        label=row.label,
        level=row.level or "",
        before=one("before matching", row.before),
        after=one("after matching", row.after),
        variance_ratio=one("variance ratio", row.variance_ratio),
        ks=one("Kolmogorov-Smirnov", row.ks),
        colour=row.colour,
    )


def summarise_balance(rows: Sequence[BalanceEvidence], fine: Precision) -> BalanceSummary | None:
    """How many rows of the balance table are green, amber and red; None when there is no table."""
    if not rows:
        return None

    def count(colour: str) -> Figure:
        number = sum(row.colour == colour for row in rows)
        return figure(Place(table="balance", statistic=f"rows {colour}"), "rows", "rows", number, fine)

    return BalanceSummary(green=count("green"), amber=count("amber"), red=count("red"))


def publish_quality(rows: Sequence[QualityEvidence], protection: Protection, fine: Precision) -> tuple[QualityRow, ...]:
    """The share of submitted records found, by kind of record; small shares hidden, and others for their sake."""
    return tuple(_quality_row(row, fine, hidden=protection.hides(records_of(row.group, row.label))) for row in rows)


def _quality_row(row: QualityEvidence, fine: Precision, *, hidden: bool) -> QualityRow:
    def place(statistic: str) -> Place:
        return Place(table="linkage", measure=row.group, level=row.label, statistic=statistic)

    people = figure(place("records"), "count", "records", row.people, fine)
    rate = figure(place("found"), "percent", "%", row.linked / row.people if row.people else None, fine)
    return QualityRow(group=row.group, label=row.label, people=_unless(people, hidden=hidden), rate=_unless(rate, hidden=hidden))
