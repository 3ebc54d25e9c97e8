"""Who the people are, as counts that add up: levels of the profile, rows of the balance annex, records found, the programme's own numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.disclosure.checks import check_share
from justice_data_lab.disclosure.linked.builder import TOLD
from justice_data_lab.disclosure.linked.names import COUNTED_LEVEL, balance_of, level_of, missed_at_most, programme, records_of
from justice_data_lab.disclosure.linked.results import cell_of
from justice_data_lab.disclosure.linked.ways import link_to_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import BalanceEvidence, DisclosureRequest, LevelEvidence, QualityEvidence
    from justice_data_lab.disclosure.linked.builder import Builder
    from justice_data_lab.disclosure.linked.names import Group
    from justice_data_lab.study import DisclosureRules

_LEVEL_COST, _BALANCE_COST, _RECORDS_COST, _PROGRAMME_COST = 20, 4, 15, 10
_ALL_RECORDS_COST = 300
# The first step at which records of people who were found are lost.
_AFTER_FOUND = ("duplicate",)


def add_profile(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """The levels of each characteristic add up to everybody, in either group; a level's two shares are hidden together.

    Notes:
        Matching makes the two shares nearly equal, and the balance annex says how nearly: where one is hidden, the other would tell it.
    """
    headline = next(analysis.name for analysis in request.analyses if analysis.headline)
    for variable in dict.fromkeys(level.variable for level in request.levels):
        levels = [level for level in request.levels if level.variable == variable]
        for group in ("treated", "comparison"):
            side: Group = "treated" if group == "treated" else "comparison"
            _levels(builder, levels, cell_of("people", headline, "", side), side, rules)
        for level in levels:
            shares = [level_of(variable, level.level, group) for group in ("treated", "comparison")]
            builder.takes(shares[0], shares[1])


def _levels(builder: Builder, levels: Sequence[LevelEvidence], everybody: str, group: Group, rules: DisclosureRules) -> None:
    total = builder.value(everybody)
    for level in levels:
        count = level.treated if group == "treated" else level.comparison
        cost = _price(_LEVEL_COST if group == "treated" else 1, count, total)
        unit = builder.unit(level_of(level.variable, level.level, group), cost)
        _count(builder, unit, count, everybody, rules)
    units = [level_of(level.variable, level.level, group) for level in levels]
    builder.rest(f"other/{group}/{levels[0].variable}", everybody, units, within=everybody, empty=True)


def _count(builder: Builder, unit: str, count: int, everybody: str, rules: DisclosureRules) -> None:
    """One level's people; who is not at it fails as well where they are few. Its cell is called like its unit."""
    total = builder.value(everybody)
    builder.cell(unit, count, unit=unit, within=everybody, fails=count < rules.min_events)
    if total - count < rules.min_events:
        builder.rest(f"not/{unit}", everybody, [unit], within=everybody)
    if not check_share(count, total, rules).safe:
        builder.forced.add(unit)


