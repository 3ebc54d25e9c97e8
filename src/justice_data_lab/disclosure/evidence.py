"""What a request wants to publish, exact and secret: the evidence that the disclosure checks look at.

Nothing here may be printed. `disclose()` is the one way from these values to published ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from justice_data_lab.disclosure.evidence_analyses import RefusalCode  # noqa: TC001 -- a field type, read at run time by from_json

if TYPE_CHECKING:
    from justice_data_lab.disclosure.clock import ClockEvidence
    from justice_data_lab.disclosure.evidence_analyses import (
        AnalysisEvidence,
        InteractionEvidence,
        NotMade,
        PlaceboEvidence,
    )
    from justice_data_lab.disclosure.known import KnownGroup
    from justice_data_lab.disclosure.linkage_evidence import LinkageEvidence
    from justice_data_lab.disclosure.protocol import ProtocolFacts
    from justice_data_lab.disclosure.robustness_evidence import HelpedEvidence, RobustnessEvidence
    from justice_data_lab.disclosure.statement_evidence import OverlapEvidence
    from justice_data_lab.disclosure.survival_evidence import SurvivalEvidence

Verdict: TypeAlias = Literal["reduction", "increase", "inconclusive", "not_reliable"]
Colour: TypeAlias = Literal["green", "amber", "red"]

# An analysis whose figures would tell of a few people by difference; disclosure itself gives the warning.
NEARLY_THE_SAME = "nearly_the_same_people"
WARNINGS = (
    "caliper_widened",
    "few_matched",
    "pool_matched_too_widely",
    "small_cohort",
    "balance_amber",
    "balance_red_overridden",
    "merged_levels",
    "columns_dropped",
    "merged_court_outcomes",
    "small_subgroup",
    NEARLY_THE_SAME,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One group's figure for one measure, with what rule 1 asks about it.

    Attributes:
        people: unweighted number of people the figure is of.
        value: exact proportion (a fraction) or mean; None when there is none.
        events: unweighted people with the event; None for a mean, unless it is of two values: then those at the larger.
        nonzero: unweighted people with a value other than zero; None for a proportion.
        largest_share: largest share of the (weighted) total that one person holds; None for a proportion.
        n_eff: effective size; None for the treatment group, where every weight is 1.
        max_weight_share: largest share of all weight that one person holds; None for the treatment group.
        low: lower end of the group's own interval, where the estimation gives one.
        high: upper end of it.
    """

    people: int
    value: float | None
    events: int | None = None
    nonzero: int | None = None
    largest_share: float | None = None
    n_eff: float | None = None
    max_weight_share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFacts:
    """One outcome as it is printed; holds no figure.

    Attributes:
        key: the column, unique within a request.
        name: as printed.
        kind: `proportion` or `mean`.
        of: `all`, or the 0/1 column whose people alone are counted.
        unit: of a mean, e.g. `days`.
        better: which direction is good.
        role: page one speaks of primary measures only.
        counts: whether a mean is of a number of things, so that 100 people have 100 times as many.
        parts: measures of one analysis that share this name add up to a total; empty when none.
        table: number of the table that it stands in, from 1.
        table_title: title of that table.
    """

    key: str
    name: str
    kind: Literal["proportion", "mean"]
    of: str = "all"
    unit: str = ""
    better: Literal["lower", "higher"] = "lower"
    role: Literal["primary", "secondary"] = "secondary"
    counts: bool = False
    parts: str = ""
    table: int = 1
    table_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateEvidence:
    """One row an analysis and measure; fractions, not points; None where the estimation could give no number.

    Attributes:
        analysis: name of the analysis.
        measure: key of the measure.
        treated: the treatment group's figure and what stands behind it.
        comparison: the comparison group's.
        difference: treatment less comparison.
        ci_low: lower end of the 95% interval.
        ci_high: upper end.
        p_value: two-sided.
        detectable: the difference that a group of this size could have detected.
        people_needed: people to be analysed to detect five percentage points.
        people_to_send: people to be submitted for that, given the losses seen.
        verdict: what the interval says.
        reliable: whether the gates of the method are passed.
    """

    analysis: str
    measure: str
    treated: Side
    comparison: Side
    difference: float | None
    ci_low: float | None
    ci_high: float | None
    p_value: float | None
    detectable: float | None
    people_needed: int | None
    people_to_send: int | None
    verdict: Verdict
    reliable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvidence:
    """One step from records submitted to people analysed: how many left here, and how many remain."""

    key: str
    label: str
    reason: str
    lost: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelEvidence:
    """One level of a characteristic: people of the treatment group in it, and the comparison group's weighted share.

    Attributes:
        variable: key of the characteristic.
        label: the characteristic as printed.
        level: the level as printed.
        treated: matched people of the treatment group at this level.
        comparison: people of the comparison group at this level, unweighted.
        comparison_share: their share of all comparison weight.
    """

    variable: str
    label: str
    level: str
    treated: int
    comparison: int
    comparison_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanEvidence:
    """The mean of a numeric characteristic in each group."""

    variable: str
    label: str
    unit: str
    treated: Side
    comparison: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceEvidence:
    """One row of the balance annex.

    Attributes:
        variable: key of the characteristic.
        label: the characteristic as printed.
        level: the level; None for a numeric column.
        treated_in: matched people of the treatment group at the level, or at the larger of two values; None for a numeric column of more.
        before: standardised difference before matching.
        after: the same after matching; None for a randomised design.
        variance_ratio: after matching, numeric columns only.
        ks: weighted Kolmogorov-Smirnov distance after matching, numeric columns only.
        colour: by the lab's bounds.
        treated_other: of a numeric column of two values, those at the smaller: with those whose value is not known they are all the others.
    """

    variable: str
    label: str
    level: str | None
    treated_in: int | None
    before: float | None
    after: float | None
    variance_ratio: float | None = None
    ks: float | None = None
    colour: Colour = "green"
    treated_other: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityEvidence:
    """How many of a kind of submitted record were found in the register."""

    group: str
    label: str
    people: int
    linked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFacts:
    """What the organisation and the lab say of the programme: text, and three numbers that they give themselves."""

    name: str
    organisation: str
    programme: str
    intervention_type: str
    setting: str
    report_date: str
    source: Literal["register", "own data"] = "register"
    what: str = ""
    who_delivers: str = ""
    where: str = ""
    dose: str = ""
    how_chosen: str = ""
    own_words: str = ""
    unit_cost: str = ""
    eligible: int | None = None
    started: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts:
    """How the comparison was made: settings, not data."""

    version: str
    design: Literal["matched", "randomised"]
    caliper_scale: str = "logit"
    caliper_sd: float | None = None
    caliper_width: float | None = None
    widened: bool = False
    exact: tuple[str, ...] = ()
    selection: str = "none"
    smd_denominator: str = "pooled"
    se: str = "kish"
    covariates: tuple[str, ...] = ()
    override: str = ""
    min_matched: int = 30
    min_subgroup: int = 60
    min_reoffenders: int = 30
    min_np: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """A verdict that would be the same whatever the few people had done whom a correction moves.

    Attributes:
        measure: its name.
        verdict: of the headline.
    """

    measure: str
    verdict: Literal["reduction", "increase", "inconclusive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why the headline could not be analysed.

    Attributes:
        code: `too_few` people, `no_overlap` between the groups, `no_balance`, or `separation` (the fit has no answer); or that of the
            ledger or of rule 1, which let nothing out.
        needed: least people matched that the lab asks for; of the ledger, least people who must be new; of rule 1, least people with an
            outcome, and without it.
        submitted: records submitted.
        usable: people who could be used when it stopped; None where that may not be told.
        holds: what a correction may say in words.
    """

    code: RefusalCode
    needed: int
    submitted: int
    usable: int | None
    holds: tuple[Holds, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRequest:
    """Everything that one request wants to publish, exact.

    Attributes:
        study: what is said of the programme.
        method: how the comparison was made.
        status: `analysed`, or `not_analysable` with a `refusal`.
        measures: the outcomes, in the order of the report.
        analyses: the comparisons, in the order of the report.
        not_made: analyses that were asked for and could not be made.
        estimates: one row an analysis and measure.
        interactions: whether effects differ between subgroups.
        placebos: the same comparison for people who were sent along and not served.
        survival: time to the first event in the headline; None when there are no times.
        robustness: other checks of the headline; None when the study leaves them out.
        helped: people of the comparison group who had similar help; None when the lab knows of nobody.
        attrition: from records submitted to people analysed; the first step is what was submitted.
        pool: the same for the comparison pool; empty when there is nothing to tell.
        levels: profile of the headline's matched treatment group.
        means: numeric characteristics of the same people.
        balance: rows of the headline's balance table.
        balance_people: people of the treatment group that the table is of.
        quality: how well records were linked.
        overlap: how many people of the headline had somebody like them; None in a trial.
        linkage: how far links can be trusted; None when the data came linked.
        warnings: codes from `WARNINGS`.
        refusal: why there is no result.
        protocol: the plan that was frozen; None when there was none.
        clock: on which day follow-up began; None when the data came linked.
        known: which groups of people that figures count hold which others, as the outcomes show it.
        complete: columns by which analyses pick people of whom everybody has one of the values, two or more, that they name.
    """

    study: StudyFacts
    method: MethodFacts
    status: Literal["analysed", "not_analysable"] = "analysed"
    measures: tuple[MeasureFacts, ...] = ()
    analyses: tuple[AnalysisEvidence, ...] = ()
    not_made: tuple[NotMade, ...] = ()
    estimates: tuple[EstimateEvidence, ...] = ()
    interactions: tuple[InteractionEvidence, ...] = ()
    placebos: tuple[PlaceboEvidence, ...] = ()
    survival: SurvivalEvidence | None = None
    robustness: RobustnessEvidence | None = None
    helped: HelpedEvidence | None = None
    attrition: tuple[StepEvidence, ...] = ()
    pool: tuple[StepEvidence, ...] = ()
    levels: tuple[LevelEvidence, ...] = ()
    means: tuple[MeanEvidence, ...] = ()
    balance: tuple[BalanceEvidence, ...] = ()
    balance_people: int = 0
    quality: tuple[QualityEvidence, ...] = ()
    overlap: OverlapEvidence | None = None
    linkage: LinkageEvidence | None = None
    warnings: tuple[str, ...] = ()
    refusal: Refusal | None = None
    protocol: ProtocolFacts | None = None
    clock: ClockEvidence | None = None
    known: tuple[KnownGroup, ...] = ()
    complete: tuple[str, ...] = ()
