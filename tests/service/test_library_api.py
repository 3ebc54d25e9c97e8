"""The library's API: what it answers fits its own document, what it refuses says why, and any page may read it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from jdl_service.library import standing
from jdl_service.library.openapi import PROBLEM, openapi
from jdl_service.library.resources import API, RESOURCES
from justice_data_lab.files import write_json
from justice_data_lab.library.taxonomy import TYPES
from service_library import COVERAGE, put

NAMES = {
    "key": "2026-001", "version": "1", "type": "mentoring", "measure": "reoffended",
    "/programmes": "northgate-works-mentors-1", "/organisations": "northgate-works",
}  # fmt: skip
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    monkeypatch.setattr(standing, "_kept", standing._Kept())


@pytest.fixture
def library(world, at, service, tmp_path):
    """Four results of one kind of help, one that was withdrawn and one that was not possible, and national rates."""
    for number in range(4):
        put(world, f"2026-{number:03}", at=at - (40 - number) * DAY, title=f"Mentors {number}")
    put(world, "2026-100", at=at - DAY, state="withdrawn", reason="It was of others.", title="Old choir")
    put(world, "2026-101", at=at, kind="refused", title="Choir", said=None)
    (tmp_path / "snapshot").mkdir()
    write_json(tmp_path / "snapshot" / "coverage.json", COVERAGE.to_dict())
    service(register=str(tmp_path / "snapshot"), address="https://lab.example")


def path_of(resource):
    """The path of a resource with names that are known."""
    return re.sub(r"\{(\w+)\}", lambda found: NAMES.get(found[1]) or NAMES[resource.path.split("/{")[0]], resource.path)


def document(client):
    return client.get(f"{API}/openapi.json").json()


def validator(told, schema):
    return Draft202012Validator(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": told["components"], **schema}
    )


@pytest.mark.parametrize("resource", RESOURCES, ids=[each.path for each in RESOURCES])
def test_what_a_resource_answers_fits_its_schema(library, browser, resource):
    told = document(browser())
    schema = told["paths"][resource.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer = browser().get(API + path_of(resource))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    validator(told, schema).validate(answer.json())


def test_the_document_is_linked_from_pages_and_lists_every_resource(library, browser, settings):
    told = document(browser())
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {each.path for each in RESOURCES} | {"/openapi.json"}
    assert browser().get(f"{API}/").json()["documentation"] == f"{API}/openapi.json"
    assert browser().get(API).content == browser().get(f"{API}/").content
    assert b'<link rel="service-desc" type="application/json" href="api/v1/openapi.json">' in browser().get("/library/").content
    assert openapi(settings.LAB) == openapi(settings.LAB)


def test_a_question_is_answered_as_on_the_page_with_counts_and_links_between_pages(library, browser, monkeypatch):
    monkeypatch.setattr("justice_data_lab.library.search.PAGE", 3)
    first = browser().get(f"{API}/results", {"type": "mentoring", "order": "title"}).json()
    assert (first["total"], first["page"], first["pages"], len(first["results"])) == (5, 1, 2, 3)
    assert first["question"] == "type=mentoring&order=title"
    assert first["links"]["previous"] is None
    second = browser().get(first["links"]["next"]).json()
    assert (second["page"], len(second["results"])) == (2, 2)
    assert second["links"]["previous"] == second["links"]["first"] == first["links"]["here"]
    assert second["links"]["here"] == first["links"]["last"]
    assert second["links"]["next"] is None
    counted = {each["filter"]: {one["value"]: one["count"] for one in each["values"]} for each in first["counts"]}
    assert counted["type"]["mentoring"] == 5
    assert counted["verdict"] == {"reduction": 4, "withdrawn": 1, "not_analysed": 0}
    page = browser().get("/library/all/", {"type": "mentoring", "order": "title"}).content.decode()
    assert [each["title"] for each in first["results"]] == re.findall(r'<strong><a href="[^"]+">([^<]+)', page)


def test_null_withdrawn_and_impossible_results_are_found_like_any_other(library, browser):
    for verdict, title in (("withdrawn", "Old choir"), ("not_analysed", "Choir")):
        found = browser().get(f"{API}/results", {"verdict": verdict}).json()
        assert [each["title"] for each in found["results"]] == [title]
        assert found["results"][0]["difference"] is None


def test_the_pooled_effect_is_that_of_the_page(library, browser):
    told = browser().get(f"{API}/types/mentoring/outcomes/reoffended").json()
    page = browser().get("/library/types/mentoring/outcome-reoffended.html").content.decode()
    assert told["difference"]["printed"]["prediction"] in page
    assert told["words"][0] in page.replace("&#34;", '"')
    assert told["difference"]["pooled"]["pi_low"] <= told["difference"]["pooled"]["ci_low"]
    assert len(told["difference"]["effects"]) == 4
    assert told["odds"]["scale"] == "log odds ratio"
    short = browser().get(f"{API}/types/mentoring").json()["outcomes"][0]
    assert short["printed"] == told["difference"]["printed"]


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("page=0", "page", "a whole number from 1"), ("page=two", "page", "'two'"), ("page=1&page=2", "page", "it once"),
        ("type=unheard", "type", "one of accommodation"), ("type=arts&type=arts", "type", "different values"), ("order=best", "order", "one of relevance"),
        ("colour=red", "colour", "one of the parameters q, type"), (f"q={'x' * 201}", "q", "1 to 200 characters; found 201"), ("region=", "region", "found 0"),
        ("&".join(f"compare=k{n}" for n in range(5)), "compare", "up to 4"), ("q=" + "x" * 50_000, "query", "at most 50000"),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_with_what_was_expected(library, browser, query, parameter, words):
    answer = browser().get(f"{API}/results?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, PROBLEM)
    told = answer.json()
    assert (told["status"], told["parameter"]) == (400, parameter)
    assert words in told["detail"]
    validator(document(browser()), {"$ref": "#/components/schemas/Problem"}).validate(told)


@pytest.mark.parametrize(
    "path",
    ["/unheard", "/results/2026-999", "/results/2026-001/versions/2", "/results/2026-999/versions/1", "/types/unheard", "/types/arts/outcomes/reoffended",
     "/types/mentoring/outcomes/unheard", "/programmes/unheard", "/organisations/unheard", "/results/a/b"],
)  # fmt: skip
def test_what_is_not_there_is_404_in_json(library, browser, path):
    answer = browser().get(API + path)
    assert (answer.status_code, answer.headers["Content-Type"], answer.json()["status"]) == (404, PROBLEM, 404)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_national_rates_are_told_by_sentence_and_by_group_as_on_the_page(library, browser):
    told = browser().get(f"{API}/national").json()
    assert [(each["sentence"], each["reoffended"]) for each in told["rates"]] == [("all", 0.25)]
    assert told["groups"] == [
        {"sentence": "all", "grouped_by": "sex", "level": "F", "reoffended": 0.19},
        {"sentence": "custody", "grouped_by": "age", "level": "18 to 20", "reoffended": 0.41},
    ]
    page = browser().get(told["page"]).content.decode()
    assert "19%" in page
    assert "41%" in page
    assert "Why a programme\u2019s rate cannot be compared with these" in page


def test_without_a_coverage_file_there_are_no_national_rates(db, at, browser):
    assert browser().get(f"{API}/national").status_code == 404
    assert browser().get(f"{API}/results").json()["total"] == 0


def test_whoever_asks_again_is_told_that_nothing_changed_and_any_page_may_read(library, browser):
    first = browser().get(f"{API}/results?q=mentors")
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = browser().get(f"{API}/results?q=mentors", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert {each.headers["Access-Control-Allow-Origin"] for each in (first, again)} == {"*"}
    head = browser().head(f"{API}/results?q=mentors")
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    asked = browser().options(f"{API}/results")
    assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(library, browser, method):
    answer = getattr(browser(), method)(f"{API}/results")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_results_stand_side_by_side_in_the_order_chosen(library, browser):
    for keys in (["2026-003", "2026-001"], ["2026-001", "2026-003"]):
        told = browser().get(f"{API}/results", {"compare": keys}).json()
        assert [each["key"] for each in told["compared"]] == keys


def test_lists_lead_to_their_members_and_suggestions_are_of_what_is_public(library, browser):
    told = browser().get(f"{API}/programmes").json()
    assert told["total"] == len(told["programmes"]) == 6
    member = browser().get(told["programmes"][0]["api"]).json()
    assert member == told["programmes"][0]
    assert browser().get(f"{API}/organisations").json()["organisations"][0]["results"][0] == "2026-101"
    assert browser().get(f"{API}/suggestions?q=mento").json()["suggestions"][:2] == ["Mentors 3", "Mentors 2"]
    assert len(browser().get(f"{API}/types").json()["types"]) == len(TYPES.options)
    assert all(each["results"] < 3 for each in browser().get(f"{API}/gaps?group=setting").json()["gaps"])


def test_the_claim_of_a_version_is_that_of_its_page(library, browser):
    told = browser().get(f"{API}/results/2026-100/versions/1").json()
    assert (told["standing"], told["reason"]) == ("withdrawn", "It was of others.")
    assert told["words"].encode() in browser().get("/library/results/2026-100/v1/").content


def test_snapshots_name_their_files_at_addresses_that_are_served(library, browser):
    state = browser().get(f"{API}/snapshots").json()["snapshots"][0]
    assert state["current"]
    assert state["entries"] == 6
    for address in state["files"]:
        assert browser().get(address).status_code == 200


def test_a_page_of_many_is_asked_for_by_number(library, browser, monkeypatch):
    monkeypatch.setattr("jdl_service.library.resources.A_PAGE", 4)
    told = browser().get(f"{API}/programmes?page=99").json()
    assert len(told["programmes"]) == 2
    assert told["links"]["previous"] == told["links"]["first"] == f"{API}/programmes"
    assert browser().get(f"{API}/programmes").json()["links"]["next"] == f"{API}/programmes?page=2"


def test_the_reference_page_lists_every_resource():
    page = (Path(__file__).parents[2] / "docs" / "reference" / "library-api.md").read_text()
    assert [line for line in page.splitlines() if line.startswith("| `/")] == [
        f"| `{each.path}` | {each.words} |" for each in RESOURCES
    ]
