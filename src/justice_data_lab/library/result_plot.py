"""One result's primary measures with their intervals, for its page: no more than a phone's screen holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.figures import plain_number
from justice_data_lab.library.drawing import WIDTH, Plot, Table, axis, drawn, scale_of
from justice_data_lab.library.forest import NUMBERS, ROW, figures, result_row
from justice_data_lab.reporting.wording import VERDICTS, capital

if TYPE_CHECKING:
    from justice_data_lab.library.entry import Entry, Outcome

_MOST = 4
_HEADS = ("Measure", "Programme group", "Comparison group", "Difference", "95% range")


def result_plot(entry: Entry) -> Plot | None:
    """Differences of the headline's primary shares of people; None when none may be drawn."""
    found = [each for each in entry.outcomes if each.headline and each.role == "primary" and _can_be_drawn(each)][:_MOST]
    if not found:
        return None
    scale = scale_of([bound.value or 0.0 for each in found for bound in (each.ci_low, each.ci_high)], 2, WIDTH - NUMBERS)
    bottom = 4 + ROW * len(found)
    labels = [plain_number(value, 0 if value == int(value) else 1) for value in scale.ticks()]
    parts = [axis(scale, 2, bottom, labels, "Lower \u2190 percentage points \u2192 higher")]
    parts += [result_row(scale, 2 + ROW * place, capital(each.name), each, 0.5) for place, each in enumerate(found)]
    told = (f"{capital(each.name)}: {figures(each)} percentage points, {VERDICTS[each.verdict].lower()}." for each in found)
    rows = tuple(
        (
            capital(each.name),
            each.treated.text,
            each.comparison.text,
            each.difference.text,
            f"{each.ci_low.text} to {each.ci_high.text}",
        )
        for each in found
    )
    return Plot(
        chart=drawn(parts, bottom + 26, " ".join(told), "The difference between the two groups"),
        table=Table(caption="Main measures", heads=_HEADS, rows=rows),
    )


def _can_be_drawn(outcome: Outcome) -> bool:
    shown = outcome.verdict in ("reduction", "increase", "inconclusive") and outcome.kind == "proportion"
    return shown and None not in (outcome.difference.value, outcome.ci_low.value, outcome.ci_high.value)
