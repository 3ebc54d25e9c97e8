"""Invented people: who they are, and how and for how long they tend to offend.

Numbers stand for categories (positions in the tuples below) and for days (since 1970-01-01).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from justice_data_lab.register.synthetic.offences import PROFILES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole: TypeAlias = "NDArray[np.int64]"
    Real: TypeAlias = "NDArray[np.float64]"

SEXES = ("M", "F", "U")
ETHNICITIES = ("white", "black", "asian", "mixed", "other", "unknown")
REGIONS = (
    "North East", "North West", "Yorkshire and the Humber", "East Midlands", "West Midlands", "East of England", "London",
    "South East", "South West", "Wales",
)  # fmt: skip
ALONE, TWIN, NAMESAKE, SIBLING = range(4)

_ETHNIC_SHARE = (0.79, 0.085, 0.062, 0.028, 0.010, 0.025)
_REGION_SHARE = (0.065, 0.15, 0.115, 0.08, 0.11, 0.085, 0.155, 0.115, 0.075, 0.05)
_REGION_RATE = (1.18, 1.08, 1.05, 1.0, 1.0, 0.95, 0.93, 0.93, 0.93, 1.05)
_PROFILE_BASE = (0.42, 0.13, 0.17, 0.08, 0.025, 0.145, 0.03)
_PROFILE_SLOPE = (0.05, 1.30, 0.35, 0.40, -0.75, -0.80, -0.90)
_PROFILE_MALE = (1.0, 0.9, 1.1, 1.15, 1.3, 1.1, 0.6)
YEAR = 365.25
START = (date(2000, 1, 1) - date(1970, 1, 1)).days
_SETTLED_SHARE, _SETTLED_MORE = 0.32, 0.88
_ACTIVE_MEAN, _ACTIVE_SLOPE = 9.5, 1.0
RATE_MEAN, RATE_SPREAD = -2.57, 1.375
"""Mean and standard deviation of the log yearly rate of new entrants (sanctions a year at liberty, at age 25)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A block of invented people; every array has one entry a person.

    Attributes:
        first: running number of the first person of the block.
        sex, ethnicity, region, profile: positions in `SEXES`, `ETHNICITIES`, `REGIONS`, `PROFILES`.
        national: 0 no, 1 yes, 2 not known.
        born, entered: day of birth and day of the first proven offence.
        log_rate: log of the yearly rate of sanctions at liberty at age 25.
        active_years: how long after entry the person goes on at that rate.
        kin: ALONE, or TWIN, NAMESAKE or SIBLING of the person just before.
    """

    first: int
    sex: Whole
    ethnicity: Whole
    region: Whole
    profile: Whole
    national: Whole
    born: Whole
    entered: Whole
    log_rate: Real
    active_years: Real
    kin: Whole

    def __len__(self) -> int:
        return len(self.sex)


def draw_people(first: int, size: int, extract: int, rng: np.random.Generator) -> People:
    """Draw a block of people who each have at least one proven offence between 2000 and the extract day.

    Args:
        first: running number of the first of them.
        size: how many.
        extract: day of the extract.
        rng: seeded generator of this block.
    """
    kin = _draw_kin(size, rng)
    sex = rng.choice(3, size, p=(0.80, 0.193, 0.007))
    ethnicity = _inherit(rng.choice(6, size, p=_ETHNIC_SHARE), kin > ALONE)
    region = _inherit(rng.choice(10, size, p=_REGION_SHARE), kin > ALONE)
    sex = np.where((kin == NAMESAKE) | ((kin == TWIN) & (rng.random(size) < 0.7)), _previous(sex), sex)
    settled = rng.random(size) < _SETTLED_SHARE  # already offending when the record starts
    standard = rng.standard_normal(size)
    log_rate = RATE_MEAN + RATE_SPREAD * standard + _SETTLED_MORE * settled + np.log(np.array(_REGION_RATE))[region]
    log_rate += np.where(sex == 1, -0.25, 0.0)
    profile = _draw_profile((log_rate - RATE_MEAN) / RATE_SPREAD, sex, rng)
    entered = _draw_entry(settled, np.exp(log_rate), extract, rng)
    age = _draw_age(entered, settled, profile, rng)
    born, entered = _family_dates(entered - (age * YEAR).astype(np.int64), entered, kin, rng)
    return People(
        first=first, sex=sex, ethnicity=ethnicity, region=region, profile=profile, national=_draw_national(ethnicity, rng),
        born=born, entered=entered, log_rate=log_rate, active_years=_draw_active(log_rate, rng), kin=kin,
    )  # fmt: skip


def _draw_kin(size: int, rng: np.random.Generator) -> Whole:
    """Every second person may be related to the one before; nobody is both a first and a second."""
    kin = rng.choice(4, size, p=(0.930, 0.008, 0.010, 0.052)).astype(np.int64)
    kin[0::2] = ALONE
    return kin


def _previous(values: Whole) -> Whole:
    return np.concatenate([values[:1], values[:-1]])


def _inherit(values: Whole, related: NDArray[np.bool_]) -> Whole:
    return np.where(related, _previous(values), values)


def _draw_profile(standard: Real, sex: Whole, rng: np.random.Generator) -> Whole:
    """What kind of offending: prolific people steal more, rare ones more often drive badly."""
    weight = np.array(_PROFILE_BASE) * np.exp(np.outer(standard, _PROFILE_SLOPE))
    weight[sex == 0] *= np.array(_PROFILE_MALE)
    edges = np.cumsum(weight, axis=1)
    at = rng.random(len(sex)) * edges[:, -1]
    found: Whole = np.minimum((edges < at[:, None]).sum(axis=1), len(PROFILES) - 1)
    return found


def _draw_entry(settled: NDArray[np.bool_], rate: Real, extract: int, rng: np.random.Generator) -> Whole:
    """Day of the first offence on record: soon after 2000 for the settled, else ever fewer new entrants a year."""
    span = extract - 45 - START
    u = rng.random(len(rate))
    fall = 0.45  # entrants at the end, as a share of those at the start
    fresh = (1 - np.sqrt(1 - u * (1 - fall**2))) / (1 - fall)
    soon = rng.exponential(1.0, len(rate)) / np.clip(rate, 0.15, None) * YEAR / span
    return START + (span * np.clip(np.where(settled, soon % 1.0, fresh), 0, 0.99999)).astype(np.int64)


def _draw_age(entered: Whole, settled: NDArray[np.bool_], profile: Whole, rng: np.random.Generator) -> Real:
    """Age in years at the first offence on record; the share of children falls through the years."""
    size = len(entered)
    passed = (entered - START) / (26 * YEAR)
    child = rng.random(size) < np.where(settled, 0.12, 0.42 - 0.30 * passed)
    child &= ~np.isin(profile, (4, 5, 6)) | (rng.random(size) < 0.25)
    young = 10 + 8 * rng.beta(3.2, 1.6, size)
    grown = 18 + rng.gamma(1.25, 9.5, size) + np.where(settled, 3.0, 0.0) + np.where(np.isin(profile, (4, 6)), 6.0, 0.0)
    return np.where(child, young, np.clip(grown, 18, 84))


def _family_dates(born: Whole, entered: Whole, kin: Whole, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Twins share the day of birth; a namesake is a generation older; a sibling a few years apart."""
    size = len(born)
    apart = np.select(
        [kin == TWIN, kin == NAMESAKE, kin == SIBLING],
        [np.zeros(size), -rng.integers(7000, 12000, size), rng.integers(330, 3000, size) * rng.choice((-1, 1), size)],
    ).astype(np.int64)
    wanted = np.where(kin == ALONE, born, _previous(born) + apart)
    old_enough = (entered - wanted > 10 * YEAR + 30) & (entered - wanted < 84 * YEAR)
    born = np.where(old_enough, wanted, born)
    late = ~old_enough & (kin == TWIN)
    return np.where(late, _previous(born), born), np.where(late, _previous(entered), entered)


def _draw_national(ethnicity: Whole, rng: np.random.Generator) -> Whole:
    share = np.array((0.95, 0.84, 0.84, 0.94, 0.45, 0.80))[ethnicity]
    known = rng.random(len(ethnicity)) < 0.96
    return np.where(known, (rng.random(len(ethnicity)) < share).astype(np.int64), 2)


def _draw_active(log_rate: Real, rng: np.random.Generator) -> Real:
    """Years from entry to giving up: many stop soon, prolific careers last longer."""
    mean = np.clip(_ACTIVE_MEAN + _ACTIVE_SLOPE * (log_rate - RATE_MEAN), 2.0, 20.0)
    return rng.exponential(1.0, len(log_rate)) * mean
