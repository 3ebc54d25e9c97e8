"""The ledger from the command line: made once, held against every run, and no resubmission tells of the one who was added."""

import json
import os
import re
import shutil
import sys

import pyarrow.parquet as pq
import pytest

from justice_data_lab import cli
from justice_data_lab.cohorts.cohort import synthesise_cohort
from run_jdl import MENTORING
from uncounted import uncounted

pytestmark = pytest.mark.usefixtures("no_pdf")
LEDGER = "--ledger ledger.sqlite --ledger-key keys/ledger.key"


@pytest.fixture(scope="module")
def lab(tmp_path_factory, small_register):
    """A folder with a ledger, and a run of a cohort that was cleared beside it."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "study.toml").write_text(MENTORING)
    synthesise_cohort(small_register, folder / "cohort.csv", size=200, effect=-0.05, seed=3)
    (folder / "snapshot").symlink_to(small_register.path)
    return folder


@pytest.fixture(scope="module")
def jdl(lab):
    """Run `jdl` in the lab's folder; gives exit code and what was printed."""
    patch = pytest.MonkeyPatch()
    patch.chdir(lab)
    patch.setattr(os, "fsync", lambda handle: None)

    def invoke(words, capsys):
        patch.setattr(sys, "argv", ["jdl", *words.split()])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), re.sub(r"\s+", " ", printed.out + printed.err)

    yield invoke
    patch.undo()


@pytest.fixture
def say(jdl, capsys):
    return lambda words: jdl(words, capsys)


def run(out, cohort="cohort.csv", more=LEDGER):
    return f"run study.toml --cohort {cohort} --register snapshot --out {out} {more}"


@pytest.fixture
def first(say, lab):
    """The ledger with one cleared release."""
    if not (lab / "releases").is_dir():
        (lab / "releases").mkdir()
        (lab / "releases" / "lab.toml").write_text('[ledger]\nfile = "../ledger.sqlite"\nkey = "../keys/ledger.key"\n')
        for words in (
            "ledger create ledger.sqlite --key keys/ledger.key",
            run("first"),
            "release add releases A --run first --by Ana --as analyst",
            "release evidence releases A --by Rob --as reviewer --out for-rob",
            "release check releases A --by Rob --as reviewer",
            "release evidence releases A --by Sue --as reviewer --out for-sue",
            "release clear releases A --by Sue --as reviewer",
            "release freeze releases A --by Ana --as analyst",
        ):
            code, text = say(words)
            assert code == 0, text
    return lab / "first"


def without(lab, name, *dropped):
    """The cohort without some of the people who were analysed."""
    lines = (lab / "cohort.csv").read_text().splitlines()
    (lab / name).write_text("\n".join(line for number, line in enumerate(lines, 1) if number not in dropped) + "\n")


def analysed_row(lab, first):
    """The row of somebody behind the headline."""
    sets = json.loads((first / "5-estimation" / "people.json").read_text())["sets"]
    people = next(each["people"] for each in sets if (each["analysis"], each["of"]) == ("national", "all"))
    links = pq.read_table(first / "2-linkage" / "links.parquet").to_pydict()
    return next(row for row, person in zip(links["row"], links["person_id"], strict=True) if person == people[0])


def test_the_report_of_a_run_with_a_ledger_can_be_frozen(first, say):
    assert "Not yet cleared" not in (first / "7-report" / "report.html").read_text()
    code, text = say("ledger describe ledger.sqlite")
    assert code == 0
    assert "1 cleared" in text
    assert "A v1" in text
    assert "seed 11" in text


def test_nobody_of_the_cohort_stands_in_a_room_that_is_handed_over(first):
    sets = json.loads((first / "5-estimation" / "people.json").read_text())["sets"]
    people = {person for each in sets for person in each["people"]}
    assert len(people) > 150
    for path in [*(first / "6-disclosure").iterdir(), *(first / "7-report").iterdir()]:
        content = path.read_bytes()
        assert [person for person in people if person.encode() in content] == []
    assert "people.json" not in str(list((first.parent / "releases").rglob("*")))


def test_a_list_without_one_person_is_refused(first, say, lab):
    """The difference of the two reports would be that person's outcome."""
    without(lab, "less.csv", analysed_row(lab, first))
    code, text = say(run("less", "less.csv"))
    assert code == 5
    assert "but for fewer than 20" in text
    assert all(way in text for way in ("wait until", "merge the groups", "send an update"))
    html = (lab / "less" / "7-report" / "report.html").read_text()
    assert "could not be published" in html
    assert "fewer than 30" not in html
    assert say(run("less", "less.csv"))[0] == 5


