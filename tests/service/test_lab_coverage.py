"""What an organisation is told after linkage: one band beside everything told before, and nothing that a name more or less would move."""

import re
from itertools import count, pairwise

import pytest

from jdl_service.analysis import coverage
from jdl_service.analysis.ledger import keeper
from jdl_service.analysis.models import Run
from jdl_service.requests import promises
from jdl_service.requests.models import Passage, Request
from jdl_service.requests.states import UNDER_WAY
from justice_data_lab.ledger_file import create_ledger, open_ledger
from resubmissions import WAYS, plan
from sample_ledgers import linked_run
from service_people import request_in
from service_requests import with_coverage
from service_rooms import run_of

NUMBERS = count(1)
# how many of the known people there are: on both sides of the edge of a band, and in its middle
SIZES = (29, 30, 45, 59, 60, 98, 99)


def attrition(*left):
    labels = ("Rows submitted", "Found", "Usable")
    lost = [0, *(before - after for before, after in pairwise(left))]
    each = zip(labels, lost, left, strict=False)
    return [{"key": label, "label": label, "reason": f"not {label}", "lost": gone, "left": there} for label, gone, there in each]


def people(numbers):
    return frozenset(f"P{number:06d}" for number in numbers)


@pytest.fixture
def told(world, at, service, tmp_path):
    """`told(request, sent, in_register)` is what an organisation is told of a list, as the worker tells it."""
    service()

    def tell(request, sent, in_register):
        number = (request.runs.order_by("-number").values_list("number", flat=True).first() or 0) + 1
        file = request.cohort_files.first()
        run = (
            Run.objects.create(request=request, number=number, cohort_file=file, begun_at=at, command="c")
            if file
            else run_of(request, world.alpha, at=at)
        )
        found = people(sent & in_register)
        folder = linked_run(tmp_path / f"run-{next(NUMBERS)}", found, str(sorted(sent)))
        run.coverage = coverage.told_of(run, folder, attrition(len(sent), len(found), len(found)))
        run.save()
        return run.coverage

    return tell


@pytest.fixture
def asked(world, at):
    """`asked()` is another request of the organisation."""
    return lambda: request_in("linking", world.alpha, at=at, owner=world.analyst)


@pytest.fixture
def anew(service, tmp_path):
    """`anew()` begins with an empty ledger."""

    def begin():
        number = next(NUMBERS)
        ledger, key = tmp_path / f"{number}.sqlite3", tmp_path / f"{number}.key"
        create_ledger(ledger, key)
        service(ledger=ledger, ledger_key=key)

    return begin


def test_the_page_of_coverage_gives_the_same_examples_of_why_somebody_is_not_counted_whoever_was_found(world, browser, at):
    row = with_coverage(world, at)
    run = row.runs.get()
    client, place = browser(world.alpha.member), f"/requests/{row.key}/coverage/"
    page = client.get(place).text
    assert "People we found and can use" in page
    assert "Others are not counted because, for example:" in page
    steps = [
        each | {"label": "With an index disposal", "reasons": ["nobody in the register is like the person"]}
        for each in run.coverage["steps"]
    ]
    Run.objects.filter(pk=run.pk).update(coverage=run.coverage | {"steps": steps})
    assert re.sub(r'value="[A-Za-z0-9]{64}"', "", client.get(place).text) == re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def test_coverage_is_one_band_and_words_that_do_not_depend_on_anybody():
    found = coverage.coverage_of(attrition(142, 120, 117), "100 to 199")
    assert found["steps"] == [
        {"label": "Rows submitted", "left": "100 to 199"},
        {"label": "Usable", "left": "100 to 199"},
    ]
    assert (found["least"], found["could_show"]) == (100, 11)
    everybody = coverage.coverage_of(attrition(142, 142, 142), "100 to 199")
    assert everybody == found


def test_fifty_nine_invented_people_and_one_target_tell_nothing(told, asked, anew):
    answers = []
    for register in ({59}, set()):
        anew()
        answers.append(told(asked(), frozenset(range(60)), frozenset(register)))
    assert answers[0] == answers[1]
    assert (answers[0]["least"], answers[0]["could_show"]) == (0, None)


