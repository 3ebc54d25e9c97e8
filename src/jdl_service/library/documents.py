"""What the API answers, as values: the JSON is drawn from them, and so is its schema in the OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass

# The imports are field types, which the schema reads at run time.
from datetime import date, datetime  # noqa: TC003
from typing import Literal

from justice_data_lab.library.collection import Standing  # noqa: TC001
from justice_data_lab.library.effects import Effect, Scale  # noqa: TC001
from justice_data_lab.library.entry import Shown, Status, Verdict  # noqa: TC001
from justice_data_lab.library.gaps import Gap  # noqa: TC001
from justice_data_lab.library.outside import Outside  # noqa: TC001
from justice_data_lab.library.synthesis import Pooled  # noqa: TC001
from justice_data_lab.library.taxonomy import Facet, FacetKey  # noqa: TC001
from justice_data_lab.library.words import Printed  # noqa: TC001
from justice_data_lab.register.coverage import GroupRate, PublicRates  # noqa: TC001


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Addresses of a list's pages; null where there is none."""

    here: str
    first: str
    last: str
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The API's first answer: whose library it is, and where everything stands."""

    lab: str
    licence: str
    results: int
    documentation: str
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A result in a list: what was found on its first primary measure, and where all of it stands."""

    key: str
    version: int
    status: Status
    title: str
    organisation: str
    released: datetime
    corrected: str
    types: tuple[str, ...]
    verdict: Verdict
    told: str
    answer: str
    people: Shown
    difference: Shown | None
    ci_low: Shown | None
    ci_high: Shown | None
    api: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a filter: how many results choosing it would leave, with the other filters as they are."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A filter with every value that any result has."""

    filter: str
    values: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The answer to a question; `question` is its one address."""

    question: str
    total: int
    page: int
    pages: int
    results: tuple[Line, ...]
    compared: tuple[Line, ...]
    counts: tuple[Choices, ...]
    links: Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Whether what was said of a version of a result still stands."""

    key: str
    version: int
    standing: Standing
    words: str
    current: int
    released: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """Titles and organisations that words may mean."""

    q: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of help."""

    key: str
    name: str
    meaning: str
    results: int
    api: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Every kind of help."""

    types: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A result that is not taken together with the others, and why."""

    key: str
    analysis: str
    why: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Results taken together on one scale: `pooled` and `printed` are null with fewer than three."""

    scale: Scale
    effects: tuple[Effect, ...]
    pooled: Pooled | None
    printed: Printed | None
    left_out: tuple[Left, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeOfKind:
    """What results of a kind of help say together of one outcome; `odds` is null for a mean, `with_outside` unless it was asked for."""

    type: str
    measure: str
    name: str
    kind: Literal["proportion", "mean"]
    unit: str
    better: Literal["lower", "higher"]
    words: tuple[str, ...]
    overlaps_known: bool
    difference: Together
    odds: Together | None
    with_outside: Printed | None
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeInShort:
    """An outcome of a kind of help: how many results enter, and what they say together."""

    measure: str
    name: str
    results: int
    printed: Printed | None
    words: tuple[str, ...]
    api: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindInFull:
    """A kind of help with its outcomes and its results."""

    key: str
    name: str
    meaning: str
    outcomes: tuple[OutcomeInShort, ...]
    results: tuple[str, ...]
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """Everything that programmes are sorted by."""

    version: str
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme with the keys of its results, the latest first."""

    name: str
    title: str
    organisation: str
    results: tuple[str, ...]
    api: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programmes:
    """Programmes, page by page."""

    total: int
    programmes: tuple[Programme, ...]
    links: Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation with the keys of its results, the latest first."""

    name: str
    organisation: str
    results: tuple[str, ...]
    api: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisations:
    """Organisations, page by page."""

    total: int
    organisations: tuple[Organisation, ...]
    links: Pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Kinds of help and groups of people with fewer results than can be taken together, the emptiest first."""

    group: FacetKey
    enough: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class National:
    """National rates by sentence, and by sentence and group of people; a programme's rate cannot be compared with them, and the page says why."""

    extract_date: date
    last_start: date
    rates: tuple[PublicRates, ...]
    groups: tuple[GroupRate, ...]
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideResults:
    """Results from elsewhere, which this lab neither made nor checked; one that was withdrawn has no effects."""

    results: tuple[Outside, ...]
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotInShort:
    """A state of the whole library, with the addresses of its files."""

    name: str
    at: datetime
    entries: int
    current: bool
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """Every state that may still be shown, the latest first."""

    snapshots: tuple[SnapshotInShort, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why there is no answer (RFC 9457)."""

    title: str
    status: int
    detail: str
    parameter: str | None
