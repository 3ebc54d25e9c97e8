"""An invented request of several analyses, exact and complete: regional, subgroups, after-start, placebo groups."""

from dataclasses import replace

from justice_data_lab.disclosure.evidence import StepEvidence
from justice_data_lab.disclosure.evidence_analyses import (
    AnalysisEvidence,
    ColourCounts,
    InteractionEvidence,
    NotMade,
    PlaceboEvidence,
)
from sample_requests import STEPS, eleven_estimates, estimate, national, side
from sample_requests import steps as way

ALL = 957


def steps(*rows, people=ALL):
    """From everybody to the people of one analysis."""
    left, made = people, [StepEvidence(key="all", label="People who could be analysed", reason="", lost=0, left=people)]
    for key, label, reason, lost in rows:
        left -= lost
        made.append(StepEvidence(key=key, label=label, reason=reason, lost=lost, left=left))
    return tuple(made)


def analysis(name, kind, treated, *, pool=20_000, attrition=(), **more):
    picked = kind in ("subgroup", "after_start")
    return AnalysisEvidence(
        name=name,
        kind=kind,
        headline=False,
        treated=treated,
        comparison=pool,
        n_eff=pool / 10,
        max_weight_share=0.002,
        balance=more.pop("balance", "green"),
        colours=more.pop("colours", ColourCounts(green=51, amber=2, red=0)),
        attrition=attrition,
        whole=attrition[0].left if picked else None,
        **more,
    )


def matched(lost):
    return ("matched", "Matched to similar people", "nobody similar enough was found", lost)


REGIONAL = analysis(
    "regional",
    "regional",
    913,
    attrition=steps(("region", "In a region with enough people", "in a region with fewer than 10 people", 31), matched(13)),
)
NEEDS = analysis(
    "with needs",
    "national",
    611,
    assessment="with",
    attrition=steps(("assessment", "With a needs assessment", "no needs assessment in the three years before", 339), matched(7)),
    warnings=("balance_amber",),
    balance="amber",
)
CUSTODY = analysis(
    "in custody",
    "subgroup",
    551,
    where=(("setting", "custody"),),
    attrition=steps(("where setting", "With setting \u201ccustody\u201d", "setting is not \u201ccustody\u201d", 403), matched(3)),
)
GATE = analysis(
    "through the gate",
    "subgroup",
    53,
    where=(("setting", "through the gate"),),
    attrition=steps(
        ("where setting", "With setting \u201cthrough the gate\u201d", "setting is not \u201cthrough the gate\u201d", 892),
        matched(12),
    ),
    warnings=("few_matched", "small_subgroup"),
)
COMPLETED = analysis(
    "completed",
    "after_start",
    642,
    where=(("completed", "yes"),),
    attrition=steps(("where completed", "With completed \u201cyes\u201d", "completed is not \u201cyes\u201d", 311), matched(4)),
)
COMMUNITY = NotMade(name="in the community", kind="subgroup", where=(("setting", "community"),), code="too_few")


def rows_of(summary, rate, **more):
    """The eleven estimates of an analysis, whose figures are those of fewer people."""
    reoffenders = round(summary.treated * rate)
    rows = eleven_estimates(
        people=summary.treated, reoffenders=reoffenders, pool=summary.comparison, n_eff=summary.n_eff or summary.comparison
    )
    kept = []
    for row in rows:
        treated = row.treated
        if treated.nonzero is not None:
            treated = replace(treated, nonzero=min(treated.nonzero, treated.people))
        kept.append(replace(row, analysis=summary.name, treated=treated))
    kept[0] = replace(kept[0], **more) if more else kept[0]
    return tuple(kept)


def waiting(**more):
    """112 people on the waiting list."""
    return placebo("waiting", 112, **more)


def placebo(arm, people, **more):
    name = f"placebo {arm}"
    row = estimate("reoffended", side(people, 0.343), side(4100, 0.402, n_eff=690.0), more.pop("spread", 0.09), p=0.13, **more)
    summary = analysis(name, "placebo", people, pool=4100, where=())
    return PlaceboEvidence(arm=arm, analysis=summary, estimates=(replace(row, analysis=name),))


def several():
    """The national request with a regional analysis, one with needs, two subgroups, one after the start, and a waiting list."""
    first = national()
    fewer = {"no_index": 11, "matched": 14}
    own_way = way(rows=tuple((key, label, reason, fewer.get(key, lost)) for key, label, reason, lost in STEPS))
    further = (REGIONAL, NEEDS, CUSTODY, GATE, COMPLETED)
    inconclusive = {"verdict": "inconclusive", "difference": -0.031, "ci_low": -0.168, "ci_high": 0.106, "p_value": 0.65}
    own = {"through the gate": inconclusive}
    return replace(
        first,
        analyses=(replace(first.analyses[0], colours=ColourCounts(green=len(first.balance) - 1, amber=1, red=0)), *further),
        not_made=(COMMUNITY,),
        attrition=own_way,
        estimates=(
            *first.estimates,
            *(row for summary in further for row in rows_of(summary, 0.349, **own.get(summary.name, {}))),
        ),
        interactions=(
            InteractionEvidence(
                first="in custody",
                second="through the gate",
                column="setting",
                measure="reoffended",
                difference=-0.0471,
                ci_low=-0.1892,
                ci_high=0.0951,
                p_value=0.516,
            ),
        ),
        placebos=(waiting(),),
    )
