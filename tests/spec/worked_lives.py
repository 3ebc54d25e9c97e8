"""The worked lives: each rule of the measures as one small life, with the rows of `index_event` that it must give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from justice_data_lab.measures.lives import Assessment, Disposal, Life, Offence, Spell

EXTRACT = date(2024, 6, 30)
BORN = date(1990, 5, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedLife:
    """One rule, one life, and what must come out.

    Attributes:
        claim: the rule, as a sentence.
        life: what the register holds.
        expected: for each index event by index date, the columns that the rule is about.
        extract_date: of the register.
        chapter: heading in the printed page.
    """

    claim: str
    chapter: str
    life: Life
    expected: tuple[dict[str, object], ...]
    extract_date: date = EXTRACT


def d(text: str) -> date:
    return date.fromisoformat(text)


def life(*, offences: tuple[Offence, ...] = (), disposals: tuple[Disposal, ...] = (), **person: object) -> Life:
    return Life(**({"date_of_birth": BORN} | person), offences=offences, disposals=disposals)


def order(day: str, disposal_id: str = "D1", **changes: object) -> Disposal:
    """A community order (or another kind without a release)."""
    return Disposal(**({"disposal_id": disposal_id, "disposal_date": d(day)} | changes))


def custody(day: str, release: str | None, disposal_id: str = "D1", **changes: object) -> Disposal:
    released = d(release) if release else None
    return Disposal(disposal_id=disposal_id, disposal_date=d(day), kind="custody", release_date=released, **changes)


def offence(offence_id: str, committed: str, proven: str, disposal_id: str = "D2", **changes: object) -> Offence:
    return Offence(
        **(
            {"offence_id": offence_id, "disposal_id": disposal_id, "offence_date": d(committed), "disposal_date": d(proven)}
            | changes
        )
    )


NONE = {
    "reoffended": False,
    "reoffences": 0,
    "days_to_first_reoffence": None,
    "first_court_outcome": None,
    "indictable_reoffences": 0,
    "either_way_reoffences": 0,
    "summary_reoffences": 0,
    "custody_for_first_reoffence": None,
    "custodial_sentences": 0,
}
UNKNOWN = dict.fromkeys(NONE)
INDEX = order("2020-03-10")
_FOLLOW_UP = "The follow-up and waiting periods"
_TWO_YEARS = "Two years"
_COUNTS = "What counts as a proven reoffence"
_FIRST = "The first reoffence, and the counts"
_EVENTS = "Index events"
_HISTORY = "History"
_PERSON = "The person"
_OPTIONAL = "Optional tables"


def after_index(chapter: str, claim: str, *offences: Offence, **expected: object) -> WorkedLife:
    """A community order on 10 March 2020, and what was proven afterwards."""
    row = {"index_date": d("2020-03-10"), "complete_follow_up": True, **(NONE | expected)}
    return WorkedLife(claim=claim, chapter=chapter, life=life(offences=offences, disposals=(INDEX,)), expected=(row,))


def one(days: int, **changes: object) -> dict[str, object]:
    """One either-way reoffence with a community sentence, so many days after the index date."""
    return {
        "reoffended": True,
        "reoffences": 1,
        "days_to_first_reoffence": days,
        "first_court_outcome": "either_way",
        "either_way_reoffences": 1,
        "custody_for_first_reoffence": False,
        **changes,
    }


FOLLOW_UP = (
    after_index(_FOLLOW_UP, "Somebody with no later offence did not reoffend: counts are 0, firsts are null"),
    after_index(
        _FOLLOW_UP,
        "An offence on the index date itself is in the follow-up period",
        offence("O1", "2020-03-10", "2020-04-01"),
        **one(0),
    ),
    after_index(
        _FOLLOW_UP,
        "An offence on the last day of follow-up is a reoffence",
        offence("O1", "2021-03-09", "2021-04-01"),
        **one(364),
    ),
    after_index(
        _FOLLOW_UP,
        "An offence on the anniversary of the index date is not a reoffence",
        offence("O1", "2021-03-10", "2021-04-01"),
    ),
    after_index(
        _FOLLOW_UP,
        "A disposal on the last day of the waiting period proves the offence",
        offence("O1", "2020-09-01", "2021-09-09"),
        **one(175),
    ),
    after_index(
        _FOLLOW_UP,
        "A disposal on the day after the waiting period does not prove the offence",
        offence("O1", "2020-09-01", "2021-09-10"),
    ),
    WorkedLife(
        claim="Follow-up from 29 February ends with 27 February of the next year",
        chapter=_FOLLOW_UP,
        life=life(
            disposals=(order("2020-02-29"),),
            offences=(offence("O1", "2021-02-27", "2021-03-01"), offence("O2", "2021-02-28", "2021-03-01")),
        ),
        expected=({"index_date": d("2020-02-29"), **NONE, **one(364)},),
    ),
    WorkedLife(
        claim="The waiting period from 29 February ends with 28 August of the next year",
        chapter=_FOLLOW_UP,
        life=life(
            disposals=(order("2020-02-29"),),
            offences=(
                offence("O1", "2020-05-01", "2021-08-28", "D2"),
                offence("O2", "2020-05-02", "2021-08-29", "D3"),
            ),
        ),
        expected=({"index_date": d("2020-02-29"), **NONE, **one(62)},),
    ),
    WorkedLife(
        claim="The waiting period from 31 August ends before 28 February: months are clamped to their end",
        chapter=_FOLLOW_UP,
        life=life(
            disposals=(order("2020-08-31"),),
            offences=(
                offence("O1", "2020-10-01", "2022-02-27", "D2"),
                offence("O2", "2020-10-02", "2022-02-28", "D3"),
            ),
        ),
        expected=({"index_date": d("2020-08-31"), **NONE, **one(31)},),
    ),
)

TWO_YEARS = (
    after_index(
        _TWO_YEARS,
        "Two years are [index date, + 24 months), proven before index date + 30 months; the first year's reoffences are among them",
        offence("O1", "2021-03-09", "2021-04-01", "D2"),
        offence("O2", "2021-03-10", "2021-04-01", "D2"),
        offence("O3", "2022-03-09", "2022-09-09", "D3"),
        offence("O4", "2022-03-09", "2022-09-10", "D4"),
        offence("O5", "2022-03-10", "2022-04-01", "D5"),
        **one(364),
        complete_two_year_follow_up=True,
        reoffended_two_years=True,
        reoffences_two_years=3,
    ),
    after_index(
        _TWO_YEARS,
        "An offence of the first year that was proven too late for one year counts in two",
        offence("O1", "2020-09-01", "2021-09-10"),
        reoffended_two_years=True,
        reoffences_two_years=1,
    ),
    after_index(
        _TWO_YEARS,
        "Somebody with no later offence, or only with a breach, did not reoffend in two years",
        offence("O1", "2021-09-01", "2021-10-01", is_breach=True),
        complete_two_year_follow_up=True,
        reoffended_two_years=False,
        reoffences_two_years=0,
    ),
    WorkedLife(
        claim="Two years from 29 February end with 27 February, their waiting period with 28 August",
        chapter=_TWO_YEARS,
        life=life(
            disposals=(order("2020-02-29"),),
            offences=(
                offence("O1", "2022-02-27", "2022-08-28", "D2"),
                offence("O2", "2022-02-28", "2022-08-28", "D3"),
                offence("O3", "2022-02-27", "2022-08-29", "D4"),
            ),
        ),
        expected=({**NONE, "reoffended_two_years": True, "reoffences_two_years": 1},),
    ),
    WorkedLife(
        claim="Index date + 30 months on the extract date is complete two-year follow-up; a day later it is not, and there is no outcome",
        chapter=_TWO_YEARS,
        life=life(
            disposals=(order("2021-12-30"), order("2021-12-31", "D2"), order("2022-01-01", "D3")),
            offences=(offence("O1", "2022-02-01", "2022-03-01", "D4"),),
        ),
        expected=(
            {"complete_two_year_follow_up": True, "reoffended_two_years": True, "reoffences_two_years": 1, **NONE, **one(33)},
            {"complete_two_year_follow_up": True, "reoffended_two_years": True, "reoffences_two_years": 1, **NONE, **one(32)},
            {"complete_two_year_follow_up": False, "reoffended_two_years": None, "reoffences_two_years": None, **NONE, **one(31)},
        ),
    ),
    WorkedLife(
        claim="Index date + 30 months from 31 August is the last of February: complete when the register was extracted on that day",
        chapter=_TWO_YEARS,
        life=life(disposals=(order("2021-08-31"), order("2021-09-01", "D2"))),
        expected=(
            {"complete_two_year_follow_up": True, "reoffended_two_years": False, "reoffences_two_years": 0},
            {"complete_two_year_follow_up": False, "reoffended_two_years": None, "reoffences_two_years": None},
        ),
        extract_date=date(2024, 2, 29),
    ),
)

COUNTS = (
    after_index(
        _COUNTS,
        "A caution in the waiting period proves the offence",
        offence("O1", "2021-03-01", "2021-05-01", disposal="caution", sentence="caution", court_outcome="summary"),
        **one(356, first_court_outcome="summary", either_way_reoffences=0, summary_reoffences=1),
    ),
    after_index(
        _COUNTS,
        "A breach alone is not a reoffence",
        offence("O1", "2020-06-01", "2020-07-01", is_breach=True, sentence="custody"),
    ),
    after_index(
        _COUNTS,
        "An offence that is not recordable is not a reoffence",
        offence("O1", "2020-06-01", "2020-07-01", is_recordable=False),
    ),
    after_index(
        _COUNTS,
        "A breach beside a reoffence adds nothing, and does not come first",
        offence("O1", "2020-05-01", "2020-07-01", is_breach=True),
        offence("O2", "2020-06-01", "2020-07-01"),
        **one(83),
    ),
    after_index(
        _COUNTS,
        "An offence committed before the index date and proven after it is not a reoffence",
        offence("O1", "2020-03-09", "2020-07-01"),
    ),
    after_index(
        _COUNTS,
        "An offence dealt with at the index disposal is not a reoffence, even one of the same day",
        offence("O1", "2020-03-10", "2020-03-10", "D1"),
    ),
    WorkedLife(
        claim="Time spent back in custody is not taken off the year",
        chapter=_COUNTS,
        life=life(
            disposals=(order("2020-03-10"), custody("2020-05-01", "2021-02-01", "D2", sentence_days=550)),
            offences=(
                offence("O1", "2020-04-01", "2020-05-01", "D2", sentence="custody", custody_days=550),
                offence("O2", "2021-03-20", "2021-04-20", "D3"),
            ),
        ),
        expected=(
            {
                "index_date": d("2020-03-10"),
                **NONE,
                **one(22, custody_for_first_reoffence=True, custodial_sentences=1),
            },
            {"index_date": d("2021-02-01"), **NONE, **one(47), "previous_offences": 0, "sentence_band": "1_to_2_years"},
        ),
    ),
    WorkedLife(
        claim="An offence in custody, before release, is not a reoffence; nor is it history when proven after the sentence",
        chapter=_COUNTS,
        life=life(
            disposals=(custody("2020-01-10", "2020-09-10", sentence_days=480),),
            offences=(offence("O1", "2020-05-01", "2020-06-01", "D2"),),
        ),
        expected=({"index_date": d("2020-09-10"), **NONE, "previous_offences": 0},),
    ),
)

FIRST = (
    after_index(
        _FIRST,
        "Several offences at one disposal are each counted; two custodial sentences of one disposal are one",
        offence("O1", "2020-06-01", "2020-08-01", court_outcome="summary", sentence="custody"),
        offence("O2", "2020-06-03", "2020-08-01", sentence="custody"),
        offence("O3", "2020-06-03", "2020-08-01", sentence="fine"),
        reoffended=True,
        reoffences=3,
        days_to_first_reoffence=83,
        first_court_outcome="summary",
        either_way_reoffences=2,
        summary_reoffences=1,
        custody_for_first_reoffence=True,
        custodial_sentences=1,
    ),
    after_index(
        _FIRST,
        "Of several offences on the first date, the most serious is the first reoffence",
        offence("O1", "2020-06-01", "2020-08-01", court_outcome="summary", sentence="custody"),
        offence("O2", "2020-06-01", "2020-09-01", "D3", court_outcome="indictable", sentence="community"),
        reoffended=True,
        reoffences=2,
        days_to_first_reoffence=83,
        first_court_outcome="indictable",
        indictable_reoffences=1,
        summary_reoffences=1,
        custody_for_first_reoffence=False,
        custodial_sentences=1,
    ),
    after_index(
        _FIRST,
        "Of equally serious offences on the first date, the one with custody is the first reoffence",
        offence("O1", "2020-06-01", "2020-08-01", sentence="fine"),
        offence("O2", "2020-06-01", "2020-09-01", "D3", sentence="custody"),
        reoffended=True,
        reoffences=2,
        days_to_first_reoffence=83,
        first_court_outcome="either_way",
        either_way_reoffences=2,
        custody_for_first_reoffence=True,
        custodial_sentences=1,
    ),
    after_index(
        _FIRST,
        "The first reoffence is the first committed, not the first proven",
        offence("O1", "2020-07-01", "2020-07-02", "D2", court_outcome="summary"),
        offence("O2", "2020-06-01", "2020-12-01", "D3", court_outcome="indictable"),
        reoffended=True,
        reoffences=2,
        days_to_first_reoffence=83,
        first_court_outcome="indictable",
        indictable_reoffences=1,
        summary_reoffences=1,
        custody_for_first_reoffence=False,
    ),
)

EVENTS = (
    WorkedLife(
        claim="Release on the last day that leaves 18 months before the extract is complete follow-up",
        chapter=_EVENTS,
        life=life(disposals=(custody("2022-05-01", "2022-12-30", sentence_days=480),)),
        expected=({"kind": "custody", "index_date": d("2022-12-30"), "complete_follow_up": True, **NONE},),
    ),
    WorkedLife(
        claim="Release a day later has not complete follow-up once the month is out: the row stays, marked, with no outcome",
        chapter=_EVENTS,
        life=life(
            disposals=(custody("2022-05-01", "2023-01-01", sentence_days=480),),
            offences=(offence("O1", "2023-02-01", "2023-03-01"),),
        ),
        expected=({"index_date": d("2023-01-01"), "complete_follow_up": False, **UNKNOWN},),
    ),
    WorkedLife(
        claim="Two index events of one person, with overlapping follow-up, are two rows",
        chapter=_EVENTS,
        life=life(
            disposals=(order("2020-03-10"), order("2020-08-10", "D2", kind="caution")),
            offences=(
                offence("O1", "2020-07-01", "2020-08-10", "D2", disposal="caution", sentence="caution"),
                offence("O2", "2020-12-01", "2021-01-01", "D3"),
            ),
        ),
        expected=(
            {"kind": "community_order", **NONE, **one(113, reoffences=2, either_way_reoffences=2), "previous_offences": 0},
            {"kind": "caution", **NONE, **one(113), "previous_offences": 0},
        ),
    ),
    WorkedLife(
        claim="Whoever died before the index date has no index event",
        chapter=_EVENTS,
        life=life(disposals=(custody("2020-01-10", "2020-09-10"),), date_of_death=d("2020-09-09")),
        expected=(),
    ),
    WorkedLife(
        claim="Whoever died on the index date or after it stays, and is counted",
        chapter=_EVENTS,
        life=life(disposals=(custody("2020-01-10", "2020-09-10"),), date_of_death=d("2020-09-10")),
        expected=({"index_date": d("2020-09-10"), "complete_follow_up": True, **NONE, "sentence_band": "unknown"},),
    ),
    WorkedLife(
        claim="Somebody still in custody has no index date, and no row",
        chapter=_EVENTS,
        life=life(disposals=(custody("2023-11-10", None),)),
        expected=(),
    ),
    WorkedLife(
        claim="A person known by two names and two dates of birth is one person: the register's own date of birth counts",
        chapter=_EVENTS,
        life=life(disposals=(order("2020-05-19"),)),
        expected=({"age_at_index": 29, **NONE},),
    ),
    WorkedLife(
        claim="The most serious offence of the index disposal gives its offence group and the length of its custody",
        chapter=_EVENTS,
        life=life(
            disposals=(custody("2020-01-10", "2020-04-10", sentence_days=400),),
            offences=(
                offence("O1", "2019-12-01", "2020-01-10", "D1", court_outcome="summary", offence_group="motoring"),
                offence("O2", "2019-12-02", "2020-01-10", "D1", offence_group="theft", sentence="custody", custody_days=180),
                offence("O3", "2019-12-03", "2020-01-10", "D1", offence_group="drugs", sentence="fine"),
            ),
        ),
        expected=({"index_offence_group": "theft", "sentence_band": "under_6_months", "previous_offences": 0, **NONE},),
    ),
    WorkedLife(
        claim="A disposal without offences has an unknown offence group; an order's length is its own",
        chapter=_EVENTS,
        life=life(disposals=(order("2020-03-10", sentence_days=365, region=None),)),
        expected=({"index_offence_group": "unknown", "sentence_band": "1_to_2_years", "region": "unknown"},),
    ),
)

HISTORY = (
    WorkedLife(
        claim="History is what was proven on an earlier day: offences, and the disposals they were dealt with at",
        chapter=_HISTORY,
        life=life(
            disposals=(order("2020-03-10", "D9"),),
            offences=(
                offence("O1", "2015-01-01", "2015-03-10", "D1", disposal="caution", sentence="caution", offence_group="damage"),
                offence("O2", "2018-01-01", "2018-03-10", "D2", sentence="custody", offence_group="violence"),
                offence("O3", "2018-02-01", "2018-03-10", "D2", sentence="custody"),
                offence("O4", "2020-01-05", "2020-03-10", "D9"),
            ),
        ),
        expected=(
            {
                "previous_offences": 3,
                "previous_convictions": 1,
                "previous_cautions": 1,
                "previous_custodial_sentences": 1,
                "previous_violence": 1,
                "previous_theft": 1,
                "previous_damage": 1,
                "previous_drugs": 0,
                "age_at_first_disposal": 24,
                "days_since_previous_disposal": 731,
                "years_since_first_disposal": 1827 / 365.25,
                "copas_rate": -1.6095747956045283,
                "offences_last_year": 0,
                "offences_last_three_years": 2,
            },
        ),
    ),
    WorkedLife(
        claim="What is proven later is not history, however early it was committed",
        chapter=_HISTORY,
        life=life(disposals=(INDEX,), offences=(offence("O1", "2019-01-01", "2020-03-11"),)),
        expected=({"previous_offences": 0, "days_since_previous_disposal": None, "offences_last_three_years": 0, **NONE},),
    ),
    WorkedLife(
        claim="Another disposal of the same day is neither history nor, for what was done before, a reoffence",
        chapter=_HISTORY,
        life=life(disposals=(INDEX,), offences=(offence("O1", "2020-01-01", "2020-03-10"),)),
        expected=({"previous_offences": 0, **NONE},),
    ),
    WorkedLife(
        claim="An offence of the index disposal is not its history though it bears an earlier day than the disposal, but is that of a later one",
        chapter=_HISTORY,
        life=life(
            disposals=(INDEX, order("2021-06-10", "D2")),
            offences=(
                offence("O1", "2019-11-01", "2020-02-10", "D1", sentence="custody", offence_group="drugs"),
                offence("O2", "2020-01-01", "2020-03-10", "D1"),
            ),
        ),
        expected=(
            {
                "previous_offences": 0,
                "previous_convictions": 0,
                "previous_custodial_sentences": 0,
                "previous_drugs": 0,
                "offences_last_year": 0,
                "days_since_previous_disposal": None,
                "years_since_first_disposal": 0.0,
                "copas_rate": -2.302585092994046,
                "age_at_first_disposal": 29,
            },
            {
                "previous_offences": 2,
                "previous_convictions": 1,
                "previous_custodial_sentences": 1,
                "previous_drugs": 1,
                "offences_last_three_years": 2,
                "days_since_previous_disposal": 457,
                "years_since_first_disposal": 486 / 365.25,
            },
        ),
    ),
    WorkedLife(
        claim="Offences of one earlier disposal that bear two days are one conviction, and each is history from its own day on",
        chapter=_HISTORY,
        life=life(
            disposals=(order("2019-06-01", "D3"), INDEX),
            offences=(offence("O1", "2018-01-01", "2018-03-01"), offence("O2", "2018-01-02", "2019-09-01")),
        ),
        expected=(
            {"previous_offences": 1, "previous_convictions": 1, "days_since_previous_disposal": 457},
            {"previous_offences": 2, "previous_convictions": 1, "days_since_previous_disposal": 191},
        ),
    ),
    WorkedLife(
        claim="Breaches and offences that are not recordable are not history",
        chapter=_HISTORY,
        life=life(
            disposals=(INDEX,),
            offences=(
                offence("O1", "2019-01-01", "2019-02-10", is_breach=True, sentence="custody"),
                offence("O2", "2019-01-02", "2019-02-10", is_recordable=False),
            ),
        ),
        expected=(
            {"previous_offences": 0, "previous_convictions": 0, "previous_custodial_sentences": 0, "age_at_first_disposal": 29},
        ),
    ),
    WorkedLife(
        claim="The last year and the last three are [index date - 12 or 36 months, index date), by the day of the offence",
        chapter=_HISTORY,
        life=life(
            disposals=(INDEX,),
            offences=(
                offence("O1", "2017-03-09", "2017-04-01", "D2"),
                offence("O2", "2017-03-10", "2017-04-01", "D2"),
                offence("O3", "2019-03-09", "2019-04-01", "D3"),
                offence("O4", "2019-03-10", "2019-04-01", "D3"),
            ),
        ),
        expected=({"previous_offences": 4, "offences_last_year": 1, "offences_last_three_years": 3},),
    ),
    WorkedLife(
        claim="For custody, history ends with the sentence and time runs to the release",
        chapter=_HISTORY,
        life=life(
            disposals=(custody("2020-01-10", "2020-09-10", "D9", sentence_days=480),),
            offences=(
                offence("O1", "2019-10-01", "2019-12-10", "D1"),
                offence("O2", "2019-11-01", "2020-02-10", "D2"),
            ),
        ),
        expected=({"previous_offences": 1, "days_since_previous_disposal": 275, "offences_last_year": 1, **NONE},),
    ),
)

PERSON = (
    WorkedLife(
        claim="Age is completed years: whoever was born on 29 February is a year older on 1 March",
        chapter=_PERSON,
        life=life(date_of_birth=d("1996-02-29"), disposals=(order("2021-02-28", "D1"), order("2021-03-01", "D2"))),
        expected=({"age_at_index": 24}, {"age_at_index": 25}),
    ),
    WorkedLife(
        claim="What is not known is a level of its own, never guessed",
        chapter=_PERSON,
        life=life(sex="U", ethnicity=None, uk_national=None, disposals=(INDEX,)),
        expected=({"sex": "U", "ethnicity": "unknown", "uk_national": "unknown", "index_year": 2020, "index_quarter": 1},),
    ),
    WorkedLife(
        claim="The OGRS3 score is the published formula: two sanctions, the first at 21, other offence, released at 30",
        chapter=_PERSON,
        life=life(
            date_of_birth=d("1991-07-17"),
            ogrs3_groups=(("11618", "Other offence"), ("X", None)),
            disposals=(custody("2021-08-05", "2021-12-12", "D9", sentence_days=250),),
            offences=(
                offence("O1", "2012-07-20", "2013-01-05", "D1"),
                offence("O2", "2021-03-01", "2021-08-05", "D9", offence_code="11618", sentence="custody", custody_days=250),
            ),
        ),
        expected=({"age_at_first_disposal": 21, "ogrs3_score": 0.08804712010288246},),
    ),
    WorkedLife(
        claim="Without a group for the offence code there is no OGRS3 score",
        chapter=_PERSON,
        life=life(
            ogrs3_groups=(("X", None),),
            disposals=(INDEX,),
            offences=(offence("O1", "2020-01-01", "2020-03-10", "D1", offence_code="X"),),
        ),
        expected=({"ogrs3_score": None},),
    ),
)

_ALL_NEEDS = (1, 0, None, 0, 0, 0, 0, 0, 0, 0)
OPTIONAL = (
    WorkedLife(
        claim="Needs are those of the latest assessment in the three years before the index date",
        chapter=_OPTIONAL,
        life=life(
            disposals=(INDEX,),
            assessments=(
                Assessment(assessed_on=d("2019-01-01"), needs=(0, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
                Assessment(assessed_on=d("2020-03-09"), needs=_ALL_NEEDS),
                Assessment(assessed_on=d("2020-03-10"), needs=(0, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
            ),
        ),
        expected=({"need_accommodation": "yes", "need_employment": "no", "need_finance": "unknown", "need_drugs": "no"},),
    ),
    WorkedLife(
        claim="An assessment more than three years old is not used",
        chapter=_OPTIONAL,
        life=life(disposals=(INDEX,), assessments=(Assessment(assessed_on=d("2017-03-09"), needs=_ALL_NEEDS),)),
        expected=({"need_accommodation": "unknown", "need_employment": "unknown"},),
    ),
    WorkedLife(
        claim="Days on benefit are counted once, however many spells cover them; a spell that ends as the year begins is outside",
        chapter=_OPTIONAL,
        life=life(
            disposals=(INDEX,),
            spells=(
                Spell(kind="work", start_date=d("2018-01-01"), end_date=d("2019-03-10")),
                Spell(kind="benefit", start_date=d("2020-02-01"), end_date=d("2020-02-11")),
                Spell(kind="benefit", start_date=d("2020-02-06")),
            ),
        ),
        expected=({"employed_year_before": "no", "benefit_days_year_before": 38},),
    ),
    WorkedLife(
        claim="One day of work in the year before is work",
        chapter=_OPTIONAL,
        life=life(disposals=(INDEX,), spells=(Spell(kind="work", start_date=d("2020-03-09"), end_date=d("2020-03-10")),)),
        expected=({"employed_year_before": "yes", "benefit_days_year_before": 0},),
    ),
    WorkedLife(
        claim="Work in the year after is any day of work in [index date, index date + 12 months)",
        chapter=_OPTIONAL,
        life=life(
            disposals=(INDEX, order("2021-03-10", "D2"), order("2021-03-11", "D3")),
            spells=(
                Spell(kind="work", start_date=d("2020-01-01"), end_date=d("2020-03-10")),
                Spell(kind="work", start_date=d("2021-03-10"), end_date=d("2021-03-11")),
            ),
        ),
        expected=(
            {"index_date": d("2020-03-10"), "employed_year_before": "yes", "employed_year_after": False},
            {"index_date": d("2021-03-10"), "employed_year_before": "no", "employed_year_after": True},
            {"index_date": d("2021-03-11"), "employed_year_before": "yes", "employed_year_after": False},
        ),
    ),
    WorkedLife(
        claim="A spell over the index date, or over the end of the year, counts in each year the days that lie in it",
        chapter=_OPTIONAL,
        life=life(
            disposals=(INDEX,),
            spells=(
                Spell(kind="benefit", start_date=d("2020-03-01"), end_date=d("2020-03-20")),
                Spell(kind="benefit", start_date=d("2020-03-15"), end_date=d("2020-03-25")),
                Spell(kind="benefit", start_date=d("2021-03-08")),
                Spell(kind="work", start_date=d("2020-03-09"), end_date=d("2020-03-11")),
            ),
        ),
        expected=(
            {
                "employed_year_before": "yes",
                "benefit_days_year_before": 9,
                "employed_year_after": True,
                "benefit_days_year_after": 17,
            },
        ),
    ),
    WorkedLife(
        claim="The year from 29 February ends with 27 February, the year before it begins with 28 February: 365 and 366 days",
        chapter=_OPTIONAL,
        life=life(disposals=(order("2020-02-29"),), spells=(Spell(kind="benefit", start_date=d("2019-01-01")),)),
        expected=({"benefit_days_year_before": 366, "employed_year_after": False, "benefit_days_year_after": 365},),
    ),
    WorkedLife(
        claim="Without complete follow-up work and benefit after the index date are null, whatever is known so far",
        chapter=_OPTIONAL,
        life=life(disposals=(order("2023-01-01"),), spells=(Spell(kind="work", start_date=d("2022-12-01")),)),
        expected=({"employed_year_before": "yes", "employed_year_after": None, "benefit_days_year_after": None},),
    ),
)

WORKED_LIVES = (*FOLLOW_UP, *TWO_YEARS, *COUNTS, *FIRST, *EVENTS, *HISTORY, *PERSON, *OPTIONAL)
