"""Each job gets a name of its own for addresses; that each has one stands from the next migration on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import migrations, models

from jdl_service.jobs.models import new_key

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_jobs(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001 -- Django's own names
    """Name every job that is there."""
    jobs = apps.get_model("jobs", "Job").objects
    for number in jobs.values_list("pk", flat=True).iterator():
        jobs.filter(pk=number).update(key=new_key())


class Migration(migrations.Migration):
    """Adds the name."""

    dependencies: ClassVar = [("jobs", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField("job", "key", models.CharField(max_length=22, null=True, editable=False)),
        migrations.RunPython(name_jobs, migrations.RunPython.noop),
    ]
