"""Which published figures the synthetic register is held against, how each is counted, and how close it has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Condition: TypeAlias = "tuple[str, str | tuple[str, ...] | tuple[int, int]]"
"""A column and what it must be: one value, one of several, or a whole number in [low, high)."""

ADULT: Condition = ("age", (18, 200))
CHILD: Condition = ("age", (0, 18))
SUPERVISED: Condition = ("kind", ("custody", "suspended_sentence_order", "community_order"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One published figure and how ours is counted.

    Attributes:
        measure, group, period: the row of `validation/calibration.csv`.
        years: which of `YEARS` ours are counted in, so that chance weighs little.
        cohort: `quarters`, the sum of three-month cohorts with one event a person a quarter (the measure since 2015);
            `year`, one event a person a year (the measure before); or `occasions`, every caution or sentence.
        statistic: `rate` and `frequency` are reoffenders in percent and reoffences a reoffender among `of`; `share` is the
            percentage of `of` that `part` makes up; `share of reoffences` the same of reoffences.
        of, part: conditions, all of which must hold.
        tolerance: how far ours may be off, in the units of the figure.
        note: why it is off, where it is.
    """

    measure: str
    group: str
    period: str
    years: Literal["2013", "2023", "2024"]
    cohort: Literal["quarters", "year", "occasions"]
    statistic: Literal["rate", "frequency", "share", "share of reoffences"]
    of: tuple[Condition, ...]
    tolerance: float
    part: tuple[Condition, ...] = ()
    note: str = ""


YEARS = {"2013": ("2012-04-01", "2015-04-01"), "2023": ("2021-07-01", "2024-07-01"), "2024": ("2023-01-01", "2026-01-01")}

_RATE = "proven reoffending rate (%)"
_OLD = "proven reoffending rate (%), old measure"
_SHARE = "share of adults cautioned or sentenced (%)"
_NOW = "Apr-Jun 2023"
_THEN = "Apr 2013-Mar 2014"
_SUM = "12-month sum of 3-month cohorts, current measure"
_BEFORE = "12-month cohort, pre-2015 measure"
_SHORT_RECORD = "the register begins in 2000, so a long history here is a recent one"
_BUSY = "children's offending comes in bursts here"
_MIDDLE_AGE = "those who began by 2000 grow old together"


def _now(group: str, of: tuple[Condition, ...], tolerance: float) -> Row:
    return Row(
        measure=_RATE, group=group, period=_NOW, years="2023", cohort="quarters", statistic="rate", of=of, tolerance=tolerance
    )


def _both(
    stage: str, of: tuple[Condition, ...], tolerances: tuple[float, float, float, float], note: str = ""
) -> tuple[Row, ...]:
    """The rate and the frequency of 2013/14, by the current and by the old measure."""
    found = []
    for name, cohort, at in ((_SUM, "quarters", 0), (_BEFORE, "year", 2)):
        for measure, statistic, step in ((_RATE, "rate", 0), ("reoffences per reoffender", "frequency", 1)):
            found.append(
                Row(
                    measure=measure,
                    group=f"{stage}; {name}",
                    period="2013-04 to 2014-03",
                    years="2013",
                    cohort="quarters" if cohort == "quarters" else "year",
                    statistic="rate" if statistic == "rate" else "frequency",
                    of=of,
                    tolerance=tolerances[at + step],
                    note=note,
                )
            )
    return tuple(found)


def _then(group: str, of: tuple[Condition, ...], tolerance: float, note: str = "") -> Row:
    return Row(
        measure=_OLD, group=group, period=_THEN, years="2013", cohort="year", statistic="rate", of=of, tolerance=tolerance,
        note=note,
    )  # fmt: skip


def _share(measure: str, group: str, of: tuple[Condition, ...], part: tuple[Condition, ...], tolerance: float) -> Row:
    return Row(
        measure=measure, group=group, period="2024", years="2024", cohort="occasions", statistic="share", of=(ADULT, *of),
        part=part, tolerance=tolerance,
    )  # fmt: skip


