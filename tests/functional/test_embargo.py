"""Nothing of a result is in any public byte before its hour, whatever happens at the hour, and nobody can edit the log unseen."""

import json
import os
import re
import shutil
import signal
import time
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.files import sha256
from justice_data_lab.publication.audit import GENESIS, append
from justice_data_lab.publication.calendar import bank_holidays, release_moment
from justice_data_lab.publication.visibility import keeps_none
from justice_data_lab.records import to_json
from justice_data_lab.release_acts import add, add_bulletin, release_due
from justice_data_lab.release_folder import opened
from justice_data_lab.release_log import LOG, append_line, read_log
from justice_data_lab.release_site import build_site, check_not_older, own_up_to_restoring, switch
from release_pages import text_of
from sample_releases import ANALYST, DUE, HEAD, LAB, NOW, cleared_and_frozen, finished_run, go, scheduled

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

SECOND = timedelta(seconds=1)
SITE = replace(LAB, site="https://lab.example")
CANARY = "Zq7canary"


@pytest.fixture
def canary(tmp_path):
    """A run whose every file, and a file's name, says something that nobody may know."""
    extra = {f"{CANARY}.csv": CANARY.encode(), "report.html": f"<html><body>{CANARY}</body></html>".encode()}
    return finished_run(tmp_path / "canary", kind="refused", programme="Choir", extra=extra)


def at(folder, now, keeps=keeps_none):
    release_due(folder, now, SITE)
    return build_site(folder, now, SITE, keeps)


def secrets_of(folder, book):
    """Patterns that must be in no byte: planted words, the verdict, each file's hash and size, the manifest."""
    files = {name: data for name, data in folder.files(book).items() if name != "tables.csv-metadata.json"}
    sizes = [rf"\b{len(data)}\b" for data in files.values() if len(data) > 9999]
    return [CANARY, "could not be analysed. North", book.files, *(sha256(data) for data in files.values()), *sizes]


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        (date(2026, 12, 3), datetime(2026, 12, 3, 9, 30, tzinfo=UTC)),
        (date(2027, 3, 30), datetime(2027, 3, 30, 8, 30, tzinfo=UTC)),
        (date(2027, 6, 3), datetime(2027, 6, 3, 8, 30, tzinfo=UTC)),
        (date(2027, 11, 1), datetime(2027, 11, 1, 9, 30, tzinfo=UTC)),
    ],
    ids=["winter", "after the clocks went forward", "summer", "after the clocks went back"],
)
def test_no_public_byte_knows_a_second_before_the_hour_and_all_do_at_it(folder, tmp_path, canary, day, hour):
    assert release_moment(day, LAB.release_time, LAB.release_zone) == hour
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    release_due(folder, DUE - SECOND, SITE)
    book = scheduled(folder, "B", canary, due=hour, at=min(hour - timedelta(weeks=5), NOW))
    hidden = secrets_of(folder, book)
    before = at(folder, hour - SECOND)
    assert {"feed.xml", "sitemap.xml", "releases.json", "log.txt"} < set(before)
    for path, data in before.items():
        assert "results/B" not in path
        assert CANARY not in path
        text = data.decode(errors="replace")
        assert [each for each in hidden if re.search(each, text)] == [], path
        assert path in ("calendar/index.html", "index.html", "releases.json") or "Choir" not in text
    waiting = next(each for each in json.loads(before["releases.json"])["releases"] if each["key"] == "B")
    assert (waiting["outcome"], waiting["page"]) == (None, None)
    for moment in (hour, hour + SECOND):
        after = at(folder, moment)
        assert after["results/B/v1/report.html"] == folder.files(book)["report.html"]
        assert book.files == sha256(after["results/B/v1/manifest.json"])
        assert "Could not be analysed." in after["feed.xml"].decode()
        assert "https://lab.example/results/B/v1/</loc>" in after["sitemap.xml"].decode()
        known = next(each for each in json.loads(after["releases.json"])["releases"] if each["key"] == "B")
        assert (known["outcome"], known["page"]) == ("Could not be analysed", "results/B/v1/index.html")


def test_every_public_byte_is_the_same_whatever_is_waiting(tmp_path):
    """Counts, orders, slugs, titles, alternative texts, feeds and sizes: the whole site, with two different results and bulletins waiting."""
    sites = []
    for number, kind in enumerate(("found", "refused", "unclear")):
        with opened(tmp_path / f"releases-{number}") as folder:
            scheduled(folder, "A", finished_run(tmp_path / f"a-{number}", programme="Choir"))
            release_due(folder, DUE, SITE)
            january = datetime(2027, 1, 4, 10, 0, tzinfo=UTC)
            later = datetime(2027, 2, 8, 9, 30, tzinfo=UTC)
            scheduled(folder, "B", finished_run(tmp_path / f"b-{number}", kind=kind), at=january, due=later)
            bulletin = cleared_and_frozen(folder, add_bulletin(folder, "2026Q4", by=ANALYST, at=january, lab=SITE), january)
            go(folder, bulletin, "schedule", HEAD, january, due=datetime(2027, 2, 4, 9, 30, tzinfo=UTC))
            site = at(folder, january)
            head = folder.lines[-1].sha256.encode()
            sites.append({path: data.replace(head, b"HEAD") for path, data in site.items()})
    assert sites[0] == sites[1] == sites[2]


