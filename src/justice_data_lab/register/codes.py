"""The code lists of the register: what a coded column may hold, in the order that tables print them."""

from __future__ import annotations

SEXES = ("F", "M", "U")
ETHNICITIES = ("white", "black", "asian", "mixed", "other", "unknown")
OFFENCE_GROUPS = (
    "violence",
    "sexual",
    "robbery",
    "theft",
    "drugs",
    "public_order",
    "weapons",
    "damage",
    "fraud",
    "motoring",
    "summary_other",
)
COURT_OUTCOMES = ("indictable", "either_way", "summary")
DISPOSALS = ("conviction", "caution")
SENTENCES = ("custody", "suspended", "community", "fine", "discharge", "caution", "other")
KINDS = ("custody", "suspended_sentence_order", "community_order", "caution", "other")
NEEDS = (
    "accommodation",
    "employment",
    "finance",
    "relationships",
    "lifestyle",
    "drugs",
    "alcohol",
    "wellbeing",
    "thinking",
    "attitudes",
)
EMPLOYMENT_KINDS = ("work", "benefit")
# The twenty groups of the published OGRS3 coefficients, spelt as in the source of the coefficients.
OGRS3_GROUPS = (
    "Absconding or bail offences",
    "Burglary (domestic)",
    "Burglary (other)",
    "Criminal damage",
    "Drink driving and related offences",
    "Drug import/export/production",
    "Drug possession/supply",
    "Fraud and forgery",
    "Handling stolen goods",
    "Other motoring",
    "Other offence",
    "Public order",
    "Robbery",
    "Sexual (against child)",
    "Sexual (not against child)",
    "Soliciting or prostitution",
    "Taking & driving away and related offences",
    "Theft (non-motor)",
    "Theft from vehicles",
    "Violence",
)
