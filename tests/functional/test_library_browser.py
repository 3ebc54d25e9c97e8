"""The library's site in a browser: axe-core finds nothing, nothing scrolls sideways, and the search finds what the lists lead to."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe

from in_browser import complaints, follows
from justice_data_lab.library.address import parse
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.entry import Practice, Version
from justice_data_lab.library.forest import side_by_side
from justice_data_lab.library.search import Index
from justice_data_lab.library_site.desk import Setting
from justice_data_lab.library_site.pages import library_files
from justice_data_lab.publication.book import Response
from justice_data_lab.study import Lab
from library_walk import by_clicks, looked_at, reads_what_was_delivered, takes_away
from sample_library import FIRST, book, collected, entry, library, outcome, shown

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian: apt-get install chromium)"),
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 180_000  # milliseconds: a busy machine is no violation
PAGES = (
    "index.html", "types/mentoring/outcome-reoffended.html", "results/real/index.html", "map/index.html", "all/index.html",
    "organisations/index.html",
)  # fmt: skip
WOMEN = Classified(types=("mentoring",), settings=("community",), sexes=("women",))


MANY = [
    entry(f"m{n}", outcome(-6.0 + n), days=n, title=f"Mentors {n}", classified=WOMEN, practice=Practice(what="Cycling"))
    for n in range(11)
]
ODD = [
    entry(
        "long",
        outcome(-31.4, 9.3),
        days=20,
        title='"Second <chance>" & a name that is longer than any line of a phone has room for',
    ),
    entry("hidden", outcome(-3.0, ci_low=shown(None), ci_high=shown(None), verdict="withheld"), days=21),
]
# As many words as the forms take: 300 of what was done and in own words, 500 of a response, 5,000 characters of a reason.
WORDS = " ".join(f"word{number}" for number in range(300))
REAL = collected(book("real"), book("gone", state="withdrawn", reason=f"It was of others. {WORDS}")).entries
LONGEST = replace(
    next(each for each in REAL if each.key == "real"), key="longest", title="A course in the trades of building for men of two prisons", version=3,
    classified=Classified(types=("employment-and-training", "education"), settings=("custody",), sexes=("men",), ages=("25-to-49",), region="North"),
    practice=Practice(
        what=WORDS, own_words=f"Own: {WORDS}", who_delivers=WORDS[:200], where=WORDS[:200], dose=WORDS[:200], how_chosen=WORDS,
        unit_cost="GBP 1,450 (2021; our annual accounts)",
    ),
    responses=tuple(Response(at=FIRST + timedelta(days=1), organisation="Northgate Works", text=f"{each}: {WORDS}") for each in ("First", "Second")),
    versions=tuple(Version(number=each, released=FIRST, state="revised", reason=WORDS) for each in (1, 2, 3)),
)  # fmt: skip
CORRECTED = replace(LONGEST, key="corrected", corrected=f"Corrected: {WORDS}")
EXTRA = [
    entry(
        f"x{n}", outcome(2.0 - n, n_treated=shown(100.0 + n % 4)), days=40 + n, title=title, design="randomised" if n % 2 else "matched",
        classified=Classified(types=("arts",), region="North & East"), organisation="Unbroken" * 12 if n == 6 else "Northgate Works",
    )
    for n, title in enumerate(("S\u00f8nderg\u00e5rd", "\u518d\u72af\u9632\u6b62", "\u0394\u03c1\u03cc\u03bc\u03bf\u03c2", "\u0939\u093f\u0928\u094d\u0926\u0940", "Stra\u00dfe", "Family choir", "Music"))
]  # fmt: skip
MADE = library(*MANY, *ODD, *EXTRA, LONGEST, CORRECTED, *REAL, *collected(book("none", title="Choir"), kind="refused").entries)


SITE = library_files(MADE, Lab(contacts="statistics@lab.example"), Setting())


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The site, served on this machine alone."""
    place = tmp_path_factory.mktemp("site")
    for path, data in SITE.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    handler = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *given: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(place)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(browser):
    made = browser.new_page(viewport={"width": 320, "height": 640})
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.mark.enable_socket
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_and_a_phone_does_not_scroll_sideways(path, address, page):
    page.goto(address + path)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    assert [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.enable_socket
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_mentoring_for_women_in_the_community_is_found_read_and_taken_away(address, browser, scripts):
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 640})
    context.set_default_timeout(PATIENCE)
    page, titles = context.new_page(), [each.title for each in MANY]
    page.goto(address)
    looked_at(page, scripts)
    by_clicks(page, titles, scripts)
    reads_what_was_delivered(page, "Mentors 10", "Cycling", scripts)
    takes_away(page, SITE.__getitem__, titles, scripts)
    context.close()


