"""What the rooms of a run read: the lists of partners and of years as one cohort, without those who objected by then."""

import csv
import io
from datetime import date, timedelta

import pytest

from jdl_service.analysis import actions, cohorts, objections
from jdl_service.analysis.models import Finding, Run
from jdl_service.audit.models import AuditEvent
from jdl_service.base.errors import NotNow
from jdl_service.files import actions as files
from jdl_service.files.models import CohortFile, Objection
from jdl_service.files.objections import object_to_all
from jdl_service.files.periodic import sweep
from jdl_service.files.store import store
from jdl_service.files.taking_out import take_out
from jdl_service.jobs.models import Job
from jdl_service.releases import actions as releases
from jdl_service.requests import actions as requests
from jdl_service.requests import drafting
from jdl_service.requests.models import Request
from jdl_service.retention.classes import kept_for
from jdl_service.retention.destroy import destroy_due
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.intake.cohort import read_cohort
from justice_data_lab.intake.objections import Objection as Person
from justice_data_lab.linkage.review import Review, ReviewDecision, ReviewKey
from justice_data_lab.linkage.review_file import read_review, write_review
from justice_data_lab.linkage.review_queue import who_they_are
from justice_data_lab.study import Lab
from service_cohorts import HEADINGS, row_of, sheet
from service_people import WORDS, request_in, sealed_upload
from service_rooms import matched, run_of

ANN = Person(surname="Okafor", forename="Ann", date_of_birth=date(1984, 11, 5))


def send(request, who, data, at, worker, **more):
    row = files.upload(request, organisation=who.row, sent=sealed_upload(data, at=at), by=who.member, at=at, **more)
    worker.run_all()
    row.refresh_from_db()
    assert row.state == "clean", row.errors_by_rule
    return row


@pytest.fixture
def joint(world, at, worker, service):
    """A joint request of two organisations, each with its own list; Ann is in both, under other headings."""
    request = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at, kind="joint")
    drafting.add_partner(request, partner=world.beta.row, by=world.alpha.member, at=at)
    send(request, world.alpha, sheet(row_of(), row_of(forename="Ann")), at, worker)
    beta = sheet(row_of(forename="Ann", sex="woman"), row_of(forename="Bo"), headings=["Family", *HEADINGS[1:]])
    row = files.upload(request, organisation=world.beta.row, sent=sealed_upload(beta, at=at), by=world.beta.member, at=at)
    worker.run_all()
    row.refresh_from_db()
    files.map_columns(row, column_map={"columns": {"surname": "Family"}}, by=world.beta.member, at=at)
    worker.run_all()
    Request.objects.filter(pk=request.pk).update(state="accepted", submitted_at=at, owner=world.analyst, **WORDS)
    request.refresh_from_db()
    return request


def laid_out(run, folder):
    folder.mkdir()
    found = cohorts.lay_out(run, folder)
    return found, read_cohort(found.cohort, today=date(2026, 11, 25), lab=Lab(), column_map=found.column_map)


def names(cohort):
    return [(row["row"], row["forename"]) for row in cohort.rows.to_pylist()]


def test_the_lists_of_partners_are_one_cohort_that_does_not_say_whose_a_row_is(joint, world, at, tmp_path):
    run = actions.start_linking(joint, by=world.analyst, at=at)
    found, cohort = laid_out(run, tmp_path / "one")
    assert found.column_map is None
    assert names(cohort) == [(2, "Ann"), (3, "Ann"), (4, "Bo"), (5, "Daniel")]
    assert cohort.own_columns == ()
    assert run.cohort_file.organisation == world.beta.row  # the list that came last


def test_a_version_that_came_later_does_not_change_a_run(joint, world, at, worker, later, tmp_path):
    run = actions.start_linking(joint, by=world.analyst, at=at)
    Request.objects.filter(pk=joint.pk).update(state="adding")
    joint.refresh_from_db()
    send(joint, world.alpha, sheet(row_of(forename="Cy")), later(timedelta(hours=1)), worker)
    assert len(names(laid_out(run, tmp_path / "one")[1])) == 4


