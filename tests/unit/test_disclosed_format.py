"""What is released is kept for ever: the fields of `disclosed.json` change only together with the name of its format."""

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import pytest

from justice_data_lab.disclosure.disclosed import SCHEMA, Disclosed, disclose
from justice_data_lab.disclosure.published import Content
from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.study import DisclosureRules
from sample_requests import national

# Every format that was ever released, with the hash of its fields. When the fields change, leave these lines as they are, give SCHEMA the
# next number, read files of the old number as well, and add a line (ADR 0068).
FORMATS = {"justice-data-lab/disclosed/1": "ceaebabadda864f3bb0bf14fa6c7644744bc7d42eec033b05cad2107d23436ea"}


def inside(hint):
    """The classes that a type is made of, from the outside in; the words of a Literal may be added to."""
    outer = [get_origin(hint) or hint] if isinstance(get_origin(hint) or hint, type) else []
    return [*outer, *(part for each in get_args(hint) for part in inside(each))]


def shape(kind, seen):
    """The fields of a dataclass and of all dataclasses in it, by name."""
    if kind.__name__ in seen:
        return seen
    hints = get_type_hints(kind)
    made_of = {each.name: inside(hints[each.name]) for each in fields(kind)}
    seen[kind.__name__] = [
        [name, *(part.__name__ for part in parts if part not in (Union, UnionType))] for name, parts in made_of.items()
    ]
    for part in (part for parts in made_of.values() for part in parts if is_dataclass(part)):
        shape(part, seen)
    return seen


def test_the_fields_of_a_format_never_change():
    found = shape(Content, {})
    assert {"Figure", "Result", "StudyFacts"} <= set(found)
    assert sha256(canonical_json(found)) == FORMATS[SCHEMA]


def test_a_file_of_another_format_is_refused_by_its_name():
    data = disclose(national(), DisclosureRules()).to_dict()
    assert data["schema"] == SCHEMA
    later = canonical_json(data | {"schema": "justice-data-lab/disclosed/9"})
    with pytest.raises(UsageError, match=r"expected the format justice-data-lab/disclosed/1; found justice-data-lab/disclosed/9"):
        Disclosed.from_bytes(later, {"files": {"disclosed.json": sha256(later)}})
