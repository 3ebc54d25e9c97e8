"""What a study asks for: the frozen values that `study.toml` and `lab.toml` are read into."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Literal, TypeAlias

METHOD_VERSION = "jdl/1"

Clock: TypeAlias = Literal["auto", "index", "intervention"]
BankHolidays: TypeAlias = Literal["england-and-wales", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """What one place on the programme cost, with its source."""

    amount: float
    currency: str
    year: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """What was delivered, by whom, where and to whom, so that others can learn from it."""

    what: str = ""
    who_delivers: str = ""
    where: str = ""
    dose: str = ""
    how_chosen: str = ""
    eligible: int | None = None
    started: int | None = None
    unit_cost: UnitCost | None = None
    own_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSettings:
    """How cohort members get an index disposal (`jdl run`).

    Attributes:
        clock: `index` starts everyone's clock at the index date, `intervention` at the later of index date and start; `auto` is
            `index` when nobody started after the index date, or so few that they are put aside, else `intervention`.
        max_lag_days: how long before a start in the community the index date may lie, in days.
        clock_reason: a reviewer's reason for `index` although somebody started later; printed.
    """

    clock: Clock = "auto"
    max_lag_days: int = 182
    clock_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataColumns:
    """Which columns of an already linked file are what (`jdl evaluate`)."""

    treatment: str
    covariates: tuple[str, ...]
    categorical: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSpec:
    """One outcome to compare.

    Attributes:
        name: as printed.
        column: where its value stands, one value a person.
        kind: `proportion` (0/1) or `mean`.
        of: `all`, or a 0/1 column: only people with 1 are counted.
        better: which direction is good.
        role: page one speaks of primary measures only.
        unit: what one unit of a mean is, e.g. `days`; empty for a proportion.
    """

    name: str
    column: str
    kind: Literal["proportion", "mean"]
    of: str = "all"
    better: Literal["lower", "higher"] = "lower"
    role: Literal["primary", "secondary"] = "secondary"
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caliper:
    """How near a control's score must be.

    Attributes:
        scale: of the score: log odds or a probability.
        sd: so many standard deviations of the score; None where `width` is given.
        width: so far on the scale, in place of `sd`; None where that is used.
    """

    scale: Literal["logit", "probability"] = "logit"
    sd: float | None = 0.05
    width: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The official estimator's options; the defaults are `jdl/1`.

    Attributes:
        version: of the method; this program has one.
        design: whether people are matched, or chance decided who had the intervention.
        caliper: how near two scores must be.
        widen: calipers tried after the first, in standard deviations of the score, until 95% of treated people are matched.
        exact: columns matched exactly in every analysis.
        selection: whether covariates that say little leave the score (`wald`).
        smd_denominator: standard deviation by which differences in balance are divided.
        se: of which kind the standard error is.
        robustness: whether the headline is also compared in other ways.
        override_balance: a reviewer's reason for going on with groups that are not alike; empty stops there.
    """

    version: str = METHOD_VERSION
    design: Literal["matched", "randomised"] = "matched"
    caliper: Caliper = field(default_factory=Caliper)
    widen: tuple[float, ...] = (0.1, 0.2)
    exact: tuple[str, ...] = ()
    selection: Literal["none", "wald"] = "none"
    smd_denominator: Literal["pooled", "treated"] = "pooled"
    se: Literal["kish", "lechner"] = "kish"
    robustness: bool = True
    override_balance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One comparison of the two groups; exactly one of a study's analyses is the headline.

    Attributes:
        name: as printed; also the name of its folder in the run.
        headline: whether page one speaks of it.
        exact: columns matched exactly in this analysis only; `region` makes it the regional analysis.
        where: column and value of the treated people it is about; none means everybody.
        years: of follow-up, one or two.
        assessment: `with` takes only people with a needs assessment, `without` leaves the needs out of the score; empty takes
            everybody and gives missing needs a level of their own.
    """

    name: str = "national"
    headline: bool = True
    exact: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    years: Literal[1, 2] = 1
    assessment: Literal["", "with", "without"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalColumns:
    """Which columns of an already linked file say when the first event came (`jdl evaluate`).

    Attributes:
        time: time to the event, or to the end of follow-up without one.
        event: 1 when it came.
        horizon: end of follow-up, in the unit of `time`.
        unit: of `time`, e.g. `weeks`.
    """

    time: str
    event: str
    horizon: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReason:
    """Why something differs from the protocol that was frozen.

    Attributes:
        what: the key as the protocol writes it, e.g. `method.caliper`.
        why: printed in the report.
    """

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRules:
    """What must hold before a figure may be shown (rules 1-3 of the default profile).

    Attributes:
        profile: `none` suppresses nothing and is only for data that are already public.
        version: of the rules, as reports name them.
        min_people: least people behind a published proportion or mean, on each side.
        min_events: least people with, and without, the event; for a mean, with a value other than zero.
        dominance: largest share of a total that one person may hold.
        min_effective: least effective comparison size.
        max_weight_share: largest share of the comparison weight that one person may hold.
        count_base: counts of people are rounded to the nearest multiple of this.
        min_step: attrition steps that lose or leave fewer people merge with a neighbour.
        min_unmatched: the unmatched may be described only when there are at least this many; nothing describes them.
    """

    profile: Literal["default", "none"] = "default"
    version: str = "jdl-disclosure/1"
    min_people: int = 10
    min_events: int = 10
    dominance: float = 0.2
    min_effective: float = 30.0
    max_weight_share: float = 0.1
    count_base: int = 5
    min_step: int = 10
    min_unmatched: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """What belongs to the lab and not to one study (`lab.toml`).

    Attributes:
        name: as printed.
        contacts: for readers of a report.
        lead_statistician: who answers for the statistics.
        licence: of what is published.
        site: address of the public site; empty when there is none.
        min_submitted: least rows of a cohort file, below which it is noted.
        min_matched: least people matched, below which there is no result.
        min_subgroup: the same for an analysis of some of them.
        min_reoffenders: least treated people counted by a measure that is about some only, such as those who reoffended.
        min_np: least treated people with the event, below which a rate is not reliable.
        release_time: hour of every release, by the clock of `release_zone`.
        release_zone: of the time zone database.
        holidays: days on which nothing is released, beside weekends.
        bank_holidays: whose bank holidays are such days too; none where the lab lists its own.
        brand_colour: of headings and charts, as `#RRGGBB`.
        pages: name and text of the lab's own pages, in place of the words that hold for any lab.
        disclosure: what must hold before a figure may be shown.
    """

    name: str = "Justice Data Lab"
    contacts: str = ""
    lead_statistician: str = ""
    licence: str = "Open Government Licence v3.0"
    site: str = ""
    min_submitted: int = 60
    min_matched: int = 30
    min_subgroup: int = 60
    min_reoffenders: int = 30
    min_np: float = 10.0
    release_time: time = time(9, 30)
    release_zone: str = "Europe/London"
    holidays: tuple[date, ...] = ()
    bank_holidays: BankHolidays = "england-and-wales"
    brand_colour: str = "#12436D"
    pages: tuple[tuple[str, str], ...] = ()
    disclosure: DisclosureRules = field(default_factory=DisclosureRules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A whole request, as frozen in `RUN/study.toml`.

    Attributes:
        name: title of the report.
        organisation: whose programme it is.
        programme_name: what the programme is called.
        intervention_type: kind of help, by the library's taxonomy where it fits.
        setting: where it is given, likewise.
        seed: of everything that is drawn.
        report_date: printed in the report.
        programme: what was delivered; None when it is not described.
        cohort: how cohort members get an index disposal.
        data: columns of data that are already linked; None for a cohort.
        measures: outcomes of such data, in the order of the report; empty for a cohort, which has those of the catalogue.
        survival: where such data say when the first event came; None when they do not.
        method: the estimator's options.
        analyses: the comparisons, one of them the headline.
        columns: the organisation's own columns by name, and whether they were known when the programme started.
        changes: why the study differs from its protocol.
        disclosure_profile: in place of the lab's; None keeps that.
        supersedes: the release that this one updates; empty when it is none.
    """

    name: str
    organisation: str
    programme_name: str
    intervention_type: str
    setting: str
    seed: int
    report_date: date
    programme: Programme | None = None
    cohort: CohortSettings = field(default_factory=CohortSettings)
    data: DataColumns | None = None
    measures: tuple[MeasureSpec, ...] = ()
    survival: SurvivalColumns | None = None
    method: Method = field(default_factory=Method)
    analyses: tuple[Analysis, ...] = (Analysis(),)
    columns: tuple[tuple[str, Literal["before_start", "after_start"]], ...] = ()
    changes: tuple[ChangeReason, ...] = ()
    disclosure_profile: Literal["default", "none"] | None = None
    supersedes: str = ""

    def rules(self, lab: Lab) -> DisclosureRules:
        """The lab's disclosure rules, with this study's profile where it asks for one."""
        return replace(lab.disclosure, profile=self.disclosure_profile or lab.disclosure.profile)
