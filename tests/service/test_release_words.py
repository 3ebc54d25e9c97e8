"""Words that are printed, or go round the lab, name nobody: a response, a breach, a reason, a check, a concern and its answer."""

import pytest

from jdl_service.base.errors import NotNow
from jdl_service.releases import actions
from jdl_service.releases.forms import AnswerForm, CheckForm, WaiveForm
from jdl_service.releases.models import Concern
from service_releases import DUE, drafted, scheduled

NAMES = "Ask Mr Featherstonehaugh, A1234BC"


def test_a_breach_and_a_reason_name_nobody(world, at, service, tmp_path, browser):
    service()
    release = scheduled(world, tmp_path, at=at)
    for action, who in (("breach", world.analyst), ("postpone", world.head_of_profession)):
        with pytest.raises(NotNow, match=r"a prison number and somebody's name") as refused:
            actions.take_step(release, action, by=who, at=at, asked=actions.Asked(reason=NAMES))
        assert "Featherstonehaugh" not in str(refused.value)
    page = browser(world.analyst).post(f"/lab/releases/{release.pk}/step/breach/", {"reason": NAMES}).content.decode()
    assert 'href="#id_reason"' in page
    assert not release.as_book().release.breaches


def test_a_response_names_nobody(world, at, service, tmp_path, later):
    service()
    release = scheduled(world, tmp_path, at=at)
    due = later(DUE - at)
    actions.release_due(at=due)
    release.refresh_from_db()
    with pytest.raises(NotNow, match="somebody's name"):
        actions.answer_to(release, text=NAMES, by=world.alpha.member, at=due)
    release.refresh_from_db()
    assert not release.as_book().responses


def test_a_check_names_nobody(world, at, service, tmp_path):
    service()
    _, (check, _) = drafted(world, tmp_path, at=at)
    with pytest.raises(NotNow, match="somebody's name"):
        actions.submit_check(check, verdict="return", answers={}, text=NAMES, by=check.reviewer, at=at)
    check.refresh_from_db()
    assert check.submitted_at is None


def test_a_concern_and_its_answer_name_nobody(world, at):
    with pytest.raises(NotNow, match="concern"):
        actions.raise_concern(text=NAMES, about="", at=at)
    made = actions.raise_concern(text="The chart on page 3 is odd.", about="", at=at)
    with pytest.raises(NotNow, match="answer to concern"):
        actions.answer_concern(made, text=NAMES, by=world.head_of_profession, at=at)
    assert Concern.objects.get().answer == ""


@pytest.mark.parametrize(("form", "field"), [(AnswerForm, "text"), (WaiveForm, "reason"), (CheckForm, "text")])
def test_the_forms_say_so_beside_the_field(form, field):
    assert "nobody may be named" in str(form({field: NAMES}).errors[field])
