"""Reading age by the Flesch-Kincaid grade, worked out here: the packages for it download word lists."""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*|\d[\d,.]*%?")


def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels; a number counts as one.

    Example:
        >>> [syllables(word) for word in ("people", "reoffending", "made", "22%")]
        [2, 4, 1, 1]
    """
    letters = re.sub(r"[^a-z]", "", word.lower())
    letters = re.sub(r"^reo", "re-o", letters)
    groups = len(_VOWELS.findall(letters))
    if letters.endswith("e") and not letters.endswith(("le", "ee", "ye")) and groups > 1:
        groups -= 1
    if letters.endswith("ed") and not letters.endswith(("ted", "ded")) and groups > 1:
        groups -= 1
    return max(groups, 1)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text: years of school needed to follow it.

    Raises:
        ValueError: the text has no words.
    """
    words = _WORD.findall(text)
    if not words:
        message = "A text without words has no reading age."
        raise ValueError(message)
    sentences = max(len(_SENTENCE_END.findall(text)), 1)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def reading_age(text: str) -> float:
    """Age in years at which most people can read the text: the grade and five."""
    return grade(text) + 5
