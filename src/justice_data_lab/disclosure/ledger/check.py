"""Rule 5: may figures be told of these people, given all that was told before?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.disclosure.checks import check_share
from justice_data_lab.disclosure.ledger.overlaps import Index
from justice_data_lab.disclosure.ledger.sets import REQUEST
from justice_data_lab.disclosure.ledger.sums import what_sums_tell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from justice_data_lab.disclosure.ledger.sets import LedgerSet
    from justice_data_lab.study import DisclosureRules

Reason: TypeAlias = Literal["nearly_the_same", "not_carried_forward", "too_few_new", "tells_events"]
WayOut: TypeAlias = Literal["wait", "merge", "update"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What rule 5 says of one new set.

    Attributes:
        analysis: whose people they are.
        of: whom of them.
        near: they differ by a few people from what earlier figures are about, or from a sum of those.
        measures: 0/1 measures whose events in such a difference would be told, nearly all or nearly none.
        update: why it is no update of the release that it supersedes; empty when it is, or is not meant to be.
    """

    analysis: str
    of: str
    near: bool = False
    measures: tuple[str, ...] = ()
    update: Reason | Literal[""] = ""

    @property
    def clear(self) -> bool:
        """Whether nothing speaks against it."""
        return not (self.near or self.measures or self.update)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What speaks against it."""
        found: list[Reason] = ["nearly_the_same"] if self.near else []
        found += ["tells_events"] if self.measures else []
        found += [self.update] if self.update else []
        return tuple(found)

    @property
    def ways_out(self) -> tuple[WayOut, ...]:
        """What can be done; none when it is clear."""
        return () if self.clear else ("wait", "merge", "update")


def check(
    new: Sequence[LedgerSet],
    earlier: Sequence[LedgerSet],
    rules: DisclosureRules,
    *,
    supersedes: str = "",
    picked: Collection[str] = (),
) -> tuple[Verdict, ...]:
    """Rule 5 for the sets of one request, each in its turn: those before it in the request count as told.

    Args:
        new: in the order of the report, so that national wins.
        earlier: behind every figure that is public.
        rules: `min_events` people must have the event, and as many not, in every difference.
        supersedes: the release that this one updates; all whom it could use must be there, with enough new ones.
        picked: analyses of people picked by a column of the organisation's own.

    Returns:
        One verdict a set, in order.

    Notes:
        Of a new set and every signed sum of up to three sets told before: it is refused where the people with a net coefficient other
        than zero number 1 to 19, or where for a published 0/1 measure the net number of events is less than 10 away from the
        least or the most that any outcomes could give. Sets of everybody and sets of those who reoffended are summed apart: no
        one measure is told of both.

        The very same people are refused as well where another list was sent, or where the organisation picked them, and so are
        people who are just a sum in which another list's stand: were they told, then whoever is left out of a list, or added to
        it, would be known not to be in the register.
    """
    verdicts: dict[tuple[str, str], Verdict] = {}
    for of in dict.fromkeys(each.of for each in new):
        before = [each for each in earlier if each.of == of]
        index, beside = Index(_merged(before)), set[frozenset[str]]()
        for each in (_tellable(one, rules) for one in new if one.of == of):
            verdict = _verdict(each, index, rules)
            of_another = any(one.tokens == each.tokens and one.source != each.source for one in before)
            if of_another or (each.analysis in picked and each.tokens in beside):
                verdict = replace(verdict, near=True, measures=())
            if supersedes and each.analysis == REQUEST:
                verdict = replace(verdict, update=_update(each, earlier, supersedes, 2 * rules.min_events))
            verdicts[each.analysis, each.of] = verdict
            if not verdict.near:
                left = tuple(pair for pair in each.events if pair[0] not in verdict.measures)
                index.add(replace(each, events=left))
                beside.add(each.tokens)
    return tuple(verdicts[each.analysis, each.of] for each in new)


def _verdict(new: LedgerSet, index: Index, rules: DisclosureRules) -> Verdict:
    told = what_sums_tell(new, index, rules.min_events)
    return Verdict(analysis=new.analysis, of=new.of, near=told.few, measures=told.measures)


def _tellable(each: LedgerSet, rules: DisclosureRules) -> LedgerSet:
    """The set with those measures that pass rule 1 by themselves; the others are told of nobody."""
    return replace(each, events=tuple((name, n) for name, n in each.events if check_share(n, len(each.tokens), rules).safe))


def _merged(sets: Iterable[LedgerSet]) -> list[LedgerSet]:
    """Sets of the very same people as one, with all that was told of them."""
    found: dict[frozenset[str], LedgerSet] = {}
    for each in sets:
        known = found.get(each.tokens)
        events = dict(each.events) | (dict(known.events) if known else {})
        found[each.tokens] = replace(known or each, events=tuple(sorted(events.items())))
    return list(found.values())


def _update(new: LedgerSet, earlier: Sequence[LedgerSet], supersedes: str, least: int) -> Reason | Literal[""]:
    """Why it is no update: somebody whom the earlier release could use is missing, or too few are new."""
    known = next((each for each in earlier if (each.released_as, each.analysis) == (supersedes, REQUEST)), None)
    if known is None or not known.tokens <= new.tokens:
        return "not_carried_forward"
    return "too_few_new" if len(new.tokens - known.tokens) < least else ""
