"""The study as a form: its settings, columns, analyses and changes as fields. What it makes is a study file, which the core alone reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet
from django.forms.utils import ErrorDict

from jdl_service.analysis.study_text import parse, write
from jdl_service.look.fields import DatePartsField
from jdl_service.look.forms import PlainErrors
from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.toml_section import Toml

    Table = dict[str, Toml]
    _Formset = BaseFormSet[Any]
else:
    _Formset = BaseFormSet  # the class itself takes no type

DESIGNS = (("matched", "People who took part beside matched others"), ("randomised", "A trial, as assigned"))
CLOCKS = (
    ("auto", "As the starts say"),
    ("index", "At the sentence or release"),
    ("intervention", "At the start of the programme"),
)
SELECTIONS = (("none", "All of them"), ("wald", "Pruned by tests"))
KNOWN = (("before_start", "When the programme started"), ("after_start", "Only afterwards"))
YEARS = (("1", "One year"), ("2", "Two years"))
ASSESSMENTS = (
    ("", "Everybody; missing needs are a level of their own"),
    ("with", "Only people with a needs assessment"),
    ("without", "Everybody, needs left out of the score"),
)
# Kept by the form; whatever else a study file holds stands under the further settings, as text.
_METHOD = ("design", "exact", "selection", "robustness")
_MATCHING = ("exact", "selection")
_COHORT = ("clock", "clock_reason", "max_lag_days")
_ROWS = ("columns", "analysis", "change")
_PLACE = re.compile(r"(?:Study: )?\[{1,2}(\w+)\]{1,2}(?: (\d+))?[ .]?(\w*)")


class Quiet(PlainErrors):
    """A form that says nothing of errors while rows are added to it."""

    def __init__(self, *args: object, quiet: bool = False, **kwargs: object) -> None:
        self.quiet = quiet
        super().__init__(*args, **kwargs)

    @property
    def errors(self) -> ErrorDict:
        """None while a row is added."""
        return ErrorDict() if self.quiet else super().errors


class SettingsForm(Quiet):
    """What a study has once."""

    name = forms.CharField(label="Name of the study", max_length=200)
    report_date = DatePartsField(label="Date of the report", required=False, help_text="Empty: the day of the run.")
    seed = forms.IntegerField(label="Seed", help_text="A whole number, so that the same study gives the same figures.")
    supersedes = forms.CharField(
        label="Release that this study updates", required=False, max_length=60,
        help_text="Only for an update of an earlier release, such as 2026-014. Everybody who was in it is in this one, with at least 20 more.",
    )  # fmt: skip
    design = forms.ChoiceField(label="Design", choices=DESIGNS, widget=forms.RadioSelect)
    clock = forms.ChoiceField(label="When follow-up begins", choices=CLOCKS, widget=forms.RadioSelect)
    clock_reason = forms.CharField(
        label="Why follow-up begins at the sentence or release", required=False, help_text="Only when you choose that.",
        max_length=500,
    )  # fmt: skip
    max_lag_days = forms.IntegerField(label="Most days between sentence or release and start", min_value=0)
    exact = forms.CharField(
        label="Characteristics matched exactly in every analysis", required=False,
        help_text="From the register, with commas between, such as sex, region. Not for a trial.",
    )  # fmt: skip
    selection = forms.ChoiceField(
        label="Choice of characteristics", choices=SELECTIONS, widget=forms.RadioSelect, help_text="Not for a trial."
    )
    robustness = forms.BooleanField(label="Do the robustness checks", required=False)
    more = forms.CharField(
        label="Further settings, as in a study file",
        required=False,
        help_text="What the fields above cannot say: further keys of [method], [programme.unit_cost], [disclosure].",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean_more(self) -> str:
        """Nothing that has fields of its own."""
        text: str = self.cleaned_data["more"]
        try:
            tables = parse(text)
        except UsageError as error:
            raise ValidationError(str(error)) from None
        doubled = [f"[{name}]" for name in (*_ROWS, "study", "cohort") if name in tables]
        doubled += [f"[method] {key}" for key in _METHOD if key in _table(tables, "method")]
        doubled += [f"[programme] {key}" for key in _table(tables, "programme") if key != "unit_cost"]
        if doubled:
            message = f"{', '.join(doubled)}: has fields of its own above, or comes from the request. Set it there and take it out here."
            raise ValidationError(message)
        return text


class ColumnForm(Quiet):
    """One of the organisation's own columns."""

    name = forms.CharField(label="Column", max_length=100, help_text="Its heading in the file.")
    known = forms.ChoiceField(label="Known", choices=KNOWN, initial="before_start")


