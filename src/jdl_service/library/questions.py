"""What a program may ask of the API, parameter by parameter: what is not expected is refused with what was. Pages are more lenient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, cast
from urllib.parse import parse_qsl

from justice_data_lab.errors import UsageError
from justice_data_lab.library.address import FILTERS, MOST_COMPARED, ORDERS, Question
from justice_data_lab.library.taxonomy import FACETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from justice_data_lab.files import Json
    from justice_data_lab.library.address import Order

LONGEST, MOST_PAGES, _MOST_REGIONS = 200, 100_000, 10
_LONGEST_QUERY = 50_000


class QuestionError(UsageError):
    """A parameter that the API does not know, or a value that it does not take."""

    def __init__(self, parameter: str, expected: str, found: str) -> None:
        super().__init__(f"{parameter}: expected {expected}; found {found}.")
        self.parameter = parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a query.

    Attributes:
        name: of it.
        words: what it asks.
        values: that it takes; empty: words, or a whole number.
        number: whether it is a whole number from 1.
        most: how often it may stand.
        longest: in characters, of words.
    """

    name: str
    words: str
    values: tuple[str, ...] = ()
    number: bool = False
    most: int = 1
    longest: int = LONGEST

    def schema(self) -> dict[str, Json]:
        """The JSON Schema of one value, or of the list where several may stand."""
        one: dict[str, Json] = {"type": "string", "maxLength": self.longest}
        if self.values:
            one = {"type": "string", "enum": list(self.values)}
        elif self.number:
            one = {"type": "integer", "minimum": 1, "maximum": MOST_PAGES}
        elif self.most > 1:
            one["minLength"] = 1
        return one if self.most == 1 else {"type": "array", "items": one, "uniqueItems": True, "maxItems": self.most}

    def check(self, given: Sequence[str]) -> None:
        """Refuse what the schema does not take.

        Raises:
            QuestionError: with what was expected.
        """
        if len(given) > self.most or len(set(given)) < len(given):
            _refuse(self.name, "it once" if self.most == 1 else f"up to {self.most} different values", f"{len(given)}")
        for value in given:
            self._check_one(value)

    def _check_one(self, value: str) -> None:
        if self.values:
            if value not in self.values:
                _refuse(self.name, f"one of {', '.join(self.values)}", repr(value[:LONGEST]))
        elif self.number:
            if not (value.isascii() and value.isdigit() and len(value) < 7 and 1 <= int(value) <= MOST_PAGES):
                _refuse(self.name, f"a whole number from 1 to {MOST_PAGES}", repr(value[:LONGEST]))
        elif len(value) > self.longest or (not value and self.most > 1):
            _refuse(self.name, f"1 to {self.longest} characters", f"{len(value)}")


PAGE = Parameter(name="page", words="Which page, from 1; the last where there are fewer.", number=True)
_NAMES = {each.key: each.name for each in FACETS} | {"verdict": "What was found", "design": "Design"}
FILTER_PARAMETERS = tuple(
    Parameter(name=name, words=f"{_NAMES[name]}; any of several.", values=values, most=len(values))
    for name, values in FILTERS.items()
)
QUESTION: tuple[Parameter, ...] = (
    Parameter(name="q", words="Words to be found, all of them; the last may be the beginning of one."),
    *FILTER_PARAMETERS,
    Parameter(name="region", words="Region, as the lab writes it; any of several.", most=_MOST_REGIONS),
    Parameter(name="order", words="How results are sorted.", values=ORDERS),
    PAGE,
    Parameter(name="compare", words="Keys of results to stand side by side.", most=MOST_COMPARED, longest=40),
)


def read_query(known: Sequence[Parameter], query: str) -> dict[str, tuple[str, ...]]:
    """The values of a query by parameter.

    Args:
        known: parameters.
        query: of the address, without its question mark.

    Raises:
        QuestionError: a parameter is unknown, or a value is not one that it takes.
    """
    if len(query) > _LONGEST_QUERY:
        _refuse("query", f"at most {_LONGEST_QUERY} characters", str(len(query)))
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        given.setdefault(name, []).append(value)
    by_name = {each.name: each for each in known}
    for name, values in given.items():
        if name not in by_name:
            _refuse(name[:LONGEST], f"one of the parameters {', '.join(by_name) or '(none)'}", "another name")
        by_name[name].check(values)
    return {name: tuple(values) for name, values in given.items()}


def question_of(given: Mapping[str, tuple[str, ...]]) -> Question:
    """The library's question, of values that were checked."""
    filters = (*FILTERS, "region")
    return Question(
        text=" ".join(_first(given, "q").split()),
        chosen=tuple(sorted((name, value) for name in filters for value in given.get(name, ()))),
        order=cast("Order", _first(given, "order") or "relevance"),
        page=page_of(given),
        compare=given.get("compare", ()),
    )


def page_of(given: Mapping[str, tuple[str, ...]]) -> int:
    """The page that is asked for."""
    return int(_first(given, "page") or "1")


def _first(given: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(given.get(name, ())), "")


def _refuse(parameter: str, expected: str, found: str) -> NoReturn:
    raise QuestionError(parameter, expected, found)
