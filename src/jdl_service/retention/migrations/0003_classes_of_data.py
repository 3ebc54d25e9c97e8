"""More classes of data. A rule has a row only where the lab decided otherwise than `classes.CLASSES`, so the first rules go."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import migrations, models

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FIRST = {"cohort": 90, "problems": 14, "rooms": 365, "parked": 30, "draft": 180, "account": 730}
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
    ("account", "Account that nobody used"),
]


def drop_first_rules(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    """Delete every rule that is as it was at first."""
    model = apps.get_model("retention", "RetentionRule")
    for data_class, days in FIRST.items():
        model.objects.filter(data_class=data_class, days=days).delete()


class Migration(migrations.Migration):
    """Changes the rules."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("retention", "0002_first_rules")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RunPython(drop_first_rules, migrations.RunPython.noop),
        migrations.RemoveField(model_name="retentionrule", name="after"),
        migrations.AlterField(
            model_name="certificate", name="data_class", field=models.CharField(choices=CLASSES, max_length=20)
        ),
        migrations.AlterField(
            model_name="retentionrule", name="data_class", field=models.CharField(choices=CLASSES, max_length=20, unique=True)
        ),
    ]