class AnalysisForm(Quiet):
    """One comparison of the two groups."""

    name = forms.CharField(label="Name", max_length=60, help_text="As printed, such as national, regional, or Leeds.")
    headline = forms.BooleanField(label="Page one speaks of this one", required=False)
    where = forms.CharField(
        label="Sub-group", required=False, widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="Empty: everybody. Else a column and its value on a line, such as dose = full. Each column is declared below.",
    )  # fmt: skip
    years = forms.ChoiceField(label="Follow-up and measures", choices=YEARS, initial="1")
    exact = forms.CharField(
        label="Compared with people of the same",
        required=False,
        help_text="Matched exactly in this analysis only, such as region.",
    )
    assessment = forms.ChoiceField(label="Needs assessments", choices=ASSESSMENTS, initial="", required=False)

    def clean_where(self) -> dict[str, str]:
        """Column and value of each line."""
        lines = [line.strip() for line in self.cleaned_data["where"].splitlines() if line.strip()]
        parts = [[part.strip() for part in line.split("=", 1)] for line in lines]
        if not all(len(pair) == 2 and all(pair) for pair in parts):
            message = "Write a column and its value on each line, such as dose = full"
            raise ValidationError(message)
        if len({column for column, _ in parts}) < len(parts):
            message = "Write each column once"
            raise ValidationError(message)
        return dict(cast("list[tuple[str, str]]", parts))

    def table(self) -> Table:
        """As it stands in a study file."""
        given = self.cleaned_data
        return {
            "name": given["name"], "headline": given["headline"], "exact": _words(given["exact"]), "where": given["where"],
            "years": int(given["years"]), "assessment": given["assessment"],
        }  # fmt: skip


class ChangeForm(Quiet):
    """Why a setting is not as the protocol has it."""

    what = forms.CharField(label="Setting", max_length=200, help_text="As the protocol writes it, such as method.selection.")
    why = forms.CharField(
        label="Why it was changed", max_length=2000, help_text="It is printed.", widget=forms.Textarea(attrs={"rows": 2})
    )


class Rows(_Formset):
    """Rows of one kind, with an empty one at the end. A row that was emptied is gone."""

    def initial_form_count(self) -> int:
        """None is required: whatever is empty is not there."""
        return 0

    def total_form_count(self) -> int:
        """Those of the study and one more; as many as the page had, when it is sent."""
        return super().total_form_count() if self.is_bound else len(self.initial or ()) + 1

    def filled(self) -> list[Any]:
        """The rows that hold something."""
        return [form for form in self.forms if form.has_changed()]


