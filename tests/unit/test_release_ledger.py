"""Releasing with the ledger: who is kept when a report is cleared, who is refused beside whom, what is taken out again."""

import json
from dataclasses import replace

import pytest

from justice_data_lab import ledger_file, release_folder
from justice_data_lab.disclosure.nothing_told import NearlyTheSame
from justice_data_lab.errors import NothingDisclosable, UsageError
from justice_data_lab.files import write_json
from justice_data_lab.ledger_file import create_ledger, open_ledger
from justice_data_lab.ledger_people import People
from justice_data_lab.publication.audit import Entry
from justice_data_lab.publication.book import accept, give
from justice_data_lab.release_acts import About, add, release_due
from justice_data_lab.release_ledger import Keeper, beside, record_run, tell_found
from justice_data_lab.release_site import build_site
from justice_data_lab.rooms.told import told_before
from justice_data_lab.run_folder import hashes
from sample_ledgers import KEY, RULES, SCHEME, asked_of, finished_run_of, ids, linked_run
from sample_releases import ANALYST, DUE, FIRST, HEAD, LAB, NOW, SECOND, finished_run, go, killed_after, named, shown_the_evidence
from sample_requests import few_outcomes, national, refused

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")


@pytest.fixture
def keeper(tmp_path):
    key = tmp_path / "ledger.key"
    create_ledger(tmp_path / "ledger.sqlite", key)
    return Keeper(file=tmp_path / "ledger.sqlite", key=key)


def checked(folder, keeper, key, run):
    reason = About(reason="A planned revision.") if any(book.release.key == key for book in folder.books.values()) else None
    return looked(folder, add(folder, key, run, by=ANALYST, at=NOW, about=reason, keeper=keeper))


def looked(folder, book):
    """Both reviewers have had the evidence before them, and the first found it sound."""
    for person in (FIRST, SECOND):
        shown_the_evidence(folder, book, person)
    return go(folder, book, "check", FIRST)


def cleared(folder, keeper, key, run):
    return go(folder, checked(folder, keeper, key, run), "clear", SECOND, keeper=Keeper(file=keeper.file))


def names(keeper):
    return open_ledger(keeper.file).names()


def test_the_people_behind_a_cleared_report_are_kept_and_it_goes_all_the_way(folder, keeper, tmp_path):
    book = checked(folder, keeper, "A", finished_run_of(tmp_path / "run"))
    assert names(keeper) == frozenset()
    book = go(folder, book, "clear", SECOND, keeper=keeper)
    assert names(keeper) == {"A v1"}
    assert book.kept == open_ledger(keeper.file).mark
    sets = {(each.analysis, each.of): each for each in open_ledger(keeper.file).sets()}
    assert {place: len(each.tokens) for place, each in sets.items()} == {
        ("", "usable"): 947, ("national", "all"): 943, ("national", "reoffended"): 329,
    }  # fmt: skip
    assert dict(sets["national", "all"].events)["reoffended"] == 329
    book = go(folder, book, "freeze", ANALYST)
    go(folder, book, "schedule", HEAD, due=DUE)
    assert release_due(folder, DUE, LAB)[0].release.state == "released"


def test_nothing_is_cleared_without_the_ledger(folder, keeper, tmp_path):
    book = checked(folder, keeper, "A", finished_run_of(tmp_path / "run"))
    with pytest.raises(UsageError, match="Give --ledger FILE"):
        go(folder, book, "clear", SECOND)
    assert folder.book("A").release.state == "checked"


def test_a_run_that_the_ledger_was_not_asked_about_is_not_cleared(folder, keeper, tmp_path):
    book = looked(folder, add(folder, "A", finished_run_of(tmp_path / "run"), by=ANALYST, at=NOW))
    with pytest.raises(UsageError, match="Take in its run again"):
        go(folder, book, "clear", SECOND, keeper=keeper)


def test_a_run_that_was_not_held_against_the_ledger_is_not_frozen(folder, keeper, tmp_path):
    """What it hides was not chosen beside what is public, and its report says so."""
    book = cleared(folder, keeper, "A", finished_run_of(tmp_path / "run", complete=False))
    with pytest.raises(UsageError, match="not compared with earlier releases"):
        go(folder, book, "freeze", ANALYST)


