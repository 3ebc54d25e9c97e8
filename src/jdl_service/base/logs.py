"""Log lines as JSON with an allow-list of fields: what is not named here cannot reach a log, whatever was logged."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

FIELDS = ("method", "route", "status", "milliseconds", "user", "job", "kind", "step", "epoch", "attempt", "outcome", "count")
# Loggers whose messages are written by this project, in words without values.
OURS = "jdl"


class AllowListed(logging.Formatter):
    """One line of JSON a record; of an exception its kind and place, never its text."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Messages of other loggers may quote what they met, so only their place is kept."""
        line: dict[str, str | int | float | None] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.name.split(".")[0] == OURS:
            line["event"] = str(record.msg)
        else:
            line["place"] = f"{Path(record.pathname).name}:{record.lineno}"
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:])
        return json.dumps(line, ensure_ascii=True, default=str)
