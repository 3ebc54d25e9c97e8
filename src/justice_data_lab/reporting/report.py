"""report(): the cleared figures of a request as files that can be handed over."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from justice_data_lab.disclosure.disclosed import Disclosed
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, file_sha256, sha256, write_bytes
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.machine import csv_metadata, report_json, tidy_csv
from justice_data_lab.reporting.ods_tables import ods_workbook
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.pdf import INSTALL
from justice_data_lab.reporting.pdf_beside import Drawer
from justice_data_lab.reporting.spreadsheets import xlsx_workbook
from justice_data_lab.reporting.workbook import fill_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.files import FilePath, Json
    from justice_data_lab.study import Lab, Study


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """One file of a report.

    Attributes:
        name: without a folder.
        size: in bytes.
        sha256: of the content.
        data: the content itself; empty when the report was read back from its description.
    """

    name: str
    size: int
    sha256: str
    data: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: the files, whole, by name.

    Attributes:
        title: as on page one.
        files: in the order of their names.
        notes: what could not be made, and what to install.
    """

    title: str
    files: tuple[ReportFile, ...]
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """The files, and what could not be made."""
        return "\n".join((f"{self.title} Wrote {', '.join(file.name for file in self.files)}.", *self.notes))

    def write(self, folder: FilePath) -> None:
        """Put every file into a folder, which is made when it is not there."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            write_bytes(folder / file.name, file.data)

    def table(self) -> pa.Table:
        """One row a file."""
        columns = {name: [getattr(file, name) for file in self.files] for name in ("name", "size", "sha256")}
        return pa.table(columns)

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name."""
        files: list[Json] = [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in self.files]
        return {"title": self.title, "files": files, "notes": list(self.notes)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Report:
        """The value that `to_dict` wrote."""
        files = cast("Sequence[Mapping[str, str | int]]", data["files"])
        return cls(
            title=str(data["title"]),
            files=tuple(ReportFile(name=str(file["name"]), size=int(file["size"]), sha256=str(file["sha256"])) for file in files),
            notes=tuple(cast("Sequence[str]", data["notes"])),
        )


def report(disclosed: Disclosed, *, study: Study, lab: Lab, out: FilePath | None = None, drawer: Drawer | None = None) -> Report:
    """The report of a cleared request: HTML, PDF from it, workbooks, tidy CSV with its description, JSON.

    Args:
        disclosed: what may leave; nothing else is accepted.
        study: the request, which must be the one that was disclosed.
        lab: name, contacts, licence and colour.
        out: a folder to write the files to; without it they are only returned.
        drawer: a process beside this one that draws the PDF; without it all is done here.

    Returns:
        The files. Without Pango there is no PDF, and a note says what to install. Same inputs, same bytes.

    Raises:
        TypeError: what came is not a `Disclosed`.
        UsageError: the study is another one than the one disclosed.
    """
    _refuse_anything_else(disclosed, study)
    page = lay_out(disclosed, lab)
    html = render_html(page)
    drawing = (drawer or Drawer()).begin(html)
    book = fill_workbook(disclosed, lab)
    contents = {
        "report.html": html.encode(),
        "report.json": canonical_json(report_json(disclosed, lab)),
        "tables.csv": tidy_csv(disclosed),
        "tables.csv-metadata.json": canonical_json(csv_metadata(disclosed, lab)),
        "tables.ods": ods_workbook(book),
        "tables.xlsx": xlsx_workbook(book),
    }
    pdf = drawing.pdf()
    made = contents if pdf is None else {**contents, "report.pdf": pdf}
    files = tuple(_file(name, made[name]) for name in sorted(made))
    whole = Report(title=page.title, files=files, notes=() if pdf else (INSTALL,))
    if out is not None:
        whole.write(out)
    return whole


def _file(name: str, data: bytes) -> ReportFile:
    return ReportFile(name=name, size=len(data), sha256=sha256(data), data=data)


def _refuse_anything_else(disclosed: object, study: Study) -> None:
    if not isinstance(disclosed, Disclosed):
        message = "report() takes only what disclose() made."
        raise TypeError(message)
    if study.name != disclosed.content.study.name:
        message = f"report(): expected the study {disclosed.content.study.name!r} that was disclosed, got {study.name!r}."
        raise UsageError(message)


def read_report(folder: Path) -> Report:
    """The report that stands in a folder, described from its files."""
    files = tuple(
        ReportFile(name=path.name, size=path.stat().st_size, sha256=file_sha256(path))
        for path in sorted(folder.iterdir())
        if path.is_file()
    )
    title = str(json.loads((folder / "report.json").read_bytes())["title"])
    has_pdf = any(file.name == "report.pdf" for file in files)
    return Report(title=title, files=files, notes=() if has_pdf else (INSTALL,))