def test_a_run_waits_for_the_list_of_every_partner(joint, world, at):
    CohortFile.objects.filter(organisation=world.alpha.row).update(state="faulty", errors=1)
    with pytest.raises(NotNow, match="no cohort file"):
        actions.start_linking(joint, by=world.analyst, at=at)


def test_the_lists_of_years_are_one_cohort(world, at, worker, service, tmp_path):
    request = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at, kind="accumulating", planned_size=3)
    send(request, world.alpha, sheet(row_of(), row_of(forename="Ann")), at, worker)
    send(request, world.alpha, sheet(row_of(forename="Bo")), at, worker)
    Request.objects.filter(pk=request.pk).update(state="accepted", submitted_at=at, owner=world.analyst, **WORDS)
    request.refresh_from_db()
    run = actions.start_linking(request, by=world.analyst, at=at)
    assert [name for _, name in names(laid_out(run, tmp_path / "one")[1])] == ["Ann", "Bo", "Daniel"]


@pytest.mark.parametrize(("whose", "out"), [("all", True), ("alpha", True), ("beta", True), ("other", False)])
def test_somebody_who_objected_is_in_no_list_and_the_others_stay_where_they_were(joint, world, at, tmp_path, whose, out):
    other = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at).organisation
    chosen = {"all": None, "alpha": world.alpha.row, "beta": world.beta.row}.get(whose)
    if whose == "other":
        other = type(other).objects.create(
            name="Gamma", kind="charity", number="999", second_contact_name="S", second_contact_email="s@e.org"
        )
        chosen = other
    object_to_all(ANN, organisation=chosen, at=at)
    run = actions.start_linking(joint, by=world.analyst, at=at)
    found, cohort = laid_out(run, tmp_path / "one")
    assert found.taken_out == ((2, 3) if out else ())
    assert names(cohort) == ([(4, "Bo"), (5, "Daniel")] if out else [(2, "Ann"), (3, "Ann"), (4, "Bo"), (5, "Daniel")])


def test_who_objects_after_a_run_was_begun_is_in_it_until_the_next(joint, world, at, later, tmp_path):
    run = actions.start_linking(joint, by=world.analyst, at=at)
    object_to_all(ANN, organisation=None, at=later(timedelta(minutes=1)))
    assert len(names(laid_out(run, tmp_path / "one")[1])) == 4
    again = Run.objects.create(
        request=joint, number=2, cohort_file=run.cohort_file, begun_at=at + timedelta(minutes=2), command="c"
    )
    assert len(names(laid_out(again, tmp_path / "two")[1])) == 2


def test_decisions_on_links_stand_for_the_rows_that_are_left(joint, world, at, later, tmp_path):
    run = actions.start_linking(joint, by=world.analyst, at=at)
    _, cohort = laid_out(run, tmp_path / "one")
    decisions = tuple(ReviewDecision(row=row, choice="nobody", person_id=None, decided_at=at.date()) for row in (3, 4))
    review = Review(key=ReviewKey(cohort=who_they_are(cohort), model="m", register="r"), reviewer="a", decisions=decisions)
    object_to_all(ANN, organisation=None, at=later(timedelta(minutes=1)))
    again = Run.objects.create(
        request=joint, number=2, cohort_file=run.cohort_file, begun_at=at + timedelta(minutes=2), command="c"
    )
    _, left = laid_out(again, tmp_path / "two")
    for name, key in (("known.json", review.key.cohort), ("other.json", "of another cohort")):
        path = tmp_path / name
        write_review(Review(key=ReviewKey(cohort=key, model="m", register="r"), reviewer="a", decisions=decisions), path)
    (tmp_path / "three").mkdir()
    cohorts.carry_reviews(again, [tmp_path / "known.json", tmp_path / "other.json"], tmp_path / "three")
    carried = read_review(tmp_path / "known.json")
    assert (carried.key.cohort, [each.row for each in carried.decisions]) == (who_they_are(left), [4])
    assert read_review(tmp_path / "other.json").key.cohort == "of another cohort"
    cohorts.carry_reviews(again, [], tmp_path / "four")  # nothing is read when nobody decided


