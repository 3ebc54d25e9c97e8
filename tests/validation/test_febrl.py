"""The labelled Febrl sets, linked without their labels by the trainer and scorer that link a cohort."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

FEBRL = Path(__file__).parents[2] / "validation" / "febrl"
BARS = {
    ("febrl3", "all_fields"): 0.998,
    ("febrl4", "all_fields"): 0.9995,
    ("febrl4", "without_social_security_number"): 0.998,
    ("febrl4", "names_birth_postcode"): 0.980,
}


@pytest.fixture(scope="module")
def febrl():
    spec = importlib.util.spec_from_file_location("febrl", FEBRL / "febrl.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["febrl"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["febrl"]


@pytest.mark.slow
@pytest.mark.parametrize(("data", "fields"), BARS)
def test_pairs_of_febrl_are_found_without_labels(febrl, data, fields):
    result = febrl.link_febrl(data, fields)
    assert result.f1 >= BARS[data, fields]
    recorded = {(case["data"], case["fields"]): case for case in json.loads((FEBRL / "figures.json").read_text())}[data, fields]
    assert (result.true_pairs, result.reached) == (recorded["true_pairs"], recorded["reached"])
    assert abs(result.f1 - recorded["f1"]) < 2e-4
