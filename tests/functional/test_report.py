"""The report's files: the same figures in each, readable by everybody, the same bytes every time."""

import builtins
import csv
import io
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise

import pikepdf
import pytest

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.disclosure.protocol import ProtocolChange, ProtocolFacts
from justice_data_lab.errors import UsageError
from justice_data_lab.reporting.dates import date_in_words
from justice_data_lab.reporting.html import render_html
from justice_data_lab.reporting.machine import csv_metadata, report_json, tidy_csv
from justice_data_lab.reporting.page import lay_out
from justice_data_lab.reporting.report import Report, read_report, report
from justice_data_lab.study import DisclosureRules, Lab, Study
from sample_analyses import several
from sample_checks import checked, checked_trial
from sample_requests import eleven_estimates, national, no_overlap, refused, trial

LAB = Lab(contacts="statistics@lab.example", lead_statistician="A. Statistician", brand_colour="#28A197")
RULES, PUBLIC = DisclosureRules(), DisclosureRules(profile="none")
PLAN = ProtocolFacts(
    sha256="3f0a" * 16,
    frozen_on="2026-03-09",
    changes=(ProtocolChange(what="method.caliper.sd", before="0.05", after="0.1", why="Too few people had a match."),),
)
REQUESTS = {
    "national": (national(), RULES),
    "several": (replace(several(), protocol=PLAN), RULES),
    "trial": (trial(), PUBLIC),
    "checked": (checked(), RULES),
    "checked trial": (checked_trial(), PUBLIC),
    "refused": (refused(), RULES),
    "no balance": (no_overlap(), RULES),
}
# Numbers that stand in fixed sentences: confidence, power, the five points, the bounds of balance, follow-up.
FIXED = {"95", "100", "5", "80", "1", "20", "0.05", "0.10", "0.15", "18", "0"}


def study_of(request):
    facts = request.study
    return Study(
        name=facts.name,
        organisation=facts.organisation,
        programme_name=facts.programme,
        intervention_type=facts.intervention_type,
        setting=facts.setting,
        seed=1,
        report_date=date.fromisoformat(facts.report_date),
    )


