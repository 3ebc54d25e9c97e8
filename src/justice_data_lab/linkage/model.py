"""The frozen Fellegi-Sunter model: comparisons, their levels and the chance of each level, as plain data."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.linkage.predicates import Predicate, from_json, render
from justice_data_lab.register.snapshot import AGAIN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from justice_data_lab.files import Json

MODEL_VERSION = "jdl-linkage/1"
FLOOR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One degree of agreement within a comparison.

    Attributes:
        name: short and stable; reports and training notes call it so.
        when: what two records must have in common (the first level that holds is the one reached).
        m: chance of the level among pairs of the same person; None before training.
        u: chance of the level among pairs of two different people; None before training.
        frequency: column whose own frequency takes the place of the average one; empty for none.
    """

    name: str
    when: Predicate
    m: float | None = None
    u: float | None = None
    frequency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One piece of evidence: levels from full agreement down to `else`.

    Attributes:
        name: of the comparison.
        missing: when the comparison says nothing, because a side lacks what is compared.
        levels: best first; the last one is `else`.
        by_design: u comes from how the field is made (identifiers), never from a sample.
        least_weight: no level counts for less than this, in bits: one wrong field must not outvote the rest.
    """

    name: str
    missing: Predicate
    levels: tuple[Level, ...]
    by_design: bool = False
    least_weight: float = -12.0

    def level_name(self, number: int) -> str:
        """The level that Splink numbers so, upwards from `else` = 0; empty for -1, "says nothing"."""
        return self.levels[len(self.levels) - 1 - number].name if number >= 0 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageModel:
    """A trained model, its prior and its bands.

    Attributes:
        comparisons: the evidence, assumed independent given whether the two records are of one person.
        prior: chance that a cohort row and a person of the register drawn at random are the same.
        accept: match weight (log2 odds) from which a link is accepted.
        review: match weight from which a pair is for people to decide.
        lead: bits by which the best person must lead the next; with less, the row is ambiguous.
        notes: where m and u come from, one sentence each.
    """

    comparisons: tuple[Comparison, ...]
    prior: float
    accept: float
    review: float
    lead: float
    notes: tuple[str, ...] = ()
    version: str = MODEL_VERSION

    def to_dict(self) -> dict[str, Json]:
        """The model as JSON, which holds no engine's SQL."""
        return {
            "version": self.version,
            "prior": self.prior,
            "accept": self.accept,
            "review": self.review,
            "lead": self.lead,
            "notes": list(self.notes),
            "comparisons": [_comparison_dict(comparison) for comparison in self.comparisons],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Json]) -> LinkageModel:
        """The model that `to_dict` wrote.

        Raises:
            UsageError: it was written by a version that this one cannot read.
        """
        if data.get("version") != MODEL_VERSION:
            message = (
                f"Expected a linkage model of version {MODEL_VERSION}, found {data.get('version')}. Build the snapshot again."
            )
            raise UsageError(message)
        return cls(
            comparisons=tuple(_read_comparison(entry) for entry in _entries(data["comparisons"])),
            prior=_number(data["prior"]),
            accept=_number(data["accept"]),
            review=_number(data["review"]),
            lead=_number(data["lead"]),
            notes=tuple(str(note) for note in _list(data["notes"])),
        )

    def sha256(self) -> str:
        """Hash of the model's canonical JSON."""
        return sha256(canonical_json(self.to_dict()))

    def frequency_columns(self) -> tuple[str, ...]:
        """Columns whose term frequencies the scorer needs, in order of first use."""
        used = [level.frequency for comparison in self.comparisons for level in comparison.levels if level.frequency]
        return tuple(dict.fromkeys(used))

    def with_comparisons(self, comparisons: tuple[Comparison, ...], notes: tuple[str, ...] = ()) -> LinkageModel:
        """The same model with other m and u values."""
        return replace(self, comparisons=comparisons, notes=(*self.notes, *notes))


def shipped_model() -> LinkageModel:
    """The model that the project ships: its levels, its m values, and its u values for small registers."""
    text = files("justice_data_lab.linkage").joinpath("shipped_model.json").read_text(encoding="utf-8")
    return LinkageModel.from_dict(json.loads(text))


