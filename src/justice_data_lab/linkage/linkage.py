"""The value that linkage hands on: links without a name, attrition and the quality report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pyarrow.compute as pc

from justice_data_lab.intake.columns import LINK_COLUMNS
from justice_data_lab.linkage.attrition import Step
from justice_data_lab.linkage.quality import QualityRow
from justice_data_lab.tables import table_from_dict, table_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.files import Json

LINKED = "linked"
# Sections of the quality report by group of rows, each with its heading in the summary.
_BY_GROUP = {
    "sex": "Found by sex",
    "age": "Found by age at the start",
    "fields given": "Found by which numbers were given",
    "ethnicity": "Linked to an index disposal, by the register's ethnicity",
}
WRITTEN = ("row", "person_id", "disposal_id", "weight", "status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """Who of a cohort was found in the register, and by which disposal each of them is followed.

    Attributes:
        links: one row a submitted row: `LINK_COLUMNS`, then `setting`, `completed`, `arm` and the organisation's own
            columns as text. No name, date of birth or identifier.
        attrition: from `submitted` to the rows linked to an index disposal, with a reason for every lost row.
        quality: the quality report, see `QualityRow`.
        late_starts: linked rows whose intervention began after their index date.
        model_sha256: of the frozen model that scored.
    """

    links: pa.Table = field(repr=False)
    attrition: tuple[Step, ...]
    quality: tuple[QualityRow, ...]
    late_starts: int
    model_sha256: str

    def summary(self) -> str:
        """Attrition and quality as lines of text, the match rates by group under headings."""
        lines = [
            f"{step.label}: {step.left}" + (f" (lost {step.lost}: {step.reason})" if step.lost else "") for step in self.attrition
        ]
        lines += [row.sentence() for row in self.quality if row.section in ("overall", "review", "estimate", "error rate")]
        for section, heading in _BY_GROUP.items():
            groups = [f"  {row.sentence()}" for row in self.quality if row.section == section]
            lines += [heading, *groups] if groups else []
        return "\n".join(lines) + "\n"

    def table(self) -> pa.Table:
        """The links: row, person_id, disposal_id, weight, status. `links.parquet` has these and what later rooms need besides."""
        return self.links.select(list(WRITTEN))

    def weights_of(self, people: Sequence[str | None]) -> list[float | None]:
        """The match weight under which each person was linked, in bits; None for whoever is not in the cohort."""
        linked = self.linked()
        weight = dict(zip(linked["person_id"].to_pylist(), linked["weight"].to_pylist(), strict=True))
        return [weight.get(person) for person in people]

    def linked(self) -> pa.Table:
        """The rows that go on: linked to a person and an index disposal."""
        return self.links.filter(pc.equal(self.links["status"], LINKED))

    def to_dict(self) -> dict[str, Json]:
        """Everything as JSON, dates in ISO form."""
        return {
            "links": table_to_dict(self.links),
            "attrition": [step.to_dict() for step in self.attrition],
            "quality": [row.to_dict() for row in self.quality],
            "late_starts": self.late_starts,
            "model_sha256": self.model_sha256,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Linkage:
        """The value that `to_dict` wrote."""
        steps = cast("list[Mapping[str, Json]]", data["attrition"])
        quality = cast("list[Mapping[str, Json]]", data["quality"])
        return cls(
            links=table_from_dict(cast("Mapping[str, Json]", data["links"])),
            attrition=tuple(Step.from_dict(step) for step in steps),
            quality=tuple(QualityRow.from_dict(row) for row in quality),
            late_starts=int(str(data["late_starts"])),
            model_sha256=str(data["model_sha256"]),
        )


def links_table(columns: Mapping[str, list[object]]) -> pa.Table:
    """A links table out of columns; every column that is not in `LINK_COLUMNS` is text."""
    types = {name: pa.type_for_alias(kind) for name, kind in LINK_COLUMNS}
    arrays = {name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()}
    return pa.table(arrays)
