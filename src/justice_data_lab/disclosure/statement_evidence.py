"""What the quality statement needs beside the figures that are published anyway: exact and secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapEvidence:
    """How many people of the treatment group there were and were matched, and how many of the pool are like none of them."""

    treated: int
    matched: int
    off_support: int
