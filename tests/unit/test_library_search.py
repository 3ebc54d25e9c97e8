"""Finding results: the address says the whole question, counts are those of the results, and harm is as easy to find as success."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from justice_data_lab.library.address import FILTERS, MOST_COMPARED, ORDERS, Question, address, parse
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.entry import Practice
from justice_data_lab.library.gaps import evidence_map, gaps, measures_of, verdict_counts
from justice_data_lab.library.search import PAGE, Index
from justice_data_lab.library.taxonomy import TYPES
from sample_library import entry, library, outcome

WOMEN = Classified(types=("mentoring",), settings=("community",), sexes=("women",), region="North")
INDEX = Index(
    library(
        entry("harm", outcome(7.0), title="Boot camp", classified=Classified(types=("sport",), settings=("custody",)), days=3),
        entry("women", title="Women together", classified=WOMEN, organisation="Eastgate", days=2),
        entry("men", title="M\u00e9ntors inside", classified=replace(WOMEN, sexes=("men",), settings=("custody",), region=""), days=1),
        entry(
            "none", title="Choir", status="not_analysed", verdict="not_analysed", outcomes=(), design="",
            classified=Classified(types=("arts", "peer-support")), practice=Practice(what="Weekly singing with mentors"),
        ),
    )
)  # fmt: skip


def found(query):
    return [each.key for each in INDEX.find(parse(query)).entries]


def counts(query, name):
    return {each.value: each.count for each in INDEX.find(parse(query)).counts[name]}


def test_one_search_finds_mentoring_for_women_in_the_community():
    assert found("q=mentoring+women+community") == ["women"]
    assert found("type=mentoring&sex=women&setting=community") == ["women"]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["harm", "women", "men", "none"]),
        ("q=boot", ["harm"]),
        ("q=BOOT+camp", ["harm"]),
        ("q=boo", ["harm"]),
        ("q=boo+camp", []),
        ("q=mentors", ["men", "none"]),
        ("q=the+choir", ["none"]),
        ("q=housing", []),
        ("q=%22%3B--", []),
        ("q=!!!", []),
        ("q=%E6%97%A5%E6%9C%AC", []),
        ("q=%E6%97%A5%E6%9C%AC&order=oldest", []),
        ("q=%E6%97%A5%E6%9C%AC+boot", []),
        ("q=the", ["harm", "women", "men", "none"]),
        ("q=+", ["harm", "women", "men", "none"]),
        ("type=mentoring&type=sport", ["harm", "women", "men"]),
        ("type=mentoring&setting=custody", ["men"]),
        ("verdict=increase", ["harm"]),
        ("verdict=not_analysed", ["none"]),
        ("region=North", ["women"]),
        ("sex=not-stated", ["harm", "none"]),
        ("order=oldest", ["none", "men", "women", "harm"]),
        ("order=title", ["harm", "none", "men", "women"]),
        ("order=effect", ["women", "men", "harm", "none"]),
        ("order=people", ["harm", "women", "men", "none"]),
        ("order=newest", ["harm", "women", "men", "none"]),
    ],
)
def test_a_question_finds_just_what_it_asks_for(query, keys):
    assert found(query) == keys


WORDS = Index(
    library(
        entry("jp", title="\u518d\u72af\u9632\u6b62 \u30d7\u30ed\u30b0\u30e9\u30e0"),
        entry("el", title="\u0394\u03a1\u038c\u039c\u039f\u03a3"),
        entry("no", title="S\u00f8nderg\u00e5rd"),
        entry("pl", title="Wroc\u0142aw"),
        entry("de", title="Stra\u00dfe"),
        entry("hi", title="\u0939\u093f\u0928\u094d\u0926\u0940"),
        entry("plain", title="Prison family sport business", classified=Classified()),
    )
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("\u518d\u72af", ["jp"]),
        ("\u30d7\u30ed\u30b0\u30e9\u30e0", ["jp"]),
        ("\u03b4\u03c1\u03bf\u03bc\u03bf\u03c3", ["el"]),
        ("Sondergard", ["no"]),
        ("s\u00f8ndergaard", []),
        ("wroclaw", ["pl"]),
        ("STRASSE", ["de"]),
        ("\u0939\u093f\u0928\u094d\u0926\u0940", ["hi"]),
        ("prisons", ["plain"]),
        ("families", ["plain"]),
        ("prisons family", ["plain"]),
        ("sports prison", ["plain"]),
        ("prisones", ["plain"]),
        ("business", ["plain"]),
        ("prisonx", []),
        ("es", []),
    ],
)
def test_plurals_and_letters_of_every_script_are_found(text, keys):
    assert [each.key for each in WORDS.find(Question(text=text)).entries] == keys
    assert bool(WORDS.suggest(text)) == bool(keys)


def test_the_best_match_stands_first():
    assert found("q=mentors") == ["men", "none"]
    assert found("q=mentors&order=oldest") == ["none", "men"]


def test_counts_are_what_choosing_would_leave():
    assert counts("", "type") == {"arts": 1, "mentoring": 2, "peer-support": 1, "sport": 1}
    assert counts("type=mentoring", "type") == {"arts": 1, "mentoring": 2, "peer-support": 1, "sport": 1}
    assert counts("type=mentoring", "sex") == {"women": 1, "men": 1, "not-stated": 0}
    assert counts("q=women", "verdict") == {"reduction": 1, "increase": 0, "not_analysed": 0}
    chosen = [each.value for each in INDEX.find(parse("type=sport")).counts["type"] if each.chosen]
    assert chosen == ["sport"]


@given(
    st.lists(st.sampled_from([(name, value) for name, values in FILTERS.items() for value in values]), max_size=3, unique=True)
)
def test_a_count_is_the_total_after_choosing_it(pairs):
    asked = Question(chosen=tuple(sorted(pairs)))
    for name, values in INDEX.find(asked).counts.items():
        if not asked.values(name):
            for each in values:
                assert INDEX.find(asked.toggled(name, each.value)).total == each.count


def test_pages_hold_every_result_once():
    index = Index(library(*(entry(f"{n:03}", days=n) for n in range(2 * PAGE + 3))))
    answers = [index.find(Question(page=page)) for page in (1, 2, 3)]
    assert [len(each.entries) for each in answers] == [PAGE, PAGE, 3]
    assert len({entry.key for each in answers for entry in each.entries}) == 2 * PAGE + 3
    beyond = index.find(Question(page=99))
    assert (beyond.question.page, beyond.pages, beyond.entries) == (3, 3, answers[2].entries)


def test_results_to_compare_stand_in_the_order_chosen_and_unknown_ones_are_passed_over():
    assert [each.key for each in INDEX.find(parse("compare=men&compare=no-such&compare=harm")).compared] == ["men", "harm"]
    assert len(parse("&".join(f"compare={n}" for n in range(9))).compare) == MOST_COMPARED


questions = st.builds(
    Question,
    text=st.text(max_size=50).map(lambda text: " ".join(text.split())),
    chosen=st.lists(
        st.sampled_from([(name, value) for name, values in FILTERS.items() for value in values] + [("region", "North & East=1")]),
        unique=True,
        max_size=5,
    ).map(lambda pairs: tuple(sorted(pairs))),
    order=st.sampled_from(ORDERS),
    page=st.integers(1, 999),
    compare=st.lists(st.text("abc-1", min_size=1, max_size=9), unique=True, max_size=4).map(tuple),
)


@given(questions)
def test_an_address_tells_the_whole_question(question):
    assert parse(address(question)) == question


@given(st.text(max_size=200))
def test_every_address_asks_something(query):
    question = parse(query)
    assert parse(address(question)) == question
    INDEX.find(question)


def test_what_nobody_could_have_chosen_is_passed_over():
    assert parse("type=nonsense&order=up&page=-1&page=x&bad=1&region=") == Question()
    assert parse("page=0").page == 1
    assert parse("q=" + "x" * 999).text == "x" * 200
    assert address(Question()) == ""


def test_choosing_twice_is_not_choosing():
    once = Question(page=4).toggled("type", "arts")
    assert once == Question(chosen=(("type", "arts"),))
    assert once.toggled("type", "arts") == Question()


def test_suggestions_are_titles_and_organisations_that_begin_so():
    assert INDEX.suggest("wom") == ("Women together",)
    assert INDEX.suggest("east") == ("Eastgate",)
    assert INDEX.suggest("mento") == ("M\u00e9ntors inside",)
    assert INDEX.suggest("   ") == ()
    assert INDEX.suggest("zzz") == ()
    assert len(Index(library(*(entry(str(n)) for n in range(30)))).suggest("programme")) == 8


def test_services_like_yours_share_most_of_the_taxonomy():
    assert [each.key for each in INDEX.similar(WOMEN)] == ["women", "men"]
    assert [each.key for each in INDEX.similar(WOMEN, 1)] == ["women"]
    assert [each.key for each in INDEX.similar(WOMEN, but="women")] == ["men"]
    assert INDEX.similar(Classified()) == ()


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(["mentoring", "sport", "arts"])), st.sampled_from(["custody", "community"])),
        min_size=1,
        max_size=30,
    )
)
def test_similar_services_stand_in_the_order_of_what_they_share(given_places):
    made = [
        entry(f"{n:02}", days=n, classified=Classified(types=tuple(sorted(types)), settings=(setting,)))
        for n, (types, setting) in enumerate(given_places)
    ]
    asked = Classified(types=("arts", "sport"), settings=("custody",))

    def score(each):
        return 4 * len({"arts", "sport"} & set(each.classified.types)) + 2 * ("custody" in each.classified.settings)

    expected = [
        each.key
        for each in sorted(sorted(made, key=lambda each: each.released, reverse=True), key=score, reverse=True)
        if score(each)
    ]
    assert [each.key for each in Index(library(*made)).similar(asked, 7)] == expected[:7]


def test_every_entry_with_a_value_is_given_newest_first():
    assert [each.key for each in INDEX.chosen("type", "mentoring")] == ["women", "men"]
    assert INDEX.chosen("type", "faith") == ()


def test_the_map_has_a_cell_for_every_kind_of_help_empty_ones_too():
    falls = [entry(str(n), outcome(-8.0 - n), days=n) for n in range(3)]
    rises = [entry(f"r{n}", outcome(9.0 + n), classified=Classified(types=("sport",)), days=n) for n in range(3)]
    mixed = [entry(f"m{n}", outcome(9.0 - 18 * n), classified=Classified(types=("arts",)), days=n) for n in range(2)]
    one = [entry("o", outcome(-1.0), classified=Classified(types=("faith",)))]
    wide = [entry(f"w{n}", outcome(9.0 - 9 * n), classified=Classified(types=("education",)), days=n) for n in range(3)]
    cells = {each.type: each for each in evidence_map([*falls, *rises, *mixed, *one, *wide], ("reoffended",))}
    assert set(cells) == {each.key for each in TYPES.options}
    told = {key: (each.results, each.people, each.verdict, each.pooled) for key, each in cells.items() if each.results}
    assert told == {
        "mentoring": (3, 1200, "reduction", True),
        "sport": (3, 1200, "increase", True),
        "arts": (2, 800, "mixed", False),
        "faith": (1, 400, "inconclusive", False),
        "education": (3, 1200, "inconclusive", True),
    }
    assert cells["accommodation"].verdict == "none"


def test_a_gap_is_a_group_with_fewer_results_than_can_be_pooled():
    found_gaps = gaps([entry(str(n), classified=WOMEN) for n in range(3)], "sex")
    assert ("mentoring", "women") not in {(each.type, each.value) for each in found_gaps}
    assert {(each.type, each.value, each.results) for each in found_gaps if each.type == "mentoring"} == {
        ("mentoring", "men", 0),
        ("mentoring", "women-and-men", 0),
    }
    assert len(found_gaps) == 17 * 3 - 1


def test_primary_measures_stand_first():
    second = outcome(measure="reoffences", role="secondary")
    assert [each.measure for each in measures_of([entry("a", second, outcome())])] == ["reoffended", "reoffences"]
    assert verdict_counts(INDEX.library.entries) == {"increase": 1, "reduction": 2, "not_analysed": 1}
