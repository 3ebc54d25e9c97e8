"""Where a programme stands in the taxonomy: what its study says, and what the lab's editor says of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, cast

from justice_data_lab.library.taxonomy import (
    AGES,
    DOSES,
    NEEDS,
    NOT_STATED,
    SECTORS,
    SENTENCES,
    SETTINGS,
    SEXES,
    TYPES,
    FacetKey,
    close_to,
    place,
)
from justice_data_lab.toml_section import Section, done, nearest, refuse, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.disclosure.evidence import StudyFacts
    from justice_data_lab.library.taxonomy import Facet
    from justice_data_lab.toml_section import Toml

# Keys of the editor's file, and the facet of each; the first kind of help is the primary one.
LISTS: dict[str, Facet] = {
    "types": TYPES, "settings": SETTINGS, "sectors": SECTORS, "sexes": SEXES, "ages": AGES, "sentences": SENTENCES, "needs": NEEDS,
    "doses": DOSES,
}  # fmt: skip
_FIELDS = {among.key: name for name, among in LISTS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """Keys of the options that apply, facet by facet; empty where nothing is stated.

    Attributes:
        types: kinds of help; the first is the primary one.
        settings: where people were.
        sectors: who runs it.
        sexes: women, men or both.
        ages: bands.
        sentences: kinds.
        needs: which it answers.
        doses: how long it lasts.
        region: as the lab writes it.
    """

    types: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    region: str = ""

    def of(self, key: FacetKey) -> tuple[str, ...]:
        """The options of one facet; `not-stated` alone when there are none."""
        return cast("tuple[str, ...]", getattr(self, _FIELDS[key])) or (NOT_STATED,)

    @property
    def primary(self) -> str:
        """The primary kind of help."""
        return self.of("type")[0]


def classify(study: StudyFacts, sector: str, said: Classified | None) -> Classified:
    """Where a released result stands: what the editor said of it goes before what its study says.

    Args:
        study: its facts, in free words.
        sector: of the organisation, as the release has it.
        said: what the lab's editor wrote; None when nothing.
    """
    own = Classified(
        types=_placed(study.intervention_type, TYPES),
        settings=_placed(study.setting, SETTINGS),
        sectors=_placed(sector, SECTORS),
    )
    if said is None:
        return own
    return Classified(**{each.name: getattr(said, each.name) or getattr(own, each.name) for each in fields(Classified)})


def not_placed(study: StudyFacts) -> tuple[str, ...]:
    """What the study says that the taxonomy does not know, with what may have been meant: for the lab's editor, not for readers."""
    found = []
    for field, words, among in (("intervention_type", study.intervention_type, TYPES), ("setting", study.setting, SETTINGS)):
        if not place(words, among):
            near = close_to(words, among)
            hint = f"perhaps {' or '.join(near)}" if near else f"known: {', '.join(each.name for each in among.options)}"
            found.append(f"{field} \u201c{words}\u201d is not in the taxonomy ({hint})")
    return tuple(found)


def read_classified(values: Mapping[str, Toml]) -> dict[str, Classified]:
    """The editor's file: one table `[entry.KEY]` a release.

    Raises:
        UsageError: a key or an option is unknown.
    """
    for name in values:
        if name != "entry":
            refuse(f"[{name}]", "tables named [entry.KEY]", "another", nearest(name, ("entry",)))
    entries = values.get("entry", {})
    if not isinstance(entries, dict):
        refuse("[entry]", "tables named [entry.KEY]", "a value")
    return {key: _read(key, table) for key, table in entries.items()}


def _read(key: str, table: Toml) -> Classified:
    where = f"[entry.{key}]"
    if not isinstance(table, dict):
        refuse(where, "a table", "a value")
    section = Section(where, table)
    return done(section, classified_in(section))


def classified_in(section: Section) -> Classified:
    """Where something stands, as a table says it among its other keys.

    Raises:
        UsageError: an option is unknown.
    """
    chosen = {name: tuple(_option(section.where, name, words) for words in section.texts(name)) for name in LISTS}
    return Classified(region=section.get("region", str, ""), **chosen)


def _option(where: str, name: str, words: str) -> str:
    found = place(words, LISTS[name])
    if not found:
        known = tuple(each.name for each in LISTS[name].options)
        refuse(f"{where} {name}", "a value of the taxonomy", spelled(words), nearest(words, known))
    return found


def _placed(words: str, among: Facet) -> tuple[str, ...]:
    found = place(words, among)
    return (found,) if found else ()
