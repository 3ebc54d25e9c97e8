"""`python -m jdl_service rewrap`: after a key was changed, wraps the key of every sealed file for the one that is in use now."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jdl_service import clock
from jdl_service.audit import log
from jdl_service.files.models import Sealed
from jdl_service.files.sealing import SealBrokenError
from jdl_service.files.store import store


class Command(BaseCommand):
    """Wraps anew what this machine's keys open; files themselves stay as they are."""

    help = "After a change of key: wraps the key of every sealed file for the key in use. Ask on the machine that holds the key."

    def add_arguments(self, parser: object) -> None:
        """Whose."""
        parser.add_argument("opener", choices=Sealed.Opener.values, help="Whose key was changed.")  # type: ignore[attr-defined]

    def handle(self, *args: object, opener: str, **options: object) -> None:  # noqa: ARG002
        """Wrap.

        Raises:
            CommandError: some could not be opened; the others are done, and the old key is still needed.
        """
        names = Sealed.objects.filter(opened_by=opener, destroyed_at=None).order_by("pk").values_list("pk", flat=True)
        done = sum(_one(key) for key in names)
        log.record("change key", opener, by=log.WORKER, at=clock.now(), detail=f"{done} of {len(names)} files")
        self.stdout.write(f"{done} of {len(names)} sealed files are wrapped for the key in use.")
        if done < len(names):
            message = "Some are wrapped for another key. Add it to the key file, below the one in use, and ask again."
            raise CommandError(message)


def _one(key: int) -> int:
    """1 when it is wrapped for the key in use, or was destroyed in the meantime."""
    try:
        with transaction.atomic():
            row = Sealed.objects.select_for_update().get(pk=key)
            if row.destroyed_at is None:
                store().rewrap(row)
    except SealBrokenError:
        return 0
    return 1
