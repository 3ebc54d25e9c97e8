"""The frozen model: plain data in, Splink's settings out, and back again."""

import json
import math
from dataclasses import replace

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.files import canonical_json
from justice_data_lab.linkage.model import (
    Comparison,
    Level,
    LinkageModel,
    level_weight,
    read_model,
    shipped_model,
    splink_settings,
    untrained_levels,
)

NUMBER = Comparison(
    name="number",
    missing=("absent", "number"),
    levels=(Level(name="same", when=("same", "number"), m=0.9, u=1e-6), Level(name="else", when=("else",), m=1e-5, u=0.999)),
    by_design=True,
    least_weight=-6.0,
)


def test_a_model_survives_its_own_json(tmp_path):
    model = shipped_model()
    path = tmp_path / "model.json"
    path.write_bytes(canonical_json(model.to_dict()))
    assert read_model(path) == model
    assert read_model(path).sha256() == model.sha256()


@pytest.mark.parametrize("damage", ["", "{", "[]", "3", '{"version": "jdl-linkage/1"}'])
def test_a_damaged_model_is_wrong_usage(tmp_path, damage):
    (tmp_path / "model.json").write_text(damage)
    with pytest.raises(UsageError, match=r"/model\.json: is damaged\. Copy the snapshot again"):
        read_model(tmp_path / "model.json")


def test_the_shipped_model_is_trained_and_its_chances_add_up():
    model = shipped_model()
    assert untrained_levels(model) == ()
    for comparison in model.comparisons:
        assert sum(level.m for level in comparison.levels) == pytest.approx(1, abs=0.01)
        assert comparison.levels[-1].when == ("else",)


def test_the_shipped_model_holds_no_sql():
    text = json.dumps(shipped_model().to_dict()).lower()
    assert not any(word in text for word in ("select", "_l", "jaro_winkler_similarity", "list_has_any"))


def test_an_untrained_level_is_named():
    bare = replace(NUMBER, levels=(replace(NUMBER.levels[0], m=None), NUMBER.levels[1]))
    assert untrained_levels(replace(shipped_model(), comparisons=(bare,))) == ("number/same",)


def test_one_wrong_number_cannot_outvote_the_rest():
    assert math.log2(1e-5 / 0.999) < -16
    assert level_weight(NUMBER, NUMBER.levels[1]) == -6.0
    settings = splink_settings(replace(shipped_model(), comparisons=(NUMBER,)))
    otherwise = settings["comparisons"][0]["comparison_levels"][-1]
    assert math.log2(otherwise["m_probability"] / otherwise["u_probability"]) == pytest.approx(-6.0)


def test_a_frequency_is_measured_against_agreement_on_that_name_alone():
    settings = splink_settings(shipped_model())
    names = shipped_model().comparisons[0]
    levels = {level["label_for_charts"]: level for level in settings["comparisons"][0]["comparison_levels"]}
    alone = next(level for level in names.levels if level.name == "surname_same")
    nickname = next(level for level in names.levels if level.name == "nickname")
    rendered = levels["nickname"]
    assert rendered["u_probability"] == alone.u
    assert math.log2(rendered["m_probability"] / rendered["u_probability"]) == pytest.approx(math.log2(nickname.m / nickname.u))


def test_a_model_of_another_version_is_refused():
    with pytest.raises(UsageError, match="jdl-linkage/0"):
        LinkageModel.from_dict(shipped_model().to_dict() | {"version": "jdl-linkage/0"})
