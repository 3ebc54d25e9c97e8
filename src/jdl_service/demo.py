"""A demonstration: people in each role with printed log-ins, organisations and requests, all invented."""

from __future__ import annotations

import logging
import tomllib
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from jdl_service import clock
from jdl_service.accounts.models import User
from jdl_service.demo_history import tell_history
from jdl_service.demo_outside import add_outside
from jdl_service.demo_results import programmes
from jdl_service.files.store import store
from jdl_service.library.actions import place
from jdl_service.organisations.models import Agreement, AgreementText, Membership, Organisation
from jdl_service.releases.models import Release
from jdl_service.requests.models import Request
from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import UsageError
from justice_data_lab.files import write_bytes
from justice_data_lab.intake.files import reading_once
from justice_data_lab.library.classified import read_classified
from justice_data_lab.library_demo.demo import editors_file
from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from jdl_service.conf.environment import Environment

# too few people for a linkage model of their own, whose training takes longest: the shipped one stands
PEOPLE, SEED, EFFECT = 9_500, 20261122, -0.08
_BEFORE = "ledger-before.sqlite3"
PASSWORD = "correct horse battery"  # noqa: S105 -- printed, and only in demo mode
STAFF = (
    ("analyst", ("analyst",)),
    ("reviewer", ("reviewer",)),
    ("second-reviewer", ("reviewer",)),
    ("head", ("head_of_profession",)),
    ("administrator", ("administrator",)),
)
ORGANISATIONS = (
    ("Example Trust", "charity", "1000001", "education"),
    ("Second Chance Works", "company", "02000002", "employment"),
)
# asked to be let in, and wait for the lab's answer
EDITOR = "analyst@lab.example"
WAITING = ("Waiting Room Trust", "charity", "1000003", "health")


def invent_register(found: Environment, people: int = PEOPLE) -> Iterator[str]:
    """Invent a register and a sample cohort file beside it, unless a register was given or is there already."""
    snapshot, source, sample = Path(found.register), found.home / "source", found.home / "sample-cohort.csv"
    if snapshot == found.home / "snapshot" and not sample.is_file():
        yield f"Inventing a register of {people:,} people …"
        if not source.exists():
            synthesise(source, people=people, seed=SEED)
        # what an interrupted build has finished is not built again
        synthesise_cohort(prepare(source, snapshot), sample, size=people // 50, effect=EFFECT, seed=SEED)
    if sample.is_file():
        yield f"A cohort file to send: {sample}"


def refuse_others() -> None:
    """See that a demonstration is alone: its log-ins are printed, and it asks for no second factor.

    Raises:
        UsageError: somebody else has an account here.
    """
    if User.objects.exists() and not User.objects.filter(email=EDITOR).exists():
        message = "--demo: expected an empty home and database, or those of a demonstration; found accounts of a service. Give another --home, and no JDL_DATABASE."
        raise UsageError(message)


def seed(found: Environment) -> Iterator[str]:
    """Make everybody who is not there yet, and a request in every state where there is a cohort file; give the log-ins, line by line.

    Notes:
        The history is told whole or not at all: of a start that was interrupted the next one keeps the results that are ready,
        and nothing else.
    """
    if not User.objects.exists():
        _make(clock.now() - timedelta(days=400))
    sample = found.home / "sample-cohort.csv"
    if sample.is_file() and not Request.objects.exists():
        yield "Walking a request into every state: less than a minute as a rule, once. An interrupted start goes on with the next …"
        with _quietly(), _whole(found), reading_once(), transaction.atomic():
            yield from tell_history(sample, clock.now())
            _place(clock.now())
            add_outside(clock.now())
    yield f"Log-ins of the demonstration (every password: {PASSWORD}):"
    for user in User.objects.order_by("pk"):
        yield f"  {user.email:<36} {_what(user)}"


def _place(at: datetime) -> None:
    """What the lab's editor says of each invented programme."""
    every = programmes()
    said = read_classified(tomllib.loads(editors_file(tuple(every.values())).decode()))
    by_title = {each.title: said[each.key] for each in every.values()}
    analyst = User.objects.get(email=EDITOR)
    for key in dict.fromkeys(Release.objects.order_by("key").values_list("key", flat=True)):
        row = Release.objects.filter(key=key).order_by("-version")[0]
        known = by_title.get(row.as_book().release.title)
        if known:
            place(key, known, by=analyst, at=at)


@contextmanager
def _whole(found: Environment) -> Iterator[None]:
    """Ledger and store are no part of the database's transaction: what an interrupted start left in them is taken back by the next."""
    before = found.home / _BEFORE
    if before.is_file():
        write_bytes(found.ledger, before.read_bytes())
        store().sweep(clock.now())
    else:
        write_bytes(before, found.ledger.read_bytes())
    yield
    before.unlink()


@contextmanager
def _quietly() -> Iterator[None]:
    """What is told of days gone by sends no mail and logs no job."""
    worker = logging.getLogger("jdl.worker")
    kept, level = settings.EMAIL_BACKEND, worker.level
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    worker.setLevel(logging.WARNING)
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = kept
        worker.setLevel(level)


@transaction.atomic
def _make(at: datetime) -> None:
    staff = {
        name: User.objects.create_user(f"{name}@lab.example", None, name=name.capitalize(), roles=roles) for name, roles in STAFF
    }
    text = AgreementText.objects.latest("since", "pk")
    for number, (name, kind, registered, sector) in enumerate(ORGANISATIONS, 1):
        made = Organisation.objects.create(
            name=name, kind=kind, number=registered, sector=sector, state="approved", decided_by=staff["head"], decided_at=at,
            second_contact_name="Somebody Else", second_contact_email=f"second@org{number}.example",
        )  # fmt: skip
        for role in ("manager", "member"):
            user = User.objects.create_user(f"{role}@org{number}.example", None, name=f"{role.capitalize()} of {name}")
            Membership.objects.create(organisation=made, user=user, role=role)
        Agreement.objects.create(
            organisation=made, text=text, signatory_name="Director", signatory_position="Director", lawful_basis="legitimate_interests",
            how_told="A leaflet at the first session.", signed_by=made.memberships.get(role="manager").user, signed_at=at,
        )  # fmt: skip

    name, kind, registered, sector = WAITING
    waits = Organisation.objects.create(
        name=name, kind=kind, number=registered, sector=sector, applied_at=at,
        second_contact_name="Somebody Else", second_contact_email="second@org3.example",
    )  # fmt: skip
    user = User.objects.create_user("manager@org3.example", None, name=f"Manager of {name}")
    Membership.objects.create(organisation=waits, user=user, role="manager")
    # hashed once for all, since a good hash takes its time
    User.objects.update(password=make_password(PASSWORD))


def _what(user: User) -> str:
    memberships = ", ".join(f"{each.role} of {each.organisation}" for each in user.memberships.select_related("organisation"))
    return ", ".join(sorted(user.roles)).replace("_", " ") or ("administrator" if user.is_administrator else memberships)
