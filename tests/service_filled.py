"""A service in which something stands in every state, put there without walking: what every page is looked at with."""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from jdl_service.analysis import actions as analysis
from jdl_service.analysis.models import Comment
from jdl_service.files.actions import ask_what_to_fix, upload
from jdl_service.files.models import CohortFile
from jdl_service.jobs.models import Job
from jdl_service.jobs.permissions import may_see
from jdl_service.library import outside_actions as outside
from jdl_service.library.models import OutsideResult
from jdl_service.look.pages import PAGES
from jdl_service.look.styleguide import EXAMPLES
from jdl_service.organisations import actions as organisations
from jdl_service.organisations.models import Agreement, Organisation
from jdl_service.releases import actions as releases
from jdl_service.releases.models import Check, Concern, Release
from jdl_service.releases.offers import offers
from jdl_service.requests import actions as requests
from jdl_service.requests.models import Passage, Request
from jdl_service.requests.tasks import TASKS
from jdl_service.retention import actions as retention
from jdl_service.retention.models import Certificate
from service_cohorts import FAULTY, HALF
from service_library import ELSEWHERE
from service_people import organisation, person, request_in, sealed_upload
from service_releases import DUE, checked, drafted, final, finished_request, scheduled, sent
from service_requests import clean_file, with_coverage
from service_rooms import matched, reported, uncertain
from service_tasks import two_steps

# states that the rooms and releases below do not come with
WITHOUT_ROOMS = (
    "draft",
    "submitted",
    "accepted",
    "adding",
    "parked",
    "withdrawn",
    "matching",
    "analysing",
    "not_analysable",
    "cleared",
    "revised",
)
AFTER = DUE + timedelta(weeks=5)  # a Thursday too
WHY = "A reason of more than a few words."


def fill(world, worker, folder, *, at):
    """Something in every state."""
    _organisations(world, at)
    _requests(world, worker, at)
    _rooms(world, folder, at)
    _releases(world, folder, at)
    _rest(world, at)
    _outside(world, at)
    _jobs(world, at)


def _organisations(world, at):
    world.gamma = organisation("Gamma House", by=world.analyst, at=at, approved=False)
    world.delta = organisation("Delta Works", by=world.analyst, at=at)
    world.refused = organisation("Epsilon Aid", by=world.analyst, at=at, approved=False)
    organisations.refuse(world.refused.row, by=world.analyst, at=at, reason=WHY)
    Agreement.objects.filter(organisation=world.delta.row).delete()
    world.nobody = person("nobody")
    organisations.invite(world.alpha.row, email=world.nobody.email, role="member", by=world.alpha.manager, at=at)
    organisations.invite(world.alpha.row, email="new@example.org", role="member", by=world.alpha.manager, at=at)


def _requests(world, worker, at):
    """One in every state, and a draft whose file is faulty."""
    for state in WITHOUT_ROOMS:
        row = request_in("coverage" if state == "parked" else state, world.alpha, at=at, owner=world.analyst)
        if state == "parked":
            Request.objects.filter(pk=row.pk).update(state=state, parked_until=at.date() + timedelta(days=90))
        if state != "draft":
            clean_file(row, world.alpha, at=at)
            Passage.objects.create(request=row, action="submit", before="draft", after="submitted", by=world.alpha.member, at=at)
    Request.objects.filter(state="draft").exclude(pk=world.request.pk).update(programme="", what="", where="", own_words="")
    for data in (FAULTY, HALF):
        upload(world.request, organisation=world.alpha.row, sent=sealed_upload(data, at=at), by=world.alpha.member, at=at)
        worker.run_all()
    ask_what_to_fix(world.request.cohort_files.latest("version"), by=world.alpha.member, at=at)
    requests.write_message(world.request, text="May people of 17 be in it?", by=world.alpha.member, at=at)
    requests.write_message(world.request, text="No: from 18 on.", by=world.analyst, at=at)
    joint = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at, kind="joint")
    joint.partners.add(world.beta.row)
    waits = requests.begin(organisation=world.alpha.row, by=world.alpha.member, at=at)
    upload(waits, organisation=world.alpha.row, sent=sealed_upload(HALF, at=at), by=world.alpha.member, at=at)
    gone = request_in("refused", world.alpha, at=at)
    clean_file(gone, world.alpha, at=at)
    CohortFile.objects.filter(request=gone).update(state="destroyed")
    Certificate.objects.create(request=gone, data_class="cohort", files=1, at=at, why="Refused.", audit_number=1)


