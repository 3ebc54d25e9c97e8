"""The library's static site: whole, in every browser, found in three clicks, and nothing in it that is not public."""

import json
import posixpath
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from justice_data_lab.cli import clock
from justice_data_lab.cli.options import app
from justice_data_lab.errors import UsageError
from justice_data_lab.files import sha256
from justice_data_lab.ledger_file import create_ledger
from justice_data_lab.library.classified import Classified
from justice_data_lab.library.counting import Overlap
from justice_data_lab.library.entry import Practice
from justice_data_lab.library_acts import EDITORS_FILE, build_library, earlier_snapshots, read_overlaps
from justice_data_lab.library_site.desk import Setting
from justice_data_lab.library_site.pages import library_files
from justice_data_lab.library_site.snapshots import keep
from justice_data_lab.publication.book import Response
from justice_data_lab.publication.release import Notice
from justice_data_lab.register.coverage import Coverage, GroupRate, PublicRates
from justice_data_lab.release_acts import release_due
from justice_data_lab.release_folder import opened
from justice_data_lab.reporting.readability import grade
from justice_data_lab.study import Lab
from sample_library import FIRST, NOW, book, collected, entry, library, outcome
from sample_releases import DUE, HEAD, finished_run, go, scheduled
from sample_releases import LAB as RELEASES_LAB

pytestmark = pytest.mark.usefixtures("no_waiting_for_the_disk")

LAB = Lab(name="Example Lab", contacts="statistics@lab.example")
ADDRESS = "https://lab.example/library/"
COVERAGE = Coverage(
    extract_date=date(2026, 6, 30), last_start=date(2024, 12, 30),
    rates=(PublicRates(sentence="all", reoffended=0.25), PublicRates(sentence="custody", reoffended=0.37)),
    groups=(
        GroupRate(sentence="all", grouped_by="sex", level="F", reoffended=0.19), GroupRate(sentence="all", grouped_by="sex", level="M", reoffended=0.26),
        GroupRate(sentence="custody", grouped_by="age", level="18 to 20", reoffended=0.44),
    ),
)  # fmt: skip
WOMEN = Classified(
    types=("mentoring", "peer-support"), settings=("community",), sexes=("women",), ages=("18-to-24",), region="North"
)
COSTED = Practice(
    what="An hour a week with a mentor", unit_cost="GBP 1,450 (2021; accounts)", own_words="We stay alongside people."
)
CANARY = "Zq7canary"


def entries():
    """Twelve results of one kind, and one of everything else that can happen."""
    many = [
        entry(f"m{n:02}", outcome(-6.0 + n), outcome(0.1 * n - 0.6, 0.5, measure="reoffences", name="reoffences a person", kind="mean",
              unit="reoffences", role="secondary"), days=7 * n, title=f"Mentors {n}", classified=WOMEN, practice=COSTED)
        for n in range(12)
    ]  # fmt: skip
    real = collected(book("real")).entries[0]
    odd = collected(
        book("gone", state="withdrawn", reason="It was of other people.", title="Old choir"),
        replace(
            book("said", state="corrected", reason="A date was read wrongly.", title="Second <chance>"),
            responses=(Response(at=NOW, organisation="Northgate Works", text="We disagree."),),
        ),
    ).entries
    none = collected(book("none", title="Choir"), kind="refused").entries
    return (*many, real, *odd, *none)


@pytest.fixture(scope="module")
def site():
    made = library(*entries())
    return library_files(
        made, LAB, Setting(address=ADDRESS, coverage=COVERAGE, overlaps=(Overlap(first="m00", second="m01", share=0.4),))
    )


class Links(HTMLParser):
    """The addresses of a page, its words, and whether its elements are closed in order."""

    VOID = ("meta", "link", "input", "br", "img")

    def __init__(self):
        super().__init__()
        self.links, self.open, self.words, self.headings = [], [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.links += [given[name] for name in ("href", "src", "action") if given.get(name)]
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "script" not in self.open and "style" not in self.open:
            self.words.append(data)


def read(data):
    page = Links()
    page.feed(data.decode())
    assert page.open == []
    return page


def text(data):
    return re.sub(r"\s+", " ", " ".join(read(data).words))


def pages(site):
    return {path: data for path, data in site.items() if path.endswith(".html") and "/report" not in path}


def test_every_link_leads_somewhere_and_every_page_is_well_formed(site):
    for path, data in pages(site).items():
        for link in read(data).links:
            if not link.startswith(("http", "#")):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), re.split("[#?]", link)[0]))
                assert target in site, f"{path} -> {link}"


