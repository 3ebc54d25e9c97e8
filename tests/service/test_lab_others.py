"""A comparison knows of earlier cohorts of its programme that were public, and of people who had such help elsewhere."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from jdl_service.analysis import child, others
from jdl_service.analysis.archive import restore, seal_finished
from jdl_service.analysis.models import Run
from jdl_service.files.store import store
from jdl_service.releases import actions as releases
from jdl_service.requests.models import Request
from justice_data_lab.request import people_of
from sample_ledgers import SCHEME, ids, linked_run
from service_people import request_in
from service_releases import DUE, final, scheduled
from service_rooms import STUDY, file_of, run_of

REGISTER = SimpleNamespace(id_scheme=SCHEME)
LEASE = SimpleNamespace(fenced=nullcontext)


@pytest.fixture
def linked(world, at, service, tmp_path):
    """`linked(who, …)` is a run of another request that found people."""
    service()
    made = []

    def make(who, *, programme="Example programme", kind="education", state="analysed", first=0):
        request = request_in(state, who, at=at, owner=world.analyst)
        Request.objects.filter(pk=request.pk).update(programme=programme, intervention_type=kind)
        run = run_of(request, who, at=at, study=STUDY)
        made.append(run)
        seal_finished(LEASE, run, linked_run(tmp_path / f"run-{len(made)}", ids(first, first + 40), f"list {first}"), at=at)
        return run

    return make


@pytest.fixture
def new(world, at):
    """`new(study)` is a new run of a comparison of the first organisation."""

    def make(study=STUDY):
        request = request_in("ready", world.alpha, at=at, owner=world.analyst)
        file_of(request, world.alpha, at=at)
        run = run_of(request, world.alpha, at=at, study=study)
        others.settle(run)
        return run

    return make


def test_similar_are_the_last_runs_of_other_programmes_of_the_same_kind(world, linked, new):
    elsewhere = linked(world.beta)
    own_other = linked(world.alpha, programme="Another programme")
    linked(world.alpha, programme="example PROGRAMME")
    linked(world.beta, kind="housing")
    linked(world.beta, state="refused")
    assert set(new().similar.all()) == {elsewhere, own_other}
    later = Run.objects.create(
        request=elsewhere.request,
        number=2,
        cohort_file=elsewhere.cohort_file,
        study=STUDY,
        begun_at=elsewhere.begun_at,
        command="c",
    )
    assert set(new().similar.all()) == {elsewhere, own_other}
    Run.objects.filter(pk=later.pk).update(number=0)
    elsewhere.rooms.update(run=later)
    assert set(new().similar.all()) == {later, own_other}


def test_links_that_were_destroyed_are_not_asked_for(world, linked, new, at):
    run = linked(world.beta)
    store().destroy(run.rooms.get(room="2-linkage").sealed, at=at)
    assert not new().similar.exists()


def test_earlier_is_what_was_public_of_the_programme_or_is_updated(world, at, new, service, tmp_path, later):
    service()
    public, waiting = scheduled(world, tmp_path / "one", at=at), final(world, tmp_path / "two", at=at)
    due = later(DUE - at)
    assert releases.release_due(at=due) == 1
    for release in (public, waiting):
        Run.objects.filter(pk=release.run_id).update(study=STUDY)
        linkage = linked_run(tmp_path / f"links-{release.pk}", ids(0, 40), f"list {release.pk}")
        seal_finished(LEASE, release.run, linkage, at=at)
    assert list(new().earlier.all()) == [public.run]
    Request.objects.filter(pk=public.request_id).update(programme="Another programme")
    assert not new().earlier.exists()
    update = STUDY.replace("[study]", f'[study]\nsupersedes = "{public.key} v1"')
    assert list(new(update).earlier.all()) == [public.run]
    assert list(new(STUDY.replace("[study]", f'[study]\nsupersedes = "{public.key}"')).earlier.all()) == [public.run]


def test_the_worker_lays_out_whom_they_found_and_the_core_reads_it(world, linked, new, tmp_path):
    first, second = linked(world.beta), linked(world.beta, first=100)
    run = new()
    run.earlier.set([first])
    run.similar.set([first, second])
    similar = others.lay_out_similar(run, tmp_path / "similar")
    assert people_of(child._with_ids(similar, REGISTER)) == tuple(sorted(ids(0, 40) | ids(100, 140)))
    assert child._with_ids(similar, SimpleNamespace(id_scheme="another")) == ()
    earlier = others.lay_out_earlier(run, tmp_path / "earlier")
    assert people_of(child._with_ids(earlier, REGISTER)) == tuple(sorted(ids(0, 40)))
    first.rooms.filter(room="2-linkage").delete()
    assert others.lay_out_earlier(run, tmp_path / "again") == ()


def test_a_run_that_is_laid_out_in_part_has_no_more(world, linked, tmp_path):
    run = linked(world.beta)
    restore(run, tmp_path / "part", (others.LINKAGE,))
    assert [path.name for path in (tmp_path / "part").iterdir()] == ["2-linkage"]
