"""Setting the study: a form over the study file, refused in the core's words; the protocol with its hash; reasons for changes."""

import re
from datetime import date

import pytest

from jdl_service.analysis import actions, policies
from jdl_service.analysis.jobs import _keep_protocol
from jdl_service.analysis.models import Study
from jdl_service.analysis.study_forms import StudyForm, values_of
from jdl_service.analysis.study_text import first_draft, parse, with_override, without_override
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow, NotYours
from jdl_service.files.models import CohortFile
from jdl_service.jobs.models import Job
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json
from justice_data_lab.protocol import freeze
from justice_data_lab.study import Lab
from service_people import request_in
from service_requests import clean_file

EMPTY = {f"{kind}-{part}": str(number) for kind in ("columns", "analysis", "change") for part, number in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}  # fmt: skip
FILLED = EMPTY | {
    "name": "Sessions", "seed": "7", "design": "matched", "clock": "auto", "max_lag_days": "182", "exact": "sex, region", "selection": "none",
    "robustness": "on", "clock_reason": "", "more": "",
}  # fmt: skip


def rows(kind, *filled):
    """What a browser sends of the rows of a kind, with an empty one at the end."""
    empty = {"columns": {"known": "before_start"}, "analysis": {"years": "1"}, "change": {}}[kind]
    sent = {f"{kind}-TOTAL_FORMS": str(len(filled) + 1), f"{kind}-INITIAL_FORMS": "0"}
    return sent | {f"{kind}-{place}-{name}": text for place, row in enumerate((*filled, empty)) for name, text in row.items()}


SITE = rows("columns", {"name": "site", "known": "before_start"})


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
    assert client.post(address, FILLED | SITE).status_code == 302
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
    assert 'value="site"' in again
    assert "Matched exactly" in again


def test_what_the_core_refuses_is_said_in_its_words_with_the_nearest_key(world, ready, browser):
    client, address = browser(world.analyst), f"/lab/analysis/{ready.key}/study/"
    page = client.post(address, FILLED | {"more": "[method]\nsmd_denominatr = 'pooled'\n"}).content.decode()
    assert "smd_denominator" in page
    assert "<title>Error: Study" in page
    assert "is not TOML" in client.post(address, FILLED | {"more": "[columns"}).content.decode()
    after = rows("columns", {"name": "dose", "known": "after_start"})
    one = rows("analysis", {"name": "full dose", "where": "dose = full", "years": "1", "headline": "on"})
    page = client.post(address, FILLED | after | one).content.decode()
    assert "known only afterwards" in page
    assert 'href="#id_analysis-0-headline"' in page
    assert not Study.objects.exists()


def test_the_form_begins_with_what_was_said_of_the_own_columns_that_every_list_has(world, ready, browser, at):
    first = clean_file(ready, world.alpha, at=at)
    CohortFile.objects.filter(pk=first.pk).update(
        known_when={"Site": "before_start", "Sessions": "before_start", "Dose": "after_start"}
    )
    ready.partners.add(world.beta.row)
    second = clean_file(ready, world.beta, at=at)
    CohortFile.objects.filter(pk=second.pk).update(known_when={"site": "before_start", "SESSIONS": "after_start"})
    assert first_draft(ready)["columns"] == {"Site": "before_start", "Sessions": "after_start"}
    page = browser(world.analyst).get(f"/lab/analysis/{ready.key}/study/").text
    for place, heading in enumerate(("Site", "Sessions")):
        assert re.search(rf'name="columns-{place}-name"[^>]*value="{heading}"', page)


def test_only_an_analyst_sets_it(world, ready, browser):
    assert browser(world.reviewer).post(f"/lab/analysis/{ready.key}/study/", FILLED).status_code == 403


def test_an_analyst_cannot_give_the_reviewers_reason(world, ready, at):
    toml = with_override(StudyForm_toml(ready), by="Ana", reason="I say so")
    with pytest.raises(NotNow, match="given by a reviewer"):
        actions.set_study(ready, toml=toml, by=world.analyst, at=at)


