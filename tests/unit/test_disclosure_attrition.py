"""Rule 3: steps on the way from records to people analysed."""

from hypothesis import given
from hypothesis import strategies as st

from justice_data_lab.disclosure.attrition import merge, publish_steps
from justice_data_lab.disclosure.evidence import StepEvidence
from justice_data_lab.disclosure.rounding import precision
from justice_data_lab.study import DisclosureRules

RULES = DisclosureRules()
PUBLIC = DisclosureRules(profile="none")


def way(first, *losses):
    steps, left = [StepEvidence(key="submitted", label="Sent", reason="", lost=0, left=first)], first
    for number, lost in enumerate(losses, 1):
        left -= lost
        steps.append(StepEvidence(key=f"s{number}", label=f"Step {number}", reason=f"reason {number}", lost=lost, left=left))
    return tuple(steps)


def shown(steps, rules=RULES, *, bands=False):
    published = publish_steps("attrition", steps, rules, precision(rules), bands=bands)
    return [(step.lost.text, step.left.text) for step in published]


def test_a_step_that_loses_few_joins_its_neighbour():
    assert shown(way(1000, 4, 48, 3, 2)) == [("[z]", "1,000"), ("55", "945")]


def test_a_step_that_leaves_few_joins_its_neighbour():
    assert shown(way(100, 40, 55)) == [("[z]", "100"), ("95", "fewer than 10")]


def test_a_merged_step_names_every_reason_once():
    published = publish_steps("attrition", way(1000, 4, 48), RULES, precision(RULES), bands=False)
    assert published[1].reasons == ("reason 1", "reason 2")
    assert published[1].labels == ("Step 1", "Step 2")


def test_few_losses_in_all_are_told_as_fewer_than_ten():
    assert shown(way(216, 3, 0, 3)) == [("[z]", "215"), ("fewer than 10", "210")]


def test_a_request_that_could_not_be_analysed_gives_bands_only():
    assert shown(way(12, 3, 1), bands=True) == [("[z]", "fewer than 30"), ("fewer than 30", "fewer than 30")]
    assert shown(way(1500, 600, 300, 550), bands=True) == [
        ("[z]", "1,000 or more"), ("500 to 999", "500 to 999"), ("200 to 499", "500 to 999"), ("500 to 999", "30 to 59"),
    ]  # fmt: skip


def test_public_data_keep_every_step_exact():
    assert shown(way(216, 3, 0), PUBLIC) == [("[z]", "216"), ("3", "213"), ("0", "213")]
    assert shown(()) == []


@given(st.integers(0, 3000), st.lists(st.integers(0, 60), max_size=8))
def test_no_printed_step_but_a_last_resort_loses_or_leaves_fewer_than_ten(first, losses):
    kept = []
    for lost in losses:
        kept.append(min(lost, first - sum(kept)))
    groups = merge([[step] for step in way(first, *kept)[1:]], RULES)
    assert [step for group in groups for step in group] == list(way(first, *kept)[1:])
    if len(groups) > 1:
        assert all(sum(step.lost for step in group) >= 10 for group in groups)
        assert all(group[-1].left >= 10 for group in groups[:-1])