_HEADLINES = (
    _now("Adult", (ADULT,), 2.0),
    _now("Juvenile", (CHILD,), 6.0),
    _now("Adult released from custody or starting court order", (ADULT, SUPERVISED), 3.0),
    _now("Adult custody <12 months", (ADULT, ("kind", "custody"), ("sentence_days", (0, 365))), 5.0),
    _now("Adult custody <=6 months", (ADULT, ("kind", "custody"), ("sentence_days", (0, 184))), 7.0),
    *_both("Adult", (ADULT,), (2.5, 0.4, 2.0, 0.4)),
    *_both("Juvenile", (CHILD,), (7.0, 1.2, 7.0, 1.2), _BUSY),
)
_AGES = tuple(
    _then(f"age {name}", (("age", span),), tolerance, note)
    for name, span, tolerance, note in (
        ("10-14", (10, 15), 8.0, _BUSY), ("15-17", (15, 18), 7.0, ""), ("18-20", (18, 21), 5.0, ""), ("21-24", (21, 25), 4.0, ""),
        ("25-29", (25, 30), 3.0, ""), ("30-34", (30, 35), 5.0, ""), ("35-39", (35, 40), 7.0, _MIDDLE_AGE),
        ("40-44", (40, 45), 7.0, _MIDDLE_AGE), ("45-49", (45, 50), 7.0, _MIDDLE_AGE), ("50+", (50, 200), 5.0, ""),
    )
)  # fmt: skip
_HISTORIES = tuple(
    _then(f"Adult; previous offences {name}", (ADULT, ("previous_offences", span)), tolerance, note)
    for name, span, tolerance, note in (
        ("0", (0, 1), 3.0, ""), ("1-2", (1, 3), 4.0, ""), ("3-6", (3, 7), 4.0, ""), ("7-10", (7, 11), 5.0, ""),
        ("11+", (11, 99999), 9.0, _SHORT_RECORD),
    )
)  # fmt: skip
_SENTENCED = tuple(
    _then(
        f"Adult released from custody; sentence {name}", (ADULT, ("kind", "custody"), ("sentence_days", span)), tolerance, note
    )
    for name, span, tolerance, note in (
        ("<12 months", (0, 365), 8.0, "one event a year catches fewer of the busiest here"), ("12 months to <2 years", (365, 730), 7.0, ""),
        ("2 to <4 years", (730, 1460), 7.0, ""), ("4 to 10 years", (1460, 3652), 7.0, ""),
    )
)  # fmt: skip
_GROUPS = tuple(
    _then(f"Adult; index offence {name}", (ADULT, ("offence_group", group)), tolerance)
    for name, group, tolerance in (
        ("Theft", "theft", 8.0), ("Public order", "public_order", 8.0), ("Possession of weapons", "weapons", 6.0),
        ("Summary non-motoring", "summary_other", 4.0), ("Drug", "drugs", 5.0), ("Violence against the person", "violence", 6.0),
        ("Summary motoring", "motoring", 4.0), ("Fraud", "fraud", 7.0), ("Sexual", "sexual", 7.0),
    )
)  # fmt: skip
_BANDS = (
    ("First time offenders", (0, 1)), ("1-2 previous convictions/cautions", (1, 3)), ("3-6 previous convictions/cautions", (3, 7)),
    ("7-10 previous convictions/cautions", (7, 11)), ("11-14 previous convictions/cautions", (11, 15)),
    ("15 or more previous convictions/cautions", (15, 99999)),
)  # fmt: skip
_WHO = (
    *(_share(_SHARE, f"Adult; {name}", (), (("previous_sanctions", span),), 4.0) for name, span in _BANDS),
    _share(_SHARE, "sex 1 Male", (), (("sex", "M"),), 3.0),
    _share(_SHARE, "sex 2 Female", (), (("sex", "F"),), 3.0),
)
_DISPOSALS = tuple(
    _share(
        "disposal share within history band (%)", f"Adult; {name}; {label}", (("previous_sanctions", span),),
        (("sentence", sentence),), 5.5,
    )
    for name, span in _BANDS
    for label, sentence in (
        ("Immediate custody", "custody"), ("Suspended sentence", "suspended"), ("Community sentence", "community"), ("Fine", "fine"),
        ("Caution", "caution"),
    )
)  # fmt: skip
_HEAVY = (
    Row(
        measure="share of reoffences by people with 11+ previous offences (%)", group="All", period="Jul 2010-Jun 2011", years="2013",
        cohort="year", statistic="share of reoffences", of=(), part=(("previous_offences", (11, 99999)),), tolerance=5.0,
    ),
    Row(
        measure="share of reoffences by adults (%)", group="All", period="Jul 2010-Jun 2011", years="2013", cohort="year",
        statistic="share of reoffences", of=(), part=(ADULT,), tolerance=6.0,
    ),
)  # fmt: skip
ROWS = (*_HEADLINES, *_HEAVY, *_AGES, *_HISTORIES, *_SENTENCED, *_GROUPS, *_WHO, *_DISPOSALS)