def _rooms(world, folder, at):
    """Runs with balance, links, coverage and a report."""
    for colour in ("green", "amber", "red"):
        matched(world, at=at, colour=colour)
    matched(world, at=at, state="ready")
    Request.objects.filter(pk=matched(world, at=at, state="ready").pk).update(owner=world.analyst_reviewer)
    uncertain(world, at=at)
    world.told = with_coverage(world, at)
    with_coverage(world, at, state="ready")
    done = finished_request(world, folder / "reported", at=at)
    reported(done.run, folder / "reported" / "run")
    said = analysis.comment(done.request, text="Why so few?", by=world.reviewer, at=at)
    analysis.comment(done.request, text="Many were abroad.", by=world.analyst, at=at, answers=said)
    analysis.comment(done.request, text="Look at the ages.", by=world.reviewer, at=at)


def _releases(world, folder, at):
    """A release in every state that a page shows in its own way."""
    head = world.head_of_profession
    sent(finished_request(world, folder / "unasked", at=at).request, by=world.analyst, at=at)
    returned, (first, _) = drafted(world, folder / "draft", at=at)
    releases.submit_check(first, verdict="return", answers={"figures": "no"}, text="Table 2 is wrong.", by=first.reviewer, at=at)
    for row in (returned.request, drafted(world, folder / "blind", at=at)[0].request):
        said = analysis.comment(row, text="Why so few?", by=world.reviewer, at=at)
        analysis.comment(row, text="Look at the ages.", by=world.analyst, at=at)
    analysis.comment(row, text="Many were abroad.", by=world.analyst, at=at, answers=said)
    checked(world, folder / "checked", at=at)
    releases.confirm(checked(world, folder / "once", at=at), by=world.reviewer, at=at)
    unread = checked(world, folder / "unread", at=at)
    for who in (world.reviewer, world.second_reviewer):
        releases.confirm(unread, by=who, at=at)
    Request.objects.filter(pk=unread.request_id).update(checked_text_at=None, text_asked_at=at - timedelta(days=30))
    final(world, folder / "final", at=at)
    breached = final(world, folder / "breached", at=at)
    releases.take_step(breached, "breach", by=world.reviewer, at=at, asked=releases.Asked(reason=WHY))
    for step in ("postpone", "cancel"):
        releases.take_step(scheduled(world, folder / step, at=at), step, by=head, at=at, asked=releases.Asked(reason=WHY))
    out = {step: scheduled(world, folder / step, at=at) for step in ("out", "respond", "correct", "withdraw")}
    releases.release_due(at=DUE)
    releases.answer_to(out["respond"], text="We thank everybody.", by=world.alpha.manager, at=DUE)
    for step in ("correct", "withdraw"):
        releases.take_step(out[step], step, by=head, at=DUE, asked=releases.Asked(reason=WHY))
    _early(world, final(world, folder / "early", at=at))


def _early(world, release):
    """Two people may see it before its hour; one has accepted the conditions."""
    head, world.viewer = world.head_of_profession, person("viewer")
    releases.take_step(release, "schedule", by=head, at=DUE, asked=releases.Asked(due=AFTER, provisional=True))
    for viewer in (world.viewer, world.reviewer):
        releases.give_access(release, viewer=viewer.email, role="Minister", purpose="quality_assurance", by=head, at=DUE)
    releases.accept_access(release, by=world.reviewer, at=DUE)


def _jobs(world, at):
    """Jobs that failed, wait and are at it; the last of all, since a worker that has something to draft does them too."""
    work = two_steps.using(request=world.told, by=world.analyst)
    for state in ("failed", "done", "cancelled", "running"):
        job = work.enqueue(request=state)
        lasts = {"lease_until": at + timedelta(minutes=1)} if state == "running" else {"ended_at": at}
        failure = "The study names no measure. Add one." if state == "failed" else ""
        Job.objects.filter(pk=job.pk).update(
            state=state, step="Looking for people", steps=2, done_steps=1, failure=failure, **lasts
        )
    two_steps.using(request=with_coverage(world, at, state="linking"), by=world.analyst).enqueue(request=1)


