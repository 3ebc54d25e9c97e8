"""Objections have a rule and a certificate of their own."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

CLASSES = [
    ("cohort", "Cohort file"),
    ("faulty", "Cohort file with errors"),
    ("superseded", "Cohort file that a later one replaced"),
    ("problems", "Faulty cells"),
    ("rooms", "Secret rooms of a run"),
    ("closed", "Data of a request that was refused or withdrawn"),
    ("parked", "Data of a parked request"),
    ("draft", "Data of a request that waits for its organisation"),
    ("adding", "Data of a request to which people are added"),
    ("messages", "Messages about a request"),
    ("logins", "Records of log-ins"),
    ("invitation", "Invitations to an organisation"),
    ("objection", "Objection to being analysed"),
    ("account", "Account that nobody used"),
]


class Migration(migrations.Migration):
    """Adds a class."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("retention", "0003_classes_of_data")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AlterField(
            model_name="certificate", name="data_class", field=models.CharField(choices=CLASSES, max_length=20)
        ),
        migrations.AlterField(
            model_name="retentionrule", name="data_class", field=models.CharField(choices=CLASSES, max_length=20, unique=True)
        ),
    ]
