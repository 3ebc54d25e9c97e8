"""The log is not emptied at a stroke either: PostgreSQL has a statement for it that no trigger of rows sees."""

from django.db import migrations

from jdl_service.base.triggers import Refusal, refuse


class Migration(migrations.Migration):
    """A trigger, where there is such a statement."""

    dependencies = [("audit", "0002_append_only")]
    operations = [
        refuse(
            Refusal(
                name="audit_auditevent_no_truncate",
                table="audit_auditevent",
                on="TRUNCATE",
                when="true",
                message="audit_auditevent is append-only",
            )
        )
    ]
