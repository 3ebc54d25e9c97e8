"""Results from elsewhere: read strictly, kept apart from ours, and taken together with them only for whoever asks."""

import csv
import io
import json
import tomllib
from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.disclosure.evidence import MeasureFacts
from justice_data_lab.errors import UsageError
from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.effects import Effect
from justice_data_lab.library.identity import outcome_key
from justice_data_lab.library.outside import POINTS, Outside, beside, read_outside, with_outside
from justice_data_lab.library.synthesis import pool
from justice_data_lab.library_acts import outside_results
from justice_data_lab.library_site.desk import Setting
from justice_data_lab.library_site.outside import OUTSIDE_COLUMNS
from justice_data_lab.library_site.pages import library_files
from sample_library import LAB, entry, library, outcome

FILE = """
title = "Mentors for women after release"
source = "Journal of Trials 12, 34-56"
address = "https://doi.example/12"
year = 2021
design = "randomised trial"
added = 2026-11-01
types = ["Mentoring"]
sexes = ["Women"]
note = "In another country."

[[effect]]
measure = "reoffended"
unit = "percentage points"
difference = -5
ci_low = -10.0
ci_high = 0.5
people = 240
"""


def read(text=FILE, key="mentors-2021"):
    return read_outside(key, tomllib.loads(text))


def test_a_file_gives_the_result_as_its_source_prints_it():
    found = read()
    (effect,) = found.effects
    assert (found.key, found.year, found.level, found.added) == ("mentors-2021", 2021, 5, date(2026, 11, 1))
    assert (found.classified.types, found.classified.sexes) == (("mentoring",), ("women",))
    assert (effect.difference, effect.ci_low, effect.ci_high, effect.people, effect.unit) == (-5.0, -10.0, 0.5, 240, POINTS)
    assert Outside.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert found.summary().endswith("randomised trial, 1 effects, from outside")
    assert found.table().num_rows == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('title = "Mentors for women after release"', "", "title: expected text, got nothing"),
        ("randomised trial", "random trial", "design: expected one of randomised trial, .* Did you mean `randomised trial`"),
        ('design = "randomised trial"', "", "design: expected text, got nothing"),
        ('types = ["Mentoring"]', "", "types: expected a kind of help, got nothing"),
        ("Mentoring", "Mentorship of all", "types: expected a value of the taxonomy"),
        ("https://doi.example/12", "doi.example/12", "address: expected an address that begins with https://"),
        ("ci_high = 0.5", "ci_high = -6", r"\[\[effect\]\] 1: expected a difference within its 95% interval"),
        ("ci_high = 0.5", "", "ci_high: expected a number, got nothing"),
        ("people = 240", "peeple = 240", "unknown key `peeple`. Did you mean `people`"),
        ("note =", "remark =", "unknown key `remark`"),
        (
            "difference = -5\nci_low = -10.0",
            "difference = -500\nci_low = -510.0",
            r"percentage points from -100 to 100, got -510 to 0.5",
        ),
        ("people = 240", "people = -3", "people: expected 1 or more"),
        ("people = 240", "people = 0", "people: expected 1 or more"),
        ("year = 2021", "year = -5", "year: expected the year of publication, 1900 to 2027, got -5"),
        ("year = 2021", "year = 3021", "year: expected the year of publication"),
        ("Journal of Trials 12, 34-56", "  ", "source: expected text, got nothing"),
        ('"Journal of Trials 12, 34-56"', '"a\\nb"', "source: expected text in one line"),
        ('"reoffended"', '"reofended"', "measure: expected the key of an outcome.* Did you mean `reoffended`"),
    ],
)
def test_a_file_that_is_not_as_it_has_to_be_is_refused_with_what_to_mend(old, new, says):
    with pytest.raises(UsageError, match=says) as told:
        read(FILE.replace(old, new))
    assert str(told.value).startswith("outside/mentors-2021.toml")


def test_a_file_needs_an_effect_each_measure_once_and_a_plain_name():
    with pytest.raises(UsageError, match=r"at least one table \[\[effect\]\]"):
        read(FILE.partition("[[effect]]")[0])
    with pytest.raises(UsageError, match="each measure once, got one twice"):
        read(FILE + "[[effect]]" + FILE.partition("[[effect]]")[2])
    with pytest.raises(UsageError, match="expected a name of small letters"):
        read(key="Mentors 2021")


def test_an_effect_may_be_of_an_outcome_that_an_organisation_named():
    key = outcome_key(MeasureFacts(key="x", name="in work after a year", kind="proportion", better="higher"))
    assert read(FILE.replace("reoffended", key)).effects[0].measure == key


def test_the_second_figure_is_the_pooled_effect_of_ours_and_theirs_and_the_first_stays():
    ours = synthesise([entry(key, outcome(-4.0 + n), days=n) for n, key in enumerate("abc")], "reoffended")
    theirs = beside([read()], "mentoring", "reoffended")
    both = with_outside(ours, theirs, POINTS)
    extra = Effect(key="other", value=-0.05, se=0.105 / 3.92, released=date(2026, 11, 1))
    expected = pool([*ours.effects, extra])
    assert (both.effect, both.pi_low, both.pi_high) == (expected.effect, expected.pi_low, expected.pi_high)
    assert both.k == 4
    assert ours.pooled.k == 3


