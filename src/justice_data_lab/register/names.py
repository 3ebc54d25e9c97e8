"""Cleaning of names, dates and identifiers: one code for the register's rows and a cohort's.

Queries are written with the calls of `CLEANERS` (`clean_name(surname)`), which `expand` turns into plain SQL functions,
so both sides of a comparison are cleaned by the same expression on any engine.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Upper-case letters after upper(): one to one in translate(), the rest by replace().
_ACCENTED = "ÀÁÂÃÄÅĀĂĄÇĆĈĊČĎĐÈÉÊËĒĔĖĘĚĜĞĠĢĤĦÌÍÎÏĨĪĬĮİĴĶĹĻĽĿŁÑŃŅŇÒÓÔÕÖŌŎŐØŔŖŘŚŜŞŠȘŢŤŦȚÙÚÛÜŨŪŬŮŰŲŴÝŶŸŹŻŽ"
_PLAIN = "AAAAAAAAACCCCCDDEEEEEEEEEGGGGHHIIIIIIIIIJKLLLLLNNNNOOOOOOOOORRRSSSSSTTTTUUUUUUUUUUWYYYZZZ"
_LIGATURES = (("ß", "SS"), ("ẞ", "SS"), ("Æ", "AE"), ("Œ", "OE"), ("Þ", "TH"), ("Ð", "D"))
# Straight (doubled, as in an SQL text), curly, grave, acute, modifier letter: O'BRIEN is one word.
_APOSTROPHES = "''\u2019\u2018`\u00b4\u02bc"
_TITLES = "MR|MRS|MS|MISS|MX|DR|PROF|PROFESSOR|REV|REVD|SIR|DAME|LADY"
_SUFFIXES = "JR|JNR|JUNIOR|SR|SNR|SENIOR|ESQ"
# Only what cannot be a name: there are people called Null and Na.
_NO_NAME = ("UNKNOWN", "NOT KNOWN", "NOT STATED", "NOT GIVEN", "NONE", "N A", "XX", "XXX")
_NO_NUMBER = ("UNKNOWN", "NOTKNOWN", "NONE", "NULL", "NIL", "NA", "TBC", "0", "NOTGIVEN", "NOTSTATED")
# A date of birth that stands for "not known" in administrative data.
_NO_DATE = ("1900-01-01", "1901-01-01", "1111-11-11")


def clean_name(text: str) -> str:
    """A name in upper case without accents, apostrophes, punctuation, titles; parts of a double barrel apart by one space.

    Args:
        text: an SQL expression.

    Returns:
        An SQL expression; null when nothing of a name is left. Letters of other scripts stay as they are.
    """
    upper = f"upper({text})"
    for ligature, letters in _LIGATURES:
        upper = f"replace({upper}, '{ligature}', '{letters}')"
    plain = f"translate({upper}, '{_ACCENTED}', '{_PLAIN}')"
    joined = rf"regexp_replace({plain}, '[\p{{M}}{_APOSTROPHES}]', '', 'g')"
    words = rf"trim(regexp_replace({joined}, '[^\p{{L}}]+', ' ', 'g'))"
    untitled = f"regexp_replace({words}, '^(({_TITLES}) )+', '', 'g')"
    bare = f"regexp_replace({untitled}, '( ({_SUFFIXES}))+$', '', 'g')"
    return _unless_listed(bare, _NO_NAME)


def compact(text: str) -> str:
    """A cleaned name as one word, which is what is compared: ANNE MARIE, ANNE-MARIE and ANNEMARIE are one."""
    return f"replace({text}, ' ', '')"


def clean_number(text: str) -> str:
    """An identifier in upper case, letters and digits only; null when it says that there is none."""
    return _unless_listed(f"regexp_replace(upper({text}), '[^A-Z0-9]', '', 'g')", _NO_NUMBER)


def clean_pnc(text: str) -> str:
    """A police number as year (4), serial (7, zeros in front) and check letter; any other form as in `clean_number`.

    *Notes*: 12/123456Z, 2012/123456Z and 2012/0123456Z are one number. Two-digit years up to 39 are of this century.
    """
    bare = f"regexp_replace(upper({text}), '[^A-Z0-9/]', '', 'g')"
    year = f"regexp_extract({bare}, '^([0-9]{{4}}|[0-9]{{2}})/', 1)"
    century = f"CASE WHEN length({year}) = 4 THEN '' WHEN {year} <= '39' THEN '20' ELSE '19' END"
    serial = f"lpad(regexp_extract({bare}, '/([0-9]{{1,7}})[A-Z]$', 1), 7, '0')"
    letter = f"right({bare}, 1)"
    known = f"regexp_matches({bare}, '^([0-9]{{4}}|[0-9]{{2}})/[0-9]{{1,7}}[A-Z]$')"
    return f"CASE WHEN {known} THEN concat({century}, {year}, {serial}, {letter}) ELSE {clean_number(text)} END"


def clean_sex(text: str) -> str:
    """F or M; null when unknown."""
    first = f"substr(upper(trim({text})), 1, 1)"
    return f"CASE WHEN {first} IN ('F', 'M') THEN {first} END"


def clean_date(value: str) -> str:
    """A date of birth; null for the dates that stand for "not known"."""
    listed = ", ".join(f"DATE '{day}'" for day in _NO_DATE)
    return f"CASE WHEN {value} NOT IN ({listed}) THEN {value} END"


def _unless_listed(text: str, unwanted: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{word}'" for word in ("", *unwanted))
    return f"CASE WHEN {text} NOT IN ({listed}) THEN {text} END"


CLEANERS: Mapping[str, Callable[..., str]] = {
    "clean_name": clean_name,
    "compact": compact,
    "clean_number": clean_number,
    "clean_pnc": clean_pnc,
    "clean_sex": clean_sex,
    "clean_date": clean_date,
}


def expand(query: str, *, more: Mapping[str, Callable[..., str]] | None = None) -> str:
    """The query with every call of `CLEANERS` written out, in DuckDB's dialect.

    Args:
        query: one statement; without such a call it is returned as it is.
        more: further calls, each a function from SQL expressions to an SQL expression.

    Example:
        >>> expand("SELECT compact(surname) FROM identity")
        "SELECT replace(surname, ' ', '') FROM identity"

    Notes:
        Done on the text, since a request expands a dozen queries: parsing them cost as much as running them. A request's own words never
        stand in these queries.
    """
    calls = {**CLEANERS, **(more or {})}
    return _expanded(query, calls, re.compile(rf"\b({'|'.join(calls)})\("))


def _expanded(text: str, calls: Mapping[str, Callable[..., str]], call: re.Pattern[str]) -> str:
    done, place = [], 0
    while found := call.search(text, place):
        arguments, end = _arguments(text, found.end())
        done += [text[place : found.start()], calls[found.group(1)](*(_expanded(each, calls, call) for each in arguments))]
        place = end
    return "".join((*done, text[place:]))


def _arguments(text: str, start: int) -> tuple[list[str], int]:
    """The arguments of a call whose bracket opened just before `start`, and the place after the closing one."""
    arguments, depth, begun, in_text = [], 0, start, False
    for place in range(start, len(text)):
        letter = text[place]
        if letter == "'":
            in_text = not in_text
        if in_text or letter not in "(),":
            continue
        if depth == 0 and letter in "),":
            arguments.append(text[begun:place].strip())
            begun = place + 1
            if letter == ")":
                return arguments, place + 1
        depth += {"(": 1, ")": -1, ",": 0}[letter]
    message = f"Expected a closing bracket after {text[start : start + 20]!r}."
    raise ValueError(message)
