"""The cohort file in the browser: sent, what is wrong with it, columns named, cells mended; the cells go nowhere but back."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jdl_service.files import actions, periodic
from jdl_service.files.jobs import ANNOTATED_KEPT
from jdl_service.files.mending import Cell
from jdl_service.files.models import CohortFile, Sealed
from jdl_service.files.store import store
from jdl_service.jobs.models import Job
from service_cohorts import CANARY, FAULTY, HALF, HEADINGS, OWN, everything_kept, row_of, sheet
from service_people import request_in


@pytest.fixture
def client(world, browser, service):
    return browser(world.alpha.member)


@pytest.fixture
def send(world, client, worker):
    """`send(data)` sends a file by the page and lets the worker check it; gives the row."""

    def go(data, name="list.csv", key=None):
        answer = client.post(f"/requests/{key or world.request.key}/file/", {"file": SimpleUploadedFile(name, data)})
        assert answer.status_code == 302, answer.content.decode()
        worker.run_all()
        return CohortFile.objects.first()

    return go


def page(client, row, more=""):
    return client.get(f"/requests/{row.request.key}/file/{row.address}/{more}")


def test_a_file_is_named_by_its_organisation_and_version_and_by_no_count_of_all_files(world, client, send):
    row = send(FAULTY)
    assert row.address == f"{world.alpha.row.pk}-1"
    assert page(client, row).status_code == 200
    for other in (row.pk, f"{world.alpha.row.pk}-2", f"{world.beta.row.pk}-1"):
        assert client.get(f"/requests/{world.request.key}/file/{other}/").status_code == 404


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "ods"])
def test_the_template_can_be_fetched(client, suffix):
    answer = client.get(f"/requests/template.{suffix}")
    assert f"cohort-template.{suffix}" in answer.headers["Content-Disposition"]
    assert answer.content[:2] == (b"su" if suffix == "csv" else b"PK")


def test_errors_are_shown_by_kind_and_by_row_with_the_value(world, client, send):
    row = send(FAULTY)
    assert (row.state, row.rows, row.errors) == ("faulty", 3, 3)
    shown = page(client, row).content.decode()
    assert shown.index("What has to be put right") < shown.index("Row by row, as numbered in your spreadsheet")
    for words in ("31/02/1990", "date_of_birth", "Noted; these do not stop the file", "(pnc_id, prison_number, conviction_date)"):
        assert words in shown
    assert shown.index('<th scope="row" class="govuk-table__header">2</th>') < shown.index(
        '<th scope="row" class="govuk-table__header">4</th>'
    )
    assert b"There is a problem" in client.get(f"/requests/{world.request.key}/tasks/").content


def test_a_file_sent_again_says_what_is_fixed_left_and_new(client, send):
    send(FAULTY)
    row = send(HALF)
    assert "2 errors fixed, 1 left, 1 new" in " ".join(page(client, row).content.decode().split())


def test_a_file_without_errors_is_ready(world, client, send):
    row = send(sheet(row_of(), row_of(forename="Ann")))
    assert row.state == "clean"
    shown = page(client, row).content
    assert b"There are no errors" in shown
    assert b"fewer than 60" in shown or b"60" in shown
    assert b"Completed" in client.get(f"/requests/{world.request.key}/tasks/").content


def test_a_file_of_another_kind_or_none_is_refused(world, client):
    place = f"/requests/{world.request.key}/file/"
    assert b"Select a file" in client.post(place).content
    assert b"must be a CSV, XLSX or ODS" in client.post(place, {"file": SimpleUploadedFile("list.pdf", b"x")}).content
    assert not CohortFile.objects.exists()


def test_while_it_is_checked_the_page_asks_again(world, client):
    client.post(f"/requests/{world.request.key}/file/", {"file": SimpleUploadedFile("list.csv", FAULTY)})
    answer = page(client, CohortFile.objects.get())
    assert answer.headers["Refresh"] == "3"
    assert b"Waiting for its turn" in answer.content
    Job.objects.update(state="failed", failure="The worker ended.", ended_at="2026-11-25T12:00Z")
    assert b"The worker ended." in page(client, CohortFile.objects.get()).content


def test_own_headings_are_mapped_once_and_remembered(world, client, send):
    row = send(OWN)
    assert row.state == "faulty"
    form = page(client, row, "columns/").content.decode()
    assert '<option value="Family">' in form
    answers = {name: name for name in HEADINGS} | {"surname": "Family", "order": "day-first"}
    assert (
        b"was chosen for another column already"
        in client.post(f"/requests/{world.request.key}/file/{row.address}/columns/", answers | {"pnc_id": "sex"}).content
    )
    client.post(f"/requests/{world.request.key}/file/{row.address}/columns/", answers)
    row.refresh_from_db()
    assert (row.state, row.column_map) == ("checking", {"columns": {"surname": "Family"}, "dates": {"order": "day-first"}})
    assert send(OWN).state == "clean"
    assert CohortFile.objects.get(pk=row.pk).state == "clean"
    assert send(sheet(row_of())).state == "clean"  # the template's own headings after that
    assert send(OWN).state == "clean"


SITE = sheet(
    [*row_of(), "Leeds", "12"], [*row_of(forename="Ann"), "York", "3"], headings=[*HEADINGS, "Site", "Sessions attended"]
)


def own_columns_of(client, row):
    """What the page of columns asks of their own, and what is chosen there: by heading."""
    text = page(client, row, "columns/").text
    labels = re.findall(r"(\w[\w ]*): when was it known\?", text)
    chosen = re.findall(r'name="(own-\d)"[^>]*value="(\w+)"[^>]*checked', text)
    return labels, dict(chosen)


def test_of_each_own_column_is_asked_whether_it_was_known_before_people_started(world, client, send):
    row = send(SITE)
    columns = f"/requests/{world.request.key}/file/{row.address}/columns/"
    assert (row.state, row.known_when, row.unsaid) == ("clean", {}, 2)
    assert columns in page(client, row).text
    assert "One question is open" in client.get(f"/requests/{world.request.key}/tasks/").text
    assert own_columns_of(client, row) == (["Site", "Sessions attended"], {})
    named = {name: name for name in HEADINGS}
    refused = client.post(columns, named | {"own-0": "before_start"}).text
    assert "Select when Sessions attended was known" in refused
    client.post(columns, named | {"own-0": "before_start", "own-1": "after_start"})
    again = send(SITE)
    known = {"Site": "before_start", "Sessions attended": "after_start"}
    for each in (CohortFile.objects.get(pk=row.pk), again):
        assert (each.state, each.known_when, each.unsaid) == ("clean", known, 0)
    assert columns.replace(str(row.pk), str(again.pk)) not in page(client, again).text
    assert own_columns_of(client, again)[1] == {"own-0": "before_start", "own-1": "after_start"}
    plain = send(sheet(row_of()))
    assert (plain.known_when, plain.unsaid) == ({}, 0)
    assert send(SITE).known_when == known  # and they are remembered after a file without them


def test_a_heading_that_is_said_to_be_the_templates_is_not_asked_about_nor_one_of_a_list_without_headings(world, client, send):
    row = send(OWN)
    assert own_columns_of(client, row) == (["Family"], {})
    client.post(
        f"/requests/{world.request.key}/file/{row.address}/columns/", {name: name for name in HEADINGS} | {"surname": "Family"}
    )
    row = send(OWN)
    assert (row.known_when, row.unsaid) == ({}, 0)
    assert own_columns_of(client, row) == ([], {})
    row = send(sheet(row_of(), headings=["Okafor", "Ngozi", "05/11/1984", "M", "", ""]))
    assert (own_columns_of(client, row)[0], row.unsaid) == ([], 0)


def test_a_list_without_headings_offers_nobodys_values(world, client, send):
    row = send(
        sheet(["Canaryson", "Ann", "05/11/1984", "F", "", "A1234BC"], headings=["Okafor", "A1234BC", "05/11/1984", "M", "", ""])
    )
    form = page(client, row, "columns/").content.decode()
    assert "A1234BC" not in form
    assert "As the file shows" in form
    assert "05/11/1984" not in form


def test_cells_are_fixed_in_the_browser_as_a_new_version(world, client, send, worker):
    row = send(FAULTY)
    form = page(client, row, "mend/").content.decode()
    assert "Row 2, date_of_birth" in form
    answer = client.post(
        f"/requests/{world.request.key}/file/{row.address}/mend/", {"cell-0": "28/02/1990", "cell-1": "F", "cell-2": "M"}
    )
    assert answer.url == f"/requests/{world.request.key}/file/{row.address}/"
    assert b"Waiting for its turn" in page(client, row).content
    worker.run_all()
    made = CohortFile.objects.first()
    assert "See version 2" in page(client, row).content.decode()
    ready = page(client, made).content.decode()
    assert "There is a later version" not in ready
    assert "Go on with the task list" in ready
    assert (made.version, made.state, made.rows, made.suffix) == (2, "clean", 3, ".csv")
    lines = list(csv.reader(io.StringIO(b"".join(store().open(made.sealed)).decode())))
    assert lines == list(
        csv.reader(
            io.StringIO(
                sheet(
                    row_of(surname=CANARY, date_of_birth="28/02/1990"), row_of(sex="F"), row_of(sex="M", forename="Ann")
                ).decode()
            )
        )
    )
    assert Sealed.objects.filter(destroyed_at__isnull=False, opened_by="worker").count() == 1
    assert page(client, row, "mend/").status_code == 200
    assert (
        client.post(
            f"/requests/{world.request.key}/file/{row.address}/mend/", {"cell-0": "1", "cell-1": "F", "cell-2": "M"}
        ).status_code
        == 409
    )


def test_nothing_changed_is_no_new_version(world, client, send):
    row = send(FAULTY)
    assert (
        client.post(
            f"/requests/{world.request.key}/file/{row.address}/mend/", {"cell-0": "31/02/1990", "cell-1": "x", "cell-2": "x"}
        ).status_code
        == 409
    )


def test_a_cell_that_is_not_there_stops_the_change_in_words(world, send, at, worker):
    row = send(FAULTY)
    actions.mend(row, cells=[Cell(row=99, column="sex", value="F")], by=world.alpha.member, at=at)
    worker.run_all()
    assert "Row 99 has no such cell" in Job.objects.get(task__endswith="mend_file").failure


def test_the_same_file_comes_back_with_what_to_fix_for_an_hour(world, client, send, worker, at):
    row = send(FAULTY)
    place = f"/requests/{world.request.key}/file/{row.address}/what-to-fix/"
    assert b"Prepare the file" in client.get(place).content
    client.post(place)
    assert client.get(place).headers["Refresh"] == "3"
    client.post(place)  # a second click asks for nothing more
    worker.run_all()
    assert b"Fetch the file" in client.get(place).content
    answer = client.get(f"{place}?fetch=1")
    assert answer.headers["Cache-Control"] == "no-store"
    lines = list(csv.reader(io.StringIO(answer.content.decode())))
    assert lines[0][-1] == "what to fix"
    assert lines[1][0] == CANARY
    assert "date_of_birth" in lines[1][-1]
    periodic.sweep(at=at + ANNOTATED_KEPT)
    assert b"Prepare the file" in client.get(f"{place}?fetch=1").content


def test_a_file_without_errors_has_nothing_to_fix(world, client, send):
    row = send(sheet(row_of()))
    assert client.post(f"/requests/{world.request.key}/file/{row.address}/what-to-fix/").status_code == 409


def test_the_lab_sees_counts_and_no_cell(world, browser, client, send, at):
    row = send(FAULTY)
    type(world.request).objects.filter(pk=world.request.pk).update(state="submitted", submitted_at=at)
    inside = browser(world.analyst)
    shown = page(inside, row).content.decode()
    assert "is shown to whoever sent the file" in shown
    assert "31/02/1990" not in shown
    for more in ("columns/", "mend/", "what-to-fix/?fetch=1"):
        assert page(inside, row, more).status_code == 403
    assert b"No file can be sent now" in inside.get(f"/requests/{world.request.key}/file/").content


def test_when_the_cells_are_destroyed_the_page_says_so(client, send, at):
    row = send(FAULTY)
    store().destroy(row.problems, at=at)
    assert b"no longer kept" in page(client, row).content
    assert b"There are no headings" in page(client, row, "columns/").content
    assert b"There is no cell to fix here" in page(client, row, "mend/").content
    CohortFile.objects.update(state="destroyed")
    assert b"has been destroyed" in page(client, row).content


def test_no_file_comes_in_once_the_request_was_sent(world, client, at):
    row = request_in("submitted", world.alpha, at=at)
    assert client.post(f"/requests/{row.key}/file/", {"file": SimpleUploadedFile("list.csv", FAULTY)}).status_code == 409


def test_no_cell_is_in_the_database_or_a_log(client, send, worker, caplog):
    row = send(FAULTY)
    page(client, row)
    client.post(f"/requests/{row.request.key}/file/{row.address}/mend/", {"cell-0": "Canaryvalue", "cell-1": "F", "cell-2": "M"})
    worker.run_all()
    kept = everything_kept()
    for canary in (CANARY, "31/02/1990", "Canaryvalue"):
        assert canary not in kept
        assert canary not in caplog.text


def test_a_file_that_cannot_be_read_offers_no_headings(client, send):
    row = send(b"PK\x03\x04 no workbook", name="list.xlsx")
    assert row.state == "faulty"
    assert b"There are no headings" in page(client, row, "columns/").content


def test_a_workbook_that_counts_from_1904_is_not_changed_in_the_browser(world, send, at, worker):
    import xlsxwriter  # noqa: PLC0415 -- only here

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"date_1904": True})
    listed = book.add_worksheet("Cohort")
    for index, line in enumerate([HEADINGS, row_of(sex="x")]):
        listed.write_row(index, 0, line)
    book.close()
    row = send(stream.getvalue(), name="list.xlsx")
    actions.mend(row, cells=[Cell(row=2, column="sex", value="F")], by=world.alpha.member, at=at)
    worker.run_all()
    assert "cannot be changed in the browser" in Job.objects.get(task__endswith="mend_file").failure
