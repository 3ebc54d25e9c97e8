"""Finds what would name somebody in words that organisations write: those words are published, or read by people who see no names."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

# What it is, and how it looks. Meant to find too much rather than too little: whoever wrote it can say it otherwise.
_LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("an e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.\w+")),
    ("a police identifier", re.compile(r"\b\d{2,4}/\d{1,7}[A-Z]\b", re.IGNORECASE)),
    ("a criminal record number", re.compile(r"\b\d{1,6}/\d{2}[A-Z]\b", re.IGNORECASE)),
    ("a prison number", re.compile(r"\b[A-Z]\d{4}[A-Z]{2}\b", re.IGNORECASE)),
    ("a probation case number", re.compile(r"\b[A-Z]\d{6}\b")),
    ("a National Insurance number", re.compile(r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b", re.IGNORECASE)),
    ("a telephone or NHS number", re.compile(r"(?:\+44|\b0)(?:[ -]?\d){9,10}\b|\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")),
    ("a date of birth", re.compile(r"\b(?:born(?: on)?|d\.?o\.?b\.?|date of birth)\W{0,3}\d", re.IGNORECASE)),
    ("somebody's name", re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx)\.?\s+[A-Z]")),
)


def identifiers_in(text: str) -> tuple[str, ...]:
    """What in a text looks as if it named somebody, in words, never the thing itself.

    Example:
        >>> identifiers_in("We met A1234BC on Mondays")
        ('a prison number',)
        >>> identifiers_in("From 1 March 2022 we met 120 people twice a week")
        ()
    """
    return tuple(what for what, looks in _LOOKS if looks.search(text))


def names_nobody(text: str) -> None:
    """Refuse a text in which somebody seems to be named; a validator of form fields.

    Raises:
        ValidationError: it says what was found, not the thing itself.
    """
    found = identifiers_in(text)
    if found:
        message = f"This seems to hold {' and '.join(found)}. Take it out: nobody may be named here"
        raise ValidationError(message, "identifier")