def test_a_list_with_an_invented_person_is_refused_like_one_with_a_real_one(first, say, lab):
    """Were it not, the refusal of the real one would tell that she was found."""
    lines = (lab / "cohort.csv").read_text().splitlines()
    heading = lines[0].split(",")
    row = ["" for _ in heading]
    for name, value in (("surname", "Nobody"), ("forename", "Atall"), ("date_of_birth", "01/02/1971"), ("sex", "M")):
        row[heading.index(name)] = value
    (lab / "more.csv").write_text("\n".join([*lines, ",".join(row)]) + "\n")
    with uncounted():
        code, text = say(run("more", "more.csv"))
    assert code == 5
    assert "but for fewer than 20" in text


def test_the_very_same_list_is_told_again(first, say):
    with uncounted():
        code, text = say(run("again"))
    assert code == 0, text


def test_an_earlier_run_counts_as_told_without_a_ledger(first, say, lab):
    without(lab, "less.csv", analysed_row(lab, first))
    code, text = say(run("beside", "less.csv", "--earlier first"))
    assert code == 5
    assert "but for fewer than 20" in text


def test_a_run_beside_earlier_runs_alone_is_not_cleared_for_publication(first, say, lab, small_register):
    synthesise_cohort(small_register, lab / "others.csv", size=200, effect=-0.05, seed=4)
    with uncounted():
        code, text = say(run("others", "others.csv", "--earlier first"))
    assert code == 0, text
    assert "Not yet cleared" in (lab / "others" / "7-report" / "report.html").read_text()


def test_an_update_with_enough_new_people_is_told(first, say, lab, small_register):
    synthesise_cohort(small_register, lab / "new.csv", size=60, effect=-0.05, seed=8)
    both = (lab / "cohort.csv").read_text() + "".join((lab / "new.csv").read_text().splitlines(keepends=True)[1:])
    (lab / "both.csv").write_text(both)
    (lab / "update.toml").write_text(MENTORING.replace("[method]", 'supersedes = "A"\n[method]'))
    words = run("update", "both.csv", f"{LEDGER} --earlier first").replace("study.toml", "update.toml")
    with uncounted():
        code, text = say(words)
    assert code == 0, text
    assert 'supersedes = "A"' in (lab / "update" / "study.toml").read_text()
    assert "Not yet cleared" not in (lab / "update" / "7-report" / "report.html").read_text()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("--ledger ledger.sqlite", "needs its key"),
        ("--ledger-key keys/ledger.key", "none is given"),
        ("--id-map ids.csv", "is for a ledger"),
        ("--ledger none.sqlite --ledger-key keys/ledger.key", "expected a ledger, found none"),
        ("--ledger ledger.sqlite --ledger-key keys/none.key", "expected the ledger's key, found none"),
        ("--ledger study.toml --ledger-key keys/ledger.key", "cannot be used as a ledger"),
        ("--earlier snapshot", "--earlier snapshot: expected a folder of `jdl run` or `jdl link`, found no linkage in it"),
    ],
)
def test_a_ledger_that_does_not_fit_stops_the_run_before_it_begins(first, say, lab, more, why):
    if "--id-map" in more:
        (lab / "ids.csv").write_text("person_id,known_as\n")
    code, text = say(run("never", more=more))
    assert code == 2
    assert why in text
    assert not (lab / "never" / "1-intake").exists()


def test_another_key_stops_the_run(first, say, lab):
    shutil.rmtree(lab / "other", ignore_errors=True)
    assert say("ledger create other/ledger.sqlite --key other/ledger.key")[0] == 0
    code, text = say(run("never", more="--ledger ledger.sqlite --ledger-key other/ledger.key"))
    assert code == 2
    assert "made with another key" in text


def test_what_a_restored_ledger_lacks_is_entered_from_its_run(first, say, lab):
    shutil.rmtree(lab / "restored", ignore_errors=True)
    assert say("ledger create restored/ledger.sqlite --key restored/ledger.key")[0] == 0
    code, text = say("ledger record restored/ledger.sqlite releases A --key restored/ledger.key --run first")
    assert code == 0, text
    assert "1 cleared" in say("ledger describe restored/ledger.sqlite")[1]
    without(lab, "less.csv", analysed_row(lab, first))
    with uncounted():
        code, _ = say(run("restored/run", "less.csv", "--ledger restored/ledger.sqlite --ledger-key restored/ledger.key"))
    assert code == 5
