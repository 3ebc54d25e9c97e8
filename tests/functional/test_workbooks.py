"""tables.xlsx and tables.ods: every figure of the CSV and no other, each number a number, nothing that a spreadsheet runs."""

import csv
import io
import re
import time
import zipfile
from dataclasses import replace

import odf.opendocument
import odf.table
import odf.text
import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.reporting.machine import tidy_csv
from justice_data_lab.reporting.ods_tables import ods_workbook
from justice_data_lab.reporting.spreadsheets import xlsx_workbook
from justice_data_lab.reporting.workbook import INSTRUCTIONS, fill_workbook
from justice_data_lab.study import DisclosureRules, Lab
from sample_analyses import several
from sample_checks import checked
from sample_requests import national, refused, trial
from workbook_reader import READ, figures_in, sheets_of_ods, sheets_of_xlsx

LAB = Lab(contacts="statistics@lab.example")
RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")
REQUESTS = {
    "several": (several(), RULES),
    "checked": (checked(), RULES),
    "trial": (trial(), PUBLIC),
    "refused": (refused(), RULES),
}


@pytest.fixture(scope="module")
def cleared():
    return {name: disclose(request, rules) for name, (request, rules) in REQUESTS.items()}


@pytest.fixture(scope="module")
def books(cleared):
    return {name: fill_workbook(disclosed, LAB) for name, disclosed in cleared.items()}


@pytest.fixture(scope="module")
def written(books):
    return {name: {"xlsx": xlsx_workbook(book), "ods": ods_workbook(book)} for name, book in books.items()}


@pytest.fixture(scope="module")
def read(written):
    """Each workbook's sheets, read back once: odfpy takes its time."""
    return {name: {kind: READ[kind](data) for kind, data in files.items()} for name, files in written.items()}


def number_of(text):
    """The number that a printed figure is read as, by a reader who knows nothing else."""
    return float(text.replace(",", "").replace("\u2212", "-").rstrip("%"))


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("name", REQUESTS)
def test_every_figure_of_the_csv_is_in_the_workbook_with_its_number_its_marker_and_its_words(name, kind, read, cleared):
    expected = list(csv.DictReader(io.StringIO(tidy_csv(cleared[name]).decode())))
    found = {row["Key"]: row for row in figures_in(read[name][kind])}
    assert sorted(found) == sorted(row["key"] for row in expected)
    for row in expected:
        own = found[row["key"]]
        assert own["Value"] == (float(row["value"]) if row["value"] else "")
        assert own["As printed in the report"] == row["text"]
        assert own["Status"] == (f"[{row['marker']}]" if row["marker"] else "shown" if row["value"] else "in words")
        if row["value"]:
            assert own["Value"] == number_of(row["text"])


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("name", REQUESTS)
def test_only_the_column_of_values_holds_numbers_and_no_other_cell_is_blank(name, kind, read):
    rows = list(figures_in(read[name][kind]))
    assert rows
    for row in rows:
        assert row["Value"] == "" or isinstance(row["Value"], float)
        assert all(isinstance(cell, str) and cell for heading, cell in row.items() if heading != "Value")


@pytest.mark.parametrize("name", REQUESTS)
def test_both_formats_hold_the_same_sheets(name, read):
    first, second = read[name].values()
    assert list(first) == list(second)
    assert list(first)[:3] == ["Cover", "Contents", "Notes"]

    def filled(rows):
        return [[cell for cell in row if cell != ""] for row in rows]

    assert {sheet: filled(rows) for sheet, rows in first.items()} == {sheet: filled(rows) for sheet, rows in second.items()}


