"""A first rule for each class of data; an administrator can change how many days it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RULES = (
    ("cohort", 90, "the request ended; at once when it was withdrawn or refused", "A result can be corrected in that time; after it nobody needs the list."),
    ("problems", 14, "the file was sent", "Faulty cells are needed only while they are put right."),
    ("rooms", 365, "the request ended; at once when it was withdrawn or refused", "A result can be asked about and revised in that time."),
    ("parked", 30, "the date until which the request waits", "The organisation can take it up again in that time."),
    ("draft", 180, "the draft was begun or its last file was sent", "Nobody has asked the lab for anything yet."),
    ("account", 730, "the last log-in", "An account that nobody uses can only be misused."),
)  # fmt: skip


def write_rules(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    """Write every rule that is not there."""
    model = apps.get_model("retention", "RetentionRule")
    for data_class, days, after, why in RULES:
        model.objects.get_or_create(data_class=data_class, defaults={"days": days, "after": after, "why": why})


class Migration(migrations.Migration):
    """Adds the rules."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("retention", "0001_initial")]
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RunPython(write_rules, migrations.RunPython.noop)
    ]
