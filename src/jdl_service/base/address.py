"""Where everybody reaches the service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from justice_data_lab.study import Lab


def lab_at_address() -> Lab:
    """The lab, whose public site is this service: `JDL_ADDRESS`, or what `lab.toml` says."""
    lab: Lab = settings.LAB
    return replace(lab, site=settings.ENVIRONMENT.address or lab.site)