def test_a_sheet_says_in_words_what_its_codes_mean(read):
    sheets = read["several"]["xlsx"]
    assert sheets["Table 1"][0][0] == "Table 1. One-year proven reoffending rate"
    assert sheets["Table 1"][1][0] == INSTRUCTIONS
    rows = {row["Key"]: row for row in figures_in(sheets)}
    assert rows["table 1/national/reoffended/difference"]["Measure or characteristic"] == "one-year proven reoffending rate"
    assert rows["attrition/regional/1/left"]["Level"] == "In a region with enough people"
    assert rows["profile/sex/Male/share/treated"]["Unit"] == "percent"
    cover = " ".join(row[0] for row in sheets["Cover"])
    for text in ("Not yet cleared for publication", "Never pool", "statistics@lab.example", "Licence", "22 November 2026"):
        assert text in cover
    assert "Never pool" not in str(read["checked"]["xlsx"]["Cover"])


def test_the_xlsx_keeps_to_the_guidance_on_accessible_spreadsheets(written, books):
    with zipfile.ZipFile(io.BytesIO(written["several"]["xlsx"])) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        tables = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/tables/")]
        core = archive.read("docProps/core.xml").decode()
    assert not [each for each in sheets if "<mergeCell" in each or "<pane" in each or "<f>" in each]
    names = [re.search(r'displayName="([^"]+)"', each)[1] for each in tables]
    assert sorted(names) == sorted(["contents_table", "notes_table", *(sheet.table for sheet in books["several"].sheets)])
    assert not [each for each in tables if 'headerRowCount="0"' in each]
    assert "<dc:title>Bridge workshops: what difference did it make?</dc:title>" in core
    assert "2026-11-22T00:00:00Z" in core


def test_the_ods_marks_headings_names_its_tables_and_says_its_language(written, books):
    document = odf.opendocument.load(io.BytesIO(written["several"]["ods"]))
    ranges = document.spreadsheet.getElementsByType(odf.table.DatabaseRange)
    first = books["several"].sheets[0]
    areas = {each.getAttribute("name"): each.getAttribute("targetrangeaddress") for each in ranges}
    assert areas["programme"] == f"'Programme'.A3:'Programme'.F{3 + len(first.rows)}"
    assert len(areas) == len(books["several"].sheets) + 2
    heads = document.spreadsheet.getElementsByType(odf.table.TableHeaderRows)
    assert len(heads) == len(areas)
    meta = str(zipfile.ZipFile(io.BytesIO(written["several"]["ods"])).read("meta.xml"))
    assert "<dc:language>en-GB</dc:language>" in meta
    links = [str(each.getAttribute("href")) for each in document.spreadsheet.getElementsByType(odf.text.A)]
    assert links == [f"#{sheet.name}" for sheet in books["several"].sheets]


def test_nothing_that_people_wrote_is_run_or_linked_in_a_workbook():
    facts = replace(
        national().study, programme='=HYPERLINK("https://evil.example")', organisation="[us](https://evil.example) $$rounding$$"
    )
    levels = tuple(replace(each, level="+") if each.level == "Male" else each for each in national().levels)
    balance = tuple(replace(each, level="=1+1") if each.level == "Male" else each for each in national().balance)
    book = fill_workbook(disclose(replace(national(), study=facts, levels=levels, balance=balance), RULES), LAB)
    data = xlsx_workbook(book)
    sheets = sheets_of_xlsx(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "<f>" not in whole
    assert 'Target="https://evil' not in whole
    assert sheets["Cover"][0][0].startswith("=HYPERLINK")
    assert "[us] (https://evil.example) $ $rounding$ $" in sheets["Cover"][2][0]
    assert "written: +" in {row["Level"] for row in figures_in(sheets) if "Level" in row}
    assert "=1+1" in {row["Level"] for row in figures_in(sheets_of_ods(ods_workbook(book))) if "Level" in row}
    assert b"table:formula" not in zipfile.ZipFile(io.BytesIO(ods_workbook(book))).read("content.xml")


def test_a_workbook_is_the_same_bytes_at_any_time(books, written, monkeypatch):
    monkeypatch.setattr(time, "localtime", lambda *_: time.struct_time((1999, 1, 1, 0, 0, 0, 4, 1, 0)))
    assert xlsx_workbook(books["trial"]) == written["trial"]["xlsx"]
    assert ods_workbook(books["trial"]) == written["trial"]["ods"]
    for data in written["trial"].values():
        assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
