"""Disclosure control of the public coverage file: shares in whole percents, each of enough people with and without."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from justice_data_lab.disclosure.checks import check_share
from justice_data_lab.disclosure.rounding import round_percent
from justice_data_lab.register.coverage import ALL, FIELDS, GROUP_LEVELS, AnalysedShare, GroupRate, PublicRates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justice_data_lab.register.national_groups import GroupCounts
    from justice_data_lab.register.national_kinds import KindCounts
    from justice_data_lab.study import DisclosureRules

_FIRST = ("first_indictable", "first_either_way", "first_summary")
_SINGLE = ("first_custody", "any_indictable", "any_either_way", "any_indictable_or_either_way", "any_summary", "any_custody")
RUNS_FOR_A_RANGE = 10
_PERCENTILES = (10, 90)


def public_rates(counts: Iterable[KindCounts], rules: DisclosureRules) -> tuple[PublicRates, ...]:
    """National rates that may be shown, by kind of sentence.

    Args:
        counts: exact counts.
        rules: rule 1's least numbers.

    Notes:
        A sentence whose rate of reoffending fails rule 1 is left out. The three court outcomes of the first reoffence add up
        to everybody who reoffended, so all three are hidden when one has to be. No count is published, so sentences cannot be
        had by subtraction from all of them.
    """
    return tuple(_rates(one, rules) for one in counts if check_share(one.reoffended, one.events, rules).safe)


def _rates(counts: KindCounts, rules: DisclosureRules) -> PublicRates:
    shown = {name for name in (*_FIRST, *_SINGLE) if check_share(getattr(counts, name), counts.reoffended, rules).safe}
    if not shown.issuperset(_FIRST):
        shown -= set(_FIRST)
    shares = {name: whole_percent(getattr(counts, name), counts.reoffended) for name in sorted(shown)}
    return PublicRates(sentence=counts.sentence, reoffended=whole_percent(counts.reoffended, counts.events), **shares)


def public_groups(counts: Iterable[GroupCounts], rules: DisclosureRules) -> tuple[GroupRate, ...]:
    """National rates by sentence and group of people that may be shown.

    Args:
        counts: exact counts.
        rules: rule 1's least numbers.

    Notes:
        A group passes rule 1 or is left out, and so are people of whom the register does not know to which group they belong. Where just one
        group of a sentence would be left out, the one with the fewest events goes too, so that what is left of all of them is
        never one small group alone. No count is published.
    """
    made: list[GroupRate] = []
    for _, members in groupby(counts, key=lambda each: (each.sentence, each.grouped_by)):
        made += [
            GroupRate(
                sentence=each.sentence,
                grouped_by=each.grouped_by,
                level=each.level,
                reoffended=whole_percent(each.reoffended, each.events),
            )
            for each in _shown(list(members), rules)
        ]
    return tuple(made)


def _shown(counts: Sequence[GroupCounts], rules: DisclosureRules) -> list[GroupCounts]:
    known = [each for each in counts if each.level in GROUP_LEVELS[each.grouped_by]]
    shown = [each for each in known if check_share(each.reoffended, each.events, rules).safe]
    if shown and len(known) - len(shown) == 1:
        shown.remove(min(shown, key=lambda each: each.events))
    return shown


def whole_percent(part: int, total: int) -> float:
    """A share as a fraction in whole percents."""
    return round_percent(part / total, 0) / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Rows of past submissions: how many were submitted, and how many of them analysed."""

    submitted: int = 0
    analysed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(submitted=self.submitted + other.submitted, analysed=self.analysed + other.analysed)

    def safe(self, rules: DisclosureRules) -> bool:
        """Whether rule 1 lets the share be shown: enough rows analysed, and enough not."""
        return check_share(self.analysed, self.submitted, rules).safe


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


def renewed(added: Mapping[str, Tally], published: Mapping[str, Tally], rules: DisclosureRules) -> dict[str, Tally] | None:
    """The tallies behind the next public shares, or None when what was added has to wait for more.

    Args:
        added: rows by which identifiers were given, of the submissions not yet published.
        published: the tallies behind the shares that are public now, `all` among them.
        rules: rule 1's least numbers.

    Notes:
        Anybody can take one version of the file from the next, and the kinds of rows from all of them. So what is added to
        `all` has to pass rule 1, as does each kind that is added to; the other kinds go into `all` only, and there they have
        to pass it together: the smallest of the rest join them until they do. Every published figure is thus a sum of parts
        that each pass rule 1, and nothing smaller than such a part can be worked out from any number of versions.
    """
    everything = total(added.values())
    if not everything.safe(rules):
        return None
    there = {fields: tally for fields, tally in added.items() if tally.submitted}
    held_back = _held_back(there, rules)
    parts = {ALL: everything} | {fields: tally for fields, tally in there.items() if fields not in held_back}
    return {**published, **{fields: published.get(fields, Tally()) + tally for fields, tally in parts.items()}}


def _held_back(added: Mapping[str, Tally], rules: DisclosureRules) -> set[str]:
    """Kinds of rows that go into all only: the unsafe ones, and others until those together are safe."""
    held = {fields for fields, tally in added.items() if not tally.safe(rules)}
    for fields in sorted(added, key=lambda name: (added[name].submitted, name)):
        if not held or total(added[name] for name in held).safe(rules):
            break
        held.add(fields)
    return held


def analysed_shares(
    published: Mapping[str, Tally], runs: Sequence[Mapping[str, Tally]], rules: DisclosureRules
) -> tuple[AnalysedShare, ...]:
    """The public shares of past submissions analysed, all rows first, with their range over submissions.

    Args:
        published: what `renewed` gave.
        runs: each submission's rows by which identifiers were given.
        rules: rule 1's least numbers.

    Notes:
        The range takes only submissions whose own share passes rule 1, and needs ten of them: a percentile lies near one
        submission's share.
    """
    shares = []
    for fields in (name for name in (ALL, *FIELDS) if name in published):
        each = [total(run.values()) if fields == ALL else run.get(fields, Tally()) for run in runs]
        low, high = _range([tally for tally in each if tally.safe(rules)])
        tally = published[fields]
        share = whole_percent(tally.analysed, tally.submitted)
        shares.append(AnalysedShare(fields=fields, analysed=share, low=low, high=high))
    return tuple(shares)


def _range(tallies: Sequence[Tally]) -> tuple[float | None, float | None]:
    if len(tallies) < RUNS_FOR_A_RANGE:
        return None, None
    low, high = np.percentile([tally.analysed / tally.submitted for tally in tallies], _PERCENTILES)
    return round_percent(float(low), 0) / 100, round_percent(float(high), 0) / 100
