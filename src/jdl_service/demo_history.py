"""The history of the demonstration: a request in every state, each walked there through the acts of the people themselves."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import tomli_w
from django.conf import settings

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.analysis import actions as analysis
from jdl_service.analysis.archive import restore, seal_finished
from jdl_service.analysis.jobs import end_run, keep_report, link_people
from jdl_service.analysis.models import Run
from jdl_service.analysis.rooms import Ended
from jdl_service.audit import log
from jdl_service.demo_results import finish_runs, programmes
from jdl_service.files import actions as files
from jdl_service.files.jobs import take_names_out
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from jdl_service.files.upload import SealedUpload
from jdl_service.jobs import actions as jobs
from jdl_service.jobs.models import Job
from jdl_service.jobs.scratch import private_folder
from jdl_service.jobs.tasks import task
from jdl_service.jobs.worker import Worker
from jdl_service.releases import actions as releases
from jdl_service.releases.models import Release
from jdl_service.requests import actions as requests
from jdl_service.requests import drafting
from jdl_service.requests.models import Request
from jdl_service.requests.moves import move
from justice_data_lab.publication.calendar import holidays_of, next_working_day, release_moment
from justice_data_lab.register.snapshot import open_register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from typing import TypeAlias

    from jdl_service.jobs.lease import Lease
    from justice_data_lab.library_demo.programmes import Sample
    from justice_data_lab.publication.states import Action

    Act: TypeAlias = "Callable[[Scene, datetime], None]"

SEED, RUNS = 20261122, "runs"
REVIEWERS = ("reviewer", "second-reviewer")
_STEP, _WAIT, _NOTICE = timedelta(days=2), timedelta(days=45), timedelta(days=30)

_BEGUN = ("begin",)
_SENT = (*_BEGUN, "submit")
_TAKEN = (*_SENT, "accept")
_FOUND = (*_TAKEN, "find")
_READY = (*_FOUND, "go_on", "set_study")
_BALANCED = (*_READY, "match")
# the data of these came linked, so that nobody has to wait for a linkage each
_RESULT = (*_TAKEN, "result")
_CHECKS = (*_RESULT, "send", "check_text")
_CHECKED = (*_CHECKS, "check_both", "confirm")
_CLEARED = (*_CHECKED, "confirm_too")
_FINAL = (*_CLEARED, "freeze")
_ANNOUNCED = (*_FINAL, "schedule")
_OUT = (*_ANNOUNCED, "hour", "respond")
# State in the end: what was done to get there, and of whose programme. A revised request is the one whose second version is out.
PATHS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("released", "S-020", _OUT),
    ("released", "S-008", _OUT),
    ("released", "S-001", (*_OUT, "revise", "result", "send_anew", "check_both", "confirm", "confirm_too", "freeze", "schedule", "hour")),
    ("released", "S-069", (*_TAKEN, "no_result", "send", "check_text", "check_both", "confirm", "confirm_too", "freeze", "schedule", "hour")),
    ("result_withdrawn", "S-031", (*_OUT, "withdraw_result")),
    ("corrected", "S-014", (*_OUT, "correct")),
    ("scheduled", "S-019", _ANNOUNCED),
    ("postponed", "S-021", (*_ANNOUNCED, "postpone")),
    ("cancelled", "S-016", (*_ANNOUNCED, "cancel")),
    ("final", "S-002", _FINAL),
    ("cleared", "S-005", _CLEARED),
    ("checked", "S-012", _CHECKED),
    ("checks", "S-015", _CHECKS),
    ("not_analysable", "S-070", (*_TAKEN, "no_result")),
    ("analysed", "S-018", _RESULT),
    ("analysing", "S-017", (*_TAKEN, "unlock")),
    ("balance", "S-003", _BALANCED),
    ("matching", "S-009", (*_READY, "begin_match")),
    ("ready", "S-022", _READY),
    ("parked", "S-023", (*_FOUND, "park")),
    ("adding", "S-024", (*_FOUND, "add_people")),
    ("coverage", "S-025", _FOUND),
    ("linking", "S-026", (*_TAKEN, "begin_find")),
    ("accepted", "S-027", _TAKEN),
    ("refused", "S-028", (*_SENT, "refuse")),
    ("withdrawn", "S-029", (*_TAKEN, "withdraw")),
    ("submitted", "S-030", _SENT),
    ("draft", "S-044", _BEGUN),
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Scene:
    """One request on its way, and everybody who has a part in it."""

    sample: Sample
    member: User
    manager: User
    cohort: bytes
    staff: dict[str, User]
    request: Request = field(init=False)
    due: datetime | None = None

    @property
    def release(self) -> Release:
        """The last version of its release."""
        return Release.objects.filter(request=self.request).order_by("-version")[0]


def tell_history(sample_cohort: Path, at: datetime) -> Iterator[str]:
    """Walk every request to its state, all of them together day by day, so that the log is in order; tell how far it is.

    Args:
        sample_cohort: a cohort file of the register.
        at: when it ends.
    """
    register = open_register(Path(settings.ENVIRONMENT.register))
    wanted = tuple(dict.fromkeys(key for _, key, path in PATHS if "result" in path or "no_result" in path))
    yield f"  results of {len(wanted)} invented programmes …"
    finish_runs(register, wanted, settings.ENVIRONMENT.home / RUNS, seed=SEED, lab=settings.LAB)
    every, cohort = programmes(), sample_cohort.read_bytes()
    walks = [_walk(_scene(every[key], number, cohort), path, at) for number, (_, key, path) in enumerate(PATHS)]
    told = 0
    waiting = [(next(walk), number) for number, walk in enumerate(walks)]
    heapq.heapify(waiting)
    while waiting:
        moment, number = heapq.heappop(waiting)
        with clock.told(moment):
            following = next(walks[number], None)
        if following is not None:
            heapq.heappush(waiting, (following, number))
            continue
        told += 1
        yield f"  request {told} of {len(PATHS)}: {PATHS[number][0].replace('_', ' ')}"


def _scene(sample: Sample, number: int, cohort: bytes) -> Scene:
    organisation = f"org{number % 2 + 1}.example"
    staff = {user.email.split("@")[0]: user for user in User.objects.filter(email__endswith="@lab.example")}
    member, manager = (User.objects.get(email=f"{role}@{organisation}") for role in ("member", "manager"))
    return Scene(sample=sample, member=member, manager=manager, cohort=cohort, staff=staff)


def _walk(scene: Scene, path: tuple[str, ...], end: datetime) -> Iterator[datetime]:
    """Do one act after another; give the moment of the next."""
    at = end - _STEP * len(path) - _WAIT * path.count("hour")
    for act in path:
        at = scene.due if act == "hour" and scene.due else at + _STEP
        yield at
        ACTS[act](scene, at)


def _begin(scene: Scene, at: datetime) -> None:
    sample, by = scene.sample, scene.member
    request = requests.begin(organisation=by.memberships.get().organisation, by=by, at=at)
    words = {
        "programme": sample.title, "what": sample.what, "who_delivers": "Our own staff", "where": sample.region, "dose": sample.how_much,
        "intervention_type": sample.types[0].lower(), "setting": sample.setting.lower(), "how_chosen": "People ask to join.",
        "all_included": True, "own_words": "Everything here is invented.", "first_start": "2021-01-01", "last_start": "2022-12-31",
    }  # fmt: skip
    Request.objects.filter(pk=request.pk).update(**words)
    request.refresh_from_db()
    scene.request = request
    sealed = store().put([scene.cohort], opener=Sealed.Opener.WORKER, at=at)
    sent = SealedUpload(sealed=sealed, suffix=".csv", size=len(scene.cohort))
    files.upload(request, organisation=request.organisation, sent=sent, by=by, at=at)
    _work()
    requests.declare(request, by=by, at=at)


def _work() -> None:
    """The worker does what waits."""
    Worker(name="demonstration", hearts=False).run_all()


def _worked(scene: Scene) -> None:
    _work()
    scene.request.refresh_from_db()


def _pause(scene: Scene, at: datetime) -> None:
    """What was asked for is cancelled: the request waits where the worker is at it, and somebody can try again."""
    job = Job.objects.exclude(task=take_names_out.name).get(request=scene.request, state=Job.State.QUEUED)
    jobs.cancel(job, by=scene.staff["analyst"], at=at)


def _find(scene: Scene, at: datetime) -> None:
    """All send the same file, whose people are looked for once; every later run takes over what the first one found."""
    run = analysis.start_linking(scene.request, by=scene.staff["analyst"], at=at)
    first = Run.objects.filter(study="", rooms__room="2-linkage").exclude(pk=run.pk).first()
    if first:
        asked = Job.objects.filter(request=scene.request, task=link_people.name, state=Job.State.QUEUED)
        asked.update(task=take_found.name, arguments={"run": run.pk, "first": first.pk})
    _worked(scene)


@task()
def take_found(lease: Lease, *, run: int, first: int) -> None:
    """The rooms of another run of the same list take the place of looking for its people again."""
    row = Run.objects.select_related("request").get(pk=run)
    with private_folder(lease) as scratch:
        restore(Run.objects.get(pk=first), scratch / "run")
        seal_finished(lease, row, scratch / "run", at=clock.now())
        end_run(lease, row, Ended(how="report"), "linked", scratch / "run")


def _begin_find(scene: Scene, at: datetime) -> None:
    analysis.start_linking(scene.request, by=scene.staff["analyst"], at=at)
    _pause(scene, at)


def _set_study(scene: Scene, at: datetime) -> None:
    study = {
        "name": scene.request.programme, "organisation": scene.request.organisation.name, "programme": scene.request.programme,
        "intervention_type": scene.sample.types[0].lower(), "setting": "custody", "seed": SEED, "report_date": clock.day_of(at),
    }  # fmt: skip
    analysis.set_study(scene.request, toml=tomli_w.dumps({"study": study}), by=scene.staff["analyst"], at=at)


def _match(scene: Scene, at: datetime) -> None:
    analysis.start_matching(scene.request, by=scene.staff["analyst"], at=at)
    _worked(scene)


def _begin_match(scene: Scene, at: datetime) -> None:
    analysis.start_matching(scene.request, by=scene.staff["analyst"], at=at)
    _pause(scene, at)


def _linked_run(scene: Scene, at: datetime) -> Run:
    """A run whose comparison group is being built, of data that came linked: every state is passed, and no room was run here."""
    request, analyst = scene.request, scene.staff["analyst"]
    if request.state == "accepted":
        move(request, "link", by=analyst, at=at)
        move(request, "linked", by=log.WORKER, at=at)
        requests.go_on(request, by=scene.member, at=at)
    _set_study(scene, at)
    move(request, "match", by=analyst, at=at)
    return Run.objects.create(
        request=request, number=request.runs.count() + 1, cohort_file=request.cohort_files.latest("version"), begun_at=at,
        study=request.study.toml, command=f"jdl serve --demo: {scene.sample.key}",
    )  # fmt: skip


def _unlock(scene: Scene, at: datetime) -> None:
    _linked_run(scene, at)
    move(scene.request, "matched", by=log.WORKER, at=at)
    analysis.unlock(scene.request, by=scene.staff["analyst"], at=at)
    _pause(scene, at)


@task()
def take_result(lease: Lease, *, run: int, sample: str, then: str) -> None:
    """A finished run of data that came linked takes the place of the rooms."""
    row, at = Run.objects.select_related("request").get(pk=run), clock.now()
    folder = settings.ENVIRONMENT.home / RUNS / sample
    seal_finished(lease, row, folder, at=at)
    keep_report(lease, row, folder)
    with lease.last():
        move(row.request, then, by=log.WORKER, at=at)


def _result(scene: Scene, at: datetime) -> None:
    _give_result(scene, at, outcome=Run.Outcome.FINISHED, then="analysed")


def _no_result(scene: Scene, at: datetime) -> None:
    _give_result(scene, at, outcome=Run.Outcome.NOT_POSSIBLE, then="give_up")


def _give_result(scene: Scene, at: datetime, *, outcome: Run.Outcome, then: str) -> None:
    """Every state is passed as ever; only the rooms were run beforehand."""
    run = _linked_run(scene, at)
    request, analyst = scene.request, scene.staff["analyst"]
    run.outcome = outcome
    run.save(update_fields=["outcome"])
    if then == "analysed":
        move(request, "matched", by=log.WORKER, at=at)
        move(request, "unlock", by=analyst, at=at)
    take_result.using(request=request, by=analyst, at=at).enqueue(run=run.pk, sample=scene.sample.key, then=then)
    _worked(scene)


def _send(reason: str) -> Act:
    def act(scene: Scene, at: datetime) -> None:
        releases.send(scene.request, by=scene.staff["analyst"], at=at, reason=reason)
        _worked(scene)
        for reviewer in REVIEWERS:
            releases.assign(scene.release, reviewer=scene.staff[reviewer], by=scene.staff["analyst"], at=at)

    return act


def _check_both(scene: Scene, at: datetime) -> None:
    for check in scene.release.checks.filter(round=scene.release.round):
        releases.submit_check(check, verdict="sound", answers={}, text="", by=check.reviewer, at=at)
        releases.read_evidence(scene.release, by=check.reviewer, at=at)


def _confirm(reviewer: str) -> Act:
    def act(scene: Scene, at: datetime) -> None:
        releases.confirm(scene.release, by=scene.staff[reviewer], at=at)

    return act


def hour_after(at: datetime) -> datetime:
    """The lab's hour on the first working day after the notice that has to be given."""
    day = next_working_day(clock.day_of(at + _NOTICE), holidays_of(settings.LAB))
    return release_moment(day, settings.LAB.release_time, settings.LAB.release_zone)


