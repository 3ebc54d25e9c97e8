"""The pages on which a release goes from its checks to the public."""

from datetime import timedelta

import pytest

from jdl_service.audit.models import AuditEvent
from jdl_service.releases import actions
from jdl_service.releases.forms import CHECK_LIST
from jdl_service.releases.models import Check, Release
from justice_data_lab.publication.visibility import PRE_RELEASE
from service_releases import DUE, drafted, final, finished_request, scheduled, sent

SOUND = {code: "yes" for code, _ in CHECK_LIST} | {"verdict": "sound", "text": ""}
DAY = {"day-day": str(DUE.day), "day-month": str(DUE.month), "day-year": str(DUE.year)}


def page(client, address, status=200):
    """The text of a page that came."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[-800:]
    return answer.content.decode()


def told(client, address, data=None, status=302):
    """A form that was sent."""
    answer = client.post(address, data or {})
    assert answer.status_code == status, answer.content.decode()
    return answer


def test_a_request_goes_from_its_checks_to_the_public_in_the_browser(world, browser, at, later, tmp_path):
    release = sent(finished_request(world, tmp_path, at=at).request, by=world.analyst, at=at)
    home, analyst, head = f"/lab/releases/{release.pk}/", browser(world.analyst), browser(world.head_of_profession)
    assert "Ask two reviewers" in page(analyst, "/lab/releases/")
    for who in (world.reviewer, world.second_reviewer):
        told(analyst, f"{home}assign/", {"reviewer": who.pk})
    for check in Check.objects.filter(release=release):
        client = browser(check.reviewer)
        assert "Check it" in page(client, "/lab/releases/")
        assert "What differs from the last release" in page(client, f"/lab/releases/checks/{check.pk}/")
        told(client, f"/lab/releases/checks/{check.pk}/", SOUND)
    for who in (world.reviewer, world.second_reviewer):
        assert "Confirm that it is sound" in page(browser(who), home)
        told(browser(who), f"{home}sound/")
    told(analyst, f"{home}step/freeze/")
    assert "Announce a date" in page(head, "/lab/releases/")
    assert "The first that is four weeks ahead is 24 December 2026" in page(head, f"{home}step/schedule/")
    told(head, f"{home}step/schedule/", DAY | {"provisional": "on"})
    assert "Confirm the date" in page(head, "/lab/releases/")
    told(head, f"{home}step/confirm/")
    release.refresh_from_db()
    assert (release.state, release.due) == ("scheduled", DUE)
    assert actions.release_due(at=DUE) == 1
    later(DUE - at)
    text = page(browser(world.head_of_profession), home)
    assert "Date announced" in text
    assert "Withdraw the result" in text


def test_the_head_reads_that_a_release_did_not_come_out_because_nobody_confirmed_its_date(world, browser, at, later, tmp_path):
    release = final(world, tmp_path, at=at)
    home, head = f"/lab/releases/{release.pk}/", browser(world.head_of_profession)
    told(head, f"{home}step/schedule/", DAY | {"provisional": "on"})
    later(DUE - at)
    assert actions.release_due(at=DUE) == 0
    head = browser(world.head_of_profession)
    assert "Postpone it: nobody confirmed the date before its hour" in page(head, "/lab/releases/")
    assert "announce another" in told(head, f"{home}step/confirm/", status=200).content.decode()
    told(head, f"{home}step/postpone/", {"reason": "The date was not confirmed."})
    release.refresh_from_db()
    assert release.state == "postponed"


def test_a_check_is_blind_until_both_are_in(world, browser, at, tmp_path):
    release, (first, second) = drafted(world, tmp_path, at=at)
    told(browser(world.reviewer), f"/lab/releases/checks/{first.pk}/", SOUND | {"text": "canary of the first"})
    assert "canary of the first" not in page(browser(world.second_reviewer), f"/lab/releases/{release.pk}/")
    assert browser(world.second_reviewer).get(f"/lab/releases/checks/{first.pk}/").status_code == 403
    back = SOUND | {"verdict": "return", "text": "Table 2 is wrong."}
    told(browser(world.second_reviewer), f"/lab/releases/checks/{second.pk}/", back)
    text = page(browser(world.analyst), f"/lab/releases/{release.pk}/")
    assert "canary of the first" in text
    assert "Table 2 is wrong." in text
    assert "A reviewer returned it" in text
    assert "Do it again" in page(browser(world.analyst), "/lab/releases/")
    assert browser(world.reviewer).get(f"/lab/releases/checks/{first.pk}/").status_code == 302


def test_a_reviewers_comment_is_the_analysts_alone_until_both_checks_are_in(world, browser, at, tmp_path):
    release, (first, second) = drafted(world, tmp_path, at=at)
    pages = (f"/lab/releases/{release.pk}/", f"/lab/analysis/{release.request.key}/comments/")
    told(browser(world.reviewer), f"{pages[0]}comment/", {"text": "canary of the first"})
    said = release.request.comments.get()
    told(browser(world.analyst), f"{pages[0]}comment/{said.pk}/answer/", {"text": "canary of the answer"})

    def readers(text):
        people = (world.analyst, world.reviewer, world.second_reviewer, world.head_of_profession, world.analyst_reviewer)
        return [[who for who in people if text in page(browser(who), home)] for home in pages]

    assert readers("canary of the first") == readers("canary of the answer") == [[world.analyst, world.reviewer]] * 2
    assert "comment is open" not in page(browser(world.second_reviewer), f"/lab/analysis/{release.request.key}/result/")
    told(browser(world.second_reviewer), f"{pages[0]}comment/{said.pk}/answer/", {"text": "x"}, status=404)
    told(browser(world.second_reviewer), pages[1], {"text": "x", "answers": said.pk}, status=404)
    told(browser(world.analyst), f"{pages[0]}comment/", {"text": "words of the analyst"})
    assert [len(each) for each in readers("words of the analyst")] == [5, 5]
    own = release.request.comments.get(text="words of the analyst")
    told(browser(world.second_reviewer), f"{pages[0]}comment/{own.pk}/answer/", {"text": "canary of the second"})
    assert readers("canary of the second") == [[world.analyst, world.second_reviewer]] * 2
    for check in (first, second):
        told(browser(check.reviewer), f"/lab/releases/checks/{check.pk}/", SOUND)
    for text in ("canary of the first", "canary of the answer", "canary of the second"):
        assert [len(each) for each in readers(text)] == [5, 5]


def test_the_next_round_of_checks_is_as_blind_as_the_first(world, browser, at, later, tmp_path):
    release, checks = drafted(world, tmp_path, at=at)
    home = f"/lab/releases/{release.pk}/"
    told(browser(world.reviewer), f"{home}comment/", {"text": "canary of the first round"})
    for check in checks:
        told(browser(check.reviewer), f"/lab/releases/checks/{check.pk}/", SOUND | {"verdict": "return", "text": "Again."})
    Release.objects.filter(pk=release.pk).update(round=2)
    later(timedelta(days=1))
    told(browser(world.reviewer), f"{home}comment/", {"text": "canary of the second round"})
    for who in (world.second_reviewer, world.head_of_profession):
        text = page(browser(who), home)
        assert "canary of the first round" in text
        assert "canary of the second round" not in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"figures": "no"}, "It is sound only when you say yes to everything"),
        ({"verdict": "return"}, "Say what has to be done again"),
        ({"verdict": ""}, "Select your verdict"),
        ({"words": ""}, "Say yes or no: every sentence"),
    ],
)
def test_a_check_that_contradicts_itself_is_not_taken(world, browser, at, tmp_path, change, words):
    _, (first, _) = drafted(world, tmp_path, at=at)
    answer = told(browser(world.reviewer), f"/lab/releases/checks/{first.pk}/", SOUND | change, status=200)
    assert words in answer.content.decode()
    first.refresh_from_db()
    assert first.submitted_at is None


def test_a_comment_is_answered_and_closed_before_anybody_confirms(world, browser, at, tmp_path):
    release, checks = drafted(world, tmp_path, at=at)
    home, reviewer, analyst = f"/lab/releases/{release.pk}/", browser(world.reviewer), browser(world.analyst)
    told(reviewer, f"{home}comment/", {"text": "Why this caliper?"})
    for check in checks:
        page(browser(check.reviewer), f"/lab/releases/checks/{check.pk}/")
        told(browser(check.reviewer), f"/lab/releases/checks/{check.pk}/", SOUND)
    told(reviewer, f"{home}sound/", status=409)
    assert "waits until every comment is answered and closed" in page(reviewer, home)
    said = release.request.comments.get()
    told(analyst, f"{home}comment/{said.pk}/answer/", {"text": "It is the lab's."})
    assert "It is the lab" in page(reviewer, home)
    told(reviewer, f"{home}comment/{said.pk}/close/")
    assert "waits until every comment is answered and closed" not in page(reviewer, home)
    told(reviewer, f"{home}sound/")
    for address in ("comment/", f"comment/{said.pk}/answer/"):
        assert "There is a problem" in analyst.post(home + address, {}, follow=True).content.decode()


def test_what_was_marked_as_wrong_leads_its_analyst_to_a_later_version(world, browser, at, later, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    later(DUE - at)
    actions.release_due(at=DUE)
    home, analyst, head = f"/lab/releases/{release.pk}/", browser(world.analyst), browser(world.head_of_profession)
    again = f"/lab/analysis/{release.key}/revise/"
    assert again in page(analyst, home)
    assert again not in page(head, home)
    assert "Make a later version" not in page(analyst, "/lab/releases/")
    told(head, f"{home}step/correct/", {"reason": "A date was read wrongly."})
    assert "Make a later version" in page(analyst, "/lab/releases/")
    told(analyst, again, {"reason": "The dates are read anew."})
    assert "Make a later version" not in page(analyst, "/lab/releases/")
    assert again not in page(analyst, home)


def test_a_draft_is_not_sent_back_to_draft(world, browser, at, tmp_path):
    draft, _ = drafted(world, tmp_path, at=at)
    text = page(browser(world.analyst), f"/lab/releases/{draft.pk}/")
    assert "Send back to draft" not in text
    assert f'href="/lab/analysis/{draft.key}/"' in text


def test_a_report_before_its_hour_is_marked_with_its_reader_and_logged(world, browser, at, tmp_path):
    release, _ = drafted(world, tmp_path, at=at)
    answer = browser(world.reviewer).get(f"/lab/releases/{release.pk}/report/")
    assert f"Copy of {world.reviewer.email}" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'none'" in answer.headers["Content-Security-Policy"]
    assert AuditEvent.objects.filter(action="view", by=world.reviewer.email).exists()
    for kind in ("report", "evidence"):
        assert browser(world.analyst_reviewer).get(f"/lab/releases/{release.pk}/{kind}/").status_code == 200
    other = type(world.analyst).objects.create_user("other.analyst@example.org", None, roles=("analyst",))
    for kind in ("report", "evidence"):
        assert browser(other).get(f"/lab/releases/{release.pk}/{kind}/").status_code == 403


def test_an_early_reader_sees_it_after_accepting_within_a_day_and_not_after_a_postponement(world, browser, at, later, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    home, head, reader = f"/lab/releases/{release.pk}/", browser(world.head_of_profession), world.beta.member
    early = f"/early/{release.pk}/"
    assert browser(reader).get(early).status_code == 404
    given = {"viewer": reader.email.upper(), "role": "Press officer", "purpose": "pre_release"}
    told(head, f"{home}access/", given)
    assert "Press officer" in page(head, home)
    assert release.as_book().release.title in page(browser(reader), "/early/")
    assert browser(reader).get(f"{early}report/").status_code == 403
    told(browser(reader), f"{early}accept/")
    assert "The report opens" in page(browser(reader), early)
    later(DUE - PRE_RELEASE - at - timedelta(seconds=1))
    assert browser(reader).get(f"{early}report/").status_code == 403
    later(timedelta(seconds=1))
    assert "Read the report" in page(browser(reader), early)
    assert f"Copy of {reader.email}" in page(browser(reader), f"{early}report/")
    assert browser(world.alpha.member).get(f"{early}report/").status_code == 404
    told(browser(world.head_of_profession), f"{home}step/postpone/", {"reason": "A table was late."})
    assert browser(reader).get(f"{early}report/").status_code == 404
    assert "No release waits" in page(browser(reader), "/early/")


def test_the_organisation_itself_is_given_no_briefing(world, browser, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    core = release.as_book().release
    given = {"viewer": "x@example.org", "role": f"Director of {core.organisation}", "purpose": "pre_release"}
    answer = told(browser(world.head_of_profession), f"/lab/releases/{release.pk}/access/", given, status=200)
    assert "is not for the organisation" in answer.content.decode()
    assert browser(world.analyst).get(f"/lab/releases/{release.pk}/access/").status_code == 403


def test_a_breach_is_answered_by_releasing_to_everybody(world, browser, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    home, head = f"/lab/releases/{release.pk}/", browser(world.head_of_profession)
    assert browser(world.head_of_profession).get(f"{home}step/release_early/").status_code == 404
    told(browser(world.reviewer), f"{home}step/breach/", {"reason": "A draft was left on a printer."})
    assert "Decide on a breach" in page(head, "/lab/releases/")
    told(head, f"{home}step/release_early/", {"reason": "Somebody may have it."})
    release.refresh_from_db()
    assert (release.state, release.released_at) == ("released", at)
    told(head, f"{home}step/correct/", {"reason": "Table 2 is wrong."})
    told(head, f"{home}step/withdraw/", {"reason": "The data were wrong."})
    release.refresh_from_db()
    assert release.state == "withdrawn"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Enter day of release"),
        ({"day-day": "1", "day-month": "12", "day-year": "2026"}, "at least four weeks ahead"),
        ({"day-day": "9", "day-month": "1", "day-year": "2027"}, "needs a working day"),
    ],
)
def test_a_date_that_the_calendar_does_not_allow_is_refused_in_its_words(world, browser, at, tmp_path, data, words):
    release = final(world, tmp_path, at=at)
    answer = told(browser(world.head_of_profession), f"/lab/releases/{release.pk}/step/schedule/", data, status=200)
    assert words in answer.content.decode()
    assert Release.objects.get(pk=release.pk).due is None


def test_a_step_is_offered_to_nobody_else(world, browser, at, tmp_path):
    release = final(world, tmp_path, at=at)
    for who in (world.analyst, world.reviewer):
        assert browser(who).post(f"/lab/releases/{release.pk}/step/schedule/", DAY).status_code == 404
    assert browser(world.head_of_profession).get(f"/lab/releases/{release.pk}/step/clear/").status_code == 404


def test_concerns_are_answered_by_the_head_of_profession(world, browser, at, tmp_path):
    concern = actions.raise_concern(text="The chart misleads.", about="", at=at)
    address, head = f"/lab/releases/concerns/{concern.pk}/", browser(world.head_of_profession)
    assert "Answer a concern" in page(head, "/lab/releases/")
    assert browser(world.analyst).get(address).status_code == 403
    told(head, address, {"text": " "}, status=200)
    told(head, address, {"text": "We drew it anew."})
    assert "We drew it anew." in page(head, address)
    concern.refresh_from_db()
    assert concern.answered_at == at


def test_an_unpublished_release_is_not_spoken_of_in_an_answer(world, browser, at, tmp_path):
    release = scheduled(world, tmp_path, at=at)
    concern = actions.raise_concern(text="I heard something.", about=release.key, at=at)
    answer = told(browser(world.head_of_profession), f"/lab/releases/concerns/{concern.pk}/", {"text": "Wait."}, status=200)
    assert "waits for the release" in answer.content.decode()


def test_releases_are_for_the_lab(world, browser, at):
    assert browser(world.administrator).get("/lab/releases/").status_code == 403
    assert "Nothing waits for you" in page(browser(world.reviewer), "/lab/releases/")
