"""Invented people and organisations for the service's tests."""

from types import SimpleNamespace

from jdl_service.accounts.models import User
from jdl_service.files.models import Sealed
from jdl_service.files.store import store
from jdl_service.files.upload import SealedUpload
from jdl_service.organisations.models import Agreement, AgreementText, Membership, Organisation
from jdl_service.requests import actions
from jdl_service.requests.models import Request

PASSWORD = "a long pass phrase of the tests"  # noqa: S105 -- invented
WORDS = {
    "programme": "Example programme", "what": "Weekly sessions", "who_delivers": "Our staff", "where": "Two prisons",
    "intervention_type": "education", "setting": "custody", "first_start": "2023-01-01", "last_start": "2024-06-30", "dose": "12 weeks",
    "how_chosen": "Everybody who asked", "all_included": True, "own_words": "We teach.",
}  # fmt: skip


def person(name, *roles):
    """Somebody with roles in the lab; written as they are, since to look so many invented people over takes longer than most tests."""
    made = User(email=f"{name}@example.org", name=name.title(), **{f"is_{role}": True for role in roles})
    made.set_password(PASSWORD)
    made.save()
    return made


def organisation(name, *, by, at, approved=True):
    """An organisation with a manager and a member, and a signed agreement once it is approved."""
    made = Organisation.objects.create(
        name=name, kind="charity", number=f"1{len(name):05}{name[-1]}", second_contact_name="Second", second_contact_email="s@example.org",
        **({"state": "approved", "decided_by": by, "decided_at": at} if approved else {}),
    )  # fmt: skip
    short = name.split()[0].lower()
    manager, member = person(f"manager.{short}"), person(f"member.{short}")
    Membership.objects.create(organisation=made, user=manager, role="manager")
    Membership.objects.create(organisation=made, user=member, role="member")
    text, _ = AgreementText.objects.get_or_create(version="1", defaults={"text": "We agree.", "since": at})
    if approved:
        Agreement.objects.create(
            organisation=made, text=text, signatory_name="A", signatory_position="Director", lawful_basis="public_task",
            how_told="By letter", signed_by=manager, signed_at=at,
        )  # fmt: skip
    return SimpleNamespace(row=made, manager=manager, member=member)


def request_in(state, who, *, at, owner=None):
    """A request of an organisation (`SimpleNamespace`) put into a state without walking there."""
    made = actions.begin(organisation=who.row, by=who.member, at=at)
    sent = None if state == "draft" else at
    Request.objects.filter(pk=made.pk).update(state=state, submitted_at=sent, owner=owner, **WORDS)
    made.refresh_from_db()
    return made


def make_world(at):
    """Everybody, with a draft of the first organisation."""
    people = {role: person(role, role) for role in ("analyst", "reviewer", "head_of_profession", "administrator")}
    second, third = person("second.reviewer", "reviewer"), person("analyst.two", "analyst", "reviewer")
    alpha, beta = (organisation(name, by=people["head_of_profession"], at=at) for name in ("Alpha Trust", "Beta Trust"))
    return SimpleNamespace(
        **people,
        second_reviewer=second,
        analyst_reviewer=third,
        alpha=alpha,
        beta=beta,
        request=request_in("draft", alpha, at=at),
    )


def sealed_upload(data, *, at, suffix=".csv"):
    """An upload as the handler gives it: sealed, its row not saved yet."""
    sealed = store().put([data], opener=Sealed.Opener.WORKER, at=at)
    return SealedUpload(sealed=sealed, suffix=suffix, size=len(data))
