"""One page at a time gives the bytes of all pages at once, and a question is answered without a script."""

import re
from dataclasses import replace
from datetime import date

import pytest

from justice_data_lab.library.address import parse
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.outside import Outside, OutsideEffect
from justice_data_lab.library.search import Index
from justice_data_lab.library_site.answers import answer
from justice_data_lab.library_site.by_path import drawn_as, drawn_with, page_paths
from justice_data_lab.library_site.desk import Setting, open_desk
from justice_data_lab.library_site.pages import library_files
from justice_data_lab.register.coverage import Coverage, PublicRates
from sample_library import LAB, book, collected, entry, library, outcome

ADDRESS = "https://lab.example/library/"
COVERAGE = Coverage(
    extract_date=date(2026, 6, 30), last_start=date(2024, 12, 30), rates=(PublicRates(sentence="all", reoffended=0.25),)
)
WOMEN = Classified(types=("mentoring", "peer-support"), settings=("community",), sexes=("women",), region="North")
ELSEWHERE = Outside(
    key="mentors-2021",
    title="Mentors for women",
    source="Journal of Trials 12",
    address="",
    year=2021,
    design="randomised trial",
    added=date(2026, 11, 1),
    classified=Classified(types=("mentoring",)),
    effects=(OutsideEffect(measure="reoffended", unit="percentage points", difference=-5.0, ci_low=-10.0, ci_high=0.5),),
)
SETTINGS = {
    "all": Setting(address=ADDRESS, coverage=COVERAGE, answers=True, reports="/"),
    "none": Setting(),
    "by script": Setting(address=ADDRESS),
    "with others": Setting(address=ADDRESS, outside=(ELSEWHERE,)),
}


def entries():
    """Twelve results of one kind, and one of everything else that can happen."""
    many = [entry(f"m{n:02}", outcome(-6.0 + n), days=7 * n, title=f"Mentors {n}", classified=WOMEN) for n in range(12)]
    odd = collected(book("real"), book("gone", state="withdrawn", reason="It was of others.", title="Old choir")).entries
    return (*many, *odd, *collected(book("none", title="Choir"), kind="refused").entries)


def text(page):
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("name", SETTINGS)
def test_each_page_by_its_path_has_the_bytes_of_the_static_site(name):
    made, setting = library(*entries()), SETTINGS[name]
    every, desk = library_files(made, LAB, setting), open_desk(Index(made), LAB, setting)
    found, drawings = {}, {}
    for path in every:
        found |= drawings.setdefault(drawn_as(path), drawn_with(desk, path))
    assert found == every
    assert {path: drawn_as(path) for path in every} == {path: name for name, files in drawings.items() for path in files}


def test_each_page_of_a_long_list_has_the_bytes_of_the_static_site():
    made, setting = library(*(entry(f"x{n:03}", days=n, classified=WOMEN) for n in range(210))), SETTINGS["by script"]
    every, desk = library_files(made, LAB, setting), open_desk(Index(made), LAB, setting)
    long = {path: data for path, data in every.items() if path.startswith(("types/", "organisations/"))}
    assert {path: drawn_with(desk, path) for path in long} == {path: {path: data} for path, data in long.items() if path}
    assert {"types/mentoring/3.html", "types/mentoring/compare/3.html", "types/mentoring/outcome-reoffended/3.html"} <= set(long)
    assert {"types/mentoring/women/community/3.html", "organisations/northgate-works/3.html"} <= set(long)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_paths_of_pages_are_known_without_drawing_them(name):
    many = library(*entries(), *(entry(f"x{n}", days=n, classified=WOMEN) for n in range(210)))
    desk = open_desk(Index(many), LAB, SETTINGS[name])
    assert sorted(page_paths(desk)) == [path for path in library_files(many, LAB, SETTINGS[name]) if path.endswith(".html")]


@pytest.mark.parametrize(
    "path",
    ["nothing", "types/mentoring/2.html", "organisations/2.html", "results/unheard/index.html", "types/unheard/index.html", "programmes/no/index.html", "organisations/no/index.html", "a/b", "feed.xml", "sitemap.xml"],
)  # fmt: skip
def test_what_is_not_there_is_not_drawn(path):
    assert path not in drawn_with(open_desk(Index(library(*entries())), LAB, Setting()), path)


@pytest.fixture(scope="module")
def desk():
    many = [entry(f"k{n:02}", outcome(-6.0 + n % 12), days=n, title=f"Mentors {n}") for n in range(45)]
    return open_desk(Index(library(*many, *entries())), LAB, SETTINGS["all"])


def asked(desk, query):
    return answer(desk, parse(query))[1].decode()


def test_a_question_is_answered_with_counts_and_every_choice_in_the_address(desk):
    page = asked(desk, "q=mentors&sex=women&order=title")
    assert "12 results" in text(page)
    assert 'value="mentors"' in page
    assert '<option value="title" selected>' in page
    assert '<a href="?q=mentors&amp;order=title" aria-current="true">Women (chosen: take away)</a><span>12</span>' in page
    assert "?q=mentors&amp;sex=women&amp;verdict=reduction&amp;order=title" in page
    assert '<input type="hidden" name="sex" value="women">' in page
    assert "<script" not in page


def test_pages_follow_one_another(desk):
    first, second, last = (asked(desk, query) for query in ("type=mentoring", "type=mentoring&page=2", "type=mentoring&page=99"))
    assert '<a href="?type=mentoring&amp;page=2">Next page</a>' in first
    assert "Page before" not in first
    assert "Results found, page 2" in second
    assert '<a href="?type=mentoring">Page before</a>' in second
    assert "Page 3 of 3" in last
    assert "Next page" not in last


def test_up_to_four_results_stand_side_by_side_and_are_taken_out_again(desk):
    keys = [each.key for each in desk.entries if each.key.startswith("k")][:4]
    two = asked(desk, "".join(f"&compare={key}" for key in keys[:2])[1:])
    # in the table, and in that of the chart
    assert two.count('<tr><th scope="row">') == 4
    assert "They are not taken together." in two
    assert f'<a href="?compare={keys[1]}">Take Mentors 44 out</a>' in two
    assert f'<a href="?compare={keys[0]}&amp;compare={keys[1]}&amp;compare={keys[2]}">Compare' in two
    four = asked(desk, "".join(f"&compare={key}" for key in keys)[1:])
    assert "Four results are side by side" in four
    assert ">Compare<" not in four


def test_a_question_that_nothing_fits_says_what_to_do(desk):
    assert "No result fits. Take a filter away" in asked(desk, "q=zebrafinch")
    assert "1 result" in text(asked(desk, "q=choir&verdict=withdrawn"))


def test_the_front_page_of_a_server_has_its_search_in_sight_and_no_script(desk):
    page = drawn_with(desk, "index.html")["index.html"].decode()
    assert '<form class="search"' in page
    assert "hidden" not in page
    assert "search.js" not in page
    alone = replace(desk, setting=Setting())
    assert "<div hidden data-search>" in drawn_with(alone, "index.html")["index.html"].decode()
