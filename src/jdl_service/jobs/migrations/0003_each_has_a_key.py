"""Each job has a name of its own for addresses."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

import jdl_service.jobs.models


class Migration(migrations.Migration):
    """Holds the name."""

    dependencies: ClassVar = [("jobs", "0002_keys")]
    operations: ClassVar = [
        migrations.AlterField(
            "job", "key", models.CharField(default=jdl_service.jobs.models.new_key, editable=False, max_length=22, unique=True)
        ),
    ]