def _schedule(scene: Scene, at: datetime) -> None:
    scene.due = hour_after(at)
    releases.take_step(scene.release, "schedule", by=scene.staff["head"], at=at, asked=releases.Asked(due=scene.due))


def _step(action: Action, who: str, reason: str = "") -> Act:
    """A step of the core's table."""

    def act(scene: Scene, at: datetime) -> None:
        releases.take_step(scene.release, action, by=scene.staff[who], at=at, asked=releases.Asked(reason=reason))

    return act


def _of_lab(act: Callable[..., object], **given: str) -> Act:
    """Something the analyst does to a request."""
    return lambda scene, at: _again(scene, act(scene.request, by=scene.staff["analyst"], at=at, **given))


def _of_manager(act: Callable[..., object], **given: str) -> Act:
    """Something the organisation does to a request."""
    return lambda scene, at: _again(scene, act(scene.request, by=scene.manager, at=at, **given))


def _again(scene: Scene, _: object) -> None:
    scene.request.refresh_from_db()


def _park(scene: Scene, at: datetime) -> None:
    requests.park(scene.request, until=clock.day_of(at + _WAIT * 4), by=scene.member, at=at)


def _hour(scene: Scene, at: datetime) -> None:
    releases.release_due(at=at)
    scene.request.refresh_from_db()


