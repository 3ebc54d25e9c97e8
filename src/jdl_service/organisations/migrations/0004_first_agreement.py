"""The first version of the agreement, so that there is one to sign; the lab follows it with its own."""

from datetime import UTC, datetime

from django.db import migrations

VERSION = "2026-1"
TEXT = """This agreement is between your organisation and the lab. It is about a list of people whom you worked with.

What you send. You send the names, dates of birth and identifiers that the template asks for, and nothing more. You are allowed to share them, and you told people that you do. You leave out whoever said no.

What the lab does. It looks the people up in the national register of offences, compares them as a group with similar people, and publishes one result. It uses the list for nothing else. It never tells you who was found.

How it is kept. The list is encrypted as it comes in. Only the lab's worker can open it. It is destroyed when it is no longer needed, on a date that you can see, and you get a certificate. A coded note of who was in a published result stays for as long as the lab publishes results, also when this one was withdrawn.

What is published. The result is published at the hour announced, whatever it says. You check all text that holds no result before that. You can take the request back until the analysis starts. After that the result, or the reason why there is none, is published.

People's rights. Whoever asks you to be taken out is taken out until the result has been cleared. You pass such a wish on by row number, never by name.

If something goes wrong. Whoever learns that somebody saw what they should not have tells the other within a day."""


def write(apps, _):
    """Write it, unless there is one."""
    texts = apps.get_model("organisations", "AgreementText")
    if not texts.objects.exists():
        texts.objects.create(version=VERSION, text=TEXT, since=datetime(2026, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    """A row."""

    dependencies = [("organisations", "0003_invitation")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
