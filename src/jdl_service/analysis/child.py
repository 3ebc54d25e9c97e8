"""The process in which the core's rooms run: limited memory and time, no network of its own, and gone when the worker is.

It gets one JSON object on its standard input and says on its standard output, line by line, which room opens and how it ended.
Its standard error goes nowhere. It knows nothing of the service.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from justice_data_lab.errors import DataRefused, JDLError, NothingDisclosable, NotPossible
from justice_data_lab.files import canonical_json, no_room
from justice_data_lab.records import from_json, to_json
from justice_data_lab.run_folder import ROOMS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from justice_data_lab.files import Json
    from justice_data_lab.register.snapshot import Register
    from justice_data_lab.request import Request

MB = 1 << 20
BEFORE_OUTCOMES, AFTER_OUTCOMES = "5-estimation", "6-disclosure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the child is asked to do; paths are within its scratch folder.

    Attributes:
        kind: `link` for rooms 1 and 2, `full` for all; `links` for the uncertain links of a run, `protocol` for what its study settles.
        stop_before: the room before which it stops, its checkpoint kept; empty: none.
        answer: file that `links` and `protocol` write.
        reviews: files of decisions on uncertain links.
        earlier: run folders of earlier cohorts of the programme.
        similar: run folders of other programmes of the same kind.
        memory_mb: what it may use.
        seconds: of processor time.
    """

    kind: Literal["link", "full", "links", "protocol"]
    cohort: str
    register: str
    out: str
    today: str
    command: str
    study: str = ""
    lab: str = ""
    column_map: str = ""
    protocol: str = ""
    ledger: str = ""
    ledger_key: str = ""
    reviews: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    stop_before: str = ""
    answer: str = ""
    memory_mb: int = 8192
    seconds: int = 3600


class StoppedError(Exception):
    """A room that may not be opened yet; every finished one is kept."""


def set_limits(work: Work) -> None:
    """Limit memory and processor time, and leave no memory on a disk when it dies."""
    try:
        import resource  # noqa: PLC0415 -- not on every system
    except ImportError:
        return
    wanted = ((resource.RLIMIT_AS, work.memory_mb * MB), (resource.RLIMIT_CPU, work.seconds), (resource.RLIMIT_CORE, 0))
    for kind, value in wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def die_with_parent(stream: TextIO) -> None:
    """End at once when whoever holds the other end of the standard input is gone."""

    def watch() -> None:
        stream.read()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def tell(**what: Json) -> None:
    """One line for the worker."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def do(work: Work, say: Callable[[str], None]) -> None:
    """Run the core's rooms.

    Args:
        work: what to do.
        say: told each room that opens.

    Raises:
        StoppedError: the room to stop before was reached.
        JDLError: the core's own refusals.
    """
    from justice_data_lab.pipeline import link_only, run  # noqa: PLC0415 -- after the limits

    def progress(room: str, *, resumed: bool) -> None:
        # A room that is not open yet stays unread: outcomes are read in room 5, and the analyst has not unlocked them.
        if room == work.stop_before and not resumed:
            raise StoppedError
        # Groups that are not alike are looked at before they are given up: a reviewer may say why to go on.
        if work.stop_before == BEFORE_OUTCOMES and room == AFTER_OUTCOMES and _unlike(Path(work.out)):
            raise StoppedError
        say(room)

    if work.kind in _ANSWERS:
        Path(work.answer).write_bytes(canonical_json(_ANSWERS[work.kind](work)))
    elif work.kind == "link":
        link_only(_request(work), Path(work.out), progress=progress)
    else:
        lab = Path(work.lab) if work.lab else None
        run(Path(work.study), _request(work), Path(work.out), progress=progress, lab_file=lab)


def _unlike(run: Path) -> bool:
    """Whether room 4 stopped because the groups are not alike."""
    stop = json.loads((run / "4-matching" / "analysis.json").read_bytes())["stop"]
    return bool(stop) and stop["refusal"]["code"] == "no_balance"


def _links(work: Work) -> Json:
    """The rows for review of a run, with the names that are compared."""
    from justice_data_lab.linkage.review_queue import review_queue  # noqa: PLC0415 -- after the limits
    from justice_data_lab.register.snapshot import open_register  # noqa: PLC0415
    from justice_data_lab.rooms.shelves import COHORT  # noqa: PLC0415

    queue = review_queue(COHORT.load(Path(work.out) / "1-intake"), open_register(Path(work.register)))
    return {"key": to_json(queue.key), "cases": to_json(queue.cases)}


def _protocol(work: Work) -> Json:
    """What the study settles, with the register's covariates and measures."""
    from justice_data_lab.lab_file import read_lab  # noqa: PLC0415 -- after the limits
    from justice_data_lab.register.snapshot import open_register  # noqa: PLC0415
    from justice_data_lab.rooms.plan import plan  # noqa: PLC0415
    from justice_data_lab.study_file import read_study  # noqa: PLC0415

    today = date.fromisoformat(work.today)
    study = read_study(Path(work.study), command="run", today=today)
    lab = read_lab(Path(work.lab) if work.lab else None)
    return plan(study, lab, open_register(Path(work.register)), today=today).to_dict()


_ANSWERS = {"links": _links, "protocol": _protocol}


def _request(work: Work) -> Request:
    from justice_data_lab.register.snapshot import open_register  # noqa: PLC0415 -- after the limits
    from justice_data_lab.request import Request  # noqa: PLC0415

    register = open_register(Path(work.register))
    return Request(
        cohort=Path(work.cohort),
        register=register,
        today=date.fromisoformat(work.today),
        command=work.command,
        column_map=Path(work.column_map) if work.column_map else None,
        protocol=Path(work.protocol) if work.protocol else None,
        ledger=Path(work.ledger) if work.ledger else None,
        ledger_key=Path(work.ledger_key) if work.ledger_key else None,
        review=tuple(Path(each) for each in work.reviews),
        earlier=_with_ids(work.earlier, register),
        similar=_with_ids(work.similar, register),
        # the organisation was told of its coverage, and the analyst saw the balance: an upgrade changes neither behind their backs
        settled=ROOMS,
    )


def _with_ids(runs: tuple[str, ...], register: Register) -> tuple[Path, ...]:
    """Those runs whose people are known by the ids of this register; by others nobody would be known again."""
    found = [(Path(run), json.loads((Path(run) / "manifest.json").read_bytes())["inputs"]) for run in runs]
    return tuple(run for run, inputs in found if inputs.get("ids") == register.id_scheme)


def main() -> int:
    """Run as `python -m jdl_service.analysis.child`."""
    work = from_json(Work, json.loads(sys.stdin.readline()))
    set_limits(work)
    die_with_parent(sys.stdin)
    try:
        do(work, lambda room: tell(room=room))
    except StoppedError:
        tell(end="stopped")
    except DataRefused as error:
        tell(end="refused", words=str(error))
    except (NotPossible, NothingDisclosable) as error:
        tell(end="not_possible", words=str(error))
    except JDLError as error:
        tell(end="usage", words=str(error))
    except Exception as error:
        if not no_room(error):
            raise
        tell(end="no_room")
    else:
        tell(end="report")
    return 0


if __name__ == "__main__":
    sys.exit(main())
