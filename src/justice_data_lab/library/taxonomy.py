"""What programmes are sorted by: kinds of help, settings, sectors, who they are for, where and how much. Data, not code."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

FacetKey: TypeAlias = Literal["type", "setting", "sector", "sex", "age", "sentence", "need", "dose"]
VERSION = "jdl-taxonomy/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a facet.

    Attributes:
        key: as it stands in an address; never changed, never used again for something else.
        name: as printed.
        meaning: what belongs there, in a sentence.
        also: other words for it.
    """

    key: str
    name: str
    meaning: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One thing that programmes are sorted by."""

    key: FacetKey
    name: str
    options: tuple[Option, ...]

    def option(self, key: str) -> Option | None:
        """The option of that key; None when there is none."""
        return next((each for each in self.options if each.key == key), None)


def _facet(key: FacetKey, name: str, *options: tuple[str, str, tuple[str, ...]]) -> Facet:
    made = (Option(key=slug(words), name=words, meaning=meaning, also=also) for words, meaning, also in options)
    return Facet(key=key, name=name, options=tuple(made))


def slug(words: str) -> str:
    """Words as they stand in an address: lower case, a hyphen between them."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower().replace("\u2019", "").replace("'", "")).strip("-")


def folded(words: str) -> str:
    """Words without regard to capitals and spaces."""
    return " ".join(words.casefold().split())


def with_digits(words: str, said: str, most: int = 60) -> str:
    """Words as in an address, cut to so many letters, and eight digits of a hash of all that tells them apart; of words in another script the digits alone."""
    digits = hashlib.sha256(said.encode()).hexdigest()[:8]
    return "-".join(part for part in (slug(words)[:most].strip("-"), digits) if part)


def own_slug(words: str, most: int = 120) -> str:
    """Words as in an address, with digits where other words would give the same: no two names have one, whatever their capitals and spaces."""
    plain = slug(words)
    return plain if plain.replace("-", " ") == folded(words) and len(plain) <= most else with_digits(words, folded(words), most)


TYPES = _facet(
    "type", "Kind of help",
    ("Accommodation", "A place to live, or help to find and keep one.", ("housing", "supported housing")),
    ("Arts", "Music, drama, writing, visual arts.", ("art", "music", "theatre")),
    ("Education", "Reading, writing, numbers, courses up to a degree.", ("learning", "literacy")),
    ("Employment and training", "Skills for a trade, work in prison, help into a job.", ("employment", "training", "work", "vocational training", "prison work")),
    ("Family contact and relationships", "Visits, parenting, support for couples and children.", ("family", "family contact", "relationships", "parenting")),
    ("Mentoring", "One person who stays alongside, before or after release.", ("mentor", "befriending")),
    ("Health and substance misuse", "Treatment for drugs, alcohol, mental or physical health.", ("health", "substance misuse", "drugs", "alcohol", "drug treatment", "mental health")),
    ("Thinking and behaviour programmes", "Courses on thinking, anger and choices.", ("thinking and behaviour", "cognitive skills", "offending behaviour programme", "cognitive behavioural")),
    ("Restorative justice", "Meetings or letters between those harmed and those who harmed.", ("victim offender mediation",)),
    ("Peer support", "Help from people who were there themselves.", ("peer mentoring",)),
    ("Through-the-gate and resettlement", "One service from prison into the community.", ("resettlement", "through the gate", "re-entry", "reentry")),
    ("Sentence types and supervision", "One kind of sentence or supervision set beside another.", ("supervision", "probation", "community sentence")),
    ("Women\u2019s centres", "Services for women under one roof.", ("women's centre", "womens centre")),
    ("Sport", "Team or single sports, gym, outdoor activity.", ("football", "rugby", "gym")),
    ("Faith", "Chaplaincy and faith communities.", ("religion", "chaplaincy")),
    ("Finance and debt", "Money after release, budgeting, debt advice.", ("finance", "debt", "money", "financial aid")),
    ("Multi-component", "Several of these together, none of which leads.", ("multicomponent", "multiple", "mixed")),
)  # fmt: skip
SETTINGS = _facet(
    "setting", "Where people were",
    ("Custody", "In prison or a young offender institution.", ("prison", "in custody")),
    ("Community", "On a sentence in the community, or after release.", ("probation", "in the community")),
    ("Through the gate", "Begun in prison and carried on after release.", ("prison and community",)),
)  # fmt: skip
SECTORS = _facet(
    "sector", "Who runs it",
    ("Charity", "A charity, community group or faith group.", ("voluntary", "voluntary sector", "third sector", "charity")),
    ("Public body", "A prison, a probation service, a council, a health service.", ("public", "public sector", "government")),
    ("Company", "A company that is paid for it.", ("private", "private sector")),
    ("Social enterprise", "A business with a social purpose.", ()),
    ("College or university", "A provider of education.", ("education", "college", "university", "academic")),
)  # fmt: skip
SEXES = _facet(
    "sex", "Women or men", ("Women", "", ("female",)), ("Men", "", ("male",)), ("Women and men", "", ("both", "any", "mixed"))
)
AGES = _facet(
    "age", "Age",
    ("Under 18", "", ()), ("18 to 24", "", ("young adults",)), ("25 to 49", "", ()), ("50 or over", "", ("older people",)), ("Adults of any age", "", ("any", "adults")),
)  # fmt: skip
SENTENCES = _facet(
    "sentence", "Sentence",
    ("Prison under 12 months", "", ("short sentence",)), ("Prison 12 months or more", "", ("long sentence",)), ("Prison of any length", "", ("prison",)),
    ("Community order", "", ()), ("Suspended sentence", "", ()), ("Any sentence", "", ("any",)),
)  # fmt: skip
NEEDS = _facet(
    "need", "Needs",
    ("Accommodation", "", ()), ("Education and work", "", ("employment", "education")), ("Money", "", ("finance", "debt")), ("Relationships", "", ("family",)),
    ("Drugs", "", ()), ("Alcohol", "", ()), ("Mental health", "", ()), ("Thinking and behaviour", "", ("thinking",)), ("Domestic abuse", "", ()),
)  # fmt: skip
DOSES = _facet(
    "dose", "How long it lasts",
    ("Up to a month", "", ()), ("1 to 3 months", "", ()), ("3 to 6 months", "", ()), ("More than 6 months", "", ()),
)  # fmt: skip

FACETS: tuple[Facet, ...] = (TYPES, SETTINGS, SEXES, AGES, SENTENCES, NEEDS, SECTORS, DOSES)
KEYS: tuple[FacetKey, ...] = get_args(FacetKey)
NOT_STATED = "not-stated"


def facet(key: str) -> Facet:
    """The facet of that key.

    Raises:
        KeyError: there is none.
    """
    known: dict[str, Facet] = {each.key: each for each in FACETS}
    return known[key]


def place(words: str, among: Facet) -> str:
    """The key of the option that free words mean, by its name or another word for it; empty when they mean none."""
    wanted = slug(words)
    return next((each.key for each in among.options if wanted in {each.key, *map(slug, each.also)}), "")


def close_to(words: str, among: Facet) -> tuple[str, ...]:
    """Names that look like the words, the most alike first: what may have been meant."""
    known = {slug(name): each.name for each in among.options for name in (each.name, *each.also)}
    return tuple(dict.fromkeys(known[found] for found in get_close_matches(slug(words), known, n=3, cutoff=0.6)))


def names(keys: Iterable[str], among: Facet) -> tuple[str, ...]:
    """Printed names of options, in the order of the keys; `not stated` for that key."""
    return tuple(found.name if (found := among.option(key)) else "Not stated" for key in keys)