class Page(HTMLParser):
    """What the tests look at in a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.keyed, self.words, self.stack = [], {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "circle", "path", "use", "rect"):
            self.stack.append((tag, dict(attributes)))

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if any(tag in ("style", "svg") for tag, _ in self.stack):
            return
        self.words.append(data)
        if self.stack and "data-key" in self.stack[-1][1]:
            self.keyed.setdefault(self.stack[-1][1]["data-key"], set()).add(data)


@pytest.fixture(scope="module")
def cleared():
    return {name: disclose(request, rules) for name, (request, rules) in REQUESTS.items()}


@pytest.fixture(scope="module")
def pages(cleared):
    return {name: render_html(lay_out(disclosed, LAB)) for name, disclosed in cleared.items()}


@pytest.fixture(scope="module")
def made(cleared, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "7-report"
    return folder, report(cleared["trial"], study=study_of(trial()), lab=LAB, out=folder)


def rows_of(disclosed):
    return {row["key"]: row for row in csv.DictReader(io.StringIO(tidy_csv(disclosed).decode()))}


def digits(text):
    return set(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text))


def sizes_of(disclosed):
    """Ends of periods, and sizes of groups that larger ones are compared with: places of figures, and settings."""
    return digits(" ".join(row["level"] for row in rows_of(disclosed).values() if row["table"] in ("survival", "larger group")))


@pytest.mark.parametrize("name", REQUESTS)
def test_every_keyed_number_in_the_page_is_the_one_in_the_table(name, pages, cleared):
    rows, page = rows_of(cleared[name]), Page(pages[name])
    assert page.keyed
    assert {key: {rows[key]["text"]} for key in page.keyed} == page.keyed


@pytest.mark.parametrize("name", REQUESTS)
def test_every_number_in_a_sentence_is_in_the_table_or_a_setting(name, pages, cleared):
    content = cleared[name].content
    said = json.dumps(cleared[name].to_dict()["content"] | {"results": [], "balance": [], "profile": []}, ensure_ascii=False)
    labels = " ".join(
        (
            *(row.level for each in content.profile for row in each.rows),
            *(f"{each.label} {each.level}" for each in content.balance),
        )
    )
    known = digits(" ".join(row["text"] for row in rows_of(cleared[name]).values())) | digits(said) | digits(labels)
    known |= sizes_of(cleared[name]) | FIXED | {"10", "11", "20", "2", *(str(number) for number in range(1, 13))}
    text = " ".join(Page(pages[name]).words)
    for told in (date_in_words(content.study.report_date), date_in_words(PLAN.frozen_on), PLAN.sha256[:12]):
        text = text.replace(told, "")
    spoken = digits(text)
    assert spoken - known - digits(LAB.licence) == set()


@pytest.mark.parametrize("name", REQUESTS)
def test_every_number_in_a_chart_is_in_the_table_or_on_its_scale(name, pages, cleared):
    known = digits(" ".join(row["text"] for row in rows_of(cleared[name]).values())) | {"100", "95", "0.1"}
    titles = re.findall(r"<title>([^<]*)</title>", pages[name])[1:]
    assert len(titles) == pages[name].count("<svg")
    names = digits(" ".join(each.name for each in cleared[name].content.measures))
    counted = {str(len({row.variable for row in cleared[name].content.balance}))}
    assert digits(" ".join(titles)) - known - names - counted - sizes_of(cleared[name]) == set()


def test_what_is_withheld_is_in_no_file(cleared, pages):
    rows = eleven_estimates()
    assert rows[3].treated.value == 0.0182
    page = Page(pages["national"])
    titles = re.findall(r"<title>([^<]*)</title>", pages["national"])
    for text in (
        " ".join((*page.words, *titles)),
        tidy_csv(cleared["national"]).decode(),
        json.dumps(report_json(cleared["national"], LAB)),
    ):
        assert "0.0182" not in text
        assert "943" not in text
        assert "1032" not in text
        assert "1,032" not in text


@pytest.mark.parametrize("name", REQUESTS)
def test_the_page_stands_alone_without_scripts_or_addresses(name, pages):
    page = Page(pages[name])
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object")]
    assert not re.findall(r"(?:src|href)=\"https?:", pages[name])
    assert "@import" not in pages[name]
    assert not [attributes for _, attributes in page.tags if any(key.startswith("on") for key in attributes)]


@pytest.mark.parametrize("name", REQUESTS)
def test_the_page_is_built_for_screen_readers(name, pages):
    page = Page(pages[name])
    tags = [tag for tag, _ in page.tags]
    html = next(attributes for tag, attributes in page.tags if tag == "html")
    assert html["lang"] == "en-GB"
    assert tags.count("h1") == 1
    assert tags.count("main") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    linked = [attributes["href"][1:] for tag, attributes in page.tags if tag == "a"]
    assert set(linked) <= set(ids)
    assert tags.count("caption") == tags.count("table")
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    assert all(attributes["tabindex"] == "0" for _, attributes in page.tags if attributes.get("class", "").startswith("scroll"))
    named = [attributes["aria-label"] for _, attributes in page.tags if "aria-label" in attributes]
    assert len(named) == len(set(named))
    pointed = re.findall(r'xlink:href="#([^"]+)"|url\(#([^)]+)\)', pages[name])
    assert {one or other for one, other in pointed} <= set(ids)


@pytest.mark.parametrize("name", REQUESTS)
def test_each_drawing_is_sound_xml_with_its_words_as_first_child(name, pages):
    for drawing in re.findall(r"<svg.*?</svg>", pages[name], flags=re.DOTALL):
        root = ET.fromstring(drawing)  # noqa: S314 -- our own drawing
        assert root.attrib["role"] == "img"
        assert root[0].tag.endswith("title")
        assert len(root[0].text) > 20
        assert "DejaVu" not in drawing


def test_what_people_wrote_is_escaped(cleared):
    nasty = replace(national().study, programme="<script>alert(1)</script>", own_words="<img src=x onerror=y>")
    page = render_html(lay_out(disclose(replace(national(), study=nasty), RULES), LAB))
    assert "<script>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_labs_colour_and_name_head_the_page_and_no_crest(pages):
    assert "--brand: #28A197" in pages["national"]
    assert "Justice Data Lab" in pages["national"]
    assert not re.search(r"crown|crest", re.sub(r"Licence[^<]*", "", pages["national"]), flags=re.IGNORECASE)


def test_large_letters_say_what_the_report_has_not_had(pages):
    loud = re.compile(r'<p class="loud">([^<]+)</p>')
    assert loud.findall(pages["national"]) == ["Not yet cleared for publication"]
    assert loud.findall(pages["refused"]) == ["Not yet cleared for publication"]
    assert loud.findall(pages["trial"]) == ["Made from data that are already public"]


@pytest.mark.parametrize(("colour", "words"), [("red", "let the analysis go on"), ("green", "was not needed")])
def test_an_override_is_printed_with_its_reason(colour, words):
    method = replace(national().method, override="B. Reviewer: the level is tiny.")
    rows = tuple(replace(row, colour=colour) for row in national().balance)
    warnings = ("balance_red_overridden",) if colour == "red" else ()
    page = render_html(lay_out(disclose(replace(national(), method=method, balance=rows, warnings=warnings), RULES), LAB))
    assert words in page
    assert "B. Reviewer: the level is tiny." in page


def test_the_trial_reads_as_published(pages):
    words = " ".join(" ".join(Page(pages["trial"]).words).split())
    for text in ("22.2%", "30.6%", "\u22128.3", "0.0496", "28.9", "28.5", "Control group"):
        assert text in words
    assert "similar people" not in words


def test_a_report_of_a_refusal_gives_bands_and_what_would_be_needed(pages):
    words = " ".join(Page(pages["refused"]).words)
    assert "fewer than 30" in words
    assert "could not be analysed" in words
    assert "Send a larger group" in words
    assert "Results:" not in words
    assert "Standardised differences" in " ".join(Page(pages["no balance"]).words)


def test_the_report_goes_from_the_headline_to_regions_subgroups_what_came_later_and_the_check(pages):
    page = Page(pages["several"])
    headings = [attributes["id"] for tag, attributes in page.tags if tag == "h2" and "id" in attributes]
    wanted = ["analysis", "further-regional", "further-national", "further-subgroup", "further-after_start", "placebo", "plan"]
    assert [name for name in headings if name in wanted] == wanted
    contents = [attributes["href"][1:] for tag, attributes in page.tags if tag == "a"]
    assert [name for name in contents if name in wanted] == wanted


def test_every_table_of_a_further_analysis_is_numbered_within_it(pages):
    words = " ".join(" ".join(Page(pages["several"]).words).split())
    for name in ("Regional", "With needs", "In custody", "Through the gate", "Completed"):
        assert f"{name} analysis: tables 1 to 7" in words
    assert "Tables 3, 4, 5, 6 and 7 count only people who reoffended." in words


def test_page_one_speaks_of_the_headline_alone(pages):
    page_one = pages["several"][: pages["several"].index('id="contents"')]
    for name in ("regional", "custody\u201d", "completed", "through the gate", "waiting"):
        assert name not in page_one.lower().replace("employment, custody", "")


def test_what_came_later_stands_under_its_warning_and_in_no_overview(pages, cleared):
    text = pages["several"]
    section = text[text.index('id="further-after_start"') : text.index('id="placebo"')]
    assert section.index("Not a fair test of the programme") < section.index("<h3>Completed</h3>")
    overview = text[text.index("the difference in each analysis") : text.index('id="analysis"')]
    assert "Through the gate:" in overview
    assert "Completed" not in overview
    rows = rows_of(cleared["several"]).values()
    assert {row["analysis_kind"] for row in rows if row["analysis"] == "completed"} == {"after_start"}


def test_a_test_of_two_effects_stands_beside_both_effects(pages):
    text = pages["several"]
    section = text[text.index("Do the effects differ?") : text.index("Could not be analysed")]
    keys = re.findall(r'data-key="([^"]+)"', section)
    assert keys[:3] == [
        "table 1/in custody/reoffended/difference",
        "table 1/through the gate/reoffended/difference",
        "interactions/in custody/reoffended/through the gate/difference of effects",
    ]


def test_an_analysis_that_could_not_be_made_is_named_without_a_number(pages):
    text = pages["several"]
    section = text[text.index("Could not be analysed") :]
    section = section[: section.index("</ul>")]
    assert "In the community" in section
    assert digits(re.sub("<[^>]*>", "", section)) == set()


def test_a_single_analysis_has_no_further_sections(pages):
    for name in ("national", "trial"):
        assert "further-" not in pages[name]
        assert 'id="placebo"' not in pages[name]
        assert "the difference in each analysis" not in pages[name]


def test_the_plan_is_told_on_page_one_and_its_changes_in_a_table(pages):
    text = pages["several"]
    front = text[: text.index('id="contents"')]
    assert "frozen on 9 March 2026, before any outcome was read (fingerprint 3f0a3f0a3f0a)" in front
    assert "One thing was changed since" in front
    section = text[text.index('<h2 id="plan">') :]
    assert all(words in section for words in ("3f0a" * 16, "method.caliper.sd", "0.05", "Too few people had a match."))
    for name in ("national", "refused"):
        assert "No separate plan was frozen before outcomes were read." in pages[name]


def test_a_primary_mean_and_an_unreliable_primary_measure_can_head_the_page():
    measures = tuple(
        replace(each, role="primary") if each.key in ("reoffences", "custody_for_first_reoffence") else each
        for each in national().measures
    )
    rows = tuple(
        replace(row, reliable=row.measure not in ("reoffended", "custody_for_first_reoffence") and row.reliable)
        for row in eleven_estimates()
    )
    page = lay_out(disclose(replace(national(), measures=measures, estimates=rows), RULES), LAB)
    assert [answer.verdict for answer in page.answers] == [
        "Not reliable: too few people",
        "Evidence of a reduction",
        "Not reliable: too few people",
    ]
    assert page.dots == ()


def test_the_tidy_table_is_described_column_by_column(cleared):
    header, *rows = csv.reader(io.StringIO(tidy_csv(cleared["national"]).decode()))
    described = csv_metadata(cleared["national"], LAB)
    columns = described["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == header
    assert all(column["dc:description"] for column in columns)
    keys = [row[0] for row in rows]
    assert described["tableSchema"]["primaryKey"] == "key"
    assert len(keys) == len(set(keys))
    values = [row[header.index("value")] for row in rows]
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", value) for value in values if value)
    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    assert described["url"] == "tables.csv"


def test_a_gap_is_a_marker_and_never_a_number():
    estimates = list(eleven_estimates())
    estimates[9] = replace(estimates[9], reliable=False)
    rows = rows_of(disclose(replace(national(), estimates=tuple(estimates)), RULES)).values()
    assert {row["marker"] for row in rows} >= {"", "c", "u", "z"}
    assert all(row["value"] == "" for row in rows if row["marker"])


def test_the_json_names_its_schema_and_holds_the_same_figures(cleared):
    data = report_json(cleared["national"], LAB)
    assert data["schema"] == {"name": "justice-data-lab/report", "version": 1}
    first = data["report"]["results"][0]["difference"]
    assert (first["value"], first["text"]) == (-8.0, "\u22128")


def test_the_report_is_seven_files_that_describe_themselves(made):
    folder, value = made
    assert sorted(path.name for path in folder.iterdir()) == [
        "report.html", "report.json", "report.pdf", "tables.csv", "tables.csv-metadata.json", "tables.ods", "tables.xlsx",
    ]  # fmt: skip
    assert [file.name for file in value.files] == sorted(path.name for path in folder.iterdir())
    assert value.table().num_rows == 7
    assert Report.from_dict(value.to_dict()) == value
    assert read_report(folder) == value
    assert "report.pdf" in value.summary()
    assert all((folder / file.name).read_bytes() == file.data for file in value.files)


def test_the_same_inputs_give_the_same_bytes(made, cleared):
    again = report(cleared["trial"], study=study_of(trial()), lab=LAB)
    assert again == made[1]
    assert [file.data for file in again.files] == [file.data for file in made[1].files]


def figures_of(element, found):
    """Every element of the structure tree that is a figure."""
    if isinstance(element, pikepdf.Array):
        for entry in element:
            figures_of(entry, found)
    elif isinstance(element, pikepdf.Dictionary):
        if element.get("/S") == "/Figure":
            found.append(element)
        if "/K" in element:
            figures_of(element["/K"], found)


def test_the_pdf_is_tagged_titled_in_a_language_and_every_figure_has_words(made):
    with pikepdf.open(made[0] / "report.pdf") as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]) == "Transitional aid: what difference did it make? \u2013 Justice Data Lab"
        assert "/CreationDate" not in pdf.docinfo
        assert pdf.open_metadata()["pdfuaid:part"] == "1"
        found = []
        figures_of(pdf.Root.StructTreeRoot.K, found)
        drawings = (made[0] / "report.html").read_text().count("<svg")
        assert len(found) == drawings
        assert all(len(str(figure.Alt)) > 20 for figure in found)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler-utils)")
def test_every_figure_of_the_results_is_in_the_pdf(made, cleared):
    done = subprocess.run(["pdftotext", "-layout", made[0] / "report.pdf", "-"], capture_output=True, check=True, text=True)
    for result in cleared["trial"].content.results:
        for figure in (result.treated, result.comparison, result.difference, result.p_value, result.n_treated):
            assert figure.text in done.stdout
    assert re.search(r"Page 1 of \d+", done.stdout)


def test_without_pango_all_else_is_made_and_one_line_says_what_to_install(cleared, monkeypatch, tmp_path):
    real = builtins.__import__

    def missing(name, *rest, **more):
        if name == "weasyprint":
            message = "cannot load library 'libpango-1.0-0'"
            raise OSError(message)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    value = report(cleared["refused"], study=study_of(refused()), lab=LAB, out=tmp_path)
    assert [file.name for file in value.files] == [
        "report.html", "report.json", "tables.csv", "tables.csv-metadata.json", "tables.ods", "tables.xlsx",
    ]  # fmt: skip
    assert len(value.notes) == 1
    assert "apt-get install libpango" in value.summary()


def test_the_report_takes_only_what_disclose_made_and_only_its_own_study(cleared):
    with pytest.raises(TypeError, match="only what disclose"):
        report(cleared["refused"].content, study=study_of(refused()), lab=LAB)
    with pytest.raises(UsageError, match="that was disclosed"):
        report(cleared["trial"], study=study_of(national()), lab=LAB)
