"""How many of the people who are sent can be expected to be analysed, from the losses of past submissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.register.coverage import ALL, FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from justice_data_lab.register.coverage import AnalysedShare

# Published accounts of the original service, in validation/calibration.csv: of the people sent, 14% (Time for Families) to 89%
# (Blue Sky) were matched or analysed; half is the middle of the five that say how many were analysed (Clink 2016).
KNOWN_CASES = (0.14, 0.89)
MIDDLE_CASE = 0.5
LEAST_SHARE = 0.01  # a share that is printed as 0% is above 0, and people to send are divided by it


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """People sent and people who can be expected to be analysed.

    Attributes:
        submitted: people sent.
        fields: which identifiers they come with; `all` when that is not known or makes no known difference.
        share: of them analysed, expected, a fraction.
        low: share in a poor case.
        high: share in a good case.
        recorded: whether the share comes from the lab's own past submissions.
        range_recorded: whether the range does.
    """

    submitted: int
    fields: str
    share: float
    low: float
    high: float
    recorded: bool
    range_recorded: bool

    @property
    def expected(self) -> int:
        """People expected to be analysed, at least one."""
        return _people(self.submitted, self.share)

    @property
    def fewest(self) -> int:
        """People analysed in a poor case, at least one."""
        return _people(self.submitted, self.low)

    @property
    def most(self) -> int:
        """People analysed in a good case, at least one."""
        return _people(self.submitted, self.high)


def expected_losses(submitted: int, shares: Sequence[AnalysedShare] = (), *, fields: str = ALL) -> Losses:
    """What can be expected of people sent with these identifiers.

    Args:
        submitted: people sent.
        shares: of the lab's past submissions, from its coverage file; empty when there are none.
        fields: which identifiers the people come with, one of `FIELDS` or `all`.

    Returns:
        The share for these identifiers; where the lab shows none, its share for all rows; where there is none either, the
        middle and the range of known cases.

    Raises:
        UsageError: nobody is sent, or there are no such identifiers.

    Notes:
        A share without a range of its own takes that of known cases, widened to hold it: submissions differ far more from one
        another than chance alone would make them.
    """
    if submitted < 1:
        message = f"submitted: expected one person or more, got {submitted}."
        raise UsageError(message)
    if fields not in (ALL, *FIELDS):
        message = f"fields: expected one of {', '.join((ALL, *FIELDS))}, got {fields}."
        raise UsageError(message)
    known = {share.fields: share for share in shares}
    found = known.get(fields) or known.get(ALL)
    if found is None:
        low, high = KNOWN_CASES
        return Losses(
            submitted=submitted, fields=ALL, share=MIDDLE_CASE, low=low, high=high, recorded=False, range_recorded=False
        )
    ranged = found.low is not None and found.high is not None
    low = KNOWN_CASES[0] if found.low is None else found.low
    high = KNOWN_CASES[1] if found.high is None else found.high
    return Losses(
        submitted=submitted,
        fields=found.fields,
        share=max(found.analysed, LEAST_SHARE),
        low=min(low, found.analysed),
        high=max(high, found.analysed),
        recorded=True,
        range_recorded=ranged,
    )


def _people(submitted: int, share: float) -> int:
    return max(1, int(submitted * share + 0.5))
