"""One number in every format: page, PDF and workbooks are read back and held against tables.csv; one that is altered anywhere is found."""

import csv
import io
import re
from dataclasses import replace
from itertools import pairwise, zip_longest

import pikepdf
import pytest
import tinyhtml5

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.reporting.findings import headline
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.machine import tidy_csv
from justice_data_lab.reporting.ods_tables import ods_workbook
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.pdf import render_pdf
from justice_data_lab.reporting.spreadsheets import xlsx_workbook
from justice_data_lab.reporting.wording import capital
from justice_data_lab.reporting.workbook import fill_workbook
from justice_data_lab.study import DisclosureRules, Lab
from pdf_reader import read_pdf
from sample_analyses import several
from sample_checks import checked, checked_trial
from sample_requests import no_overlap, refused
from uncounted import uncounted
from workbook_reader import READ, figures_in

LAB = Lab(contacts="statistics@lab.example")
RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")
REQUESTS = {
    # several analyses with all that tests a result
    "several": (replace(several(), robustness=checked().robustness, survival=checked().survival), RULES),
    "trial": (checked_trial(), PUBLIC),
    "refused": (refused(), RULES),
    "no balance": (no_overlap(), RULES),
}
ANALYSED = ("several", "trial")
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# What the page leaves to the tables: for 100 people where a measure is of some only, what a chart draws, and each row's verdict in words.
LEFT_OUT = {"for 100 people", "rate interval low", "rate interval high", "mean interval low", "mean interval high", "verdict"}
# Precision and balance of a check on people who were not served, and of a trial, whose balance is for information only.
PLACEBO = {
    "people",
    "effective size",
    "rows green",
    "rows amber",
    "rows red",
    "detectable difference",
    "people needed",
    "people to send",
}
TRIAL = {"effective size", "rows green", "rows amber", "rows red"}
# What stands in sentences alone, with no mark of its own.
SPOKEN = {
    "eligible",
    "started",
    "estimated share",
    "interval low",
    "interval high",
    "log-rank p-value",
    "had similar help",
    "hazard ratio over time p-value",
}


@pytest.fixture(scope="module")
def cleared():
    return {name: disclose(request, rules) for name, (request, rules) in REQUESTS.items()}


@pytest.fixture(scope="module")
def pages(cleared):
    return {name: render_html(lay_out(disclosed, LAB)) for name, disclosed in cleared.items()}


@pytest.fixture(scope="module")
def printed(pages):
    with uncounted():
        return {name: render_pdf(page) for name, page in pages.items()}


@pytest.fixture(scope="module")
def books(cleared):
    filled = {name: fill_workbook(disclosed, LAB) for name, disclosed in cleared.items()}
    return {name: {"xlsx": xlsx_workbook(book), "ods": ods_workbook(book)} for name, book in filled.items()}


def rows_of(disclosed):
    return {row["key"]: row for row in csv.DictReader(io.StringIO(tidy_csv(disclosed).decode()))}


# The page


def tree_of(page):
    return tinyhtml5.parse(page, namespace_html_elements=False)


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def unmarked(element):
    """The words of an element that belong to no figure."""
    if element.get("data-key"):
        return ""
    return (element.text or "") + "".join(unmarked(each) + (each.tail or "") for each in element)


def wrong_in_page(tree, disclosed):
    """Every figure of the page that is not the one in the table, every number without a mark, every figure that is missing."""
    rows = rows_of(disclosed)
    marked = [(each.get("data-key"), text_of(each)) for each in tree.iter() if each.get("data-key")]
    wrong = [(key, text) for key, text in marked if key not in rows or rows[key]["text"] != text]
    seen = {key for key, _ in marked}
    absent = [row for row in rows.values() if row["value"] and row["key"] not in seen and not left_out(row, disclosed.content)]
    words = text_of(tree)
    missing = [row["key"] for row in absent if row["statistic"] not in SPOKEN or row["text"] not in words]
    return wrong + missing + loose_in_tables(tree)


def left_out(row, content):
    placebo = row["analysis_kind"] == "placebo" and row["statistic"] in PLACEBO
    trial = content.method.design == "randomised" and row["table"] in ("analyses", "balance") and row["statistic"] in TRIAL
    return row["statistic"] in LEFT_OUT or placebo or trial


def loose_in_tables(tree):
    """Numbers of a table's cells that are neither marked nor a setting or a sentence (the quality statement, the plan, what is needed)."""
    cells = [
        unmarked(cell)
        for table in tree.iter("table")
        if not set((table.get("class") or "").split()) & {"statement", "changes"}
        for cell in table.iter("td")
    ]
    return [words for words in cells if NUMBER.search(words) and not words.startswith("at least ")]


# The sentences