def StudyForm_toml(request, **more):  # noqa: N802 -- the study file that the form writes
    form = StudyForm.of(first_draft(request), FILLED | more)
    assert form.is_sent()
    return form.toml(first_draft(request))


def test_what_was_pasted_with_control_characters_is_a_study_that_the_core_reads(ready, at):
    ready.programme, ready.what = "Bridge\x0b\r\nworkshops\x01", "First line\x0bsecond\r\nthird"
    toml = with_override(StudyForm_toml(ready), by="Rob", reason="small\x0bgroup")
    study = policies.read_text(toml, at.date())
    assert study.programme_name.split() == ["Bridge", "workshops"]
    assert study.programme.what == "First line second\r\nthird"
    assert study.method.override_balance == "Rob: small group"


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
    why = rows("change", {"what": "method.selection", "why": "Too many characteristics"}, {"what": "covariates", "why": "w"})
    actions.set_study(ready, toml=StudyForm_toml(ready, selection="wald", **why), by=world.analyst, at=at)
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


HEAD = """[study]
name = "Sessions"
organisation = "Alpha Trust"
programme = "Example programme"
intervention_type = "education"
setting = "custody"
seed = 7
report_date = 2026-11-22
"""
FILES = {
    "nothing more": "",
    "a trial": '[method]\ndesign = "randomised"\nse = "lechner"\nrobustness = false\n',
    "an update": 'supersedes = "2025-003"\n',
    "a clock with its reason": '[cohort]\nclock = "index"\nclock_reason = "All began in prison"\nmax_lag_days = 90\n',
    "a fixed caliper": '[method]\ncaliper = {width = 0.1}\nsmd_denominator = "treated"\nexact = ["sex"]\nselection = "wald"\n',
    "a cost and a profile": '[programme]\nunit_cost = {amount = 12.5, currency = "GBP", year = 2025, source = "Accounts"}\n[disclosure]\nprofile = "default"\n',
    "several analyses": """[columns]
site = "before_start"
dose = "after_start"
[[analysis]]
name = "national"
headline = true
[[analysis]]
name = "regional"
exact = ["region"]
years = 2
[[analysis]]
name = "full dose in Leeds"
where = {dose = "full", site = "Leeds"}
assessment = "without"
""",
    "one analysis that does not say that it is the headline": '[[analysis]]\nname = "two years"\nyears = 2\n',
    "changes": '[[change]]\nwhat = "method.selection"\nwhy = """Two\nlines"""\n',
}  # fmt: skip