def _outside(world, at):
    """Results from elsewhere: one waits, one is in the library, one was taken out of it."""
    outside.add(ELSEWHERE, by=world.analyst, at=at)
    for _ in range(2):
        row = outside.agree(outside.add(ELSEWHERE, by=world.analyst, at=at), by=world.reviewer, at=at)
    outside.withdraw(row, reason=WHY, by=world.analyst, at=at)


def _rest(world, at):
    releases.raise_concern(text="It is wrong.", about="", at=at)
    answered = releases.raise_concern(text="It came too late.", about="", at=at)
    releases.answer_concern(answered, text="It came at its hour.", by=world.head_of_profession, at=at)
    retention.hold(Request.objects.filter(state="refused").first(), reason=WHY, by=world.head_of_profession, at=at)
    CohortFile.objects.exclude(state="checking").filter(warnings=None).update(rows=61, warnings=0)
    TOTP.activate(world.analyst, generate_totp_secret())
    RecoveryCodes.activate(world.analyst)


def rows(user, name, chosen, route):
    """The rows that somebody can know of, as values of a parameter of an address; given the parameters before it."""
    if name == "name" and "result" in route:
        return ["report.html"]
    if route.startswith("early/"):
        return Release.objects.filter(state="scheduled").values_list("pk", flat=True)
    lab = user is not None and (user.is_staff_of_lab or user.is_administrator)
    few = user is None or (route.startswith("lab/") and not lab) or (name == "task" and lab)
    found = list(_LISTS[name] if name in _LISTS else _ROWS[name](user, **chosen))
    return found[:1] if few and name not in ("slug", "name") else found


_LISTS = {
    "task": [each.code for each in TASKS],
    "slug": [each.slug for each in PAGES],
    "name": [each for each in EXAMPLES if each],
    "pk": [],  # of a security key
}
_ROWS = {
    "key": lambda user: _known(Request, user).order_by("pk").values_list("key", flat=True),
    "organisation": lambda user, key="": _ids(
        Organisation.objects.filter(joint_requests__key=key) if key else _known(Organisation, user)
    ),
    "membership": lambda user, organisation: _ids(Organisation.objects.get(pk=organisation).memberships.all()),
    "file": lambda user, key: [each.address for each in CohortFile.objects.filter(request__key=key)],
    "outside": lambda user: _known(OutsideResult, user).order_by("pk").values_list("key", flat=True),
    "job": lambda user: [each.key for each in _known(Job, user) if user is None or may_see(user, each)],
    "comment": lambda user, release=0: _ids(Comment.objects.filter(request__releases=release)),
    "action": lambda user, release: [each.action for each in offers(Release.objects.get(pk=release), user)] if user else [],
    **{
        name: lambda user, model=model: _ids(_known(model, user))
        for name, model in (
            ("release", Release),
            ("check", Check),
            ("concern", Concern),
            ("certificate", Certificate),
        )
    },
}


def _ids(found):
    return found.values_list("pk", flat=True)


def _known(model, user):
    return model.objects.for_user(user) if user else model.objects.all()


def others(world):
    """Addresses of the routes that are written as regular expressions, and of pages that are asked a question."""
    token = f"{user_pk_to_url_str(world.nobody)}-{default_token_generator.make_token(world.nobody)}"
    return {
        "account_reset_password_from_key": [f"/account/password/reset/key/{token}/", "/account/password/reset/key/1-gone/"],
        "site": ["/results/", "/calendar/", "/bulletins/", "/about/compliance.html"],
        "feasibility": ["/feasibility/?people=200&sentence=custody", "/feasibility/?people=x"],
        "when": ["/when/?start-day=1&start-month=2&start-year=2024", "/when/?start-day=1"],
        "account_roles": [f"/lab/accounts/change/?person={world.analyst.pk}"],
        "account_sessions": ["/lab/accounts/sessions/", f"/lab/accounts/sessions/?person={world.analyst.pk}"],
        "retention_rule": ["/lab/retention/rule/?rule=cohort"],
        "accounts": ["/lab/accounts/?words=nobody-is-called-so"],
        "audit": ["/lab/audit/?who=nobody-is-called-so"],
        "site_file": ["/style.css", "/feed.xml", "/log.txt"],
    }
