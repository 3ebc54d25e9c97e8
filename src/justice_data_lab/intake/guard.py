"""What is looked at before a workbook is opened: a spreadsheet reader never meets a byte that has not passed here.

A 5 KB workbook with two far-apart cells makes the reader ask for 550 GB and abort its process; a 2 MB one can unpack into
gigabytes. So the archive is measured first, and the reader is given a fresh archive that holds only the parts it needs.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["csv", "xlsx", "ods"]
MB = 1 << 20

# The rules by which a file as a whole is refused.
HOSTILE = "file-hostile"
UNREADABLE = "file-unreadable"
FORMAT = "file-format"
ENCRYPTED = "file-encrypted"
EMPTY = "file-empty"
TOO_LARGE = "file-too-large"
ENCODING = "file-encoding"


class RefusedFileError(Exception):
    """The file as a whole cannot be read; carries the rule's code and a plain sentence, never a value from the file."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(rule, detail)
        self.rule = rule
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a cohort file may hold; sizes in bytes.

    Notes:
        A cohort of 50,000 people with 14 columns has 0.7 million cells and unpacks to about 30 MB.
    """

    file: int = 50 * MB
    entries: int = 2_000
    unpacked: int = 200 * MB
    ratio: int = 300
    ratio_from: int = 20 * MB
    rows: int = 200_000
    columns: int = 500
    cells: int = 3_000_000
    sheets: int = 100


LIMITS = Limits()
SUFFIXES: dict[str, Kind] = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".ods": "ods"}
KIND_NAMES: dict[Kind, str] = {"csv": "a CSV file", "xlsx": "an Excel workbook", "ods": "an OpenDocument spreadsheet"}

_XLSX_PARTS = re.compile(
    r"xl/(workbook|sharedstrings|styles|worksheets/[^/]+)\.xml|xl/_rels/workbook\.xml\.rels|\[content_types\]\.xml|_rels/\.rels"
)
# How an archive begins: with a part, with the directory of an empty one, or with the mark of one that was split.
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ODS_PARTS = re.compile(r"mimetype|content\.xml|meta-inf/manifest\.xml")
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    IndexError,
    UnicodeError,
)


def kind_of(data: bytes, suffix: str, limits: Limits = LIMITS) -> Kind:
    """Which of the three formats the bytes are, by their content, which must agree with the file's ending.

    Raises:
        RefusedFileError: the file is empty, too large, of another format, locked by a password, or wrongly named.
    """
    if len(data) > limits.file:
        raise RefusedFileError(TOO_LARGE, f"It is larger than {limits.file // MB} MB.")
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise RefusedFileError(EMPTY)
    found = _sniff(data)
    expected = SUFFIXES.get(suffix.lower())
    if expected is None:
        raise RefusedFileError(FORMAT, "Its name does not end in .csv, .xlsx or .ods.")
    if found != expected:
        raise RefusedFileError(FORMAT, f"It is {KIND_NAMES[found]}, but its name ends in {suffix.lower()}.")
    return found


def _sniff(data: bytes) -> Kind:
    """The format by the first bytes."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise RefusedFileError(ENCRYPTED)
        raise RefusedFileError(FORMAT, "It is an old Excel workbook (.xls) or another old Office file.")
    if data.startswith(_ZIPS):
        return _zip_kind(data)
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, name in (
        (b"%pdf", "a PDF"),
        (b"<!doctype html", "a web page"),
        (b"<html", "a web page"),
        (b"<table", "a web page"),
        (b"<?xml", "an XML file"),
        (b"{\\rtf", "a text document"),
        (b"\x1f\x8b", "a packed file"),
        (b"par1", "a Parquet file"),
    ):
        if start.startswith(mark):
            raise RefusedFileError(FORMAT, f"It is {name}.")
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RefusedFileError(UNREADABLE, "It holds bytes that no text or spreadsheet has.")
    return "csv"


