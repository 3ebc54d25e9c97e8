"""What `jdl feasibility` was asked: options that contradict, that would do nothing, that are missing."""

from datetime import date

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.power import feasibility
from justice_data_lab.feasibility_question import Question, answerable
from justice_data_lab.files import write_json
from justice_data_lab.register.coverage import AnalysedShare, Coverage, PublicRates


@pytest.fixture
def coverage(tmp_path):
    known = Coverage(
        extract_date=date(2024, 12, 31),
        last_start=date(2023, 6, 30),
        analysed=(AnalysedShare(fields="all", analysed=0.6), AnalysedShare(fields="both numbers", analysed=0.8)),
        rates=(
            PublicRates(sentence="all", reoffended=0.31, first_indictable=0.02, first_either_way=0.5, first_summary=0.48),
            PublicRates(sentence="custody", reoffended=0.48, first_custody=0.6),
        ),
    )
    write_json(tmp_path / "coverage.json", known.to_dict())
    return tmp_path / "coverage.json"


def test_a_size_and_a_rate_are_taken_as_they_are():
    size, rate, prospect = answerable(Question(size=300, base_rate=0.4))
    assert (size, rate, prospect.losses, prospect.rates) == (300, 0.4, None, ())


def test_people_sent_become_people_analysed(coverage):
    size, rate, prospect = answerable(Question(submitted=500, coverage=coverage, fields="both numbers", sentence="custody"))
    assert (size, rate) == (400, 0.48)
    assert prospect.losses.submitted == 500
    assert answerable(Question(submitted=500, coverage=coverage))[0] == 300
    assert answerable(Question(submitted=500, base_rate=0.4))[0] == 250, "half, where nothing better is known"


def test_the_rate_is_national_unless_one_is_given(coverage):
    assert answerable(Question(size=300, coverage=coverage))[1] == 0.31
    assert answerable(Question(size=300, coverage=coverage, base_rate=0.5))[1] == 0.5


def test_the_lab_s_own_rates_decide_what_can_be_published(coverage):
    size, rate, prospect = answerable(Question(size=60, coverage=coverage, base_rate=0.7, sentence="custody"))
    found = {promise.measures: promise for promise in feasibility(size, rate, prospect=prospect).promises}
    bare = {promise.measures: promise for promise in feasibility(size, rate).promises}
    assert found[10,].probability > bare[10,].probability, "60% custody and not 19%"
    _, rate, prospect = answerable(Question(size=1_700, coverage=coverage))
    assert (4,) in {promise.measures for promise in feasibility(1_700, rate, prospect=prospect).promises}
    assert (4, 5) in {promise.measures for promise in feasibility(1_600, rate, prospect=prospect).promises}, "1,600 times 0.62%"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question(base_rate=0.4), "one of --size .* and --submitted .*, got neither"),
        (Question(size=100, submitted=200, base_rate=0.4), "one of --size .* and --submitted .*, got both"),
        (Question(size=100, base_rate=0.4, fields="no number"), "--fields: .* goes with --submitted"),
        (Question(size=100), "Expected --base-rate, or a --coverage file with national rates"),
    ],
)
def test_what_cannot_be_answered_is_told(question, words):
    with pytest.raises(UsageError, match=words):
        answerable(question)


def test_a_sentence_without_rates_is_told(coverage):
    with pytest.raises(UsageError, match=r"expected one of the coverage file's \(all, custody\), got parole"):
        answerable(Question(size=100, coverage=coverage, sentence="parole"))
    _, rate, prospect = answerable(Question(size=100, base_rate=0.4, sentence="custody"))
    with pytest.raises(UsageError, match="no national rates"):
        feasibility(100, rate, prospect=prospect)
