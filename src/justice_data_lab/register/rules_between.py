"""The rules between columns, rows and tables that no column's own description gives."""

from __future__ import annotations

from justice_data_lab.register import schema
from justice_data_lab.register.rule import ROW_CEILING, Rule

PNC_PATTERN = "[0-9]{4}/[0-9]{7}[A-HJ-NP-RT-Z]"
PRISON_NUMBER_PATTERN = "[A-Z][0-9]{4}[A-Z]{2}"


def _row(code: str, at: str, test: str, message: str, remedy: str) -> Rule:
    """A rule between columns whose broken rows are set aside; `at` is table.column."""
    table, column = at.split(".")
    return Rule(
        code=code,
        table=table,
        column=column,
        severity="set aside",
        ceiling=ROW_CEILING,
        test=test,
        message=message,
        remedy=remedy,
    )


def _note(code: str, at: str, test: str, message: str, remedy: str) -> Rule:
    """A rule between columns that is only noted; `at` is table.column."""
    table, column = at.split(".")
    return Rule(code=code, table=table, column=column, severity="warned", test=test, message=message, remedy=remedy)


_CORRECT = "Correct whichever date is wrong."
BETWEEN: dict[str, tuple[Rule, ...]] = {
    "person": (
        _row(
            "death-before-birth",
            "person.date_of_death",
            "person.date_of_death < person.date_of_birth",
            "whose date_of_death is before the date_of_birth",
            _CORRECT,
        ),
        Rule(
            code="identity-none",
            table="person",
            column=schema.PERSON_ID,
            severity="warned",
            test="person.person_id NOT IN (SELECT identity.person_id FROM identity WHERE identity.person_id IS NOT NULL)",
            message="without a row in identity: they serve as comparison but can never be found by name",
            remedy="Add their names to identity.",
        ),
    ),
    "identity": (
        _note(
            "pnc-id-form",
            "identity.pnc_id",
            f"NOT regexp_full_match(identity.pnc_id, '{PNC_PATTERN}')",
            "whose pnc_id does not look like 2012/0123456Z",
            "Write year/seven digits and check letter, or leave it null.",
        ),
        _note(
            "prison-number-form",
            "identity.prison_number",
            f"NOT regexp_full_match(identity.prison_number, '{PRISON_NUMBER_PATTERN}')",
            "whose prison_number does not look like A1234BC",
            "Write letter, four digits, two letters, or leave it null.",
        ),
        Rule(
            code="primary-none",
            table="identity",
            column=schema.IS_PRIMARY,
            severity="warned",
            test="count(*) FILTER (WHERE identity.is_primary) = 0",
            group_by=schema.PERSON_ID,
            message="of a person none of whose names is the primary one: linkage does not learn from them how often strangers agree",
            remedy="Mark one row of each person as primary.",
        ),
        Rule(
            code="primary-several",
            table="identity",
            column=schema.IS_PRIMARY,
            severity="warned",
            test="count(*) FILTER (WHERE identity.is_primary) > 1",
            group_by=schema.PERSON_ID,
            message="of a person with more than one primary name: linkage learns from the first alone how often strangers agree",
            remedy="Mark only one row of each person as primary.",
        ),
        Rule(
            code="pnc-id-shared",
            table="identity",
            column=schema.PNC_ID,
            severity="warned",
            test="identity.pnc_id IS NOT NULL AND min(identity.person_id) <> max(identity.person_id)",
            group_by=schema.PNC_ID,
            message="whose pnc_id stands under more than one person",
            remedy="Merge the person's two records, or correct the number.",
        ),
    ),
    "disposal": (
        _row(
            "release-before-disposal",
            "disposal.release_date",
            "disposal.release_date < disposal.disposal_date",
            "whose release_date is before the disposal_date",
            _CORRECT,
        ),
        _row(
            "disposal-before-birth",
            "disposal.disposal_date",
            "disposal.disposal_date < person.date_of_birth",
            "whose disposal_date is before the person's date_of_birth",
            _CORRECT,
        ),
        _note(
            "release-without-custody",
            "disposal.release_date",
            "disposal.release_date IS NOT NULL AND disposal.kind <> 'custody'",
            "with a release_date though the kind is not custody; it is not used",
            "Leave it null, or correct the kind.",
        ),
        _note(
            "disposal-without-offence",
            "disposal.disposal_id",
            "disposal.disposal_id NOT IN (SELECT offence.disposal_id FROM offence WHERE offence.disposal_id IS NOT NULL)",
            "without an offence, so no index offence group",
            "Add the offences that were dealt with there.",
        ),
    ),
    "offence": (
        Rule(
            code="key-crossed",
            table="offence",
            column=schema.DISPOSAL_ID,
            severity="fatal",
            # of somebody unknown key-broken tells
            test="disposal.person_id <> offence.person_id AND person.person_id IS NOT NULL",
            message="whose disposal_id belongs to another person",
            remedy="Correct the key: an offence and its disposal have the same person_id.",
        ),
        _row(
            "offence-after-disposal",
            "offence.offence_date",
            "offence.offence_date > offence.disposal_date",
            "whose offence_date is after the disposal_date",
            _CORRECT,
        ),
        _row(
            "offence-before-birth",
            "offence.offence_date",
            "offence.offence_date < person.date_of_birth",
            "whose offence_date is before the person's date_of_birth",
            _CORRECT,
        ),
        _note(
            "disposal-date-differs",
            "offence.disposal_date",
            "offence.disposal_date <> disposal.disposal_date",
            "with another disposal_date than their disposal",
            _CORRECT,
        ),
        _note(
            "caution-mismatch",
            "offence.sentence",
            "(offence.disposal = 'caution') <> (offence.sentence = 'caution')",
            "that are a caution by one of disposal and sentence but not by the other",
            "Correct whichever is wrong.",
        ),
        _note(
            "custody-days-without-custody",
            "offence.custody_days",
            "offence.custody_days > 0 AND offence.sentence <> 'custody' AND offence.sentence <> 'suspended'",
            "with custody_days though the sentence is neither custody nor suspended",
            "Leave it null, or correct the sentence.",
        ),
        _note(
            "offence-after-death",
            "offence.offence_date",
            "offence.offence_date > person.date_of_death",
            "whose offence_date is after the person's date_of_death",
            _CORRECT,
        ),
        Rule(
            code="offence-code-unknown",
            table="offence",
            column=schema.OFFENCE_CODE,
            severity="warned",
            needs="offence_code",
            test="offence.offence_code NOT IN (SELECT offence_code.offence_code FROM offence_code WHERE offence_code.offence_code IS NOT NULL)",
            message="whose offence_code is not in the table offence_code: no OGRS3 score",
            remedy="Add the code to offence_code.",
        ),
    ),
    "offence_code": (),
    "assessment": (
        Rule(
            code="assessment-same-day",
            table="assessment",
            column=schema.ASSESSED_ON,
            severity="warned",
            test="count(*) > count(DISTINCT assessment.assessed_on)",
            group_by=schema.PERSON_ID,
            message="of a person with two assessments on one day: they are taken as one, in which a need found in any is a need",
            remedy="Nothing, if both were made; else keep the one that counts.",
        ),
    ),
    "employment": (
        _row(
            "end-before-start",
            "employment.end_date",
            "employment.end_date < employment.start_date",
            "whose end_date is before the start_date",
            _CORRECT,
        ),
    ),
}
