"""What may leave: figures that are safe and rounded, and the facts around them. Types only; `disclose()` fills them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

# The imports are field types, which from_json reads at run time.
from justice_data_lab.disclosure.clock import Clock  # noqa: TC001
from justice_data_lab.disclosure.evidence import Colour, Holds, MeasureFacts, MethodFacts, StudyFacts  # noqa: TC001
from justice_data_lab.disclosure.evidence_analyses import NotMade, RefusalCode  # noqa: TC001
from justice_data_lab.disclosure.printed import Figure  # noqa: TC001
from justice_data_lab.disclosure.protocol import ProtocolFacts  # noqa: TC001
from justice_data_lab.disclosure.published_analyses import (  # noqa: TC001
    AnalysisSummary,
    BalanceSummary,
    InteractionResult,
    PlaceboResult,
    Result,
    Step,
)
from justice_data_lab.disclosure.published_linkage import LinkageResult  # noqa: TC001
from justice_data_lab.disclosure.published_prospects import Prospects  # noqa: TC001
from justice_data_lab.disclosure.published_statement import StatementResult  # noqa: TC001
from justice_data_lab.disclosure.published_survival import SurvivalResult  # noqa: TC001
from justice_data_lab.disclosure.published_tests import RobustnessResult  # noqa: TC001

Notice: TypeAlias = Literal["no_ledger", "already_public", "balance_overridden", "further_overridden", "override_not_needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """One level of a characteristic, or the mean of a numeric one."""

    level: str
    count: Figure
    treated: Figure
    comparison: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVariable:
    """One characteristic of the treatment group beside the comparison group."""

    variable: str
    label: str
    rows: tuple[ProfileRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """One row of the annex of standardised differences."""

    variable: str
    label: str
    level: str
    before: Figure
    after: Figure
    variance_ratio: Figure
    ks: Figure
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRow:
    """The share of a kind of submitted record that was found in the register."""

    group: str
    label: str
    people: Figure
    rate: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCounts:
    """How many people the organisation says could take part, and did."""

    eligible: Figure
    started: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The thresholds that held, printed in each report."""

    profile: Literal["default", "none"]
    version: str
    min_people: int
    min_events: int
    dominance: float
    min_effective: float
    max_weight_share: float
    count_base: int
    min_step: int
    min_unmatched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no result, in bands; of a correction that moves a few people, what may be said in words."""

    code: RefusalCode
    needed: int
    submitted: Figure
    usable: Figure
    holds: tuple[Holds, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything of one request that may leave."""

    status: Literal["analysed", "not_analysable"]
    rules: Rules
    notices: tuple[Notice, ...]
    warnings: tuple[str, ...]
    study: StudyFacts
    programme: ProgrammeCounts
    method: MethodFacts
    measures: tuple[MeasureFacts, ...]
    analyses: tuple[AnalysisSummary, ...]
    not_made: tuple[NotMade, ...]
    results: tuple[Result, ...]
    interactions: tuple[InteractionResult, ...]
    placebos: tuple[PlaceboResult, ...]
    survival: SurvivalResult | None
    robustness: RobustnessResult | None
    helped: Figure | None
    attrition: tuple[Step, ...]
    pool: tuple[Step, ...]
    profile: tuple[ProfileVariable, ...]
    balance: tuple[BalanceRow, ...]
    balance_summary: BalanceSummary | None
    quality: tuple[QualityRow, ...]
    linkage: LinkageResult | None
    linkable: tuple[QualityRow, ...]
    prospects: Prospects | None
    statement: StatementResult | None
    refused: Refused | None
    protocol: ProtocolFacts | None
    clock: Clock | None
