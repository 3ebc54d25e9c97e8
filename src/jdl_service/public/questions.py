"""Answers from the public coverage file: what a group could show, whether it can be followed up yet, and national rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jdl_service import clock
from jdl_service.base.coverage import coverage_file
from jdl_service.look.words import day
from jdl_service.public.forms import FeasibilityForm, StartForm
from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.power import feasibility as work_out
from justice_data_lab.estimation.power_words import sections
from justice_data_lab.feasibility_question import Question, answerable
from justice_data_lab.register.coverage import ALL, read_coverage

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from django.http import HttpRequest, HttpResponse

    from justice_data_lab.estimation.power_words import Section
    from justice_data_lab.register.coverage import Coverage, PublicRates

_SENTENCES = {
    ALL: "Any sentence or caution", "custody": "Custody", "suspended_sentence_order": "A suspended sentence order",
    "community_order": "A community order", "caution": "A caution", "other": "Another sentence",
}  # fmt: skip
# A list of people who started longer before the last day of full follow-up than these years is asked about first.
_SURELY = 15
_RATES = (
    ("Offended again within a year", "reoffended"),
    ("Of those, the first time with a crime that only a higher court tries", "first_indictable"),
    ("Of those, the first time got custody", "first_custody"),
    ("Of those, any time got custody", "any_custody"),
)


@login_not_required
@require_safe
def feasibility(http: HttpRequest) -> HttpResponse:
    """What such a group could show, before anybody sends data."""
    path, known = _coverage()
    form = FeasibilityForm(
        http.GET if "people" in http.GET else None, coverage=known, names=_SENTENCES, initial={"sentence": ALL}
    )
    found: tuple[Section, ...] = ()
    if form.is_valid():
        try:
            found = _answer(form, path)
        except UsageError as error:
            form.add_error(None, str(error))
    return render(http, "public/feasibility.html", {"form": form, "found": found})


@login_not_required
@require_safe
def when(http: HttpRequest) -> HttpResponse:
    """Can my people be analysed, and when: from the public dates of the register."""
    known = _coverage()[1]
    form = StartForm(http.GET if "started-day" in http.GET else None)
    said = _said(form.cleaned_data["started"], known, clock.today()) if known and form.is_valid() else ()
    return render(http, "public/when.html", {"form": form, "known": known, "said": said})


@login_not_required
@require_safe
def rates(http: HttpRequest) -> HttpResponse:
    """National rates of reoffending, as the coverage file has them: whole percents, no count."""
    known = _coverage()[1]
    rows = [(_SENTENCES.get(each.sentence, each.sentence), *_figures(each)) for each in known.rates] if known else []
    columns = ["Sentence", *(f"#{title}" for title, _ in _RATES)]
    return render(http, "public/rates.html", {"known": known, "rows": rows, "columns": columns})


def _answer(form: FeasibilityForm, path: Path | None) -> tuple[Section, ...]:
    given, lab = form.cleaned_data, settings.LAB
    question = Question(
        submitted=given["people"],
        base_rate=given["base_rate"] / 100 if given["base_rate"] else None,
        coverage=path,
        sentence=given.get("sentence") or ALL,
        effect=(given["effect"] or 5) / 100,
    )
    people, rate, prospect = answerable(question)
    return sections(work_out(people, rate, lab=lab, prospect=prospect))


def _coverage() -> tuple[Path | None, Coverage | None]:
    """The public coverage file of the register; None where the lab has none yet, or it cannot be read."""
    path = coverage_file()
    return path, read_coverage(path) if path else None


def _said(started: date, known: Coverage, today: date) -> tuple[str, ...]:
    """Whether everybody who started by a day can be followed up, and if not, from when.

    *Notes*: the public dates say how far the register runs, not how far back it goes.
    """
    runs = f"The register runs to {day(known.extract_date)}. Whoever started on or before {day(known.last_start)} has a full year and six months behind them."
    if started.year < known.last_start.year - _SURELY:
        return (
            f"Ask the lab first. The public dates do not say how far back the register goes, and {started.year} is long ago.",
            runs,
        )
    if started <= known.last_start:
        return ("Yes. All of them started early enough to be followed up.", runs)
    needed = known.extract_date + (started - known.last_start)
    return (
        "Not all of them yet. You can record them now, and send them later.",
        runs,
        f"For all of them, it has to run to about {needed:%B %Y}. {_refreshed(known.next_refresh, needed, today)}",
    )


def _refreshed(refresh: date | None, needed: date, today: date) -> str:
    """What the announced refresh means for people who need the register to run to a day."""
    if refresh is None or refresh < today:
        return "No day for its next refresh is announced yet."
    if refresh < needed:
        return f"The register is next refreshed on {day(refresh)}, which is too early for all of them. Look here again after that day."
    return f"The register is next refreshed on {day(refresh)}. Look here again after that day, since it says how far it runs by then."


def _figures(found: PublicRates) -> tuple[str, ...]:
    values = (getattr(found, name) for _, name in _RATES)
    return tuple("[x]" if value is None else f"{round(value * 100)}%" for value in values)
