"""Pages of words: each is there, can be read by most people, promises nothing of its own, and its figures are the core's."""

import html
import re

import pytest

from jdl_service.look.brand import Brand
from jdl_service.look.facts import BASE_RATE, facts
from jdl_service.look.pages import PAGES, footer_pages, guidance_pages
from justice_data_lab.estimation.power import detectable_effect
from justice_data_lab.reporting.passages import SYMBOLS
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.study import Lab

OLDEST = 11  # years: the age for which public guidance is written is 9 to 11


def words_of(page):
    """The text of a page of words, each heading, cell and item a sentence."""
    found = re.search(r'<div class="jdl-words">(.*?)</div>', page, re.DOTALL)
    assert found
    text = re.sub(r"</(li|th|td|h2|caption|dt|dd)>", ". ", found[1])
    text = html.unescape(re.sub(r"<[^>]+>", "", text))
    return re.sub(r"([.?!:])( ?\.)+", r"\1", re.sub(r"\s+", " ", text))


@pytest.fixture(params=PAGES, ids=lambda page: page.slug)
def shown(request, client):
    answer = client.get(f"/words/{request.param.slug}/")
    assert answer.status_code == 200
    return request.param, answer.content.decode()


def test_most_people_can_read_every_page(shown):
    _, page = shown
    assert reading_age(words_of(page)) <= OLDEST


def test_the_reading_age_would_notice_a_hard_text():
    hard = "Notwithstanding methodological considerations, heterogeneity necessitates multidimensional sensitivity analyses throughout."
    assert reading_age(hard) > OLDEST


def test_every_sentence_is_short(shown):
    _, page = shown
    long = [each for each in re.split(r"(?<=[.?!:])\s", words_of(page)) if len(each.split()) > 30]
    assert [each for each in long if ", police or prison number," not in each] == []


def test_no_page_promises_a_time_or_a_result(shown):
    _, page = shown
    assert re.findall(r"guarantee|we promise|always works|within \d+ (?:working )?days|\bproves?\b", words_of(page)) == []


@pytest.mark.parametrize("slug", ["privacy", "what-to-tell-people"])
def test_the_note_of_who_is_behind_a_figure_is_said_to_outlive_its_withdrawal(client, slug):
    text = words_of(client.get(f"/words/{slug}/").text)
    assert re.search(r"for as long as (the lab|it) publishes results, also when this \w+ was withdrawn", text)
    assert not re.search(r"as long as the (result|figure) is public", text)


@pytest.mark.parametrize("slug", ["what-to-send", "before-you-start"])
def test_whoever_reads_what_to_send_can_have_the_template(client, slug):
    page = client.get(f"/words/{slug}/").text
    assert {f"/requests/template.{kind}" for kind in ("csv", "xlsx", "ods")} <= set(re.findall(r'href="([^"]*)"', page))


def test_every_link_of_a_page_leads_to_a_page(shown, client):
    _, page = shown
    links = set(re.findall(r'href="(/(?:words|guidance)/[^"#]*)"', page))
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_list_of_guidance_names_every_page_in_the_order_of_reading(client):
    page = client.get("/guidance/").content.decode()
    assert re.findall(r'<h2[^>]*><a[^>]*href="/words/([^/]+)/"', page) == [each.slug for each in guidance_pages()]


def test_there_is_no_page_of_another_name(client, db):
    assert client.get("/words/nothing/").status_code == 404


def test_guidance_and_footer_are_all_there_is():
    assert set(guidance_pages()) | set(footer_pages()) == set(PAGES)


def test_the_falls_of_the_table_are_those_that_the_core_works_out(client):
    page = client.get("/words/can-it-show-anything/").content.decode()
    rows = re.findall(r'<tr><th scope="row">([\d,]+)</th><td>(\d+) in 100</td><td>(\d+) points</td></tr>', page)
    assert [int(people.replace(",", "")) for people, _, _ in rows] == [60, 100, 200, 500, 1000, 2000]
    for people, left, fall in rows:
        least = detectable_effect(int(people.replace(",", "")), BASE_RATE) * 100
        assert int(fall) - 1 < least <= int(fall)
        assert int(left) + int(fall) == 40


def test_the_people_for_five_points_are_those_that_the_core_works_out():
    people = facts()["people_for_five"]
    assert detectable_effect(people, BASE_RATE) == pytest.approx(0.05, abs=0.0005)


def test_a_lab_that_asks_for_more_people_says_so(client, settings):
    settings.LAB = Lab(min_submitted=120)
    assert "at least 120 people" in client.get("/words/before-you-start/").content.decode()
    del settings.LAB
    assert "at least 60 people" in client.get("/words/before-you-start/").content.decode()


def test_the_cookies_page_says_the_idle_limit_of_the_settings(client, settings):
    settings.SESSION_COOKIE_AGE = 20 * 60
    assert "not clicked for 20 minutes" in client.get("/words/cookies/").content.decode()


def test_every_marker_of_a_report_is_explained(client):
    page = html.unescape(client.get("/words/how-to-read-it/").content.decode())
    for symbol, meaning in SYMBOLS:
        assert not symbol.startswith("[") or f"<dt><code>{symbol}</code></dt><dd>{meaning}</dd>" in page


def test_the_three_answers_are_those_of_the_report(client):
    for slug in ("what-you-get-back", "how-to-read-it"):
        page = client.get(f"/words/{slug}/").content.decode().lower()
        for answer in ("evidence of a reduction", "evidence of an increase", "not enough evidence to tell the direction"):
            assert answer in page


def test_ready_wording_names_the_lab_and_whom_to_ask(client, settings):
    settings.LOOK = Brand(name="Laboratory of Ruritania", contact="lab@example.org")
    assert client.get("/words/what-to-tell-people/").content.decode().count("Laboratory of Ruritania") >= 2
    for slug in ("privacy", "accessibility"):
        assert "lab@example.org" in client.get(f"/words/{slug}/").content.decode()


def test_the_privacy_page_says_that_a_note_outlives_the_list(client):
    assert "A coded note of who is behind each published figure is kept" in client.get("/words/privacy/").content.decode()
