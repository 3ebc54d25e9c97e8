"""Whether each of the organisation's own columns was known before people started, and of how many that is not said yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds two columns."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("files", "0003_lists_and_objections")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddField(
            model_name="cohortfile",
            name="known_when",
            field=models.JSONField(blank=True, default=dict, verbose_name="when each of their own columns was known"),
        ),
        migrations.AddField(
            model_name="cohortfile",
            name="unsaid",
            field=models.PositiveIntegerField(default=0, verbose_name="own columns of which it is not said when they were known"),
        ),
    ]
