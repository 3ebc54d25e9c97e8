"""`jdl review`: people decide the links that are too uncertain to make and too likely to drop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from justice_data_lab.cli.options import app, today
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from justice_data_lab.linkage.review import Review, ReviewQueue
    from justice_data_lab.register.snapshot import Register


@app.command()
def review(
    run: Annotated[Path, typer.Argument(help="A run folder made by `jdl link` or `jdl run`.", metavar="RUN")],
    snapshot: Annotated[Path, typer.Option("--register", help="The snapshot of that run.", metavar="SNAPSHOT")],
    reviewer: Annotated[str, typer.Option(help="Your name, as it will stand beside your decisions.", metavar="NAME")] = "",
    decisions: Annotated[Path | None, typer.Option(help="Your file of decisions; one begun is taken up again.")] = None,
    counts_only: Annotated[bool, typer.Option("--list", help="Print counts only.")] = False,  # noqa: FBT002 -- a flag
    compare: Annotated[Path | None, typer.Option(help="Another reviewer's file, once yours is done: where you differ.")] = None,
    evidence: Annotated[Path | None, typer.Option(help="Write what the decisions say of the model's m values (.csv).")] = None,
) -> None:
    """Uncertain links, one at a time: candidates side by side, blind to outcomes and to other reviewers.

    Example: `jdl review runs/link --register snapshot --reviewer "A. Reviewer" --decisions a.json`
    """
    from justice_data_lab.register.snapshot import open_register

    register = open_register(snapshot)
    queue = _queue(run, register)
    if counts_only or compare or evidence:
        given = _given(decisions, queue) if decisions else None
        typer.echo(queue.summary(given), nl=False)
        if compare:
            typer.echo(_compared(_needed(given, "--compare"), compare, queue), nl=False)
        if evidence:
            _write_evidence(register, queue, _needed(given, "--evidence"), evidence)
        return
    _sit(queue, reviewer, decisions)


def _queue(run: Path, register: Register) -> ReviewQueue:
    """The rows for review of a run, linked again with the same frozen model."""
    from justice_data_lab.linkage.review_queue import review_queue
    from justice_data_lab.rooms.shelves import COHORT

    try:
        made_with = json.loads((run / "manifest.json").read_bytes())["inputs"]["register"]
        cohort = COHORT.load(run / "1-intake")
    except (OSError, ValueError, KeyError, TypeError):
        message = f"{run.name}: expected a run folder with its cohort in 1-intake, found none. Make one with `jdl link`."
        raise UsageError(message) from None
    if made_with != register.content:
        message = f"--register {register.path.name}: the run {run.name} was made with another snapshot. Give that one."
        raise UsageError(message)
    return review_queue(cohort, register)


def _given(path: Path, queue: ReviewQueue) -> Review:
    from justice_data_lab.linkage.review import check_reviews
    from justice_data_lab.linkage.review_file import read_review

    found = read_review(path)
    check_reviews((found,), queue.key)
    return found


def _needed(review: Review | None, option: str) -> Review:
    if review is None:
        message = f"{option}: expected --decisions FILE beside it, got none. Give your own file of decisions."
        raise UsageError(message)
    return review


def _compared(review: Review, other: Path, queue: ReviewQueue) -> str:
    """How far two reviewers agree, told only to one who has finished: until then each decides alone."""
    from justice_data_lab.linkage.review import agreement, check_reviews

    left = len(queue.left(review))
    if left:
        message = (
            f"--compare: {left} rows of yours are not decided. Decide them first: reviewers do not see each other's answers."
        )
        raise UsageError(message)
    both = (review, _given(other, queue))
    check_reviews(both, queue.key)
    return agreement(both).summary()


def _write_evidence(register: Register, queue: ReviewQueue, review: Review, path: Path) -> None:
    import pyarrow.csv as pv

    from justice_data_lab.files import new_file
    from justice_data_lab.linkage.m_evidence import evidence_table, m_evidence
    from justice_data_lab.linkage.model import read_model

    new_file(path)
    pv.write_csv(evidence_table(m_evidence(read_model(register.model_file), queue, (review,))), path)
    typer.echo(f"Wrote {path}. No model was changed: `jdl register build --train-on` trains one on whole cohorts.")


def _sit(queue: ReviewQueue, reviewer: str, path: Path | None) -> None:
    """Begin a review, or go on with one."""
    from rich.console import Console

    from justice_data_lab.files import writable_place
    from justice_data_lab.linkage.review import Review
    from justice_data_lab.linkage.review_file import write_review
    from justice_data_lab.terminal_review import Session

    name = reviewer.strip()
    if not name or path is None:
        message = "Expected --reviewer NAME and --decisions FILE (or --list), got less. Both say whose decisions are kept where."
        raise UsageError(message)
    mine = _given(path, queue) if path.exists() else Review(key=queue.key, reviewer=name)
    if mine.reviewer != name:
        message = f"{path.name}: holds the decisions of another reviewer. Give a file of your own: reviewers decide alone."
        raise UsageError(message)
    writable_place(path)
    screen = Console(highlight=False)
    if not screen.is_terminal:
        typer.echo("The output is not a terminal. It holds names: keep it as safe as the cohort file.", err=True)
    Session(
        queue=queue,
        review=mine,
        today=today(),
        keep=lambda review: write_review(review, path),
        screen=screen,
        ask=lambda prompt: screen.input(prompt, markup=False),
    ).run()
