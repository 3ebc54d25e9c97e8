"""Nobody checks a release whose analysis is theirs, whoever writes to the database; and no verdict is changed once it is in."""

from django.db import migrations

from jdl_service.base.triggers import Refusal, refuse

_OWN = "EXISTS (SELECT 1 FROM releases_release WHERE releases_release.id = NEW.release_id AND releases_release.analyst_id = NEW.reviewer_id)"
_CHECKED = "EXISTS (SELECT 1 FROM releases_check WHERE releases_check.release_id = NEW.id AND releases_check.reviewer_id = NEW.analyst_id)"
_SAID = "the analyst of a release cannot check it"


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("releases", "0001_initial")]
    operations = [
        refuse(
            Refusal(name="check_not_by_the_analyst", table="releases_check", on="INSERT", when=_OWN, message=_SAID),
            Refusal(name="check_not_moved_to_the_analyst", table="releases_check", on="UPDATE", when=_OWN, message=_SAID),
            Refusal(name="release_analyst_is_no_reviewer", table="releases_release", on="UPDATE", when=_CHECKED, message=_SAID),
            Refusal(
                name="check_verdict_stands",
                table="releases_check",
                on="UPDATE",
                when="OLD.submitted_at IS NOT NULL AND (NEW.verdict <> OLD.verdict OR NEW.reviewer_id <> OLD.reviewer_id)",
                message="a verdict that is in cannot be changed",
            ),
        )
    ]
