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


PAGES: tuple[WordsPage, ...] = (
    WordsPage(
        slug="before-you-start",
        title="Before you start",
        about="Who can ask, what you need, how many people and how long it takes.",
        section="guidance",
    ),
    WordsPage(
        slug="what-to-record",
        title="What to record from today",
        about="What to write down for each person, so that your work can be looked at later.",
        section="guidance",
    ),
    WordsPage(
        slug="what-to-tell-people",
        title="What to tell the people you work with",
        about="Ready wording for your privacy notice and your form, and what to do when somebody objects.",
        section="guidance",
    ),
    WordsPage(
        slug="what-to-send",
        title="What to send",
        about="The file, its columns, and how mistakes in it are found and fixed.",
        section="guidance",
    ),
    WordsPage(
        slug="can-it-show-anything",
        title="Can it show anything?",
        about="How big a difference a group of your size can show, before you send anything.",
        section="guidance",
    ),
    WordsPage(
        slug="what-you-get-back",
        title="What you get back",
        about="The coverage step, the report, when it is published and who sees it first.",
        section="guidance",
    ),
    WordsPage(
        slug="how-to-read-it",
        title="How to read your report",
        about="The answer, the range, what you can and cannot say.",
        section="guidance",
    ),
    WordsPage(slug="privacy", title="Privacy", about="What is kept about whom, for how long, and your rights.", section="footer"),
    WordsPage(slug="cookies", title="Cookies", about="The few cookies that this service needs.", section="footer"),
    WordsPage(
        slug="accessibility", title="Accessibility", about="How this service is made to be used by everybody.", section="footer"
    ),
)


def guidance_pages() -> tuple[WordsPage, ...]:
    """The guidance, in the order in which it is read."""
    return tuple(page for page in PAGES if page.section == "guidance")


def footer_pages() -> tuple[WordsPage, ...]:
    """What the footer of every page leads to."""
    return tuple(page for page in PAGES if page.section == "footer")
