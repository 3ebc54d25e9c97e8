"""Every definition of this room in plain Python, one life at a time: slow, obvious, and what the SQL must agree with.

Nothing else uses it but the specs. Each function is one sentence of `docs/reference/measures.md`.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import log
from typing import TYPE_CHECKING, TypeAlias

from justice_data_lab.measures.columns import HISTORY_COLUMNS
from justice_data_lab.measures.ogrs3 import Offender, ogrs3_probability
from justice_data_lab.register.codes import NEEDS, OFFENCE_GROUPS
from justice_data_lab.register.months import add_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.measures.lives import Disposal, Life, Offence

Value: TypeAlias = "str | int | float | bool | date | None"
Row: TypeAlias = dict[str, Value]

FOLLOW_UP, TWO_YEARS, WAITING = 12, 24, 6
_COURTS = ("indictable", "either_way", "summary")
_BANDS = (
    (182, "under_6_months"),
    (365, "6_to_12_months"),
    (730, "1_to_2_years"),
    (1460, "2_to_4_years"),
)


def index_events(life: Life, extract_date: date) -> list[Row]:
    """One row for every disposal of a life that can be an index disposal, by index date and disposal."""
    rows = [_row(life, disposal, extract_date) for disposal in life.disposals if _is_index(life, disposal)]
    return sorted(rows, key=lambda row: (str(row["index_date"]), str(row["disposal_id"])))


def index_date(disposal: Disposal) -> date | None:
    """The release from custody, else the day of the disposal."""
    return disposal.release_date if disposal.kind == "custody" else disposal.disposal_date


def _index_day(disposal: Disposal) -> date:
    day = index_date(disposal)
    assert day is not None  # noqa: S101  (only called for index disposals)
    return day


def completed_years(born: date, day: date) -> int:
    """Birthdays reached by that day; who was born on 29 February has it on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def counted(offence: Offence) -> bool:
    """Recordable and not a breach: only such offences are reoffences, and only such offences are history."""
    return offence.is_recordable and not offence.is_breach


def seriousness(offence: Offence) -> tuple[int, bool, str]:
    """Indictable only before either way before summary; then custody first; then offence_id."""
    return _COURTS.index(offence.court_outcome), offence.sentence != "custody", offence.offence_id


def reoffences(life: Life, disposal: Disposal, start: date, months: int = FOLLOW_UP) -> list[Offence]:
    """Committed in [start, + 12 months), proven at most 6 months later, counted, not of the index disposal."""
    found = [
        offence
        for offence in life.offences
        if start <= offence.offence_date < add_months(start, months)
        and offence.disposal_date < add_months(start, months + WAITING)
        and counted(offence)
        and offence.disposal_id != disposal.disposal_id
    ]
    return sorted(found, key=lambda offence: (offence.offence_date, *seriousness(offence)))


def history(life: Life, disposal: Disposal) -> list[Offence]:
    """Counted offences proven on a day before the index disposal, elsewhere than at it."""
    elsewhere = [o for o in life.offences if counted(o) and o.disposal_id != disposal.disposal_id]
    return [o for o in elsewhere if o.disposal_date < disposal.disposal_date]


def history_as_at(life: Life, disposal: Disposal, day: date) -> list[Offence]:
    """Counted offences proven before a day after the index date, but not at the index disposal; up to the index date, `history`.

    What was proven on or after an earlier day was not known on it.
    """
    if day <= _index_day(disposal):
        return [o for o in history(life, disposal) if o.disposal_date < day]
    return [o for o in life.offences if counted(o) and o.disposal_date < day and o.disposal_id != disposal.disposal_id]


def early_reoffence(life: Life, disposal: Disposal, day: date) -> bool:
    """Whether a counted offence of [index date, day) was proven before day + 18 months, elsewhere than at the index disposal."""
    start = _index_day(disposal)
    return any(
        start <= o.offence_date < day
        and o.disposal_date < add_months(day, FOLLOW_UP + WAITING)
        and counted(o)
        and o.disposal_id != disposal.disposal_id
        for o in life.offences
    )


def superseded(life: Life, disposal: Disposal, day: date) -> bool:
    """Whether on a day after the index date another sentence was being served, or a release or an order had come since."""
    start = _index_day(disposal)
    others = [other for other in life.disposals if other.disposal_id != disposal.disposal_id]
    return start < day and any(_serving(life, other, day) or _came(life, other, start, day) for other in others)


def sentence_end(life: Life, disposal: Disposal) -> date | None:
    """The index date; for custody without a release the person's next disposal or release, and None while there is none."""
    days = [other.disposal_date for other in life.disposals]
    days += [other.release_date for other in life.disposals if other.kind == "custody" and other.release_date]
    return index_date(disposal) or min((day for day in days if day > disposal.disposal_date), default=None)


def _serving(life: Life, other: Disposal, day: date) -> bool:
    ended = sentence_end(life, other)
    return other.kind == "custody" and other.disposal_date <= day and (ended is None or day < ended)