def test_every_page_is_reached_from_the_front_page_without_scripts(site):
    seen, waiting = set(), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path in seen or not path.endswith(".html"):
            continue
        seen.add(path)
        links = (link for link in read(site[path]).links if not link.startswith(("http", "#")))
        waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(path), link.split("?")[0])) for link in links]
    assert set(pages(site)) - seen == set()


def test_headings_go_down_one_step_at_a_time(site):
    for path, data in pages(site).items():
        levels = read(data).headings
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_mentoring_for_women_in_the_community_is_two_clicks_away(site):
    front, kind = read(site["index.html"]), read(site["types/mentoring/index.html"])
    assert "types/mentoring/index.html" in front.links
    assert "women/community/index.html" in kind.links
    found = text(site["types/mentoring/women/community/index.html"])
    assert "Mentors 3" in found
    assert "Bridge workshops" not in found


def test_a_kind_of_help_says_in_words_what_its_results_mean_together(site):
    found = text(site["types/mentoring/index.html"])
    assert "In 11 results, the average effect on \u201cone-year proven reoffending rate\u201d could be a fall or a rise" in found
    assert "The true effect of one more programme like these would probably be between" in found
    assert "Not taken together with these: 1" in found
    assert "A newer result is partly about the same people" in found
    outcome_page = site["types/mentoring/outcome-reoffended.html"].decode()
    assert outcome_page.count("<svg") == 3
    assert outcome_page.count("<details><summary>The same as a table") == 3
    assert site["types/mentoring/outcome-reoffences.html"].count(b"<svg") == 3
    assert "No result of this kind has been released yet." in text(site["types/faith/index.html"])
    assert "types/faith/compare.html" not in site
    assert "Level 4 of 5" in text(site["types/employment-and-training/compare.html"])


def test_a_long_reason_of_a_correction_does_not_flood_the_lists():
    reason = " ".join(f"word{number}" for number in range(300))
    made = library_files(library(entry("a", corrected=reason)), LAB, Setting())
    for path in ("all/index.html", "types/mentoring/index.html", "organisations/northgate-works/index.html"):
        assert f"Corrected: {' '.join(reason.split()[:20])}\u2026" in text(made[path])
        assert "word20" not in text(made[path])
    assert reason in text(made["results/a/index.html"])


def test_every_plot_of_every_page_has_its_words_and_its_table(site):
    drawn = {path: data.decode().split("<figure>")[1:] for path, data in pages(site).items() if b"<svg" in data}
    assert {
        "map/index.html",
        "types/mentoring/index.html",
        "types/mentoring/outcome-reoffended.html",
        "results/real/index.html",
    } <= set(drawn)
    for path, figures in drawn.items():
        assert len(figures) == site[path].count(b"<svg"), path
        for figure in figures:
            alternative = re.search(r'<svg role="img"[^>]*><title>([^<]{20,})</title>', figure)
            assert alternative, path
            table = re.match(r".*?</figure>\s*<details><summary>The same as a table</summary>(.*?)</details>", figure, re.DOTALL)
            assert table, path
            assert re.search(r"<caption>[^<]+</caption>", table[1]), path
            assert table[1].count("<tr>") >= 2, path


def test_without_the_ledger_the_pages_say_that_people_may_count_twice():
    made = library_files(library(*entries()[:3]), LAB, Setting())
    assert "It was not checked whether some people are in more than one result." in text(made["types/mentoring/index.html"])


def test_bad_news_is_as_easy_to_find_as_good_news(site):
    listed = text(site["all/index.html"])
    for words in (
        "Withdrawn",
        "Could not be analysed",
        "Evidence of an increase",
        "Evidence of a reduction",
        "Corrected: A date was read wrongly.",
    ):
        assert words in listed
    front = text(site["index.html"])
    assert "Withdrawn 1" in front
    assert "Could not be analysed 1" in front
    links = read(site["index.html"]).links
    for verdict in ("reduction", "inconclusive", "increase", "not_analysed", "withdrawn"):
        assert f"all/index.html?verdict={verdict}" in links


