"""People of the file who are named in words: found however they are written, taken out, and nobody else with them."""

from pathlib import Path

import pyarrow as pa
import pytest

from jdl_service.files import actions as files
from jdl_service.files import naming
from jdl_service.files.naming import people_of, without
from jdl_service.jobs.models import Job
from jdl_service.requests import actions
from service_cohorts import row_of, sheet
from service_people import WORDS, sealed_upload

PEOPLE = people_of(
    pa.table(
        {
            "surname": ["O'Brien-Smith", "Young", None, "Van Dyke", "Bolton", "Do"],
            "forename": ["Ann", "Will", "Nobody", "Mary Jane", "Ivo", "Will"],
            "pnc_id": ["2012/0012345X", None, None, None, None, None],
            "prison_number": [None, "A1234BC", None, None, None, None],
        }
    )
)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Ann O'Brien-Smith did well", "[name] did well"),
        ("O'BRIEN-SMITH, ANN did well", "[name] did well"),
        ("with A. O'Brien-Smith, and then", "with [name], and then"),
        ("met Mary Jane Van Dyke and Mary Van Dyke", "met [name] and [name]"),
        ("2012/0012345x and a1234bc", "[name] and [name]"),
        ("Will young people come? Will it? Young Ann and Will", "Will young people come? Will it? Young Ann and Will"),
        ("Ann said that O'Brien-Smith came", "Ann said that [name] came"),
        ("ann o'brien-smith, will young, van dyke mary jane; will do", "[name], will young, [name]; will do"),
        ("o'brien-smith and van dyke; a. o'brien-smith", "o'brien-smith and van dyke; a. o'brien-smith"),
        ("Van Dyke\u2019s plan, and O'Brien-Smith's", "[name] plan, and [name]"),
        ("In Bolton, Young people. Do come. Will Do", "In Bolton, Young people. Do come. [name]"),
        ("Will. Ask. Young", "Will. Ask. Young"),
        ("", ""),
    ],
)
def test_whoever_is_named_is_taken_out_and_no_other_word(said, kept):
    assert without(said, PEOPLE) == kept


def test_a_surname_that_is_the_name_of_the_place_stays_where_the_whole_name_goes():
    rows = pa.table({"surname": ["Wetherby"], "forename": ["Ann"], "pnc_id": [None], "prison_number": [None]})
    spared = people_of(rows, ["Prison of Wetherby"])
    assert without("Wetherby knows Ann Wetherby", people_of(rows)) == "[name] knows [name]"
    assert without("Wetherby knows Ann Wetherby", spared) == "Wetherby knows [name]"
    assert without("Wetherby came", people_of(rows, ["With Ann Wetherby"])) == "[name] came"


def test_an_ordinary_word_is_listed_once_in_small_letters_and_in_order():
    path = Path(naming.__file__).with_name("ordinary.txt")
    words = path.read_text(encoding="utf-8").split()
    assert words == sorted(set(words))
    assert all(word.islower() for word in words)


def test_a_name_in_an_answer_goes_when_the_file_is_checked_and_one_in_a_message_soon_after(world, service, worker, at):
    request, member = world.request, world.alpha.member
    type(request).objects.filter(pk=request.pk).update(**WORDS | {"own_words": "Daniel Okafor learnt to read."})
    sent = sealed_upload(sheet(row_of(), row_of(forename="Ann")), at=at)
    files.upload(request, organisation=world.alpha.row, sent=sent, by=member, at=at)
    worker.run_all()
    request.refresh_from_db()
    assert request.own_words == "[name] learnt to read."
    actions.write_message(request, text="Ann Okafor objects.", by=member, at=at)
    actions.declare(request, by=member, at=at)
    actions.submit(request, by=member, at=at)
    actions.withdraw(request, by=world.alpha.manager, at=at, reason="D. Okafor objects too.")
    assert Job.objects.filter(state="queued").count() == 3
    worker.run_all()
    assert not Job.objects.exclude(state="done").exists()
    assert request.messages.get().text == "[name] objects."
    assert request.passages.get(action="withdraw").reason == "[name] objects too."