def as_sent(tables):
    """What a browser sends back of a page on which nothing was changed."""
    shown = values_of(tables)
    plain = {name: value for name, value in shown["settings"].items() if name != "report_date"}
    day = shown["settings"]["report_date"]
    sent = {f"report_date-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    sent |= {name: "on" if value is True else str(value) for name, value in plain.items() if value is not False}
    for kind in ("columns", "analysis", "change"):
        filled = [
            {name: "on" if value is True else value for name, value in row.items() if value is not False} for row in shown[kind]
        ]
        sent |= rows(kind, *filled)
    return sent


@pytest.mark.parametrize("name", FILES)
def test_the_form_makes_the_study_that_the_core_reads_from_the_file(ready, at, name):
    before = policies.read_text(HEAD + FILES[name], at.date())
    draft = parse(HEAD)
    form = StudyForm.of(parse(HEAD + FILES[name]), as_sent(parse(HEAD + FILES[name])))
    assert form.is_sent()
    draft["programme"] = {}
    assert policies.read_text(form.toml(draft), at.date()) == before


def test_a_row_is_added_by_a_button_without_a_word_of_errors_and_nothing_is_kept(world, ready, browser):
    client, address = browser(world.analyst), f"/lab/analysis/{ready.key}/study/"
    typed = rows("analysis", {"name": "regional", "years": "2", "exact": "region"})
    page = client.post(address, FILLED | typed | {"name": "", "add": "analysis"}).content.decode()
    for words in ('value="regional"', "Analysis 3", 'name="analysis-2-name"'):
        assert words in page
    assert "There is a problem" not in page
    assert 'name="columns-1-name"' not in page
    assert not Study.objects.exists()
    assert client.post(address, FILLED | {"analysis-TOTAL_FORMS": "x", "add": "analysis"}).status_code == 200
    assert "Save the study" in client.post(address, FILLED | {"add": "nothing"}, follow=True).content.decode()


def test_errors_stand_beside_the_row_that_they_are_of(world, ready, browser):
    client, address = browser(world.analyst), f"/lab/analysis/{ready.key}/study/"

    def places(sent):
        page = client.post(address, FILLED | sent).content.decode()
        return [part.split('"')[0] for part in page.split('href="#id_')[1:]]

    assert places(rows("analysis", {"name": "a", "years": "1", "where": "Leeds", "headline": "on"})) == ["analysis-0-where"]
    assert places(rows("analysis", {"name": "a", "years": "1", "where": "x = 1\nx = 2", "headline": "on"})) == [
        "analysis-0-where"
    ]
    two = [{"name": name, "years": "1", "headline": "on" if name == "a" else ""} for name in "ab"]
    two[1] |= {"where": "site = Leeds"}
    del two[1]["headline"]
    assert places(rows("analysis", *two)) == ["analysis-1-where"]
    assert places(rows("analysis", two[0], {"name": "a/b", "years": "1"})) == ["analysis-1-name"]
    assert places(rows("columns", {"name": "", "known": "after_start"})) == ["columns-0-name"]
    assert places(rows("change", {"what": "method.se", "why": ""})) == ["change-0-why"]
    assert places({"more": "[[analysis]]\nname = 'a'\n[method]\nexact = ['sex']\n[programme]\nwhat = 'x'\n"}) == ["more"]
    assert places({"more": "[method]\nse = 'best'\n"}) == ["more"]
    assert places({"design": "randomised"}) == ["exact"]
    assert places({"clock_reason": "Because"}) == ["clock_reason"]
    assert places({"more": "[nothing]\nx = 1\n"}) == []
    assert not Study.objects.exists()


def test_a_row_that_was_emptied_is_gone(world, ready, browser, at):
    client, address = browser(world.analyst), f"/lab/analysis/{ready.key}/study/"
    client.post(address, FILLED | SITE)
    client.post(address, FILLED | rows("columns", {"name": "", "known": "before_start"}))
    assert policies.read_text(Study.objects.get().toml, at.date()).columns == ()


def test_the_study_is_shown_in_words(world, ready, browser):
    client, address = browser(world.analyst), f"/lab/analysis/{ready.key}/study/"
    columns = rows("columns", {"name": "dose", "known": "after_start"})
    analyses = rows(
        "analysis", {"name": "national", "headline": "on", "years": "1"}, {"name": "full dose", "where": "dose = full", "years": "2", "exact": "region", "assessment": "with"}
    )  # fmt: skip
    more = {
        "more": "[method.caliper]\nwidth = 0.2\n",
        "supersedes": "2025-001",
        "clock": "index",
        "clock_reason": "All began inside",
    }
    assert (
        client.post(
            address, FILLED | columns | analyses | more | rows("change", {"what": "method.se", "why": "Fewer people"})
        ).status_code
        == 302
    )
    page = client.get(address).content.decode()
    for words in (
        "Analysis: national (page one)", "everybody, followed for one year", "people for whom dose is full, followed for two years, compared with people of the same region",
        "only people with a needs assessment", "Known only afterwards", "0.2 on the scale of the logit", "At the sentence or release: All began inside",
        "Updates the release", "Changed since the protocol: method.se", "Fewer people",
    ):  # fmt: skip
        assert words in page
    assert client.post(address, FILLED | {"design": "randomised", "exact": ""}).status_code == 302
    page = client.get(address).content.decode()
    assert "A trial, as assigned" in page
    assert "How near scores are" not in page
