"""One file with several programmes, own codes, and lists that come one by one: in the browser, with the worker doing the work."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jdl_service.audit.models import AuditEvent
from jdl_service.files import splitting
from jdl_service.files.models import CohortFile
from jdl_service.files.split_jobs import MOST_VALUES, count_values, split_file
from jdl_service.files.standing import people_in, standing_files
from jdl_service.files.store import store
from jdl_service.jobs.models import Job
from jdl_service.requests import actions as requests
from jdl_service.requests.models import Request
from service_browser import NARROW, complaints, faults
from service_cohorts import CANARY, HEADINGS, everything_kept, row_of, sheet
from service_people import PASSWORD

PROGRAMMES = ("Kiln", "Oven", "kiln ", "", "Lathe", "Kiln")
MIXED = sheet(
    *([*row_of(surname=f"{CANARY}{letter}"), name] for letter, name in zip("abcdef", PROGRAMMES, strict=True)),
    headings=[*HEADINGS, "Project"],
)


@pytest.fixture
def client(world, browser, service):
    return browser(world.alpha.member)


@pytest.fixture
def send(world, client, worker):
    def go(data, name="list.csv", key=None, **more):
        place = f"/requests/{key or world.request.key}/file/"
        answer = client.post(place, {"file": SimpleUploadedFile(name, data), **more})
        assert answer.status_code == 302, answer.content.decode()
        worker.run_all()
        return CohortFile.objects.order_by("-pk").first()

    return go


def place(row, more=""):
    return f"/requests/{row.request.key}/file/{row.address}/{more}"


@pytest.fixture
def counted(client, send, worker):
    """The mixed file, its column of programmes counted."""
    row = send(MIXED)
    client.post(place(row, "split/"), {"column": str(len(HEADINGS))})
    worker.run_all()
    return row


def lines_of(row):
    return list(csv.reader(io.StringIO(b"".join(store().open(row.sealed)).decode())))


def rows_of(row):
    """Number and surname of every row of a file that holds anything."""
    return {number: line[0] for number, line in enumerate(lines_of(row), start=1) if number > 1 and any(line)}


def test_the_column_is_chosen_among_the_headings_and_its_values_are_counted(client, send, worker):
    row = send(MIXED)
    assert b"Several programmes in this file" in client.get(place(row)).content
    form = client.get(place(row, "split/")).content.decode()
    assert "Project" in form
    assert "surname" not in form  # no name, date or identifier is a programme
    answer = client.post(place(row, "split/"), {"column": str(len(HEADINGS))})
    assert answer.url == place(row, "split/")
    assert client.get(place(row, "split/")).headers["Refresh"] == "3"
    worker.run_all()
    shown = client.get(place(row, "split/")).content.decode()
    for words in (
        "Kiln: 3 rows",
        "Lathe: 1 row",
        "Oven: 1 row",
        "No programme given: 1 row",
        f"Stays in request {row.request.key}",
    ):
        assert words in shown
    assert b"Several programmes in one file" in client.get(place(row, "split/") + "?again=1").content


def test_every_row_is_in_one_request_or_left_out_and_keeps_its_number(world, client, counted, worker):
    chosen = {"value-1": "here", "value-2": "out", "value-3": "new", "value-4": "new", "declared": "on"}
    answer = client.post(place(counted, "split/"), chosen, follow=True)
    assert b"New requests that come with it: 2" in answer.content
    assert Request.objects.count() == 1  # none before its file is there
    worker.run_all()
    files = {each.request.key: each for each in CohortFile.objects.exclude(pk=counted.pk)}
    found = {key: rows_of(each) for key, each in files.items()}
    letter = f"{CANARY}".__add__
    assert found == {
        world.request.key: {2: letter("a"), 4: letter("c"), 7: letter("f")},
        "2026-002": {6: letter("e")},
        "2026-003": {3: letter("b")},
    }
    assert {number for rows in found.values() for number in rows} | {5} == set(rows_of(counted))
    assert {key: (each.version, each.state, each.rows, each.made_from_id, each.left_out) for key, each in files.items()} == {
        world.request.key: (2, "clean", 3, counted.pk, 1),
        "2026-002": (1, "clean", 1, counted.pk, 1),
        "2026-003": (1, "clean", 1, counted.pk, 1),
    }
    assert list(Request.objects.filter(key__in=files).order_by("key").values_list("programme", flat=True)) == [
        world.request.programme, "Lathe", "Oven"
    ]  # fmt: skip
    shown = client.get(place(files["2026-002"])).content.decode()
    assert f"made from a file of request {world.request.key}" in shown
    counted.refresh_from_db()
    assert counted.groups.destroyed_at is not None


@pytest.mark.browser
def test_the_page_of_values_is_clean_wide_and_narrow(world, counted, visit):
    visit.send("/account/login/", login=world.alpha.member.email, password=PASSWORD)
    page = visit(place(counted, "split/"))
    assert "Which programme goes where" in page.title()
    assert (complaints(page), faults(page)) == ([], [])
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_something_stays_and_something_goes_and_leaving_out_is_declared(client, counted):
    everything = {f"value-{number}": "here" for number in range(1, 5)} | {"declared": "on"}
    for said, words in (
        (everything, "Leave at least one programme in this request"),
        ({**everything, "value-1": ""}, "There is a problem"),
        (dict.fromkeys(everything, "out") | {"declared": "on"}, "Leave at least one programme in this request"),
        ({**everything, "value-2": "out", "declared": ""}, "Say that nobody is left out because of how they did"),
    ):
        assert words in client.post(place(counted, "split/"), said).content.decode()
    assert not Job.objects.filter(task=split_file.name).exists()


def test_a_column_with_as_many_values_as_people_is_no_column_of_programmes(client, send, worker):
    rows = [[*row_of(forename=f"Ann{letter}"), f"{CANARY}{letter}"] for letter in "abcdefghijklmnopqrstu"]
    assert len(rows) == MOST_VALUES + 1
    row = send(sheet(*rows, headings=[*HEADINGS, "Key worker"]))
    client.post(place(row, "split/"), {"column": "6"})
    worker.run_all()
    shown = client.get(place(row, "split/")).content.decode()
    assert f"has {MOST_VALUES + 1} different values" in shown
    assert CANARY not in shown
    assert b"".join(store().open(CohortFile.objects.get(pk=row.pk).groups)).count(CANARY.encode()) == 0


def test_a_list_without_a_column_of_programmes_is_told_so(client, send):
    row = send(sheet(row_of()))
    assert b"This file has no column that could name a programme" in client.get(place(row, "split/")).content
    assert b"There is a problem" in client.post(place(row, "split/"), {"column": "0"}).content
    assert not Job.objects.filter(task=count_values.name).exists()


def test_a_programme_that_seems_to_name_somebody_names_no_request(world, at, client, send, worker):
    row = send(
        sheet([*row_of()[:5], "20/06/2022", "Kiln"], [*row_of()[:5], "20/06/2022", "A1234BC"], headings=[*HEADINGS, "Project"])
    )
    splitting.ask_values(row, column=6, by=world.alpha.member, at=at)
    worker.run_all()
    row.refresh_from_db()
    values = splitting.read_values(row, by=world.alpha.member, at=at)
    splitting.split(row, values=values, chosen=["new", "here"], by=world.alpha.member, at=at)
    worker.run_all()
    assert [each.programme for each in Request.objects.exclude(pk=row.request.pk)] == [""]


def test_only_the_last_file_of_a_request_with_one_list_is_split_and_by_its_own_people(world, at, browser, client, send, worker):
    row = send(MIXED)
    assert browser(world.beta.member).get(place(row, "split/")).status_code == 404
    client.post(place(row, "split/"), {"column": "6"})
    assert client.post(place(row, "split/"), {"column": "6"}).status_code == 200  # the worker is at it
    worker.run_all()
    send(MIXED)
    assert client.post(place(row, "split/") + "?again=1", {"column": "6"}).status_code == 409
    Request.objects.update(kind="joint")
    last = CohortFile.objects.order_by("-pk").first()
    assert client.post(place(last, "split/"), {"column": "6"}).status_code == 409


def test_a_plan_about_another_file_splits_nothing(world, at, client, counted, worker):
    values = splitting.read_values(CohortFile.objects.get(pk=counted.pk), by=world.alpha.member, at=at)
    three = splitting.Values(column=0, heading=values.heading, number=4, groups=values.groups)
    counted.refresh_from_db()
    splitting.split(counted, values=three, chosen=["here", "new", "out", "out"], by=world.alpha.member, at=at)
    worker.run_all()
    assert "Choose the column again" in Job.objects.get(task=split_file.name).failure
    assert (CohortFile.objects.count(), Request.objects.count()) == (1, 1)  # no empty draft is left behind
    splitting.ask_values(counted, column=99, by=world.alpha.member, at=at)
    worker.run_all()
    assert "no such column" in Job.objects.first().failure
    assert b"no such column" in client.get(place(counted, "split/")).content


def test_no_value_is_in_the_database_or_the_log(world, client, counted, worker, caplog):
    client.post(
        place(counted, "split/"), {"value-1": "here", "value-2": "out", "value-3": "out", "value-4": "out", "declared": "on"}
    )
    worker.run_all()
    kept = everything_kept()
    for canary in (CANARY, "Oven", "Lathe"):
        assert canary not in kept
        assert canary not in caplog.text
    assert AuditEvent.objects.filter(action="split", detail__contains="some rows left out").exists()


def test_own_codes_are_named_once_and_remembered_for_the_next_request(world, at, client, send):
    own = sheet(row_of(sex="1"), row_of(sex="2", forename="Ann"), row_of(sex="1", forename="Bo"), row_of(sex="14/03/1992"))
    row = send(own)
    assert (row.state, row.errors_by_rule) == ("faulty", {"sex-unknown": 4})
    assert b"Say what your codes mean" in client.get(place(row)).content
    form = client.get(place(row, "codes/")).content.decode()
    assert form.index("sex: 1 (2 times)") < form.index("sex: 2 (once)")
    assert "14/03/1992" not in form
    client.post(place(row, "codes/"), {"code-0": "M", "code-1": ""})
    row.refresh_from_db()
    assert (row.state, row.column_map) == ("checking", {"values": {"sex": {"1": "M"}}})
    other = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at)
    row = send(own, key=other.key)
    assert row.errors_by_rule == {"sex-unknown": 2}
    client.post(place(row, "codes/"), {"code-0": "F", "code-1": "M"})
    row.refresh_from_db()
    assert row.column_map == {"values": {"sex": {"2": "F", "1": "M"}}}
    clean = send(sheet(row_of(sex="1"), row_of(sex="2", forename="Ann")), key=other.key)
    assert clean.state == "clean"


def test_headings_and_codes_do_not_overwrite_each_other(world, client, send):
    row = send(sheet(row_of(sex="1"), headings=["Family", *HEADINGS[1:]]))
    client.post(place(row, "columns/"), {name: name for name in HEADINGS} | {"surname": "Family"})
    send(sheet(row_of(sex="1"), headings=["Family", *HEADINGS[1:]]))
    row = CohortFile.objects.order_by("-pk").first()
    client.post(place(row, "codes/"), {"code-0": "M"})
    row.refresh_from_db()
    assert row.column_map == {"columns": {"surname": "Family"}, "values": {"sex": {"1": "M"}}}
    assert send(sheet(row_of(sex="1"), headings=["Family", *HEADINGS[1:]])).state == "clean"
    assert send(sheet(row_of(sex="1"))).state == "clean"  # the template's headings, and still their codes


def test_codes_that_do_not_stop_the_file_can_be_named_too(client, send):
    row = send(sheet([*row_of(), "J"], headings=[*HEADINGS, "completed"]))
    assert row.state == "clean"
    assert b"Say what your codes mean" in client.get(place(row)).content
    client.post(place(row, "codes/"), {"code-0": "yes"})
    row.refresh_from_db()
    assert row.column_map == {"values": {"completed": {"j": "yes"}}}


def test_where_every_code_is_known_there_is_none_to_name(client, send):
    assert b"Every code in this file is known" in client.get(place(send(sheet(row_of())), "codes/")).content


@pytest.fixture
def accumulating(world, at):
    row = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at, kind="accumulating", planned_size=3)
    return row.key


def test_each_years_list_comes_beside_the_others_and_is_put_right_by_itself(world, client, send, accumulating):
    first = send(sheet(row_of(), row_of(forename="Ann")), key=accumulating)
    shown = client.get(f"/requests/{accumulating}/file/").content.decode()
    assert "The lists sent so far have 2 people; 3 are planned" in shown
    assert "List 1 again" in shown
    second = send(sheet(row_of(forename="Bo"), row_of(sex="x")), key=accumulating)
    assert (first.part, second.part) == (1, 2)
    assert b"There is a problem" in client.get(f"/requests/{accumulating}/tasks/").content
    third = send(sheet(row_of(forename="Bo")), key=accumulating, part="2")
    assert (third.part, third.version) == (2, 3)
    assert "1 fixed, 0 left" in " ".join(client.get(place(third)).content.decode().split()).replace("error fixed", "fixed")
    found = standing_files(Request.objects.get(key=accumulating))
    assert [each.pk for each in found] == [first.pk, third.pk]
    assert people_in(found) == 3
    assert "list 2" in client.get(f"/requests/{accumulating}/file/").content.decode()
    assert b"Version 1, ready, Version 3, ready" in client.get(f"/requests/{accumulating}/check/").content


def test_a_list_can_be_mended_though_another_came_after_it(client, send, worker, accumulating):
    first = send(sheet(row_of(sex="x")), key=accumulating)
    send(sheet(row_of(forename="Bo")), key=accumulating)
    client.post(place(first, "mend/"), {"cell-0": "M"})
    worker.run_all()
    found = standing_files(Request.objects.get(key=accumulating))
    assert [(each.part, each.version, each.state) for each in found] == [(1, 3, "clean"), (2, 2, "clean")]
    assert b"2 of 3 people" in client.get(f"/requests/{accumulating}/tasks/").content


def test_somebody_who_is_in_two_lists_is_one_of_the_planned(client, send, accumulating):
    send(sheet(row_of(), row_of(forename="Ann")), key=accumulating)
    again = send(sheet(row_of(), row_of(forename="ANN"), row_of(forename="Ann")), key=accumulating)
    assert (again.rows, again.together) == (3, 2)
    assert b"2 of 3 people" in client.get(f"/requests/{accumulating}/tasks/").content
    send(sheet(row_of(forename="Bo")), key=accumulating, part="2")
    assert {each.together for each in standing_files(Request.objects.get(key=accumulating))} == {3}
    assert "2 of 3 people" not in client.get(f"/requests/{accumulating}/tasks/").content.decode()