def _came(life: Life, other: Disposal, start: date, day: date) -> bool:
    ended = sentence_end(life, other)
    return other.kind in ("custody", "suspended_sentence_order", "community_order") and ended is not None and start < ended <= day


def as_at(life: Life, disposal: Disposal, day: date, extract_date: date) -> Row:
    """What changes when an index disposal is looked at as at another day: the history known then, and what followed."""
    row: Row = {"person_id": life.person_id, "disposal_id": disposal.disposal_id}
    row |= _follow_up(day, extract_date)
    row |= {"index_year": day.year, "index_quarter": (day.month + 2) // 3}
    row |= _history(history_as_at(life, disposal, day), disposal, day)
    return row | _followed(life, disposal, day, row)


def _follow_up(start: date, extract_date: date) -> Row:
    return {
        "complete_follow_up": add_months(start, FOLLOW_UP + WAITING) <= extract_date,
        "complete_two_year_follow_up": add_months(start, TWO_YEARS + WAITING) <= extract_date,
    }


def _followed(life: Life, disposal: Disposal, start: date, row: Row) -> Row:
    one_year = _outcomes(reoffences(life, disposal, start), start)
    two_years = _two_years(reoffences(life, disposal, start, TWO_YEARS))
    return _known(one_year, known=bool(row["complete_follow_up"])) | _known(
        two_years, known=bool(row["complete_two_year_follow_up"])
    )


def control_year(life: Life, disposal: Disposal) -> tuple[date, date] | None:
    """The year that ended a year before the index offence, the most serious one of the index disposal; None without an offence."""
    worst = _most_serious(life, disposal)
    return (add_months(worst.offence_date, -24), add_months(worst.offence_date, -12)) if worst else None


def left_out_of_control(life: Life, disposal: Disposal, reach: date) -> str:
    """Why a control year cannot be looked at: `index_offence`, `reach` or `youngest`; empty when it can.

    Whoever might have been under ten when it began, by the age at the index date, is left out.
    """
    year, start = control_year(life, disposal), _index_day(disposal)
    if year is None:
        return "index_offence"
    if year[0] < reach:
        return "reach"
    born = start.year - completed_years(life.date_of_birth, start)
    return "youngest" if (year[0].year, year[0].month, year[0].day) < (born + 10, start.month, start.day) else ""


def control(life: Life, disposal: Disposal, extract_date: date) -> Row:
    """Whether somebody offended in the control year, the history when it began, and what was proven of the time since."""
    year = control_year(life, disposal)
    assert year is not None  # noqa: S101  (only called for people who are left)
    row = as_at(life, disposal, year[0], extract_date)
    since = [o for o in history(life, disposal) if o.offence_date >= year[1]]
    return {
        "offended_in_control_year": bool(row["reoffended"]),
        "offences_since_control_year": len(since),
        "disposals_since_control_year": _disposals(since),
        **{name: row[name] for name in HISTORY_COLUMNS},
    }


def _is_index(life: Life, disposal: Disposal) -> bool:
    start = index_date(disposal)
    return start is not None and (life.date_of_death is None or life.date_of_death >= start)


def _row(life: Life, disposal: Disposal, extract_date: date) -> Row:
    start = _index_day(disposal)
    row: Row = {
        "person_id": life.person_id,
        "disposal_id": disposal.disposal_id,
        "kind": disposal.kind,
        "disposal_date": disposal.disposal_date,
        "index_date": start,
        "region": disposal.region or "unknown",
    }
    row |= _follow_up(start, extract_date)
    row |= _profile(life, disposal, start)
    row |= _history(history(life, disposal), disposal, start)
    if life.ogrs3_groups is not None:
        row["ogrs3_score"] = _ogrs3(life, disposal, start, dict(life.ogrs3_groups))
    row |= _needs(life, start)
    row |= _work_before(life, start)
    return row | _followed(life, disposal, start, row) | _known(_work_after(life, start), known=bool(row["complete_follow_up"]))


def _profile(life: Life, disposal: Disposal, start: date) -> Row:
    worst = _most_serious(life, disposal)
    return {
        "sex": life.sex,
        "ethnicity": life.ethnicity or "unknown",
        "uk_national": {True: "yes", False: "no", None: "unknown"}[life.uk_national],
        "age_at_index": completed_years(life.date_of_birth, start),
        "age_at_first_disposal": completed_years(life.date_of_birth, _first_day(history(life, disposal), disposal)),
        "sentence_band": _band(disposal, worst),
        "index_year": start.year,
        "index_quarter": (start.month + 2) // 3,
        "index_offence_group": worst.offence_group if worst else "unknown",
    }


def _most_serious(life: Life, disposal: Disposal) -> Offence | None:
    """Of the offences dealt with at the disposal."""
    return min((o for o in life.offences if o.disposal_id == disposal.disposal_id), key=seriousness, default=None)


def _band(disposal: Disposal, worst: Offence | None) -> str:
    days = disposal.sentence_days
    if disposal.kind == "custody" and worst is not None and worst.custody_days is not None:
        days = worst.custody_days
    if days is None:
        return "unknown" if disposal.kind == "custody" else "none"
    return next((name for below, name in _BANDS if days < below), "4_years_or_more")


def _first_day(before: Sequence[Offence], disposal: Disposal) -> date:
    return min((*(o.disposal_date for o in before), disposal.disposal_date))


def _disposals(offences: Sequence[Offence]) -> int:
    return len({o.disposal_id for o in offences})


def _sanctions(before: Sequence[Offence]) -> int:
    """Convictions and cautions up to and including the index disposal."""
    return sum(_disposals([o for o in before if o.disposal == kind]) for kind in ("conviction", "caution")) + 1


def _history(before: Sequence[Offence], disposal: Disposal, start: date) -> Row:
    years = max(0, (start - _first_day(before, disposal)).days) / 365.25
    last = max((o.disposal_date for o in before), default=None)
    row: Row = {
        "previous_offences": len(before),
        "previous_convictions": _disposals([o for o in before if o.disposal == "conviction"]),
        "previous_cautions": _disposals([o for o in before if o.disposal == "caution"]),
        "previous_custodial_sentences": _disposals([o for o in before if o.sentence == "custody"]),
    }
    row |= {f"previous_{group}": sum(o.offence_group == group for o in before) for group in OFFENCE_GROUPS}
    return row | {
        "offences_last_year": sum(add_months(start, -12) <= o.offence_date < start for o in before),
        "offences_last_three_years": sum(add_months(start, -36) <= o.offence_date < start for o in before),
        "days_since_previous_disposal": (start - last).days if last else None,
        "years_since_first_disposal": years,
        "copas_rate": log(_sanctions(before) / (years + 10)),
    }


def _ogrs3(life: Life, disposal: Disposal, start: date, groups: dict[str, str | None]) -> float | None:
    before = history(life, disposal)
    worst = _most_serious(life, disposal)
    return ogrs3_probability(
        Offender(
            sex=life.sex,
            age_at_follow_up=completed_years(life.date_of_birth, start),
            age_at_disposal=completed_years(life.date_of_birth, disposal.disposal_date),
            age_at_first_disposal=completed_years(life.date_of_birth, _first_day(before, disposal)),
            sanctions=_sanctions(before),
            offence_group=groups.get(worst.offence_code) if worst else None,
        )
    )


def _needs(life: Life, start: date) -> Row:
    """Each need by the latest day of assessment in the three years before; several on one day are one."""
    if life.assessments is None:
        return {}
    usable = [a for a in life.assessments if add_months(start, -36) <= a.assessed_on < start]
    latest = max((a.assessed_on for a in usable), default=None)
    found = {}
    for place, need in enumerate(NEEDS):
        given = [a.needs[place] for a in usable if a.assessed_on == latest and a.needs[place] is not None]
        found[f"need_{need}"] = ("yes" if 1 in given else "no") if given else "unknown"
    return dict(found)


def _days(life: Life, kind: str, first: date, end: date) -> int:
    """Days of [first, end) that some spell of the kind, [start, end), covers."""
    window = [first + timedelta(days=n) for n in range((end - first).days)]
    spells = [spell for spell in life.spells or () if spell.kind == kind]
    return sum(any(s.start_date <= day and (s.end_date is None or day < s.end_date) for s in spells) for day in window)


def _work_before(life: Life, start: date) -> Row:
    """Any work, and the number of days on benefit, in [index date - 12 months, index date)."""
    if life.spells is None:
        return {}
    year = (add_months(start, -12), start)
    worked = "yes" if _days(life, "work", *year) else "no"
    return {"employed_year_before": worked, "benefit_days_year_before": _days(life, "benefit", *year)}


def _work_after(life: Life, start: date) -> Row:
    """Any work, and the number of days on benefit, in [index date, index date + 12 months)."""
    if life.spells is None:
        return {}
    year = (start, add_months(start, FOLLOW_UP))
    return {"employed_year_after": _days(life, "work", *year) > 0, "benefit_days_year_after": _days(life, "benefit", *year)}


def _two_years(found: Sequence[Offence]) -> Row:
    return {"reoffended_two_years": bool(found), "reoffences_two_years": len(found)}


def _known(outcomes: Row, *, known: bool) -> Row:
    """Outcomes are null without complete follow-up, whatever has been proven so far."""
    return outcomes if known else dict.fromkeys(outcomes)


def _outcomes(found: Sequence[Offence], start: date) -> Row:
    first = found[0] if found else None
    return {
        "reoffended": bool(found),
        "reoffences": len(found),
        "days_to_first_reoffence": (first.offence_date - start).days if first else None,
        "first_court_outcome": first.court_outcome if first else None,
        "indictable_reoffences": sum(o.court_outcome == "indictable" for o in found),
        "either_way_reoffences": sum(o.court_outcome == "either_way" for o in found),
        "summary_reoffences": sum(o.court_outcome == "summary" for o in found),
        "custody_for_first_reoffence": first.sentence == "custody" if first else None,
        "custodial_sentences": _disposals([o for o in found if o.sentence == "custody"]),
    }
