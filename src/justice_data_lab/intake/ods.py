"""Writes OpenDocument spreadsheets: straight to XML, so that 50,000 rows take seconds, and never a formula out of a value.

Notes:
    odfpy makes one object a cell and takes over a minute for such a list; the tests read these files back with it.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from justice_data_lab.intake.sheets import DATE, DATETIME, NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in (
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
        ("number", "datastyle"),
    )
)
_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_STYLES = (
    '<number:date-style style:name="day"><number:day number:style="long"/><number:text> </number:text><number:month number:textual="true"/>'
    '<number:text> </number:text><number:year number:style="long"/></number:date-style>'
    '<number:text-style style:name="plain"><number:text-content/></number:text-style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="day"/>'
    '<style:style style:name="text" style:family="table-cell" style:data-style-name="plain"/>'
    '<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="title" style:family="table-cell"><style:text-properties fo:font-size="16pt" fo:font-weight="bold"/></style:style>'
    '<style:style style:name="subtitle" style:family="table-cell"><style:text-properties fo:font-size="14pt" fo:font-weight="bold"/></style:style>'
    '<style:style style:name="wrap" style:family="table-cell"><style:table-cell-properties fo:wrap-option="wrap"/></style:style>'
    '<style:style style:name="fault" style:family="table-cell"><style:table-cell-properties fo:background-color="#ffdd88"/></style:style>'
    '<style:style style:name="fault-date" style:family="table-cell" style:data-style-name="day">'
    '<style:table-cell-properties fo:background-color="#ffdd88"/></style:style>'
    '<style:style style:name="wide" style:family="table-column"><style:table-column-properties style:column-width="4.5cm"/></style:style>'
    '<style:style style:name="widest" style:family="table-column"><style:table-column-properties style:column-width="14cm"/></style:style>'
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class OdsTable:
    """One sheet: its name, the XML of its columns, and the XML of its rows."""

    name: str
    columns: str
    rows: Iterable[str]


def cell(text: str, kind: str = TEXT, style: str = "") -> str:
    """One cell as XML: numbers and dates as what they were, everything else as text."""
    attribute = f' table:style-name="{style}"' if style else ""
    if not text:
        return f"<table:table-cell{attribute}/>"
    shown = escape(_UNPRINTABLE.sub("", text))
    if kind == NUMBER:
        return (
            f'<table:table-cell{attribute} office:value-type="float" office:value={quoteattr(text)}>'
            f"<text:p>{shown}</text:p></table:table-cell>"
        )
    if kind in {DATE, DATETIME}:
        attribute = attribute.replace('"fault"', '"fault-date"') or ' table:style-name="date"'
        value = quoteattr(text.replace(" ", "T"))
        return f'<table:table-cell{attribute} office:value-type="date" office:date-value={value}><text:p>{shown}</text:p></table:table-cell>'
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in shown.split("\n"))
    return f'<table:table-cell{attribute} office:value-type="string">{paragraphs}</table:table-cell>'


def _spaced(line: str) -> str:
    """A line whose runs of blanks survive, which OpenDocument would make one; a tab becomes a blank, since readers lose it."""
    line = line.replace("\t", " ")
    if "  " not in line and line == line.strip():
        return line
    return re.sub(r"^ | {2,}| $", lambda run: f'<text:s text:c="{len(run[0])}"/>', line)


def row(cells: Iterable[str], repeated: int = 1) -> str:
    """One row of cells, or the same row many times."""
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(cells)}</table:table-row>"


def ods_bytes(
    tables: Iterable[OdsTable], validations: str = "", ranges: str = "", about: Mapping[str, str] | None = None
) -> bytes:
    """The spreadsheet's bytes, the same for the same content.

    Args:
        tables: the sheets.
        validations: XML of what may be typed into cells.
        ranges: XML of the names of ranges.
        about: further files of the archive by name, such as `meta.xml`.
    """
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} '
        'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2">'
        f"<office:automatic-styles>{_STYLES}</office:automatic-styles><office:body><office:spreadsheet>{validations}"
    )
    parts = [head]
    for table in tables:
        parts.append(f"<table:table table:name={quoteattr(_UNPRINTABLE.sub('', table.name))}>{table.columns}")
        parts.extend(table.rows)
        parts.append("</table:table>")
    parts.append(f"{ranges}</office:spreadsheet></office:body></office:document-content>")
    return _archive({"content.xml": "".join(parts), **(about or {})})


def _archive(files: Mapping[str, str]) -> bytes:
    """The files in one archive, all with the same date; the media type first and unpacked, so that the first bytes tell the format."""
    entries = "".join(f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>' for name in files)
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:version="1.2" manifest:media-type="{_MIMETYPE}"/>'
        f"{entries}</manifest:manifest>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {"mimetype": _MIMETYPE, "META-INF/manifest.xml": manifest, **files}.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return stream.getvalue()
