"""The results of a request as counts that add up: with and without the event, sub-groups, parts of a total, subgroups of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.checks import check_count, check_share, check_side
from justice_data_lab.disclosure.estimates import size_is_safe
from justice_data_lab.disclosure.linked.builder import TOLD
from justice_data_lab.disclosure.linked.differences import Known, add_between, add_known
from justice_data_lab.disclosure.linked.names import base_of, controls_of, people_of, result_of
from justice_data_lab.disclosure.linked.related import Related

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.disclosure.evidence import DisclosureRequest, EstimateEvidence, MeasureFacts, Side
    from justice_data_lab.disclosure.evidence_analyses import AnalysisEvidence
    from justice_data_lab.disclosure.linked.builder import Builder
    from justice_data_lab.disclosure.linked.differences import Counts
    from justice_data_lab.disclosure.linked.names import Group
    from justice_data_lab.study import DisclosureRules

# Everybody with the event has at least one, so no more people have it than there are of them.
_NUMBER_OF: dict[str, str] = {"reoffended": "reoffences", "reoffended_two_years": "reoffences_two_years"}
# Reasons of rule 1 that speak of weights, and so against the weighted figure and not against the count.
_WEIGHTS = {"few_effective", "heavy_weight"}
# Of the same people, whoever has the first event has the second.
_LATER = {"reoffended": "reoffended_two_years"}
# What is lost when a group's figure is hidden, by the kind of analysis: whatever is left of the rest, page one stays.
_COST = {"regional": 30, "national": 30, "subgroup": 15, "after_start": 6, "placebo": 8}
_HEADLINE, _PRIMARY, _OF_ALL = 300, 4, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One group's figure of one estimate."""

    analysis: AnalysisEvidence
    measure: MeasureFacts
    side: Side
    group: Group

    @property
    def unit(self) -> str:
        """What hides it."""
        return result_of(self.analysis.name, self.measure.key, self.group)

    def cell(self, what: str) -> str:
        """Key of one of its counts: people `with` the event, `without` it, with a `value` other than zero, or the `total` of all."""
        return cell_of(what, self.analysis.name, self.measure.key, self.group)

    @property
    def size(self) -> int:
        """The count that it is known by: people with the event, or with a value other than zero."""
        return self.side.events if self.side.events is not None else self.side.nonzero or 0


def cell_of(what: str, analysis: str, measure: str, group: Group) -> str:
    """Key of a count of one group in one analysis."""
    return f"{what}/{group}/{analysis}/{measure}"


def add_results(builder: Builder, request: DisclosureRequest, rules: DisclosureRules) -> None:
    """Every estimate of every analysis, placebo groups too, with the ties between them.

    Notes:
        The comparison groups of two analyses are drawn and weighted afresh, so they share people in no way that adds up, but in a
        trial, whose controls are counted and protected like the people who were offered the programme.
    """
    measures = {measure.key: measure for measure in request.measures}
    placebos = tuple(placebo.analysis for placebo in request.placebos)
    analyses = {analysis.name: analysis for analysis in (*request.analyses, *placebos)}
    estimates = (*request.estimates, *(row for placebo in request.placebos for row in placebo.estimates))
    trial = request.method.design == "randomised"
    known = Known(request.known)
    for group in ("treated", "comparison"):
        rows = _rows(estimates, analyses, measures, "treated" if group == "treated" else "comparison")
        related = Related(request, "treated" if group == "treated" else "comparison") if group == "treated" or trial else None
        _Results(builder, rules, rows, analyses, trial=trial).add(known, related)


def _rows(
    estimates: Sequence[EstimateEvidence],
    analyses: Mapping[str, AnalysisEvidence],
    measures: Mapping[str, MeasureFacts],
    group: Group,
) -> list[Row]:
    return [
        Row(
            analysis=analyses[each.analysis],
            measure=measures[each.measure],
            side=each.treated if group == "treated" else each.comparison,
            group=group,
        )
        for each in estimates
    ]


def cost_of(analysis: AnalysisEvidence, measure: MeasureFacts) -> int:
    """What is lost when a figure is hidden: most with a primary measure, and more with one of everybody than of those who reoffended."""
    base = _HEADLINE if analysis.headline else _COST[analysis.kind]
    return base * (_PRIMARY if measure.role == "primary" else _OF_ALL if measure.of == "all" else 1)