def sentences(tree, content):
    """Each sentence about one measure of the headline, with the measure's key."""
    keys = {capital(each.name): each.key for each in content.measures}
    first = next(each.key for each in content.measures if each.role == "primary")
    named = [*having(tree, "answer", "h3"), *(pair for part in having(tree, "estimates", "dt") for pair in pairs(part[1]))]
    quoted = [text_of(each) for _, part in having(tree, "quotes", "dt") for each in part.iter("dd")]
    listed = [(text_of(item[0]).rstrip(":"), unmarked(item)) for item in tree.iter("li") if len(item) and item[0].tag == "strong"]
    found = [(name, text_of(part)) for name, part in named] + listed
    return [(keys[name], text.removeprefix(name)) for name, text in found if name in keys] + [(first, text) for text in quoted]


def having(tree, kind, head):
    """Parts of a class, each with the words of its first heading."""
    parts = [each for each in tree.iter() if kind in (each.get("class") or "").split()]
    return [(text_of(next(part.iter(head))), part) for part in parts if next(part.iter(head), None) is not None]


def pairs(part):
    return [(text_of(each.find("dt")), each.find("dd")) for each in part]


def wrong_in_sentences(page, disclosed):
    """Every number in a sentence about a measure that is no figure of this measure; and each estimate that its sentence leaves out."""
    content, rows = disclosed.content, rows_of(disclosed).values()
    analysis, wrong = headline(disclosed.content), []
    for key, text in sentences(tree_of(page), content):
        own = [row for row in rows if row["measure"] == key and row["analysis"] == analysis and row["table"].startswith("table")]
        measure = next(each for each in content.measures if each.key == key)
        known = set(NUMBER.findall(" ".join((measure.name, content.study.programme, *(row["text"] for row in own)))))
        # the five points that precision is told for, and the last place where a figure is less than it
        known |= {"5"} | ({"1", "0.1"} if "less than" in text else set())
        wrong += [(key, number, text) for number in NUMBER.findall(text) if number not in known]
    said = {key: text for key, text in sentences(tree_of(page), content) if "compared with" in text}
    for row in rows:
        told = row["analysis"] == analysis and row["statistic"] in ("rate", "mean") and row["measure"] in said
        if told and row["value"] and row["text"] not in said[row["measure"]]:
            wrong.append((row["key"], "is not in its sentence", said[row["measure"]]))
    return wrong


# The PDF


def squeezed(text):
    return re.sub(r"\s", "", text)


def is_drawing(element):
    return str(element.tag).endswith("svg")


def paper(element):
    """The words of the page as they are printed: without what is only for the screen, and without drawings."""
    if (
        is_drawing(element)
        or element.tag in ("head", "style", "details")
        or set((element.get("class") or "").split()) & {"skip", "screen"}
    ):
        return ""
    return (element.text or "") + "".join(paper(each) + (each.tail or "") for each in element)


def without_contents(element):
    """The page without its list of contents, whose page numbers only the PDF has."""
    for above in list(element.iter()):
        for each in list(above):
            if each.tag == "nav":
                above.remove(each)
    return element


def parts_in_order(part):
    """The words of the PDF's parts in order: without drawings, marks of lists, the contents, and the head that a table repeats on a new page."""
    if part.tag in ("Figure", "Lbl") or [each.text() for each in part.kids[:1] if each.tag == "H2"] == ["Contents"]:
        return ""
    kids = part.kids
    if part.tag == "Table" and not any(each.tag == "Caption" for each in kids):
        kids = [each for each in kids if each.tag != "THead"]
    return part.own + "".join(map(parts_in_order, kids))


