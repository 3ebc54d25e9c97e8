"""CSV as organisations really send it: with a byte order mark, in Windows-1252, with `;` or tabs, with quoted line breaks."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import itertools

from justice_data_lab.intake.columns import ALSO_CALLED, BY_NAME, plain_heading
from justice_data_lab.intake.guard import ENCODING, HOSTILE, LIMITS, TOO_LARGE, Limits, RefusedFileError
from justice_data_lab.intake.sheets import Book, Sheet

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright strokes"}
_KNOWN = frozenset(BY_NAME) | frozenset(itertools.chain.from_iterable(ALSO_CALLED.values()))


def read_delimited(data: bytes, limits: Limits = LIMITS) -> Book:
    """Read a delimited text file, every cell as text; rows are counted as a spreadsheet counts them.

    Raises:
        RefusedFileError: the bytes are in no encoding that is known, or there are far too many cells.
    """
    text, notes = _decode(data)
    text = text.removeprefix("\ufeff")
    # the reader's own limit on a cell ends the file there; how much a file holds is limited elsewhere
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    delimiter, text = _delimiter(text)
    if delimiter != ",":
        notes.append(("file-delimiter", f"It is separated by {_DELIMITERS[delimiter]}."))
    if text.count(delimiter) + text.count("\n") > limits.cells:
        raise RefusedFileError(TOO_LARGE, f"It has more than {limits.cells:,} cells.")
    rows, faults = _rows(text, delimiter)
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if len(rows) > limits.rows or width > limits.columns:
        raise RefusedFileError(TOO_LARGE, f"It has {len(rows):,} rows and {width:,} columns.")
    if len(rows) * width > limits.cells * 4:
        raise RefusedFileError(HOSTILE, "A few of its rows are far wider than the rest.")
    columns = [list(column) for column in itertools.zip_longest(*rows, fillvalue="")]
    sheet = Sheet(name="", hidden=False, columns=columns, kinds=[""] * width)
    return Book(kind="csv", sheets=(sheet,), notes=tuple(notes), faults=tuple(faults))


def _decode(data: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The text, and how it was written when that is not plain UTF-8."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        # its first half is the mark of UTF-16
        raise RefusedFileError(ENCODING)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), [("file-utf-16", "")]
        except UnicodeDecodeError as fault:
            raise RefusedFileError(ENCODING) from fault
    if data.startswith(b"\xef\xbb\xbf"):
        notes = [("file-bom", "")]
        data = data[3:]
    else:
        notes = []
    try:
        return data.decode("utf-8"), notes
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), [*notes, ("file-windows-1252", "")]
    except UnicodeDecodeError as fault:
        raise RefusedFileError(ENCODING) from fault


def _delimiter(text: str) -> tuple[str, str]:
    """What separates the cells, and the text without Excel's `sep=` line, which a spreadsheet does not show."""
    first, _, rest = text.partition("\n")
    hint = first.strip().strip('"')
    if hint.lower().startswith("sep=") and hint[4:5] in _DELIMITERS:
        return hint[4:5], rest
    sample = text[:20_000].splitlines()[:20]
    scores = {mark: _score(sample, mark) for mark in _DELIMITERS}
    return max(_DELIMITERS, key=lambda mark: scores[mark]), text


def _score(sample: list[str], delimiter: str) -> tuple[int, int]:
    """How many known headings the best of the first rows has when split so, and into how many cells it falls."""
    best = (0, 0)
    for line in sample:
        row = next(csv.reader([line], delimiter=delimiter), [])
        known = sum(plain_heading(cell) in _KNOWN for cell in row)
        best = max(best, (known, len(row) if line is sample[0] else 0))
    return best


def _rows(text: str, delimiter: str) -> tuple[list[list[str]], list[tuple[str, int]]]:
    """Every row, and the row at which the quotes go wrong, if they do."""
    faults: list[tuple[str, int]] = []
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        # `extend` keeps the rows before the fault, so the next one is where it lies.
        faults.append(("quotes-broken", len(rows) + 1))
        rows = []
        with contextlib.suppress(csv.Error):
            rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return rows, faults
