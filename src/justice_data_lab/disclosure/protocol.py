"""The plan that was frozen before outcomes were read, and what was changed since: facts about settings, none about people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolChange:
    """One setting that differs from the plan.

    Attributes:
        what: the key as the plan writes it, e.g. `method.caliper`.
        before: its value in the plan; empty when it was not there.
        after: its value in the run; empty when it is gone.
        why: the reason that the study gives; empty when it gives none.
    """

    what: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolFacts:
    """The frozen plan of a request.

    Attributes:
        sha256: its fingerprint.
        frozen_on: the day on which it was frozen, as 2026-11-22.
        changes: what was changed since; empty when nothing was.
    """

    sha256: str
    frozen_on: str
    changes: tuple[ProtocolChange, ...] = ()
