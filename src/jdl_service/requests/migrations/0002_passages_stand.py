"""The passages of a request can only grow: its timeline and the published times are drawn from them."""

from django.db import migrations

from jdl_service.base.triggers import append_only, refuse


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("requests", "0001_initial")]
    operations = [refuse(*append_only("requests_passage"))]