def test_data_that_are_public_need_no_ledger(folder, keeper, tmp_path):
    book = checked(folder, keeper, "A", finished_run(tmp_path / "run"))
    assert go(folder, book, "clear", SECOND).kept == "public data"
    assert names(keeper) == frozenset()


def test_one_who_was_cleared_meanwhile_stands_in_the_way_of_a_neighbour(folder, keeper, tmp_path):
    """Both were run beside the same ledger, and differ by one person."""
    first = checked(folder, keeper, "A", finished_run_of(tmp_path / "one"))
    second = checked(folder, keeper, "B", finished_run_of(tmp_path / "other", first=1, programme="Choir"))
    go(folder, first, "clear", SECOND, keeper=keeper)
    with pytest.raises(NothingDisclosable, match=r"tell of a few people \(the request, national\).*Run it again"):
        go(folder, second, "clear", SECOND, keeper=keeper)
    assert folder.book("B").release.state == "checked"
    assert names(keeper) == {"A v1"}


def test_the_very_same_report_may_be_cleared_again_as_a_next_version(folder, keeper, tmp_path):
    run = finished_run_of(tmp_path / "run")
    book = go(folder, cleared(folder, keeper, "A", run), "freeze", ANALYST)
    go(folder, book, "schedule", HEAD, due=DUE)
    release_due(folder, DUE, LAB)
    assert cleared(folder, keeper, "A", run).release.version == 2
    assert names(keeper) == {"A v1", "A v2"}


def test_what_could_not_be_analysed_is_kept_as_well(folder, keeper, tmp_path):
    """That fewer than enough could be used is told of them."""
    cleared(folder, keeper, "A", finished_run_of(tmp_path / "one", request=refused()))
    book = checked(folder, keeper, "B", finished_run_of(tmp_path / "other", 1, "Choir", request=refused()))
    with pytest.raises(NothingDisclosable, match="the request"):
        go(folder, book, "clear", SECOND, keeper=keeper)


def test_what_rule_1_hides_wholly_is_released_with_the_reason_and_its_people_are_kept(folder, keeper, tmp_path):
    run = finished_run_of(tmp_path / "run", request=few_outcomes())
    (run / "study.toml").write_text('[[analysis]]\nname = "national"\nheadline = true\n')
    book = go(folder, cleared(folder, keeper, "A", run), "freeze", ANALYST)
    assert book.kept == open_ledger(keeper.file).mark
    assert [(each.analysis, each.of) for each in open_ledger(keeper.file).sets()] == [("", "usable"), ("national", "all")]
    go(folder, book, "schedule", HEAD, due=DUE)
    release_due(folder, DUE, LAB)
    page = build_site(folder, DUE, LAB)["results/A/v1/index.html"].decode()
    assert "Too few people stand behind each of the figures asked for" in page
    neighbour = checked(folder, keeper, "B", finished_run_of(tmp_path / "other", first=1, programme="Choir"))
    with pytest.raises(NothingDisclosable, match=r"the request, national"):
        go(folder, neighbour, "clear", SECOND, keeper=keeper)


def test_a_report_without_a_figure_is_not_held_back_by_subgroups_of_which_it_tells_nothing(folder, keeper, tmp_path):
    other = finished_run_of(tmp_path / "one", first=5000)
    cleared(folder, keeper, "A", other)
    run = finished_run_of(tmp_path / "run", request=few_outcomes())
    file = run / "5-estimation" / "people.json"
    told = json.loads(file.read_text())
    told["sets"].append({**told["sets"][1], "analysis": "women", "people": sorted(ids(5001, 5944))})
    write_json(file, told)
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["rooms"]["5-estimation"]["files"] = hashes(run / "5-estimation")
    write_json(run / "manifest.json", manifest)
    (run / "study.toml").write_text('[[analysis]]\nname = "women"\n[[analysis]]\nname = "national"\nheadline = true\n')
    assert cleared(folder, keeper, "B", run).release.state == "cleared"