@pytest.mark.enable_socket
def test_one_search_finds_mentoring_for_women_in_the_community(address, page):
    page.goto(address)
    page.fill("#q", "mentoring women community")
    page.press("#q", "Enter")
    page.wait_for_selector("[data-results] li")
    assert page.url.endswith("all/index.html?q=mentoring+women+community&type=&setting=&sex=")
    assert page.text_content("[data-results] p") == "11 results"
    page.goto(f"{address}all/index.html?q=cyc&sex=women")
    page.wait_for_selector("[data-results] li")
    assert page.input_value("#q") == "cyc"
    assert page.input_value("#f-sex") == "women"
    follows(page, "[data-results] li a")
    assert page.text_content("h1") == "Mentors 10"


@pytest.mark.enable_socket
def test_a_search_shows_withdrawn_results_too_and_says_when_there_are_none(address, page):
    page.goto(f"{address}all/index.html?verdict=withdrawn")
    page.wait_for_selector("[data-results] li")
    assert "Withdrawn." in page.text_content("[data-results] li")
    for nothing in ("zebrafinch", "!!!", "\u65e5\u672c"):
        page.goto(f"{address}all/index.html?q={nothing}")
        page.wait_for_function("document.querySelector('[data-results] p').textContent === '0 results'")
    page.goto(f"{address}all/index.html?q=the")
    page.wait_for_function(f"document.querySelector('[data-results] p').textContent === '{len(MADE.entries)} results'")


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "query",
    [
        "order=newest", "order=oldest", "order=title", "order=people", "order=effect", "order=upside-down", "page=2", "page=99", "page=x",
        "order=title&page=2", "design=randomised", "design=telepathy", "region=North+%26+East", "region=Nowhere", "type=arts&type=no-such",
        "utm_source=letter", "verdict=increase&order=effect", "q=sondergard", "q=%E5%86%8D%E7%8A%AF", "q=%CE%B4%CF%81%CE%BF%CE%BC%CE%BF%CF%83", "q=strasse",
        "q=%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80", "q=families&order=newest", "q=choirs+familys&order=newest", "q=mentors&order=newest&page=1",
    ],
)  # fmt: skip
def test_an_address_answers_in_the_browser_what_a_server_answers(query, address, page):
    asked = Index(MADE).find(parse(query))
    page.goto(f"{address}all/index.html?{query}")
    count = "1 result" if asked.total == 1 else f"{asked.total} results"
    page.wait_for_function("words => document.querySelector('[data-results] > p').textContent === words", arg=count)
    shown_titles = page.eval_on_selector_all("[data-results] ul.list strong", "every => every.map(each => each.textContent)")
    assert shown_titles == [each.title for each in asked.entries]
    steps = page.eval_on_selector_all("[data-results] nav li", "every => every.map(each => each.textContent)")
    assert steps[:1] == ([f"Page {asked.question.page} of {asked.pages}"] if asked.pages > 1 else [])


@pytest.mark.enable_socket
def test_a_corrected_result_is_marked_wherever_its_figures_stand(address, page):
    page.goto(f"{address}all/index.html?q=course&compare=corrected&compare=longest")
    page.wait_for_selector("[data-results] svg")
    told = page.inner_text("[data-results] ul.list li:has(a[href$='results/corrected/index.html'])")
    assert "Corrected: the new version is not out yet" in told
    row = page.inner_text("[data-results] tbody tr:nth-child(1)")
    assert "Corrected: the new version is not out yet" in row
    assert "Corrected: A course" in page.text_content("[data-results] svg")


@pytest.mark.enable_socket
def test_without_scripts_there_is_no_search_box_and_every_result_is_listed(address, browser):
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{address}all/index.html?q=mentors")
    assert not page.is_visible("#q")
    assert page.locator("main li").count() == len(MADE.entries)
    context.close()


