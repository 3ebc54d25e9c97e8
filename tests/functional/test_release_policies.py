"""How the lab works, in pages that anybody can read: words that hold for any lab, or the lab's own."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from justice_data_lab.errors import UsageError
from justice_data_lab.lab_file import PAGES, read_lab
from justice_data_lab.publication.desk import Concern, Desk
from justice_data_lab.reporting.readability import reading_age
from justice_data_lab.site.outlook import Outlook
from justice_data_lab.site.pages import POLICIES, site_files
from release_pages import text_of
from sample_releases import LAB

NOTHING = Outlook(announcements=(), published=(), records=(), gazettes=(), desk=Desk(), head="")
WHEN = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)


def about(name, lab=LAB, outlook=NOTHING):
    return site_files(outlook, lab)[f"about/{name}.html"]


def sentences(page):
    """The words between the headings, each list item and heading a sentence of its own."""
    main = page.decode().split("<main", 1)[1].split("</main>", 1)[0]
    closed = re.sub(r"([^.?!:>])\s*</(li|p|h1|h2|h3)>", r"\1.</\2>", main.split("</h1>", 1)[1])
    return " ".join(re.sub(r"<[^>]+>", " ", closed).split())


def test_every_page_that_a_lab_may_write_is_on_the_site_and_no_other():
    assert set(PAGES) == set(POLICIES)


@pytest.mark.parametrize("name", PAGES)
def test_a_reader_of_fourteen_can_read_how_the_lab_works(name):
    assert reading_age(sentences(about(name))) <= 14, sentences(about(name))


@pytest.mark.parametrize("name", PAGES)
def test_the_labs_own_words_take_the_place_of_ours_and_bring_no_mark_up(tmp_path, name):
    (tmp_path / "lab.toml").write_text(f'[pages]\n{name} = """\nOur <b>own</b> words.\n\nTwo paragraphs.\n"""\n')
    lab = read_lab(tmp_path / "lab.toml")
    page = about(name, lab)
    assert b"<p>Our &lt;b&gt;own&lt;/b&gt; words.</p>\n<p>Two paragraphs.</p>" in page
    ours = sentences(about(name)).split(". ")[0]
    assert ours not in sentences(page)
    others = [other for other in PAGES if other != name]
    assert all(about(other, lab) == about(other, replace(lab, pages=())) for other in others)


def test_a_page_that_is_not_one_of_them_is_refused_by_name(tmp_path):
    (tmp_path / "lab.toml").write_text('[pages]\nrevision = "We never change."\n')
    with pytest.raises(UsageError, match="Did you mean `revisions`"):
        read_lab(tmp_path / "lab.toml")


def test_concerns_stand_with_their_answers_whoever_wrote_the_page_about_them():
    concern = Concern(number=1, received=WHEN, about="2026-014", text="It is wrong.", answer="It was.", answered=WHEN)
    for lab in (LAB, replace(LAB, pages=(("concerns", "Write to us."),))):
        text = text_of(about("concerns", lab, replace(NOTHING, desk=Desk(concerns=(concern,)))))
        assert "3 December 2026, about 2026-014 It is wrong. Our answer, 3 December 2026 It was." in text


def test_the_address_of_the_site_brings_feed_and_map_and_without_it_there_are_none():
    assert not {"feed.xml", "sitemap.xml"} & set(site_files(NOTHING, LAB))
    site = site_files(NOTHING, replace(LAB, site="https://lab.example/results"))
    assert b"<loc>https://lab.example/results/about/quality.html</loc>" in site["sitemap.xml"]
    assert b"<updated>1970-01-01T00:00:00+00:00</updated>" in site["feed.xml"]