@pytest.mark.parametrize("same_request", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_one_name_more_tells_nothing_of_it(told, asked, anew, size, same_request):
    """The known people are all in the register; the second list has the target as well, or without the first of them."""
    known, answers = frozenset(range(size)), {}
    for second in (known | {size}, (known | {size}) - {0}):
        for register in (known, known | {size}):
            anew()
            request = asked()
            first = told(request, known, register)
            answer = told(request if same_request else asked(), second, register)
            answers.setdefault((len(second), "first"), []).append(first)
            answers.setdefault((len(second), "second"), []).append(answer)
            assert answer == (first if same_request else coverage.untold())
    assert all(absent == present for absent, present in answers.values())


@pytest.mark.parametrize("way", WAYS)
def test_no_series_of_lists_tells_whether_somebody_is_in_the_register(told, asked, anew, way, seeded):
    """Each plan of the attack on reports, with every list under a request of its own; whoever is known is in the register."""
    for _ in range(6):
        made, answers = plan(way, seeded), []
        everybody = frozenset().union(*made.sent)
        for register in (everybody, everybody - {made.target}):
            anew()
            answers.append([told(asked(), sent, register) for sent in made.sent])
        assert answers[0] == answers[1]


def test_without_the_ledger_the_same_lists_tell_it(told, asked, anew):
    """The attack can fail: told beside an empty ledger each time, the band moves with the target."""
    known, answers = frozenset(range(29)), []
    for register in (known, known | {29}):
        anew()
        told(asked(), known, register)
        anew()
        answers.append(told(asked(), known | {29}, register)["least"])
    assert answers == [0, 30]


@pytest.fixture
def seeded():
    import numpy as np  # noqa: PLC0415

    return np.random.default_rng(46)


def test_twenty_people_more_are_told_anew_and_the_same_list_as_before(told, asked):
    request = asked()
    first = told(request, frozenset(range(59)), frozenset(range(200)))
    assert told(request, frozenset(range(59)), frozenset(range(200))) == first
    more = told(request, frozenset(range(79)), frozenset(range(200)))
    assert (first["least"], more["least"]) == (30, 60)
    assert open_ledger(keeper().file).names() == {f"{request.key} coverage {number}" for number in (1, 2, 3)}


def test_where_nothing_is_told_the_page_says_so_and_no_reason_names_a_band(world, told, asked, browser):
    told(asked(), frozenset(range(59)), frozenset(range(200)))
    request = asked()
    told(request, frozenset(range(60)), frozenset(range(200)))
    Request.objects.filter(pk=request.pk).update(state="coverage")
    page = browser(world.alpha.member).get(f"/requests/{request.key}/coverage/").content.decode()
    assert coverage.NOTHING_TOLD in page
    assert "30 to 59" not in page
    assert coverage.NOTHING_TOLD in browser(world.analyst).get(f"/lab/analysis/{request.key}/runs/").content.decode()
    page = browser(world.analyst).get(f"/lab/analysis/{request.key}/return/").content.decode()
    assert "Too few people" not in page


@pytest.mark.parametrize("state", sorted(UNDER_WAY))
def test_for_an_organisation_a_request_that_could_not_be_analysed_looks_like_any_other(world, browser, at, state):
    """That too few were found is told by the report, which passes the ledger, and by nothing before it."""
    way = {"not_analysable": ["match", "give_up"]}.get(state, ["match", "matched", "unlock", "analysed"])
    request = request_in(state, world.alpha, at=at, owner=world.analyst)
    places = (
        ["ready", "matching", "not_analysable"] if "give_up" in way else ["ready", "matching", "balance", "analysing", "analysed"]
    )
    for action, (before, after) in zip(way, pairwise(places), strict=True):
        Passage.objects.create(request=request, action=action, before=before, after=after, at=at)
    client = browser(world.alpha.member)
    page = client.get(f"/requests/{request.key}/").content.decode()
    assert "Being analysed" in page
    for words in ("Could not be analysed", "too few people", "alike", "there is a report", "Balance"):
        assert words not in page
    assert page.count("jdl-timeline__item") == 1
    assert "Being analysed" in client.get("/requests/").content.decode()
    assert promises.due(request, inside=False) == promises.after_working_days(at.date(), 19)
    assert promises.due(request_in(state, world.beta, at=at, owner=world.analyst), inside=False) is None
    inside = browser(world.analyst).get(f"/requests/{request.key}/").content.decode()
    assert ("Could not be analysed" in inside) == (state == "not_analysable")
