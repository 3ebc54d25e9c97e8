"""A study of several analyses: each has its own design, outcomes are read once, and the protocol holds it to its word."""

import json
from datetime import date

import pyarrow.parquet as pq
import pytest

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.errors import UsageError
from justice_data_lab.estimation.robustness.negative_control import MARGIN
from justice_data_lab.measures.analyses import TREATED_A_REGION
from justice_data_lab.pipeline import run
from justice_data_lab.protocol import write_protocol
from justice_data_lab.request import Request
from justice_data_lab.rooms.plan import plan
from justice_data_lab.study import Lab
from justice_data_lab.study_file import read_study
from run_jdl import SMALL
from uncounted import uncounted

pytestmark = pytest.mark.usefixtures("no_pdf")
TODAY = date(2026, 11, 22)
STUDY = (
    SMALL
    + """[columns]
site = "before_start"
completed = "after_start"
[[analysis]]
name = "national"
headline = true
[[analysis]]
name = "regional"
exact = ["region"]
[[analysis]]
name = "site a"
where = { site = "A" }
[[analysis]]
name = "site b"
where = { site = "b" }
[[analysis]]
name = "site c"
where = { site = "c" }
[[analysis]]
name = "completed"
where = { completed = "yes" }
"""
)


HEADLINE_ALONE = STUDY[: STUDY.index("[[analysis]]")]


def silent(room, *, resumed):
    del room, resumed


def with_columns(path, **columns):
    """Add columns to a cohort file: each a function of the row's place."""
    lines = path.read_text().splitlines()
    heading = ",".join([lines[0], *columns])
    body = [",".join([line, *(str(value(place)) for value in columns.values())]) for place, line in enumerate(lines[1:])]
    path.write_text("\n".join([heading, *body]) + "\n")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory, small_register):
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "study.toml").write_text(STUDY)
    synthesise_cohort(small_register, folder / "cohort.csv", size=400, effect=-0.05, seed=3)
    with_columns(
        folder / "cohort.csv",
        site=lambda place: "c" if place < 20 else "ab"[place % 2],
        arm=lambda place: "waiting" if place % 4 == 0 else "served",
        arm_date=lambda _: "",
    )
    return folder


def request(inputs, register, **options):
    return Request(cohort=inputs / "cohort.csv", register=register, today=TODAY, command="test", **options)


