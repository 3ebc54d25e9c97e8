"""Nobody signs a release off who did a part of its analysis, whoever writes to the database; that its analyst does not is a constraint."""

from django.db import migrations

from jdl_service.base.triggers import Refusal, refuse

_SIGNS = "NEW.signed_off_by_id IS NOT NULL AND (OLD.signed_off_by_id IS NULL OR NEW.signed_off_by_id <> OLD.signed_off_by_id)"
_PART = (
    "EXISTS (SELECT 1 FROM releases_coanalyst WHERE releases_coanalyst.release_id = NEW.id "
    "AND releases_coanalyst.person_id = NEW.signed_off_by_id)"
)
_SIGNED = (
    "EXISTS (SELECT 1 FROM releases_release WHERE releases_release.id = NEW.release_id "
    "AND releases_release.signed_off_by_id = NEW.person_id)"
)
_SAID = "whoever did a part of an analysis cannot sign it off"


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("releases", "0004_co_analysts")]
    operations = [
        refuse(
            # one that was signed off by a co-analyst before goes on as it is
            Refusal(
                name="release_not_signed_off_by_a_co_analyst",
                table="releases_release",
                on="UPDATE",
                when=f"{_SIGNS} AND {_PART}",
                message=_SAID,
            ),
            Refusal(name="co_analyst_signed_nothing_off", table="releases_coanalyst", on="INSERT", when=_SIGNED, message=_SAID),
        ),
    ]
