"""Pages of the kinds of help: every result of each outcome in a forest plot, what it means in words, and lists by who and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.forest import forest
from justice_data_lab.library.gaps import measures_of
from justice_data_lab.library.outside import beside, unit_in, with_outside
from justice_data_lab.library.taxonomy import SETTINGS, SEXES, TYPES, slug
from justice_data_lab.library.trends import funnel, over_time
from justice_data_lab.library.words import in_words, printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from justice_data_lab.library.counting import Synthesis
    from justice_data_lab.library.drawing import Plot
    from justice_data_lab.library.entry import Entry, Outcome
    from justice_data_lab.library.outside import Outside, OutsideEffect
    from justice_data_lab.library.taxonomy import Option
    from justice_data_lab.library.words import Printed
    from justice_data_lab.library_site.desk import Desk

ANY = "any"
# A funnel of fewer points says nothing.
FUNNEL_FROM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What results say together of one outcome.

    Attributes:
        measure: the outcome.
        synthesis: on the scale of differences.
        words: what they say.
        told: the pooled effect as printed; None with fewer than three.
        odds: the same as an odds ratio, where it is one.
        forest: every result; None when none can be drawn.
        outside: results from elsewhere on the same outcome, with their effects: they are in none of the figures above.
        asked: ours and those together, for whoever asks; None where there is nothing to add.
    """

    measure: Outcome
    synthesis: Synthesis
    words: tuple[str, ...]
    told: Printed | None
    odds: Printed | None
    forest: Plot | None
    outside: tuple[tuple[Outside, OutsideEffect], ...] = ()
    asked: Printed | None = None


def type_list(desk: Desk) -> tuple[str, bytes]:
    """Every kind of help with how many results it has."""
    kinds = [(option, len(desk.index.chosen("type", option.key))) for option in TYPES.options]
    return desk.page("types/index.html", "library_types.html", "Kinds of help", kinds=kinds)


def known_of(desk: Desk, entries: Sequence[Entry], measure: Outcome, kind: str = "") -> Known:
    """What entries say together of one outcome; of a whole kind of help, with what others found beside it."""
    told = desk.setting
    found = synthesise(entries, measure.measure, overlaps=told.overlaps, lacking=told.lacking)
    odds = (
        synthesise(entries, measure.measure, "log odds ratio", overlaps=told.overlaps) if measure.kind == "proportion" else None
    )
    titles = {each.key: each.title for each in entries}
    elsewhere = beside(desk.setting.outside, kind, measure.measure)
    return Known(
        measure=measure,
        synthesis=found,
        words=in_words(found),
        told=printed(found),
        odds=printed(odds) if odds else None,
        forest=forest(found, titles),
        outside=elsewhere,
        asked=with_others(found, elsewhere, measure),
    )


def with_others(found: Synthesis, elsewhere: Sequence[tuple[Outside, OutsideEffect]], measure: Outcome) -> Printed | None:
    """What comes of ours and those from elsewhere together, as printed; None without any of either, or with too few."""
    both = with_outside(found, elsewhere, unit_in(measure.kind, measure.unit))
    return printed(replace(found, pooled=both)) if both and found.outcomes else None


def type_of(desk: Desk, option: Option) -> Iterator[tuple[str, bytes]]:
    """The pages of one kind of help."""
    entries = desk.index.chosen("type", option.key)
    at, titles = f"types/{option.key}/", {each.key: each.title for each in entries}
    measures = measures_of(entries)
    known = [known_of(desk, entries, each, option.key) for each in measures]
    narrower = narrower_of(entries)
    yield desk.page(
        f"{at}index.html", "library_type.html", option.name,
        option=option, entries=entries, first=known[0] if known else None, outcomes=measures, narrower=narrower, titles=titles,
    )  # fmt: skip
    for each in known:
        pooled = each.synthesis.pooled
        yield desk.page(
            f"{at}outcome-{slug(each.measure.measure)}.html", "library_outcome.html", f"{option.name}: {each.measure.name}",
            option=option, known=each, outcomes=measures, titles=titles, over_time=over_time(each.synthesis),
            funnel=funnel(each.synthesis, titles) if pooled and pooled.k >= FUNNEL_FROM else None,
        )  # fmt: skip
    if entries:
        yield desk.page(
            f"{at}compare.html", "library_compare.html", f"{option.name}: side by side", option=option, entries=entries
        )
    for sex, setting, found in narrower:
        name = ", ".join((option.name, *(each.name.lower() for each in (sex, setting) if each)))
        measure = next(iter(measures_of(found)), None)
        yield desk.page(
            f"{at}{sex.key if sex else ANY}/{setting.key if setting else ANY}/index.html", "library_narrow.html", name,
            option=option, entries=found, known=known_of(desk, found, measure) if measure else None, titles=titles,
        )  # fmt: skip


def narrower_of(entries: Sequence[Entry]) -> list[tuple[Option | None, Option | None, list[Entry]]]:
    """Women or men, and setting, each alone and both together, where there is a result; never neither."""
    made = []
    for sex, setting in product((None, *SEXES.options), (None, *SETTINGS.options)):
        found = [each for each in entries if _fits(each, sex, setting)]
        if found and (sex or setting):
            made.append((sex, setting, found))
    return made


def _fits(entry: Entry, sex: Option | None, setting: Option | None) -> bool:
    classified = entry.classified
    return (sex is None or sex.key in classified.of("sex")) and (setting is None or setting.key in classified.of("setting"))