@pytest.mark.enable_socket
def test_results_chosen_from_the_list_stand_side_by_side_and_can_be_taken_out(address, page):
    page.goto(f"{address}all/index.html?q=mentors")
    follows(page, "[data-results] li:has-text('Mentors 10') a:has-text('Compare')")
    page.wait_for_selector("caption")
    follows(page, "[data-results] li:has-text('Mentors 3') a:has-text('Compare')")
    page.wait_for_selector("tbody tr:nth-child(2) td:nth-child(6)")
    assert page.url.endswith("?q=mentors&compare=m10&compare=m3")
    assert page.text_content("tbody tr:nth-child(1)").startswith("Mentors 10, Northgate Works")
    page.wait_for_selector("tbody tr:nth-child(1) td:nth-child(6)")
    cells = page.eval_on_selector_all(
        "[data-results] > div.scroll tbody tr:nth-child(2) > *", "every => every.map(each => each.textContent)"
    )
    assert cells[2:] == ["one-year proven reoffending rate", "-3", "-6 to 0", "400"]
    assert page.locator("[data-results] ul.list li").count() >= 11
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    assert [each["id"] for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    follows(page, "a:has-text('Take out')")
    page.wait_for_selector("tbody tr td:nth-child(6)")
    assert page.url.endswith("?q=mentors&compare=m3")


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    "chosen",
    [
        ["m10", "m3"],
        ["m0", "m5", "real", "m7"],
        ["m1", "gone", "long"],
        ["gone", "m2"],
        ["m4", "hidden"],
        ["corrected", "longest"],
    ],
    ids="-".join,
)
def test_the_plot_of_results_side_by_side_is_the_one_that_a_server_draws(chosen, address, page):
    page.goto(f"{address}all/index.html?" + "&".join(f"compare={key}" for key in chosen))
    page.wait_for_selector(f"tbody tr:nth-child({len(chosen)}) td:nth-child(6)")
    expected = side_by_side([MADE.entry(key) for key in chosen])
    if expected is None:
        assert page.locator("[data-results] svg").count() == 0
        return
    page.wait_for_selector("[data-results] svg")
    same = "([ours, path]) => { const box = document.createElement('div'); box.innerHTML = ours; return [box.innerHTML, document.querySelector(path).outerHTML]; }"
    ours, theirs = page.evaluate(same, [expected.chart.svg, "[data-results] svg"])
    assert theirs == ours
    assert page.text_content("[data-results] figcaption") == expected.chart.caption
    page.click("[data-results] summary")
    rows = page.eval_on_selector_all(
        "[data-results] details tr", "every => every.map(row => Array.from(row.children).map(each => each.textContent))"
    )
    assert rows == [list(expected.table.heads), *map(list, expected.table.rows)]
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.enable_socket
def test_at_most_four_are_compared_and_unknown_ones_are_passed_over(address, page):
    page.goto(f"{address}all/index.html?compare=no-such&" + "&".join(f"compare=m{n}" for n in range(6)))
    page.wait_for_selector("tbody tr:nth-child(3) td:nth-child(6)")
    assert page.locator("[data-results] > div > table tbody tr").count() == 3
    assert page.locator("caption:text-is('Results side by side')").count() == 1


@pytest.mark.enable_socket
@pytest.mark.parametrize("key", ["real", "longest", "corrected", "gone", "none"])
def test_a_results_page_tells_its_answer_in_300_words_one_chart_and_one_printed_sheet(key, address, page):
    page.goto(f"{address}results/{key}/index.html")
    # results of others, which stand below it, are not the answer
    told = page.evaluate("document.querySelector('.similar')?.remove(); document.querySelector('main').innerText")
    assert len(told.split()) <= 300
    assert page.locator("main figure").count() == (key in ("real", "longest", "corrected"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto(f"{address}results/{key}/index.html")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).map(each => each.decodedBodySize)"
    )
    assert 0 < sum(loaded) <= 150_000
    sheets = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "15mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1


@pytest.mark.enable_socket
def test_every_word_of_a_long_result_is_one_click_away(address, page):
    page.goto(f"{address}results/corrected/index.html")
    looked_at(page, scripts=True)
    told = page.inner_text("main")
    assert "wait for that before you quote it" in told
    assert "In one sentence" not in told
    for words in (WORDS, f"Corrected: {WORDS}", f"Own: {WORDS}", f"First: {WORDS}", f"Second: {WORDS}"):
        assert words in told
