"""What is taken away: the table validates, every figure in it is the published one, and pooled effects can be worked out from it."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from csvw import CSVW

from justice_data_lab.library.citation import bibtex, citation
from justice_data_lab.library.cost import cost_per_prevented, read_unit_cost
from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.effects import Effect
from justice_data_lab.library.entry import Practice
from justice_data_lab.library.export import COLUMNS, csv_metadata, download_files, library_csv, snapshot_name
from justice_data_lab.library.synthesis import pool
from justice_data_lab.publication.book import Response
from justice_data_lab.study import Lab
from sample_library import NOW, book, collected, entry, library, outcome, shown

LAB = Lab(name="Example Lab & Co")
ANSWER = Response(at=NOW, organisation="Northgate Works", text="We disagree.")


def table(made):
    return list(csv.DictReader(io.StringIO(library_csv(made).decode())))


def whole():
    return collected(book("a"), book("b", state="withdrawn", reason="Why."))


def test_the_table_has_a_row_for_each_result_and_one_for_an_entry_without_any():
    rows = table(whole())
    assert len(rows) == 11 + 1
    first = next(row for row in rows if row["id"] == "a/national/reoffended")
    assert (first["difference"], first["difference_text"], first["n_treated"]) == ("-7.8", "\u22127.8", "943")
    assert (first["types"], first["settings"], first["headline"]) == ("employment-and-training", "custody", "true")
    gone = next(row for row in rows if row["key"] == "b")
    assert (gone["id"], gone["status"], gone["verdict"], gone["difference"]) == ("b", "withdrawn", "withdrawn", "")


def test_every_figure_of_the_table_is_the_published_one():
    made = whole()
    rows = {row["id"]: row for row in table(made)}
    for each in made.entry("a").outcomes:
        row = rows[f"a/{each.analysis}/{each.measure}"]
        for name in ("n_treated", "n_comparison", "n_eff", "treated", "comparison", "difference", "ci_low", "ci_high", "p_value"):
            figure = getattr(each, name)
            assert row[f"{name}_text"] == figure.text
            assert (float(row[name]) if row[name] else None) == figure.value


def test_the_pooled_effect_can_be_worked_out_from_the_table_alone():
    made = library(*(entry(str(n), outcome(-2.0 * n, 6.0 + n), days=n) for n in range(5)))
    effects = [
        Effect(
            key=row["key"],
            value=float(row["difference"]) / 100,
            se=(float(row["ci_high"]) - float(row["ci_low"])) / 100 / 3.92,
            released=date.fromisoformat(row["released"][:10]),
            people=float(row["n_treated"]),
        )
        for row in table(made)
    ]
    assert pool(effects) == synthesise(made.entries, "reoffended").pooled


def test_the_table_is_valid_csv_on_the_web(tmp_path):
    for name, data in download_files(whole(), LAB).items():
        (tmp_path / name).write_bytes(data)
    read = CSVW(str(tmp_path / "library.csv-metadata.json"), validate=True)
    assert read.is_valid
    assert len(read.tables[0].tableSchema.columns) == len(COLUMNS)
    columns = json.loads(csv_metadata(LAB))["tableSchema"]["columns"]
    assert [each["name"] for each in columns] == list(COLUMNS)
    assert all(each["dc:description"] for each in columns)


def test_parquet_and_json_hold_the_same_library():
    made = whole()
    files = download_files(made, LAB)
    read = pq.read_table(pa.BufferReader(files["library.parquet"]))
    rows = table(made)
    assert read.column("id").to_pylist() == [row["id"] for row in rows]
    assert read.column("difference").to_pylist() == [float(row["difference"]) if row["difference"] else None for row in rows]
    assert read.schema.field("version").type == pa.int64()
    told = json.loads(files["library.json"])
    assert [each["key"] for each in told["entries"]] == [each.key for each in made.entries]
    assert (told["lab"], told["schema"]["taxonomy"]) == ("Example Lab & Co", "jdl-taxonomy/1")


def test_a_snapshot_is_named_by_what_is_in_it():
    files = download_files(whole(), LAB)
    assert snapshot_name(files) == snapshot_name(download_files(whole(), LAB))
    assert re.fullmatch("[0-9a-f]{16}", snapshot_name(files))
    assert snapshot_name(files) != snapshot_name(download_files(collected(book("a")), LAB))
    # the table has no answers of organisations: the other files have them
    answered = download_files(library(*(replace(each, responses=(ANSWER,)) for each in whole().entries)), LAB)
    assert answered["library.csv"] == files["library.csv"]
    assert snapshot_name(answered) != snapshot_name(files)


def test_a_citation_names_the_version_and_its_address():
    one = replace(entry("2026-014"), version=2, title="100% {Art} & More_")
    plain = citation(one, LAB, "https://lab.example/results/2026-014/v2/")
    assert plain == (
        "Example Lab & Co (2026). 100% {Art} & More_, Northgate Works: effect on reoffending. Version 2, released 8 January 2026. "
        "https://lab.example/results/2026-014/v2/"
    )
    assert citation(one, LAB, "").endswith("8 January 2026.")
    made = bibtex(one, LAB, "https://lab.example/v2/")
    assert made.startswith("@techreport{jdl-2026-014-v2,\n")
    assert "title = {100\\% \\{Art\\} \\& More\\_, Northgate Works: effect on reoffending}" in made
    assert "author = {{Example Lab \\& Co}}" in made
    assert "url = {https://lab.example/v2/}" in made
    assert "url" not in bibtex(one, LAB, "")


def priced(*outcomes, text="GBP 1,450 (2021; annual accounts)"):
    return entry("a", *outcomes, practice=Practice(unit_cost=text))


@pytest.mark.parametrize(
    ("difference", "width", "expected"),
    [
        (-8.0, 6.0, ("18,000", "13,000", "29,000")),
        (-1.0, 6.0, ("150,000", "36,000", "")),
        (1.0, 6.0, ("", "73,000", "")),
        (8.0, 6.0, ("", "", "")),
    ],
)
def test_the_cost_of_a_prevented_reoffence_comes_with_its_range(difference, width, expected):
    made = cost_per_prevented(priced(outcome(difference, width)))
    assert [(each.cost, each.low, each.high) for each in made] == [expected]


def test_the_cost_in_words_says_when_there_is_no_upper_limit_and_when_there_is_no_fall():
    fall, unclear, rise = (cost_per_prevented(priced(outcome(each, 6.0)))[0].sentence() for each in (-8.0, -1.0, 8.0))
    assert fall == (
        "Each person who would have reoffended prevented cost about GBP 18,000 (between 13,000 and 29,000), in prices of 2021 (annual accounts)."
    )
    assert "as little as GBP 36,000" in unclear
    assert "no upper limit" in unclear
    assert rise.startswith("The result does not fit with a fall")


def test_reoffences_are_costed_by_their_number():
    mean = outcome(-0.25, 0.2, measure="reoffences", kind="mean", unit="reoffences")
    made = cost_per_prevented(priced(mean))
    assert [(each.what, each.cost) for each in made] == [("reoffence", "5,800")]


@pytest.mark.parametrize(
    "one",
    [
        priced(outcome(), text="about a thousand pounds"),
        priced(outcome(), text="GBP 0 (2021; accounts)"),
        priced(outcome(verdict="withheld")),
        priced(outcome(ci_low=shown(None))),
        priced(outcome(measure="days_to_first_reoffence")),
        priced(outcome(headline=False)),
    ],
)
def test_there_is_no_cost_without_a_unit_cost_or_a_published_interval(one):
    assert cost_per_prevented(one) == ()


@pytest.mark.parametrize(
    ("amount", "told"), [("0.05", "0.63"), ("0.5", "6.3"), ("1", "13"), ("0.08", "1.0"), ("9,990", "120,000")]
)
def test_a_small_cost_keeps_its_two_digits(amount, told):
    (made,) = cost_per_prevented(priced(outcome(-8.0, 6.0), text=f"US dollars {amount} (2021; accounts)"))
    assert (made.currency, made.cost) == ("US dollars", told)


def test_no_cell_of_the_table_is_a_formula_and_no_figure_changes():
    risky = ('=HYPERLINK("http://x")', "+1", "@x", "\tx", "-x", "-")
    made = library(
        *(entry(f"e{n}", title=title, days=-n) for n, title in enumerate(risky)),
        entry("plain", outcome(-4.0), days=-9, title="A-B=C"),
    )
    titles = {row["key"]: row["title"] for row in table(made)}
    assert [titles[f"e{n}"] for n in range(len(risky))] == [f"'{title}" for title in risky]
    assert titles["plain"] == "A-B=C"
    row = next(row for row in table(made) if row["key"] == "plain")
    assert (row["difference"], row["difference_text"]) == ("-4", "-4")
    assert next(each["title"] for each in json.loads(download_files(made, LAB)["library.json"])["entries"]) == risky[0]
    assert {"types", "settings", "sectors", "sexes", "ages", "sentences", "needs", "doses"} < set(COLUMNS)


def test_a_unit_cost_is_read_as_reports_print_it():
    read = read_unit_cost("GBP 1,450.5 (2021; our accounts (audited))")
    assert (read.currency, read.amount, read.year, read.source) == ("GBP", 1450.5, 2021, "our accounts (audited)")
