"""The public coverage file: what may stand in it, and that nothing can be had from two versions of it."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from justice_data_lab.disclosure.coverage import Tally, analysed_shares, public_groups, public_rates, renewed, total
from justice_data_lab.errors import UsageError
from justice_data_lab.intake.coverage import read_register_dates
from justice_data_lab.register.connect import connect
from justice_data_lab.register.coverage import AnalysedShare, Coverage, GroupRate, PublicRates, fields_given, read_coverage
from justice_data_lab.register.national_groups import GroupCounts, groups_from, national_groups
from justice_data_lab.register.national_kinds import KindCounts, kinds_from, national_kinds
from justice_data_lab.study import DisclosureRules

RULES = DisclosureRules()
COUNTS = KindCounts(
    sentence="custody",
    events=1000,
    reoffended=425,
    first_indictable=20,
    first_either_way=205,
    first_summary=200,
    first_custody=85,
    any_indictable=30,
    any_either_way=300,
    any_indictable_or_either_way=310,
    any_summary=290,
    any_custody=421,
)


def tally(submitted, analysed):
    return Tally(submitted=submitted, analysed=analysed)


def test_rates_are_fractions_in_whole_percents():
    (found,) = public_rates([COUNTS], RULES)
    assert (found.sentence, found.reoffended) == ("custody", 0.43)
    assert (found.first_indictable, found.first_either_way, found.first_summary, found.first_custody) == (0.05, 0.48, 0.47, 0.2)
    assert (found.any_indictable, found.any_either_way, found.any_summary) == (0.07, 0.71, 0.68)
    assert found.any_indictable_or_either_way == 0.73


def test_a_share_with_few_people_on_either_side_is_hidden():
    (found,) = public_rates([COUNTS], RULES)
    assert found.any_custody is None, "four of them had no custodial sentence"
    assert public_rates([replace(COUNTS, reoffended=9)], RULES) == ()
    assert public_rates([replace(COUNTS, events=430)], RULES) == ()


def test_three_court_outcomes_that_add_up_are_hidden_together():
    (found,) = public_rates([replace(COUNTS, first_indictable=9)], RULES)
    assert (found.first_indictable, found.first_either_way, found.first_summary) == (None, None, None)
    assert found.first_custody == 0.2


def test_national_counts_are_of_complete_follow_up_by_kind_of_disposal():
    with connect() as con:
        con.execute(
            "CREATE TABLE index_event AS SELECT * FROM (VALUES "
            "('custody', true, true, 'indictable', true, 2, 1, 0, 3), ('custody', true, false, NULL, NULL, 0, 0, 0, 0), "
            "('caution', true, true, 'summary', false, 0, 1, 4, 0), ('caution', false, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
            ") AS t(kind, complete_follow_up, reoffended, first_court_outcome, custody_for_first_reoffence, "
            "indictable_reoffences, either_way_reoffences, summary_reoffences, custodial_sentences)"
        )
        found = national_kinds(con)
    assert [(row.sentence, row.events, row.reoffended) for row in found] == [("all", 3, 2), ("caution", 1, 1), ("custody", 2, 1)]
    everything = found[0]
    assert (everything.first_indictable, everything.first_either_way, everything.first_summary, everything.first_custody) == (
        1,
        0,
        1,
        1,
    )
    assert (everything.any_indictable, everything.any_either_way, everything.any_indictable_or_either_way) == (1, 2, 2)
    assert (everything.any_summary, everything.any_custody) == (1, 1)
    assert kinds_from([{name: getattr(row, name) for name in KindCounts.__slots__} for row in found]) == found


def test_a_first_record_is_shown_where_enough_rows_were_and_were_not_analysed():
    now = {"both numbers": tally(200, 150), "no number": tally(100, 30), "police number": tally(60, 25)}
    found = renewed(now, {}, RULES)
    assert found == {"all": tally(360, 205), **now}
    assert [(share.fields, share.analysed) for share in analysed_shares(found, [now], RULES)] == [
        ("all", 0.57), ("both numbers", 0.75), ("police number", 0.42), ("no number", 0.3),
    ]  # fmt: skip


def test_a_kind_of_row_with_few_people_takes_another_with_it():
    now = {"both numbers": tally(200, 150), "no number": tally(100, 30), "prison number": tally(12, 4)}
    assert renewed(now, {}, RULES) == {"all": tally(312, 184), "both numbers": tally(200, 150)}


def test_one_hidden_kind_alone_is_enough_when_it_is_large_on_one_side_only():
    now = {"both numbers": tally(200, 195), "no number": tally(100, 30)}
    assert renewed(now, {}, RULES) == {"all": tally(300, 225)}, "195 of 200 could be had from all less the other"


def test_nothing_is_shown_of_too_few():
    assert renewed({"no number": tally(25, 9)}, {}, RULES) is None
    assert renewed({}, {}, RULES) is None
    assert analysed_shares({}, [], RULES) == ()


def test_an_addition_of_few_people_waits_until_there_are_more():
    first = renewed({"both numbers": tally(200, 150)}, {}, RULES)
    assert renewed({"both numbers": tally(1, 1)}, first, RULES) is None
    assert renewed({"both numbers": tally(30, 11)}, first, RULES) == {"all": tally(230, 161), "both numbers": tally(230, 161)}


def test_a_kind_with_a_small_addition_keeps_its_share_and_the_addition_counts_in_all():
    first = renewed({"both numbers": tally(200, 150), "no number": tally(100, 30), "police number": tally(100, 50)}, {}, RULES)
    added = {"both numbers": tally(100, 50), "no number": tally(30, 15), "police number": tally(1, 1), "prison number": Tally()}
    found = renewed(added, first, RULES)
    assert found["all"] == tally(531, 296)
    assert found["both numbers"] == tally(300, 200)
    assert found["no number"] == first["no number"], "joined with the one row, which subtraction would else give"
    assert found["police number"] == first["police number"]
    assert "prison number" not in found


def test_whatever_is_added_nothing_small_can_be_had_by_subtraction():
    """An attacker who knows every published tally exactly, and takes versions and kinds from one another."""
    rng = np.random.default_rng(3)
    kinds = ("both numbers", "police number", "prison number", "no number")
    shown = 0
    for _ in range(1_000):
        added = {}
        for kind in kinds:
            rows = int(rng.choice([0, 1, 5, 15, 40, 200]))
            added[kind] = tally(rows, int(rng.binomial(rows, rng.choice([0.05, 0.5, 0.97]))))
        before = {"all": tally(500, 300), "both numbers": tally(200, 150)}
        after = renewed(added, before, RULES)
        if after is None:
            continue
        parts = {kind: _less(after[kind], before.get(kind, Tally())) for kind in after}
        rest = _less(parts.pop("all"), total(parts.values()))
        shown += len([part for part in parts.values() if part.submitted])
        assert all(part.safe(RULES) for part in (*parts.values(), rest) if part.submitted)
        assert rest.submitted or not rest.analysed
    assert shown > 100


def _less(one, other):
    return tally(one.submitted - other.submitted, one.analysed - other.analysed)


def test_ten_submissions_give_a_range_and_nine_do_not():
    runs = [{"both numbers": tally(100, 40 + 4 * place)} for place in range(10)]
    together = {"both numbers": total(run["both numbers"] for run in runs)}
    shown = renewed(together, {}, RULES)
    share = analysed_shares(shown, runs, RULES)[0]
    assert (share.analysed, share.low, share.high) == (0.58, 0.44, 0.72)
    nine = analysed_shares(shown, [*runs[:9], {"both numbers": tally(10, 5)}], RULES)[0]
    assert (nine.low, nine.high) == (None, None), "a submission too small for a share of its own is not in the range"


def test_the_file_reads_back_and_an_older_one_has_no_rates(tmp_path):
    whole = Coverage(
        extract_date=date(2024, 12, 31),
        last_start=date(2023, 6, 30),
        next_refresh=date(2025, 6, 30),
        analysed=(AnalysedShare(fields="all", analysed=0.6, low=0.3, high=0.8),),
        rates=(PublicRates(sentence="all", reoffended=0.3),),
    )
    place = tmp_path / "coverage.json"
    place.write_text(json.dumps(whole.to_dict()))
    assert read_coverage(place) == whole
    assert read_register_dates(place).last_followed_up == date(2023, 6, 30)
    place.write_text('{"extract_date": "2024-12-31", "last_index_date_with_full_follow_up": "2023-06-30"}')
    assert read_coverage(place) == Coverage(extract_date=date(2024, 12, 31), last_start=date(2023, 6, 30))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"extract_date": 3, "last_index_date_with_full_follow_up": "x"}', None])
def test_what_is_not_a_coverage_file_is_told(tmp_path, content):
    place = tmp_path / "coverage.json"
    if content is not None:
        place.write_text(content)
    with pytest.raises(UsageError, match=r"coverage\.json: expected a register's coverage\.json"):
        read_coverage(place)


def test_rows_are_told_apart_by_the_numbers_they_came_with():
    assert [fields_given(police=police, prison=prison) for police in (True, False) for prison in (True, False)] == [
        "both numbers", "police number", "prison number", "no number",
    ]  # fmt: skip


def group(level, events, reoffended, grouped_by="age", sentence="custody"):
    return GroupCounts(sentence=sentence, grouped_by=grouped_by, level=level, events=events, reoffended=reoffended)


def test_rates_of_a_group_are_fractions_in_whole_percents():
    (found,) = public_groups([group("18 to 20", 300, 100), group("21 to 24", 15, 8), group("25 to 29", 15, 3)], RULES)
    assert found == GroupRate(sentence="custody", grouped_by="age", level="18 to 20", reoffended=0.33)


def test_a_group_of_few_people_takes_the_smallest_other_with_it_and_never_one_of_another_sentence():
    few = [group("18 to 20", 300, 100), group("21 to 24", 200, 80), group("25 to 29", 15, 3)]
    other = [group("F", 40, 20, "sex", "caution"), group("M", 50, 20, "sex", "caution")]
    assert [(each.sentence, each.level) for each in public_groups([*few, *other], RULES)] == [
        ("custody", "18 to 20"), ("caution", "F"), ("caution", "M"),
    ]  # fmt: skip
    assert public_groups([group("18 to 20", 15, 3)], RULES) == ()


def test_people_whose_group_is_not_known_are_in_none():
    known = [group("F", 400, 100, "sex"), group("M", 500, 200, "sex"), group("U", 300, 100, "sex")]
    assert [each.level for each in public_groups(known, RULES)] == ["F", "M"]


def test_national_groups_are_counted_by_sentence_and_band_with_complete_follow_up():
    with connect() as con:
        con.execute(
            "CREATE TABLE index_event AS SELECT * FROM (VALUES ('custody', 'F', 17, 0, true, true), ('custody', 'M', 18, 2, true, false), "
            "('caution', 'M', 50, 15, true, true), ('caution', 'M', NULL, NULL, true, false), ('caution', 'F', 30, 3, false, NULL)"
            ") AS t(kind, sex, age_at_index, previous_offences, complete_follow_up, reoffended)"
        )
        found = national_groups(con)
    counts = {(each.sentence, each.grouped_by, each.level): (each.events, each.reoffended) for each in found}
    assert [each.level for each in found if (each.sentence, each.grouped_by) == ("all", "age")] == [
        "10 to 17", "18 to 20", "50 or over", "unknown",
    ]  # fmt: skip
    assert counts["all", "sex", "M"] == (3, 1)
    assert counts["custody", "sex", "F"] == (1, 1)
    assert counts["all", "previous_offences", "none"] == (1, 1)
    assert counts["caution", "previous_offences", "15 or more"] == (1, 1)
    assert ("caution", "sex", "F") not in counts
    assert found[0].sentence == "all"
    assert groups_from([{name: getattr(each, name) for name in GroupCounts.__slots__} for each in found]) == found


def test_the_file_keeps_the_rates_of_groups_and_an_older_one_has_none():
    rates = (GroupRate(sentence="all", grouped_by="sex", level="F", reoffended=0.2),)
    known = Coverage(extract_date=date(2026, 6, 30), last_start=date(2024, 12, 30), groups=rates)
    data = json.loads(json.dumps(known.to_dict()))
    assert Coverage.from_dict(data) == known
    del data["national_rates_by_group"]
    assert Coverage.from_dict(data) == replace(known, groups=())