def test_a_run_that_somebody_objected_to_since_cannot_be_sent_to_be_checked(world, at, worker, service, later):
    request = request_in("analysed", world.alpha, at=at, owner=world.analyst)
    Request.objects.filter(pk=request.pk).update(state="draft")
    request.refresh_from_db()
    file = send(request, world.alpha, sheet(row_of(), row_of(forename="Ann")), at, worker)
    Request.objects.filter(pk=request.pk).update(state="analysed")
    request.refresh_from_db()
    run = run_of(request, world.alpha, at=at, study="s", outcome="finished")
    assert run.cohort_file == file
    objections.ask_to_heed(at=at)
    assert not Job.objects.filter(task=objections.heed_objections.name).exists()
    soon = later(timedelta(minutes=1))
    object_to_all(Person(surname="Nobody", forename="Known", date_of_birth=date(1990, 1, 1)), organisation=None, at=soon)
    with pytest.raises(NotNow, match="Try again in a minute"):
        releases.send(request, by=world.analyst, at=soon)
    for _ in range(2):
        objections.ask_to_heed(at=soon)
    worker.run_all()
    assert Job.objects.filter(task=objections.heed_objections.name).count() == 1
    objections.check_nobody_objected(request)
    soon = later(timedelta(minutes=1))
    object_to_all(ANN, organisation=world.alpha.row, at=soon)
    objections.ask_to_heed(at=soon)
    worker.run_all()
    assert Finding.objects.get(run=run, kind=objections.KIND).content == {}
    with pytest.raises(NotNow, match="Do the analysis again"):
        releases.send(request, by=world.analyst, at=soon)
    Run.objects.create(request=request, number=2, cohort_file=file, begun_at=soon, command="c")
    objections.check_nobody_objected(request)


def test_a_run_whose_list_is_gone_is_not_looked_at(world, at, worker, service, later):
    request = request_in("analysed", world.alpha, at=at, owner=world.analyst)
    run = run_of(request, world.alpha, at=at)
    CohortFile.objects.update(state="destroyed")
    soon = later(timedelta(minutes=1))
    object_to_all(ANN, organisation=None, at=soon)
    objections.ask_to_heed(at=soon)
    worker.run_all()
    assert Job.objects.get(task=objections.heed_objections.name).state == "done"
    assert not run.findings.exists()


def test_a_list_that_cannot_be_read_holds_up_its_own_request_only(world, at, worker, service, later):
    run = run_of(request_in("analysed", world.alpha, at=at, owner=world.analyst), world.alpha, at=at)
    other = run_of(request_in("analysed", world.beta, at=at, owner=world.analyst), world.beta, at=at)
    store().destroy(run.cohort_file.sealed, at=at)
    soon = later(timedelta(minutes=1))
    object_to_all(ANN, organisation=world.alpha.row, at=soon)
    objections.ask_to_heed(at=soon)
    worker.run_all()
    assert (objections.is_marked(run.request), objections.is_marked(other.request)) == (True, False)
    objections.check_nobody_objected(other.request)


def test_the_lab_reads_on_the_board_and_the_runs_that_a_run_has_to_be_done_again_and_not_for_whom(world, at, browser):
    run, other = (run_of(request_in("analysed", world.alpha, at=at, owner=world.analyst), world.alpha, at=at) for _ in range(2))
    Finding.objects.create(run=run, kind=objections.KIND, content={})
    client = browser(world.analyst)
    assert client.get("/lab/analysis/").content.decode().count(objections.AGAIN) == 1
    assert objections.AGAIN in client.get(f"/lab/analysis/{run.request.key}/runs/").content.decode()
    assert objections.AGAIN not in client.get(f"/lab/analysis/{other.request.key}/runs/").content.decode()
    Run.objects.create(request=run.request, number=2, cohort_file=run.cohort_file, begun_at=at, command="c")
    assert objections.AGAIN not in client.get("/lab/analysis/").content.decode()


