"""Rule 5: no figure is told of people who differ by a few from those of earlier figures, or from a sum of them."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.ledger.check import check
from justice_data_lab.disclosure.ledger.limits import ledger_limits
from justice_data_lab.disclosure.ledger.overlaps import Index
from justice_data_lab.disclosure.ledger.sets import REQUEST, USABLE, LedgerSet, cleared_sets, request_sets
from justice_data_lab.disclosure.ledger.sums import what_sums_tell
from justice_data_lab.errors import UsageError
from justice_data_lab.linkage.tokens import tokens_of
from justice_data_lab.study import DisclosureRules
from sample_checks import checked

RULES = DisclosureRules()


def people(first, last):
    """Tokens of people by number, the last one left out."""
    return frozenset(f"{number:04d}" for number in range(first, last))


def of(tokens, *, rate=0.4, analysis="national", released_as="", **more):
    """A set in which every person whose number ends in one of the first digits has the event."""
    events = sum(int(token[-1]) < 10 * rate for token in tokens)
    return LedgerSet(analysis=analysis, tokens=tokens, events=(("reoffended", events),), released_as=released_as, **more)


EARLIER = of(people(0, 200), released_as="first")


def verdict(new, *earlier, **more):
    (found,) = check((new,), earlier, RULES, **more)
    return found


def test_people_whom_nothing_was_told_of_are_clear():
    assert verdict(of(people(500, 700)), EARLIER).clear
    assert verdict(of(people(0, 200))).clear


def test_the_very_same_people_are_clear():
    assert verdict(of(people(0, 200)), EARLIER).clear


@pytest.mark.parametrize(
    "tokens",
    [people(0, 201), people(0, 199), people(1, 201), people(0, 219), people(9, 209), people(19, 200)],
    ids=["one more", "one less", "one swapped", "19 more", "nine swapped", "19 less"],
)
def test_a_few_people_more_less_or_others_are_refused(tokens):
    found = verdict(of(tokens), EARLIER)
    assert found.near
    assert found.reasons == ("nearly_the_same",)
    assert found.ways_out == ("wait", "merge", "update")


def test_enough_people_more_are_clear_when_enough_of_them_did_and_did_not():
    """Of 30 more, 12 have the event and 18 have not; of 20 more, 8 have it."""
    assert verdict(of(people(0, 230)), EARLIER).clear
    found = verdict(of(people(0, 220)), EARLIER)
    assert (found.near, found.measures, found.reasons) == (False, ("reoffended",), ("tells_events",))


def test_nearly_all_of_the_difference_is_told_as_well_as_nearly_none():
    """Everybody in the earlier set and 30 more, of whom all, or all but nine or ten, or nine or ten have the event."""
    for events, clear in ((30, False), (21, False), (20, True), (10, True), (9, False), (0, False)):
        new = LedgerSet(analysis="national", tokens=people(0, 230), events=(("reoffended", 80 + events),))
        assert verdict(new, EARLIER).clear == clear, events


def test_a_union_of_two_releases_and_one_person_is_refused():
    """Each pair differs by a hundred; only the sum of the two earlier sets leaves the one person."""
    first, second = of(people(0, 100)), of(people(100, 200))
    new = of(people(0, 201))
    assert verdict(new, first).clear
    assert verdict(new, second).clear
    assert verdict(new, first, second).near


@pytest.mark.parametrize("last", [200, 201], ids=["not found", "found"])
def test_whether_the_one_person_added_to_two_lists_together_was_found_is_not_told(last):
    """Told when she has no record and refused when she has one, the refusal itself would tell."""
    told = (of(people(0, 100), source="first"), of(people(100, 200), source="second"))
    assert verdict(of(people(0, last), source="both and one name more"), *told).near


@pytest.mark.parametrize("last", [100, 101], ids=["not found", "found"])
def test_nor_is_it_where_a_group_of_the_same_list_stands_in_the_sum(last):
    """Of a list of earlier people, some new ones and one name more, the whole and the earlier people's part would tell of the rest."""
    told = of(people(100, 200), source="first")
    whole, rest = (people(0, size) | people(200, 100 + last) for size in (200, 100))
    new = (of(whole, source="more"), of(rest, source="more", analysis="the others"))
    assert [each.near for each in check(new, (told,), RULES)] == [False, True]


