"""Evidence from elsewhere: an analyst adds it, somebody else agrees, everybody sees it apart; it is pooled when asked and never deleted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.library import outside_actions as actions
from jdl_service.library import standing
from jdl_service.library.models import OutsideResult
from jdl_service.library.outside_forms import OutsideForm
from jdl_service.library.resources import API
from justice_data_lab.errors import UsageError
from service_library import ELSEWHERE, put

DAY = timedelta(days=1)
POOLED = f"{API}/types/mentoring/outcomes/reoffended"
TYPED = {
    "title": "Mentors for women after release", "source": "Journal of Trials 12, 34-56", "address": "https://doi.example/12", "year": "2021",
    "design": "randomised trial", "types": ["mentoring", "peer-support"], "primary": "mentoring", "sexes": ["women"], "note": "In another country.",
    "effect_1_measure": "reoffended", "effect_1_difference": "-5", "effect_1_ci_low": "-10", "effect_1_ci_high": "0.5", "effect_1_people": "240",
}  # fmt: skip
KEY = "mentors-for-women-after-release-2021"
PLACE = f"/lab/library/outside/{KEY}/"


@pytest.fixture
def library(world, at, service, monkeypatch):
    """Three results of mentoring."""
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    service(address="https://lab.example")
    for number in range(3):
        put(world, f"2026-00{number}", at=at - (9 - number) * DAY, title=f"Mentors {number}")


def public(browser):
    """What everybody sees of outside evidence."""
    client = browser()
    return {
        path: client.get(f"/library/{path}")
        for path in ("outside/", "types/mentoring/", "downloads/outside.csv", "downloads/outside.json", "sitemap.xml")
    }


def test_an_analyst_adds_it_a_reviewer_agrees_and_only_then_everybody_sees_it(library, world, browser, at):
    client = browser(world.analyst)
    assert "There is none yet" in client.get("/lab/library/outside/").content.decode()
    assert client.post("/lab/library/outside/add/", TYPED).headers["Location"] == PLACE
    row = OutsideResult.objects.get()
    (effect,) = row.as_outside().effects
    assert (row.key, row.state, row.by) == (KEY, "proposed", world.analyst)
    assert (effect.unit, effect.difference, effect.ci_low, effect.ci_high, effect.people) == (
        "percentage points",
        -5.0,
        -10.0,
        0.5,
        240,
    )
    before = public(browser)
    assert [path for path, answer in before.items() if b"Mentors for women" in answer.content] == []
    assert before["outside/"].status_code == 404
    assert "I compared it with its source" not in client.get(PLACE).content.decode()
    reviewer = browser(world.reviewer)
    page = reviewer.get(PLACE).content.decode()
    assert "I compared it with its source and agree" in page
    for words in (
        "one-year proven reoffending rate",
        "-5 percentage points",
        "-10 to 0.5",
        "240",
        "Randomised trial",
        "In another country.",
    ):
        assert words in page
    assert reviewer.post(f"{PLACE}agree/").status_code == 302
    after = public(browser)
    assert [path for path, answer in after.items() if b"Mentors for women" not in answer.content] == ["sitemap.xml"]
    assert b"library/outside/" in after["sitemap.xml"].content
    assert b"Others published these results. This lab neither made nor checked them." in after["outside/"].content
    assert b"From outside" in after["outside/"].content
    assert row.key.encode() in after["downloads/outside.csv"].content
    assert b"2026-11-25" in after["downloads/outside.csv"].content
    assert list(AuditEvent.objects.filter(subject=KEY).order_by("number").values_list("action", "by")) == [
        ("add outside", world.analyst.email), ("agree outside", world.reviewer.email),
    ]  # fmt: skip
    assert "In the library" in reviewer.get("/lab/library/outside/").content.decode()


def test_our_figures_stay_and_those_with_outside_evidence_are_for_whoever_asks(library, world, browser, at):
    before = browser().get(POOLED).json()
    row = actions.add(ELSEWHERE, by=world.analyst, at=at)
    actions.agree(row, by=world.reviewer, at=at)
    after = browser().get(POOLED).json()
    assert after == before
    assert after["with_outside"] is None
    asked = browser().get(f"{POOLED}?outside=yes").json()
    assert {name: value for name, value in asked.items() if name != "with_outside"} == {
        name: value for name, value in before.items() if name != "with_outside"
    }
    page = browser().get("/library/types/mentoring/outcome-reoffended.html").content.decode()
    told = asked["with_outside"]
    assert told["effect"] != after["difference"]["printed"]["effect"]
    assert (
        f"With outside evidence the average effect would be {told['effect']} {told['unit']} (95% interval {told['interval']}; "
        in page
    )
    # it is folded in, behind what says whose it is
    assert page.index("Evidence from elsewhere: 1 result that is not this lab") < page.index("With outside evidence")
    assert browser().get(f"{POOLED}?outside=no").status_code == 400
    listed = browser().get(f"{API}/outside").json()
    assert [(each["key"], each["design"], len(each["effects"])) for each in listed["results"]] == [
        (row.key, "randomised trial", 1)
    ]


@pytest.mark.parametrize("who", ["analyst", "head_of_profession", "administrator"])
def test_only_a_reviewer_agrees(library, world, browser, at, who):
    actions.add(ELSEWHERE, by=world.analyst, at=at)
    assert browser(getattr(world, who)).post(f"{PLACE}agree/").status_code in (403, 404)
    assert OutsideResult.objects.get().state == "proposed"


def test_nobody_agrees_to_what_they_added_whatever_roles_they_have(library, world, browser, at):
    row = actions.add(ELSEWHERE, by=world.analyst_reviewer, at=at)
    assert browser(world.analyst_reviewer).post(f"{PLACE}agree/").status_code == 403
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideResult.objects.filter(pk=row.pk).update(state="agreed", agreed_by=world.analyst_reviewer, agreed_at=at)
    assert "I compared it" not in browser(world.analyst_reviewer).get(PLACE).content.decode()
    # nor through somebody else's hands: the one who added it stays that one
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideResult.objects.filter(pk=row.pk).update(by=world.analyst)
    with pytest.raises(NotYours):
        actions.change(row, ELSEWHERE, by=world.analyst, at=at)


def test_whoever_added_it_changes_it_until_somebody_has_agreed(library, world, browser, at):
    row, client = actions.add(ELSEWHERE, by=world.analyst, at=at), browser(world.analyst)
    form = client.get(f"{PLACE}change/").content.decode()
    assert 'value="-5.0"' in form
    assert 'value="Journal of Trials 12, 34-56"' in form
    more = {"effect_2_measure": "reoffences", "effect_2_difference": "-0.2", "effect_2_ci_low": "-0.5", "effect_2_ci_high": "0.1"}
    assert client.post(f"{PLACE}change/", TYPED | more).status_code == 302
    row.refresh_from_db()
    assert [(each.measure, each.unit, each.people) for each in row.as_outside().effects] == [
        ("reoffended", "percentage points", 240), ("reoffences", "reoffences", None),
    ]  # fmt: skip
    actions.agree(row, by=world.reviewer, at=at)
    assert client.post(f"{PLACE}change/", TYPED).status_code == 409
    with pytest.raises(NotNow):
        actions.agree(row, by=world.second_reviewer, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideResult.objects.filter(pk=row.pk).update(said=row.said | {"title": "Another"})


def test_what_is_withdrawn_stays_listed_with_its_reason_and_counts_no_more(library, world, browser, at):
    row = actions.add(ELSEWHERE, by=world.analyst, at=at)
    actions.agree(row, by=world.reviewer, at=at)
    assert browser().get(f"{POOLED}?outside=yes").json()["with_outside"]
    client = browser(world.second_reviewer)
    assert client.post(f"{PLACE}withdraw/", {"reason": ""}).status_code == 200
    assert client.post(f"{PLACE}withdraw/", {"reason": "Its authors took it back."}).headers["Location"] == PLACE
    after = public(browser)
    page = after["outside/"].content.decode()
    assert "Its authors took it back." in page
    assert "percentage points" not in page
    assert "Mentors for women" not in after["types/mentoring/"].content.decode()
    assert browser().get(f"{POOLED}?outside=yes").json()["with_outside"] is None
    (listed,) = browser().get(f"{API}/outside").json()["results"]
    assert (listed["withdrawn"], listed["effects"]) == ("Its authors took it back.", [])
    assert client.post(f"{PLACE}withdraw/", {"reason": "Again."}).status_code == 409
    assert "Its authors took it back." in client.get(PLACE).content.decode()
    for change in ({"state": "agreed"}, {"reason": "Another."}, {"agreed_by": None, "agreed_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutsideResult.objects.filter(pk=row.pk).update(**change)


def test_a_proposal_that_is_withdrawn_was_never_public_and_a_row_is_never_deleted(library, world, browser, at):
    row = actions.add(ELSEWHERE, by=world.analyst, at=at)
    before = {path: answer.content for path, answer in public(browser).items()}
    actions.withdraw(row, reason="It is of the same people as another.", by=world.head_of_profession, at=at)
    assert {path: answer.content for path, answer in public(browser).items()} == before
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideResult.objects.all().delete()
    assert str(OutsideResult.objects.get()) == KEY


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"effect_1_ci_low": "-4"}, "expected a difference within its 95% interval"),
        ({"effect_1_ci_high": "-10", "effect_1_difference": "-10"}, "which has a width"),
        ({"address": "doi.example/12"}, "an address that begins with https://"),
        ({"effect_2_measure": "reoffended", "effect_2_difference": "1", "effect_2_ci_low": "0", "effect_2_ci_high": "2"}, "each measure once"),
        ({"effect_2_difference": "1"}, "measure: expected text, got nothing"),
        ({"effect_2_measure": "reoffences"}, "difference: expected a number, got nothing"),
        ({"types": []}, "Select a kind of help"),
        ({"primary": "arts"}, "Choose a leading kind of help that is among the kinds above"),
        ({"title": "Mr Smith"}, "nobody may be named here"),
        ({"effect_1_difference": "five"}, "Enter a number"),
        ({"effect_1_difference": "nan"}, "Enter a number"),
        ({"year": "1066"}, "Year of publication must be 1900 or later"),
    ],
)  # fmt: skip
def test_what_cannot_be_so_is_refused_and_nothing_is_kept(library, world, browser, changed, says):
    answer = browser(world.analyst).post("/lab/library/outside/add/", TYPED | changed)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert not OutsideResult.objects.exists()


def test_who_may_do_what(library, world, browser, at):
    assert browser(world.reviewer).get("/lab/library/outside/add/").status_code == 403
    assert browser(world.reviewer).post("/lab/library/outside/add/", TYPED).status_code == 403
    assert browser(world.alpha.member).get("/lab/library/outside/").status_code == 403
    with pytest.raises(NotYours):
        actions.add(ELSEWHERE, by=world.reviewer, at=at)
    row = actions.add(ELSEWHERE, by=world.analyst, at=at)
    assert browser(world.alpha.member).get(PLACE).status_code == 404
    assert browser(world.analyst_reviewer).get(f"{PLACE}change/").status_code == 403
    with pytest.raises(NotYours):
        actions.withdraw(row, reason="x", by=world.alpha.member, at=at)
    with pytest.raises(UsageError, match="expected a reason"):
        actions.withdraw(row, reason=" ", by=world.analyst, at=at)
    with pytest.raises(UsageError, match="words that name nobody"):
        actions.withdraw(row, reason="Mrs Jones said so", by=world.analyst, at=at)


def test_two_of_one_title_and_year_have_keys_of_their_own(library, world, at):
    keys = [actions.add(ELSEWHERE, by=world.analyst, at=at).key for _ in range(3)]
    assert keys == [KEY, f"{KEY}-2", f"{KEY}-3"]
    assert not OutsideForm(added=at.date()).is_bound