def test_outcomes_of_a_run_that_somebody_objected_to_are_not_read(world, at):
    request = matched(world, at=at, colour="green")
    Finding.objects.create(run=request.runs.get(), kind=objections.KIND, content={})
    with pytest.raises(NotNow, match="Do the analysis again"):
        actions.unlock(request, by=world.analyst, at=at)
    request.refresh_from_db()
    assert request.state == "balance"


def test_an_organisation_takes_a_row_out_and_never_names_anybody(world, at, worker, service, tmp_path):
    request = world.request
    file = send(request, world.alpha, sheet(row_of(), row_of(forename="Ann")), at, worker)
    take_out(file, number=3, by=world.alpha.member, at=at)
    with pytest.raises(NotNow, match="still being read"):
        take_out(file, number=2, by=world.alpha.member, at=at)
    worker.run_all()
    Request.objects.filter(pk=request.pk).update(state="accepted", submitted_at=at, owner=world.analyst, **WORDS)
    request.refresh_from_db()
    run = actions.start_linking(request, by=world.analyst, at=at)
    assert names(laid_out(run, tmp_path / "one")[1]) == [(2, "Daniel")]
    other = request_in("accepted", world.alpha, at=at, owner=world.analyst)
    mine = CohortFile.objects.create(
        request=other, organisation=world.alpha.row, version=1, suffix=".csv", state="clean", rows=2, errors=0, warnings=0,
        sealed=store_again(file, at), uploaded_by=world.alpha.member, uploaded_at=at,
    )  # fmt: skip
    assert mine.pk
    assert len(names(laid_out(actions.start_linking(other, by=world.analyst, at=at), tmp_path / "two")[1])) == 2


def store_again(file, at):
    sealed = sealed_upload(b"".join(store().open(file.sealed)), at=at).sealed
    sealed.save()
    return sealed


def test_an_objection_is_destroyed_when_its_time_is_over_and_not_before_with_a_certificate(world, at, service, tmp_path):
    made = object_to_all(ANN, organisation=None, at=at)
    over = at + timedelta(days=kept_for("objection").days)
    sweep(at=over)
    assert destroy_due(at=over - timedelta(seconds=1)) == []
    (certificate,) = [each for each in destroy_due(at=over) if each.data_class == "objection"]
    assert (certificate.files, certificate.request) == (1, None)
    assert Objection.objects.get(pk=made.pk).sealed.destroyed_at is not None
    assert AuditEvent.objects.get(number=certificate.audit_number).subject == "objections"
    assert not [each for each in destroy_due(at=over) if each.data_class == "objection"]


def test_people_of_two_partners_are_found_once_in_a_real_register(world, at, worker, service, small_register, tmp_path):
    service(register=str(small_register.path))
    path = tmp_path / "cohort.csv"
    synthesise_cohort(small_register, path, size=120, effect=-0.05, seed=3)
    lines = list(csv.DictReader(io.StringIO(path.read_text())))

    def listed(rows):
        stream = io.StringIO(newline="")
        writer = csv.DictWriter(stream, lines[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        return stream.getvalue().encode()

    def linked(request):
        Request.objects.filter(pk=request.pk).update(state="accepted", submitted_at=at, owner=world.analyst, **WORDS)
        request.refresh_from_db()
        run = actions.start_linking(request, by=world.analyst, at=at)
        worker.run_all()
        steps = Finding.objects.get(run=run, kind="linkage").content["attrition"]
        return [(each["label"], each["left"]) for each in steps]

    send(world.request, world.alpha, listed(lines), at, worker)
    alone = dict(linked(world.request))
    joint = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at, kind="joint")
    drafting.add_partner(joint, partner=world.beta.row, by=world.alpha.member, at=at)
    half = len(lines) // 2
    send(joint, world.alpha, listed(lines[: half + 5]), at, worker)
    send(joint, world.beta, listed(lines[half:]), at, worker)
    together = dict(linked(joint))
    first, last = next(iter(alone)), list(alone)[-1]
    assert (together[first], together[last]) == (alone[first] + 5, alone[last])