def test_groups_that_make_up_one_list_are_told():
    sets = (of(people(0, 300)), of(people(0, 150), analysis="young"), of(people(150, 300), analysis="older"))
    assert all(each.clear for each in check(sets, (), RULES))


def test_a_union_of_three_releases_is_found_and_of_four_is_beyond_the_rule():
    parts = [of(people(first, first + 100)) for first in (0, 100, 200, 300)]
    assert verdict(of(people(0, 301)), *parts[:3]).near
    assert verdict(of(people(0, 401)), *parts).clear


def test_a_part_of_the_difference_of_two_releases_is_refused():
    """The earlier sets share a hundred people, and the second one's others are the new set but for one person."""
    assert verdict(of(people(101, 200)), of(people(0, 100)), of(people(0, 200))).near


def test_sets_that_share_nobody_with_the_new_one_count_where_they_share_people_with_another():
    """New and the second earlier set share nobody: together they are the first, but for a person."""
    assert verdict(of(people(0, 99)), of(people(0, 200)), of(people(99, 200))).clear
    assert verdict(of(people(0, 99)), of(people(0, 200)), of(people(100, 200))).near


def test_a_measure_that_was_not_told_before_tells_no_difference():
    new = replace(of(people(0, 220)), events=(("custody", 100),))
    assert verdict(new, EARLIER).clear


def test_a_measure_that_fails_by_itself_is_told_of_nobody():
    new = replace(of(people(0, 300)), events=(("reoffended", 3),))
    assert verdict(new, EARLIER).clear


def test_those_who_reoffended_are_compared_with_those_who_reoffended():
    everybody = of(people(0, 200), released_as="first")
    assert verdict(of(people(0, 190), of="reoffended"), everybody).clear
    assert verdict(of(people(0, 190), of="reoffended"), replace(everybody, of="reoffended")).near


def test_national_wins_within_a_request():
    sets = (
        of(people(0, 300)),
        of(people(0, 290), analysis="regional"),
        of(people(0, 150), analysis="in custody"),
        of(people(150, 295), analysis="in the community"),
    )
    assert [each.near for each in check(sets, (), RULES)] == [False, True, False, True]


def test_a_refused_set_is_not_held_against_later_ones():
    """The second is refused and never told; the third differs by a few from it, and by enough from the first."""
    sets = (of(people(0, 300)), of(people(0, 290), analysis="regional"), of(people(0, 270), analysis="young"))
    assert [each.near for each in check(sets, (), RULES)] == [False, True, False]


def updating(usable, *before, supersedes="first"):
    """The verdict on an update that could use these people, of whom it analysed all but five."""
    new = (LedgerSet(analysis=REQUEST, of=USABLE, tokens=usable), of(frozenset(sorted(usable)[5:])))
    return check(new, before, RULES, supersedes=supersedes)[0]


USED = LedgerSet(analysis=REQUEST, of=USABLE, tokens=people(0, 205), released_as="first")


def test_an_update_carries_everybody_forward_who_could_be_used_and_has_twenty_new_ones():
    assert updating(people(0, 255), USED, EARLIER).clear
    assert updating(people(1, 255), USED, EARLIER).update == "not_carried_forward"
    short = updating(people(0, 224), USED, EARLIER)
    assert short.update == "too_few_new"
    assert short.reasons == ("nearly_the_same", "too_few_new")


def test_an_update_of_what_the_ledger_does_not_know_is_none():
    for before in ((), (USED,)):
        assert updating(people(0, 255), *before, supersedes="second").update == "not_carried_forward"


@pytest.mark.parametrize("tokens", [people(0, 200), people(0, 201)], ids=["not found", "found"])
def test_whether_the_one_person_added_to_another_list_was_found_is_not_told(tokens):
    """Were the very same people told again, a list with one name more would tell that its owner has no record."""
    assert verdict(of(tokens, source="one name more"), replace(EARLIER, source="list")).near
    assert verdict(of(people(0, 200), source="list"), replace(EARLIER, source="list")).clear


@pytest.mark.parametrize("last", [299, 300])
def test_whether_the_one_person_left_out_of_a_picked_group_was_found_is_not_told(last):
    sets = (of(people(0, 300)), of(people(0, last), analysis="all but her"))
    assert [each.near for each in check(sets, (), RULES, picked={"all but her"})] == [False, True]


