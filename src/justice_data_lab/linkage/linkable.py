"""Could the rows have been found at all with the fields they have, and how near to the threshold were those found?"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from justice_data_lab.linkage.quality import QualityRow, is_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.linkage.model import LinkageModel
    from justice_data_lab.linkage.quality import Described

# A link that a threshold 16 times as strict would lose is near it.
STRICTER = 4.0


def linkable_rows(rows: Sequence[Described], model: LinkageModel) -> list[QualityRow]:
    """Of the rows with the same fields, how many would be linked if the register said just what they say.

    *Notes*: this is the question that Splink's "unlinkables" chart asks. A row that could not be linked with certainty to
    itself (a common name, a date of birth and nothing else) cannot be linked to its person however good the register
    is. Only asking for a number helps.
    """
    groups: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        groups[row.fields].append(row.own_weight is not None and row.own_weight >= model.accept)
    overall = [certain for group in groups.values() for certain in group]
    return [
        QualityRow(section="linkable", group=group, rows=len(certain), found=sum(certain))
        for group, certain in [("All rows", overall), *sorted(groups.items())]
    ]


def ethnicity_margins(rows: Sequence[Described], model: LinkageModel) -> list[QualityRow]:
    """By ethnicity, how many of the links would still stand if the threshold were four bits (16 times) stricter.

    *Notes*: ethnicity is known only of people found, so no match rate by it can be had. But a group whose names are often
    spelt in other ways has weaker links, and the weaker the links that were made, the more will have been missed.
    """
    groups: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if is_found(row) and row.ethnicity is not None:
            groups[row.ethnicity].append((row.decision.weight or 0.0) >= model.accept + STRICTER)
    return [
        QualityRow(section="ethnicity margin", group=group, rows=len(firm), found=sum(firm))
        for group, firm in sorted(groups.items())
    ]
