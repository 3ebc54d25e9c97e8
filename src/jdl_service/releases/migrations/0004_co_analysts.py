"""Everybody who did a part of an analysis is named beside its release, and none of them checks or clears it, whoever writes to the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jdl_service.base.triggers import Refusal, refuse

_PART = "EXISTS (SELECT 1 FROM releases_coanalyst WHERE releases_coanalyst.release_id = {release} AND {more})"
# what a reviewer has done in an earlier draft does not keep them from doing the next one themselves
_IN_THAT_DRAFT = "releases_coanalyst.person_id = NEW.reviewer_id AND releases_coanalyst.since <= NEW.round"
_OWN = _PART.format(release="NEW.release_id", more=_IN_THAT_DRAFT)
_DECIDED = _PART.format(release="NEW.id", more="releases_coanalyst.person_id IN (NEW.checked_by_id, NEW.cleared_by_id)")
_CHECKS = (
    "EXISTS (SELECT 1 FROM releases_check WHERE releases_check.release_id = NEW.release_id "
    "AND releases_check.reviewer_id = NEW.person_id AND releases_check.round >= NEW.since)"
)
_KEPT = "EXISTS (SELECT 1 FROM releases_check WHERE releases_check.release_id = OLD.release_id)"
_SAID = "whoever did a part of an analysis cannot check it"


class Migration(migrations.Migration):
    """A table and its triggers."""

    dependencies = [
        ("releases", "0003_states_and_checks_stand"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="CoAnalyst",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.PositiveIntegerField()),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="co_analysts", to="releases.release"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("release", "person"), name="co_analyst_once")],
            },
        ),
        refuse(
            Refusal(name="check_not_by_a_co_analyst", table="releases_check", on="INSERT", when=_OWN, message=_SAID),
            Refusal(name="check_not_moved_to_a_co_analyst", table="releases_check", on="UPDATE", when=_OWN, message=_SAID),
            Refusal(
                name="release_not_checked_by_a_co_analyst", table="releases_release", on="UPDATE", when=_DECIDED, message=_SAID
            ),
            Refusal(name="co_analyst_is_no_reviewer", table="releases_coanalyst", on="INSERT", when=_CHECKS, message=_SAID),
            Refusal(
                name="co_analyst_stands",
                table="releases_coanalyst",
                on="UPDATE",
                when="1 = 1",
                message="a co-analyst stays the one that was named",
            ),
            Refusal(
                name="co_analyst_stays",
                table="releases_coanalyst",
                on="DELETE",
                when=_KEPT,
                message="a co-analyst of what is being checked is not taken away",
            ),
        ),
    ]