def test_the_log_and_the_books_hold_no_figure_of_a_result(folder, canary):
    scheduled(folder, "B", canary)
    release_due(folder, DUE - SECOND, SITE)
    for path in folder.path.rglob("*"):
        if path.is_file() and path.parent.name != "files":
            assert CANARY not in path.read_text()
            assert "analysed" not in path.read_text()


@pytest.mark.parametrize("day", sorted(bank_holidays(2026) | bank_holidays(2027)))
def test_nothing_is_released_on_a_bank_holiday(folder, day, tmp_path):
    hour = release_moment(day, LAB.release_time, LAB.release_zone)
    draft = add(folder, "A", finished_run(tmp_path / "run"), by=ANALYST, at=NOW)
    book = cleared_and_frozen(folder, draft, hour - timedelta(weeks=5))
    with pytest.raises(UsageError, match="working day"):
        go(folder, book, "schedule", HEAD, hour - timedelta(weeks=5), due=hour)


def shown(site):
    """What a server that has opened the link once would serve."""
    at_once = site.resolve()
    return {path.relative_to(at_once).as_posix(): path.read_bytes() for path in at_once.rglob("*") if path.is_file()}


def child_of(work):
    """A process that does the work over and over until it is killed."""
    with warnings.catch_warnings():
        # a process with threads warns; this one does nothing but file work before it is killed
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            while True:
                work()
        finally:
            os._exit(1)
    return child


def kill(child):
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_sigkill_at_any_moment_leaves_the_old_site_or_the_new_and_never_a_mixture(tmp_path):
    site = tmp_path / "site"
    old, new = ({f"{folder}/{number}.html": word * 500 for folder in "abc" for number in range(12)} for word in (b"old", b"new"))
    switch(site, old)
    seen = set()

    def work():
        switch(site, new)
        switch(site, old)

    for number in range(400):
        child = child_of(work)
        time.sleep(0.001 * (number * 17 % 50))
        assert kill(child)
        found = shown(site)
        assert found in (old, new)
        seen.add(found == new)
        if number > 40 and len(seen) == 2:
            break
    assert seen == {True, False}
    switch(site, new)
    assert shown(site) == new


def publish(releases, site, now):
    with opened(releases) as folder:
        check_not_older(folder, site)
        release_due(folder, now, SITE)
        switch(site, build_site(folder, now, SITE))


def test_sigkill_at_the_hour_and_a_restart_release_everything_once(tmp_path):
    """A correction, the mark on what it corrects and another result: killed at random moments of the hour's run, then run again."""
    with opened(tmp_path / "prepared") as folder:
        scheduled(folder, "A", finished_run(tmp_path / "a"))
        release_due(folder, DUE, SITE)
        go(folder, folder.book("A"), "correct", HEAD, DUE, reason="A table was wrong.")
        for key in ("A", "B"):
            scheduled(folder, key, finished_run(tmp_path / f"{key}-next"), at=DUE, due=DUE + timedelta(weeks=5))
    hour, finished = DUE + timedelta(weeks=5), set()
    (tmp_path / "before").mkdir()
    publish(tmp_path / "prepared", tmp_path / "before" / "site", hour - SECOND)
    old = shown(tmp_path / "before" / "site")
    shutil.copytree(tmp_path / "prepared", tmp_path / "whole")
    shutil.copytree(tmp_path / "before", tmp_path / "after", symlinks=True)
    publish(tmp_path / "whole", tmp_path / "after" / "site", hour)
    new = shown(tmp_path / "after" / "site")
    assert {path.split("/")[1] for path in new if path.startswith("results/") and path.endswith("tables.csv")} == {"A", "B"}
    for number in range(10):
        releases, at_work = tmp_path / f"releases-{number}", tmp_path / f"site-{number}"
        shutil.copytree(tmp_path / "prepared", releases)
        shutil.copytree(tmp_path / "before", at_work, symlinks=True)
        child = child_of(lambda releases=releases, at_work=at_work: publish(releases, at_work / "site", hour))
        time.sleep(0.03 * number)
        assert kill(child)
        found = shown(at_work / "site")
        finished.add(found == new)
        assert found in (old, new)
        publish(releases, at_work / "site", hour)
        assert shown(at_work / "site") == new
        actions = [(line.entry.action, line.entry.subject) for line in read_log(releases) if line.entry.at == hour]
        assert sorted(actions) == [("release", "A v2"), ("release", "B v1"), ("supersede", "A v1")]
    assert False in finished


