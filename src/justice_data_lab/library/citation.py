"""How a result is cited: one plain line, and BibTeX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from justice_data_lab.reporting.moments import day_in_words

if TYPE_CHECKING:
    from justice_data_lab.library.entry import Entry
    from justice_data_lab.study import Lab

# Letters that mean something in BibTeX, with what stands for each.
_BIBTEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def citation(entry: Entry, lab: Lab, address: str) -> str:
    """A result as it is cited, with its version and its address.

    Args:
        entry: of the result.
        lab: who published it.
        address: of this version, which tells whether the claim is still current.
    """
    year = day_in_words(entry.released, lab.release_zone)[-4:]
    day = day_in_words(entry.released, lab.release_zone)
    where = f" {address}" if address else ""
    return f"{lab.name} ({year}). {entry.title}, {entry.organisation}: effect on reoffending. Version {entry.version}, released {day}.{where}"


def bibtex(entry: Entry, lab: Lab, address: str) -> str:
    """The same as a BibTeX entry."""
    day = day_in_words(entry.released, lab.release_zone)
    key = re.sub(r"[^A-Za-z0-9-]", "", f"jdl-{entry.key}-v{entry.version}")
    lines = {
        "title": f"{entry.title}, {entry.organisation}: effect on reoffending",
        "author": f"{{{_escaped(lab.name)}}}",
        "year": day[-4:],
        "type": "Official statistic",
        "note": f"Version {entry.version}, released {day}",
        "url": address,
    }
    body = ",\n".join(
        f"  {name} = {{{text if name in ('author', 'url') else _escaped(text)}}}" for name, text in lines.items() if text
    )
    return f"@techreport{{{key},\n{body}\n}}\n"


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(letter, letter) for letter in text)
