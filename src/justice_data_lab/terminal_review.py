"""Review at a terminal: one uncertain row at a time, its candidates side by side, one key an answer.

What is shown stands on the reviewer's screen and nowhere else. Each decision is kept before the next row is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from rich.table import Table
from rich.text import Text

from justice_data_lab.linkage.review import CANNOT_TELL, NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from rich.console import Console

    from justice_data_lab.linkage.review import Choice, FieldEvidence, Review, ReviewCandidate, ReviewCase, ReviewQueue

    Ask: TypeAlias = Callable[[str], str]

PROMPT = "{numbers} this person   n nobody   c cannot tell   s skip   u undo   ? help   q quit > "
LEGEND = """
Is the row one of these people, or nobody?
  1, 2 …  the person in that column      n  none of them
  c       the details do not say         s  leave it for later
  u       take the last decision back    q  stop; every decision is kept
Under each entry stands how it agrees with the file and what that is worth in
bits: +1 makes it twice as likely that the two are one person, -1 half as
likely. Where a side is blank nothing stands. The sum starts from how unlikely
any one person of the register is to begin with: at 0 it is as likely as not.
Look at the details before the sum; you may know better.
"""
_WHY = {
    "between_thresholds": "likely the same person, but not certain",
    "tied": "several people fit about equally",
    "contested": "another row, with another police number, fits the same person",
}
_CHOICES: dict[str, Choice] = {"n": NOBODY, "c": CANNOT_TELL}


@dataclass(slots=True, kw_only=True)
class Session:
    """One sitting of a reviewer.

    Attributes:
        queue: the rows.
        review: what was decided so far.
        today: the day that decisions are dated.
        keep: stores the decisions; called after each one.
        screen: where rows are shown.
        ask: shows a prompt and gives what was typed; EOFError ends the sitting.
    """

    queue: ReviewQueue
    review: Review
    today: date
    keep: Callable[[Review], None]
    screen: Console
    ask: Ask
    skipped: set[int] = field(default_factory=set)

    def run(self) -> Review:
        """Ask about every row that is left, until none is or the reviewer stops."""
        self.screen.clear()
        self.screen.print(LEGEND, markup=False)
        while waiting := [case for case in self.queue.left(self.review) if case.row not in self.skipped]:
            going_on = self._answered(waiting[0])
            # Names do not stay on the screen.
            self.screen.clear()
            if not going_on:
                break
        for line in self.review.lines(self.queue):
            self.screen.print(line, markup=False)
        return self.review

    def _answered(self, case: ReviewCase) -> bool:
        """Show a row and take one answer about it; False when the reviewer stops."""
        left = len(self.queue.left(self.review))
        self.screen.print(f"Row {case.row} of the file: {_WHY.get(case.why, case.why)}. {left} left.", markup=False)
        self.screen.print(side_by_side(case))
        if case.more:
            self.screen.print(f"{case.more} more fit about as well and are not shown.", markup=False)
        while True:
            try:
                typed = self.ask(_prompt(case)).strip().lower()
            except EOFError:
                return False
            if typed == "q":
                return False
            if self._taken(typed, case):
                return True

    def _taken(self, typed: str, case: ReviewCase) -> bool:
        """Do what was typed; False when the row stands and has to be asked about again."""
        if typed == "s":
            self.skipped.add(case.row)
            return True
        if typed == "u":
            return self._undone()
        choice = _CHOICES.get(typed, int(typed) if typed.isascii() and typed.isdigit() else 0)
        if isinstance(choice, int) and not 0 < choice <= len(case.candidates):
            self.screen.print(LEGEND if typed == "?" else "Type one of the keys in the line below.", markup=False)
            return False
        self._keep(self.review.decide(case, choice, self.today))
        return True

    def _undone(self) -> bool:
        if not self.review.decisions:
            self.screen.print("There is no decision to take back.", markup=False)
            return False
        self._keep(self.review.take_back())
        return True

    def _keep(self, review: Review) -> None:
        self.keep(review)
        self.review = review


def _prompt(case: ReviewCase) -> str:
    last = len(case.candidates)
    return PROMPT.format(numbers="1" if last == 1 else f"1-{last}")


def side_by_side(case: ReviewCase) -> Table:
    """The row as given, and each candidate as the register holds it, with the weight of each field."""
    table = Table(show_lines=True)
    for heading in ("", "in the file", *(str(candidate.number) for candidate in case.candidates)):
        table.add_column(heading, overflow="fold")
    fields = [candidate.fields for candidate in case.candidates]
    for at, first in enumerate(fields[0]):
        table.add_row(first.field, _plain(first.given), *(_held(each[at]) for each in fields))
    table.add_row("Also held as", "", *(_other_names(candidate) for candidate in case.candidates))
    table.add_row("Sum, in bits", "", *(f"{candidate.weight:+.1f}" for candidate in case.candidates))
    return table


def _held(evidence: FieldEvidence) -> Text:
    how = f"\n{evidence.level.replace('_', ' ')} {evidence.weight:+.1f}" if evidence.level else ""
    return _plain(evidence.held, how)


def _other_names(candidate: ReviewCandidate) -> Text:
    return _plain("; ".join(candidate.other_names))


def _plain(text: str, more: str = "") -> Text:
    """Text as it stands: neither mark-up nor anything that could steer the terminal."""
    return Text("".join(letter if letter.isprintable() else "?" for letter in text) + more)