def test_a_restored_backup_cannot_undo_what_the_public_was_told(tmp_path):
    """A postponement is published, yesterday's backup is put back, and the old hour strikes."""
    releases, backup, site = tmp_path / "releases", tmp_path / "backup", tmp_path / "site"
    with opened(releases) as folder:
        scheduled(folder, "A", finished_run(tmp_path / "run"))
    shutil.copytree(releases, backup)
    with opened(releases) as folder:
        go(folder, folder.book("A"), "postpone", HEAD, NOW, reason="The register was late.")
    publish(releases, site, NOW)
    told = shown(site)
    shutil.rmtree(releases)
    shutil.copytree(backup, releases)
    with pytest.raises(UsageError, match="older than the site"):
        publish(releases, site, DUE)
    assert shown(site) == told
    with opened(releases) as folder:
        assert folder.book("A").release.state == "scheduled"
        with pytest.raises(UsageError, match="said by the head of profession"):
            own_up_to_restoring(folder, site, by=ANALYST, at=DUE, reason="The disk failed.")
        go(folder, folder.book("A"), "postpone", HEAD, DUE, reason="The register was late.")
        own_up_to_restoring(folder, site, by=HEAD, at=DUE, reason="The disk failed.")
    publish(releases, site, DUE)
    assert not (site / "results" / "A").exists()
    assert "Postponed" in text_of((site / "calendar" / "index.html").read_bytes())
    with opened(releases) as folder, pytest.raises(UsageError, match="nothing was lost"):
        own_up_to_restoring(folder, site, by=HEAD, at=DUE, reason="Again.")


def test_a_restored_site_is_put_right_by_the_next_run(tmp_path):
    releases, site = tmp_path / "releases", tmp_path / "site"
    with opened(releases) as folder:
        scheduled(folder, "A", finished_run(tmp_path / "run"))
    publish(releases, site, NOW)
    old = shown(site)
    publish(releases, site, DUE)
    new = shown(site)
    switch(site, old)
    publish(releases, site, DUE + SECOND)
    assert shown(site) == new


@pytest.fixture
def log(folder, tmp_path):
    """The lines of a real log, as they are on the disk."""
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    release_due(folder, DUE, SITE)
    return (folder.path / LOG).read_bytes().split(b"\n")[:-1]


def broken_at(path, lines):
    """The number of the line at which reading the log stops; None when it stands."""
    (path / LOG).write_bytes(b"".join(line + b"\n" for line in lines))
    try:
        read_log(path)
    except UsageError as error:
        return int(str(error).split("line ")[1].split(" ")[0])
    return None


def test_a_byte_of_any_line_that_is_another_is_found(log, tmp_path):
    assert broken_at(tmp_path, log) is None
    for number, line in enumerate(log):
        for place in range(number % 3, len(line), 3):
            other = b" " if line[place : place + 1] != b" " else b"\t"
            edited = line[:place] + other + line[place + 1 :]
            assert broken_at(tmp_path, [*log[:number], edited, *log[number + 1 :]]) == number + 1, (number, place)


def test_any_line_that_is_taken_out_put_in_or_moved_is_found(log, tmp_path):
    for number in range(len(log) - 1):
        assert broken_at(tmp_path, [*log[:number], *log[number + 1 :]]) == number + 1
    for number in range(len(log)):
        for copied in log:
            assert broken_at(tmp_path, [*log[:number], copied, *log[number:]]) in (number + 1, number + 2)
    for first in range(len(log)):
        for second in range(first + 1, len(log)):
            moved = list(log)
            moved[first], moved[second] = moved[second], moved[first]
            assert broken_at(tmp_path, moved) == first + 1


def test_a_forged_line_with_a_right_hash_breaks_the_line_after_it_or_the_books(folder, log):
    lines = read_log(folder.path)
    for number in range(len(lines)):
        before = lines[:number]
        forged = append(before, replace(lines[number].entry, by="Eve"))
        text = json.dumps(to_json(forged), ensure_ascii=False, sort_keys=True).encode()
        found = broken_at(folder.path, [*log[:number], text, *log[number + 1 :]])
        assert found == (number + 2 if number + 1 < len(log) else None)
    head = read_log(folder.path)[-1].sha256
    assert head != lines[-1].sha256 != GENESIS


def test_a_log_whose_end_was_cut_is_told_by_the_books_and_by_the_site(tmp_path):
    releases, site = tmp_path / "releases", tmp_path / "site"
    with opened(releases) as folder:
        scheduled(folder, "A", finished_run(tmp_path / "run"))
    publish(releases, site, DUE)
    lines = (releases / LOG).read_bytes().split(b"\n")[:-1]
    (releases / LOG).write_bytes(b"".join(line + b"\n" for line in lines[:-1]))
    with pytest.raises(UsageError, match="is not the one that the log speaks of"):
        publish(releases, site, DUE)
    (releases / LOG).write_bytes(b"".join(line + b"\n" for line in lines))
    extra = append(read_log(releases), replace(read_log(releases)[-1].entry, action="view", detail=""))
    append_line(releases, extra)
    publish(releases, site, DUE)
    (releases / LOG).write_bytes(b"".join(line + b"\n" for line in lines))
    with pytest.raises(UsageError, match="older than the site"):
        publish(releases, site, DUE)