def test_a_result_has_its_answer_its_words_to_use_what_was_delivered_and_what_it_costs(site):
    real = text(site["results/real/index.html"])
    for words in (
        "Evidence of a reduction",
        "Use this result",
        "Do not say",
        "Cite as",
        "Maryland scale",
        "What was delivered",
        "Twelve weeks of paid workshop training",
        "Next, for a funder",
    ):
        assert words in real
    costed = text(site["results/m00/index.html"])
    assert "Each person who would have reoffended prevented cost about GBP 24,000 (between 16,000 and 48,000)" in costed
    assert "Services like this one" in costed
    gone = text(site["results/gone/index.html"])
    assert "Withdrawn: It was of other people." in gone
    assert "What was delivered" not in gone
    assert "We disagree." in text(site["results/said/index.html"])
    assert b"Second &lt;chance&gt;" in site["results/said/index.html"]


def test_a_claim_has_an_address_that_tells_whether_it_is_current(site):
    assert "This claim is current" in text(site["results/real/v1/index.html"])
    assert "was corrected" in text(site["results/said/v1/index.html"])
    assert "was withdrawn" in text(site["results/gone/v1/index.html"])
    assert b"https://lab.example/library/results/real/v1/" in site["results/real/index.html"]
    assert site["results/real/citation.bib"].startswith(b"@techreport{")


def test_programmes_and_organisations_have_pages_with_all_their_results(site):
    organisation = text(site["organisations/northgate-works/index.html"])
    assert "Mentors 0" in organisation
    assert "Old choir" in organisation
    assert "Results of this programme" in text(site["programmes/northgate-works-mentors-4/index.html"])


def test_national_rates_stand_with_why_a_programme_cannot_be_compared_with_them(site):
    found = text(site["national/index.html"])
    assert "Custody 37%" in found
    assert "30 June 2026" in found
    assert "Why a programme\u2019s rate cannot be compared with these" in found
    assert "Sentence Women Men All 19% 26%" in found
    assert "Custody not shown 44% not shown" in found
    assert "national/index.html" not in library_files(library(), LAB, Setting())


def test_gaps_are_counted_by_kind_of_help_and_group(site):
    found = text(site["gaps/index.html"])
    assert "Results by kind of help and women or men" in found
    assert "Mentoring 12 0 0" in found


def test_an_empty_library_is_a_whole_site():
    made = library_files(library(), LAB, Setting())
    assert "No result has been released yet." in text(made["index.html"])
    assert "feed.xml" not in made
    assert "sitemap.xml" not in made
    for path, data in pages(made).items():
        for link in read(data).links:
            if not link.startswith(("http", "#")):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) in made


def test_a_long_list_goes_over_several_pages():
    made = library_files(library(*(entry(f"{n:03}", days=n) for n in range(120))), LAB, Setting())
    assert [path for path in made if path.startswith("all/")] == ["all/2.html", "all/3.html", "all/index.html"]
    assert "Programme 119" in text(made["all/index.html"])
    assert "Programme 000" in text(made["all/3.html"])


def test_the_feed_and_the_site_map_are_well_formed_and_complete(site):
    feed = ET.fromstring(site["feed.xml"])  # noqa: S314 -- our own
    atom = "{http://www.w3.org/2005/Atom}"
    assert len(feed.findall(f"{atom}entry")) == 16
    assert {each.find(f"{atom}id").text for each in feed.findall(f"{atom}entry")} >= {f"{ADDRESS}results/real/v1/"}
    assert all(each.find(f"{atom}updated").text.endswith("Z") for each in feed.findall(f"{atom}entry"))
    places = {each.text for each in ET.fromstring(site["sitemap.xml"]).iter() if each.tag.endswith("loc")}  # noqa: S314
    assert places == {ADDRESS + path.removesuffix("index.html") for path in site if path.endswith(".html")}


