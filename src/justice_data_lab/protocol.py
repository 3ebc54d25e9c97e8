"""The protocol: what a study will do, written down with a fingerprint before any outcome is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256, write_json
from justice_data_lab.study_frozen import study_parts
from justice_data_lab.toml_section import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from justice_data_lab.files import Json
    from justice_data_lab.study import ChangeReason, Lab, Study
    from justice_data_lab.toml_section import Toml

SCHEMA = "justice-data-lab/protocol/1"
NOTHING = "nothing"
# What is delivered is described, not planned; the day of the report and the reasons for changes come afterwards.
_NOT_PLANNED = ("programme", "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """Everything that a study settles before outcomes are read.

    Attributes:
        frozen_on: the day it was written down.
        content: each setting as text, by its key, e.g. `method.caliper.sd`.
    """

    frozen_on: date
    content: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """Fingerprint of the content: the same study, lab and register give the same one on any day."""
        return sha256(canonical_json(dict(self.content)))

    def summary(self) -> str:
        """Its day and its fingerprint, in one line."""
        return f"Protocol of {len(self.content)} settings, frozen on {self.frozen_on}; fingerprint {self.sha256[:12]}."

    def to_dict(self) -> dict[str, Json]:
        """What the protocol file holds."""
        return {"schema": SCHEMA, "frozen_on": self.frozen_on.isoformat(), "sha256": self.sha256, "content": dict(self.content)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> Protocol:
        """The value that `to_dict` wrote.

        Raises:
            UsageError: it is not a protocol, or its content is not the one that the fingerprint is of.
        """
        try:
            content = {str(key): str(value) for key, value in cast("Mapping[str, Json]", data["content"]).items()}
            found = cls(frozen_on=date.fromisoformat(str(data["frozen_on"])), content=content)
            same = data["schema"] == SCHEMA and data["sha256"] == found.sha256
        except (KeyError, ValueError, TypeError, AttributeError):
            same = False
        if not same:
            message = "expected a protocol as `jdl protocol` wrote it; it was changed or is something else. Freeze it again."
            raise UsageError(message)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One setting that is not as the protocol has it.

    Attributes:
        what: its key.
        before: as frozen; empty when it was not there.
        after: as run; empty when it is gone.
        why: the reason that the study file gives.
    """

    what: str
    before: str
    after: str
    why: str


def freeze(
    study: Study, lab: Lab, *, covariates: Iterable[str], measures: Iterable[str], extract: date | None, today: date
) -> Protocol:
    """Write down what a study settles.

    Args:
        study: as read.
        lab: its least numbers and thresholds bear on what may be said.
        covariates: names of what will be held alike, in the published order.
        measures: names of the outcomes, in the order of the report.
        extract: day of the register's extract; None for data that came linked.
        today: the day of writing.
    """
    content: dict[str, str] = {}
    for section, part in study_parts(study).items():
        if section not in _NOT_PLANNED:
            _flatten(section, part, content)
    kept = {key: text for key, text in content.items() if key != "study.report_date"}
    for name in ("min_submitted", "min_matched", "min_reoffenders", "min_np"):
        kept[f"lab.{name}"] = str(getattr(lab, name))
    kept["lab.disclosure"] = study.rules(lab).version
    kept["covariates"], kept["measures"] = ", ".join(covariates), ", ".join(measures)
    if extract:
        kept["register.extract_date"] = extract.isoformat()
    return Protocol(frozen_on=today, content=dict(sorted(kept.items())))


def changes(protocol: Protocol, now: Protocol, reasons: Iterable[ChangeReason]) -> tuple[Change, ...]:
    """What differs from the protocol, each with the reason that the study file gives for it.

    Args:
        protocol: as frozen.
        now: as the study is run.
        reasons: `[[change]]` of the study file.

    Raises:
        UsageError: something was changed without a reason, or a reason is given for something that was not.
    """
    every = {**protocol.content, **now.content}
    changed = [key for key in sorted(every) if protocol.content.get(key) != now.content.get(key)]
    why = {reason.what: reason.why for reason in reasons}
    for key in changed:
        if key not in why:
            message = (
                f"{key}: the protocol has {protocol.content.get(key, NOTHING)!r} and the study has {now.content.get(key, NOTHING)!r}. "
                f'Give the reason in the study file, [[change]] what = "{key}", why = "…", or change it back.'
            )
            raise UsageError(message)
    for what in why:
        if what not in changed:
            message = f"[[change]] {what}: nothing of that name differs from the protocol. {nearest(what, tuple(changed))}"
            raise UsageError(message)
    return tuple(
        Change(what=key, before=protocol.content.get(key, ""), after=now.content.get(key, ""), why=why[key]) for key in changed
    )


def read_protocol(path: Path) -> Protocol:
    """The protocol that a file holds.

    Raises:
        UsageError: the file is missing, or is not a protocol.
    """
    try:
        return Protocol.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, TypeError):
        message = f"{path.name}: cannot be read as a protocol. Give the file that `jdl protocol` wrote."
        raise UsageError(message) from None
    except UsageError as error:
        message = f"{path.name}: {error}"
        raise UsageError(message) from None


def write_protocol(protocol: Protocol, path: Path) -> None:
    """Write the protocol file, whole or not at all."""
    write_json(path, protocol.to_dict())


def _flatten(key: str, value: Toml, into: dict[str, str]) -> None:
    """Every setting by a key that says where it stands; entries of a list of tables by their names."""
    if isinstance(value, dict):
        for name, entry in value.items():
            _flatten(f"{key}.{name}", entry, into)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for entry in cast("list[dict[str, Toml]]", value):
            _flatten(f"{key}.{entry['name']}", {name: part for name, part in entry.items() if name != "name"}, into)
    else:
        into[key] = ", ".join(str(entry) for entry in value) if isinstance(value, list) else str(value)
