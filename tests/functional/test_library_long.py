"""Of more than a hundred results nothing is lost: each stands on one page of each list and plot, beside what all of them say together."""

import re
from collections import Counter

import pytest

from justice_data_lab.library.classified import Classified
from justice_data_lab.library.counting import synthesise
from justice_data_lab.library.forest import forest
from justice_data_lab.library_site.desk import Setting
from justice_data_lab.library_site.pages import library_files
from justice_data_lab.library_site.portions import pages_of, place, portion
from sample_library import LAB, entry, library, outcome

COUNT = 250
WOMEN = Classified(types=("mentoring",), settings=("community",), sexes=("women",))


@pytest.fixture(scope="module")
def site():
    regional = {"analysis": "regional", "who": "regional", "headline": False}
    made = [
        entry(f"m{n:03}", outcome(-9.0 + n % 17), outcome(-3.0, **regional), days=n, title=f"Mentors {n:03}.", classified=WOMEN)
        for n in range(COUNT)
    ]
    files = library_files(library(*made), LAB, Setting())
    return {path: data.decode() for path, data in files.items() if path.endswith(".html")}


def pages(site, first):
    """The pages of a list, the first before the others."""
    found = [site[first]]
    while place(first, len(found) + 1) in site:
        found.append(site[place(first, len(found) + 1)])
    return found


def listed(page):
    return re.findall(r"Mentors (\d+)\.</a></strong>", page)


@pytest.mark.parametrize(
    "first",
    ["types/mentoring/index.html", "types/mentoring/women/community/index.html", "organisations/northgate-works/index.html"],
)
def test_each_result_stands_on_one_page_of_a_list_the_latest_first(site, first):
    found = [listed(page) for page in pages(site, first)]
    assert [len(each) for each in found] == [100, 100, 50]
    assert [name for each in found for name in each] == [f"{n:03}" for n in reversed(range(COUNT))]


def test_each_result_stands_in_one_forest_plot_with_the_average_of_all(site):
    found = pages(site, "types/mentoring/outcome-reoffended.html")
    drawn = [re.findall(r">Mentors (\d+)\.</text>", page) for page in found]
    in_tables = [
        re.findall(r'<th scope="row">Mentors (\d+)\.</th>', page.partition("</figure>")[2].partition("</table>")[0])
        for page in found
    ]
    assert drawn == in_tables
    assert [(each[0], each[-1]) for each in drawn] == [("150", "249"), ("050", "149"), ("000", "049")]
    assert Counter(name for each in drawn for name in each) == Counter(f"{n:03}" for n in range(COUNT))
    for page in found:
        assert "All 250 together" in page
        assert "One more programme (prediction interval)" in page
        assert "250, of which" in page
    assert len({re.search(r"<dt>Average effect</dt><dd>([^<]+)", page)[1] for page in found}) == 1
    # one axis for all
    assert len({tuple(re.findall(r'text-anchor="middle">([^<]+)</text>', page.partition("</figure>")[0])) for page in found}) == 1


def test_a_plot_of_some_results_says_so_in_words(site):
    page = site["types/mentoring/outcome-reoffended/3.html"]
    words = "250, of which 50 stand here, released from 5 October 2026 to 23 November 2026; what is said of all together is of all of them"
    assert re.sub(r"released from .* to [^;]+;", "released;", words) in re.sub(r"released from .*? to [^;]+;", "released;", page)
    assert "50 of 250 results" in page


def test_what_is_not_taken_together_stands_on_one_page_each(site):
    found = pages(site, "types/mentoring/outcome-reoffended.html")
    left = [re.findall(r"Mentors (\d+)\.</a> \(regional\)", page) for page in found]
    assert Counter(name for each in left for name in each) == Counter(f"{n:03}" for n in range(COUNT))
    assert "Not taken together with these: 250, of which 84 stand here" in found[0]


def test_pages_lead_to_each_other_from_wherever_they_stand(site):
    for path in ("types/mentoring/outcome-reoffended/2.html", "types/mentoring/index.html", "types/mentoring/compare/3.html"):
        at = path.split("/")[:-1]
        for link in re.findall(r'href="([^"#]+\.html)"', site[path]):
            up = link.count("../")
            target = "/".join([*at[: len(at) - up], link.replace("../", "")]) if up else "/".join([*at, link])
            assert target in site, (path, link)
    assert site["types/mentoring/2.html"].count('aria-current="page">2<') == 1


def test_the_table_side_by_side_has_each_result_once(site):
    found = [
        name
        for page in pages(site, "types/mentoring/compare.html")
        for name in re.findall(r">Mentors (\d+)\.</a>, Northgate", page)
    ]
    assert Counter(found) == Counter(f"{n:03}" for n in range(COUNT))


def test_the_funnel_of_many_results_has_a_page_of_its_own_with_every_point(site):
    page = site["types/mentoring/outcome-reoffended/precision.html"]
    assert len(re.findall(r'<th scope="row">Mentors \d+\.</th>', page)) == COUNT
    assert "All 250 results by how precise they are" in site["types/mentoring/outcome-reoffended.html"]
    assert "by how precise" not in site["types/mentoring/outcome-reoffended/2.html"]


def test_no_page_but_the_funnels_is_too_much_for_a_phone(site):
    assert max(len(page.encode()) for path, page in site.items() if not path.endswith("precision.html")) < 150_000


def test_a_funnel_of_results_without_figures_says_that_they_are_too_few():
    hidden = outcome(verdict="withheld")
    made = library(*(entry(f"h{n:03}", hidden, days=n) for n in range(101)))
    files, at = library_files(made, LAB, Setting()), "types/mentoring/outcome-reoffended"
    assert b"Too few results have a figure for this plot." in files[f"{at}/precision.html"]
    assert b"by how precise" not in files[f"{at}.html"]


def test_a_page_of_a_list_stands_beside_an_index_or_in_a_folder_of_the_first_ones_name():
    assert [place("a/index.html", n) for n in (1, 2)] == ["a/index.html", "a/2.html"]
    assert [place("a/compare.html", n) for n in (1, 12)] == ["a/compare.html", "a/compare/12.html"]


def test_what_is_empty_has_one_page():
    assert (pages_of(0), pages_of(100), pages_of(101)) == (1, 1, 2)
    assert portion((), "index.html", 1).rows == ()


def test_names_stand_five_hundred_a_page():
    made = library(*(entry(f"o{n:03}", days=n % 300, organisation=f"Trust {n:03}") for n in range(501)))
    files = library_files(made, LAB, Setting())
    assert files["organisations/index.html"].count(b'<li><a href="trust-') == 500
    assert b"Trust 500" in files["organisations/2.html"]


def test_beyond_the_last_page_there_is_no_plot():
    found = synthesise([entry(f"m{n}", days=n) for n in range(3)], "reoffended")
    titles = {f"m{n}": f"m{n}" for n in range(3)}
    assert forest(found, titles, 1) is not None
    assert forest(found, titles, 2) is None