def test_a_report_taken_back_before_anybody_saw_it_is_held_against_nobody(folder, keeper, tmp_path):
    book = cleared(folder, keeper, "A", finished_run_of(tmp_path / "one"))
    book = go(folder, book, "change", ANALYST, reason="A step was missing.", keeper=keeper)
    assert (names(keeper), book.kept) == (frozenset(), "")
    cleared(folder, keeper, "B", finished_run_of(tmp_path / "other", first=1, programme="Choir"))
    assert names(keeper) == {"B v1"}


def test_another_run_takes_the_place_of_the_one_taken_back(folder, keeper, tmp_path):
    book = cleared(folder, keeper, "A", finished_run_of(tmp_path / "one"))
    other = finished_run_of(tmp_path / "other", first=1)
    book = go(folder, book, "change", ANALYST, reason="A step was missing.", run=other, keeper=keeper)
    go(folder, looked(folder, book), "clear", SECOND, keeper=keeper)
    people = {each.of: each.tokens for each in open_ledger(keeper.file).sets()}
    assert len(people["all"]) == 943
    assert names(keeper) == {"A v1"}


def test_what_an_early_reader_saw_stays_although_it_never_came(folder, keeper, tmp_path):
    book = go(folder, cleared(folder, keeper, "A", finished_run_of(tmp_path / "one")), "freeze", ANALYST)
    book = go(folder, book, "schedule", HEAD, due=DUE)
    book = accept(give(book, "Min", "Minister", "quality_assurance", by=HEAD, at=NOW), "Min", NOW)
    folder.enter(book, Entry(at=NOW, by="Min", action="accept", subject=""))
    go(folder, book, "cancel", HEAD, reason="It is wrong.", keeper=keeper)
    assert names(keeper) == {"A v1, seen 1"}
    other = checked(folder, keeper, "B", finished_run_of(tmp_path / "other", first=1, programme="Choir"))
    with pytest.raises(NothingDisclosable):
        go(folder, other, "clear", SECOND, keeper=keeper)


def test_what_was_released_stays_when_it_is_withdrawn(folder, keeper, tmp_path):
    book = go(folder, cleared(folder, keeper, "A", finished_run_of(tmp_path / "one")), "freeze", ANALYST)
    go(folder, book, "schedule", HEAD, due=DUE)
    (book,) = release_due(folder, DUE, LAB)
    with pytest.raises(UsageError, match="--ledger is for"):
        go(folder, book, "withdraw", HEAD, reason="It is wrong.", keeper=keeper)
    go(folder, book, "withdraw", HEAD, reason="It is wrong.")
    assert names(keeper) == {"A v1"}


def test_an_old_copy_of_the_ledger_lets_nothing_out(folder, keeper, tmp_path):
    """Restored from a backup made before A was cleared, it would let B out, who differs by one."""
    copy = keeper.file.read_bytes()
    run = finished_run_of(tmp_path / "one")
    book = cleared(folder, keeper, "A", run)
    other = finished_run_of(tmp_path / "other", first=1, programme="Choir")
    keeper.file.write_bytes(copy)
    second = checked(folder, keeper, "B", other)
    with pytest.raises(UsageError, match="lacks A v1, which was cleared"):
        go(folder, second, "clear", SECOND, keeper=keeper)
    with pytest.raises(UsageError, match="is not the run"):
        record_run(keeper, book, other)
    record_run(keeper, book, run)
    assert {each.released_as for each in open_ledger(keeper.file).sets()} == {"A v1"}
    with pytest.raises(NothingDisclosable):
        go(folder, second, "clear", SECOND, keeper=keeper)


def test_only_what_was_cleared_with_a_ledger_is_entered_afterwards(folder, keeper, tmp_path):
    run = finished_run_of(tmp_path / "one")
    book = checked(folder, keeper, "A", run)
    with pytest.raises(UsageError, match="was not cleared with a ledger"):
        record_run(keeper, book, run)
    book = go(folder, book, "clear", SECOND, keeper=keeper)
    public = finished_run(tmp_path / "public")
    twice = replace(add(folder, "P", public, by=ANALYST, at=NOW, keeper=keeper), kept="x")
    with pytest.raises(UsageError, match="does not say of whom it tells"):
        record_run(keeper, twice, public)


