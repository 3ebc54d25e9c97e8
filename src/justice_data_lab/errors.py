"""What can go wrong, one class for each exit code of the command line.

Messages carry file, row, column and rule; never a personal value. A value may stand in `Problem.value`, which is
shown only in the submitter's own output.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


class JDLError(Exception):
    """Anything the program refuses or cannot do.

    Attributes:
        exit_code: what the command line returns.
    """

    exit_code = 1


class UsageError(JDLError):
    """The command, the study file or the lab file is wrong: what was expected, what came, what to do."""

    exit_code = 2


class DataRefused(JDLError):  # noqa: N818 -- named by what happened
    """The data were refused; `problems` says where and why, one entry a fault.

    Args:
        message: one sentence, without a personal value.
        problems: every fault found, in the order of the submitter's file.
    """

    exit_code = 3

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class NotPossible(JDLError):  # noqa: N818 -- named by what happened
    """The analysis is not possible (too few people, no overlap, no balance); a report says why."""

    exit_code = 4


class NothingDisclosable(JDLError):  # noqa: N818 -- named by what happened
    """No figure of the request may be shown."""

    exit_code = 5


def stopped(error: BaseException) -> bool:
    """Whether somebody pressed Ctrl-C: DuckDB, while it works on a query, says so by an error like any other.

    Example:
        >>> stopped(KeyboardInterrupt()), stopped(RuntimeError("Query interrupted")), stopped(RuntimeError("no such row"))
        (True, True, False)
    """
    return isinstance(error, KeyboardInterrupt) or (type(error) is RuntimeError and str(error) == "Query interrupted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in a file that somebody sent.

    Attributes:
        file: name of the file (no folder).
        row: row as numbered in their spreadsheet (the heading is row 1); None when the whole file or table is meant.
        column: the heading as they wrote it, or the column of a register table; None when the row is meant.
        rule: short stable code of the rule, e.g. `date-unreadable`.
        message: what was expected and what came, without the value.
        remedy: what to do next.
        severity: `error` (refused) or `warning` (kept, noted).
        value: what stood in the cell; only ever written to the submitter's own output.
    """

    file: str
    rule: str
    message: str
    remedy: str
    row: int | None = None
    column: str | None = None
    severity: str = "error"
    value: str | None = field(default=None, repr=False)

    def to_dict(self) -> dict[str, str | int | None]:
        """Every field by its name, for the submitter's own JSON."""
        return asdict(self)
