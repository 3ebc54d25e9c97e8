"""Reads a workbook back, in either format, as rows of cells by sheet."""

import io

import odf.opendocument
import odf.table
import odf.text
from python_calamine import load_workbook


def sheets_of_xlsx(data):
    book = load_workbook(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def sheets_of_ods(data):
    tables = odf.opendocument.load(io.BytesIO(data)).spreadsheet.getElementsByType(odf.table.Table)
    return {
        table.getAttribute("name"): [cells_of(row) for row in table.getElementsByType(odf.table.TableRow)] for table in tables
    }


def cells_of(row):
    cells = row.getElementsByType(odf.table.TableCell)
    return [
        float(cell.getAttribute("value"))
        if cell.getAttribute("valuetype") == "float"
        else "\n".join(str(line) for line in cell.getElementsByType(odf.text.P))
        for cell in cells
    ]


READ = {"xlsx": sheets_of_xlsx, "ods": sheets_of_ods}


def figures_in(sheets):
    """The rows of every sheet of figures, by heading without its note."""
    for name, (_, _, head, *rows) in sheets.items():
        if name not in ("Cover", "Contents", "Notes"):
            columns = [heading.split("\n")[0] for heading in head]
            yield from (dict(zip(columns, row, strict=True)) for row in rows)