def add_balance(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """A row of the balance annex tells the people at its level; levels that were merged hold those of the profile."""
    everybody = builder.cell("balance people", request.balance_people, unit=TOLD)
    for variable in dict.fromkeys(row.variable for row in request.balance):
        rows = [row for row in request.balance if row.variable == variable and row.treated_in is not None]
        for row in rows:
            name = row.level or COUNTED_LEVEL
            unit = builder.unit(balance_of(variable, name), _price(_BALANCE_COST, row.treated_in or 0, request.balance_people))
            _count(builder, unit, row.treated_in or 0, everybody, rules)
            if row.treated_other is not None and row.treated_other < rules.min_events:
                # whoever is not at the larger of two values may mostly be people whose value is not known
                builder.forced.add(unit)
        _beside_profile(builder, rows, [level.level for level in request.levels if level.variable == variable], everybody)
        if any(row.level is not None for row in rows):
            units = [balance_of(variable, row.level or COUNTED_LEVEL) for row in rows]
            builder.rest(f"other/balance/{variable}", everybody, units, within=everybody, empty=True)


def _beside_profile(builder: Builder, rows: Sequence[BalanceEvidence], levels: Sequence[str], everybody: str) -> None:
    """A row and the profile's level of that name are of the same people, unless small levels were merged into it.

    Notes:
        Whoever was merged is a count as well. Into which row a level went is not told; but a reader of the method may guess it, so a row is
        hidden with the level of its name.
    """
    merged = not set(levels) <= {row.level or COUNTED_LEVEL for row in rows}
    for row in rows:
        name = row.level or COUNTED_LEVEL
        unit, level = balance_of(row.variable, name), level_of(row.variable, name, "treated")
        if not builder.has(level):
            continue
        builder.takes(level, unit)
        builder.takes(level_of(row.variable, name, "comparison"), unit)
        more = builder.value(unit) - builder.value(level)
        if merged and more == 0:
            builder.cell(f"merged/{unit}", 0, within=everybody)
            builder.equal([level, f"merged/{unit}"], [unit])
        else:
            builder.rest(f"merged/{unit}", unit, [level], within=everybody, empty=True)


def add_records(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """Records sent and found, by kind, and those whose person could be found; kinds of one section add up to all of them.

    Notes:
        Where records sent and people analysed differ by fewer than ten, as page one tells, no more records than that can have been missed: no
        row of them passes rule 1, and none is printed.
    """
    linkable = request.linkage.linkable if request.linkage else ()
    few = bool(request.attrition) and request.attrition[0].left - request.attrition[-1].left < rules.min_events
    for rows in (() if few else request.quality, linkable):
        for row in rows:
            _records(builder, row, _ALL_RECORDS_COST if _stands_alone(row, rows) else _RECORDS_COST, rules)
        if whole := _whole(rows):
            _sections(builder, whole, rows)
    if few:
        builder.forced |= {builder.unit(records_of(row.group, row.label), 1) for row in request.quality}
    elif whole := _whole(request.quality):
        link_to_request(builder, _record_cell("found", whole), whole.linked, request, _AFTER_FOUND)
        _add_missed(builder, whole, request)


def _whole(rows: Sequence[QualityEvidence]) -> QualityEvidence | None:
    """The row of every record; None when there is none."""
    return next((row for row in rows if _stands_alone(row, rows)), None)


def _stands_alone(row: QualityEvidence, rows: Sequence[QualityEvidence]) -> bool:
    """Whether a row is of every record: it stands alone in its section."""
    return sum(other.group == row.group for other in rows) == 1


def _sections(builder: Builder, whole: QualityEvidence, every: Sequence[QualityEvidence]) -> None:
    for section in dict.fromkeys(row.group for row in every if row is not whole):
        rows = [row for row in every if row.group == section]
        sent = sum(row.people for row in rows) == whole.people
        for what in ("sent", "found", "missed"):
            key, parts = f"other/{what}/{section}", [_record_cell(what, row) for row in rows]
            within = "" if what == "sent" else f"other/sent/{section}"
            builder.rest(key, _record_cell(what, whole), parts, within=within, empty=sent)


def _add_missed(builder: Builder, whole: QualityEvidence, request: DisclosureRequest) -> None:
    """The share of records not linked is told again where it is estimated how many people were missed."""
    rates = request.linkage.rates if request.linkage else ()
    for rate in rates:
        if rate.key == "missed at most" and round(rate.share * rate.rows) == whole.people - whole.linked:
            unit = builder.unit(missed_at_most(), 100 * _RECORDS_COST)
            builder.cell(unit, whole.people - whole.linked, unit=unit)
            builder.equal([unit], [_record_cell("missed", whole)])


def _record_cell(what: str, row: QualityEvidence) -> str:
    return f"{what}/{records_of(row.group, row.label)}"


def _records(builder: Builder, row: QualityEvidence, cost: int, rules: DisclosureRules) -> None:
    """Found and not found, of so many sent; that is known to the organisation, whose own file it counts, whatever is printed."""
    unit = builder.unit(records_of(row.group, row.label), 100 * cost)
    safe = check_share(row.linked, row.people, rules).safe
    if not safe:
        builder.forced.add(unit)
    sent, told = _record_cell("sent", row), unit if safe else ""
    builder.cell(sent, row.people, unit=TOLD)
    for what, count in (("found", row.linked), ("missed", row.people - row.linked)):
        builder.cell(_record_cell(what, row), count, unit=told, within=sent, fails=count < rules.min_events)
    builder.equal([_record_cell("found", row), _record_cell("missed", row)], [sent])


def add_programme(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """Who could take part and did not is a count as well."""
    eligible, started = request.study.eligible, request.study.started
    if eligible is None or started is None or eligible < started:
        return
    first = builder.unit(programme("eligible"), _PROGRAMME_COST * 100)
    second = builder.unit(programme("started"), 2 * _PROGRAMME_COST * 100)
    builder.cell(first, eligible, unit=first)
    builder.cell(second, started, unit=second, within=first, fails=started < rules.min_people)
    builder.rest("not started", first, [second], within=first, empty=True)


def _price(base: int, count: int, total: int) -> int:
    """What is lost with a level; of two alike the one of fewer people goes first."""
    return 100 * base + min(99, 100 * count // max(1, total))
