"""The people whom no blocking key reaches follow from those who are, when mistakes are independent."""

from dataclasses import replace

import pytest

from justice_data_lab.linkage.candidates import Levels
from justice_data_lab.linkage.model import shipped_model
from justice_data_lab.linkage.unreached import Reached, expected_unreached

MODEL = shipped_model()


def only(comparison, **shares):
    """The comparison with these m values and none anywhere else."""
    part = next(one for one in MODEL.comparisons if one.name == comparison)
    return replace(part, levels=tuple(replace(level, m=shares.get(level.name, 0.0)) for level in part.levels))


def model(names, birth):
    changed = {"names": only("names", **names), "date_of_birth": only("date_of_birth", **birth)}
    return replace(MODEL, comparisons=tuple(changed.get(one.name, one) for one in MODEL.comparisons))


def rows(number, names, birth, **more):
    numbers = {"fields": "no number", "chance": 1.0} | more
    pnc_id = numbers.pop("pnc_id", "")
    return [Reached(levels=Levels(names=names, date_of_birth=birth, pnc_id=pnc_id), **numbers)] * number


def test_with_two_fields_right_or_wrong_it_is_the_capture_recapture_estimate():
    # 8,000 with both right, 2,000 with the name wrong, 400 with the date wrong: 400 in 8,000 of the 2,000, 100, have both wrong.
    shares = {"both_same": 0.8, "both_similar": 0.2}, {"same": 0.952381, "one_digit": 0.047619}
    seen = rows(8_000, "both_same", "same") + rows(2_000, "both_similar", "same") + rows(400, "both_same", "one_digit")
    assert expected_unreached(model(*shares), seen) == pytest.approx(100, abs=0.1)


def test_a_surname_that_stands_finds_a_turned_date():
    shares = {"both_same": 0.8, "nickname": 0.2}, {"same": 0.9, "day_month_swapped": 0.1}
    seen = rows(720, "both_same", "same") + rows(180, "nickname", "same") + rows(100, "both_same", "day_month_swapped")
    assert expected_unreached(model(*shares), seen) == 0


def test_numbers_find_most_of_those_whom_names_and_date_miss():
    shares = {"both_same": 0.8, "both_similar": 0.2}, {"same": 0.952381, "one_digit": 0.047619}
    seen = rows(800, "both_same", "same") + rows(200, "both_similar", "same") + rows(40, "both_same", "one_digit")
    assert expected_unreached(model(*shares), seen) == pytest.approx(10, abs=0.05)
    # With numbers the ten are seen too. All were found by the number, but of 1,041 one is kept back: none missed so far.
    numbered = {"fields": "police number", "pnc_id": "same"}
    seen = rows(800, "both_same", "same", **numbered) + rows(200, "both_similar", "same", **numbered)
    seen += rows(40, "both_same", "one_digit", **numbered) + rows(10, "both_similar", "one_digit", **numbered)
    assert expected_unreached(model(*shares), seen) == pytest.approx(10 / 1_041, rel=0.01)


def test_a_number_that_is_wrong_every_second_time_finds_half():
    shares = {"both_same": 0.8, "both_similar": 0.2}, {"same": 0.952381, "one_digit": 0.047619}
    seen = []
    for pnc_id in ("same", "else"):
        numbered = {"fields": "police number", "pnc_id": pnc_id}
        seen += rows(400, "both_same", "same", **numbered) + rows(100, "both_similar", "same", **numbered)
        seen += rows(20, "both_same", "one_digit", **numbered)
    seen += rows(5, "both_similar", "one_digit", fields="police number", pnc_id="same")
    assert expected_unreached(model(*shares), seen) == pytest.approx(5, rel=0.01)


def test_a_row_counts_by_its_chance_and_one_without_a_date_tells_nothing_of_mistakes():
    shares = {"both_same": 0.8, "both_similar": 0.2}, {"same": 0.952381, "one_digit": 0.047619}
    seen = rows(800, "both_same", "same") + rows(200, "both_similar", "same") + rows(40, "both_same", "one_digit")
    halved = [replace(row, chance=0.5) for row in seen]
    assert expected_unreached(model(*shares), halved) == pytest.approx(5, abs=0.05)
    more = expected_unreached(model(*shares), seen + rows(104, "both_same", ""))
    assert more == pytest.approx(11, rel=0.03)


def test_with_the_shipped_model_and_nobody_it_is_nothing():
    assert expected_unreached(MODEL, []) == 0
