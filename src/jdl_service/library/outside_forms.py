"""What an analyst is asked of a result from elsewhere: its source, its design, and up to three effects as they are printed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django import forms

from jdl_service.base.free_text import names_nobody
from jdl_service.library.forms import PlacementForm
from jdl_service.look.forms import PlainErrors
from justice_data_lab.errors import UsageError
from justice_data_lab.library.classified import LISTS
from justice_data_lab.library.identity import OURS
from justice_data_lab.library.outside import LEVEL, read_outside, unit_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from justice_data_lab.library.outside import Outside
    from justice_data_lab.toml_section import Toml

MOST_EFFECTS = 3
_NUMBERS = (
    ("difference", "Difference"),
    ("ci_low", "Lower end of its 95% interval"),
    ("ci_high", "Upper end of its 95% interval"),
)
_ABOUT = ("title", "source", "address", "year", "design", "note")
# What the core calls it where it refuses something.
_WHERE = "This result"


class OutsideForm(PlacementForm):
    """Everything about one result; the core says whether it can stand so.

    Args:
        added: the day on which it is written down.
    """

    title = forms.CharField(label="What was studied", max_length=200, validators=[names_nobody])
    source = forms.CharField(
        label="Where it was published", max_length=300, help_text="So that a reader can find it: journal or publisher, and page."
    )
    address = forms.CharField(label="Address of the source", max_length=300, required=False, help_text="Begins with https://")
    year = forms.IntegerField(
        label="Year of publication", min_value=1900, max_value=2100,
        error_messages={"min_value": "Year of publication must be 1900 or later", "max_value": "Year of publication must be 2100 or earlier"},
    )  # fmt: skip
    design = forms.ChoiceField(
        label="Design, as the source states it", choices=[(design, f"{design.capitalize()} (level {level} of 5)") for design, level in LEVEL.items()],
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(
        label="What a reader has to know", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as: in another country.", validators=[names_nobody],
    )  # fmt: skip

    def __init__(self, *args: object, added: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.added = added
        self.fields["types"].required = True
        self.fields["types"].error_messages["required"] = "Select a kind of help"
        for number in range(1, MOST_EFFECTS + 1):
            self.fields |= dict(_effect_fields(number))
        self.order_fields(
            [*_ABOUT[:-1], *(name for name in self.fields if name.startswith("effect")), *LISTS, "primary", "region", "note"]
        )
        self.made: Outside | None = None

    def clean(self) -> dict[str, object]:
        """Nothing that the core refuses."""
        given: dict[str, object] = super().clean() or {}
        if not self.errors:
            try:
                self.made = read_outside("result", self._values(given), _WHERE)
            except UsageError as error:
                self.add_error(None, str(error))
        return given

    def _values(self, given: dict[str, object]) -> dict[str, Toml]:
        """The same as a file would have it."""
        placed = self.said()
        values: dict[str, Toml] = {name: cast("Toml", given[name]) for name in _ABOUT}
        values |= {name: list(cast("tuple[str, ...]", getattr(placed, name))) for name in LISTS}
        values |= {"region": placed.region, "added": self.added}
        filled = (number for number in range(1, MOST_EFFECTS + 1) if _is_given(given, number))
        return values | {"effect": [_effect(given, number) for number in filled]}


def initial_of(known: Outside) -> dict[str, object]:
    """What the form holds of a result that is there."""
    placed = known.classified
    first: dict[str, object] = {name: getattr(known, name) for name in _ABOUT}
    first |= {name: getattr(placed, name) for name in LISTS}
    first |= {"region": placed.region, "primary": placed.types[0]}
    for number, effect in enumerate(known.effects, 1):
        first |= {
            f"effect_{number}_measure": effect.measure,
            f"effect_{number}_people": effect.people,
            **{f"effect_{number}_{name}": getattr(effect, name) for name, _ in _NUMBERS},
        }
    return first


class WithdrawForm(PlainErrors):
    """Why a result counts no more."""

    reason = forms.CharField(
        label="Why it is withdrawn", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), validators=[names_nobody],
        help_text="Everybody may read this where the result was in the library.",
    )  # fmt: skip


def _effect_fields(number: int) -> Iterator[tuple[str, forms.Field]]:
    """The fields of one effect; the first has to be there."""
    start, needed = f"effect_{number}_", number == 1
    known = [(key, f"{each.name} ({unit_in(each.kind, each.unit)})") for key, each in OURS.items()]
    yield (
        f"{start}measure",
        forms.ChoiceField(
            label=f"Effect {number}: outcome",
            choices=[("", "None" if number > 1 else "Choose one"), *known],
            required=needed,
            help_text="" if needed else "Leave it out where the source has no more.",
        ),
    )
    for name, label in _NUMBERS:
        yield f"{start}{name}", forms.FloatField(label=f"Effect {number}: {label[0].lower()}{label[1:]}", required=needed)
    yield (
        f"{start}people",
        forms.IntegerField(
            label=f"Effect {number}: people in the programme group", required=False, min_value=1, max_value=100_000_000
        ),
    )


def _is_given(given: dict[str, object], number: int) -> bool:
    names = ("measure", "people", *(name for name, _ in _NUMBERS))
    return any(given.get(f"effect_{number}_{name}") not in (None, "") for name in names)


def _effect(given: dict[str, object], number: int) -> dict[str, Toml]:
    """One effect as a file would have it, without what was left empty."""
    own = {name: given.get(f"effect_{number}_{name}") for name in ("measure", "people", *(name for name, _ in _NUMBERS))}
    told = {name: cast("Toml", value) for name, value in own.items() if value not in (None, "")}
    measure = OURS.get(str(own["measure"]))
    return told | ({"unit": unit_in(measure.kind, measure.unit)} if measure else {})
