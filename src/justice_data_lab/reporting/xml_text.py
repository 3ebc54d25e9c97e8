"""Words as XML takes them: escaped, and without the characters that XML forbids however they are written."""

from __future__ import annotations

import re
from xml.sax import saxutils

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(words: str) -> str:
    """Words between two tags."""
    return saxutils.escape(_FORBIDDEN.sub("", words))


def quoteattr(words: str) -> str:
    """Words as the value of an attribute, with its quotes."""
    return saxutils.quoteattr(_FORBIDDEN.sub("", words))
