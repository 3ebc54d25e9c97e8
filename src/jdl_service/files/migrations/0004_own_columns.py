"""Whether each of the organisation's own columns was known before people started, and of how many that is not said yet."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

_KNOWN = models.JSONField(blank=True, default=dict, verbose_name="when each of their own columns was known")
_UNSAID = models.PositiveIntegerField(default=0, verbose_name="own columns of which it is not said when they were known")


class Migration(migrations.Migration):
    """Adds two columns."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("files", "0003_lists_and_objections")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddField("cohortfile", name, field) for name, field in (("known_when", _KNOWN), ("unsaid", _UNSAID))
    ]
