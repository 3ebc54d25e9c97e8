"""Who is found: the hard people of linkage, in a small invented register."""

from datetime import date

import pytest

from justice_data_lab.linkage.linkage import Linkage
from justice_data_lab.linkage.linker import link
from justice_data_lab.register.connect import connect
from small_linkage import cohort, disposal, name, register

BORN = date(1985, 3, 14)
DAY = date(2021, 5, 4)
NAMES = [
    name("twin-a", "Thackeray", "Rosalind", date(1990, 7, 9), sex="F"),
    name("twin-b", "Thackeray", "Beatrice", date(1990, 7, 9), sex="F"),
    name("lone-twin", "Ockenden", "Jasper", date(1991, 2, 3)),
    name("father", "Penhallow", "Silas", date(1955, 10, 20)),
    name("son", "Penhallow", "Silas", date(1984, 4, 2)),
    name("married", "Quillfeather", "Marjorie", date(1978, 12, 1), sex="F", prison_number="A7777BC"),
    name("married", "Winterbourne", "Marjorie", date(1978, 12, 1), sex="F", is_primary=False),
    name("moved", "Chowdhury", "Mohammed", date(1988, 8, 8)),
    name("short", "Yardley", "William", date(1982, 6, 6)),
    name("barrel", "Lockwood-Vane", "Imogen", date(1993, 9, 30), sex="F"),
    name("middle", "Stanhope", "Horatio", date(1971, 11, 2), middle_names="Barnaby George"),
    name("spelt", "Featherstonehaugh", "Rupert", date(1969, 1, 25)),
    name("double-a", "Ravensworth", "Peregrine", date(1980, 5, 5)),
    name("double-b", "Ravensworth", "Peregrine", date(1980, 5, 5)),
    name("numbered", "Underhill", "Tobias", date(1987, 7, 17), pnc_id="2004/0123456Z", prison_number="A1234BC"),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The register, every person with one release."""
    people = dict.fromkeys(row["person_id"] for row in NAMES)
    releases = [disposal(person, f"of-{person}", "custody", date(2021, 1, 1), date(2021, 12, 1)) for person in people]
    return register(tmp_path_factory.mktemp("linkage") / "snapshot", NAMES, releases)


def person(surname, forename, born, **more):
    return {"surname": surname, "forename": forename, "date_of_birth": born, "intervention_start": DAY} | more


def outcome(small, *people):
    links = link(cohort(*people), small).links
    return list(zip(links["person_id"].to_pylist(), links["status"].to_pylist(), strict=True))


IN_SPITE_OF = [
    ("twin-a", person("THACKERAY", "rosalind", date(1990, 7, 9), sex="F")),
    ("son", person("Penhallow", "Silas", date(1984, 4, 2))),
    ("married", person("Winterbourne", "Marjorie", date(1978, 12, 1), sex="F")),
    ("married", person("Newname", "Marjorie", date(1978, 12, 1), sex="F", prison_number="a7777bc")),
    ("moved", person("Choudhury", "Mohammed", date(1988, 8, 8))),
    ("short", person("Yardley", "Bill", date(1982, 6, 6))),
    ("barrel", person("Vane", "Imogen", date(1993, 9, 30), sex="F")),
    ("middle", person("Stanhope", "Barnaby", date(1971, 11, 2))),
    ("spelt", person("Fetherstonehaugh", "Rupert", date(1969, 1, 25))),
    ("spelt", person("Rupert", "Featherstonehaugh", date(1969, 1, 25))),
    ("short", person("Yardley", "William", date(1982, 6, 16))),
    ("spelt", person("Featherstonehaugh", "Rupert", date(1969, 1, 26))),
    ("numbered", person("Underhill", "Tobias", date(1987, 7, 17), pnc_id="04/123456Z")),
    ("numbered", person("Hidden", "Toby", date(1986, 7, 17), pnc_id="2004/0123456Z", prison_number="A1234BC")),
]


@pytest.fixture(scope="module")
def found(small):
    """One cohort of all of them: several rows are of one person, so all but one of these are duplicates."""
    links = link(cohort(*(submitted for _, submitted in IN_SPITE_OF)), small).links
    return list(zip(links["person_id"].to_pylist(), links["status"].to_pylist(), strict=True))


@pytest.mark.parametrize("at", range(len(IN_SPITE_OF)))
def test_a_person_is_found_in_spite_of(found, at):
    who, status = found[at]
    assert who == IN_SPITE_OF[at][0]
    assert status in ("linked", "duplicate")


def test_day_and_month_swapped_is_found(small):
    assert outcome(small, person("Quillfeather", "Marjorie", date(1978, 1, 12), sex="F")) == [("married", "linked")]


def test_both_twins_are_told_apart(small):
    twins = [person("Thackeray", name, date(1990, 7, 9), sex="F") for name in ("Rosalind", "Beatrice")]
    assert outcome(small, *twins) == [("twin-a", "linked"), ("twin-b", "linked")]


def test_a_twin_who_is_not_in_the_register_is_not_taken_for_the_other(small):
    found = outcome(small, person("Ockenden", "Jasper", date(1991, 2, 3)), person("Ockenden", "Leopold", date(1991, 2, 3)))
    assert found[0] == ("lone-twin", "linked")
    assert found[1][0] is None


def test_a_namesake_of_another_age_is_not_linked(small):
    assert outcome(small, person("Penhallow", "Silas", date(1967, 8, 29)))[0] == (None, "not_found")


def test_a_person_who_is_not_in_the_register_is_not_found(small):
    assert outcome(small, person("Zorander", "Ptolemy", date(1990, 1, 1)))[0] == (None, "not_found")


def test_two_people_who_fit_equally_are_ambiguous_and_nobody_is_picked(small):
    assert outcome(small, person("Ravensworth", "Peregrine", date(1980, 5, 5)))[0] == (None, "ambiguous")


def test_two_rows_of_one_person_are_kept_once_by_the_earliest_start(small):
    later = person("Yardley", "Will", date(1982, 6, 6), intervention_start=date(2021, 9, 1))
    earlier = person("Yardley", "William", date(1982, 6, 6), intervention_start=date(2021, 2, 1))
    assert outcome(small, later, earlier) == [("short", "duplicate"), ("short", "linked")]


def test_a_row_without_an_eligible_start_gives_way_to_one_with(small):
    too_early = person("Yardley", "William", date(1982, 6, 6), intervention_start=date(2019, 2, 1))
    eligible = person("Yardley", "William", date(1982, 6, 6), intervention_start=date(2021, 9, 1))
    assert outcome(small, too_early, eligible) == [("short", "duplicate"), ("short", "linked")]


def test_attrition_counts_down_to_the_linked_rows(small):
    rows = [person("Yardley", "William", date(1982, 6, 6)), person("Zorander", "Ptolemy", date(1990, 1, 1))]
    linkage = link(cohort(*rows), small)
    assert linkage.attrition[0].left == 2
    assert linkage.attrition[-1].left == linkage.linked().num_rows == 1
    assert sum(step.lost for step in linkage.attrition) == 1


def test_no_name_date_of_birth_or_number_leaves_the_room(small):
    linkage = link(cohort(person("Underhill", "Tobias", date(1987, 7, 17), pnc_id="2004/0123456Z"), own=("cohort_year",)), small)
    text = str(linkage.to_dict())
    assert not any(secret in text for secret in ("Underhill", "UNDERHILL", "Tobias", "1987-07-17", "0123456"))
    assert "cohort_year" in linkage.links.column_names


def test_a_linkage_survives_its_own_json(small):
    linkage = link(cohort(person("Yardley", "Bill", date(1982, 6, 6), setting="custody")), small)
    again = Linkage.from_dict(linkage.to_dict())
    assert again == linkage
    assert again.links.equals(linkage.links)


def test_the_same_cohort_gives_the_same_links_and_leaves_nothing_on_the_connection(small):
    rows = cohort(person("Yardley", "Bill", date(1982, 6, 6)), person("Ravensworth", "Peregrine", date(1980, 5, 5)))
    con = connect()
    first, second = link(rows, small, con=con), link(rows, small, con=con)
    left_behind = con.execute("SHOW ALL TABLES").fetchall()
    con.close()
    assert first.to_dict() == second.to_dict()
    assert left_behind == []


def test_nothing_is_printed_or_logged(small, capfd, caplog):
    with caplog.at_level(1):
        link(cohort(person("Yardley", "Bill", date(1982, 6, 6))), small)
    assert capfd.readouterr() == ("", "")
    assert [record for record in caplog.records if record.name.startswith("splink")] == []


def test_the_quality_report_says_who_was_found_and_how_many_links_may_be_wrong(small):
    rows = [
        person("Yardley", "William", date(1982, 6, 6)),
        person("Thackeray", "Rosalind", date(1990, 7, 9), sex="F"),
        person("Zorander", "Ptolemy", date(1990, 1, 1), prison_number="Z0000ZZ"),
    ]
    report = {(row.section, row.group): row for row in link(cohort(*rows), small).quality}
    assert (report["overall", "All rows"].rows, report["overall", "All rows"].found) == (3, 2)
    assert report["sex", "F"].found == 1
    assert (report["age", "30 to 39"].rows, report["age", "30 to 39"].found) == (3, 2)
    assert report["fields given", "prison number"].found == 0
    assert (report["ethnicity", "white"].rows, report["ethnicity", "white"].found) == (2, None)
    assert report["estimate", "Wrong links expected"].rows == 2
    assert report["estimate", "Wrong links expected"].expected < 0.1


def test_an_empty_cohort_links_nobody(small):
    linkage = link(cohort(), small)
    assert (linkage.links.num_rows, linkage.attrition[-1].left) == (0, 0)
