"""A merged key index is the one that all keys together would give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from justice_data_lab.linkage import key_merge
from justice_data_lab.linkage.key_merge import merged_keys


def in_order(pairs):
    pairs = sorted(set(pairs))
    return np.array([key for key, _ in pairs], np.int64), np.array([number for _, number in pairs], np.int32)


@settings(max_examples=300)
@given(
    at_once=st.integers(1, 9),
    # For each of all identities: its keys, and whether it is of the old extract, the new one, or both.
    identities=st.lists(st.tuples(st.sets(st.integers(-4, 4), max_size=5), st.sampled_from(["old", "new", "both"])), max_size=12),
)
def test_merging_gives_what_sorting_everything_would(at_once, identities):
    numbers = {side: [at for at, (_, where) in enumerate(identities) if where in {side, "both"}] for side in ("old", "new")}
    number = {side: {at: place for place, at in enumerate(ats, start=1)} for side, ats in numbers.items()}
    moved = np.zeros(len(numbers["old"]) + 1, np.int32)
    for at in numbers["old"]:
        moved[number["old"][at]] = number["new"].get(at, 0)

    def pairs(side, wanted):
        return in_order(
            (key, number[side][at]) for at in numbers[side] if identities[at][1] in wanted for key in identities[at][0]
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_merge, "AT_ONCE", at_once)
        pieces = list(merged_keys(*pairs("old", {"old", "both"}), moved, pairs("new", {"new"})))
    keys, found = (np.concatenate([piece[side] for piece in pieces]) for side in (0, 1))
    wanted = pairs("new", {"new", "both"})
    assert keys.tolist() == wanted[0].tolist()
    assert found.tolist() == wanted[1].tolist()
    assert (keys.dtype, found.dtype) == (np.int64, np.int32)