def _zip_kind(data: bytes) -> Kind:
    """XLSX or ODS by what the archive holds."""
    if b"xl/workbook.xml" in data:
        return "xlsx"
    if b"opendocument.spreadsheet" in data or (b"content.xml" in data and b"mimetype" in data and b"opendocument" not in data):
        return "ods"
    if b"xl/workbook.bin" in data:
        raise RefusedFileError(FORMAT, "It is a binary Excel workbook (.xlsb).")
    raise RefusedFileError(FORMAT, "It is a packed file or document, not a spreadsheet.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Safe:
    """A workbook that passed: a fresh archive for the reader, and which date system its numbers use."""

    archive: bytes
    date1904: bool


def safe_workbook(data: bytes, kind: Kind, limits: Limits = LIMITS) -> Safe:
    """Measure the archive and its cells, and copy the parts a reader needs into a fresh, stored archive.

    Raises:
        RefusedFileError: `file-hostile` when it would unpack into far more than it should or is built to mislead a reader,
            `file-too-large`, `file-encrypted`, or `file-unreadable` when the archive is damaged.
    """
    try:
        parts = _parts(data, _XLSX_PARTS if kind == "xlsx" else _ODS_PARTS, limits)
    except _ZIP_FAULTS as fault:
        raise RefusedFileError(UNREADABLE, "Its packing is damaged.") from fault
    for content in parts.values():
        _check_xml(content)
    if kind == "xlsx":
        parts = _check_xlsx(parts, limits)
        date1904 = re.search(rb"date1904\s*=\s*[\"'](1|true)", parts.get("xl/workbook.xml", b"")) is not None
    else:
        _check_ods(parts, limits)
        date1904 = (
            re.search(rb"date-value\s*=\s*[\"']1904-01-01", parts["content.xml"][: 16 * MB].split(b"<table:table ")[0])
            is not None
        )
    return Safe(archive=_stored(parts), date1904=date1904)


def _parts(data: bytes, wanted: re.Pattern[str], limits: Limits) -> dict[str, bytes]:
    """The wanted members by lower-case name, after the whole directory was checked."""
    if data.count(b"PK\x01\x02") > limits.entries:
        raise RefusedFileError(HOSTILE, f"It is packed from more than {limits.entries:,} parts.")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        _check_directory(entries, len(data), limits)
        names = {
            "xl/sharedstrings.xml": "xl/sharedStrings.xml",
            "[content_types].xml": "[Content_Types].xml",
            "meta-inf/manifest.xml": "META-INF/manifest.xml",
        }
        parts: dict[str, bytes] = {}
        for entry in entries:
            lower = entry.filename.lower()
            if wanted.fullmatch(lower):
                name = names.get(lower, entry.filename if "worksheets/" in lower else lower)
                parts[name] = archive.read(entry)
    return parts


def _check_directory(entries: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """Names, locks, and how much the archive says it unpacks into."""
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise RefusedFileError(HOSTILE, "Two of its parts have the same name.")
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise RefusedFileError(HOSTILE, "A part of it is named like a place on a disk.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise RefusedFileError(ENCRYPTED)
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise RefusedFileError(UNREADABLE, "It is packed in an unusual way.")
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked or (total > limits.ratio_from and total > limits.ratio * size):
        raise RefusedFileError(HOSTILE, f"It would unpack into {max(total // MB, 1):,} MB.")


def _check_xml(content: bytes) -> None:
    """No declarations that a reader would expand, and no encoding that would hide them."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RefusedFileError(HOSTILE, "It declares text to be expanded, which no spreadsheet program writes.")
    declared = re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", content[:300])
    if b"\x00" in content or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")):
        raise RefusedFileError(UNREADABLE, "Its text is not in UTF-8.")


def _check_xlsx(parts: dict[str, bytes], limits: Limits) -> dict[str, bytes]:
    """Every sheet's extent within the limits; error cells turned into text so that they are seen, not read as blank."""
    if "xl/workbook.xml" not in parts:
        raise RefusedFileError(UNREADABLE, "It has no list of sheets.")
    cells = 0
    for name, content in parts.items():
        if "worksheets/" in name:
            cells += _xlsx_extent(content, limits)
            if b't="e"' in content:
                parts[name] = re.sub(rb'(<c [^<>]*?)t="e"', rb'\1t="str"', content)
    _check_cells(cells, limits)
    return parts


_REFERENCE = re.compile(rb"[\s\"']r\s*=\s*[\"']\s*([A-Za-z]*)(\d*)")
_BLANK_CELL = re.compile(rb'<c\s(?:r="[A-Z]+\d+"|s="\d+"|\s)*/>|<row\s[^<>]*/>')


def _xlsx_extent(content: bytes, limits: Limits) -> int:
    """Cells from A1 to the farthest one that holds something."""
    rows, columns, found = _farthest(content)
    if rows > limits.rows or columns > limits.columns:
        # Formatting alone, down to the last row, is common and harmless: look again without the blank cells.
        content = re.sub(rb"<row\s[^<>]*>\s*</row>", b"", _BLANK_CELL.sub(b"", content))
        rows, columns, found = _farthest(content)
    _check_extent(rows, columns, found, limits)
    return rows * columns


def _farthest(content: bytes) -> tuple[int, int, int]:
    """Farthest row, farthest column, and number of cells that a sheet's references name."""
    references = _REFERENCE.findall(content)
    letters, numbers = ({pair[i] for pair in references} for i in (0, 1))
    columns = max((_column_number(text) for text in letters), default=0)
    rows = max((int(text[:12] or b"0") for text in numbers), default=0)
    return rows, columns, len(references)


def _column_number(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27; more than five letters count as very far."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number


def _check_extent(rows: int, columns: int, found: int, limits: Limits) -> None:
    if rows <= limits.rows and columns <= limits.columns:
        return
    if found * 20 < rows * columns:
        raise RefusedFileError(HOSTILE, f"It has cells as far away as row {rows:,} and column {columns:,}.")
    raise RefusedFileError(TOO_LARGE, f"It has {rows:,} rows and {columns:,} columns.")


def _check_cells(cells: int, limits: Limits) -> None:
    if cells > limits.cells:
        raise RefusedFileError(TOO_LARGE, f"Its sheets have room for {cells:,} cells.")


_ROWS_REPEATED = re.compile(rb"number-rows-repeated\s*=\s*[\"']\s*(\d{1,12})")
_COLUMNS_REPEATED = re.compile(rb"number-columns-repeated\s*=\s*[\"']\s*(\d{1,12})")


def _check_ods(parts: dict[str, bytes], limits: Limits) -> None:
    """Every table's extent within the limits, repeats multiplied out."""
    if "content.xml" not in parts:
        raise RefusedFileError(UNREADABLE, "It has no content.")
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise RefusedFileError(ENCRYPTED)
    cells = 0
    for table in re.split(rb"<table:table[\s>]", parts["content.xml"])[1:]:
        rows, columns, found = _ods_extent(table.split(b"</table:table>")[0])
        _check_extent(rows, columns, found, limits)
        cells += rows * columns
    _check_cells(cells, limits)


def _ods_extent(table: bytes) -> tuple[int, int, int]:
    """Last row with something in it, widest row up to its last filled cell, and number of cells written out."""
    rows = last = width = found = 0
    for chunk in table.split(b"<table:table-row")[1:]:
        repeated = _ROWS_REPEATED.search(chunk)
        rows += int(repeated[1]) if repeated else 1
        filled = max(chunk.rfind(b"office:"), chunk.rfind(b"<text:"))
        if filled < 0:
            continue
        last = rows
        # The tag that holds the last value may give its repeat after it: read on to the next tag.
        following = chunk.find(b"<", filled + 1)
        used = chunk if following < 0 else chunk[:following]
        cells = used.count(b"<table:table-cell") + used.count(b"<table:covered-table-cell")
        found += cells
        if b"-columns-repeated" in used:
            cells += sum(int(count) for count in _COLUMNS_REPEATED.findall(used))
        width = max(width, cells)
    return last, width, found


def _stored(parts: dict[str, bytes]) -> bytes:
    """A fresh archive of the parts, not packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()
