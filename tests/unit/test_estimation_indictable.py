"""Indictable only and either way are merged by national rates, before any outcome is read."""

from justice_data_lab.estimation.indictable import settle_specs
from justice_data_lab.measures.catalogue import MEASURES
from justice_data_lab.study import Lab


def test_the_four_measures_become_two_when_fewer_than_ten_are_expected():
    found = settle_specs(MEASURES, 200, 0.0499, Lab())
    assert len(found) == len(MEASURES) - 2
    columns = [spec.column for spec in found]
    assert "first_reoffence_indictable_or_either_way" in columns
    assert "indictable_or_either_way_reoffences" in columns
    assert not {"first_reoffence_indictable", "first_reoffence_either_way", "indictable_reoffences", "either_way_reoffences"} & {
        *columns
    }
    assert all(spec.of == "reoffended" for spec in found if "indictable" in spec.column)


def test_ten_expected_are_enough_and_an_unknown_rate_merges_nothing():
    assert settle_specs(MEASURES, 200, 0.05, Lab()) == MEASURES
    assert settle_specs(MEASURES, 200, None, Lab()) == MEASURES
