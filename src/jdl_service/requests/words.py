"""How many words people may write in forms; that nobody is named is `base/free_text.py`."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError


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