def test_a_feed_says_what_was_corrected_or_withdrawn_and_moves_when_it_was():
    told = FIRST + timedelta(days=60)

    def ended(key, state):
        plain = book(key, state=state, reason="A date was read wrongly.", title=f"{key}\x01 \ufffe choir")
        notice = Notice(kind=state, at=told, due=FIRST, reason="A date was read wrongly.")
        return replace(plain, release=replace(plain.release, notices=(*plain.release.notices, notice)))

    later = [entry(f"n{n}", days=n) for n in range(1, 55)]
    for state in ("corrected", "withdrawn"):
        made = library_files(library(*later, *collected(ended("old", state)).entries), LAB, Setting(address=ADDRESS))
        feed = ET.fromstring(made["feed.xml"])  # noqa: S314 -- our own
        atom = "{http://www.w3.org/2005/Atom}"
        first = feed.find(f"{atom}entry")
        assert first.find(f"{atom}title").text == "old  choir, Northgate Works"
        assert first.find(f"{atom}summary").text == f"{state.capitalize()}: A date was read wrongly."
        assert feed.find(f"{atom}updated").text == first.find(f"{atom}updated").text == f"{told:%Y-%m-%dT%H:%M:%SZ}"
        assert first.find(f"{atom}published").text == f"{FIRST:%Y-%m-%dT%H:%M:%SZ}"
        described = json.loads(re.search(r'ld\+json">(.*?)</script>', made["results/old/index.html"].decode())[1])
        assert (described["creativeWorkStatus"], described["dateModified"]) == (state.capitalize(), f"{told:%Y-%m-%d}")
        assert described["description"] == f"{state.capitalize()}: A date was read wrongly."
        line = next(each for each in json.loads(made["index.json"]) if each["at"] == "results/old/index.html")
        assert line["says"].endswith("Corrected: the new version is not out yet") == (state == "corrected")
    assert "Evidence of a reduction. Corrected: the new version" in text(
        library_files(library(*collected(ended("old", "corrected")).entries), LAB, Setting())[
            "types/employment-and-training/compare.html"
        ]
    )


def test_no_two_organisations_share_a_page_and_none_has_two():
    names = (
        "A & B Trust",
        "A B Trust",
        "\u6771\u4eac\u66f4\u751f",
        "\u5927\u962a\u66f4\u751f",
        "\u6771\u4eac Trust",
        "Trust",
        "x" * 200,
        "x" * 201,
    )
    ours = [entry(f"e{n}", organisation=name, days=n) for n, name in enumerate((*names, "a  b TRUST", names[2]))]
    made = library_files(library(*ours), LAB, Setting())
    pages_of_them = [path for path in made if re.fullmatch(r"organisations/[^/]+/index\.html", path)]
    assert len(pages_of_them) == len(names)
    assert "organisations/a-b-trust/index.html" in pages_of_them
    assert len([path for path in made if path.startswith("programmes/")]) == len(ours)
    listed = re.findall(r'<li><a href="([^"/.]+/index.html)">([^<]+)</a>', made["organisations/index.html"].decode())
    # of one organisation's spellings the latest stands
    assert {unescape(name) for _, name in listed} == {*names, "a  b TRUST"} - {"A B Trust"}
    for at, name in listed:
        assert f"<h1>{name}</h1>" in made[f"organisations/{at}"].decode()


def test_outcomes_of_one_name_are_told_apart_wherever_they_are_listed():
    given = (
        ("time-1", "mean", "days", "lower"),
        ("time-2", "mean", "weeks", "lower"),
        ("time-3", "proportion", "", "higher"),
        ("job", "proportion", "", "higher"),
    )
    outcomes = [
        outcome(measure=key, name="in work" if key == "job" else "time", kind=kind, unit=unit, better=better)
        for key, kind, unit, better in given
    ]
    made = library_files(library(entry("a", *outcomes)), LAB, Setting())
    for path in ("types/mentoring/index.html", "types/mentoring/outcome-time-1.html", "map/index.html"):
        told = text(made[path])
        for words in (
            "ime (days, lower is better)",
            "ime (weeks, lower is better)",
            "ime (percentage points, higher is better)",
            "n work",
        ):
            assert words in told, path
        assert "n work (" not in told
    assert "Mentoring: time (days, lower is better)" in text(made["types/mentoring/outcome-time-1.html"])


def test_pages_describe_their_data_for_search_engines(site):
    for path, kind in (("index.html", "Dataset"), ("results/said/index.html", "Dataset")):
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', site[path].decode())[1]
        told = json.loads(found)
        assert (told["@context"], told["@type"]) == ("https://schema.org", kind)
        assert "<" not in found
    assert [
        each["encodingFormat"]
        for each in json.loads(re.search(r'json">(.*?)</script>', site["index.html"].decode())[1])["distribution"]
    ]


