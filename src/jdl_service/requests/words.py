"""Rules for words that people write in forms: how many, and nobody named."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from jdl_service.requests.free_text import identifiers_in


def names_nobody(text: str) -> None:
    """Refuse a text in which somebody seems to be named.

    Raises:
        ValidationError: it says what was found, not the thing itself.
    """
    found = identifiers_in(text)
    if found:
        message = f"This seems to hold {' and '.join(found)}. Take it out: nobody may be named here"
        raise ValidationError(message, "identifier")


@dataclass(frozen=True, slots=True)
class AtMostWords:
    """Refuses a text of more words.

    Attributes:
        most: how many there may be.
    """

    most: int

    def __call__(self, text: str) -> None:
        """Count them.

        Raises:
            ValidationError: there are more.
        """
        count = len(text.split())
        if count > self.most:
            message = f"Use {self.most} words or fewer; there are {count} now"
            raise ValidationError(message, "words")
