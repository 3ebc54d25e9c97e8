"""What the task list asks, a form for each task, and the other questions to an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from jdl_service import clock
from jdl_service.base.free_text import names_nobody
from jdl_service.look.fields import DatePartsField
from jdl_service.look.forms import PlainErrors
from jdl_service.requests.models import Request
from jdl_service.requests.words import AtMostWords
from justice_data_lab.library.taxonomy import SETTINGS, TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from justice_data_lab.library.taxonomy import Facet

MOST_WORDS = 300
_YES_NO = (("yes", "Yes"), ("no", "No"))


def as_stored(among: Facet) -> list[tuple[str, str]]:
    """The options of a facet as a form offers them, each kept in the words that the library reads."""
    return [(each.name.lower(), each.name) for each in among.options]


def _hints(among: Facet) -> dict[str, str]:
    return {each.name.lower(): each.meaning for each in among.options if each.meaning}


class TypeChoice(forms.RadioSelect):
    """Kinds of help with what belongs to each."""

    hints: ClassVar[Mapping[str, str]] = _hints(TYPES)


class SettingChoice(forms.RadioSelect):
    """Settings with what belongs to each."""

    hints: ClassVar[Mapping[str, str]] = _hints(SETTINGS)


class KindChoice(forms.RadioSelect):
    """Kinds of requests with when to choose them."""

    hints: ClassVar[Mapping[str, str]] = {
        "single": "You have enough people now. About 60 or more are needed.",
        "accumulating": "You add people each year. Nobody looks at a result before the size that you plan.",
        "joint": "Small organisations with the same programme put their lists together. There is no figure for each of you.",
    }


def line(label: str, *, help_text: str = "", most: int = 200, required: bool = True) -> forms.CharField:
    """One line of words in which nobody is named."""
    return forms.CharField(label=label, help_text=help_text, max_length=most, required=required, validators=[names_nobody])


def words(label: str, *, help_text: str = "", most: int = MOST_WORDS, required: bool = True) -> forms.CharField:
    """Several lines in which nobody is named."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea({"maxwords": most}),
        validators=[AtMostWords(most), names_nobody],
    )  # fmt: skip


class StartForm(PlainErrors):
    """Which organisation asks, and how its people come together."""

    organisation = forms.ChoiceField(label="Organisation")
    kind = forms.ChoiceField(label="How people come together", choices=Request.Kind, widget=KindChoice, initial="single")
    planned_size = forms.IntegerField(
        label="Planned number of people", required=False, min_value=2, max_value=1_000_000,
        help_text="Only for people who are added each year.", widget=forms.NumberInput({"class": "govuk-input--width-5"}),
    )  # fmt: skip

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401 -- Django's own, handed on
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = organisations[0][0]

    def clean(self) -> dict[str, Any]:
        """A request that people are added to needs the size at which it is analysed."""
        found = super().clean() or {}
        if found.get("kind") == Request.Kind.ACCUMULATING and not found.get("planned_size"):
            self.add_error("planned_size", "Enter the number of people at which it is analysed")
        return found


class ProgrammeForm(PlainErrors):
    """What the programme is."""

    programme = line("Name of the programme")
    what = words("What is done", help_text="What happens in a session, and what else people get.")
    who_delivers = line("Who delivers it", help_text="Such as trained volunteers or our own tutors.")
    where = line("Where", help_text="Such as two prisons in the north west.")


class KindForm(PlainErrors):
    """What it is sorted by."""

    intervention_type = forms.ChoiceField(label="Kind of help", choices=as_stored(TYPES), widget=TypeChoice)
    setting = forms.ChoiceField(label="Where people were", choices=as_stored(SETTINGS), widget=SettingChoice)


class DatesForm(PlainErrors):
    """When people took part, and how much they got."""

    first_start = DatePartsField(label="First day on which somebody in the file started", help_text="For example, 27 3 2022")
    last_start = DatePartsField(label="Last day on which somebody in the file started", help_text="For example, 30 6 2024")
    dose = line("How much people get", help_text="Such as two hours a week for 12 weeks.")

    def clean(self) -> dict[str, Any]:
        """The first day is not after the last, and neither lies in the future."""
        found = super().clean() or {}
        first, last = found.get("first_start"), found.get("last_start")
        if first and last and last < first:
            self.add_error("last_start", "The last day must be the same as or after the first day")
        elif last and last > clock.today():
            self.add_error("last_start", "The last day must not be in the future")
        return found


