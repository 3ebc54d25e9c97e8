"""Has a cohort file looked at by whatever scanner for harmful files the operator has, before anything reads it."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

from django.conf import settings

from justice_data_lab.files import file_sha256
from justice_data_lab.intake.guard import HOSTILE
from justice_data_lab.intake.result import CheckResult
from justice_data_lab.intake.rule import Place
from justice_data_lab.intake.rules import BY_CODE

if TYPE_CHECKING:
    from pathlib import Path

HARMLESS, HARMFUL = 0, 1
_SECONDS = 120
_DETAIL = "The scanner of the service says that it is harmful."


def refused_by_scanner(path: Path) -> CheckResult | None:
    """The refusal of a file that the scanner calls harmful; None when it finds nothing, or there is no scanner.

    Raises:
        ChildProcessError: the scanner could not look at it; the job is tried again, and nothing is accepted unseen.
    """
    command = shlex.split(settings.ENVIRONMENT.scanner)
    if not command:
        return None
    done = subprocess.run(  # noqa: S603 -- the operator's own command
        [*command, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=settings.CHILD_ENVIRONMENT,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode not in (HARMLESS, HARMFUL):
        message = "the scanner could not look at a file"
        raise ChildProcessError(message)
    if done.returncode == HARMLESS:
        return None
    problem = BY_CODE[HOSTILE].problem(Place(file=path.name, detail=_DETAIL))
    return CheckResult(file_name=path.name, file_sha256=file_sha256(path), rows=0, problems=(problem,))
