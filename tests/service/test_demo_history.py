"""The demonstration: a request in every state, walked there by the acts of the people themselves."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from jdl_service import clock, demo, demo_history
from jdl_service.accounts.models import User
from jdl_service.analysis.models import ForTheWeb
from jdl_service.audit.log import broken_at
from jdl_service.audit.models import AuditEvent
from jdl_service.conf.environment import Environment
from jdl_service.demo_outside import INVENTED, KIND, add_outside
from jdl_service.files.keys import make_keys
from jdl_service.files.store import store
from jdl_service.library import standing
from jdl_service.library.models import OutsideResult
from jdl_service.organisations.models import Membership, Organisation
from jdl_service.releases.models import Release
from jdl_service.requests.actions import begin
from jdl_service.requests.models import Request
from jdl_service.requests.states import STATES
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.library.classified import Classified
from justice_data_lab.publication.calendar import has_notice, holidays_of, is_working_day, on_the_wall
from justice_data_lab.release_run import read_content
from service_library import put

# A Sunday's evening in UTC; where the lab is a bank holiday has begun, it is summer, and what is told began in winter of the year before.
TOLD_AT = datetime(2027, 5, 30, 23, 30, tzinfo=UTC)
# A request follows the last version of its release, so it is never revised: its first version is.
NEVER_OF_A_REQUEST = {"revised"}


def test_the_clock_stands_where_a_story_is_told_and_goes_on_afterwards():
    before = clock.now()
    with clock.told(before.replace(year=2020)) as at:
        assert clock.now() == at
    assert clock.now() >= before


def test_the_paths_end_in_every_state():
    assert {state for state, _, _ in demo_history.PATHS} == set(STATES) - NEVER_OF_A_REQUEST
    assert {act for _, _, path in demo_history.PATHS for act in path} == set(demo_history.ACTS)


def test_an_interrupted_start_leaves_no_half_of_a_history_and_the_next_one_tells_it(db, service, monkeypatch):
    found = service()
    found.home.mkdir(parents=True)
    make_keys(found)
    (found.home / "sample-cohort.csv").touch()

    told, lost = found.ledger.read_bytes(), []

    def tell(sample, at):
        assert found.ledger.read_bytes() == told
        assert not any(store().blobs.names(clock.now()))
        by = Membership.objects.filter(role="member").first()
        begin(organisation=by.organisation, by=by.user, at=at)
        yield "  request 1 of 2: draft"
        if interrupted:
            lost.append(store().put([b"somebody"], opener="worker", at=at).name)
            found.ledger.write_bytes(b"told")
            raise KeyboardInterrupt
        begin(organisation=by.organisation, by=by.user, at=at)

    monkeypatch.setattr(demo, "tell_history", tell)
    for interrupted, left in ((True, 0), (False, 2)):
        with pytest.raises(KeyboardInterrupt) if interrupted else nullcontext():
            list(demo.seed(found))
        assert Request.objects.count() == left
        assert AuditEvent.objects.filter(action="begin").count() == left
    assert lost


def test_a_register_that_was_begun_is_gone_on_with(tmp_path, monkeypatch):
    found, done = Environment(home=tmp_path, register=str(tmp_path / "snapshot")), []
    monkeypatch.setattr(demo, "synthesise", lambda out, **given: (out.mkdir(), done.append("source")))
    monkeypatch.setattr(demo, "synthesise_cohort", lambda register, out, **given: out.touch())

    def prepare(source, out):
        out.mkdir(exist_ok=True)
        done.append("snapshot")
        if len(done) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(demo, "prepare", prepare)
    with pytest.raises(KeyboardInterrupt):
        list(demo.invent_register(found))
    assert [line.split(":")[0] for line in demo.invent_register(found)][-1] == "A cohort file to send"
    assert done == ["source", "snapshot", "snapshot"]
    assert len(list(demo.invent_register(found))) == 1


def test_a_history_goes_from_day_to_day_and_ends_when_it_is_told_whatever_the_day(monkeypatch, settings):
    announced, zone = [], ZoneInfo(settings.LAB.release_zone)

    def schedule(scene, at):
        scene.due = demo_history.hour_after(at)
        announced.append((at, scene.due))

    acts = dict.fromkeys(demo_history.ACTS, lambda scene, at: None)
    monkeypatch.setattr(demo_history, "ACTS", acts | {"schedule": schedule})
    for path in {path for _, _, path in demo_history.PATHS if "schedule" in path}:
        for days in range(800):
            end = datetime(2026, 11, 1, 7 * days % 24, 45, tzinfo=UTC) + timedelta(days=days)
            moments = list(demo_history._walk(SimpleNamespace(due=None), path, end))
            assert moments == sorted(set(moments))
            assert moments[-1] <= end
    assert all(has_notice(at, due, zone) for at, due in announced)
    assert all(is_working_day(on_the_wall(due, zone).date(), holidays_of(settings.LAB)) for _, due in announced)


def test_evidence_from_elsewhere_says_in_every_line_that_it_is_invented_and_took_two_people(
    world, browser, at, service, monkeypatch
):
    monkeypatch.setattr(standing, "_kept", standing._Kept())
    service(address="https://lab.example")
    analyst, reviewer = (User.objects.create_user(f"{role}@lab.example", None, roles=(role,)) for role in ("analyst", "reviewer"))
    put(world, "2026-001", at=at - timedelta(days=1), said=Classified(types=(KIND,)))
    add_outside(at)
    assert [(row.state, row.by, row.agreed_by, row.as_outside().added) for row in OutsideResult.objects.all()] == [
        ("agreed", analyst, reviewer, clock.day_of(at))
    ] * len(INVENTED)
    for said in INVENTED:
        assert all("invented" in words.lower() for words in (said.title, said.source, said.note))
    of_its_kind = browser().get(f"/library/types/{KIND}/").content.decode()
    listed = browser().get("/library/outside/").content.decode()
    assert all(said.title in page for said in INVENTED for page in (of_its_kind, listed))
    # with the lab's own there are three, of which an average is taken for whoever asks
    assert "With outside evidence the average effect would be" in of_its_kind


@pytest.mark.slow
def test_every_state_is_reached_through_the_acts_and_a_second_start_makes_nothing(db, service, small_register, browser):
    found = service(register=str(small_register.path))
    found.home.mkdir(parents=True)
    synthesise_cohort(small_register, found.home / "sample-cohort.csv", size=200, effect=-0.08, seed=demo.SEED)
    with clock.told(TOLD_AT):
        lines = list(demo.seed(found))
    expected = sorted(state for state, _, _ in demo_history.PATHS)
    assert sorted(Request.objects.values_list("state", flat=True)) == expected
    assert sum(line.startswith("  request ") for line in lines) == len(expected)
    assert Organisation.objects.get(state="applied").memberships.exists()
    kinds_of_results()
    with clock.told(TOLD_AT):
        of_its_kind = browser().get(f"/library/types/{KIND}/").content.decode()
    assert all(said.title in of_its_kind for said in INVENTED)
    assert ForTheWeb.objects.filter(kind="report", run__request__state="analysed").count() == 1
    chain_is_whole_and_in_order()
    count = Request.objects.count()
    assert not any(line.startswith(("  request ", "  result ")) for line in demo.seed(found))
    assert Request.objects.count() == count


def kinds_of_results():
    """Published: a null, a harmful, one that helped, a withdrawn, a corrected, a revised, one that could not be analysed."""
    states = {(row.state, row.version) for row in Release.objects.all()}
    assert {("released", 1), ("released", 2), ("revised", 1), ("corrected", 1), ("withdrawn", 1)} <= states
    released = Release.objects.filter(state="released")
    contents = [read_content({each.name: bytes(each.data) for each in row.files.all()}) for row in released]
    assert {content.status for content in contents} == {"analysed", "not_analysable"}
    found = {each.verdict for content in contents for each in content.results if each.measure == "reoffended"}
    assert {"reduction", "increase", "inconclusive"} <= found


def chain_is_whole_and_in_order():
    """The log stands, and tells what was done in the order of the days."""
    assert broken_at() is None
    moments = list(AuditEvent.objects.order_by("number").values_list("at", flat=True))
    assert moments == sorted(moments)
