"""What one rule of the register is: its severity, its ceiling and its test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["fatal", "set aside", "warned"]

# Share of a table's rows that may be set aside under one rule before the whole source is refused.
ROW_CEILING = 0.01
# So many may be in any case, where they are no more than half of the table: in a small one, one row is more than its share.
ROWS_IN_ANY_CASE = 5
# Assessments and employment come from other systems, which hold people the register never had.
OTHER_SYSTEM_CEILING = 0.2
# A register that was extracted up to a day has rows of the weeks before it, if it had some on so many days of as long a time before that.
QUIET_DAYS, BUSY_DAYS = 60, 10
# Earlier dates are made-up ones that stand for "unknown".
EARLIEST = "1850-01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule that the rows of a table obey.

    Attributes:
        code: short stable name.
        table: whose rows are tested.
        column: the column at fault; None when it is the row.
        severity: what a broken rule does: stop the build, set the row aside, or be noted.
        test: SQL predicate, true where the rule is broken, over the table and its parents by their names; for a group
            rule, the HAVING of a query that gives the rows at fault.
        message: which rows break it, so that "Rows" can stand before it.
        remedy: what to do next.
        ceiling: largest share of the table's rows that may be set aside; above it, and above `ROWS_IN_ANY_CASE`, the rule is
            fatal. None: no limit, as for every rule that only warns.
        group_by: for a rule about several rows together, the column that groups them.
        needs: optional table that must be there for the rule to be tested.
    """

    code: str
    table: str
    severity: Severity
    test: str
    message: str
    remedy: str
    column: str | None = None
    ceiling: float | None = None
    group_by: str | None = None
    needs: str | None = None
