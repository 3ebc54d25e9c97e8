"""The worked lives of the negative control: one small life, its control year, and what is known and was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spec.worked_lives import EXTRACT, custody, d, life, offence, order

if TYPE_CHECKING:
    from datetime import date

    from justice_data_lab.measures.lives import Life

# Of the register that all these lives share: the first day on which anything was proven.
REACH = d("2012-05-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlLife:
    """One rule, one life, and what must come out.

    Attributes:
        claim: the rule, as a sentence.
        life: what the register holds; its disposal D1 is the index disposal.
        expected: the columns that the rule is about; empty for whoever is left out.
        left_out: which rule leaves the person out; empty for whoever stays.
        extract_date: of the register.
        chapter: heading in the printed page.
    """

    claim: str
    chapter: str
    life: Life
    expected: dict[str, object] = field(default_factory=dict)
    left_out: str = ""
    extract_date: date = EXTRACT


YEAR = "The control year"
_HISTORY = "What is known when the control year begins, and what comes after it"
_OUT = "Whose control year can be looked at"
INDEX_OFFENCE = offence("O9", "2020-01-15", "2020-03-10", "D1")
DID, DID_NOT = {"offended_in_control_year": True}, {"offended_in_control_year": False}
NOTHING_SINCE = {"offences_since_control_year": 0, "disposals_since_control_year": 0}


def before(chapter: str, claim: str, *offences, **expected: object) -> ControlLife:
    """A community order on 10 March 2020 for an offence of 15 January: the control year is [15 January 2018, 15 January 2019)."""
    whole = life(disposals=(order("2020-03-10"),), offences=(INDEX_OFFENCE, *offences))
    return ControlLife(claim=claim, chapter=chapter, life=whole, expected=expected)


YEARS = (
    before(
        YEAR,
        "Somebody with no earlier offence did not offend in the control year",
        **DID_NOT,
        **NOTHING_SINCE,
        previous_offences=0,
    ),
    before(
        YEAR,
        "An offence on the first day of the control year, 24 months before the index offence, is in it, and is no history",
        offence("O1", "2018-01-15", "2018-02-01"),
        **DID,
        **NOTHING_SINCE,
        previous_offences=0,
    ),
    before(
        YEAR,
        "An offence on the last day of the control year is in it",
        offence("O1", "2019-01-14", "2019-03-01"),
        **DID,
        **NOTHING_SINCE,
    ),
    before(
        YEAR,
        "An offence twelve months before the index offence is after the control year",
        offence("O1", "2019-01-15", "2019-03-01"),
        **DID_NOT,
        offences_since_control_year=1,
        disposals_since_control_year=1,
    ),
    before(
        YEAR,
        "The offence must be proven within six months of the end of the control year",
        offence("O1", "2018-06-01", "2019-07-14"),
        **DID,
    ),
    before(
        YEAR,
        "An offence of the control year that was proven later counts nowhere",
        offence("O1", "2018-06-01", "2019-07-15"),
        **DID_NOT,
        **NOTHING_SINCE,
    ),
    before(
        YEAR,
        "Breaches and offences that are not recordable do not count, in the control year or after it",
        offence("O1", "2018-06-01", "2018-07-01", is_breach=True),
        offence("O2", "2018-06-01", "2018-07-01", "D3", is_recordable=False),
        offence("O3", "2019-06-01", "2019-07-01", "D4", is_breach=True),
        **DID_NOT,
        **NOTHING_SINCE,
    ),
    ControlLife(
        claim="The index offence is the most serious one of the index disposal, not the earliest",
        chapter=YEAR,
        life=life(
            disposals=(order("2020-03-10"),),
            offences=(
                offence("O1", "2019-03-01", "2020-03-10", "D1", court_outcome="summary"),
                INDEX_OFFENCE,
                offence("O2", "2018-12-01", "2019-02-01", "D2"),
            ),
        ),
        expected=DID | NOTHING_SINCE,
    ),
    ControlLife(
        claim="For an index offence on 29 February 2020 the control year is [28 February 2018, 28 February 2019)",
        chapter=YEAR,
        life=life(
            disposals=(order("2020-03-10"),),
            offences=(
                offence("O1", "2020-02-29", "2020-03-10", "D1"),
                offence("O2", "2018-02-27", "2018-03-30", "D2"),
                offence("O3", "2019-02-28", "2019-03-30", "D3"),
            ),
        ),
        expected=DID_NOT | {"offences_since_control_year": 1, "previous_offences": 0},
    ),
)

HISTORIES = (
    before(
        _HISTORY,
        "History ends when the control year begins: what was proven on an earlier day",
        offence("O1", "2012-04-01", "2012-05-01", "D5", sentence="custody", offence_group="violence"),
        offence("O2", "2017-01-15", "2018-01-14", "D6"),
        offence("O3", "2017-06-01", "2018-01-15", "D7"),
        **DID_NOT,
        **NOTHING_SINCE,
        previous_offences=2,
        previous_convictions=2,
        previous_violence=1,
        previous_custodial_sentences=1,
        offences_last_year=1,
        offences_last_three_years=1,
        days_since_previous_disposal=1,
        years_since_first_disposal=2085 / 365.25,
        copas_rate=-1.655584515069882,
    ),
    before(
        _HISTORY,
        "Somebody whose record had not begun has no history and no years since the first disposal",
        previous_offences=0,
        days_since_previous_disposal=None,
        years_since_first_disposal=0.0,
        copas_rate=-2.302585092994046,
    ),
    before(
        _HISTORY,
        "Offences since are those committed after the control year and proven on a day before the index disposal, wherever",
        offence("O1", "2019-02-01", "2019-05-01", "D5"),
        offence("O2", "2019-03-01", "2019-05-01", "D5"),
        offence("O3", "2019-12-01", "2020-03-09", "D6"),
        offence("O4", "2019-12-01", "2020-03-10", "D7"),
        **DID_NOT,
        offences_since_control_year=3,
        disposals_since_control_year=2,
    ),
    ControlLife(
        claim="For custody, what is proven between the sentence and the release is not known",
        chapter=_HISTORY,
        life=life(
            disposals=(custody("2020-03-10", "2020-09-10", sentence_days=360),),
            offences=(INDEX_OFFENCE, offence("O1", "2019-06-01", "2020-04-01", "D2")),
        ),
        expected=DID_NOT | NOTHING_SINCE,
    ),
)

LEFT_OUT = (
    ControlLife(
        claim="Without an offence at the index disposal nobody knows which year it would be",
        chapter=_OUT,
        life=life(disposals=(order("2020-03-10"),)),
        left_out="index_offence",
    ),
    ControlLife(
        claim="A control year may begin on the first day on which the register has anything proven",
        chapter=_OUT,
        life=life(disposals=(order("2014-06-01"),), offences=(offence("O1", "2014-05-01", "2014-06-01", "D1"),)),
        expected=DID_NOT | {"previous_offences": 0},
    ),
    ControlLife(
        claim="A control year that begins a day earlier cannot be looked at",
        chapter=_OUT,
        life=life(disposals=(order("2014-06-01"),), offences=(offence("O1", "2014-04-30", "2014-06-01", "D1"),)),
        left_out="reach",
    ),
    ControlLife(
        claim="Whoever was certainly ten when the control year began stays: eighteen at the index date, so at most nearly nineteen",
        chapter=_OUT,
        life=life(
            date_of_birth=d("2002-03-10"),
            disposals=(custody("2015-01-10", "2020-09-10"),),
            offences=(offence("O1", "2014-09-10", "2015-01-10", "D1"),),
        ),
        expected=DID_NOT,
    ),
    ControlLife(
        claim="Whoever might have been nine when it began is left out, since no date of birth is known here",
        chapter=_OUT,
        life=life(
            date_of_birth=d("2002-03-10"),
            disposals=(custody("2015-01-10", "2020-09-10"),),
            offences=(offence("O1", "2014-09-09", "2015-01-10", "D1"),),
        ),
        left_out="youngest",
    ),
)

CONTROL_LIVES = (*YEARS, *HISTORIES, *LEFT_OUT)
