"""A protocol is what was settled before: the same for the same study, and every change since has a reason."""

import json
from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.protocol import Protocol, changes, freeze, read_protocol, write_protocol
from justice_data_lab.study import Analysis, Caliper, ChangeReason, Lab, Method, Programme, Study

DAY = date(2026, 11, 22)


def study(**changed):
    usual = {
        "name": "Aid", "organisation": "Trust", "programme_name": "Aid", "intervention_type": "mentoring", "setting": "custody",
        "seed": 7, "report_date": DAY, "analyses": (Analysis(), Analysis(name="regional", headline=False, exact=("region",))),
    }  # fmt: skip
    return Study(**(usual | changed))


def frozen(asked=None, lab=None, extract=date(2026, 6, 30), today=DAY):
    return freeze(asked or study(), lab or Lab(), covariates=("sex", "age"), measures=("rate",), extract=extract, today=today)


def test_the_same_study_has_the_same_fingerprint_on_any_day():
    first, second = frozen(), frozen(study(report_date=date(2027, 1, 1)), today=date(2027, 1, 1))
    assert first.sha256 == second.sha256
    assert first.content["method.caliper.sd"] == "0.05"
    assert first.content["analysis.regional.exact"] == "region"
    assert first.content["covariates"] == "sex, age"
    assert first.content["register.extract_date"] == "2026-06-30"


def test_what_is_delivered_is_not_part_of_the_plan():
    assert frozen(study(programme=Programme(what="Lunch"))).sha256 == frozen().sha256


@pytest.mark.parametrize(
    "changed",
    [
        study(seed=8),
        study(method=Method(caliper=Caliper(sd=0.1))),
        study(analyses=(Analysis(),)),
        study(analyses=(Analysis(), Analysis(name="regional", headline=False, exact=("region",), years=2))),
    ],
)
def test_whatever_bears_on_the_result_changes_the_fingerprint(changed):
    assert frozen(changed).sha256 != frozen().sha256


def test_the_labs_numbers_and_the_extract_are_part_of_it():
    assert frozen(lab=Lab(min_matched=40)).sha256 != frozen().sha256
    assert frozen(extract=date(2026, 9, 30)).sha256 != frozen().sha256
    assert frozen(extract=None).sha256 != frozen().sha256


def test_a_change_is_told_with_its_reason():
    now = frozen(study(method=Method(caliper=Caliper(sd=0.1))))
    reasons = [ChangeReason(what="method.caliper.sd", why="Few were matched in a rehearsal.")]
    (change,) = changes(frozen(), now, reasons)
    assert (change.what, change.before, change.after, change.why) == (
        "method.caliper.sd", "0.05", "0.1", "Few were matched in a rehearsal.",
    )  # fmt: skip


def test_an_analysis_that_was_added_or_dropped_is_a_change():
    now = frozen(study(analyses=(Analysis(),)))
    keys = [key for key in frozen().content if key.startswith("analysis.regional")]
    found = changes(frozen(), now, [ChangeReason(what=key, why="No region has ten people.") for key in keys])
    assert [(change.what, change.after) for change in found] == [(key, "") for key in sorted(keys)]


def test_a_change_without_a_reason_is_refused_by_its_key():
    with pytest.raises(UsageError, match=r"study\.seed: the protocol has '7' and the study has '8'"):
        changes(frozen(), frozen(study(seed=8)), [])


def test_a_reason_for_nothing_is_refused():
    with pytest.raises(UsageError, match="nothing of that name differs"):
        changes(frozen(), frozen(), [ChangeReason(what="study.sead", why="x")])


def test_a_protocol_reads_back_the_same(tmp_path):
    write_protocol(frozen(), tmp_path / "protocol.json")
    assert read_protocol(tmp_path / "protocol.json") == frozen()
    assert frozen().sha256[:12] in frozen().summary()


def tampered(data):
    data["content"]["study.seed"] = "8"
    return data


@pytest.mark.parametrize(
    "spoil",
    [
        tampered,
        lambda data: data | {"schema": "other"},
        lambda data: {key: value for key, value in data.items() if key != "frozen_on"},
        lambda data: [data],
    ],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(tmp_path, spoil):
    path = tmp_path / "protocol.json"
    path.write_text(json.dumps(spoil(frozen().to_dict())))
    with pytest.raises(UsageError, match=r"protocol\.json"):
        read_protocol(path)


def test_a_file_that_is_missing_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read as a protocol"):
        read_protocol(tmp_path / "none.json")


def test_frozen_protocols_are_values():
    assert replace(frozen(), frozen_on=date(2027, 1, 1)).sha256 == frozen().sha256
    assert Protocol.from_dict(frozen().to_dict()) == frozen()
