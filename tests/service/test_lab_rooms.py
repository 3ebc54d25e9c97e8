"""Runs and balance: progress by refresh, plain failures with a retry, balance before outcomes, a reviewer's reason where it is red."""

from datetime import date
from itertools import pairwise

import pytest

from jdl_service.analysis import actions, coverage, policies
from jdl_service.analysis.models import Finding, Run, Study
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.jobs.models import Job
from jdl_service.requests import actions as requests
from service_people import request_in
from service_rooms import STUDY, file_of, matched, run_of


def steps(*left):
    labels = ("Rows submitted", "Found", "Usable")
    lost = [0, *(before - after for before, after in pairwise(left))]
    each = zip(labels, lost, left, strict=False)
    return [{"key": label, "label": label, "reason": f"not {label}", "lost": gone, "left": there} for label, gone, there in each]


def test_an_analyst_starts_each_room_when_its_turn_has_come(world, browser, at):
    row = request_in("accepted", world.alpha, at=at, owner=world.analyst)
    file_of(row, world.alpha, at=at)
    client, home = browser(world.analyst), f"/lab/analysis/{row.key}/"
    assert "Nothing has been run yet." in client.get(f"{home}runs/").content.decode()
    assert client.post(f"{home}match/").status_code == 409
    assert browser(world.reviewer).post(f"{home}link/").status_code == 403
    assert client.post(f"{home}link/").status_code == 302
    page = client.get(f"{home}runs/")
    assert page.headers["Refresh"] == "3"
    assert "Waiting for its turn" in page.content.decode()
    assert "Cancel" in page.content.decode()


def test_a_failure_is_said_plainly_with_a_button_to_try_again(world, browser, at):
    row = matched(world, at=at, state="matching")
    Job.objects.create(request=row, task="x.match_people", state="failed", queued_at=at, not_before=at, ended_at=at, failure="No register is set.")  # fmt: skip
    page = browser(world.analyst).get(f"/lab/analysis/{row.key}/runs/")
    assert "Refresh" not in page.headers
    for words in ("No register is set.", "Try again", "Change the design"):
        assert words in page.content.decode()
    Job.objects.update(state="cancelled", failure="")
    assert "The work was cancelled." in browser(world.analyst).get(f"/lab/analysis/{row.key}/runs/").content.decode()


def test_what_the_organisation_was_told_and_the_study_that_is_missing_are_shown(world, browser, at):
    row = request_in("ready", world.alpha, at=at, owner=world.analyst)
    run_of(row, world.alpha, at=at, coverage=coverage.coverage_of(steps(400, 310, 300), "200 to 499"))
    page = browser(world.analyst).get(f"/lab/analysis/{row.key}/runs/").content.decode()
    for words in ("200 to 499", "percentage points or more would show", "Set the study first"):
        assert words in page
    Run.objects.update(coverage=coverage.coverage_of(steps(60, 20, 20), "fewer than 30"))
    Study.objects.create(request=row, toml=STUDY, set_by=world.analyst, set_at=at)
    page = browser(world.analyst).get(f"/lab/analysis/{row.key}/runs/").content.decode()
    assert "So few people would show nothing." in page
    assert "Build the comparison group" in page


def test_a_run_that_another_took_the_place_of_says_so(world, browser, at):
    row = matched(world, at=at)
    page = f"/lab/analysis/{row.key}/runs/"
    assert "A later run took its place" not in browser(world.analyst).get(page).content.decode()
    first = row.runs.first()
    Run.objects.create(request=row, number=first.number + 1, cohort_file=first.cohort_file, study=first.study, begun_at=at, command="c")  # fmt: skip
    assert "A later run took its place" in browser(world.analyst).get(page).content.decode()


def test_balance_is_seen_before_any_outcome(world, browser, at):
    row = matched(world, at=at, colour="green")
    client = browser(world.analyst)
    page = client.get(f"/lab/analysis/{row.key}/balance/").content.decode()
    for words in (
        "60 of 61",
        "456.8",
        "1.2%",
        "12 of the pool",
        "0.40",
        "0.01",
        "The caliper was widened.",
        "Unlock outcomes",
        "(widened)",
        "Sex: Women",
    ):
        assert words in page
    drawn = client.get(f"/lab/analysis/{row.key}/balance.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawn.content
    assert "sandbox" in drawn.headers["Content-Security-Policy"]
    assert "script-src" not in drawn.headers["Content-Security-Policy"]
    client.post(f"/lab/analysis/{row.key}/unlock/")
    row.refresh_from_db()
    assert (row.state, Study.objects.get().unlocked_by) == ("analysing", world.analyst)


def test_red_is_gone_on_with_only_by_a_reviewer_who_did_not_do_the_analysis(world, browser, at):
    row = matched(world, at=at)
    analyst, home = browser(world.analyst), f"/lab/analysis/{row.key}/"
    page = analyst.get(f"{home}balance/").content.decode()
    assert "The groups are not alike enough" in page
    assert "Report that it could not be analysed" in page
    assert "Go on, with a reason" not in page
    assert analyst.post(f"{home}override/", {"reason": "I may"}).status_code == 403
    Study.objects.update(set_by=world.analyst_reviewer)
    assert browser(world.analyst_reviewer).post(f"{home}override/", {"reason": "I may"}).status_code == 403
    reviewer = browser(world.reviewer)
    assert "Go on, with a reason" in reviewer.get(f"{home}balance/").content.decode()
    assert reviewer.post(f"{home}override/", {"reason": "Only age, and little"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.runs.first().number) == ("matching", 2)
    said = policies.read_text(Study.objects.get().toml, date(2026, 11, 22))
    assert said.method.override_balance == "Reviewer: Only age, and little"


def test_nothing_is_overridden_where_the_groups_are_alike(world, at):
    row = matched(world, at=at, colour="amber")
    with pytest.raises(NotNow, match="not alike"):
        actions.override(row, by=world.reviewer, at=at, reason="Why not")
    assert not policies.can_override(row, world.reviewer)
    assert not policies.can_override(row, world.analyst)
    Finding.objects.filter(kind="balance").delete()
    assert not policies.is_red(row)


def test_a_design_is_changed_with_a_reason_that_drops_the_reviewers(world, browser, at):
    row = matched(world, at=at, study=f'{STUDY}[method]\noverride_balance = "Rob: once"\n')
    page = browser(world.analyst).get(f"/lab/analysis/{row.key}/balance/").content.decode()
    assert "Rob: once" in page
    Job.objects.create(request=row, task="x.y", state="queued", queued_at=at, not_before=at)
    with pytest.raises(NotNow, match="worker is at it"):
        actions.redesign(row, by=world.analyst, at=at, reason="Age exactly")
    Job.objects.update(state="done", ended_at=at)
    assert browser(world.analyst).post(f"/lab/analysis/{row.key}/redesign/", {"reason": "Age exactly"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "ready"
    assert "override" not in Study.objects.get().toml


def test_without_a_match_there_is_no_balance(world, browser, at):
    row = request_in("ready", world.alpha, at=at, owner=world.analyst)
    client = browser(world.reviewer)
    assert "Nobody has been matched yet." in client.get(f"/lab/analysis/{row.key}/balance/").content.decode()
    assert client.get(f"/lab/analysis/{row.key}/balance.svg").status_code == 404


def test_accepting_twice_is_refused(world, at):
    row = matched(world, at=at)
    with pytest.raises(NotNow):
        requests.accept(row, by=world.analyst, at=at)
    with pytest.raises(NotYours):
        actions.take_over(row, by=world.reviewer, at=at)
