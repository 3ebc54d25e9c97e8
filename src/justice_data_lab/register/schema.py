"""The source tables of a register as data: every column's type, unit, allowed values and whether it may be null.

An operator maps a real register to these tables (`jdl register map`); the checks, the build, the reference page and
the synthetic register are all generated from what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from justice_data_lab.register import codes

SCHEMA_VERSION = "jdl-register/3"
# Where a range of ids has no end: ids are printable text.
AFTER_EVERY_ID = "\U0010ffff"

ColumnKind: TypeAlias = Literal["id", "text", "code", "date", "boolean", "integer"]

PERSON_ID = "person_id"
SEX = "sex"
DATE_OF_BIRTH = "date_of_birth"
ETHNICITY = "ethnicity"
UK_NATIONAL = "uk_national"
DATE_OF_DEATH = "date_of_death"
SURNAME = "surname"
FORENAME = "forename"
MIDDLE_NAMES = "middle_names"
PNC_ID = "pnc_id"
PRISON_NUMBER = "prison_number"
IS_PRIMARY = "is_primary"
OFFENCE_ID = "offence_id"
OFFENCE_DATE = "offence_date"
DISPOSAL_DATE = "disposal_date"
OFFENCE_CODE = "offence_code"
OFFENCE_GROUP = "offence_group"
COURT_OUTCOME = "court_outcome"
DISPOSAL = "disposal"
SENTENCE = "sentence"
CUSTODY_DAYS = "custody_days"
IS_BREACH = "is_breach"
IS_RECORDABLE = "is_recordable"
DISPOSAL_ID = "disposal_id"
KIND = "kind"
SENTENCE_DAYS = "sentence_days"
RELEASE_DATE = "release_date"
REGION = "region"
ESTABLISHMENT = "establishment"
ASSESSED_ON = "assessed_on"
OGRS3_GROUP = "ogrs3_group"
START_DATE = "start_date"
END_DATE = "end_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a source table.

    Attributes:
        name: as it must be written.
        kind: `id` is text or a whole number, compared as text; `code` is text from a closed list.
        doc: what it holds, one sentence.
        nullable: whether a row without it is still good.
        allowed: the closed list of a `code`; empty for every other kind.
        low: least value of an integer.
        high: greatest value of an integer.
        unit: what one unit of an integer is.
        future: `refuse` when a date after the extract is impossible, `warn` when it may be a plan.
    """

    name: str
    kind: ColumnKind
    doc: str
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    low: int = 0
    high: int = 100_000
    unit: str = ""
    future: Literal["refuse", "warn"] = "refuse"

    @property
    def sql_type(self) -> str:
        """The DuckDB type that the build gives the column."""
        return {"date": "DATE", "boolean": "BOOLEAN", "integer": "INTEGER"}.get(self.kind, "VARCHAR")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """One source table.

    Attributes:
        name: of the folder or database table.
        row: what there is one row for.
        key: columns that name a row in a message; never a name or a date of birth.
        unique: whether the key names one row only.
        optional: whether a register may do without the table.
        left_out: what the snapshot lacks without an optional table.
        columns: in the order of the documentation.
        parents: foreign keys, as (column, parent table); the parent's column has the same name.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    unique: bool = True
    optional: bool = False
    left_out: str = ""
    parents: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in the order of the documentation."""
        return tuple(column.name for column in self.columns)


_PERSON_ID = Column(name=PERSON_ID, kind="id", doc="The register's own opaque number of the person.")
_OF_PERSON = ((PERSON_ID, "person"),)

PERSON = SourceTable(
    name="person",
    row="person",
    key=(PERSON_ID,),
    columns=(
        _PERSON_ID,
        Column(name=SEX, kind="code", allowed=codes.SEXES, doc="Sex as recorded; U is unknown."),
        Column(name=DATE_OF_BIRTH, kind="date", doc="Date of birth that the register holds to be right."),
        Column(name=ETHNICITY, kind="code", allowed=codes.ETHNICITIES, doc="Ethnic group; unknown is a value of its own."),
        Column(
            name=UK_NATIONAL, kind="boolean", nullable=True, doc="Whether a national of the register's country; null is unknown."
        ),
        Column(name=DATE_OF_DEATH, kind="date", nullable=True, doc="Date of death, where known."),
    ),
)

IDENTITY = SourceTable(
    name="identity",
    row="name the register holds for a person, aliases too",
    key=(PERSON_ID,),
    unique=False,
    columns=(
        _PERSON_ID,
        Column(name=SURNAME, kind="text", doc="Family name as recorded."),
        Column(name=FORENAME, kind="text", doc="First given name as recorded."),
        Column(name=MIDDLE_NAMES, kind="text", nullable=True, doc="Other given names, separated by spaces."),
        Column(name=DATE_OF_BIRTH, kind="date", doc="Date of birth given with this name; an alias may have another one."),
        Column(name=SEX, kind="code", allowed=codes.SEXES, doc="Sex given with this name."),
        Column(
            name=PNC_ID, kind="text", nullable=True, doc="Police number such as 2012/0123456Z, the last letter a check letter."
        ),
        Column(name=PRISON_NUMBER, kind="text", nullable=True, doc="Prison number such as A1234BC."),
        Column(name=IS_PRIMARY, kind="boolean", doc="Whether this is the person's main name; exactly one row of a person."),
    ),
    parents=_OF_PERSON,
)

