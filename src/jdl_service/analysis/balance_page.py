"""Balance as the lab sees it before any outcome: exact standardised differences, with the picture that the report has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.figures import figure, gap
from justice_data_lab.disclosure.printed import Place
from justice_data_lab.disclosure.published import BalanceRow as Drawn
from justice_data_lab.disclosure.rounding import Precision
from justice_data_lab.matching.balance import Balance
from justice_data_lab.matching.result import Design
from justice_data_lab.reporting.love_plot import love_plot

if TYPE_CHECKING:
    from jdl_service.analysis.models import Run
    from justice_data_lab.disclosure.printed import Figure, Kind
    from justice_data_lab.matching.balance import BalanceRow
    from justice_data_lab.reporting.svg import Chart

COLOURS = {"green": "green", "amber": "yellow", "red": "red"}
_FINE = Precision()


def balance_of(run: Run | None) -> Balance | None:
    """The balance of a run; None where nobody was matched."""
    found = run.findings.filter(kind="balance").first() if run else None
    return Balance.from_dict(found.content) if found else None


def design_of(run: Run) -> Design:
    """How the comparison group of a run was chosen."""
    return Design.from_dict(run.findings.get(kind="design").content)


def plot(balance: Balance) -> Chart | None:
    """The love plot, as the report draws it."""
    return love_plot([_drawn(row) for row in balance.rows], randomised=balance.design == "randomised")


def table(balance: Balance) -> list[tuple[str, ...]]:
    """Each characteristic or level: differences before and after, variance ratio, distance, colour."""
    drawn = ((row, _drawn(row)) for row in balance.rows)
    return [
        (row.label, each.before.text, each.after.text, each.variance_ratio.text, each.ks.text, row.colour)
        for row, each in drawn
    ]  # fmt: skip


def facts(design: Design) -> list[tuple[str, str]]:
    """Support and effective size, for the summary."""
    share = "Not available" if design.max_weight_share is None else f"{design.max_weight_share:.1%}"
    exact = [
        ("People of the programme matched", f"{design.n_matched:,} of {design.n_treated:,}"),
        ("Comparison group", f"{design.n_comparison:,} of {design.n_pool:,} in the pool"),
        ("Effective size of the comparison group", f"{design.n_eff:,.1f}"),
        ("Largest weight of one person", share),
        ("Caliper", _caliper(design)),
        ("Matched exactly", ", ".join(design.exact) or "Nothing"),
        ("Off support", f"{design.n_off_support:,} of the pool, {design.n_treated_off_support:,} of the programme"),
    ]
    exact += [("Merged levels", str(len(design.merged)))] if design.merged else []
    return exact + ([("Left out of the score", ", ".join(each.column for each in design.dropped))] if design.dropped else [])


def _caliper(design: Design) -> str:
    if design.caliper_width is None:
        return "None: it was randomised"
    widened = " (widened)" if design.widened else ""
    return f"{design.caliper_width:.4f} on the {design.scale} scale{widened}"


def _drawn(row: BalanceRow) -> Drawn:
    return Drawn(
        variable=row.covariate,
        label=row.label,
        level=row.level or "",
        before=_shown(row, "before", "d", row.before),
        after=_shown(row, "after", "d", row.after),
        variance_ratio=_shown(row, "variance_ratio", "ratio", row.variance_ratio),
        ks=_shown(row, "ks", "d", row.ks),
        colour=row.colour,
    )


def _shown(row: BalanceRow, statistic: str, kind: Kind, value: float | None) -> Figure:
    place = Place(table="balance", measure=row.covariate, level=row.level or "", statistic=statistic)
    return gap(place, kind, "", "z") if value is None else figure(place, kind, "", value, _FINE)
