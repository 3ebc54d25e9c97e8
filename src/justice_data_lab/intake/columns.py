"""The template's columns, as data: what each is called, how much it is needed, and which codes it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

TEMPLATE_SHEET = "Cohort"
OTHER_TEMPLATE_SHEETS = ("Guidance", "Summary")
WHAT_TO_FIX = "what to fix"  # the column that an annotated file has, not read when the file comes back
NO_HEADING = "(no heading)"  # where it has what stood beyond the last heading, which is as wrong when it comes back


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the cohort template.

    Attributes:
        name: the heading.
        need: `essential` (a file without it is refused), `asked` (people are found and placed better with it) or `optional`.
        kind: how its cells are read.
        meaning: what it holds, in plain words.
        example: an invented value.
        codes: for a column of codes, each code with the other spellings that are read as it (lower case).
    """

    name: str
    need: Literal["essential", "asked", "optional"]
    kind: Literal["name", "identifier", "date", "code"]
    meaning: str
    example: str
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()


COLUMNS: tuple[Column, ...] = (
    Column(
        name="surname",
        need="essential",
        kind="name",
        meaning="Family name, as the justice system would know it.",
        example="Okafor",
    ),
    Column(name="forename", need="essential", kind="name", meaning="First name, in full.", example="Daniel"),
    Column(name="date_of_birth", need="essential", kind="date", meaning="Date of birth.", example="05/11/1984"),
    Column(
        name="sex",
        need="essential",
        kind="code",
        meaning="F, M, or U when it is not known.",
        example="M",
        codes=(
            ("F", ("female", "woman")),
            ("M", ("male", "man")),
            ("U", ("unknown", "not known", "not stated", "not recorded")),
        ),
    ),
    Column(
        name="pnc_id",
        need="asked",
        kind="identifier",
        meaning="Police National Computer identifier: year, stroke, seven digits, letter.",
        example="2012/0123456Z",
    ),
    Column(
        name="prison_number",
        need="asked",
        kind="identifier",
        meaning="Prison number: letter, four digits, two letters.",
        example="A1234BC",
    ),
    Column(
        name="conviction_date",
        need="asked",
        kind="date",
        meaning="Date of the conviction or caution that led to the sentence they were on.",
        example="14/03/2022",
    ),
    Column(
        name="index_date",
        need="asked",
        kind="date",
        meaning="Date the one-year clock starts: release from prison, or the start of the order.",
        example="02/09/2022",
    ),
    Column(
        name="intervention_start",
        need="asked",
        kind="date",
        meaning="Date they started with your programme.",
        example="20/06/2022",
    ),
    Column(name="intervention_end", need="optional", kind="date", meaning="Date they finished or left.", example="12/08/2022"),
    Column(
        name="setting",
        need="optional",
        kind="code",
        meaning="Where you worked with them.",
        example="custody",
        codes=(("custody", ()), ("community", ()), ("through the gate", ())),
    ),
    Column(
        name="completed",
        need="optional",
        kind="code",
        meaning="Whether they completed the programme.",
        example="yes",
        codes=(("yes", ("y", "true", "1")), ("no", ("n", "false", "0"))),
    ),
    Column(
        name="arm",
        need="optional",
        kind="code",
        meaning="For a trial or a waiting list: which group they were in.",
        example="served",
        codes=(("served", ()), ("control", ()), ("waiting", ("waiting list", "waitlist")), ("refused", ())),
    ),
    Column(name="arm_date", need="optional", kind="date", meaning="Date they were put in that group.", example="01/06/2022"),
)

BY_NAME: dict[str, Column] = {column.name: column for column in COLUMNS}
ESSENTIAL = tuple(column.name for column in COLUMNS if column.need == "essential")
ASKED = tuple(column.name for column in COLUMNS if column.need == "asked")
NAMES = tuple(column.name for column in COLUMNS if column.kind == "name")
IDENTIFIERS = tuple(column.name for column in COLUMNS if column.kind == "identifier")
DATES = tuple(column.name for column in COLUMNS if column.kind == "date")
CODED = tuple(column.name for column in COLUMNS if column.kind == "code")

# What linkage writes of each row before the organisation's own columns, each with its Arrow type.
LINK_COLUMNS: tuple[tuple[str, str], ...] = (
    ("row", "int32"),
    ("person_id", "string"),
    ("disposal_id", "string"),
    ("weight", "double"),
    ("status", "string"),
    ("reason", "string"),
    ("index_date", "date32"),
    ("intervention_start", "date32"),
    ("kind", "string"),
    ("arm_date", "date32"),
)
# Headings that later rooms give their own columns: a file may not bring them.
RESERVED = (*(name for name, _ in LINK_COLUMNS if name not in BY_NAME), "treated")

# What people call these columns. Only ever suggested: a heading is never guessed.
ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "surname": ("last_name", "family_name", "lastname", "second_name", "name"),
    "forename": ("first_name", "given_name", "firstname", "forenames", "christian_name"),
    "date_of_birth": ("dob", "birth_date", "d_o_b", "birthdate", "birthday", "born"),
    "sex": ("gender", "sex_at_birth", "m_f"),
    "pnc_id": ("pnc", "pnc_number", "pncid", "pnc_no", "police_id"),
    "prison_number": ("noms", "nomis", "noms_id", "nomis_number", "prison_no", "noms_number", "prisoner_number"),
    "conviction_date": ("date_of_conviction", "convicted", "sentence_date", "date_sentenced", "date_of_sentence"),
    "index_date": ("release_date", "date_of_release", "order_start", "released"),
    "intervention_start": ("start_date", "start", "date_started", "programme_start", "start_of_intervention", "date_of_start"),
    "intervention_end": ("end_date", "end", "date_ended", "programme_end", "finish_date", "completion_date"),
    "setting": ("location", "where"),
    "completed": ("complete", "completion", "finished"),
    "arm": ("group", "trial_arm", "allocation"),
    "arm_date": ("allocation_date", "randomised_on", "group_date"),
}


def plain_heading(heading: str) -> str:
    """The heading as it is compared: lower case, `_` for spaces and strokes, no star and nothing that has no width."""
    text = re.sub("[\u200b-\u200d\u2060\ufeff]", "", heading).strip().rstrip("*").casefold()
    return re.sub(r"[\s\-./_]+", "_", text).strip("_")


def code_spellings(column: Column) -> dict[str, str]:
    """Every spelling that is read as a code of the column, in lower case, with its code."""
    return {spelling: code for code, others in column.codes for spelling in (code.casefold(), *others)}
