"""`tables.ods`: the sheets of `tables.xlsx` in the open format."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from justice_data_lab.intake.ods import NAMESPACES, OdsTable, cell, ods_bytes, row
from justice_data_lab.intake.sheets import NUMBER, TEXT
from justice_data_lab.reporting.workbook import INSTRUCTIONS, KEY, PRINTED, DataSheet, noted
from justice_data_lab.reporting.xml_text import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from justice_data_lab.reporting.workbook import Cell, Workbook

_ONE_TABLE = "This worksheet contains one table."
# A sheet's table begins in this row, below the title and the instructions.
_TOP = 3
_LONG = ("Level", "Measure or characteristic", "Table description", "Note", PRINTED, KEY)
_LANGUAGE = (
    f'<office:document-styles {NAMESPACES} office:version="1.2"><office:styles><style:default-style style:family="table-cell">'
    '<style:text-properties fo:font-family="Arial" fo:font-size="12pt" fo:language="en" fo:country="GB"/></style:default-style>'
    "</office:styles></office:document-styles>"
)


def ods_workbook(book: Workbook) -> bytes:
    """The workbook as an OpenDocument spreadsheet, the same bytes for the same figures.

    Notes:
        Written straight to XML: what odfpy writes depends on what it has written before in the same process, and takes
        seconds. The tests read the file back with it.
    """
    contents = DataSheet(
        name="Contents",
        table="contents_table",
        title="Table of contents",
        columns=("Sheet name", "Table description"),
        rows=tuple((sheet.name, sheet.title) for sheet in book.sheets),
    )
    notes = DataSheet(
        name="Notes",
        table="notes_table",
        title="Notes",
        columns=("Note number", "Note"),
        rows=tuple((float(number), note) for number, (_, note) in enumerate(book.notes, 1)),
    )
    sheets = (contents, notes, *book.sheets)
    tables = (
        _cover(book),
        _one_table(contents, _ONE_TABLE),
        _one_table(notes, _ONE_TABLE),
        *(_one_table(sheet, INSTRUCTIONS) for sheet in book.sheets),
    )
    ranges = f"<table:database-ranges>{''.join(map(_range, sheets))}</table:database-ranges>"
    return ods_bytes(tables, ranges=ranges, about={"styles.xml": _LANGUAGE, "meta.xml": _meta(book)})


def _meta(book: Workbook) -> str:
    """Title, publisher, language and date, where a screen reader looks for them."""
    return (
        f'<office:document-meta {NAMESPACES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.2"><office:meta>'
        f"<dc:title>{escape(book.title)}</dc:title><dc:creator>{escape(book.lab)}</dc:creator><dc:language>en-GB</dc:language>"
        f"<dc:date>{book.issued}T00:00:00</dc:date></office:meta></office:document-meta>"
    )


def _cover(book: Workbook) -> OdsTable:
    def rows() -> Iterator[str]:
        yield row([cell(book.title, style="title")])
        parts = (("Introductory information", book.intro), ("About these data", book.about), ("Contact", book.contact))
        for heading, lines in parts:
            yield row([cell(heading, style="subtitle")])
            yield from (row([cell(line, style="wrap")]) for line in lines)

    return OdsTable(name="Cover", columns=_column("widest"), rows=rows())


def _one_table(sheet: DataSheet, instructions: str) -> OdsTable:
    """Title, instructions and the table, whose row of headings is marked as such."""

    def rows() -> Iterator[str]:
        yield row([cell(sheet.title, style="title")])
        yield row([cell(instructions)])
        head = row(cell(noted(column), style="head") for column in sheet.columns)
        yield f"<table:table-header-rows>{head}</table:table-header-rows>"
        for cells in sheet.rows:
            first = _link(str(cells[0])) if sheet.table == "contents_table" else _cell(cells[0])
            yield row((first, *map(_cell, cells[1:])))

    columns = "".join(_column("widest" if column in _LONG else "wide") for column in sheet.columns)
    return OdsTable(name=sheet.name, columns=columns, rows=rows())


def _range(sheet: DataSheet) -> str:
    """The name of the sheet's table."""
    name = sheet.name.replace("'", "''")
    end = f"{ascii_uppercase[len(sheet.columns) - 1]}{_TOP + len(sheet.rows)}"
    area = quoteattr(f"'{name}'.A{_TOP}:'{name}'.{end}")
    return f'<table:database-range table:name="{sheet.table}" table:target-range-address={area} table:contains-header="true"/>'


def _column(style: str) -> str:
    return f'<table:table-column table:style-name="{style}"/>'


def _cell(value: Cell) -> str:
    """A number as a number, a blank as a blank, everything else as text: never a formula."""
    if value is None:
        return cell("")
    return cell(value, TEXT, "wrap") if isinstance(value, str) else cell(f"{value:.12g}", NUMBER)


def _link(sheet: str) -> str:
    """A cell that leads to the sheet that it names."""
    address = quoteattr(f"#{sheet}")
    return (
        '<table:table-cell office:value-type="string"><text:p>'
        f'<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:type="simple" xlink:href={address}>{escape(sheet)}</text:a>'
        "</text:p></table:table-cell>"
    )