class ChosenForm(PlainErrors):
    """How people came to be in the programme and in the file."""

    how_chosen = words(
        "How participants were chosen", help_text="Who could take part, who decided, and whether anybody was turned away."
    )
    eligible = forms.IntegerField(label="How many could have taken part, if you know", required=False, min_value=0)
    started = forms.IntegerField(label="How many started, if you know", required=False, min_value=0)
    all_included = forms.TypedChoiceField(
        label="Is everybody who started in the file?", choices=_YES_NO, coerce=lambda said: said == "yes", widget=forms.RadioSelect,
        help_text="Also those who left early. A file of the people who did well cannot show whether the programme works.",
        error_messages={"required": "Select yes if everybody who started is in the file"},
    )  # fmt: skip
    not_included_why = words("If not, who is left out, and why", required=False)

    def clean(self) -> dict[str, Any]:
        """Whoever left somebody out says why; no more started than could."""
        found = super().clean() or {}
        if found.get("all_included") is False and not found.get("not_included_why"):
            self.add_error("not_included_why", "Enter who is left out, and why")
        eligible, started = found.get("eligible"), found.get("started")
        if eligible is not None and started is not None and started > eligible:
            self.add_error("started", "The number who started must not be more than could have taken part")
        return found


class OwnWordsForm(PlainErrors):
    """The programme as its people would describe it."""

    own_words = words(
        "Your programme in your own words",
        help_text="Published with the result as it stands. Name nobody who took part.",
    )  # fmt: skip


class DeclarationsForm(PlainErrors):
    """What somebody answers for."""

    true = forms.BooleanField(label="What we have said here is true, as far as we know")
    everybody = forms.BooleanField(label="Nobody was left out of the file because of what happened afterwards")
    told = forms.BooleanField(label="The people in the file were told as our agreement says, and whoever said no is left out")
    published = forms.BooleanField(label="We know that the result is published whatever it says")


TASK_FORMS: dict[str, type[PlainErrors]] = {
    "programme": ProgrammeForm, "kind": KindForm, "dates": DatesForm, "chosen": ChosenForm, "own-words": OwnWordsForm,
    "declarations": DeclarationsForm,
}  # fmt: skip


class MessageForm(PlainErrors):
    """Something to say to the lab, or to the organisation."""

    text = words("Message", help_text="Name nobody. Write of a person by the row number in your file.", most=1000)


class WithdrawForm(PlainErrors):
    """Why a request is taken back."""

    reason = words("Reason for withdrawing", help_text="The public register of requests says that you withdrew.")
    sure = forms.BooleanField(label="I know that the file is destroyed and that this cannot be undone")


class StepChoice(forms.RadioSelect):
    """What each of the four choices leads to."""

    hints: ClassVar[Mapping[str, str]] = {
        "go_on": "The lab builds the comparison group. From then on the result is published whatever it says.",
        "add_people": "You send a fuller file, and the lab looks again.",
        "park": "The lab looks again on a date that you choose, for example when more people can be followed for a year.",
        "withdraw": "The file is destroyed. For a manager.",
    }


class CoverageForm(PlainErrors):
    """One of the four choices."""

    step = forms.ChoiceField(
        label="What do you want to do?", widget=StepChoice, error_messages={"required": "Select what you want to do"},
        choices=[("go_on", "Go on"), ("add_people", "Add people"), ("park", "Wait until a date"), ("withdraw", "Withdraw")],
    )  # fmt: skip
    until = DatePartsField(label="If you wait, until when?", required=False, help_text="From tomorrow to two years from now.")

    def clean(self) -> dict[str, Any]:
        """Whoever waits says until when."""
        found = super().clean() or {}
        if found.get("step") == "park" and not found.get("until") and "until" not in self.errors:
            self.add_error("until", "Enter the date until which you wait")
        return found


class FactsForm(PlainErrors):
    """Whether the text that holds no result is right."""

    right = forms.TypedChoiceField(
        label="Is this text right?", choices=_YES_NO, coerce=lambda said: said == "yes", widget=forms.RadioSelect,
        error_messages={"required": "Select yes if the text is right"},
    )  # fmt: skip
    wrong = words("If not, what has to be changed?", required=False)

    def clean(self) -> dict[str, Any]:
        """Whoever says no says what."""
        found = super().clean() or {}
        if found.get("right") is False and not found.get("wrong"):
            self.add_error("wrong", "Enter what has to be changed")
        return found


class PartnerForm(PlainErrors):
    """Who else takes part in a joint request."""

    number = forms.CharField(
        label="Charity or company number", max_length=40, widget=forms.TextInput({"class": "govuk-input--width-10"}),
        help_text="Of an organisation that the lab has approved. Its people see this request and send a file of their own.",
    )  # fmt: skip
