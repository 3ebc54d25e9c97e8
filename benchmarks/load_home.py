"""Fills the home of a service with 150 organisations, their requests, messages, files and results: what `load.py` measures on."""

import json
import tempfile
from datetime import timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from jdl_service.accounts.models import User
from jdl_service.audit import log
from jdl_service.clock import now
from jdl_service.files.actions import upload
from jdl_service.files.models import CohortFile
from jdl_service.jobs.worker import Worker
from jdl_service.organisations.models import Agreement, AgreementText, Membership, Organisation
from jdl_service.releases import actions as releases
from jdl_service.requests.actions import begin
from jdl_service.requests.models import Message, Passage, Request
from justice_data_lab.publication.calendar import next_working_day, release_moment
from service_cohorts import FAULTY
from service_people import PASSWORD, WORDS, person, sealed_upload
from service_releases import checked, drafted, final
from service_requests import COVERAGE
from service_rooms import matched

ORGANISATIONS, OF_LAB, MESSAGES = 150, 10, 5
# each organisation has these; the way that a request of each took is told by as many passages
STATES = ("draft", "submitted", "accepted", "coverage", "ready", "withdrawn")
SECTORS = ("charity", "prison", "probation", "company", "")
RELEASED = 12
WAY = ("submit", "accept", "link", "linked", "go_on", "match")


class Everybody:
    """The people of the lab and one organisation under the names by which the helpers of the tests know them."""

    def __init__(self, at):
        names = {
            "analyst": "analyst",
            "reviewer": "reviewer",
            "second_reviewer": "reviewer",
            "head_of_profession": "head_of_profession",
        }
        for name, role in names.items():
            setattr(self, name, person(name.replace("_", "."), role))
        self.administrator = person("administrator", "administrator")
        self.others = [person(f"analyst.{number}", "analyst") for number in range(OF_LAB - len(names) - 1)]
        self.text = AgreementText.objects.latest("since")

    def lab(self):
        """Everybody of the lab."""
        return [self.analyst, self.reviewer, self.second_reviewer, self.head_of_profession, *self.others]


def fill(home):
    """Fill the home, and write who can log in, with their sessions and the requests that they have, to `people.json` in it."""
    at = now()
    with transaction.atomic():
        world = Everybody(at - timedelta(days=400))
        known = [_organisation(number, world, at) for number in range(ORGANISATIONS)]
        world.alpha, world.beta = known[0], known[1]
    with tempfile.TemporaryDirectory() as folder:
        _results(world, Path(folder), at)
    Worker(name="fill", hearts=False).run_all()
    people = [*((user, "lab") for user in world.lab()), (world.administrator, "administrator")]
    people += [(each.member, "member") for each in known] + [(each.manager, "manager") for each in known]
    (home / "people.json").write_text(json.dumps([_who(user, role) for user, role in people]), encoding="utf-8")


class _Known:
    def __init__(self, row, manager, member):
        self.row, self.manager, self.member = row, manager, member


def _organisation(number, world, at):
    """An approved organisation with a request in each of the usual states, the older the further."""
    since = at - timedelta(days=300 - number)
    row = Organisation.objects.create(
        name=f"Organisation {number:03}", kind="charity", number=f"{1_000_000 + number}", sector=SECTORS[number % len(SECTORS)],
        second_contact_name="Second", second_contact_email="s@example.org", state="approved", decided_by=world.analyst, decided_at=since,
    )  # fmt: skip
    manager, member = (
        User.objects.create(email=f"{role}.{number}@example.org", name=f"{role.title()} {number}", password=HASH)
        for role in ("manager", "member")
    )
    for user, role in ((manager, "manager"), (member, "member")):
        Membership.objects.create(organisation=row, user=user, role=role)
    Agreement.objects.create(
        organisation=row, text=world.text, signatory_name="A", signatory_position="Director", lawful_basis="public_task",
        how_told="By letter", signed_by=manager, signed_at=since,
    )  # fmt: skip
    known = _Known(row, manager, member)
    for place, state in enumerate(STATES):
        _request(known, world, state, place, since + timedelta(days=place * 40 % (300 - number + 1)))
    return known


def _request(known, world, state, place, at):
    """A request with its way, its messages and its files."""
    row = begin(organisation=known.row, by=known.member, at=at)
    analysts = (world.analyst, *world.others)
    owner = None if state in ("draft", "submitted") else analysts[row.pk % len(analysts)]
    Request.objects.filter(pk=row.pk).update(state=state, submitted_at=None if state == "draft" else at, owner=owner, **WORDS)
    row.refresh_from_db()
    for version in (1, 2):
        made = sealed_upload(b"surname\n" * 2_000, at=at).sealed
        made.save()
        faults = {"errors": 3, "errors_by_rule": {"date-unreadable": 3}} if version == 1 else {"errors": 0}
        CohortFile.objects.create(
            request=row, organisation=known.row, version=version, suffix=".csv", state="faulty" if version == 1 else "clean", rows=120,
            warnings=0, sealed=made, uploaded_by=known.member, uploaded_at=at, **faults,
        )  # fmt: skip
    if state == "coverage":
        row.runs.create(number=1, cohort_file=row.cohort_files.first(), begun_at=at, command="c", coverage=COVERAGE)
    for step, action in enumerate(WAY[: place if state != "draft" else 0]):
        moment = at + timedelta(hours=step)
        Passage.objects.create(request=row, action=action, before="draft", after=state, by=known.member, at=moment)
        log.record(action, row.key, by=known.member, at=moment)
    for line in range(MESSAGES):
        Message.objects.create(request=row, by=known.member if line % 2 else world.analyst, at=at + timedelta(minutes=line), text="A line about the work. " * 5, from_lab=not line % 2)  # fmt: skip


def _results(world, folder, at):
    """Results: most out, others scheduled, cleared, in their checks; runs with balance. And a file with faults, as the worker found them."""
    lab, asked = settings.LAB, releases.Asked
    for number in range(RELEASED):
        then = at - timedelta(days=200 - 10 * number)
        due = release_moment(
            next_working_day((then + timedelta(days=30)).date(), lab.holidays), lab.release_time, lab.release_zone
        )
        release = final(world, folder / f"out{number}", at=then)
        releases.take_step(release, "schedule", by=world.head_of_profession, at=then, asked=asked(due=due))
        releases.release_due(at=due)
    due = release_moment(next_working_day((at + timedelta(days=30)).date(), lab.holidays), lab.release_time, lab.release_zone)
    for number in range(3):
        soon = final(world, folder / f"soon{number}", at=at)
        releases.take_step(soon, "schedule", by=world.head_of_profession, at=at, asked=asked(due=due))
        checked(world, folder / f"checked{number}", at=at)
        drafted(world, folder / f"draft{number}", at=at)
        matched(world, at=at)
    faulty = Request.objects.filter(state="draft").order_by("pk")[:20]
    for row in faulty:
        by = row.created_by
        upload(row, organisation=row.organisation, sent=sealed_upload(FAULTY, at=at), by=by, at=at)


def _who(user, role):
    """Somebody with address, session, second factor and the requests that they may see."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    seen = Request.objects.for_user(user).order_by("-pk").values_list("key", "state")
    return {
        "email": user.email, "role": role, "password": PASSWORD, "secret": secret,
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value, "requests": list(seen[:200]),
        "roles": [str(each) for each in user.roles],
    }  # fmt: skip


HASH = make_password(PASSWORD)
