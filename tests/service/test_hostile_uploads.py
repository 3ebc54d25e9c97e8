"""Files that are no list, or are built to do harm, through the browser: each gets a plain page that says what to do."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from intake_files import csv_bytes, inline, raw_ods, raw_xlsx, zipped
from jdl_service.files.models import CohortFile
from jdl_service.jobs.models import Job
from service_cohorts import HEADINGS, row_of, sheet

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# name, bytes, what the page says is wrong, what it says to do
FILES = {
    "a workbook with two cells far apart": ("a.xlsx", raw_xlsx(inline("A1", "surname") + inline("XFD1048576", "x")), "could harm", "Ctrl+End"),
    "a zip bomb": ("a.xlsx", None, "could harm", "copy the list"),
    "a locked workbook": ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password", "Take the password off"),
    "a locked ODS": ("a.ods", raw_ods("", {"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "locked with a password", "Take the password off"),
    "a web page renamed": ("a.xlsx", b"<html><table><tr><td>surname</td></tr></table></html>", "CSV, XLSX or ODS", "save it as .xlsx"),
    "an old workbook renamed": ("a.xlsx", OLE + bytes(600), "CSV, XLSX or ODS", "save it as .xlsx"),
    "a text document renamed": ("a.xlsx", zipped({"word/document.xml": "<w/>"}), "CSV, XLSX or ODS", "save it as .xlsx"),
    "half a workbook": ("a.xlsx", raw_xlsx(inline("A1", "x"))[:-200], "cannot be read", "save it as .xlsx"),
    "blank lines": ("a.csv", b"\r\n \r\n", "The file is empty", "Send the file that holds your list"),
    "headings only": ("a.csv", csv_bytes([HEADINGS]), "no ", "row"),
    "a CSV of another age": ("a.csv", b"surname,forename\nM\x81\x8dller,Ann\n", "UTF-8", "CSV UTF-8"),
}  # fmt: skip


@pytest.fixture
def client(world, browser, service):
    return browser(world.alpha.member)


def posted(client, world, name, data):
    return client.post(f"/requests/{world.request.key}/file/", {"file": SimpleUploadedFile(name, data)})


def bomb():
    """A small workbook that unpacks into 250 MB; made only where it is sent."""
    return raw_xlsx(inline("A1", "surname"), {"xl/sharedStrings.xml": b" " * 250_000_000})


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_list_gets_a_page_that_says_what_to_do(world, client, worker, kind):
    name, data, wrong, remedy = FILES[kind]
    place = posted(client, world, name, data or bomb()).url
    worker.run_all()
    row = CohortFile.objects.get()
    assert (row.state, Job.objects.get().state) == ("faulty", "done")
    shown = text_of(client.get(place))
    assert wrong in shown
    assert shown.count(remedy) >= 1
    assert "Send the file again" in shown
    assert ("Get the file with what to fix" in shown) == (kind == "headings only")  # there is nothing to write beside
    assert "About the whole file" not in shown or kind == "headings only"
    for jargon in ("Traceback", "zip", "XML", "calamine", "--map", "UsageError"):
        assert jargon not in shown


def test_what_the_operators_scanner_calls_harmful_is_refused_and_nothing_is_accepted_unseen(world, client, worker, service):
    good = sheet(*(row_of(forename=f"Ann{number}") for number in range(3)))
    for says, expected in ((0, "clean"), (1, "faulty"), (2, "checking")):
        # it sees the very file, which nobody has read before
        service(scanner=f"sh -c 'grep -q surname \"$0\" && exit {says}'")
        place = posted(client, world, "list.csv", good).url
        worker.run_all()
        assert CohortFile.objects.latest("version").state == expected
        assert ("says that it is harmful" in text_of(client.get(place))) == (says == 1)
    assert Job.objects.latest("pk").state == "queued"
    service(scanner="")
    Job.objects.update(not_before=Job.objects.latest("pk").queued_at)
    worker.run_all()
    assert CohortFile.objects.latest("version").state == "clean"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.xls", OLE + bytes(600), "must be a CSV, XLSX or ODS"),
        ("list.csv", b"", "The selected file is empty"),
        ("list", b"surname", "must be a CSV, XLSX or ODS"),
        ("list.csv", b"a,b\n" * 300_000, "must be smaller than 1 MB"),
    ],
)
def test_what_can_be_told_at_once_is_told_at_the_box(world, client, service, name, data, words):
    service(upload_mb=1)
    answer = posted(client, world, name, data)
    assert "There is a problem" in text_of(answer)
    assert words in text_of(answer)
    assert not CohortFile.objects.exists()


def letters(number):
    """A name of its own for each number."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def test_500_faults_in_50_000_rows_are_all_shown_page_by_page(world, client, worker):
    faulty = set(range(100, 50_000, 100)) | {49_999}
    rows = [row_of(surname=f"Ok{letters(n)}", date_of_birth="31/02/1990" if n in faulty else "05/11/1984") for n in range(50_000)]
    place = posted(client, world, "list.csv", sheet(*rows)).url
    worker.run_all()
    row = CohortFile.objects.get()
    assert (row.rows, row.errors, row.errors_by_rule) == (50_000, 500, {"date-unreadable": 500})
    found = set()
    for number in range(1, 6):
        answer = client.get(f"{place}?page={number}")
        found |= set(map(int, re.findall(r'<th scope="row" class="govuk-table__header">(\d+)</th>', answer.content.decode())))
        assert len(answer.content) < 250_000
    assert found == {n + 2 for n in faulty}
    assert "500 errors fixed" not in text_of(answer)


def test_the_file_with_what_to_fix_has_all_of_them_too(world, client, worker):
    rows = [row_of(sex="x") if n % 10 == 0 else row_of(forename=f"An{letters(n)}") for n in range(300)]
    place = posted(client, world, "list.csv", sheet(*rows)).url
    worker.run_all()
    client.post(f"{place}what-to-fix/")
    worker.run_all()
    lines = list(csv.reader(io.StringIO(client.get(f"{place}what-to-fix/?fetch=1").content.decode())))
    assert sum(bool(line[-1]) for line in lines[1:]) == 30
