"""Invented offences: what is committed, how it is tried and how it is sentenced.

Codes are made up. Shares of offence groups and of disposals by history follow the published 2024 figures for adults cautioned
or sentenced (`validation/calibration.csv`); lengths of sentence are round figures of the right order.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUPS = (
    "violence", "sexual", "robbery", "theft", "drugs", "public_order", "weapons", "damage", "fraud", "motoring", "summary_other",
)  # fmt: skip
SENTENCES = ("custody", "suspended", "community", "fine", "discharge", "caution", "other")
CUSTODY, SUSPENDED, COMMUNITY, FINE, DISCHARGE, CAUTION, OTHER = range(7)
KINDS = ("custody", "suspended_sentence_order", "community_order", "other", "other", "caution", "other")
BAND_STARTS = (0, 1, 3, 7, 11, 15)
"""Previous sanctions at which each published history band starts: none, 1-2, 3-6, 7-10, 11-14, 15 or more."""
RECENCY_STARTS = (0, 150, 720)
"""Days since the offence before at which being busy, usual and long quiet start: the courts look at it too."""
_RECENCY_CUSTODY = (3.0, 1.0, 0.2)


class Offence(NamedTuple):
    """One invented offence code.

    Attributes:
        code: two letters for the group and a number.
        group: one of `GROUPS`.
        ogrs3: one of the 20 groups of the published OGRS3 formula.
        court: how it is tried.
        weight: share of its group.
        recordable: whether the national record keeps it.
    """

    code: str
    group: str
    ogrs3: str
    court: str
    weight: float
    recordable: bool = True


OFFENCES = (
    Offence("VI101", "violence", "Violence", "indictable", 0.08),
    Offence("VI110", "violence", "Violence", "either_way", 0.62),
    Offence("VI120", "violence", "Violence", "either_way", 0.20),
    Offence("VI130", "violence", "Violence", "summary", 0.10),
    Offence("SX201", "sexual", "Sexual (not against child)", "indictable", 0.28),
    Offence("SX210", "sexual", "Sexual (not against child)", "either_way", 0.32),
    Offence("SX220", "sexual", "Sexual (against child)", "indictable", 0.10),
    Offence("SX230", "sexual", "Sexual (against child)", "either_way", 0.30),
    Offence("RO301", "robbery", "Robbery", "indictable", 1.0),
    Offence("TH401", "theft", "Theft (non-motor)", "either_way", 0.66),
    Offence("TH405", "theft", "Theft (non-motor)", "summary", 0.07),
    Offence("TH410", "theft", "Burglary (domestic)", "either_way", 0.07),
    Offence("TH415", "theft", "Burglary (other)", "either_way", 0.07),
    Offence("TH420", "theft", "Theft from vehicles", "either_way", 0.06),
    Offence("TH430", "theft", "Handling stolen goods", "either_way", 0.07),
    Offence("DR501", "drugs", "Drug possession/supply", "either_way", 0.93),
    Offence("DR510", "drugs", "Drug import/export/production", "either_way", 0.06),
    Offence("DR520", "drugs", "Drug import/export/production", "indictable", 0.01),
    Offence("PO601", "public_order", "Public order", "either_way", 0.38),
    Offence("PO605", "public_order", "Public order", "summary", 0.40),
    Offence("PO610", "public_order", "Public order", "indictable", 0.05),
    Offence("PO620", "public_order", "Other offence", "either_way", 0.17),
    Offence("WE701", "weapons", "Other offence", "either_way", 0.92),
    Offence("WE710", "weapons", "Other offence", "indictable", 0.08),
    Offence("CD801", "damage", "Criminal damage", "either_way", 0.90),
    Offence("CD810", "damage", "Criminal damage", "indictable", 0.10),
    Offence("FR901", "fraud", "Fraud and forgery", "either_way", 0.93),
    Offence("FR910", "fraud", "Fraud and forgery", "indictable", 0.07),
    Offence("MO001", "motoring", "Drink driving and related offences", "summary", 0.26),
    Offence("MO010", "motoring", "Taking & driving away and related offences", "summary", 0.06),
    Offence("MO015", "motoring", "Taking & driving away and related offences", "either_way", 0.03),
    Offence("MO020", "motoring", "Other motoring", "summary", 0.38),
    Offence("MO025", "motoring", "Other motoring", "either_way", 0.04),
    Offence("MO090", "motoring", "Other motoring", "summary", 0.23, recordable=False),
    Offence("SU001", "summary_other", "Violence", "summary", 0.42),
    Offence("SU010", "summary_other", "Criminal damage", "summary", 0.16),
    Offence("SU020", "summary_other", "Absconding or bail offences", "summary", 0.11),
    Offence("SU030", "summary_other", "Soliciting or prostitution", "summary", 0.01),
    Offence("SU040", "summary_other", "Other offence", "summary", 0.23),
    Offence("SU090", "summary_other", "Other offence", "summary", 0.07, recordable=False),
)
BREACH = Offence("BR001", "summary_other", "Absconding or bail offences", "summary", 0.0)
ALL_OFFENCES = (*OFFENCES, BREACH)
BREACH_INDEX = len(OFFENCES)

PROFILES = ("everyday", "acquisitive", "disorder", "drugs", "sexual", "motoring", "fraud")
_MIX = {
    #              viol   sex    rob    theft  drugs  order  weap   damage fraud  motor  other
    "everyday": (0.110, 0.010, 0.004, 0.080, 0.120, 0.090, 0.030, 0.008, 0.010, 0.230, 0.308),
    "acquisitive": (0.035, 0.001, 0.013, 0.570, 0.110, 0.080, 0.027, 0.005, 0.003, 0.026, 0.130),
    "disorder": (0.170, 0.008, 0.008, 0.050, 0.090, 0.190, 0.060, 0.016, 0.002, 0.070, 0.336),
    "drugs": (0.060, 0.002, 0.008, 0.080, 0.550, 0.080, 0.065, 0.002, 0.003, 0.080, 0.070),
    "sexual": (0.050, 0.720, 0.002, 0.020, 0.020, 0.060, 0.010, 0.003, 0.005, 0.040, 0.070),
    "motoring": (0.030, 0.003, 0.001, 0.030, 0.060, 0.040, 0.010, 0.003, 0.003, 0.710, 0.110),
    "fraud": (0.020, 0.003, 0.001, 0.150, 0.050, 0.040, 0.004, 0.002, 0.520, 0.100, 0.110),
}

_DISPOSALS = (
    # custody suspended community fine discharge caution other: published shares within each history band, adults, 2024
    (8.2, 10.3, 14.8, 33.6, 5.2, 22.5, 5.5),
    (10.4, 11.5, 18.4, 30.7, 6.0, 15.6, 7.5),
    (15.2, 11.9, 18.1, 28.9, 6.0, 10.9, 9.1),
    (21.3, 11.7, 16.6, 26.8, 5.9, 7.5, 10.2),
    (24.8, 11.5, 15.2, 25.5, 6.4, 5.8, 10.7),
    (35.1, 10.6, 11.6, 20.8, 6.7, 2.6, 12.6),
)
_AFFINITY = {
    "violence": (1.7, 2.5, 1.6, 0.15, 0.5, 1.2, 0.5),
    "sexual": (6.0, 2.5, 2.0, 0.03, 0.1, 0.4, 0.3),
    "robbery": (14.0, 2.0, 1.5, 0.01, 0.05, 0.1, 0.3),
    "theft": (2.0, 0.9, 1.2, 0.6, 2.2, 1.3, 1.4),
    "drugs": (1.2, 1.2, 0.7, 1.0, 1.0, 2.2, 0.7),
    "public_order": (1.4, 1.2, 1.1, 0.8, 1.2, 1.0, 1.2),
    "weapons": (2.2, 2.5, 1.5, 0.3, 0.4, 1.0, 0.6),
    "damage": (1.6, 1.6, 1.5, 0.4, 1.5, 1.5, 1.0),
    "fraud": (1.5, 2.2, 1.5, 0.4, 0.8, 1.0, 0.8),
    "motoring": (0.25, 0.5, 0.7, 2.2, 0.2, 0.02, 0.3),
    "summary_other": (0.6, 0.6, 1.2, 1.0, 1.4, 1.3, 1.4),
}
_RECENCY_SHARES = np.array(
    ((0.0, 1.0, 0.0), (0.17, 0.24, 0.59), (0.33, 0.23, 0.44), (0.41, 0.25, 0.34), (0.47, 0.25, 0.28), (0.68, 0.20, 0.12))
)
_CUSTODY_MEDIAN_DAYS = (330, 1250, 1150, 85, 620, 110, 230, 130, 320, 100, 75)
_CUSTODY_BY_HISTORY = (1.8, 1.5, 1.2, 1.0, 0.9, 0.75)
_CUSTODY_SPREAD = (0.95, 0.75, 0.60, 0.95, 1.00, 0.80, 0.80, 0.90, 0.90, 0.70, 0.60)


@cache
def group_mix() -> NDArray[np.float64]:
    """Probability of each offence group for each profile; shape (profiles, groups)."""
    return np.array([_MIX[name] for name in PROFILES])


@cache
def sentence_table() -> NDArray[np.float64]:
    """Probability of each sentence; shape (history bands, recencies, groups, sentences).

    Notes:
        Raked so that every band keeps its published disposal mix whatever the groups' own leanings are.
    """
    recent = np.ones((len(RECENCY_STARTS), len(SENTENCES)))
    recent[:, CUSTODY] = _RECENCY_CUSTODY
    affinity = recent[:, None, :] * np.array([_AFFINITY[name] for name in GROUPS])
    target = np.array(_DISPOSALS) / np.sum(_DISPOSALS, axis=1, keepdims=True)
    shares = _RECENCY_SHARES[:, :, None] * _group_shares_by_band()[:, None, :]
    scale = target.copy()
    table: NDArray[np.float64] = affinity
    for _ in range(60):
        table = affinity * scale[:, None, None, :]
        table /= table.sum(axis=-1, keepdims=True)
        scale *= target / np.einsum("brg,brgs->bs", shares, table)
    return table


def _group_shares_by_band() -> NDArray[np.float64]:
    """Rough share of each group among people with little and with much history, for raking only."""
    profiles = np.linspace((0.55, 0.11, 0.11, 0.07, 0.03, 0.10, 0.03), (0.14, 0.69, 0.09, 0.07, 0.003, 0.005, 0.002), 6)
    mixed = profiles @ group_mix()
    shares: NDArray[np.float64] = mixed / mixed.sum(axis=1, keepdims=True)
    return shares


@cache
def codes_by_group() -> tuple[tuple[NDArray[np.int64], NDArray[np.float64]], ...]:
    """For each offence group, the positions of its codes in `OFFENCES` and their cumulative shares."""
    found = []
    for group in GROUPS:
        index = np.array([i for i, offence in enumerate(OFFENCES) if offence.group == group])
        weight = np.array([OFFENCES[i].weight for i in index])
        found.append((index, np.cumsum(weight / weight.sum())))
    return tuple(found)


def draw_rows(table: NDArray[np.float64], rows: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """One category for each row number, from the probabilities in that row of the table."""
    cumulative = np.cumsum(table, axis=1)
    edges = cumulative + np.arange(len(table))[:, None]
    edges[:, -1] = np.arange(1, len(table) + 1)
    at = rows + rng.random(len(rows))
    place = np.searchsorted(edges.ravel(), at, side="right") - rows * table.shape[1]
    found: NDArray[np.int64] = np.minimum(place, table.shape[1] - 1)
    return found


def draw_codes(groups: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """An offence code (position in `OFFENCES`) for each offence group."""
    table = np.zeros((len(GROUPS), len(OFFENCES)))
    for number, (index, cumulative) in enumerate(codes_by_group()):
        table[number, index] = np.diff(cumulative, prepend=0.0)
    return draw_rows(table, groups, rng)


def draw_sentence_days(groups: NDArray[np.int64], bands: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Length in days of a custodial sentence, by offence group and history band: log-normal, 7 days to 20 years.

    Notes:
        Within a group a long history means shorter sentences: what brings a first offender to prison is grave.
    """
    median = np.array(_CUSTODY_MEDIAN_DAYS)[groups] * np.array(_CUSTODY_BY_HISTORY)[bands]
    spread = np.array(_CUSTODY_SPREAD)[groups]
    days = median * np.exp(spread * rng.standard_normal(len(groups)))
    found: NDArray[np.int64] = np.clip(days, 7, 7300).astype(np.int64)
    return found
