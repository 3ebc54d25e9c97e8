"""The love plot: how far apart the groups were on each characteristic, before and after matching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure as Canvas

from justice_data_lab.reporting.svg import GREY, NAVY, RULE, WIDTH, Chart, drawn_value, style, to_svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from justice_data_lab.disclosure.published import BalanceRow


def love_plot(rows: Sequence[BalanceRow], *, randomised: bool) -> Chart | None:
    """Standardised differences before and after matching: for each characteristic the row that differs most before."""
    drawn = _largest_rows(rows)
    if not drawn:
        return None
    with style():
        height = 0.75 + 0.2 * len(drawn)
        canvas = Canvas(figsize=(WIDTH, height))
        axes = canvas.add_axes((0.44, 0.42 / height, 0.53, 1 - 0.74 / height))
        _draw_balance(axes, drawn, randomised=randomised)
        words = _balance_words(drawn, randomised=randomised)
        caption = "How alike the groups are on each characteristic"
        return Chart(svg=to_svg(canvas, words, "balance"), alternative=words, caption=caption)


def _largest_rows(rows: Sequence[BalanceRow]) -> list[BalanceRow]:
    """One shown row a characteristic, in the order of the annex: the level that differs most before matching."""
    best: dict[str, BalanceRow] = {}
    for row in rows:
        if row.before.value is None:
            continue
        kept = best.get(row.variable)
        if kept is None or abs(row.before.value) > abs(drawn_value(kept.before)):
            best[row.variable] = row
    return list(best.values())


def _draw_balance(axes: Axes, drawn: Sequence[BalanceRow], *, randomised: bool) -> None:
    values = [abs(drawn_value(figure)) for row in drawn for figure in (row.before, row.after) if figure.value is not None]
    reach = max(0.2, 1.1 * max(values))
    axes.axvspan(-0.1, 0.1, color="#EEF2F5", linewidth=0)
    axes.axvspan(-0.05, 0.05, color="#DCE5EC", linewidth=0)
    axes.axvline(0, color=GREY, linewidth=1)
    for index, row in enumerate(drawn):
        axes.plot((-reach, reach), (index, index), color=RULE, linewidth=0.4)
        axes.plot((drawn_value(row.before),), (index,), marker="o", markersize=6, markerfacecolor="white", markeredgecolor=GREY)
        if row.after.value is not None:
            axes.plot((row.after.value,), (index,), marker="D", markersize=5, color=NAVY)
        name = f"{row.label}: {row.level}" if row.level else row.label
        axes.text(-1.04 * reach, index + 0.22, name, ha="right", va="baseline", fontsize=8)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    for side in ("top", "left", "right"):
        axes.spines[side].set_visible(False)
    axes.set_yticks([])
    axes.tick_params(axis="x", labelsize=8, length=3)
    _draw_balance_key(axes, reach, randomised=randomised)


def _draw_balance_key(axes: Axes, reach: float, *, randomised: bool) -> None:
    """The two marks named above the plot, and the bands below it."""
    axes.plot((-0.95 * reach,), (-1.2,), marker="o", markersize=6, markerfacecolor="white", markeredgecolor=GREY, clip_on=False)
    axes.text(-0.88 * reach, -0.98, "at the start" if randomised else "before matching", ha="left", va="baseline", fontsize=8.5)
    if not randomised:
        axes.plot((0.05 * reach,), (-1.2,), marker="D", markersize=5, color=NAVY, clip_on=False)
        axes.text(0.12 * reach, -0.98, "after matching", ha="left", va="baseline", fontsize=8.5)


def _balance_words(drawn: Sequence[BalanceRow], *, randomised: bool) -> str:
    """How many characteristics, and the largest difference before and after, as printed."""
    widest = max(drawn, key=lambda row: abs(drawn_value(row.before)))
    words = f"Standardised differences of {len(drawn)} characteristics. The largest {'at the start' if randomised else 'before matching'} is {widest.before.text}, for {widest.label.lower()}"
    after = [row for row in drawn if row.after.value is not None]
    if not after:
        return f"{words}."
    left = max(after, key=lambda row: abs(drawn_value(row.after)))
    return f"{words}; of those drawn, the largest after matching is {left.after.text}, for {left.label.lower()}."
