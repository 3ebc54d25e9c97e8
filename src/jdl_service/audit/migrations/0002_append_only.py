"""The log can only grow: triggers refuse to change or delete a line; the row that writers lock is made once."""

from django.db import migrations

from jdl_service.base.triggers import append_only, refuse


def make_head(apps, editor):  # noqa: ARG001
    apps.get_model("audit", "AuditHead").objects.create(one=1)


class Migration(migrations.Migration):
    """Triggers and the one row."""

    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunPython(make_head, migrations.RunPython.noop),
        refuse(*append_only("audit_auditevent")),
    ]
