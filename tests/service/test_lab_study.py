"""Setting the study: a form over the study file, refused in the core's words; the protocol with its hash; reasons for changes."""

from datetime import date

import pytest

from jdl_service.analysis import actions, policies
from jdl_service.analysis.forms import StudyForm
from jdl_service.analysis.jobs import _keep_protocol
from jdl_service.analysis.models import Study
from jdl_service.analysis.study_text import first_draft, parse, with_override, without_override
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.jobs.models import Job
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json
from justice_data_lab.protocol import freeze
from justice_data_lab.study import Lab
from service_people import request_in

FILLED = {
    "name": "Sessions", "seed": "7", "clock": "auto", "max_lag_days": "182", "exact": "sex, region", "selection": "none", "robustness": "on",
    "clock_reason": "", "more": '[columns]\nsite = "before_start"\n',
}  # fmt: skip


@pytest.fixture
def ready(world, at):
    return request_in("ready", world.alpha, at=at, owner=world.analyst)


def frozen(study, at):
    """The protocol as the worker freezes it, here without a register."""
    read = policies.read_text(study.toml, at.date())
    made = freeze(read, Lab(), covariates=("age",), measures=("reoffended",), extract=date(2026, 1, 1), today=at.date())
    _keep_protocol(study, canonical_json(made.to_dict()).decode(), at=at)
    return made


def test_the_form_begins_with_what_the_organisation_said(world, ready, browser):
    page = browser(world.analyst).get(f"/lab/analysis/{ready.key}/study/").content.decode()
    assert 'value="Example programme"' in page
    assert f'value="{ready.pk}"' in page


def test_what_is_filled_in_becomes_a_study_that_the_core_reads(world, ready, browser, at):
    client, address = browser(world.analyst), f"/lab/analysis/{ready.key}/study/"
    assert client.post(address, FILLED).status_code == 302
    study = policies.read_text(Study.objects.get().toml, at.date())
    assert (study.name, study.seed, study.method.exact, study.columns) == (
        "Sessions",
        7,
        ("sex", "region"),
        (("site", "before_start"),),
    )
    assert study.programme.what == "Weekly sessions"
    again = client.get(address).content.decode()
    assert 'value="sex, region"' in again
    assert "[columns]" in again


def test_what_the_core_refuses_is_said_in_its_words_with_the_nearest_key(world, ready, browser):
    client, address = browser(world.analyst), f"/lab/analysis/{ready.key}/study/"
    page = client.post(address, FILLED | {"more": "[method]\nsmd_denominatr = 'pooled'\n"}).content.decode()
    assert "smd_denominator" in page
    assert "<title>Error: Study" in page
    assert "is not TOML" in client.post(address, FILLED | {"more": "[columns"}).content.decode()
    after = FILLED | {"more": '[columns]\nsite = "after_start"\n[[analysis]]\nname = "one site"\nwhere = {site = "a"}\n'}
    assert "known only afterwards" in client.post(address, after).content.decode()
    assert not Study.objects.exists()


def test_only_an_analyst_sets_it(world, ready, browser):
    assert browser(world.reviewer).post(f"/lab/analysis/{ready.key}/study/", FILLED).status_code == 403


def test_an_analyst_cannot_give_the_reviewers_reason(world, ready, at):
    toml = with_override(StudyForm_toml(ready), by="Ana", reason="I say so")
    with pytest.raises(NotNow, match="given by a reviewer"):
        actions.set_study(ready, toml=toml, by=world.analyst, at=at)


def StudyForm_toml(request, **more):  # noqa: N802 -- the study file that the form writes
    form = StudyForm(FILLED | more)
    assert form.is_valid(), form.errors
    return form.toml(first_draft(request))


def test_a_reviewers_reason_goes_in_with_its_change_and_comes_out_again(ready, at):
    plain = StudyForm_toml(ready)
    said = with_override(with_override(plain, by="Rob", reason="first"), by="Rob", reason=" second ")
    assert parse(said)["method"]["override_balance"] == "Rob: second"
    assert parse(said)["change"] == [{"what": "method.override_balance", "why": "Rob: second"}]
    assert parse(without_override(said)) == parse(plain)


def test_the_protocol_is_frozen_once_and_its_hash_is_in_the_log(world, ready, browser, at):
    client = browser(world.analyst)
    assert client.post(f"/lab/analysis/{ready.key}/freeze/").status_code == 409
    study = actions.set_study(ready, toml=StudyForm_toml(ready), by=world.analyst, at=at)
    assert client.post(f"/lab/analysis/{ready.key}/freeze/").status_code == 302
    assert Job.objects.get().task.endswith("freeze_protocol")
    assert "being written down now" in client.get(f"/lab/analysis/{ready.key}/study/").content.decode()
    made = frozen(study, at)
    assert AuditEvent.objects.get(action="freeze protocol").detail == made.sha256
    assert made.sha256 in client.get(f"/lab/analysis/{ready.key}/study/").content.decode()
    _keep_protocol(study, "another", at=at)
    study.refresh_from_db()
    assert policies.protocol_of(ready).sha256 == made.sha256
    with pytest.raises(NotNow, match="frozen already"):
        actions.freeze_protocol(ready, by=world.analyst, at=at)


def test_a_change_after_freezing_needs_its_reason(world, ready, at):
    study = actions.set_study(ready, toml=StudyForm_toml(ready), by=world.analyst, at=at)
    frozen(study, at)
    with pytest.raises(UsageError, match=r"method\.selection"):
        actions.set_study(ready, toml=StudyForm_toml(ready, selection="wald"), by=world.analyst, at=at)
    why = (
        FILLED["more"]
        + '[[change]]\nwhat = "method.selection"\nwhy = "Too many characteristics"\n[[change]]\nwhat = "covariates"\nwhy = "w"\n'
    )
    actions.set_study(ready, toml=StudyForm_toml(ready, selection="wald", more=why), by=world.analyst, at=at)
    assert policies.read_text(Study.objects.get().toml, at.date()).method.selection == "wald"


def test_the_study_stands_once_outcomes_are_unlocked(world, at, browser):
    row = request_in("analysed", world.alpha, at=at, owner=world.analyst)
    Study.objects.create(request=row, toml=StudyForm_toml(row), set_by=world.analyst, set_at=at)
    page = browser(world.analyst).get(f"/lab/analysis/{row.key}/study/").content.decode()
    assert "The study stands." in page
    assert "Save the study" not in page
    for act in (
        lambda: actions.set_study(row, toml="", by=world.analyst, at=at),
        lambda: actions.freeze_protocol(row, by=world.analyst, at=at),
    ):
        with pytest.raises(NotNow):
            act()
    with pytest.raises(NotYours):
        actions.freeze_protocol(row, by=world.reviewer, at=at)


def test_without_a_study_a_reviewer_reads_that_there_is_none(world, ready, browser):
    assert "No study has been set." in browser(world.reviewer).get(f"/lab/analysis/{ready.key}/study/").content.decode()
