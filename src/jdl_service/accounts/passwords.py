"""Words that everybody here would try first are no password: those of the service, of the lab and of the person's organisations."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from jdl_service.accounts.models import User

# The list of docs/reference/service-settings.md; the lab's name and those of the person's organisations are added.
WORDS = (
    "jdl",
    "justice",
    "datalab",
    "data",
    "lab",
    "prison",
    "probation",
    "custody",
    "reoffending",
    "offender",
    "reviewer",
    "analyst",
)
_SHORTEST, _LEFT = 3, 8
_REFUSAL = "This is made of words that others would try first, such as those of this service. Add words that nobody would guess"


class OwnWordsValidator:
    """A password has eight letters and digits besides such words."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse a password that is little more than the words of this place.

        Raises:
            ValidationError: it has too little besides.
        """
        left = password.casefold()
        for word in sorted(words_for(user), key=len, reverse=True):
            left = left.replace(word, " ")
        if left != password.casefold() and len(re.sub(r"[\W_]", "", left)) < _LEFT:
            raise ValidationError(_REFUSAL, code="own_words")

    def get_help_text(self) -> str:
        """What the form says of it."""
        return "Words of this service or of your organisation do not count."


def words_for(user: User | None) -> frozenset[str]:
    """The words that count for nothing in a password of this person."""
    known = user is not None and user.pk is not None
    names = user.memberships.values_list("organisation__name", flat=True) if user and known else ()
    found = chain.from_iterable(re.findall(r"\w+", name.casefold()) for name in (settings.LAB.name, *names))
    return frozenset(WORDS) | {word for word in found if len(word) >= _SHORTEST}
