"""Attrition: how many rows are left after each step, and why the others were lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from justice_data_lab.files import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from the rows submitted to the people analysed.

    Attributes:
        key: short and stable name of the step.
        label: what is left after it, as printed.
        reason: why rows were lost at it, as a sentence; empty for the first step.
        lost: rows lost at this step.
        left: rows left after it.
    """

    key: str
    label: str
    reason: str
    lost: int
    left: int

    def to_dict(self) -> dict[str, Json]:
        """Every field by its name."""
        return {"key": self.key, "label": self.label, "reason": self.reason, "lost": self.lost, "left": self.left}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Step:
        """The step that `to_dict` wrote."""
        return cls(
            key=str(data["key"]),
            label=str(data["label"]),
            reason=str(data["reason"]),
            lost=int(str(data["lost"])),
            left=int(str(data["left"])),
        )


def steps(start: Step, losses: Iterable[tuple[str, str, str, int]]) -> tuple[Step, ...]:
    """Follow a first step by one for each (key, label, reason, lost), counting down.

    Example:
        >>> first = Step(key="submitted", label="Rows submitted", reason="", lost=0, left=100)
        >>> [step.left for step in steps(first, [("not_found", "Found", "No match", 8)])]
        [100, 92]
    """
    all_steps = [start]
    for key, label, reason, lost in losses:
        all_steps.append(Step(key=key, label=label, reason=reason, lost=lost, left=all_steps[-1].left - lost))
    return tuple(all_steps)
