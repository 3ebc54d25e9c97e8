"""A request that was given back and sent again counts from the first time that it was sent."""

from django.db import migrations
from django.db.models import Min


def first_time(apps, editor):  # noqa: ARG001 -- a migration's own signature
    """Put the time of the first submission in the place of the last one's."""
    request, passage = (apps.get_model("requests", name) for name in ("Request", "Passage"))
    sent = passage.objects.filter(action="submit").values("request").annotate(first=Min("at")).order_by()
    for each in sent:
        request.objects.filter(pk=each["request"], submitted_at__gt=each["first"]).update(submitted_at=each["first"])


class Migration(migrations.Migration):
    """Rows alone; what was overwritten is in the passages, so that nothing has to be put back."""

    dependencies = [("requests", "0002_text_of_the_report")]
    operations = [migrations.RunPython(first_time, migrations.RunPython.noop)]
