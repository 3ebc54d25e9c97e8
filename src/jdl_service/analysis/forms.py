"""What the lab's pages ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from django import forms

from jdl_service.analysis.study_text import parse, write
from jdl_service.look.fields import DatePartsField
from jdl_service.look.forms import PlainErrors
from jdl_service.requests.states import STATES, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jdl_service.accounts.models import User
    from justice_data_lab.toml_section import Toml


class BoardFilter(forms.Form):
    """What of the board is wanted."""

    owner = forms.ChoiceField(label="Owner", required=False)
    state = forms.ChoiceField(
        label="Where it is", required=False, choices=[("", "Anywhere"), *((state, WORDS[state][0]) for state in STATES)]
    )
    sector = forms.ChoiceField(label="Sector", required=False)
    first_time = forms.BooleanField(label="Only organisations that ask for the first time", required=False)
    stuck = forms.BooleanField(label="Only where the work failed", required=False)

    def __init__(self, data: object, *, owners: Iterable[User], sectors: Iterable[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # Django's own, handed on
        for name, choices in (
            ("owner", [("", "Anybody"), *((str(each.pk), str(each)) for each in owners)]),
            ("sector", [("", "Any"), *((each, each.replace("-", " ").capitalize()) for each in sectors)]),
        ):
            cast("forms.ChoiceField", self.fields[name]).choices = choices


class Reason(PlainErrors):
    """One reason, in words of one's own."""

    reason = forms.CharField(
        label="Reason", max_length=2000, widget=forms.Textarea, error_messages={"required": "Enter a reason"}
    )


class FixedReason(PlainErrors):
    """One of the reasons that may be given after linkage."""

    reason = forms.ChoiceField(label="Reason", widget=forms.RadioSelect, error_messages={"required": "Select a reason"})

    def __init__(self, *args: object, reasons: Mapping[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["reason"]).choices = list(reasons.items())


class CommentForm(PlainErrors):
    """A comment, or an answer to one."""

    text = forms.CharField(label="Comment", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    answers = forms.IntegerField(required=False, widget=forms.HiddenInput)


class StudyForm(PlainErrors):
    """The study file: its usual settings as fields, everything else as it stands in the file. The core reads and checks it."""

    name = forms.CharField(label="Name of the study", max_length=200)
    report_date = DatePartsField(label="Date of the report", required=False, help_text="Empty: the day of the run.")
    seed = forms.IntegerField(label="Seed", help_text="A whole number, so that the same study gives the same figures.")
    clock = forms.ChoiceField(
        label="When follow-up begins",
        choices=[
            ("auto", "As the starts say"),
            ("index", "At the sentence or release"),
            ("intervention", "At the start of the programme"),
        ],
        widget=forms.RadioSelect,
    )
    clock_reason = forms.CharField(
        label="Why follow-up begins at the sentence or release", required=False, help_text="Only when you choose that.",
        max_length=500,
    )  # fmt: skip
    max_lag_days = forms.IntegerField(label="Most days between sentence or release and start", min_value=0)
    exact = forms.CharField(
        label="Columns matched exactly", required=False, help_text="With commas between, such as sex, region."
    )
    selection = forms.ChoiceField(
        label="Choice of characteristics",
        choices=[("none", "All of them"), ("wald", "Pruned by tests")],
        widget=forms.RadioSelect,
    )
    robustness = forms.BooleanField(label="Do the robustness checks", required=False)
    more = forms.CharField(
        label="Analyses, columns and changes",
        required=False,
        help_text="As in a study file: [[analysis]], [columns] with before_start or after_start for each, [[change]] with "
        "what and why for whatever is not as the protocol has it, and further keys of [method].",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )

    _METHOD: ClassVar[tuple[str, ...]] = ("exact", "selection", "robustness")
    _COHORT: ClassVar[tuple[str, ...]] = ("clock", "clock_reason", "max_lag_days")

    @classmethod
    def values_of(cls, tables: Mapping[str, Toml]) -> dict[str, object]:
        """What the fields show of a study file."""
        head, cohort, method = (cast("dict[str, Toml]", tables.get(name, {})) for name in ("study", "cohort", "method"))
        rest = {name: table for name, table in tables.items() if name not in ("study", "programme", "cohort", "method")}
        rest["method"] = {key: value for key, value in method.items() if key not in cls._METHOD}
        return {
            "name": head.get("name", ""),
            "seed": head.get("seed"),
            "report_date": head.get("report_date"),
            "clock": cohort.get("clock", "auto"),
            "clock_reason": cohort.get("clock_reason", ""),
            "max_lag_days": cohort.get("max_lag_days", 182),
            "exact": ", ".join(str(each) for each in cast("list[Toml]", method.get("exact", []))),
            "selection": method.get("selection", "none"),
            "robustness": method.get("robustness", True),
            "more": write(rest),
        }

    def toml(self, draft: Mapping[str, Toml]) -> str:
        """The study file: what was filled in, over what the request says.

        Raises:
            UsageError: the text of the file is not TOML.
        """
        given, more = self.cleaned_data, parse(self.cleaned_data["more"])
        head = cast("dict[str, Toml]", draft["study"]) | {"name": given["name"], "seed": given["seed"]}
        head |= {"report_date": given["report_date"]} if given["report_date"] else {}
        cohort = {name: given[name] for name in self._COHORT if given[name] not in ("", None)}
        exact = [part.strip() for part in given["exact"].split(",") if part.strip()]
        method = {"selection": given["selection"], "robustness": given["robustness"]} | ({"exact": exact} if exact else {})
        mine = {"study": head, "programme": draft["programme"], "cohort": cohort}
        return write({**more, **mine, "method": cast("dict[str, Toml]", more.get("method", {})) | method})
