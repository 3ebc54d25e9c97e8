"""Schemathesis asks the API all that its document allows, and much that it does not: every answer is one that the document names."""

from datetime import timedelta

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from jdl_service.library import standing
from jdl_service.library.resources import API, RESOURCES
from justice_data_lab.files import write_json
from service_library import COVERAGE, put

PATHS = [*(each.path for each in RESOURCES), "/openapi.json"]
EXAMPLES = 12
QUICK = settings(max_examples=EXAMPLES, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck))


@pytest.fixture
def asked(world, at, monkeypatch, service, tmp_path):
    """`asked(path, mode)` asks a resource with what Schemathesis makes up, and checks every answer in every way that it knows."""
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    for number in range(3):
        put(world, f"2026-00{number}", at=at - timedelta(days=number), title=f"Mentors {number}")
    (tmp_path / "snapshot").mkdir()
    write_json(tmp_path / "snapshot" / "coverage.json", COVERAGE.to_dict())
    service(register=str(tmp_path / "snapshot"), address="https://lab.example")
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", WSGIHandler())

    def ask(path, mode):
        operation = schema[path]["GET"]
        count = []

        @QUICK
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case):
            case.call_and_validate()
            count.append(1)

        answers()
        return len(count)

    return ask


@pytest.mark.parametrize("path", PATHS)
def test_whatever_is_allowed_is_answered_as_the_document_says(asked, path):
    assert asked(path, GenerationMode.POSITIVE) > 0


@pytest.mark.parametrize("path", [each.path for each in RESOURCES if each.asks or "{" in each.path])
def test_whatever_is_not_allowed_is_refused_as_the_document_says(asked, path):
    assert asked(path, GenerationMode.NEGATIVE) > 0
