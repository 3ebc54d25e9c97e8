"""What programs read: report.json keeps to its published schema, tables.csv to its description."""

import copy
import json
from pathlib import Path

import pytest
from csvw import CSVW
from jsonschema import Draft202012Validator

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.files import canonical_json
from justice_data_lab.reporting.machine import csv_metadata, report_json, tidy_csv
from justice_data_lab.reporting.schema import report_schema, schema_of
from justice_data_lab.study import DisclosureRules, Lab
from sample_analyses import several
from sample_checks import checked, checked_trial
from sample_requests import national, no_overlap, refused, trial

PUBLISHED = Path(__file__).parents[2] / "docs" / "reference" / "report.schema.json"
RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")
REQUESTS = {
    "national": (national(), RULES),
    "several": (several(), RULES),
    "trial": (trial(), PUBLIC),
    "checked": (checked(), RULES),
    "checked trial": (checked_trial(), PUBLIC),
    "refused": (refused(), RULES),
    "no balance": (no_overlap(), RULES),
}


@pytest.fixture(scope="module")
def cleared():
    return {name: disclose(request, rules) for name, (request, rules) in REQUESTS.items()}


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(PUBLISHED.read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def written(disclosed):
    return json.loads(canonical_json(report_json(disclosed, Lab())))


def test_the_published_schema_is_that_of_the_types():
    hint = "write it anew: canonical_json(report_schema()), and raise VERSION when a reader of the old form could be misled"
    assert PUBLISHED.read_bytes() == canonical_json(report_schema()), hint


@pytest.mark.parametrize("name", REQUESTS)
def test_the_json_keeps_to_the_published_schema(name, cleared, validator):
    assert [error.message for error in validator.iter_errors(written(cleared[name]))] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["schema"].update(version=2),
        lambda data: data["report"].pop("study"),
        lambda data: data["report"].update(secret=1),
        lambda data: data["report"]["results"][0]["difference"].update(value="8"),
        lambda data: data["report"]["results"][0]["difference"].update(marker="q"),
    ],
)
def test_the_schema_refuses_what_is_not_a_report(spoil, cleared, validator):
    data = copy.deepcopy(written(cleared["national"]))
    spoil(data)
    assert not validator.is_valid(data)


def test_every_kind_in_the_schema_says_what_it_is():
    kinds = report_schema()["$defs"]
    assert kinds["Figure"]["description"].startswith("One published number")
    assert all(kind["description"].endswith(".") for kind in kinds.values())


def test_a_type_without_a_form_in_json_is_refused():
    with pytest.raises(TypeError, match="expected a dataclass"):
        schema_of(set, {})


@pytest.mark.parametrize("name", REQUESTS)
def test_the_csv_validates_against_its_description(name, cleared, tmp_path):
    (tmp_path / "tables.csv").write_bytes(tidy_csv(cleared[name]))
    described = tmp_path / "tables.csv-metadata.json"
    described.write_bytes(canonical_json(csv_metadata(cleared[name], Lab())))
    read = CSVW(str(described), validate=True)
    assert read.is_valid, [str(warning.message) for warning in read.warnings]
    assert len(list(read.tables[0].iterdicts())) == len(tidy_csv(cleared[name]).splitlines()) - 1


def test_a_key_that_stands_twice_does_not_validate(cleared, tmp_path):
    whole = tidy_csv(cleared["trial"])
    first = whole.splitlines(keepends=True)[1]
    described = tmp_path / "tables.csv-metadata.json"
    described.write_bytes(canonical_json(csv_metadata(cleared["trial"], Lab())))
    (tmp_path / "tables.csv").write_bytes(whole + first)
    with pytest.raises(ValueError, match="duplicate primary key"):
        assert CSVW(str(described), validate=True).is_valid
