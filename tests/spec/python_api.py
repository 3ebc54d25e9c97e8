"""The reference page of the Python API: an example, which a test runs, and every public function with what it needs."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import justice_data_lab

if TYPE_CHECKING:
    from types import FunctionType

HEAD = """\
# The lab from Python

*The table is written from the functions by `python tests/spec/pages.py`.*

What the command line does, rooms one by one included, for a script or a notebook. Every public name is in `justice_data_lab`; `help()` tells arguments, units and errors, and the [glossary](../../GLOSSARY.md) what the nouns mean.

```python
from datetime import date

import justice_data_lab as jdl

today = date(2026, 11, 26)
register = jdl.open_register("snapshot")
study = jdl.read_study("study.toml", today=today)

# room by room, without a folder
cohort = jdl.read_cohort("cohort.csv", today=today)
linkage = jdl.link(cohort, register)
print(linkage.summary())
measures = jdl.measure(linkage, register, study, jdl.Lab())
match = jdl.match(measures, study.method)
print(match.summary())

# the whole job, with its folder and its report
request = jdl.Request(cohort="cohort.csv", register=register, today=today)
print(jdl.run("study.toml", request, "run").summary())
```

- A path is a text or a `pathlib.Path`. Every path of a `Request` is one too.
- Nothing reads the clock: `today` says which dates of a cohort file lie ahead, and is the report's date where the study gives none, so the same script gives the same figures on any day.
- What is refused is a `JDLError`; its `exit_code` is [the command's](command-line.md#exit-codes), and the `problems` of a `DataRefused` name row, column and remedy.
- What a room hands on has `.summary()` (text), `.table()` (a pyarrow table), `.to_dict()` and `from_dict`.

| function | does |
|---|---|
"""


def python_page() -> str:
    """The page, from what the public functions are now."""
    public = (getattr(justice_data_lab, name) for name in justice_data_lab.__all__)
    return HEAD + "".join(_row(each) for each in public if inspect.isfunction(each))


def _row(function: FunctionType) -> str:
    needed = [each.name for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    return f"| `{function.__name__}({', '.join(needed)})` | {(function.__doc__ or '').splitlines()[0]} |\n"
