"""`tables.xlsx`, by gptables, which keeps to the government's guidance on accessible spreadsheets."""

from __future__ import annotations

import io
import warnings
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from justice_data_lab.reporting.workbook import INSTRUCTIONS, NOTED, VALUE

if TYPE_CHECKING:
    import gptables

    from justice_data_lab.reporting.workbook import DataSheet, Workbook

# What stands in a cell is what was put there: never a formula, an address or a number made of text.
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def xlsx_workbook(book: Workbook) -> bytes:
    """The workbook as Office Open XML, the same bytes for the same figures.

    Notes:
        gptables gives a cover, contents with links, notes, a named table a sheet with its heading row marked, and no merged or
        frozen cell. It warns of every blank value; here the status beside it says why there is none.
    """
    stream = io.BytesIO()
    with warnings.catch_warnings():
        # gptables leaves its theme's file open while it is imported
        warnings.simplefilter("ignore", ResourceWarning)
        from gptables import Cover, produce_workbook  # noqa: PLC0415 -- half a second, for one of seven files

        warnings.filterwarnings("ignore", message=r"\s*Empty or null cell found")
        made = produce_workbook(
            stream,
            {sheet.name: _gp_table(sheet, book) for sheet in book.sheets},
            cover=Cover(
                title=book.title,
                intro=list(book.intro),
                about=list(book.about),
                contact=list(book.contact),
            ),
            notes_table=pd.DataFrame(book.notes, columns=["Reference", "Note"]),
            workbook_options=_AS_TEXT,
        )
        made.set_properties(
            {"title": book.title, "author": book.lab, "created": datetime.fromisoformat(f"{book.issued}T00:00:00+00:00")}
        )
        made.close()
    return stream.getvalue()


def _gp_table(sheet: DataSheet, book: Workbook) -> gptables.GPTable:
    from gptables import GPTable  # noqa: PLC0415 -- see above

    table = pd.DataFrame(sheet.rows, columns=list(sheet.columns)).astype({VALUE: float})
    return GPTable(
        table=table,
        table_name=sheet.table,
        title=sheet.title,
        instructions=INSTRUCTIONS,
        table_notes={column: f"$${book.notes[number - 1][0]}$$" for column, number in NOTED.items()},
        index_columns={2: 0},
    )