def test_the_browsers_index_has_every_entry_and_the_words_by_which_it_is_found(site):
    index = json.loads(site["index.json"])
    assert len(index) == 16
    one = next(each for each in index if each["at"] == "results/m03/index.html")
    assert {"type=mentoring", "sex=women", "setting=community", "verdict=inconclusive"} <= set(one["is"])
    assert {"mentoring", "women", "community", "mentors"} <= set(one["words"].split())


def test_the_same_library_gives_the_same_bytes(site):
    again = library_files(
        library(*entries()),
        LAB,
        Setting(address=ADDRESS, coverage=COVERAGE, overlaps=(Overlap(first="m00", second="m01", share=0.4),)),
    )
    assert again == site


def test_however_many_processes_read_and_draw_every_byte_is_the_same(folder, tmp_path):
    for key, kind in (("A", "found"), ("B", "refused"), ("C", "unclear")):
        scheduled(folder, key, finished_run(tmp_path / key, kind=kind))
    release_due(folder, DUE, RELEASES_LAB)
    alone, together = (
        build_library(folder, DUE, RELEASES_LAB, Setting(address=ADDRESS), processes=processes) for processes in (1, 2)
    )
    assert together == alone
    assert len(alone.library.entries) == 3


def test_a_results_page_fits_a_phone(site):
    for path in ("results/real/index.html", "results/none/index.html", "results/gone/index.html"):
        assert len(site[path]) + len(site["style.css"]) < 150_000


def test_our_own_words_read_easily(site):
    prose = re.findall(
        r"<p>([^<]{60,})</p>",
        "".join(site[path].decode() for path in ("index.html", "national/index.html", "map/index.html", "gaps/index.html")),
    )
    assert len(prose) > 6
    assert grade(unescape(" ".join(prose))) < 10


def built(folder, at, **more):
    release_due(folder, at, RELEASES_LAB)
    return build_library(folder, at, RELEASES_LAB, Setting(**more))


def test_no_byte_of_the_library_knows_of_a_result_before_its_hour_and_at_the_hour_all_do(folder, tmp_path):
    extra = {f"{CANARY}.csv": CANARY.encode(), "report.html": CANARY.encode()}
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    built(folder, DUE)
    scheduled(
        folder,
        "B",
        finished_run(tmp_path / "canary", kind="refused", programme=CANARY, extra=extra),
        due=DUE + timedelta(days=7),
        at=DUE - timedelta(days=30),
    )
    before = built(folder, DUE + timedelta(days=7, seconds=-1), address=ADDRESS)
    assert [path for path, data in before.files.items() if CANARY.encode() in data or CANARY in path or "results/B" in path] == []
    assert b'"with_figures": [\n    "A v1"\n  ]' in b"".join(
        data for path, data in before.files.items() if path.endswith("manifest.json")
    )
    after = built(folder, DUE + timedelta(days=7), address=ADDRESS)
    assert after.files["results/B/v1/report.html"] == CANARY.encode()
    assert CANARY.encode() in after.files["index.html"]
    assert CANARY.encode() in after.files["feed.xml"]
    assert after.files["results/A/v1/report.html"] == folder.files(folder.book("A"))["report.html"]


