"""Rule 2: one rounding function for each kind of number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justice_data_lab.disclosure import rounding
from justice_data_lab.disclosure.figures import figure, hundred
from justice_data_lab.disclosure.printed import Place
from justice_data_lab.study import DisclosureRules

PLACE = Place(table="t", statistic="s")
DEFAULT = rounding.precision(DisclosureRules())
PUBLIC = rounding.precision(DisclosureRules(profile="none"))


@pytest.mark.parametrize(("count", "rounded"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (1000, 1000)])
def test_counts_of_people_go_to_the_nearest_five(count, rounded):
    assert rounding.round_count(count, 5) == rounded


def test_a_base_of_one_keeps_counts_exact():
    assert [rounding.round_count(count, 1) for count in (0, 7, 213)] == [0, 7, 213]


@pytest.mark.parametrize(("share", "points"), [(0.125, 13), (-0.125, -13), (0.285, 29), (0.2849, 28), (-0.004, 0.0), (1.0, 100)])
def test_halves_go_away_from_zero_on_the_decimal_text(share, points):
    assert rounding.round_percent(share, 0) == points
    assert str(rounding.round_percent(share, 0)) != "-0.0"


@pytest.mark.parametrize(
    ("value", "rounded"), [(6412.0, 6400), (0.2716, 0.27), (99.6, 100), (8.34, 8.3), (0.0, 0.0), (-0.0456, -0.046)]
)
def test_two_significant_digits(value, rounded):
    assert rounding.round_two_digits(value) == rounded


@pytest.mark.parametrize(("p", "text"), [(0.0496, "0.05"), (0.00999, "<0.01"), (0.01, "0.01"), (0.999, "1.00"), (0.0, "<0.01")])
def test_p_is_given_to_two_places_or_as_less_than_a_hundredth(p, text):
    assert figure(PLACE, "p", "", p, DEFAULT).text == text


def test_public_data_give_p_to_four_places_and_percentages_to_one():
    assert figure(PLACE, "p", "", 0.04961, PUBLIC).text == "0.0496"
    assert figure(PLACE, "percent", "%", 48 / 216, PUBLIC).text == "22.2%"
    assert figure(PLACE, "points", "percentage points", -18 / 216, PUBLIC).text == "\u22128.3"
    assert figure(PLACE, "count", "people", 216, PUBLIC).text == "216"
    assert figure(PLACE, "size", "people", 216.4, PUBLIC).text == "216"
    assert figure(PLACE, "days", "days", 141.26, PUBLIC).text == "141.3"


def test_each_kind_has_its_own_precision_by_default():
    shown = {
        kind: figure(PLACE, kind, "", value, DEFAULT).text
        for kind, value in {"percent": 0.3489, "mean": 1.1834, "days": 141.3, "d": 0.0567, "rows": 3, "count": 1012}.items()
    }
    assert shown == {"percent": "35%", "mean": "1.2", "days": "141", "d": "0.06", "rows": "3", "count": "1,010"}


@pytest.mark.parametrize("kind", ["hazard", "rate_ratio", "e_value", "gamma"])
@pytest.mark.parametrize(
    ("value", "text", "public"),
    [
        (0.6914, "0.69", "0.691"),
        (1.0, "1.0", "1.000"),
        (0.9999, "1.0", "1.000"),
        (2.149, "2.1", "2.149"),
        (12.4, "12", "12.400"),
        (0.0456, "0.046", "0.046"),
    ],
)
def test_ratios_have_two_significant_digits_zeros_and_all_and_public_ones_three_decimals(kind, value, text, public):
    assert figure(PLACE, kind, "", value, DEFAULT).text == text
    assert figure(PLACE, kind, "", value, PUBLIC).text == public
    assert figure(PLACE, kind, "", value, DEFAULT).kind == kind


def test_an_adjusted_p_is_rounded_as_a_p_is():
    assert figure(PLACE, "q", "", 0.0339, DEFAULT).text == "0.03"
    assert figure(PLACE, "q", "", 0.0099, DEFAULT).text == "<0.01"
    assert figure(PLACE, "q", "", 0.0339, PUBLIC).text == "0.0339"
    assert figure(PLACE, "q", "", 0.0339, PUBLIC).kind == "q"


def test_a_margin_is_a_setting_in_whole_points():
    for fine in (DEFAULT, PUBLIC):
        assert (figure(PLACE, "margin", "percentage points", 0.05, fine).text, figure(PLACE, "margin", "", 0.02, fine).value) == (
            "5",
            2,
        )


def test_what_is_worked_out_from_printed_figures_has_one_decimal():
    for fine in (DEFAULT, PUBLIC):
        assert figure(PLACE, "prospect", "percentage points", 0.05049, fine).text == "5.0"
        assert figure(PLACE, "prospect", "percentage points", 0.1325, fine).text == "13.3"


def test_a_share_that_rounds_to_nothing_is_called_less_than_one_percent_and_never_zero():
    shown = figure(PLACE, "percent", "%", 0.0021, DEFAULT)
    assert (shown.value, shown.text) == (None, "<1%")
    assert figure(PLACE, "percent", "%", 0.0, DEFAULT).text == "0%"


@pytest.mark.parametrize(
    ("share", "text", "public"), [(0.997, ">99%", "99.7%"), (0.9996, ">99%", ">99.9%"), (0.994, "99%", "99.4%")]
)
def test_a_share_that_rounds_to_all_is_called_more_than_99_percent_and_never_100(share, text, public):
    shown = figure(PLACE, "percent", "%", share, DEFAULT)
    assert (shown.text, shown.value) == (text, None if text[0] == ">" else 99)
    assert figure(PLACE, "percent", "%", share, PUBLIC).text == public


def test_everybody_is_100_percent_though_floating_point_takes_something_away():
    for share in (1.0, 1 - 2**-52):
        assert (figure(PLACE, "percent", "%", share, DEFAULT).text, figure(PLACE, "percent", "%", share, DEFAULT).value) == (
            "100%",
            100,
        )
    assert figure(PLACE, "points", "percentage points", 0.997, DEFAULT).text == "100"


def test_a_hundred_people_of_a_count_come_from_the_rounded_mean():
    assert hundred(PLACE, "reoffences", 1.1834, DEFAULT, share=False).text == "120"
    assert hundred(PLACE, "people", 0.3489, DEFAULT, share=True).text == "35"
    assert hundred(PLACE, "people", None, DEFAULT, share=True).text == "[x]"


def test_a_number_that_is_not_there_is_not_available_and_a_verdict_is_not_a_number():
    assert figure(PLACE, "mean", "", None, DEFAULT).text == "[x]"
    with pytest.raises(ValueError, match="words"):
        figure(PLACE, "verdict", "", 1.0, DEFAULT)


@given(st.integers(0, 10**7))
def test_a_rounded_count_is_a_multiple_of_five_at_most_two_away(count):
    rounded = rounding.round_count(count, 5)
    assert rounded % 5 == 0
    assert abs(rounded - count) <= 2


@given(st.floats(-1, 1, allow_nan=False))
def test_a_rounded_share_is_whole_and_at_most_half_a_point_away(share):
    points = rounding.round_percent(share, 0)
    assert points == int(points)
    assert abs(points - 100 * share) <= 0.5 + 1e-9
