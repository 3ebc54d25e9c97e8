"""What the pages of releases show, drawn from the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html

from jdl_service.analysis.comments import threads
from jdl_service.audit.models import AuditEvent
from jdl_service.look.words import day
from jdl_service.releases import policies
from jdl_service.releases.forms import CHECK_LIST
from jdl_service.releases.models import Check, Concern, Release
from jdl_service.requests.policies import text_overdue_on
from justice_data_lab.disclosure.linked.audit import Audited
from justice_data_lab.records import from_json
from justice_data_lab.release_watch import HELD, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from jdl_service.accounts.models import User
    from justice_data_lab.publication.book import Book

Waiting = tuple[str, str, str]
_NOTICES = {
    "announced": "Date announced", "urgent": "Urgent correction announced", "confirmed": "Date confirmed", "postponed": "Postponed",
    "cancelled": "Cancelled", "released_early": "Released early", "corrected": "Marked as wrong", "revised": "Replaced by a planned revision",
    "withdrawn": "Withdrawn",
}  # fmt: skip
ANSWERS = {"": "open", "contained": "the hour stood", "released_early": "released to everybody at once"}


def waiting(user: User, at: datetime) -> list[Waiting]:
    """What waits for this person: what to do, about which release, and where."""
    return [*_spoilt(user), *_checks(user), *_steps(user, at), *_concerns(user)]


def _checks(user: User) -> Iterator[Waiting]:
    mine = Check.objects.filter(reviewer=user).select_related("release")
    for check in mine:
        release = check.release
        if check.round != release.round or release.state not in ("draft", "checked"):
            continue
        if not check.submitted_at:
            yield "Check it", f"{release}", reverse("check", args=[check.pk])
        elif policies.can_confirm(release, user):
            yield "Confirm that it is sound", f"{release}", reverse("release", args=[release.pk])


def _steps(user: User, at: datetime) -> Iterator[Waiting]:
    for release in Release.objects.filter(state__in=("draft", "cleared", "final", "scheduled", "postponed", "corrected")):
        todo = [*_for_head(release, user, at)] if user.is_head_of_profession else []
        todo += [*_for_analyst(release)] if user.pk == release.analyst_id else []
        if _lacks_reviewers(release) and (user.pk == release.analyst_id or user.is_head_of_profession):
            todo.append("Ask two reviewers")
        yield from ((text, f"{release}", reverse("release", args=[release.pk])) for text in todo)


def held_back() -> frozenset[str]:
    """The releases that the log says are held back, since their files are not the ones that were frozen."""
    said = dict(AuditEvent.objects.filter(action__in=(HELD, WHOLE)).order_by("number").values_list("subject", "action"))
    return frozenset(subject for subject, action in said.items() if action == HELD)


def _spoilt(user: User) -> Iterator[Waiting]:
    held = held_back() if user.is_head_of_profession else frozenset()
    for release in Release.objects.filter(key__in={subject.rpartition(" v")[0] for subject in held}):
        if str(release) in held:
            yield "Find out who changed its files", f"{release}", reverse("release", args=[release.pk])


def _for_head(release: Release, user: User, at: datetime) -> Iterator[str]:
    core = release.as_book().release
    if core.open_breaches():
        yield "Decide on a breach"
    if release.state in ("final", "postponed"):
        did_a_part = user.pk in policies.analysts_of(release)
        yield "Ask another head of profession to announce a date" if did_a_part else "Announce a date"
    if core.provisional:
        yield "Postpone it: nobody confirmed the date before its hour" if core.is_overdue(at) else "Confirm the date"


def _for_analyst(release: Release) -> Iterator[str]:
    if release.state == "cleared":
        yield "Freeze the files"
    if policies.was_returned(release):
        yield "Do it again"
    if _promises_another(release):
        yield "Make a later version"


def _promises_another(release: Release) -> bool:
    """Whether it was found to be wrong, and nobody is at the version that takes its place; one that was cancelled has to be made again."""
    request = release.request if release.state == "corrected" else None
    waits = request is not None and request.state in ("corrected", "cancelled")
    return waits and release.as_book().release.replaced_by is None


def _lacks_reviewers(release: Release) -> bool:
    return release.state == "draft" and len(policies.checks_of(release)) < policies.TWO


def _concerns(user: User) -> Iterator[Waiting]:
    if user.is_head_of_profession:
        for concern in Concern.objects.filter(answered_at=None).order_by("number"):
            yield "Answer a concern", f"Concern {concern.number}", reverse("concern_answer", args=[concern.pk])


def as_links(found: list[Waiting]) -> list[tuple[str, str]]:
    """Rows of a table: what about, and what to do as a link."""
    return [
        (about, format_html('<a class="govuk-link" href="{}">{}<span class="govuk-visually-hidden"> ({})</span></a>', href, text, about))
        for text, about, href in found
    ]  # fmt: skip


def listed(release: Release) -> tuple[str, str, str, str]:
    """A row of the table of releases."""
    core = release.as_book().release
    link = format_html('<a class="govuk-link" href="{}">{}</a>', reverse("release", args=[release.pk]), release)
    return link, core.title, core.organisation, release.state.capitalize()


def told(book: Book) -> list[tuple[str, str, datetime, str]]:
    """What the public was told about it, newest first."""
    told = reversed(book.release.notices)
    return [(_NOTICES[each.kind] + (", provisional" if each.provisional else ""), "", each.at, each.reason) for each in told]


def text_of(release: Release, today: date) -> str:
    """Where the text without a result stands; empty for a bulletin, and once the files are frozen."""
    request = release.request
    if request is None or release.state not in ("draft", "checked", "cleared"):
        return ""
    if request.checked_text_at:
        return f"The organisation said on {day(request.checked_text_at)} that it is right"
    if request.text_waived_at:
        return f"Not answered. {request.text_waived_by} went on: {request.text_waived_why}"
    overdue = text_overdue_on(request)
    if overdue is None:
        return "The organisation has not been asked yet"
    return (
        "The organisation has not answered in time"
        if today >= overdue
        else f"The organisation has time to answer before {day(overdue)}"
    )


def analysts(release: Release) -> list[str]:
    """Everybody who did a part of the analysis, the analyst first."""
    return [str(release.analyst), *(str(each.person) for each in release.co_analysts.select_related("person"))]


def audit_of(release: Release) -> list[tuple[str, str]]:
    """What the audit of hidden counts found in the run behind a release; empty for one whose data came without it, and for a bulletin."""
    finding = release.run.findings.filter(kind="audit").first() if release.run else None
    if finding is None:
        return []
    found = from_json(Audited, finding.content)
    rows = [
        ("Counts that hang together", f"{found.counts:,}"),
        ("Fail the thresholds by themselves", f"{found.failing:,}"),
        ("Hidden for the sake of those", f"{found.others:,}"),
        ("Hidden counts that an independent check tried to work out", f"{found.checked:,}"),
    ]
    if found.narrowest is None:
        return rows
    return [*rows, ("The nearest it came: a range of", f"{found.narrowest:,}; at least {found.wanted:,} is wanted")]


def check_rows(release: Release, user: User) -> list[dict[str, object]]:
    """The two checks as this person may see them: no verdict of another before both are in."""
    return [
        {
            "row": each,
            "seen": policies.may_see(each, user),
            "mine": each.reviewer_id == user.pk,
            "answers": [(question, {"yes": "Yes", "no": "No"}.get(each.answers.get(code, ""), "Not answered")) for code, question in CHECK_LIST],
        }
        for each in policies.checks_of(release)
    ]  # fmt: skip


def comments(release: Release, user: User) -> list[dict[str, object]]:
    """What was said about the request and this person may read, each with its answers."""
    if release.request is None:
        return []
    found = threads(user, release.request)
    return [{"row": each.said, "answers": each.answers, "mine": each.said.by_id == user.pk} for each in found]
