"""The reviewer at the terminal, driven by a script: every key does what the legend says, and every decision is kept at once."""

import io
from datetime import date

import pytest
from rich.console import Console

from justice_data_lab.linkage.review import FieldEvidence, Review, ReviewCandidate, ReviewCase, ReviewKey, ReviewQueue
from justice_data_lab.terminal_review import LEGEND, Session

KEY = ReviewKey(cohort="c", model="m", register="r")


def candidate(number, held, level="nickname", weight=7.25):
    field = FieldEvidence(
        comparison="names", field="Surname, forename", given="Yardley, Bill", held=held, level=level, weight=weight
    )
    blank = FieldEvidence(comparison="sex", field="Sex", given="", held="M", level="", weight=0.0)
    others = ("YARDLEY, WM",) if number == 1 else ()
    return ReviewCandidate(
        number=number, person_id=f"person-{number}", weight=3.04 - number, fields=(field, blank), other_names=others
    )


def case(row, *, people=2, why="between_thresholds", more=0):
    names = ("YARDLEY, WILLIAM", "YARDLEY, WALTER [bold]", "YARD\x1b[31mLEY, W")
    return ReviewCase(row=row, why=why, candidates=tuple(candidate(at + 1, names[at]) for at in range(people)), more=more)


class Sitting:
    """A scripted reviewer: what was shown, asked, and kept."""

    def __init__(self, *typed, cases=None, review=None, terminal=False):
        self.typed, self.prompts, self.kept = list(typed), [], []
        self.shown = io.StringIO()
        self.done = Session(
            queue=ReviewQueue(key=KEY, cases=cases or (case(2), case(5), case(9))),
            review=review or Review(key=KEY, reviewer="A"),
            today=date(2026, 11, 22),
            keep=self.kept.append,
            screen=Console(file=self.shown, width=100, force_terminal=terminal, color_system=None),
            ask=self.ask,
        ).run()

    def ask(self, prompt):
        self.prompts.append(prompt)
        if not self.typed:
            raise EOFError
        return self.typed.pop(0)

    @property
    def text(self):
        return self.shown.getvalue()

    @property
    def choices(self):
        return {decision.row: decision.choice for decision in self.done.decisions}


def test_each_key_is_one_answer_and_the_sitting_ends_when_none_is_left():
    sitting = Sitting("1", "n", " C ")
    assert sitting.choices == {2: 1, 5: "nobody", 9: "cannot_tell"}
    assert "Decided: 3 (a person 1, nobody 1, cannot tell 1)\nLeft: 0\n" in sitting.text
    assert {decision.decided_at for decision in sitting.done.decisions} == {date(2026, 11, 22)}


def test_every_decision_is_kept_before_the_next_row_is_shown():
    sitting = Sitting("1", "2", "q")
    assert [len(review.decisions) for review in sitting.kept] == [1, 2]
    assert sitting.choices == {2: 1, 5: 2}


@pytest.mark.parametrize("stop", [("q",), ()])
def test_quitting_and_the_end_of_the_input_keep_what_was_decided(stop):
    assert Sitting("n", *stop).choices == {2: "nobody"}


def test_a_row_that_was_skipped_is_left_for_another_sitting():
    sitting = Sitting("s", "1", "1")
    assert sitting.choices == {5: 1, 9: 1}
    assert "Left: 1" in sitting.text
    again = Sitting("2", review=sitting.done)
    assert again.choices == {5: 1, 9: 1, 2: 2}


def test_undo_takes_the_last_decision_back_and_asks_again():
    sitting = Sitting("1", "2", "u", "n", "c")
    assert sitting.choices == {2: 1, 5: "nobody", 9: "cannot_tell"}
    assert [len(review.decisions) for review in sitting.kept] == [1, 2, 1, 2, 3]


def test_there_is_nothing_to_undo_at_first():
    sitting = Sitting("u", "1", "q")
    assert "There is no decision to take back." in sitting.text
    assert sitting.choices == {2: 1}


def test_a_wrong_key_is_told_and_the_row_asked_about_again():
    sitting = Sitting("3", "0", "x", "", "²", "1", "q")
    assert sitting.text.count("Type one of the keys in the line below.") == 5
    assert sitting.choices == {2: 1}


def test_help_shows_the_legend_again():
    legend = LEGEND.strip().splitlines()[0]
    assert Sitting("q").text.count(legend) == 1
    assert Sitting("?", "q").text.count(legend) == 2


def test_fields_stand_side_by_side_with_how_they_agree_and_their_weight_in_plain_text():
    text = Sitting("q").text
    for part in ("Yardley, Bill", "YARDLEY, WILLIAM", "nickname +7.2", "Also held as", "YARDLEY, WM", "+2.0", "+1.0"):
        assert part in text, part
    assert "Row 2 of the file: likely the same person, but not certain. 3 left." in text
    assert "\x1b" not in text


def test_nothing_stands_under_a_field_that_a_side_lacks():
    sex = next(line for line in Sitting("q").text.splitlines() if "Sex" in line)
    assert "+" not in sex


def test_a_persons_id_is_not_shown():
    assert "person-1" not in Sitting("1", "q").text


def test_a_name_neither_marks_up_nor_steers_the_terminal():
    text = Sitting("q", cases=(case(2, people=3),)).text
    assert "YARDLEY, WALTER [bold]" in text
    assert "YARD?[31mLEY, W" in text


def test_the_prompt_names_the_candidates_there_are():
    sitting = Sitting("1", "1", cases=(case(2, people=1), case(3)))
    assert sitting.prompts[0].startswith("1 this person")
    assert sitting.prompts[1].startswith("1-2 this person")


def test_a_tie_of_many_says_how_many_are_not_shown():
    text = Sitting("c", cases=(case(2, why="tied", more=4),)).text
    assert "several people fit about equally" in text
    assert "4 more fit about as well and are not shown." in text


def test_the_screen_is_cleared_of_names_after_each_row():
    text = Sitting("1", "q", terminal=True).text
    last = text.rfind("\x1b[2J")
    assert last > text.rfind("YARDLEY")
    assert text.count("\x1b[2J") == 3


def test_a_review_that_is_complete_asks_nothing():
    done = Sitting("1", "1", "1").done
    assert Sitting(review=done).prompts == []