def test_reports_are_linked_and_not_copied_where_their_site_is_known(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    made = built(folder, DUE, reports="https://lab.example/")
    assert "results/A/v1/report.html" not in made.files
    assert b'href="https://lab.example/results/A/v1/report.html"' in made.files["results/A/index.html"]


def test_the_editors_file_places_results_and_what_has_no_place_is_told(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    (folder.path / EDITORS_FILE).write_text('[entry.A]\ntypes = ["Sport"]\n', encoding="utf-8")
    made = built(folder, DUE)
    assert made.not_placed == ()
    assert made.library.entry("A").classified.types == ("sport",)
    (folder.path / EDITORS_FILE).write_text('[entry.A]\ntypes = ["Spor"]\n', encoding="utf-8")
    with pytest.raises(UsageError, match="Did you mean `Sport`"):
        built(folder, DUE)


def test_a_snapshot_is_kept_until_a_result_in_it_is_withdrawn(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "a"))
    first = built(folder, DUE)
    snapshots = {path: data for path, data in first.files.items() if path.startswith("downloads/snapshots/")}
    again = built(folder, DUE + timedelta(days=1), earlier=snapshots)
    assert {path: again.files[path] for path in snapshots} == snapshots
    later = DUE + timedelta(days=7)
    scheduled(folder, "B", finished_run(tmp_path / "b", kind="refused"), due=later, at=DUE - timedelta(days=30))
    grown = built(folder, later, earlier=snapshots)
    assert len([path for path in grown.files if path.endswith("/manifest.json") and "snapshots" in path]) == 2
    go(folder, folder.book("A"), "withdraw", HEAD, later, reason="It was of other people.")
    gone = built(folder, later, earlier={path: data for path, data in grown.files.items() if "snapshots" in path})
    assert len([path for path in gone.files if path.endswith("/manifest.json") and "snapshots" in path]) == 1
    assert keep({}, gone.library) == {}


def test_the_bytes_at_the_address_of_a_snapshot_never_change():
    def snapshots(files):
        return {path: data for path, data in files.items() if path.startswith("downloads/snapshots/")}

    before = snapshots(library_files(library(entry("a")), LAB, Setting()))
    answer = Response(at=NOW, organisation="Northgate Works", text="We disagree.")
    after = snapshots(library_files(library(replace(entry("a"), responses=(answer,))), LAB, Setting(earlier=before)))
    assert {path: after[path] for path in before} == before
    assert len(after) == 2 * len(before)
    for path in after:
        if path.endswith("/manifest.json"):
            told = json.loads(after[path])["files"]
            assert told == {name: sha256(after[path.replace("manifest.json", name)]) for name in told}


def test_a_snapshot_goes_when_another_version_takes_the_place_of_one_in_it():
    one, two = book("a"), book("a", 2, due=DUE)
    earlier = library_files(collected(one), LAB, Setting())
    kept = {path: data for path, data in earlier.items() if "snapshots/" in path}
    assert keep(earlier, collected(one)) == kept
    replaced = replace(one, release=replace(one.release, state="revised", replaced_by=2))
    assert keep(earlier, collected(replaced, two)) == {}


@pytest.fixture
def after_the_hour(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 4, 10, tzinfo=UTC))


def jdl(*words):
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.mark.usefixtures("after_the_hour")
def test_the_command_writes_the_site_and_says_what_is_in_it(tmp_path):
    releases, out = tmp_path / "releases", tmp_path / "public" / "library"
    with opened(releases) as folder:
        scheduled(folder, "A", finished_run(tmp_path / "run"))
        release_due(folder, DUE, RELEASES_LAB)
    (tmp_path / "overlaps.csv").write_text("first,second,share\nA,B,0.2\n", encoding="utf-8")
    (tmp_path / "coverage.json").write_text(json.dumps(COVERAGE.to_dict()), encoding="utf-8")
    words = ("library", "build", releases, "--out", out)
    done = jdl(*words, "--address", "https://lab.example/library", "--coverage", tmp_path / "coverage.json")
    assert done.stdout.startswith("1 entries: 1 with a result")
    assert "Not in the taxonomy" not in done.stderr
    assert "was not checked whether people are in more than one result" in done.stderr
    assert (out / "feed.xml").is_file()
    assert earlier_snapshots(Path(out))
    again = jdl(
        *words,
        "--address",
        "https://lab.example/library",
        "--coverage",
        tmp_path / "coverage.json",
        "--overlaps",
        tmp_path / "overlaps.csv",
    )
    assert "was not checked" not in again.stderr
    assert "Overlaps: no release is called B." in again.stderr
    assert "was not checked" not in (out / "types" / "employment-and-training" / "index.html").read_text(encoding="utf-8")
    create_ledger(tmp_path / "ledger.sqlite", tmp_path / "ledger.key")
    third = jdl(*words, "--ledger", tmp_path / "ledger.sqlite", "--ledger-key", tmp_path / "ledger.key")
    assert "Not in the ledger, so nobody knows who else is in them: A." in third.stderr
    assert "was not checked" not in third.stderr
    with pytest.raises(UsageError, match="--ledger-key: expected the ledger beside its key"):
        jdl(*words, "--ledger-key", tmp_path / "ledger.key")
    for address in (
        "lab.example",
        "https://",
        "https://[x/",
        "ftp://lab.example/",
        "/library/",
        "../x",
        "https://lab.example/?a=b",
        "https://lab.example/#x",
        "https://lab.example/a b",
    ):
        with pytest.raises(UsageError, match="--address: expected an address"):
            jdl(*words, "--address", address)
    for address in ("../a b", "//lab.example/\n", "../x?y", "javascript:x"):
        with pytest.raises(UsageError, match="--reports: expected an address"):
            jdl(*words, "--reports", address)
    assert jdl(*words, "--reports", "../releases").exit_code == 0


