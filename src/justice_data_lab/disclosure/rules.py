"""Which thresholds hold for a request, and how they are printed."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from justice_data_lab.disclosure.published import Rules

if TYPE_CHECKING:
    from justice_data_lab.study import DisclosureRules, Lab, Study


def rules_for(study: Study, lab: Lab) -> DisclosureRules:
    """The lab's thresholds, under the study's own profile when it names one."""
    return replace(lab.disclosure, profile=study.disclosure_profile or lab.disclosure.profile)


def published_rules(rules: DisclosureRules) -> Rules:
    """The thresholds as every report prints them."""
    return Rules(**{field.name: getattr(rules, field.name) for field in fields(Rules)})
