"""The worked lives of another clock: one small life, a date other than the index date, and what is known and follows as at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spec.worked_lives import EXTRACT, INDEX, NONE, UNKNOWN, custody, d, life, offence, one, order

if TYPE_CHECKING:
    from datetime import date

    from justice_data_lab.measures.lives import Life


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLife:
    """One rule, one life, and what must come out as at a date.

    Attributes:
        claim: the rule, as a sentence.
        life: what the register holds; its disposal D1 is the index disposal.
        as_at: the date asked about.
        expected: the columns that the rule is about, `early_reoffence` and `superseded` among them.
        extract_date: of the register.
        chapter: heading in the printed page.
    """

    claim: str
    life: Life
    as_at: date
    expected: dict[str, object]
    extract_date: date = EXTRACT
    chapter: str


START = "2020-06-10"
CLEAR = {"early_reoffence": False, "superseded": False}
EARLY = {"early_reoffence": True, "superseded": False}
GONE = {"early_reoffence": False, "superseded": True}
_BARS = "Who could have started on a date after the index date"
_HISTORY = "History as at another date"
_OUTCOMES = "Outcomes from another date"


def moved(chapter: str, claim: str, *offences, disposals=(INDEX,), as_at: str = START, **expected: object) -> MovedLife:
    """A community order on 10 March 2020 unless other disposals are given, looked at as at 10 June 2020 unless another date is."""
    return MovedLife(
        claim=claim, chapter=chapter, life=life(offences=offences, disposals=disposals), as_at=d(as_at), expected=expected
    )


PRISON = custody("2020-01-10", "2020-03-10", "D1", sentence_days=120)

BARS = (
    moved(_BARS, "Somebody with no later offence could have started", **CLEAR, **NONE),
    moved(
        _BARS,
        "An offence on the day before the start, proven later, is a reoffence before the start",
        offence("O1", "2020-06-09", "2020-07-01"),
        **EARLY,
        **NONE,
    ),
    moved(
        _BARS, "An offence on the index date is a reoffence before the start", offence("O1", "2020-03-10", "2020-04-01"), **EARLY
    ),
    moved(
        _BARS,
        "An offence on the day of the start is not before it: it is a reoffence",
        offence("O1", "2020-06-10", "2020-07-01"),
        **CLEAR,
        **(NONE | one(0)),
    ),
    moved(
        _BARS,
        "An offence before the index date is not a reoffence before the start",
        offence("O1", "2020-03-09", "2020-07-01"),
        **CLEAR,
        **NONE,
    ),
    moved(
        _BARS,
        "An early offence counts when it is proven on the last day of the waiting period from the start",
        offence("O1", "2020-05-01", "2021-12-09"),
        **EARLY,
    ),
    moved(
        _BARS,
        "An early offence proven after the waiting period from the start counts nowhere",
        offence("O1", "2020-05-01", "2021-12-10"),
        previous_offences=0,
        **CLEAR,
        **NONE,
    ),
    moved(
        _BARS,
        "Breaches, offences that are not recordable and those dealt with at the index disposal do not count before the start",
        offence("O1", "2020-05-01", "2020-06-01", is_breach=True),
        offence("O2", "2020-05-01", "2020-06-01", is_recordable=False),
        offence("O3", "2020-03-10", "2020-03-10", "D1"),
        **CLEAR,
    ),
    moved(
        _BARS,
        "Whoever serves another sentence on the day of the start could not have started",
        disposals=(INDEX, custody("2020-06-10", "2020-08-01", "D2")),
        **GONE,
    ),
    moved(
        _BARS,
        "A sentence that goes on past the extract is being served",
        disposals=(INDEX, custody("2020-05-10", None, "D2")),
        **GONE,
    ),
    moved(
        _BARS,
        "A sentence without a release date that began before the index disposal had ended by then",
        disposals=(INDEX, custody("1998-05-10", None, "D2")),
        **CLEAR,
    ),
    moved(
        _BARS,
        "A release ends every sentence that began before it and has no release date of its own",
        disposals=(PRISON, custody("2020-02-01", None, "D2")),
        **CLEAR,
    ),
    moved(
        _BARS,
        "A sentence of the index date without a release date is another one",
        disposals=(INDEX, custody("2020-03-10", None, "D2")),
        **GONE,
    ),
    moved(
        _BARS,
        "A sentence since the index date that ended with a later disposal would be the index disposal, were its release known",
        disposals=(INDEX, custody("2020-04-10", None, "D2"), order("2020-05-01", "D3", kind="caution")),
        **GONE,
    ),
    moved(
        _BARS,
        "A sentence without a release date that begins after the start changes nothing",
        disposals=(INDEX, custody("2020-06-11", None, "D2")),
        **CLEAR,
    ),
    moved(
        _BARS,
        "Whoever was released again by the day of the start would have that release as index disposal",
        disposals=(PRISON, custody("2020-04-10", "2020-06-10", "D2")),
        **GONE,
    ),
    moved(
        _BARS,
        "Whoever got a later order by the day of the start would have that order as index disposal",
        disposals=(INDEX, order("2020-06-10", "D2", kind="suspended_sentence_order")),
        **GONE,
    ),
    moved(
        _BARS,
        "Cautions and other disposals in between, orders of the same day, and whatever comes after the start change nothing",
        disposals=(
            INDEX,
            order("2020-05-01", "D2", kind="caution"),
            order("2020-05-02", "D3", kind="other"),
            order("2020-03-10", "D4"),
            order("2020-06-11", "D5"),
            custody("2020-06-11", "2020-09-01", "D6"),
            custody("2019-01-10", "2020-03-10", "D7"),
        ),
        **CLEAR,
    ),
    moved(
        _BARS,
        "On the index date itself nobody is barred: there is no time in between",
        offence("O1", "2020-03-10", "2020-04-01"),
        disposals=(INDEX, custody("2020-02-10", "2020-08-01", "D2")),
        as_at="2020-03-10",
        **CLEAR,
        **(NONE | one(0)),
    ),
)

HISTORY = (
    moved(
        _HISTORY,
        "What was proven between the index date and the start is history, if it was committed before",
        offence("O1", "2020-02-01", "2020-04-10", offence_group="drugs"),
        previous_offences=1,
        previous_drugs=1,
        previous_convictions=1,
        offences_last_year=1,
        days_since_previous_disposal=61,
        **CLEAR,
        **NONE,
    ),
    moved(
        _HISTORY,
        "What is proven on the day of the start is not history",
        offence("O1", "2020-02-01", "2020-06-10"),
        previous_offences=0,
        days_since_previous_disposal=None,
    ),
    moved(
        _HISTORY,
        "The index disposal is not in its own history, but time runs from it when it was the first",
        offence("O1", "2020-02-01", "2020-03-10", "D1"),
        previous_offences=0,
        previous_convictions=0,
        offences_last_year=0,
        days_since_previous_disposal=None,
        years_since_first_disposal=92 / 365.25,
        copas_rate=-2.327461325058613,
    ),
    moved(
        _HISTORY,
        "Nor is an offence dealt with at it that bears an earlier day",
        offence("O1", "2020-02-01", "2020-03-01", "D1"),
        previous_offences=0,
        previous_convictions=0,
        offences_last_year=0,
        days_since_previous_disposal=None,
        years_since_first_disposal=92 / 365.25,
    ),
    moved(
        _HISTORY,
        "Another disposal of the index disposal's day is history once the day is over",
        offence("O1", "2020-02-01", "2020-03-10", "D2"),
        previous_offences=1,
        days_since_previous_disposal=92,
    ),
    moved(
        _HISTORY,
        "After a release, what was proven during the sentence is history too",
        offence("O1", "2019-10-01", "2019-12-10", "D2"),
        offence("O2", "2019-11-01", "2020-02-10", "D3", disposal="caution", sentence="caution"),
        disposals=(PRISON,),
        previous_offences=2,
        previous_convictions=1,
        previous_cautions=1,
        days_since_previous_disposal=121,
    ),
    moved(
        _HISTORY,
        "On the day of release, history ends with the sentence",
        offence("O1", "2019-10-01", "2019-12-10", "D2"),
        offence("O2", "2019-11-01", "2020-02-10", "D3"),
        disposals=(PRISON,),
        as_at="2020-03-10",
        previous_offences=1,
        days_since_previous_disposal=91,
    ),
    moved(
        _HISTORY,
        "The last year and the last three, year and quarter are those of the start",
        offence("O1", "2017-06-09", "2017-07-01", "D2"),
        offence("O2", "2017-06-10", "2017-07-01", "D2"),
        offence("O3", "2019-06-09", "2019-07-01", "D3", sentence="custody"),
        offence("O4", "2019-06-10", "2019-07-01", "D3", sentence="custody"),
        previous_offences=4,
        previous_custodial_sentences=1,
        offences_last_year=1,
        offences_last_three_years=3,
        index_year=2020,
        index_quarter=2,
    ),
    moved(
        _HISTORY,
        "As at a date before the index disposal, only what was proven by then is known",
        offence("O1", "2016-05-01", "2017-01-10", "D2"),
        offence("O2", "2016-06-01", "2017-03-10", "D3"),
        as_at="2017-03-10",
        previous_offences=1,
        days_since_previous_disposal=59,
        years_since_first_disposal=59 / 365.25,
        index_year=2017,
        index_quarter=1,
    ),
    moved(
        _HISTORY,
        "Before anything was proven no time has passed since the first disposal",
        as_at="2017-03-10",
        previous_offences=0,
        years_since_first_disposal=0.0,
        copas_rate=-2.302585092994046,
    ),
)

OUTCOMES = (
    moved(
        _OUTCOMES,
        "Follow-up is one year from the start: the last day is in it, the anniversary is not",
        offence("O1", "2021-06-09", "2021-07-01", court_outcome="indictable", sentence="custody"),
        offence("O2", "2021-06-10", "2021-07-01"),
        **(
            NONE
            | one(364, first_court_outcome="indictable", indictable_reoffences=1, either_way_reoffences=0)
            | {"custody_for_first_reoffence": True, "custodial_sentences": 1}
        ),
    ),
    moved(
        _OUTCOMES,
        "The waiting period runs from the start too",
        offence("O1", "2020-09-01", "2021-12-09", "D2"),
        offence("O2", "2020-08-01", "2021-12-10", "D3"),
        **(NONE | one(83)),
    ),
    moved(
        _OUTCOMES,
        "A sentence that begins after the start is time at risk all the same",
        offence("O1", "2021-05-01", "2021-06-01", "D3", court_outcome="summary"),
        disposals=(INDEX, custody("2020-07-01", "2021-04-01", "D2")),
        **CLEAR,
        **(NONE | one(325, first_court_outcome="summary", summary_reoffences=1, either_way_reoffences=0)),
    ),
    MovedLife(
        claim="A start 18 months before the extract has complete follow-up, the end of the month clamped",
        chapter=_OUTCOMES,
        life=life(disposals=(order("2022-12-01"),)),
        as_at=d("2022-12-31"),
        expected={"complete_follow_up": True, **NONE},
    ),
    MovedLife(
        claim="A start one day later has no outcomes, although the index date would have",
        chapter=_OUTCOMES,
        life=life(disposals=(order("2022-12-01"),), offences=(offence("O1", "2023-01-05", "2023-02-01"),)),
        as_at=d("2023-01-01"),
        expected={"complete_follow_up": False, **UNKNOWN},
    ),
    moved(
        _OUTCOMES,
        "Two years are counted from the start as well",
        offence("O1", "2022-06-09", "2022-12-09", "D2"),
        offence("O2", "2022-06-10", "2022-12-09", "D2"),
        complete_two_year_follow_up=True,
        reoffended_two_years=True,
        reoffences_two_years=1,
        **NONE,
    ),
    MovedLife(
        claim="A start less than 30 months before the extract has no outcomes of two years",
        chapter=_OUTCOMES,
        life=life(disposals=(order("2021-12-01"),)),
        as_at=d("2022-01-01"),
        expected={"complete_two_year_follow_up": False, "reoffended_two_years": None, "reoffences_two_years": None, **NONE},
    ),
    moved(
        _OUTCOMES,
        "Follow-up from an earlier date leaves out what the index disposal dealt with",
        offence("O1", "2018-03-09", "2018-05-01", "D2"),
        offence("O2", "2018-03-10", "2018-05-01", "D2"),
        offence("O3", "2018-03-01", "2018-09-10", "D3"),
        offence("O4", "2017-04-01", "2020-03-10", "D1"),
        as_at="2017-03-10",
        **(NONE | one(364)),
    ),
)

MOVED_LIVES = (*BARS, *HISTORY, *OUTCOMES)