OFFENCE = SourceTable(
    name="offence",
    row="proven offence",
    key=(OFFENCE_ID,),
    columns=(
        Column(name=OFFENCE_ID, kind="id", doc="The register's number of the offence."),
        _PERSON_ID,
        Column(name=OFFENCE_DATE, kind="date", doc="Day the offence was committed; the first day of a period."),
        Column(name=DISPOSAL_DATE, kind="date", doc="Day it was proven: sentence, or caution given."),
        Column(name=OFFENCE_CODE, kind="id", doc="The register's offence code."),
        Column(name=OFFENCE_GROUP, kind="code", allowed=codes.OFFENCE_GROUPS, doc="Group of the offence."),
        Column(
            name=COURT_OUTCOME,
            kind="code",
            allowed=codes.COURT_OUTCOMES,
            doc="Mode of trial: indictable only is the most serious.",
        ),
        Column(name=DISPOSAL, kind="code", allowed=codes.DISPOSALS, doc="How it was proven."),
        Column(name=SENTENCE, kind="code", allowed=codes.SENTENCES, doc="Sentence for this offence."),
        Column(name=CUSTODY_DAYS, kind="integer", nullable=True, unit="days", doc="Length of a custodial sentence for it."),
        Column(name=IS_BREACH, kind="boolean", doc="Whether it is a breach of an order; breaches never count as reoffences."),
        Column(name=IS_RECORDABLE, kind="boolean", doc="Whether it is recordable; only recordable offences count."),
        Column(name=DISPOSAL_ID, kind="id", doc="The disposal at which it was dealt with."),
    ),
    parents=(*_OF_PERSON, (DISPOSAL_ID, "disposal")),
)

DISPOSAL_TABLE = SourceTable(
    name="disposal",
    row="formal outcome that can start a clock",
    key=(DISPOSAL_ID,),
    columns=(
        Column(name=DISPOSAL_ID, kind="id", doc="The register's number of the disposal."),
        _PERSON_ID,
        Column(name=DISPOSAL_DATE, kind="date", doc="Day of the outcome."),
        Column(name=KIND, kind="code", allowed=codes.KINDS, doc="Kind of outcome; it decides the index date."),
        Column(name=SENTENCE_DAYS, kind="integer", nullable=True, unit="days", doc="Length of the sentence or order."),
        Column(
            name=RELEASE_DATE,
            kind="date",
            nullable=True,
            future="warn",
            doc="Day of release from custody: the index date of a custodial disposal. Null while in custody.",
        ),
        Column(name=REGION, kind="text", doc="Region where the person was supervised or released, any text."),
        Column(name=ESTABLISHMENT, kind="text", nullable=True, doc="Prison of release, any text."),
    ),
    parents=_OF_PERSON,
)

ASSESSMENT = SourceTable(
    name="assessment",
    row="needs assessment",
    key=(PERSON_ID, ASSESSED_ON),
    unique=False,
    optional=True,
    left_out="assessed needs left out",
    columns=(
        _PERSON_ID,
        Column(name=ASSESSED_ON, kind="date", doc="Day of the assessment."),
        *(
            Column(
                name=need, kind="integer", nullable=True, high=1, unit="0 or 1", doc=f"Need with {need}; null is not assessed."
            )
            for need in codes.NEEDS
        ),
    ),
    parents=_OF_PERSON,
)

OFFENCE_CODE_TABLE = SourceTable(
    name="offence_code",
    row="offence code",
    key=(OFFENCE_CODE,),
    optional=True,
    left_out="OGRS3 score left out",
    columns=(
        Column(name=OFFENCE_CODE, kind="id", doc="The register's offence code."),
        Column(
            name=OGRS3_GROUP,
            kind="code",
            allowed=codes.OGRS3_GROUPS,
            nullable=True,
            doc="Its group in OGRS3; null gives no score.",
        ),
    ),
)

EMPLOYMENT = SourceTable(
    name="employment",
    row="spell of work or of out-of-work benefit",
    key=(PERSON_ID, START_DATE),
    unique=False,
    optional=True,
    left_out="employment and benefit left out",
    columns=(
        _PERSON_ID,
        Column(name=KIND, kind="code", allowed=codes.EMPLOYMENT_KINDS, doc="Work, or out-of-work benefit."),
        Column(name=START_DATE, kind="date", doc="First day of the spell."),
        Column(name=END_DATE, kind="date", nullable=True, future="warn", doc="Day after its last day; null is still going on."),
    ),
    parents=_OF_PERSON,
)

# Parents come before their children, so that whatever is done table by table meets a parent first.
TABLES = (PERSON, IDENTITY, DISPOSAL_TABLE, OFFENCE, OFFENCE_CODE_TABLE, ASSESSMENT, EMPLOYMENT)
BY_NAME = {table.name: table for table in TABLES}
