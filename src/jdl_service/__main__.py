"""Django's own commands with the service's settings: `python -m jdl_service migrate`."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one of Django's commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jdl_service.conf.settings")
    execute_from_command_line(["python -m jdl_service", *sys.argv[1:]])


if __name__ == "__main__":
    main()