@pytest.mark.usefixtures("after_the_hour")
def test_without_an_address_the_site_stands_where_the_service_would_have_it(tmp_path):
    releases, out = tmp_path / "releases", tmp_path / "library"
    releases.mkdir()
    words = ("library", "build", releases, "--out", out)
    jdl(*words)
    assert not (out / "feed.xml").exists()
    assert not (out / "sitemap.xml").exists()
    (releases / "lab.toml").write_text('[lab]\nsite = "https://lab.example/"\n', encoding="utf-8")
    jdl(*words)
    assert "<id>https://lab.example/library/</id>" in (out / "feed.xml").read_text(encoding="utf-8")
    assert "<loc>https://lab.example/library/</loc>" in (out / "sitemap.xml").read_text(encoding="utf-8")
    jdl(*words, "--address", "https://results.example/")
    assert "https://lab.example" not in (out / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://results.example/</loc>" in (out / "sitemap.xml").read_text(encoding="utf-8")


def test_a_result_outside_the_taxonomy_is_told_to_the_editor(folder, tmp_path, monkeypatch):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    monkeypatch.setattr("justice_data_lab.library_acts.not_placed", lambda study: ("intervention_type is odd",))
    assert built(folder, DUE).not_placed == ("A: intervention_type is odd",)


def test_overlaps_are_read_strictly(tmp_path):
    path = tmp_path / "overlaps.csv"
    for good in ("first,second,share\nA,B,0.2\n", "\ufefffirst,second,share\r\nA,B,0.2\r\n", "share,second,first\n0.2, B ,A\n\n"):
        path.write_text(good, encoding="utf-8", newline="")
        assert read_overlaps(path) == (Overlap(first="A", second="B", share=0.2),)
    path.write_text("first,second,share\n", encoding="utf-8")
    assert read_overlaps(path) == ()
    bad_ones = (
        "", "\n", "a,b\n", "first;second;share\n", "first,second\nA,B\n", "first,second,share,more\nA,B,0.1,x\n", "first,second,share\nA,B,0.1,x\n",
        "first,second,share\nA,B,2\n", "first,second,share\nA,B,x\n", "first,second,share\nA,B,nan\n", "first,second,share\nA,B\n",
        "first,second,share\nA,A,0.1\n", "first,second,share\n,B,0.1\n", 'first,second,share\n"A,B,0.1\n',
    )  # fmt: skip
    for bad in bad_ones:
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(UsageError, match="each share from 0 to 1"):
            read_overlaps(path)
    path.write_bytes(b"first,second,share\nA,\xff,0.1\n")
    with pytest.raises(UsageError, match="each share from 0 to 1"):
        read_overlaps(path)
    with pytest.raises(UsageError, match="expected a CSV"):
        read_overlaps(tmp_path / "nothing.csv")


def test_a_slip_in_the_editors_files_and_a_withdrawn_result_without_a_place_are_told(folder, tmp_path):
    scheduled(folder, "A", finished_run(tmp_path / "run"))
    (folder.path / EDITORS_FILE).write_text('[entry.Aa]\ntypes = ["Sport"]\n', encoding="utf-8")
    made = built(folder, DUE, overlaps=(Overlap(first="A", second="zzz", share=0.4),))
    assert made.unheard == (
        "library.toml [entry.Aa]: no release is called Aa. Did you mean A?",
        "Overlaps: no release is called zzz.",
    )
    go(folder, folder.book("A"), "withdraw", HEAD, DUE, reason="It was of other people.")
    (folder.path / EDITORS_FILE).write_text("", encoding="utf-8")
    assert built(folder, DUE).unheard == (
        "A was withdrawn and stands on no page of a kind of help. library.toml can say where it stood.",
    )
    (folder.path / EDITORS_FILE).write_text('[entry.A]\ntypes = ["Sport"]\n', encoding="utf-8")
    assert built(folder, DUE).unheard == ()
