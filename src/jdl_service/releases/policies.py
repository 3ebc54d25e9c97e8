"""What has to be there before a release goes on, beside the core's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from jdl_service.analysis.models import Comment
from jdl_service.analysis.policies import who_did_it
from jdl_service.base.errors import NotNow, NotYours, allows
from jdl_service.base.free_text import identifiers_in
from jdl_service.releases.models import Check
from justice_data_lab.publication.states import SIGNS_OFF

if TYPE_CHECKING:
    from jdl_service.accounts.models import User
    from jdl_service.releases.models import Release

TWO = 2
_PART = "whoever brought a run, set the study, had the groups compared, unlocked outcomes or owns the request did a part of it"
# Where a request is while its release is checked.
CHECKED = frozenset(("checks", "checked"))


def checks_of(release: Release) -> list[Check]:
    """The checks of the draft as it is now; those of a report that was changed since count for nothing."""
    return list(release.checks.filter(round=release.round).select_related("reviewer"))


def analysts_of(release: Release) -> frozenset[int]:
    """The keys of everybody who did a part of the analysis behind a release, as it was sent or as it is owned now."""
    named = {release.analyst_id, *release.co_analysts.values_list("person", flat=True)}
    return frozenset(named.union(who_did_it(release.request).values_list("pk", flat=True) if release.request else ()))


def check_no_part(release: Release, act: str, by: User) -> None:
    """Whoever checks, clears or signs off did no part of the analysis.

    Raises:
        NotYours: it is partly their own work; somebody else has to be asked.
    """
    if by.pk in analysts_of(release):
        other = (
            "Another head of profession does it" if act in SIGNS_OFF else "Send the report back to draft and ask another reviewer"
        )
        message = (
            f"{act.replace('_', '-')} of {release.key} (version {release.version}): has to be done by somebody who did not run the analysis; "
            f"{_PART}. {other}."
        )
        raise NotYours(message)


def check_assign(release: Release, reviewer: User) -> None:
    """A reviewer who did no part of the analysis, for a place that is free.

    Raises:
        NotNow: the release is no draft, the person did a part of the analysis or is no reviewer, or both places are taken.
    """
    if release.state != "draft":
        _refuse(release, "assign", "is done while it is a draft")
    if not reviewer.is_reviewer or reviewer.pk in analysts_of(release):
        _refuse(release, "assign", f"needs a reviewer who did not run the analysis; {_PART}")
    if len(checks_of(release)) >= TWO:
        _refuse(release, "assign", "has both reviewers already")


def may_see(check: Check, viewer: User) -> bool:
    """Blind: nobody sees a verdict but its reviewer until both are in."""
    pair = Check.objects.filter(release=check.release, round=check.round, submitted_at__isnull=False)
    return pair.count() == TWO or check.reviewer_id == viewer.pk


def check_consolidated(release: Release) -> None:
    """Both independent checks are in and sound, every comment was answered and closed, and the analysis is not being done again.

    Raises:
        NotNow: something is missing.
    """
    if release.request is not None and release.request.state not in CHECKED:
        _refuse(release, "confirm", "its analysis is being done again; the checks begin anew with the new report")
    found = checks_of(release)
    if len(found) < TWO or not all(each.submitted_at for each in found):
        _refuse(release, "confirm", "waits for both independent checks")
    if any(each.verdict != Check.Verdict.SOUND for each in found):
        _refuse(release, "confirm", "a reviewer returned it; the analysis is done again first")
    if _has_open_comments(release):
        _refuse(release, "confirm", "waits until every comment is answered and closed")


def was_returned(release: Release) -> bool:
    """Whether both checks are in and a reviewer wants it done again."""
    found = checks_of(release)
    return len(found) == TWO and all(each.submitted_at for each in found) and any(each.verdict == "return" for each in found)


def waits_for_comments(release: Release) -> bool:
    """Whether both checks are in and sound, and all that is missing is that every comment is answered and closed."""
    found = checks_of(release)
    sound = len(found) == TWO and all(each.submitted_at and each.verdict == Check.Verdict.SOUND for each in found)
    return sound and release.state in ("draft", "checked") and _has_open_comments(release)


def can_confirm(release: Release, user: User) -> bool:
    """Whether this reviewer's word is what the release waits for: both checks are in and sound, and they have not confirmed yet."""
    if not allows(check_consolidated, release):
        return False
    mine = user.pk in {each.reviewer_id for each in checks_of(release)}
    mine = mine and user.pk not in analysts_of(release)
    return mine and release.state in ("draft", "checked") and release.checked_by_id != user.pk


def check_words(subject: str, text: str) -> None:
    """Words that are printed, or read by everybody who works on a release, name nobody.

    Raises:
        NotNow: somebody seems to be named; it says how, and does not quote.
    """
    found = identifiers_in(text)
    if found:
        message = f"{subject}: this seems to hold {' and '.join(found)}; take it out, nobody may be named."
        raise NotNow(message)


def _has_open_comments(release: Release) -> bool:
    found = Comment.objects.filter(request=release.request_id, answers=None, resolved_at=None)
    return release.request_id is not None and found.exists()


def _refuse(release: Release, act: str, why: str) -> NoReturn:
    message = f"{act} of {release.key} (version {release.version}): {why}."
    raise NotNow(message)
