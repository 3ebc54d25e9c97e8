"""No state is jumped, nobody clears without two sound checks, and what is frozen or said stands: whoever writes to the database.

The pairs of states are those of the core's table. A change of that table comes with a migration that makes this trigger anew;
`test_duties.py` asks the database for every pair. Whole rows can be put in, as whoever moves the service to another database does.
"""

from django.db import migrations

from jdl_service.base.triggers import Refusal, append_only, refuse
from justice_data_lab.publication.states import TRANSITIONS

_ALLOWED = ", ".join(
    sorted({f"'{state}>{each.to}'" for each in TRANSITIONS if each.to for state in each.states if state != each.to})
)
_SOUND = (
    "SELECT count(*) FROM releases_check WHERE releases_check.release_id = NEW.id AND releases_check.round = NEW.round "
    "AND releases_check.verdict = 'sound'"
)
_HEAD = (
    "EXISTS (SELECT 1 FROM accounts_user WHERE accounts_user.id = NEW.signed_off_by_id AND accounts_user.is_head_of_profession)"
)
_FROZEN = "EXISTS (SELECT 1 FROM releases_release WHERE releases_release.id = OLD.release_id AND releases_release.manifest <> '')"
_BYTES = "the files of a frozen release cannot be changed"


def _kept(*columns):
    """Whether one of the columns of a check that is in was changed."""
    changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)
    return f"OLD.submitted_at IS NOT NULL AND (NEW.submitted_at IS NULL OR {changed})"


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("releases", "0002_separation_of_duties"), ("accounts", "0001_initial"), ("requests", "0001_initial")]
    operations = [
        # the timeline of a request and the published times are drawn from its passages; names are taken out of a reason
        refuse(
            *append_only("requests_passage", fixed=("request_id", "action", "before", "after", "by_id", "at")),
            Refusal(
                name="release_jumps_no_state",
                table="releases_release",
                on="UPDATE",
                when=f"NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({_ALLOWED})",
                message="the table of states has no such step",
            ),
            Refusal(
                name="release_cleared_after_two_checks",
                table="releases_release",
                on="UPDATE",
                when=f"NEW.state <> OLD.state AND NEW.state IN ('checked', 'cleared') AND ({_SOUND}) < 2",
                message="two sound checks come first",
            ),
            Refusal(
                name="release_signed_off_by_a_head",
                table="releases_release",
                on="UPDATE",
                when="NEW.signed_off_by_id IS NOT NULL AND (OLD.signed_off_by_id IS NULL OR NEW.signed_off_by_id <> OLD.signed_off_by_id) "
                f"AND NOT {_HEAD}",
                message="the head of profession signs off",
            ),
            Refusal(
                name="release_stays",
                table="releases_release",
                on="DELETE",
                when="OLD.state <> 'draft'",
                message="a release that was checked is never deleted",
            ),
            Refusal(
                name="check_stands",
                table="releases_check",
                on="UPDATE",
                when=_kept("submitted_at", "text", "answers", "round", "release_id", "place"),
                message="a check that is in cannot be changed",
            ),
            Refusal(
                name="check_stays",
                table="releases_check",
                on="DELETE",
                when="OLD.submitted_at IS NOT NULL",
                message="a check that is in cannot be deleted",
            ),
            Refusal(
                name="file_frozen_no_update",
                table="releases_releasefile",
                on="UPDATE",
                when=_FROZEN,
                message=_BYTES,
            ),
            Refusal(
                name="file_frozen_no_delete",
                table="releases_releasefile",
                on="DELETE",
                when=_FROZEN,
                message=_BYTES,
            ),
        )
    ]