def read_model(path: Path) -> LinkageModel:
    """The frozen model of a snapshot.

    Raises:
        UsageError: it is damaged, or was written by a version that this one cannot read.
    """
    try:
        return LinkageModel.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message = f"{path.parent.name}/{path.name}: is damaged. {AGAIN}"
        raise UsageError(message) from None


def untrained_levels(model: LinkageModel) -> tuple[str, ...]:
    """Names of the levels that lack m or u, as `comparison/level`."""
    return tuple(
        f"{comparison.name}/{level.name}"
        for comparison in model.comparisons
        for level in comparison.levels
        if level.m is None or level.u is None
    )


def level_weight(comparison: Comparison, level: Level) -> float:
    """log2(m/u) of a level in bits, held above the comparison's least weight."""
    m, u = max(level.m or 0.0, FLOOR), max(level.u or 0.0, FLOOR)
    return max(math.log2(m / u), comparison.least_weight)


def splink_chances(comparison: Comparison, level: Level) -> tuple[float, float]:
    """The m and u that a scorer works with; see `splink_settings` for how they differ from the level's own."""
    average = _average_frequency(comparison, level)
    return average * 2 ** level_weight(comparison, level), average


def splink_settings(model: LinkageModel) -> dict[str, object]:
    """The model as Splink settings for DuckDB: every level with its m and u, no blocking rule.

    *Notes*: Splink gives the level reached only together with the compared columns; `score` leaves those behind.
    Splink adjusts for a value's frequency by log2(u) - log2(frequency) with the level's own u. On a level such as "surname
    the same, forename similar" that u is not the surname's, so the surname's is given, and an m that leaves m/u as it is.
    A level's m is raised where its weight would fall below the comparison's least weight. A level on which
    a compound frequency stands (`full_name`) takes that frequency in place of its own u.
    """
    return {
        "link_type": "dedupe_only",
        "probability_two_random_records_match": model.prior,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "comparisons": [_splink_comparison(comparison) for comparison in model.comparisons],
    }


def _splink_comparison(comparison: Comparison) -> dict[str, object]:
    null = {"sql_condition": render(comparison.missing), "label_for_charts": "missing", "is_null_level": True}
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [null, *(_splink_level(comparison, level) for level in comparison.levels)],
    }


def _splink_level(comparison: Comparison, level: Level) -> dict[str, object]:
    settings: dict[str, object] = {"sql_condition": render(level.when), "label_for_charts": level.name}
    settings["m_probability"], settings["u_probability"] = splink_chances(comparison, level)
    if level.frequency:
        settings["tf_adjustment_column"] = level.frequency
        settings["disable_tf_exact_match_detection"] = True
    return settings


def _average_frequency(comparison: Comparison, level: Level) -> float:
    """What a value's own frequency is measured against: u of agreement on that column alone, else u of the level."""
    alone = [other.u for other in comparison.levels if other.when == ("same", level.frequency)]
    return max((alone[0] if alone else level.u) or 0.0, FLOOR)


def _comparison_dict(comparison: Comparison) -> dict[str, Json]:
    return {
        "name": comparison.name,
        "missing": _as_list(comparison.missing),
        "by_design": comparison.by_design,
        "least_weight": comparison.least_weight,
        "levels": [
            {"name": level.name, "when": _as_list(level.when), "m": level.m, "u": level.u, "frequency": level.frequency}
            for level in comparison.levels
        ],
    }


def _as_list(predicate: Predicate) -> list[Json]:
    return [_as_list(part) if isinstance(part, tuple) else part for part in predicate]


def _read_comparison(data: Mapping[str, Json]) -> Comparison:
    return Comparison(
        name=str(data["name"]),
        missing=from_json(data["missing"]),
        levels=tuple(_read_level(level) for level in _entries(data["levels"])),
        by_design=bool(data.get("by_design", False)),
        least_weight=_number(data.get("least_weight", -12.0)),
    )


def _read_level(data: Mapping[str, Json]) -> Level:
    m, u = data.get("m"), data.get("u")
    return Level(
        name=str(data["name"]),
        when=from_json(data["when"]),
        m=None if m is None else _number(m),
        u=None if u is None else _number(u),
        frequency=str(data.get("frequency", "")),
    )


def _entries(value: Json) -> list[dict[str, Json]]:
    return [entry for entry in _list(value) if isinstance(entry, dict)]


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list) else []


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