def _respond(scene: Scene, at: datetime) -> None:
    releases.answer_to(
        scene.release, text="We thank everybody who took part, and will use what we learned.", by=scene.manager, at=at
    )


ACTS: dict[str, Act] = {
    "begin": _begin,
    "submit": _of_manager(requests.submit),
    "accept": _of_lab(requests.accept),
    "refuse": _of_lab(analysis.refuse, reason="The programme began too recently: nobody has been free for a year yet."),
    "withdraw": _of_manager(requests.withdraw, reason="We send a fuller file next year."),
    "find": _find,
    "begin_find": _begin_find,
    "add_people": _of_manager(requests.add_people),
    "park": _park,
    "go_on": _of_manager(requests.go_on),
    "check_text": _of_manager(drafting.approve_text),
    "set_study": _set_study,
    "match": _match,
    "begin_match": _begin_match,
    "unlock": _unlock,
    "result": _result,
    "no_result": _no_result,
    "send": _send(""),
    "check_both": _check_both,
    "confirm": _confirm("reviewer"),
    "confirm_too": _confirm("second-reviewer"),
    "freeze": _step("freeze", "analyst"),
    "schedule": _schedule,
    "postpone": _step("postpone", "head", "A figure is looked at again."),
    "cancel": _step("cancel", "head", "The file was of another programme."),
    "hour": _hour,
    "respond": _respond,
    "correct": _step("correct", "head", "A date was read wrongly."),
    "withdraw_result": _step("withdraw", "head", "The list of people was of another programme."),
    "revise": _of_lab(analysis.revise, reason="Five more people were found."),
    "send_anew": _send("Five more people were found."),
}