def test_a_group_that_was_told_before_of_the_same_list_is_told_again():
    sets = (of(people(0, 300)), of(people(0, 150), analysis="young"))
    assert all(each.clear for each in check(sets, sets, RULES, picked={"young"}))


def test_the_same_people_in_two_releases_are_one_set_with_all_that_was_told():
    """The second release told of custody; thirty more people, of whom three got it, are too few."""
    before = [EARLIER, LedgerSet(analysis="national", tokens=EARLIER.tokens, events=(("custody", 40),), released_as="second")]
    new = LedgerSet(analysis="national", tokens=people(0, 230), events=(("custody", 43), ("reoffended", 92)))
    assert verdict(new, *before).measures == ("custody",)


def test_a_stricter_lab_asks_for_larger_differences():
    strict = DisclosureRules(min_events=20)
    (found,) = check((of(people(0, 239)),), (EARLIER,), strict)
    assert found.near


def test_two_small_sets_that_share_a_few_people_leave_fewer_than_twenty():
    """Twelve people and twelve others of whom three are the same: eighteen are in one of the two only; of two the same it is twenty."""
    assert verdict(of(people(9, 21)), of(people(0, 12))).near
    assert not verdict(of(people(10, 22)), of(people(0, 12))).near


def test_a_small_set_is_no_secret_because_earlier_ones_cancel_each_other():
    """Everybody, less the two halves of everybody, is nobody: what is left of twelve of them is the twelve themselves."""
    earlier = (of(people(0, 40)), of(people(0, 20)), of(people(20, 40)))
    assert not what_sums_tell(replace(of(people(60, 72)), events=()), Index(earlier), 10).few
    inside = replace(of(frozenset({*people(0, 5), *people(60, 68)})), events=())
    assert not what_sums_tell(inside, Index(earlier), 10).few


def naive(new, earlier, least, *, apart=True):
    """Every sum person by person, without a bound; of sets that share nobody with the new one only where they are asked for."""
    few, told = False, set()
    for size in range(1, 4):
        for sets in itertools.combinations(earlier, size):
            for signs in itertools.product((1, -1), repeat=size):
                every, factors = (new, *sets), (1, *signs)
                net = {
                    token: sum(sign for each, sign in zip(every, factors, strict=True) if token in each.tokens)
                    for token in frozenset().union(*(each.tokens for each in every))
                }
                others = {token for token, value in net.items() if value != (token in new.tokens)}
                if not others or not (apart or others & new.tokens):
                    continue
                count = sum(value != 0 for value in net.values())
                few |= count < 2 * least and (count > 0 or any(each.source != new.source for each in sets))
                for name, _ in new.events:
                    counts = [dict(each.events).get(name) for each in every]
                    if None in counts or not count:
                        continue
                    events = sum(sign * each for sign, each in zip(factors, counts, strict=True))
                    low, high = (sum(f(value, 0) for value in net.values()) for f in (min, max))
                    if min(events - low, high - events) < least:
                        told.add(name)
    return few, told


@pytest.mark.parametrize("seed", range(12))
def test_no_sum_is_missed(seed):
    """Blocks of people put together at random, so that unions, differences and near misses are common."""
    rng = np.random.default_rng(seed)
    blocks = np.cumsum([0, *rng.integers(1, 60, 6)])

    def some():
        inside = rng.random(6) < 0.5
        inside[rng.integers(6)] = True
        tokens = frozenset().union(*(people(blocks[b], blocks[b + 1]) for b in range(6) if inside[b]))
        named = (("reoffended", 0.4), ("custody", 0.2))
        return LedgerSet(
            analysis="some",
            source=str(rng.choice(["one list", "another"])),
            tokens=tokens,
            events=tuple((name, int(sum(hash_of(token, name) < rate for token in tokens))) for name, rate in named),
        )

    def allowed(each):
        return replace(each, events=tuple(pair for pair in each.events if 10 <= pair[1] <= len(each.tokens) - 10))

    new, *wanted = (allowed(some()) for _ in range(9))
    earlier = []
    for each in wanted:
        few, told = naive(each, earlier, 10)
        if not few and each.tokens not in (new.tokens, *(other.tokens for other in earlier)):
            earlier.append(replace(each, events=tuple(pair for pair in each.events if pair[0] not in told)))
    few, told = naive(new, earlier, 10)
    found = what_sums_tell(new, Index(earlier), 10)
    assert found.few == few
    if not few:
        assert set(found.measures) == told


