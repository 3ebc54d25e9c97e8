"""What a study settles before outcomes are read, held against the protocol that was frozen for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.protocol import ProtocolChange, ProtocolFacts
from justice_data_lab.measures.catalogue import covariates_for, specs_for
from justice_data_lab.measures.scan import event_columns_of
from justice_data_lab.protocol import Change, Protocol, changes, freeze, read_protocol

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.study import Lab, Study


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
        study: as read.
        lab: the lab's settings.
        register: the snapshot; None for data that came linked, whose study names its own columns.
        today: the day of writing.
    """
    if register is None:
        covariates = study.data.covariates if study.data else ()
        names, extract = tuple(measure.name for measure in study.measures), None
    else:
        there = event_columns_of(register)
        covariates = tuple(covariate.name for covariate in covariates_for(there))
        wanted = dict.fromkeys(spec.name for analysis in study.analyses for spec in specs_for(analysis, there))
        names, extract = tuple(wanted), register.extract_date
    return freeze(study, lab, covariates=covariates, measures=names, extract=extract, today=today)


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