_KINDS: dict[str, type[BaseFormSet[Any]]] = {
    name: forms.formset_factory(form, formset=Rows, max_num=100, absolute_max=200)
    for name, form in (("columns", ColumnForm), ("analysis", AnalysisForm), ("change", ChangeForm))
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyForm:
    """All forms of a study together.

    Attributes:
        settings: what a study has once.
        columns: the organisation's own, each with when it was known.
        analysis: the comparisons; none means one national headline.
        change: reasons for what differs from the protocol.
    """

    settings: SettingsForm
    columns: Rows
    analysis: Rows
    change: Rows

    ADD: ClassVar[str] = "add"

    @classmethod
    def of(cls, tables: Mapping[str, Toml], sent: Mapping[str, str] | None = None) -> StudyForm:
        """The forms of a study file, or of what was sent; when a row is asked for, of that with one more and without a word of errors."""
        wanted = sent.get(cls.ADD, "") if sent else ""
        data, quiet = _with_row(sent, wanted) if sent else None, wanted in _KINDS
        first = values_of(tables)
        rows = {
            name: cast("Rows", kind(data, prefix=name, initial=None if data else first[name], form_kwargs={"quiet": quiet}))
            for name, kind in _KINDS.items()
        }
        return cls(settings=SettingsForm(data, initial=first["settings"], quiet=quiet), **rows)

    @property
    def parts(self) -> tuple[SettingsForm | Rows, ...]:
        """In the order of the page."""
        return (self.settings, self.analysis, self.columns, self.change)

    def is_sent(self) -> bool:
        """Whether it was sent to be kept, and every field is filled in as it should be."""
        # every part is asked, so that all that is wrong is said at once
        wrong = [each for each in self.parts if not each.is_valid()]
        return self.settings.is_bound and not self.settings.quiet and not wrong

    def toml(self, draft: Mapping[str, Toml]) -> str:
        """The study file: what was filled in, over what the request says."""
        given, more = self.settings.cleaned_data, parse(self.settings.cleaned_data["more"])
        head = _table(draft, "study") | {"name": given["name"], "seed": given["seed"]}
        head |= {name: given[name] for name in ("report_date", "supersedes") if given[name]}
        mine: dict[str, Toml] = {
            "study": head,
            "programme": _table(draft, "programme") | _table(more, "programme"),
            "cohort": {name: given[name] for name in _COHORT if given[name] not in ("", None)},
            "method": _table(more, "method") | self._method(),
            "columns": {form.cleaned_data["name"]: form.cleaned_data["known"] for form in self.columns.filled()},
            "analysis": [form.table() for form in self.analysis.filled()],
            "change": [dict(form.cleaned_data) for form in self.change.filled()],
        }
        return write({**more, **mine})

    def refuse(self, words: str) -> None:
        """Put what the core refuses where it is meant: beside the field that it names, or above all when it names none."""
        found = _PLACE.match(words)
        table, number, key = found.groups() if found else ("", None, "")
        rows = getattr(self, table).filled() if table in _ROWS else []
        if table == "columns":
            row = next((form for form in rows if form.cleaned_data["name"] == key), None)
            key = "known"
        else:
            row = rows[int(number) - 1 if number and int(number) <= len(rows) else 0] if rows else self.settings
        target = row or self.settings
        target.add_error(
            key if key in target.fields else "more" if table == "method" and target is self.settings else None, words
        )

    def _method(self) -> Table:
        """The fields of the method; those that would do nothing in a trial are left out where they say what they say anyway."""
        given = self.settings.cleaned_data
        method: Table = {"design": given["design"], "selection": given["selection"], "robustness": given["robustness"]}
        method |= {"exact": _words(given["exact"])} if given["exact"] else {}
        plain = {"selection": "none"} if given["design"] == "randomised" else {}
        return {key: value for key, value in method.items() if plain.get(key) != value}


def values_of(tables: Mapping[str, Toml]) -> dict[str, Any]:
    """What the fields show of a study file: `settings`, and the rows of each kind."""
    head, cohort, method = (_table(tables, name) for name in ("study", "cohort", "method"))
    rest: dict[str, Toml] = {name: table for name, table in tables.items() if name not in ("study", "cohort", *_ROWS)}
    rest["method"] = {key: value for key, value in method.items() if key not in _METHOD}
    rest["programme"] = {key: value for key, value in _table(tables, "programme").items() if key == "unit_cost"}
    return {
        "settings": {
            "name": head.get("name", ""),
            "seed": head.get("seed"),
            "report_date": head.get("report_date"),
            "supersedes": head.get("supersedes", ""),
            "clock": cohort.get("clock", "auto"),
            "clock_reason": cohort.get("clock_reason", ""),
            "max_lag_days": cohort.get("max_lag_days", 182),
            "design": method.get("design", "matched"),
            "exact": _joined(method.get("exact", [])),
            "selection": method.get("selection", "none"),
            "robustness": method.get("robustness", True),
            "more": write(rest),
        },
        "columns": [{"name": name, "known": known} for name, known in _table(tables, "columns").items()],
        "analysis": [_analysis(each, alone=len(_rows(tables, "analysis")) == 1) for each in _rows(tables, "analysis")],
        "change": _rows(tables, "change"),
    }


def _analysis(table: Table, *, alone: bool) -> dict[str, object]:
    where = cast("dict[str, str]", table.get("where", {}))
    return {
        "name": table.get("name", ""),
        "headline": table.get("headline", alone),
        "where": "\n".join(f"{column} = {value}" for column, value in where.items()),
        "years": str(table.get("years", 1)),
        "exact": _joined(table.get("exact", [])),
        "assessment": table.get("assessment", ""),
    }


def _with_row(sent: Mapping[str, str], wanted: str) -> Mapping[str, str]:
    """What was sent, with one more row of a kind."""
    if wanted not in _KINDS:
        return sent
    name, data = f"{wanted}-TOTAL_FORMS", cast("Any", sent).copy()
    data[name] = str(int(data.get(name) or 0) + 1) if str(data.get(name) or 0).isdecimal() else "1"
    return cast("Mapping[str, str]", data)


def _table(tables: Mapping[str, Toml], name: str) -> Table:
    return dict(cast("Table", tables.get(name, {})))


def _rows(tables: Mapping[str, Toml], name: str) -> list[Table]:
    return cast("list[Table]", tables.get(name, []))


def _words(text: str) -> list[Toml]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _joined(words: Toml) -> str:
    return ", ".join(str(each) for each in cast("list[Toml]", words))
