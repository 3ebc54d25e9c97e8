"""The worker is killed in every room: its child dies with it, another goes on from the last sealed room, and the result is the same."""

import pytest

from jdl_service.analysis.rooms import WORDS
from service_crash import LOST, copied, kill_in_one_of, names_in

pytestmark = pytest.mark.slow

TRIES = 4  # a room that is over before anybody looks is tried again
KILLED = {
    "check": ["Reading the file"],
    "link": [WORDS["1-intake"], WORDS["2-linkage"]],
    "match": [WORDS["3-measures"], WORDS["4-matching"]],
    "analyse": [WORDS["5-estimation"], WORDS["6-disclosure"], WORDS["7-report"]],
    "draft": ["Taking in the report"],
}


@pytest.mark.parametrize("stage", KILLED)
def test_a_worker_killed_in_any_room_is_followed_by_one_that_ends_with_the_same(stage, stages, cohort, tmp_path):
    left, names = list(KILLED[stage]), names_in(cohort.read_bytes())
    undisturbed = copied(stages.folder / f"after-{stage}", tmp_path / "undisturbed", stages.settings)
    for number in range(TRIES):
        home = copied(stages.folder / f"before-{stage}", tmp_path / f"home-{number}", stages.settings)
        left = killed_in_each(home, left)
        home.run("worker", "--once")
        assert home.same() == undisturbed.same()
        assert home.rows(LOST) == []
        assert home.scratch() == []
        assert home.plain(names) == []
        if not left:
            return
    pytest.fail(f"never seen: {left}")


def killed_in_each(home, steps):
    """Kill a worker in one step after the other; give those that were over too soon."""
    missed = []
    while steps:
        found = kill_in_one_of(home, steps)
        home.let_leases_run_out()
        at = steps.index(found) if found else len(steps)
        missed, steps = [*missed, *steps[:at]], steps[at + 1 :]
    return missed