def test_nothing_is_pooled_without_theirs_with_too_few_or_in_another_unit():
    ours = synthesise([entry("a")], "reoffended")
    theirs = beside([read()], "mentoring", "reoffended")
    assert with_outside(ours, (), POINTS) is None
    assert with_outside(ours, theirs, POINTS) is None
    assert with_outside(synthesise([entry(key) for key in "abc"], "reoffended"), theirs, "reoffences") is None
    mean = replace(theirs[0][1], unit="reoffences", difference=-0.5, ci_low=-1.0, ci_high=0.0)
    assert with_outside(ours, ((theirs[0][0], mean), (replace(theirs[0][0], key="b"), mean)), "reoffences").k == 3


def test_they_stand_beside_ours_only_by_kind_and_measure_the_latest_first():
    old = replace(read(), key="old", year=2001)
    assert [each.key for each, _ in beside([old, read()], "mentoring", "reoffended")] == ["mentors-2021", "old"]
    assert beside([read()], "sport", "reoffended") == ()
    assert beside([read()], "mentoring", "reoffences") == ()


def test_one_that_was_withdrawn_is_listed_with_its_reason_and_is_in_no_figure():
    gone = read(f'withdrawn = "Its authors took it back."\n{FILE}')
    assert beside([gone], "mentoring", "reoffended") == ()
    ours = library(*(entry(key, outcome(-4.0 + n), days=n) for n, key in enumerate("abc")))
    made, without = (library_files(ours, LAB, Setting(outside=outside)) for outside in ((gone,), ()))
    page = made["outside/index.html"].decode()
    assert "Withdrawn</dt><dd>Its authors took it back." in page
    assert "\u22125 percentage points" not in page
    (row,) = csv.DictReader(io.StringIO(made["downloads/outside.csv"].decode()))
    assert (row["id"], row["withdrawn"], row["difference"], row["measure"]) == (
        "mentors-2021",
        "Its authors took it back.",
        "",
        "",
    )
    (listed,) = json.loads(made["downloads/outside.json"])["entries"]
    assert (listed["withdrawn"], listed["effects"]) == ("Its authors took it back.", [])
    changed = {path for path in without if b"outside" not in made[path] and made[path] != without[path]}
    assert changed == set()
    assert "Evidence from elsewhere: 1" not in made["types/mentoring/index.html"].decode()


@pytest.fixture(scope="module")
def sites():
    ours = library(*(entry(key, outcome(-4.0 + n), days=n) for n, key in enumerate("abc")))
    return tuple(library_files(ours, LAB, Setting(outside=outside)) for outside in ((), (read(),)))


def test_every_page_that_shows_them_says_that_they_are_from_outside(sites):
    without, found = sites
    page = found["types/mentoring/index.html"].decode()
    assert "Evidence from elsewhere: 1 result that is not this lab\u2019s" in page
    assert "With outside evidence the average effect would be" in page
    assert "this lab did not check it" in page
    assert "From outside</dt>" in found["outside/index.html"].decode()
    shown = {path for path, data in found.items() if b"Mentors for women after release" in data}
    assert shown == {
        "outside/index.html",
        "types/mentoring/index.html",
        "types/mentoring/outcome-reoffended.html",
        "downloads/outside.csv",
        "downloads/outside.json",
    }
    assert "outside/index.html" not in without


def test_no_headline_count_or_download_of_ours_moves_because_of_them(sites):
    without, found = sites
    for path in ("index.json", "downloads/library.csv", "downloads/library.json", "downloads/library.parquet"):
        assert found[path] == without[path]
    before, after = (site["types/mentoring/index.html"].decode() for site in sites)
    start, end = "<dt>Average effect</dt>", "</dl>"
    assert before.partition(start)[2].partition(end)[0] == after.partition(start)[2].partition(end)[0] != ""


def test_their_download_has_a_flag_in_every_row(sites):
    (row,) = csv.DictReader(io.StringIO(sites[1]["downloads/outside.csv"].decode()))
    assert tuple(row) == tuple(OUTSIDE_COLUMNS)
    assert (row["outside"], row["id"], row["difference"], row["maryland"]) == ("true", "mentors-2021/reoffended", "-5.0", "5")
    (listed,) = json.loads(sites[1]["downloads/outside.json"])["entries"]
    assert listed["outside"] is True


def test_they_are_read_from_their_folder_and_shown_from_the_day_on_that_they_name(tmp_path):
    assert outside_results(tmp_path, date(2027, 1, 1)) == ()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "mentors-2021.toml").write_text(FILE, encoding="utf-8")
    assert outside_results(tmp_path, date(2026, 10, 31)) == ()
    assert [each.key for each in outside_results(tmp_path, date(2026, 11, 1))] == ["mentors-2021"]
