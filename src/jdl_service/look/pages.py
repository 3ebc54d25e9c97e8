"""The pages that hold nothing but words: guidance for organisations, and what the footer leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPage:
    """One page of words; its text is the template `words/SLUG.html`.

    Attributes:
        slug: the last part of its address.
        title: its heading.
        about: one sentence for the list of pages.
        section: `guidance`, in the order in which it is read; or `footer`.
    """

    slug: str
    title: str
    about: str
    section: Literal["guidance", "footer"]

    @property
    def template(self) -> str:
        """The template that holds the text."""
        return f"words/{self.slug}.html"


PAGES: tuple[WordsPage, ...] = ()


def guidance_pages() -> tuple[WordsPage, ...]:
    """The guidance, in the order in which it is read."""
    return tuple(page for page in PAGES if page.section == "guidance")


def footer_pages() -> tuple[WordsPage, ...]:
    """What the footer of every page leads to."""
    return tuple(page for page in PAGES if page.section == "footer")
