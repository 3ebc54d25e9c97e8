"""What was found, as typed values: between the cleared figures and the sentences about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.disclosure.evidence import MeasureFacts
    from justice_data_lab.disclosure.published import Content
    from justice_data_lab.disclosure.published_analyses import PublicVerdict, Result

Shape: TypeAlias = Literal["below", "above", "straddles", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """What the two groups are called.

    Attributes:
        treated: in a table heading.
        comparison: in a table heading.
        people: the first group in a sentence.
        others: the second group in a sentence.
    """

    treated: str
    comparison: str
    people: str
    others: str


MATCHED = Groups(
    treated="Programme group",
    comparison="Comparison group",
    people="people who took part",
    others="similar people who did not",
)
RANDOMISED = Groups(
    treated="Programme group",
    comparison="Control group",
    people="people offered the programme",
    others="people not offered it",
)

NOT_SERVED = Groups(
    treated="Not served",
    comparison="Similar",
    people="people who were not served",
    others="similar people",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One measure in one analysis: what may be said of it.

    Attributes:
        measure: what was measured.
        result: its cleared figures.
        groups: names of the two groups.
        design: how the groups came about.
        shape: both bounds of the interval below zero, both above, on both sides, or no interval to speak of.
    """

    measure: MeasureFacts
    result: Result
    groups: Groups
    design: Literal["matched", "randomised"]
    shape: Shape

    @property
    def verdict(self) -> PublicVerdict:
        """One of the three verdicts, or why there is none."""
        return self.result.verdict

    @property
    def shown(self) -> bool:
        """Whether there are figures to speak of."""
        return self.shape != "none"

    @property
    def significant(self) -> bool:
        """Whether the evidence points one way."""
        return self.verdict in ("reduction", "increase")


def groups_of(content: Content) -> Groups:
    """The groups' names under the study's design."""
    return RANDOMISED if content.method.design == "randomised" else MATCHED


def findings(content: Content, analysis: str) -> tuple[Finding, ...]:
    """Every measure of one analysis, in the order of the report."""
    return found_in(content, [result for result in content.results if result.analysis == analysis])


def found_in(content: Content, results: Sequence[Result]) -> tuple[Finding, ...]:
    """Each result with its measure, the groups' names and what its interval says."""
    measures = {measure.key: measure for measure in content.measures}
    return tuple(
        Finding(
            measure=measures[result.measure],
            result=result,
            groups=groups_of(content),
            design=content.method.design,
            shape=_shape(result.verdict),
        )
        for result in results
    )


def headline(content: Content) -> str:
    """The name of the headline analysis; empty when nothing could be analysed."""
    return next((analysis.name for analysis in content.analyses if analysis.headline), "")


def primary(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What page one speaks of."""
    return tuple(finding for finding in found if finding.measure.role == "primary")


def _shape(verdict: PublicVerdict) -> Shape:
    """The verdict was reached on exact bounds, so it says where they lie even when a rounded one prints as 0."""
    shapes: dict[str, Shape] = {"reduction": "below", "increase": "above", "inconclusive": "straddles"}
    return shapes.get(verdict, "none")
