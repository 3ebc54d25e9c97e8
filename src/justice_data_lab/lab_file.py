"""Reads `lab.toml`: what belongs to the lab and not to one study."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args
from zoneinfo import ZoneInfo

from justice_data_lab.study import BankHolidays, DisclosureRules, Lab
from justice_data_lab.study_file import load_toml
from justice_data_lab.toml_section import Section, in_file, refuse, refuse_unknown_sections, spelled

if TYPE_CHECKING:
    from justice_data_lab.files import FilePath
    from justice_data_lab.toml_section import Toml

# The pages on which a lab says how it works; for each there are words that hold for any lab.
PAGES = ("compliance", "pre-release", "revisions", "testing", "quality", "concerns")
_SECTIONS = ("lab", "minimum", "release", "disclosure", "brand", "pages", "ledger")
# A lab may say how long it follows people, and says then what every snapshot holds.
_FOLLOWED = {
    "horizon_months": (12, "the index events of a snapshot hold outcomes of one year; an analysis may ask for two (years = 2)"),
    "waiting_months": (6, "the index events of a snapshot count what was proven within six months after the follow-up"),
}


def read_lab(path: FilePath | None = None) -> Lab:
    """Read a lab file; without one, the defaults.

    Args:
        path: the `lab.toml`, or None.

    Raises:
        UsageError: a section or key is unknown, or a value of the wrong kind.

    Example:
        >>> read_lab(None).min_matched
        30
    """
    if path is None:
        return Lab()
    path = Path(path)
    values = load_toml(path)
    with in_file(path.name):
        return _lab(_sections(values))


def _sections(values: dict[str, Toml]) -> dict[str, Section]:
    refuse_unknown_sections(values, _SECTIONS)
    for name, value in values.items():
        if not isinstance(value, dict):
            refuse(f"[{name}]", "a table", spelled(value))
    return {name: Section(f"[{name}]", cast("dict[str, Toml]", values.get(name, {}))) for name in _SECTIONS}


def read_ledger_files(path: Path | None) -> tuple[Path | None, Path | None]:
    """Where a lab keeps its ledger and the ledger's key, as its `lab.toml` says; relative to that file.

    Raises:
        UsageError: the file is not one of a lab, or names a key without a ledger.
    """
    if path is None:
        return None, None
    read_lab(path)
    section = Section("[ledger]", cast("dict[str, Toml]", load_toml(path).get("ledger", {})), {})
    file, key = section.get("file", str, ""), section.get("key", str, "")
    if key and not file:
        refuse(f"{path.name}: [ledger]", "file = the ledger that the key is of", "a key alone")
    return path.parent / file if file else None, path.parent / key if key else None


def _lab(sections: dict[str, Section]) -> Lab:
    base = Lab()
    head, minimum, release, brand = (sections[name] for name in ("lab", "minimum", "release", "brand"))
    lab = Lab(
        name=head.get("name", str, base.name),
        contacts=head.get("contacts", str, base.contacts),
        lead_statistician=head.get("lead_statistician", str, base.lead_statistician),
        licence=head.get("licence", str, base.licence),
        site=_site(head),
        min_submitted=_at_least(minimum, "submitted", base.min_submitted, 1),
        min_matched=_at_least(minimum, "matched", base.min_matched, 2),
        min_subgroup=_at_least(minimum, "subgroup", base.min_subgroup, 2),
        min_reoffenders=_at_least(minimum, "reoffenders", base.min_reoffenders, 2),
        min_np=_no_less(minimum, "np", base.min_np),
        release_time=release.get("time", time, base.release_time),
        release_zone=_zone(release, base.release_zone),
        holidays=release.dates("holidays"),
        bank_holidays=_bank_holidays(release, base),
        brand_colour=_colour(brand, base.brand_colour),
        pages=tuple((name, text) for name in PAGES if (text := sections["pages"].get(name, str, "").strip())),
        disclosure=_rules(sections["disclosure"], base.disclosure),
    )
    for name in ("file", "key"):  # where the ledger is belongs to a machine: `read_ledger_files` says it
        sections["ledger"].get(name, str, "")
    _followed_as_in_snapshots(head)
    for section in sections.values():
        section.finish()
    return lab


def _followed_as_in_snapshots(section: Section) -> None:
    for key, (months, why) in _FOLLOWED.items():
        given = section.get(key, int, months)
        if given != months:
            refuse(f"{section.where} {key}", f"{months}, since {why}", str(given), "Change it or take it out.")


def _at_least(section: Section, key: str, default: int, floor: int) -> int:
    value = section.get(key, int, default)
    if value < floor:
        refuse(f"{section.where} {key}", f"at least {floor}", str(value))
    return value


def _site(section: Section) -> str:
    """Address of the public site, where a reader sees whether a result still holds."""
    site = section.get("site", str, "")
    if site and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", site):
        refuse(f"{section.where} site", "an address such as https://lab.example/results", spelled(site))
    return site.rstrip("/")


def _zone(section: Section, default: str) -> str:
    """The zone in which the lab's hour is told, by its name in the time zone database."""
    zone = section.get("zone", str, default)
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # unknown; no name at all; the name of a group of zones
        refuse(f"{section.where} zone", "a time zone such as Europe/London", spelled(zone), "Write its name whole.")
    return zone


def _bank_holidays(section: Section, base: Lab) -> BankHolidays:
    """Where the file does not say, the zone does: another country has bank holidays of its own, which it lists as its holidays."""
    here = section.get("zone", str, base.release_zone) == base.release_zone
    return cast("BankHolidays", section.choice("bank_holidays", get_args(BankHolidays), base.bank_holidays if here else "none"))


def _colour(section: Section, default: str) -> str:
    colour = section.get("colour", str, default)
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        refuse("[brand] colour", "a colour such as #12436D", spelled(colour))
    return colour


def _rules(section: Section, base: DisclosureRules) -> DisclosureRules:
    """A lab may be stricter than the default profile, never laxer: the floor of each number is the default."""
    profile = cast("Literal['default', 'none']", section.choice("profile", ("default", "none"), base.profile))
    rules = DisclosureRules(
        profile=profile,
        version=base.version,
        min_people=_at_least(section, "min_people", base.min_people, base.min_people),
        min_events=_at_least(section, "min_events", base.min_events, base.min_events),
        dominance=_share(section, "dominance", base.dominance),
        min_effective=_no_less(section, "min_effective", base.min_effective),
        max_weight_share=_share(section, "max_weight_share", base.max_weight_share),
        count_base=_at_least(section, "count_base", base.count_base, base.count_base),
        min_step=_at_least(section, "min_step", base.min_step, base.min_step),
        min_unmatched=_at_least(section, "min_unmatched", base.min_unmatched, base.min_unmatched),
    )
    same = replace(rules, profile=base.profile) == base
    return rules if same else replace(rules, version=f"{base.version}, stricter")


def _share(section: Section, key: str, default: float) -> float:
    value = section.get(key, float, default)
    if not 0 < value <= default:
        refuse(f"{section.where} {key}", f"a share above 0 and at most {default}", str(value))
    return value


def _no_less(section: Section, key: str, floor: float) -> float:
    """A number that a lab may raise."""
    value = section.get(key, float, floor)
    if value < floor:
        refuse(f"{section.where} {key}", f"a number of at least {floor:g}", f"{value:g}")
    return value
