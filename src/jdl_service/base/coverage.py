"""The register's public coverage file, as the settings name it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from justice_data_lab.register.snapshot import COVERAGE


def coverage_file() -> Path | None:
    """Where it is; None where the lab has none yet."""
    register = settings.ENVIRONMENT.register
    path = Path(register) / COVERAGE if register else None
    return path if path is not None and path.is_file() else None
