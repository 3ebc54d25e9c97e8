"""What a study settles before outcomes are read, held against the protocol that was frozen for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.protocol import ProtocolChange, ProtocolFacts
from justice_data_lab.intake.study_columns import check_study_columns
from justice_data_lab.measures.catalogue import covariates_at_start, covariates_for, specs_for
from justice_data_lab.measures.outcomes import known_at_start
from justice_data_lab.measures.scan import event_columns_of
from justice_data_lab.protocol import Change, Protocol, changes, freeze, read_protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from justice_data_lab.measures.catalogue import Covariate
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab, MeasureSpec, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A protocol, and what was changed since it was frozen."""

    protocol: Protocol
    changes: tuple[Change, ...]

    def facts(self) -> ProtocolFacts:
        """What the report prints of it."""
        return ProtocolFacts(
            sha256=self.protocol.sha256,
            frozen_on=self.protocol.frozen_on.isoformat(),
            changes=tuple(
                ProtocolChange(what=change.what, before=change.before, after=change.after, why=change.why)
                for change in self.changes
            ),
        )


def plan(study: Study, lab: Lab, register: Register | None, *, today: date) -> Protocol:
    """What the study settles, with the covariates and measures that it will use.

    Args:
        study: as read; with `clock = "auto"` the starts decide later which clock runs, and the plan says what holds with either.
        lab: the lab's settings.
        register: the snapshot; None for data that came linked, whose study names its own columns.
        today: the day of writing.

    Raises:
        UsageError: a study of a cohort would pick people by what stops at linkage.
    """
    if register is None:
        covariates = study.data.covariates if study.data else ()
        names = tuple(measure.name for measure in study.measures)
        return freeze(study, lab, covariates=covariates, measures=names, extract=None, today=today)
    check_study_columns(study)
    there = event_columns_of(register)
    known = covariates_for(there)
    wanted = tuple(dict.fromkeys(spec for analysis in study.analyses for spec in specs_for(analysis, there)))
    at_index = {"covariates": _names(known), "measures": _names(wanted)}
    at_start = {"covariates": _names(covariates_at_start(known)), "measures": _names(known_at_start(wanted))}
    asked = study.cohort.clock
    frozen = freeze(study, lab, **(at_start if asked == "intervention" else at_index), extract=register.extract_date, today=today)
    if asked != "auto":
        return frozen
    either = {f"{key}.intervention_clock": ", ".join(names) for key, names in at_start.items()}
    return replace(frozen, content=dict(sorted({**frozen.content, **either}.items())))


def _names(found: Iterable[Covariate | MeasureSpec]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in found))


def agree(file: Path | None, study: Study, lab: Lab, register: Register | None) -> Agreed | None:
    """The protocol of a study, and every change with its reason; None when there is no protocol.

    Raises:
        UsageError: the file is no protocol, or something was changed without a reason.
    """
    now = plan(study, lab, register, today=study.report_date)
    if file is None:
        if study.changes:
            changes(now, now, study.changes)
        return None
    frozen = read_protocol(file)
    return Agreed(protocol=frozen, changes=changes(frozen, now, study.changes))
