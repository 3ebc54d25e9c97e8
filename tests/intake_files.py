"""Cohort files for the tests: ordinary ones with invented people, and archives built to do harm."""

import csv
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from justice_data_lab.intake.columns import COLUMNS
from justice_data_lab.intake.ods import OdsTable, cell, ods_bytes, row
from justice_data_lab.intake.sheets import DATE, NUMBER

TODAY = date(2026, 7, 1)
HEADINGS = [column.name for column in COLUMNS]
_SURNAMES = (
    "Ashdown",
    "Bright",
    "Carrow",
    "Dunmore",
    "Eastlake",
    "Farrow",
    "Garside",
    "Holt",
    "Ingle",
    "Jarrow",
    "Kestle",
    "Lowther",
    "Marlow",
)
_FORENAMES = (
    "Adam",
    "Beth",
    "Carl",
    "Dina",
    "Evan",
    "Faye",
    "Gwen",
    "Hugh",
    "Iris",
    "Jack",
    "Kate",
    "Liam",
    "Mona",
    "Noel",
    "Olga",
    "Paul",
    "Rosa",
)


def person(index: int) -> dict[str, str | date]:
    """One invented person without fault, each different."""
    start = date(2021, 1, 1) + timedelta(days=index % 900)
    letters = "ABCDEFGHJK"
    return {
        "surname": _SURNAMES[index % 13] + "abcdefghijklmnopqrstuvwxyz"[index // 221 % 26] + "aeiou"[index // 5746 % 5],
        "forename": _FORENAMES[index % 17],
        "date_of_birth": date(1971, 1, 2) + timedelta(days=index % 10_001),
        "sex": "FMU"[index % 3],
        "pnc_id": f"2012/{index:07d}Z",
        "prison_number": f"{letters[index % 10]}{index // 10 % 10_000:04d}{letters[index // 100_000 % 10]}A",
        "conviction_date": start - timedelta(days=90),
        "index_date": start + timedelta(days=40),
        "intervention_start": start,
        "intervention_end": start + timedelta(days=30),
        "setting": "custody",
        "completed": ("yes", "no")[index % 2],
        "arm": "served",
        "arm_date": start,
    }


def people(number: int, **changes: str | date) -> list[dict[str, str | date]]:
    """Invented people; `changes` are made to the first."""
    rows = [person(index) for index in range(number)]
    if rows:
        rows[0].update(changes)
    return rows


def as_text(value: object) -> str:
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def table(rows: list[dict[str, str | date]], headings: list[str] | None = None) -> list[list[object]]:
    names = headings or HEADINGS
    return [names, *([line.get(name, "") for name in names] for line in rows)]


def csv_bytes(lines: list[list[object]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([as_text(value) for value in line] for line in lines)
    return stream.getvalue().encode(encoding)


def xlsx_bytes(sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = (), *, date_1904: bool = False) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": date_1904})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        for i, line in enumerate(lines):
            for j, value in enumerate(line):
                _write(sheet, (i, j), value, day)
    if hidden:
        # A workbook opens on its first sheet, which can be hidden only when another one is shown instead.
        book.get_worksheet_by_name(next(name for name in sheets if name not in hidden)).activate()
    for name in hidden:
        book.get_worksheet_by_name(name).hide()
    book.close()
    return stream.getvalue()


def _write(sheet, place, value, day):
    if isinstance(value, date):
        sheet.write_datetime(*place, value, day)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value)
    elif value != "":
        sheet.write_string(*place, str(value))


def ods_file_bytes(sheets: dict[str, list[list[object]]]) -> bytes:
    def one(value: object) -> str:
        if isinstance(value, date):
            return cell(value.isoformat(), DATE)
        return cell(str(value), NUMBER) if isinstance(value, int | float) else cell(str(value))

    return ods_bytes(
        OdsTable(name=name, columns="<table:table-column/>", rows=[row(one(value) for value in line) for line in lines])
        for name, lines in sheets.items()
    )


def file_bytes(kind: str, lines: list[list[object]]) -> bytes:
    """The same list in one of the three formats."""
    if kind == "csv":
        return csv_bytes(lines)
    return xlsx_bytes({"Cohort": lines}) if kind == "xlsx" else ods_file_bytes({"Cohort": lines})


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def zipped(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def raw_xlsx(sheet: str | bytes, extra: dict[str, bytes | str] | None = None) -> bytes:
    """A workbook with one sheet whose XML is given."""
    body = sheet if isinstance(sheet, bytes) else f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Cohort" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": body,
    }
    return zipped({**parts, **(extra or {})})


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Cohort">'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def raw_ods(rows: str, extra: dict[str, bytes | str] | None = None) -> bytes:
    """A spreadsheet with one table whose rows are given as XML."""
    parts: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        "content.xml": _ODS_HEAD + rows + _ODS_TAIL,
    }
    return zipped({**parts, **(extra or {})})