def test_a_kill_between_ledger_and_book_keeps_the_people_and_is_finished_by_the_same_command(folder, keeper, tmp_path):
    book = checked(folder, keeper, "A", finished_run_of(tmp_path / "run"))
    assert killed_after(0, lambda: go(folder, book, "clear", SECOND, keeper=keeper), [(release_folder, "_write_through")])
    assert names(keeper) == {"A v1"}
    assert folder.book("A").release.state == "checked"
    assert go(folder, book, "clear", SECOND, keeper=keeper).release.state == "cleared"
    assert names(keeper) == {"A v1"}


def test_a_kill_in_the_ledger_clears_nothing(folder, keeper, tmp_path):
    book = checked(folder, keeper, "A", finished_run_of(tmp_path / "run"))
    assert killed_after(0, lambda: go(folder, book, "clear", SECOND, keeper=keeper), [(ledger_file, "_row")])
    assert (names(keeper), folder.book("A").release.state) == (frozenset(), "checked")


def test_a_run_needs_the_key_of_its_ledger(folder, keeper, tmp_path):
    run = finished_run_of(tmp_path / "run")
    other = tmp_path / "other.key"
    create_ledger(tmp_path / "other.sqlite", other)
    for key, why in ((None, "needs its key"), (other, "made with another key")):
        with pytest.raises(UsageError, match=why):
            add(folder, "A", run, by=ANALYST, at=NOW, keeper=replace(keeper, key=key))
    assert keeper.key.read_bytes() != KEY
    assert folder.books == {}


def test_a_changed_list_of_people_is_not_taken(folder, keeper, tmp_path):
    run = finished_run_of(tmp_path / "run")
    (run / "5-estimation" / "people.json").write_text("{}")
    with pytest.raises(UsageError, match="is not the one that the run wrote"):
        add(folder, "A", run, by=ANALYST, at=NOW, keeper=keeper)
    (run / "5-estimation" / "people.json").unlink()
    with pytest.raises(UsageError, match="is not the one that the run wrote"):
        add(folder, "A", run, by=ANALYST, at=NOW, keeper=keeper)


def test_people_of_another_extract_are_known_by_a_mapping_or_not_at_all(folder, keeper, tmp_path):
    cleared(folder, keeper, "A", finished_run_of(tmp_path / "one"))
    run = finished_run_of(tmp_path / "other", programme="Choir", first=5000, scheme="new ids")
    with pytest.raises(UsageError, match="nobody would be known again"):
        add(folder, "B", run, by=ANALYST, at=NOW, keeper=keeper)
    ids = tmp_path / "ids.csv"
    ids.write_text("person_id,known_as\n" + "".join(f"P{n:06d},P{n - 4999:06d}\n" for n in range(5000, 5947)))
    book = checked(folder, replace(keeper, id_map=ids), "B", run)
    with pytest.raises(NothingDisclosable):
        go(folder, book, "clear", SECOND, keeper=keeper)
    ids.write_text("person_id,known_as\nP005000,P000001\n")
    with pytest.raises(UsageError, match="946 of the people"):
        add(folder, "C", run, by=ANALYST, at=NOW, keeper=replace(keeper, id_map=ids))


@pytest.mark.parametrize(
    "content",
    [
        None,
        "id,known_as\n1,2\n",
        "person_id,known_as\n1,2\n1,3\n",
        "person_id,known_as\n1,2\n3,2\n",
        "person_id,known_as\n1,\n",
        "person_id,known_as\n1\n",
    ],
)
def test_a_mapping_that_is_none_is_told(folder, keeper, tmp_path, content):
    ids = tmp_path / "ids.csv"
    if content:
        ids.write_text(content)
    run = finished_run_of(tmp_path / "run")
    with pytest.raises(UsageError, match=r"ids\.csv: "):
        add(folder, "A", run, by=ANALYST, at=NOW, keeper=replace(keeper, id_map=ids))


def test_the_request_is_named_in_the_words_of_the_refusal_only(folder, keeper, tmp_path):
    """No count of anybody stands in it."""
    cleared(folder, keeper, "A", finished_run_of(tmp_path / "one"))
    book = checked(folder, keeper, "B", finished_run_of(tmp_path / "other", 1, "Choir", request=national()))
    with pytest.raises(NothingDisclosable) as told:
        go(folder, book, "clear", SECOND, keeper=keeper)
    assert [word for word in str(told.value).replace("v1", "").split() if word.isdigit()] == []