class _Results:
    """One group's figures in all analyses."""

    def __init__(
        self, builder: Builder, rules: DisclosureRules, rows: list[Row], analyses: Mapping[str, AnalysisEvidence], *, trial: bool
    ) -> None:
        self._builder = builder
        self._rules = rules
        self._rows = {(row.analysis.name, row.measure.key): row for row in rows}
        self._analyses = analyses
        self._group: Group = rows[0].group if rows else "treated"
        self._trial = trial

    def add(self, known: Known, related: Related | None) -> None:
        for analysis in self._analyses.values():
            self._people(analysis)
        # whoever is a sub-group's base comes before those who are counted in it
        for row in sorted(self._rows.values(), key=lambda each: each.measure.of != "all"):
            self._figure(row)
        for row in self._rows.values():
            self._made_from(row)
        self._no_more_than()
        self._parts()
        counts = self._counts()
        for name in self._analyses:
            for what, cell in add_known(self._builder, f"{self._group}/{name}", self._groups(name), known).items():
                counts.setdefault(what, {})[name] = cell
        if related:
            add_between(self._builder, self._group, counts, related)
        self._later()

    def _people(self, analysis: AnalysisEvidence) -> None:
        """How many people the analysis is of."""
        builder, treated = self._builder, self._group == "treated"
        count = analysis.treated if treated else analysis.comparison
        if analysis.headline or not (treated or self._trial):
            builder.cell(self._everybody(analysis.name), count, unit=TOLD)
            return
        unit = builder.unit(self._size(analysis.name), 1)
        safe = size_is_safe(analysis, self._rules) if treated else check_count(count, self._rules).safe
        builder.cell(self._everybody(analysis.name), count, unit=unit, fails=count < self._rules.min_people)
        if not safe:
            builder.forced.add(unit)

    def _size(self, analysis: str) -> str:
        return people_of(analysis) if self._group == "treated" else controls_of(analysis)

    def _everybody(self, analysis: str) -> str:
        return cell_of("people", analysis, "", self._group)

    def _base(self, row: Row) -> str:
        """The cell of the people that a figure is of; made where there is none, as where somebody's outcome is not known."""
        base = self._row_of_base(row)
        key = base.cell("with") if base else self._everybody(row.analysis.name) if row.measure.of == "all" else ""
        if self._builder.has(key) and self._builder.value(key) == row.side.people:
            return key
        own = cell_of("base", row.analysis.name, f"{row.measure.of}/{row.side.people}", row.group)
        if not self._builder.has(own):
            self._own_base(own, row)
        return own

    def _row_of_base(self, row: Row) -> Row | None:
        """The figure of everybody whose event makes the sub-group that a figure is of; one of that name of other people is none."""
        found = self._rows.get((row.analysis.name, row.measure.of))
        return found if found and found.measure.of == "all" and found.side.events is not None else None

    def _own_base(self, key: str, row: Row) -> None:
        """A sub-group that is no measure of its own: it is told with every figure of it."""
        builder, everybody = self._builder, self._everybody(row.analysis.name)
        people, whole = row.side.people, builder.value(everybody)
        if row.measure.of == "all" or people > whole:
            builder.cell(key, people, unit=TOLD)
            return
        unit = base_of(row.analysis.name, row.measure.of, row.group)
        if not builder.knows(unit):
            builder.unit(unit, 100 * cost_of(row.analysis, row.measure))
        safe = check_share(people, whole, self._rules).safe
        builder.cell(key, people, unit=unit, within=everybody, fails=people < self._rules.min_events)
        builder.cell(f"{key}/others", whole - people, unit=unit, within=everybody, fails=whole - people < self._rules.min_events)
        builder.equal([key, f"{key}/others"], [everybody])
        if not safe:
            builder.forced.add(unit)

    def _figure(self, row: Row) -> None:
        """The counts behind one figure; a proportion's with and without the event, a mean's people with a value."""
        builder, side, least = self._builder, row.side, self._rules.min_events
        unit = builder.unit(row.unit, _price(row))
        base, reasons = self._base(row), set(check_side(side, self._rules).reasons)
        if reasons:
            builder.forced.add(unit)
        told = self._told_by(row)
        if side.events is not None:
            without = side.people - side.events
            builder.cell(row.cell("with"), side.events, unit=told, within=base, fails=side.events < least)
            builder.cell(row.cell("without"), without, unit=told, within=base, fails=without < least)
            builder.equal([row.cell("with"), row.cell("without")], [base])
        elif side.nonzero is not None:
            builder.cell(row.cell("value"), side.nonzero, unit=told, within=base, fails=told == unit and bool(reasons))

    def _told_by(self, row: Row) -> str:
        """What tells the counts of a figure: the figure, or where only its weights hide it, the figures of those with the event."""
        if not self._only_weights(row):
            return row.unit
        name, key = row.analysis.name, row.measure.key
        if row.side.events is None or not any(other.measure.of == key for (at, _), other in self._rows.items() if at == name):
            return ""
        unit = base_of(name, key, row.group)
        return unit if self._builder.knows(unit) else self._builder.unit(unit, 100 * cost_of(row.analysis, row.measure))

    def _only_weights(self, row: Row) -> bool:
        """Whether a figure is hidden because of its weights alone: its counts of people are no secret."""
        reasons = set(check_side(row.side, self._rules).reasons)
        return bool(reasons) and reasons <= _WEIGHTS

    def _made_from(self, row: Row) -> None:
        """What goes when this figure goes: all of the analysis with its size, and all of a sub-group with its size."""
        builder, name, group = self._builder, row.analysis.name, row.group
        if builder.knows(self._size(name)):
            builder.takes(self._size(name), row.unit)
        base = self._row_of_base(row)
        if base and not self._only_weights(base):
            builder.takes(base.unit, row.unit)
        if builder.knows(base_of(name, row.measure.of, group)):
            builder.takes(base_of(name, row.measure.of, group), row.unit)

    def _no_more_than(self) -> None:
        """A frequency tells how many there are in all, and so how many people can have one at most."""
        for (name, key), row in self._rows.items():
            number = self._rows.get((name, _NUMBER_OF.get(key, "")))
            if self._group == "comparison" or number is None or number.side.value is None or row.side.events is None:
                continue
            total = round(number.side.value * number.side.people)
            if total >= row.side.events:
                self._builder.cell(number.cell("total"), total, unit=number.unit)
                self._builder.cell(number.cell("more"), total - row.side.events)
                self._builder.equal([row.cell("with"), number.cell("more")], [number.cell("total")])

    def _parts(self) -> None:
        """Parts of a total within an analysis: shares of one base, or numbers of things whose sum another table tells."""
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in self._rows.values():
            if row.measure.parts and row.side.value is not None:
                groups.setdefault((row.analysis.name, row.measure.parts), []).append(row)
        for (analysis, parts), rows in groups.items():
            key = cell_of("parts", analysis, parts, self._group)
            if all(row.side.events is not None for row in rows):
                base = self._base(rows[0])
                self._builder.rest(key, base, [row.cell("with") for row in rows], within=base, empty=True)
            elif len(rows) > 1:
                self._numbers(key, rows)

    def _numbers(self, key: str, rows: list[Row]) -> None:
        """Numbers of things by kind; their sum is the frequency of all of them, where there is one, and else taken as told."""
        builder, rules = self._builder, self._rules
        counts = {row.cell("total"): round((row.side.value or 0.0) * row.side.people) for row in rows}
        every = next((cell_of("total", rows[0].analysis.name, number, self._group) for number in _NUMBER_OF.values()), key)
        if not builder.has(every) or builder.value(every) != sum(counts.values()):
            every = builder.cell(key, sum(counts.values()), unit=TOLD)
        for row in rows:
            fails = not check_side(row.side, rules).safe and not self._only_weights(row)
            builder.cell(row.cell("total"), counts[row.cell("total")], unit=self._told_by(row), within=every, fails=fails)
        builder.equal(counts, [every])

    def _counts(self) -> Counts:
        """Every count by what it is of, in each analysis."""
        found: Counts = {"people": {name: self._everybody(name) for name in self._analyses}}
        for (name, measure), row in self._rows.items():
            for what in ("with", "without", "value"):
                found.setdefault(f"{what}/{measure}", {})[name] = row.cell(what)
            if row.measure.of != "all":
                found.setdefault(f"base/{row.measure.of}", {}).setdefault(name, self._base(row))
                found.setdefault(f"others/{row.measure.of}", {}).setdefault(name, f"{self._base(row)}/others")
        return {what: {name: cell for name, cell in cells.items() if self._builder.has(cell)} for what, cells in found.items()}

    def _groups(self, analysis: str) -> dict[str, str]:
        """The groups of one analysis whose sizes its figures tell, as `KnownGroup` calls them, each with its cell."""
        found: dict[str, str] = {self._everybody(analysis): "people"}
        for row in (row for (name, _), row in self._rows.items() if name == analysis):
            for cell, what in ((self._base(row), "base"), (row.cell("with"), "with"), (row.cell("value"), "value")):
                if self._builder.has(cell):
                    found.setdefault(cell, f"{what}/{row.measure.key}")
        return {group: cell for cell, group in found.items()}

    def _later(self) -> None:
        """Who had the event in the second year only, where the two years and the one are of the same people."""
        builder = self._builder
        for first, second in _LATER.items():
            early = [row for (_, measure), row in self._rows.items() if measure == first]
            late = [row for (_, measure), row in self._rows.items() if measure == second]
            for one, two in ((one, two) for one in early for two in late if _same_people(one, two)):
                key = cell_of("later", two.analysis.name, f"{one.analysis.name}/{first}", two.group)
                builder.rest(key, two.cell("with"), [one.cell("with")], within=self._base(two))


def _same_people(one: Row, two: Row) -> bool:
    same = one.analysis.where == two.analysis.where and one.side.people == two.side.people
    return same and one.side.events is not None and two.side.events is not None


def _price(row: Row) -> int:
    """What is lost with a figure; of two alike the one of fewer people goes first."""
    return 100 * cost_of(row.analysis, row.measure) + min(99, 100 * row.size // max(1, row.side.people))
