"""A certificate says how much of what was destroyed the lab had made: an organisation is told the number of its own alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds a column, which older certificates leave open."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("retention", "0004_objections")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddField(model_name="certificate", name="of_lab", field=models.PositiveIntegerField(blank=True, null=True)),
    ]