@pytest.mark.parametrize("seed", range(16))
def test_no_sum_of_small_sets_is_missed(seed):
    """Sets of 5 to 40 among 60 people, such as those who reoffended in a few subgroups."""
    rng = np.random.default_rng(1000 + seed)
    names = np.array(sorted(people(0, 60)))

    def some():
        tokens = frozenset(rng.choice(names, rng.integers(5, 41), replace=False).tolist())
        events = ((name, int(sum(hash_of(token, name) < 0.5 for token in tokens))) for name in ("custody", "reoffended"))
        return LedgerSet(
            analysis="some", tokens=tokens, events=tuple(pair for pair in events if 10 <= pair[1] <= len(tokens) - 10)
        )

    new, *wanted = (some() for _ in range(9))
    earlier = []
    for each in wanted:
        few, told = naive(each, earlier, 10, apart=False)
        if not few:
            earlier.append(replace(each, events=tuple(pair for pair in each.events if pair[0] not in told)))
    found = what_sums_tell(new, Index(earlier), 10)
    few, told = naive(new, earlier, 10, apart=False)
    any_few, any_told = naive(new, earlier, 10)
    assert few <= found.few <= any_few
    if not found.few:
        assert told <= set(found.measures) <= any_told


def hash_of(token, name):
    """The same share for a person and a measure every time."""
    return (int(token) * 7919 + len(name) * 104729) % 1000 / 1000


def test_a_set_is_kept_as_json():
    new = of(people(0, 30), analysis="regional", of="reoffended", source="list", released_as="2026-01")
    data = new.to_dict()
    assert data["tokens"] == sorted(new.tokens)
    assert LedgerSet.from_dict(data) == new


def test_tokens_are_the_same_for_a_key_and_others_for_another():
    key, other = bytes(range(32)), bytes(range(1, 33))
    first = tokens_of(["P1", "P2"], key)
    assert first == tokens_of(["P1", "P2"], key)
    assert len(set(first) | set(tokens_of(["P1", "P2"], other))) == 4
    assert all(len(token) == 64 for token in first)


def test_a_token_is_the_hmac_of_the_id():
    """RFC 4231, test case 1 has a key of 20 bytes; this is its third with a key padded to 32."""
    assert tokens_of(["what do ya want for nothing?"], b"Jefe" + bytes(60)) == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    )


def test_a_short_key_is_refused():
    with pytest.raises(UsageError, match="at least 32 bytes"):
        tokens_of(["P1"], b"short")


def test_those_left_with_stricter_links_are_a_set_and_a_row_near_an_earlier_one_is_hidden():
    """An earlier release told of all of them but one."""
    request = checked()
    measures = {measure.key: measure.of for measure in request.measures}
    found = {("", "usable"): people(0, 950), ("national", "all"): people(0, 943)}
    found |= {("national", measures[row.measure]): people(0, row.treated.people) for row in request.estimates}
    found |= {(f"stricter/{row.times}", "all"): people(0, row.n_treated) for row in request.linkage.thresholds[1:]}
    wanted = {each.analysis: each for each in request_sets(request, found)}
    assert dict(wanted["stricter/16"].events) == {"reoffended": 317}
    earlier = LedgerSet(analysis="national", tokens=people(1, 910), events=(("reoffended", 317),), released_as="before")
    limits = ledger_limits(request, found, (earlier,), RULES)
    assert "stricter/16" in limits.units
    told = disclose(request, RULES, tokens=found, earlier_sets=(earlier,)).content.linkage.thresholds
    assert [each.status for each in told] == ["nearly_the_same", "withheld", "shown"]
    content = disclose(request, RULES, tokens=found).content
    assert [each.status for each in content.linkage.thresholds] == ["nearly_the_same", "shown", "shown"]
    kept = {each.analysis for each in cleared_sets(tuple(wanted.values()), content, "new")}
    assert kept == {"", "national", "stricter/16", "stricter/64"}
    with pytest.raises(UsageError, match="token of everybody"):
        request_sets(request, {**found, ("stricter/16", "all"): frozenset()})