def released(folder, keeper, key, run):
    book = go(folder, cleared(folder, keeper, key, run), "freeze", ANALYST)
    go(folder, book, "schedule", HEAD, due=DUE)
    return release_due(folder, DUE, LAB)[0]


def at_its_address(folder, version):
    return build_site(folder, DUE, LAB, beside(folder.books.values()))[f"results/A/v{version}/index.html"].decode()


def test_an_old_version_keeps_its_figures_where_the_new_one_was_cleared_beside_it(folder, keeper, tmp_path):
    run = finished_run_of(tmp_path / "run")
    released(folder, keeper, "A", run)
    released(folder, keeper, "A", run)
    assert folder.book("A", 1).release.replaced_by == 2
    assert "disclosed.json" in at_its_address(folder, 1)


def test_an_old_version_loses_its_figures_to_a_correction_in_words(folder, keeper, tmp_path):
    """Whoever has the old figures and new ones could tell of the three people who were moved."""
    released(folder, keeper, "A", finished_run_of(tmp_path / "run"))
    file = (keeper.file, keeper.key, None)
    told = told_before(file, scheme=SCHEME, earlier=(), supersedes="A")
    people = People(sets=asked_of(national(), 3, "another list"), scheme=SCHEME)
    words = told.disclose(named(national(), "Mentoring inside"), people, RULES)
    correction = finished_run_of(tmp_path / "correction", 3, source="another list", supersedes="A")
    write_json(correction / "6-disclosure" / "disclosed.json", words.to_dict())
    again = json.loads((correction / "manifest.json").read_text())
    again["rooms"]["6-disclosure"]["files"] = hashes(correction / "6-disclosure")
    write_json(correction / "manifest.json", again)
    book = released(folder, keeper, "A", correction)
    assert (book.supersedes, book.kept) == ("A v1", "")
    assert {each.released_as for each in open_ledger(keeper.file).sets()} == {"A v1"}
    assert folder.book("A", 1).release.replaced_by == 2
    assert "disclosed.json" not in at_its_address(folder, 1)


def test_how_many_were_found_is_told_in_a_band_and_to_no_neighbour(keeper, tmp_path):
    """Fifty-nine known people and one target: the band of the second list would tell whether she was found."""
    first = tell_found(keeper, "A coverage 1", linked_run(tmp_path / "one", ids(0, 59), "list"), RULES)
    assert first.text == "30 to 59"
    for name, people in (("found", ids(0, 60)), ("not found", ids(0, 59))):
        with pytest.raises(NearlyTheSame):
            tell_found(keeper, f"{name} 2", linked_run(tmp_path / name, people, "one name more"), RULES)
    assert tell_found(keeper, "A coverage 1", tmp_path / "one", RULES).text == "30 to 59"
    assert tell_found(keeper, "B coverage 1", linked_run(tmp_path / "more", ids(0, 90), "more"), RULES).text == "60 to 99"
    assert names(keeper) == {"A coverage 1", "B coverage 1"}
    for name, people in (("found", ids(0, 90) | ids(500, 561)), ("not found", ids(0, 90) | ids(500, 560))):
        tell_found(keeper, "C coverage 1", linked_run(tmp_path / f"{name} apart", ids(500, 560), "apart"), RULES)
        with pytest.raises(NearlyTheSame):
            tell_found(keeper, f"{name} 3", linked_run(tmp_path / f"{name} union", people, "both and one name"), RULES)


def test_a_list_of_whom_nobody_was_found_tells_of_nobody(keeper, tmp_path):
    assert tell_found(keeper, "A coverage 1", linked_run(tmp_path / "one", (), "list"), RULES).text == "fewer than 30"
    (tmp_path / "one" / "manifest.json").write_text('{"rooms": {}}')
    (tmp_path / "one" / "2-linkage" / "links.parquet").unlink()
    with pytest.raises(UsageError, match="expected a finished run"):
        tell_found(keeper, "A coverage 2", tmp_path / "one", RULES)
