"""The thresholds that held for a request, as every report prints them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.published import Rules

if TYPE_CHECKING:
    from justice_data_lab.study import DisclosureRules


def published_rules(rules: DisclosureRules) -> Rules:
    """The lab's thresholds under the study's profile; they are settings, not data."""
    return Rules(**{field.name: getattr(rules, field.name) for field in fields(Rules)})