@pytest.fixture(scope="module")
def finished(inputs, small_register, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "run"
    run(inputs / "study.toml", request(inputs, small_register), out, progress=silent)
    return out


def weights(run_folder, analysis=""):
    return pq.read_table(run_folder / "4-matching" / analysis / "weights.parquet").to_pydict()


def test_each_analysis_has_its_own_design_over_everybodys_rows(finished):
    everybody = weights(finished)
    for analysis in ("regional", "site a", "site b", "completed"):
        own = weights(finished, analysis)
        assert own["row"] == everybody["row"]
        assert own["treated"] == everybody["treated"]
        design = json.loads((finished / "4-matching" / analysis / "design.json").read_text())
        assert design["analysis"] == analysis
        assert sum(w for w, t in zip(own["weight"], own["treated"], strict=True) if t) == design["n_matched"]


def test_estimates_stand_in_study_order_and_only_for_what_could_be_made(finished):
    rows = json.loads((finished / "5-estimation" / "estimates.json").read_text())["estimates"]
    assert list(dict.fromkeys(row["analysis"] for row in rows)) == ["national", "regional", "site a", "site b", "completed"]
    stopped = json.loads((finished / "4-matching" / "site c" / "analysis.json").read_text())
    assert stopped["stop"]["refusal"]["code"] == "too_few"
    assert not (finished / "4-matching" / "site c" / "design.json").exists()


def test_the_regional_analysis_compares_only_within_regions(finished):
    own = weights(finished, "regional")
    regions = pq.read_table(finished / "3-measures" / "rows.parquet").column("region").to_pylist()
    totals: dict[str, list[float]] = {}
    for region, weight, treated in zip(regions, own["weight"], own["treated"], strict=True):
        totals.setdefault(region, [0.0, 0.0])[treated] += weight
    used = {region: both for region, both in totals.items() if both[1]}
    assert all(comparison == pytest.approx(people) for comparison, people in used.values())
    treated = [region for region, flag in zip(regions, own["treated"], strict=True) if flag]
    assert all(treated.count(region) >= TREATED_A_REGION for region in used)


def test_a_subgroup_has_only_its_own_people(finished):
    links = pq.read_table(finished / "2-linkage" / "links.parquet", filters=[("status", "=", "linked")])
    cohort = pq.read_table(finished / "1-intake" / "cohort.parquet").to_pydict()
    site = dict(zip(cohort["row"], cohort["site"], strict=True))
    person = dict(zip(links["person_id"].to_pylist(), links["row"].to_pylist(), strict=True))
    rows = pq.read_table(finished / "3-measures" / "rows.parquet").column("person_id").to_pylist()
    own = weights(finished, "site a")
    inside = [
        rows[row] for row, treated, weight in zip(own["row"], own["treated"], own["weight"], strict=True) if treated and weight
    ]
    assert len(inside) > 30
    assert {site[person[each]] for each in inside} == {"a"}


def test_two_sites_are_compared_by_a_test(finished):
    tests = json.loads((finished / "5-estimation" / "robustness.json").read_text())
    rows = {
        (row["analysis"], row["measure"]): row
        for row in json.loads((finished / "5-estimation" / "estimates.json").read_text())["estimates"]
    }
    (found,) = tests["interactions"]
    first, second = (rows[name, found["measure"]] for name in ("site a", "site b"))
    assert found["difference"] == pytest.approx(first["difference"] - second["difference"])


def test_the_negative_control_has_a_design_and_people_of_its_own(finished):
    found = json.loads((finished / "5-estimation" / "robustness.json").read_text())["robustness"]["negative_control"]
    design = json.loads((finished / "4-matching" / "negative control" / "design.json").read_text())
    assert (found["n_treated"], found["n_comparison"]) == (design["n_matched"], design["n_comparison"])
    main = pq.read_table(finished / "3-measures" / "rows.parquet").column("person_id").to_pylist()
    control = pq.read_table(finished / "3-measures" / "negative control" / "rows.parquet")
    assert control["row"].to_pylist() == list(range(control.num_rows))
    assert set(control["person_id"].to_pylist()) <= set(main)
    assert found["ci_low"] < found["difference"] < found["ci_high"]
    assert found["flagged"] == (found["ci_low"] > MARGIN or found["ci_high"] < -MARGIN)


def test_stricter_links_leave_fewer_people_and_the_linkages_own_threshold_the_result_itself(finished):
    tests = json.loads((finished / "5-estimation" / "robustness.json").read_text())
    headline = json.loads((finished / "5-estimation" / "estimates.json").read_text())["estimates"][0]
    rows = tests["thresholds"]
    assert rows[0]["difference"] == pytest.approx(headline["difference"])
    assert rows[0]["n_treated"] == headline["n_treated"]
    people = [row["n_treated"] for row in rows]
    assert people == sorted(people, reverse=True)
    assert len({row["threshold"] for row in rows}) == len(rows) > 2


def test_people_who_were_waiting_are_neither_treated_nor_pool_and_make_a_placebo_test(finished):
    cohort = pq.read_table(finished / "1-intake" / "cohort.parquet").to_pydict()
    links = pq.read_table(finished / "2-linkage" / "links.parquet").to_pydict()
    person = dict(zip(links["row"], links["person_id"], strict=True))
    waiting = {person[row] for row, arm in zip(cohort["row"], cohort["arm"], strict=True) if arm == "waiting"} - {None}
    served = {person[row] for row, arm in zip(cohort["row"], cohort["arm"], strict=True) if arm == "served"} - {None}
    main = set(pq.read_table(finished / "3-measures" / "rows.parquet").column("person_id").to_pylist())
    assert main & (waiting - served) == set()
    placebo = pq.read_table(finished / "3-measures" / "placebo waiting" / "rows.parquet").to_pydict()
    assert {each for each, treated in zip(placebo["person_id"], placebo["treated"], strict=True) if treated} <= waiting
    rows = json.loads((finished / "5-estimation" / "robustness.json").read_text())["placebos"]["rows"]
    assert [row["measure"] for row in rows] == ["one-year proven reoffending rate"]


def test_an_analysis_of_a_value_that_nobody_has_is_refused(inputs, small_register, tmp_path):
    (tmp_path / "study.toml").write_text(STUDY.replace('site = "A"', 'site = "elsewhere"'))
    with pytest.raises(UsageError, match="expected rows of the file with site = 'elsewhere'"):
        run(tmp_path / "study.toml", request(inputs, small_register), tmp_path / "run", progress=silent)


def test_a_run_is_held_to_its_protocol(inputs, small_register, tmp_path):
    (tmp_path / "study.toml").write_text(HEADLINE_ALONE)
    study = read_study(tmp_path / "study.toml", command="run", today=TODAY)
    write_protocol(plan(study, Lab(), small_register, today=TODAY), tmp_path / "protocol.json")
    changed = tmp_path / "study.toml"
    changed.write_text(HEADLINE_ALONE.replace("seed = 5", "seed = 6"))
    held = request(inputs, small_register, protocol=tmp_path / "protocol.json")
    with pytest.raises(UsageError, match=r"study\.seed"):
        run(changed, held, tmp_path / "run", progress=silent)
    assert not (tmp_path / "run").exists()
    changed.write_text(changed.read_text() + '[[change]]\nwhat = "study.seed"\nwhy = "The first was used in a rehearsal."\n')
    with uncounted():
        run(changed, held, tmp_path / "run", progress=silent)
    assert (tmp_path / "run" / "protocol.json").read_bytes() == (tmp_path / "protocol.json").read_bytes()


def test_a_reason_for_a_change_needs_a_protocol(inputs, small_register, tmp_path):
    (tmp_path / "study.toml").write_text(STUDY + '[[change]]\nwhat = "study.seed"\nwhy = "x"\n')
    with pytest.raises(UsageError, match="nothing of that name differs"):
        run(tmp_path / "study.toml", request(inputs, small_register), tmp_path / "run", progress=silent)


def test_people_known_to_have_had_such_help_are_a_share_of_the_comparison_group(inputs, finished, small_register, tmp_path):
    helped = tmp_path / "other"
    pool = weights(finished)
    people = pq.read_table(finished / "3-measures" / "rows.parquet").column("person_id").to_pylist()
    used = [
        place
        for place, (weight, treated) in enumerate(zip(pool["weight"], pool["treated"], strict=True))
        if weight and not treated
    ]
    chosen = used[::3]
    (helped / "2-linkage").mkdir(parents=True)
    links = pq.read_table(finished / "2-linkage" / "links.parquet").slice(0, 1).select(["row"])
    pq.write_table(links.append_column("person_id", [[people[chosen[0]]]]), helped / "2-linkage" / "links.parquet")
    (tmp_path / "study.toml").write_text(HEADLINE_ALONE)
    with uncounted():
        run(tmp_path / "study.toml", request(inputs, small_register, similar=(helped,)), tmp_path / "run", progress=silent)
    found = json.loads((tmp_path / "run" / "5-estimation" / "robustness.json").read_text())["helped"]
    total = sum(pool["weight"][place] for place in used)
    assert (found["people"], found["others"]) == (1, len(used) - 1)
    assert found["share"] == pytest.approx(pool["weight"][chosen[0]] / total)
