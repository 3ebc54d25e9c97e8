"""What results say together of one outcome, as the pages of kinds of help tell it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.forest import forest
from justice_data_lab.library.outside import beside, unit_in, with_outside
from justice_data_lab.library.words import in_words, printed
from justice_data_lab.library_site.portions import pages_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.library.counting import Synthesis
    from justice_data_lab.library.drawing import Plot
    from justice_data_lab.library.effects import LeftOut
    from justice_data_lab.library.entry import Entry, Outcome
    from justice_data_lab.library.outside import Outside, OutsideEffect
    from justice_data_lab.library.words import Printed
    from justice_data_lab.library_site.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What results say together of one outcome.

    Attributes:
        measure: the outcome.
        synthesis: on the scale of differences.
        first: path of the first page that tells it.
        number: of this page, from 1.
        pages: among how many the results are shared.
        left_out: those that are not taken together and stand on this page.
        words: what they say.
        told: the pooled effect as printed; None with fewer than three.
        odds: the same as an odds ratio, where it is one.
        forest: the results of this page; None when none can be drawn.
        outside: results from elsewhere on the same outcome, with their effects: they are in none of the figures above.
        asked: ours and those together, for whoever asks; None where there is nothing to add.
    """

    measure: Outcome
    synthesis: Synthesis
    first: str
    number: int
    pages: int
    left_out: Sequence[LeftOut]
    words: tuple[str, ...]
    told: Printed | None
    odds: Printed | None
    forest: Plot | None
    outside: tuple[tuple[Outside, OutsideEffect], ...] = ()
    asked: Printed | None = None


def known_of(desk: Desk, entries: Sequence[Entry], measure: Outcome, first: str, *, kind: str = "", number: int = 1) -> Known:
    """What entries say together of one outcome, and those results of it that one page has.

    Args:
        desk: from which pages are drawn.
        entries: of a kind of help, or of some people in it.
        measure: the outcome.
        first: path of the first page that tells it.
        kind: of help, when the entries are all of it: then what others found stands beside them, on the first page.
        number: of the page.
    """
    told = desk.setting
    found = synthesise(entries, measure.measure, overlaps=told.overlaps, lacking=told.lacking)
    odds = (
        synthesise(entries, measure.measure, "log odds ratio", overlaps=told.overlaps) if measure.kind == "proportion" else None
    )
    elsewhere = beside(desk.setting.outside, kind, measure.measure) if number == 1 else ()
    pages = pages_of(len(entries))
    left = -(-len(found.left_out) // pages)
    return Known(
        measure=measure,
        synthesis=found,
        first=first,
        number=number,
        pages=pages,
        left_out=found.left_out[(number - 1) * left : number * left],
        words=in_words(found),
        told=printed(found),
        odds=printed(odds) if odds else None,
        forest=forest(found, {each.key: each.title for each in entries}, number),
        outside=elsewhere,
        asked=with_others(found, elsewhere, measure),
    )


def with_others(found: Synthesis, elsewhere: Sequence[tuple[Outside, OutsideEffect]], measure: Outcome) -> Printed | None:
    """What comes of ours and those from elsewhere together, as printed; None without any of either, or with too few."""
    both = with_outside(found, elsewhere, unit_in(measure.kind, measure.unit))
    return printed(replace(found, pooled=both)) if both and found.outcomes else None