def wrong_in_pdf(data, page):
    """Where the words and numbers of the PDF first leave those of the page, and each alternative text that is not the drawing's."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = read_pdf(pdf)
    tree = tree_of(page)
    drawn = [text_of(drawing[0]) for drawing in tree.iter() if is_drawing(drawing)]
    told = [figure.alt for figure in root.all("Figure")]
    here, there = squeezed(paper(without_contents(tree))), squeezed(parts_in_order(root))
    at = next((place for place, pair in enumerate(zip_longest(here, there)) if pair[0] != pair[1]), 0)
    wrong = [] if here == there else [(here[max(at - 40, 0) : at + 20], there[max(at - 40, 0) : at + 20])]
    return wrong + [pair for pair in zip_longest(map(squeezed, drawn), map(squeezed, told)) if pair[0] != pair[1]]


# The workbooks


def wrong_in_workbook(sheets, disclosed):
    """Every figure of a workbook that is not the one in the table, and every one that is missing or stands there beside."""
    found = {row["Key"]: row for row in figures_in(sheets)}
    rows = rows_of(disclosed)
    wrong = sorted(set(found) ^ set(rows))
    for key in set(found) & set(rows):
        value = float(rows[key]["value"]) if rows[key]["value"] else ""
        if found[key]["Value"] != value or found[key]["As printed in the report"] != rows[key]["text"]:
            wrong.append(key)
    return wrong


@pytest.mark.parametrize("name", REQUESTS)
def test_every_number_of_the_page_is_that_of_the_csv_and_none_of_the_csv_is_missing(name, pages, cleared):
    assert wrong_in_page(tree_of(pages[name]), cleared[name]) == []


@pytest.mark.parametrize("name", ANALYSED)
def test_every_number_in_a_sentence_is_a_figure_of_the_measure_it_speaks_of(name, pages, cleared):
    told = list(sentences(tree_of(pages[name]), cleared[name].content))
    assert len(told) >= 8
    assert wrong_in_sentences(pages[name], cleared[name]) == []


@pytest.mark.parametrize("name", REQUESTS)
def test_every_number_and_every_word_of_the_pdf_is_that_of_the_page(name, pages, printed):
    assert wrong_in_pdf(printed[name], pages[name]) == []


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("name", REQUESTS)
def test_every_number_of_a_workbook_is_that_of_the_csv(name, kind, books, cleared):
    assert wrong_in_workbook(READ[kind](books[name][kind]), cleared[name]) == []


def altered(text):
    """The same text with its first digit made another one."""
    at = re.search(r"\d", text).start()
    return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"


def test_each_figure_of_the_page_that_is_altered_is_found(pages, cleared):
    tree, spoilt = tree_of(pages["trial"]), 0
    for mark in tree.iter("span"):
        if mark.get("data-key") and re.search(r"\d", mark.text):
            said, mark.text = mark.text, altered(mark.text)
            assert wrong_in_page(tree, cleared["trial"]) == [(mark.get("data-key"), text_of(mark))]
            mark.text, spoilt = said, spoilt + 1
    assert spoilt > 60
    assert wrong_in_page(tree, cleared["trial"]) == []


def test_a_figure_that_is_dropped_or_has_no_mark_is_found(pages, cleared):
    key = "table 1/national/arrest/difference"
    dropped = pages["trial"].replace(f'data-key="{key}"', "")
    assert {key, "\u22128.3"} <= set(wrong_in_page(tree_of(dropped), cleared["trial"]))


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("35% of people who took part committed", "43% of people who took part committed"),
        ("between 5 and 11 percentage points", "between 5 and 12 percentage points"),
        ("exactly 8 percentage points", "exactly 9 percentage points"),
        ("945 people who took part in", "940 people who took part in"),
        ("People who took part committed 1.2 proven", "People who took part committed 1.3 proven"),
    ],
)
def test_a_number_of_a_sentence_that_is_altered_is_found(said, instead, pages, cleared):
    """Also where the altered number is another figure of the same report."""
    assert said in pages["several"]
    assert wrong_in_sentences(pages["several"].replace(said, instead), cleared["several"]) != []


def test_a_number_of_the_pdf_that_is_altered_is_found(pages):
    page = pages["refused"]
    for said in ("fewer than 30</span>", "at least 30", "at least 10 people had the result"):
        assert said in page
        with uncounted():
            drawn = render_pdf(page.replace(said, altered(said), 1))
        assert len(wrong_in_pdf(drawn, page)) == 1


@pytest.mark.parametrize("kind", READ)
def test_a_number_of_a_workbook_that_is_altered_is_found(kind, books, cleared):
    sheets = READ[kind](books["trial"][kind])
    rows = [(name, at, cells) for name, (_, _, _, *lines) in sheets.items() for at, cells in enumerate(lines, 3)]
    spoilt = 0
    for name, at, cells in rows:
        for place, cell in enumerate(cells):
            if isinstance(cell, float) and name not in ("Cover", "Contents", "Notes"):
                changed = [*sheets[name]]
                changed[at] = [*cells[:place], cell + 1, *cells[place + 1 :]]
                assert wrong_in_workbook({**sheets, name: changed}, cleared["trial"]) == [cells[-1]]
                spoilt += 1
    assert spoilt > 60


@pytest.mark.parametrize("name", REQUESTS)
def test_no_heading_stands_alone_at_the_foot_of_a_page_and_no_page_is_empty(name, pages, printed):
    with pikepdf.open(io.BytesIO(printed[name])) as pdf:
        root = read_pdf(pdf)
        assert root.pages() == set(range(len(pdf.pages)))
    words = list(in_order(root, ""))
    assert len({tag for tag, _, _ in words}) > 3
    assert [(words, page) for (tag, page, words), (_, after, _) in pairwise(words) if tag and page != after] == []
    assert len(root.all("H2")) == pages[name].count("<h2")


def in_order(part, heading):
    """Every piece of text with its page, and the heading or caption that it belongs to."""
    heading = part.tag if part.tag in ("H1", "H2", "H3", "H4", "Caption") else heading
    if part.own.strip():
        yield heading, part.page, part.own
    for each in part.kids:
        yield from in_order(each, heading)
