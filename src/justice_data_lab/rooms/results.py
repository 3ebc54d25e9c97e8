"""Room 5: effects of every analysis, and the tests that ask whether the headline can be believed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.known import known_groups
from justice_data_lab.estimation.estimates import Estimates
from justice_data_lab.measures.outcomes import known_from
from justice_data_lab.rooms.scrutiny import Scrutiny, scrutinise

if TYPE_CHECKING:
    from justice_data_lab.disclosure.known import KnownGroup
    from justice_data_lab.ledger_people import People
    from justice_data_lab.measures.outcomes import Outcomes
    from justice_data_lab.rooms.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What room 5 hands on.

    Attributes:
        estimates: every effect of every analysis, in study order.
        scrutiny: the tests of the headline.
        outcomes: what the estimates were made from; None when the room was read back.
        people: of whom figures are wanted to be published; None for data that came linked.
        known: which groups of people that figures count hold which others.
    """

    estimates: Estimates
    scrutiny: Scrutiny
    outcomes: Outcomes | None = None
    people: People | None = None
    known: tuple[KnownGroup, ...] = ()


def estimate_all(work: Work) -> Results:
    """Read outcomes with the hash of the design that was written down, and compare the groups in every analysis."""
    ready = [(designed, match) for designed in work.designs.analyses if (match := designed.usable)]
    main = work.measured.main
    specs = {designed.name: known_from(main, work.source.specs(work.analysis(designed), match)) for designed, match in ready}
    every = tuple(dict.fromkeys(spec for wanted in specs.values() for spec in wanted))
    headline = work.designs.headline
    seen = work.outcomes(headline, main, every)
    rows = (row for designed, match in ready for row in work.estimates(match, replace(seen, specs=specs[designed.name])).rows)
    estimates = Estimates(rows=tuple(rows))
    scrutiny = scrutinise(work, estimates, replace(seen, specs=specs[headline.name]))
    return Results(estimates=estimates, scrutiny=scrutiny, outcomes=seen, known=known_groups(estimates.rows, seen.rows))
