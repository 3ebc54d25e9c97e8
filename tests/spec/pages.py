"""Writes the reference pages that come from the specs, the catalogue, the tables of rules and the public functions: `python tests/spec/pages.py`."""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "reference"
if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from justice_data_lab.estimation.quality_rules import OVERALL_RULE, QUALITY_RULES, rule_words  # noqa: E402
from justice_data_lab.measures.catalogue import COVARIATES, MEASURES, MERGED_MEASURES, OPTIONAL_MEASURES  # noqa: E402
from justice_data_lab.measures.columns import INDEX_EVENT_COLUMNS  # noqa: E402
from justice_data_lab.publication.drawing import diagram, table  # noqa: E402
from justice_data_lab.register.codes import NEEDS  # noqa: E402
from spec.control_lives import CONTROL_LIVES, YEARS, ControlLife  # noqa: E402
from spec.moved_lives import BARS, MOVED_LIVES, MovedLife  # noqa: E402
from spec.python_api import python_page  # noqa: E402
from spec.worked_lives import WORKED_LIVES  # noqa: E402

MEASURES_HEAD = """\
# The measures and covariates

*This page is written from `measures/catalogue.py` and `measures/columns.py` by `python tests/spec/pages.py`.*

## Definitions

- **Index date**: the release from custody; for every other kind of disposal, the day of the disposal. A custodial disposal without a
  release has no index date. Whoever died before the index date has no index event; whoever died later stays, and is counted.
- **Counted offence**: recordable, and not a breach. Only counted offences are reoffences, and only counted offences are history.
- **Proven reoffence**: a counted offence committed in [index date, index date + 12 months), proven before index date + 18 months, and not
  dealt with at the index disposal. Months are added once and clamped to the end of the month: 29 February + 12 months is 28 February.
- **Complete follow-up**: index date + 18 months is on or before the extract date. Without it every outcome of one year is null.
- **Two years**: a reoffence in two years is committed in [index date, index date + 24 months) and proven before index date + 30 months;
  the rest of the definition is the same. Complete two-year follow-up: index date + 30 months is on or before the extract date; without
  it the outcomes of two years are null. An analysis of two years is of people with it only.
- **First reoffence**: the earliest; of several on one day the most serious: indictable only, either way, summary; then one with
  custody; then the lowest offence_id. The same order gives the most serious offence of the index disposal, and with it the index
  offence group and, for custody, the length of the sentence (where that offence has none, the disposal's own length).
- **History** is what was known on the day of the index disposal: all counted offences proven on an *earlier day*. What is proven
  between a sentence and the release is not history, so nothing that a programme in custody might have changed is matched on; nor is
  another disposal of the same day, so no offence is both history and a reoffence; nor is what was dealt with at the index disposal
  itself, whatever day it bears. Convictions, cautions and custodial sentences are numbers of disposals, not of offences. **Time** runs
  to the index date.
- **Ages** are completed years; whoever was born on 29 February has a birthday on 1 March in other years.
- **Needs** are those of the latest day of assessment in [index date - 36 months, index date). A need found by any assessment of that day
  is a need; one that none of them looked at is unknown.
- **Work and benefits**: spells are [start, end); overlapping spells of benefit count each day once. The year before is
  [index date - 12 months, index date), a covariate; the year after is [index date, index date + 12 months), an outcome.
- **OGRS3** is the published one-year probability, as a fraction, by the date of the index disposal for age and sanctions and by the index
  date for the age band. It is null where the offence's group, the age (under 10) or the sex has no published coefficient.


## The pool

In the pool is everybody with an index event of a kind the treated have, between the first and the last treated index date of that kind,
with complete follow-up, 18 or over at the index date, who is neither in the cohort as submitted (matched or not) nor in an earlier
cohort of the programme. One event a person is chosen without looking ahead: the number that the first seven hexadecimal digits of
md5(seed, person_id) stand for, modulo the number of treated, draws one treated event, and with it a kind and a date; the person
enters with the first eligible event of that kind on or after that date, or not at all. So kinds are drawn in proportion to the
treated, before anything of the person's own events is looked at.

## The clock

With the **index clock** everything is as at the index date. With the **intervention clock** everybody's clock starts with the programme,
and the day of the **start** stands in the place of the index date in what follows; `clock = "auto"` takes the index clock when every
linked member who could be analysed started on or before the index date (or nobody knows when), else the intervention clock. Late starters who
are fewer than 2 in 100 of those who could be analysed leave first, as a step of the attrition; in a trial nobody does. Why:
[immortal time](../explanation/immortal-time.md).

- **Start** of a cohort member: the later of index date and start of the programme; the **lag** is the days from the one to the other, 0 for
  whoever started before. A person of the pool gets the lag of the treated event drawn for them, counted from their own index date.
- **Complete follow-up** is judged at the start, on both sides.
- **Had not reoffended before the start**: nobody, treated or pool, has a proven reoffence with an offence date in [index date, start), proven
  before start + 18 months. The offence's day is used inside the query only.
- **Same index disposal at the start**: nobody has a release, a community order or a suspended sentence order in (index date, start], nor
  is in custody for another sentence on the day of the start. Linkage would choose that other disposal for a member who started then. A
  sentence without a release date ends with the next disposal or release, as it does there: one that began before the index date bars nobody,
  one that began on it or later bars, whether it still runs or has ended since.
- The pool's event is the first of the drawn kind, on or after the drawn date, with which all of this holds. Nothing after the start is
  looked at.
- **History** as at a start after the index date: counted offences proven on a day before the start, other than at the index disposal. On
  the index date itself it ends with the sentence, as above.
- As at the start: history, offences in the last one and three years, time since the previous disposal, Copas rate, year and quarter; all
  outcomes but work and benefits, which are left out. As at the index date still: age, since no date of birth leaves linkage; OGRS3, needs,
  work and benefits before, since the snapshot keeps neither assessments nor spells.
- The lag is a covariate (`lag_days`, days from index date to start) when anybody has one.

## The negative control

- **Index offence**: the most serious offence of the index disposal. **Control year**: the year that ended twelve months before it,
  [index offence date - 24 months, index offence date - 12 months). The year after the control year is history that the official score
  holds alike.
- **Offended in the control year**: a counted offence committed in it and proven within it or the six months after, by the definition of a
  proven reoffence. Never proven at the index disposal, which came later.
- **Who is looked at**: people of the headline whose index offence is on record, whose control year begins no earlier than the first day
  on which the register has anything proven, and who were certainly ten or over when it began: by their age at the index date, since no
  date of birth leaves linkage. The others are counted by reason, on either side.
- **Held alike**: history as at the start of the control year (previous offences of each group, convictions, cautions and custodial
  sentences, offences in the last one and three years, time since the previous disposal, Copas rate, years since the first disposal);
  offences and disposals between the end of the control year and the index disposal; and as at the index date sex, age, ethnicity,
  nationality, kind of disposal, length of sentence, index offence, region, year and quarter. Age at the first disposal is left out,
  since it says when somebody began; OGRS3, since it counts the sanctions of the control year; needs, work and benefits, since they are
  not known as at another date than the index date.
- **Flagged**: when the 95% interval of the difference lies wholly beyond 4 percentage points, either way. Why so much, what that means
  and how often it happens: [the negative control](../explanation/negative-control.md).

Each definition is shown on a small life in [worked lives](worked-lives.md).
"""


def measures_page() -> str:
    """The reference page of measures, covariates and columns."""
    lines = [
        MEASURES_HEAD,
        "## The eleven measures\n",
        "| # | measure | of whom | kind | good is | column |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_measure(number, spec) for number, spec in enumerate(MEASURES, start=1)]
    merged = " and ".join(f"*{spec.name}* (`{spec.column}`)" for spec in MERGED_MEASURES)
    lines.append(
        f"\nWhere indictable only reoffences are too few, measures 4 and 5, and 7 and 8, are taken together: {merged}.\n"
    )
    lines += [_OPTIONAL_HEAD, "| # | measure | of whom | kind | good is | column | needs |", "|---|---|---|---|---|---|---|"]
    for number, spec in enumerate(OPTIONAL_MEASURES, start=len(MEASURES) + 1):
        lines.append(f"{_measure(number, spec)} {_needs(spec.column)} |")
    lines += ["", _COVARIATES_HEAD, "| covariate | column | kind | group | levels in order |", "|---|---|---|---|---|"]
    for item in COVARIATES:
        ordered = ", ".join(item.ordered) if item.ordered else ""
        lines.append(f"| {item.label} | `{item.name}` | {item.kind} | {item.group} | {ordered} |")
    lines += ["\n## The columns of `index_event`\n", "| column | type | used for | what it holds |", "|---|---|---|---|"]
    for column in INDEX_EVENT_COLUMNS:
        needs = f" Only with the table `{column.table}`." if column.table else ""
        lines.append(f"| `{column.name}` | {column.sql_type} | {column.role} | {column.doc}{needs} |")
    return "\n".join(lines) + "\n"


def _measure(number, spec) -> str:
    whom = "all" if spec.of == "all" else "reoffenders"
    unit = f", {spec.unit}" if spec.unit else ""
    return f"| {number} | {spec.name} | {whom} | {spec.kind}{unit} | {spec.better} | `{spec.column}` |"


def _needs(column: str) -> str:
    table = next(item.table for item in INDEX_EVENT_COLUMNS if item.name == column)
    return f"the table `{table}`" if table else "an analysis with `years = 2`"


_OPTIONAL_HEAD = """\
## Optional measures

An analysis of one year takes the eleven, and those of work and benefit where the register has the table. An analysis of two years takes
the two-year rate, its primary measure, and the two-year frequency, of people with complete two-year follow-up.
"""

_COVARIATES_HEAD = """\
## The covariates: the fixed published list

They enter the propensity score in this order; a covariate whose table a register lacks is left out. Counts enter linearly. Two columns
of `index_event` are not in the list because the others determine them: previous offences in the group summary other (previous offences
less the ten other groups) and years since the first disposal (age at index less age at first disposal, but for rounding). Days since
the previous disposal are skewed, and null for a first disposal, so they enter in bands (91, 182, 365, 730 and 1,826 days), with the
level *none*. A numeric covariate with gaps (OGRS3) has a further indicator of whether it is known. Region enters only where at least two
regions have five or more of the treated. Sex is also matched exactly.
"""


def lives_page() -> str:
    """The worked lives, as printed."""
    lines = [
        "# Worked lives",
        "",
        "*Each rule of the measures on one small life. This page is written from `tests/spec/worked_lives.py`, `moved_lives.py` and",
        "`control_lives.py` by `python tests/spec/pages.py`; the same lives are run as tests on every engine.*",
        "",
        "Unless it is said otherwise, the register was extracted on 30 June 2024, the person was born on 20 May 1990, offences are either-way",
        "thefts sentenced to a community order at a conviction, and disposals are community orders.",
    ]
    chapter = ""
    for worked in (*WORKED_LIVES, *MOVED_LIVES, *CONTROL_LIVES):
        if worked.chapter != chapter:
            chapter = worked.chapter
            lines += ["", f"## {chapter}", *_CHAPTER_HEADS.get(chapter, ())]
        rows = _TABLES.get(type(worked), _events)(worked)
        lines += ["", f"### {worked.claim}", "", *_person(worked.life), *rows]
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


_CHAPTER_HEADS = {
    BARS[0].chapter: (
        "",
        "In this and the following chapters the index disposal is D1, looked at as at another date. With the intervention clock that",
        "date is the start; whoever had reoffended before it (`early_reoffence`), or had another index disposal by then (`superseded`),",
        "is in neither group.",
    ),
    YEARS[0].chapter: (
        "",
        "In this and the following chapters the index disposal is D1, and the register has proven offences from 1 May 2012.",
    ),
}


def _moved(moved) -> list[str]:
    lines = ["", f"| column | as at {moved.as_at} |", "|---|---|"]
    return lines + _cells(moved.expected)


def _control(worked) -> list[str]:
    if worked.left_out:
        return ["", f"Left out: `{worked.left_out}`."]
    return ["", "| column | negative control |", "|---|---|", *_cells(worked.expected)]


def _cells(expected) -> list[str]:
    return [f"| `{name}` | {_cell(value)} |" for name, value in expected.items()]


_TABLES = {MovedLife: _moved, ControlLife: _control}


def _person(life) -> list[str]:
    said = {"date_of_birth": str(life.date_of_birth), "date_of_death": life.date_of_death, "sex": life.sex}
    usual = {"date_of_birth": "1990-05-20", "date_of_death": None, "sex": "M"}
    lines = [f"- {name.replace('_', ' ')}: {value}" for name, value in said.items() if value != usual[name]]
    lines += [_disposal(item) for item in sorted(life.disposals, key=lambda x: (x.disposal_date, x.disposal_id))]
    lines += [_offence(item) for item in sorted(life.offences, key=lambda x: (x.offence_date, x.offence_id))]
    lines += [
        f"- assessed {item.assessed_on}: "
        + ", ".join(
            f"{need} {'not assessed' if value is None else 'yes' if value else 'no'}"
            for need, value in zip(NEEDS, item.needs, strict=True)
        )
        for item in life.assessments or ()
    ]
    lines += [f"- {item.kind} from {item.start_date} to {item.end_date or 'now'}" for item in life.spells or ()]
    return lines


def _disposal(item) -> str:
    released = f", released {item.release_date}" if item.release_date else ""
    still = ", not released" if item.kind == "custody" and not item.release_date else ""
    length = f", {item.sentence_days} days" if item.sentence_days is not None else ""
    return f"- disposal {item.disposal_id}, {item.disposal_date}: {item.kind.replace('_', ' ')}{length}{released}{still}"


def _offence(item) -> str:
    said = [f"committed {item.offence_date}", f"proven {item.disposal_date} at {item.disposal_id}"]
    usual = {"court_outcome": "either_way", "offence_group": "theft", "disposal": "conviction", "sentence": "community"}
    said += [str(getattr(item, name)).replace("_", " ") for name, value in usual.items() if getattr(item, name) != value]
    said += [f"{item.custody_days} days"] if item.custody_days is not None else []
    said += ["a breach"] if item.is_breach else []
    said += [] if item.is_recordable else ["not recordable"]
    return f"- offence {item.offence_id}: {', '.join(said)}"


def _events(worked) -> list[str]:
    if not worked.expected:
        return ["", "No index event."]
    names = list(dict.fromkeys(name for row in worked.expected for name in row))
    lines = ["", "| column | " + " | ".join(f"index event {n}" for n in range(1, len(worked.expected) + 1)) + " |"]
    lines.append("|---|" + "---|" * len(worked.expected))
    lines += [f"| `{name}` | " + " | ".join(_cell(row.get(name, "")) for row in worked.expected) + " |" for name in names]
    return lines


def _cell(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


QUALITY_HEAD = """\
# The quality statement

*This page is written from `estimation/quality_rules.py` by `python tests/spec/pages.py`.*

Each report says how far its analysis can be relied on, by the rule on this page. The rule is fixed before any result is known. It looks at
how the analysis was made and whether other methods agree, never at what was found: a fall, a rise and no clear result are judged alike.

Each criterion is good, fair, poor or not known. Its grade is the worst that one of its figures gives. Grades are of the figures as they
are printed, rounded, so that anybody can apply the rule to a report and come to the same grade; a figure that may not be shown counts
as not known.

"""


def quality_page() -> str:
    """The published rule of the quality statement."""
    lines = [QUALITY_HEAD + "## Overall", "", OVERALL_RULE, "", "## The criteria", ""]
    lines += ["| criterion | question | essential | applies to | figures |", "|---|---|---|---|---|"]
    for rule in QUALITY_RULES:
        figures = "; ".join(figure.name for figure in rule.figures)
        designs = " and ".join(rule.designs)
        lines.append(f"| {rule.name} | {rule.question} | {'yes' if rule.essential else 'no'} | {designs} | {figures} |")
    for rule in QUALITY_RULES:
        lines += ["", f"### {rule.name}", "", rule_words(rule)]
    return "\n".join(lines) + "\n" + QUALITY_FOOT


QUALITY_FOOT = """
## What the figures are

- **Largest standardised difference** and **colour of the balance**: after matching, by rule 5 of [the method](method-jdl-1.md).
- **Share of the group matched**, **caliper widened**, **people of the pool unlike anybody in the group**: rules 1, 3 and 4. The last is shown
  and not graded: people who are like nobody in the group are no loss.
- **Effective size**: (sum of weights)² / sum of squared weights. Worth four people for each person matched, the comparison group adds a quarter to
  the variance of the group's own rate; worth one, it doubles it.
- **Links that are wrong**, **people missed**: estimated by the linkage model. Both pull a result towards zero.
- **Share of other methods that agree**: doubly robust estimation and entropy balancing, each within one standard error of the official estimate.
- **Negative control**: the groups compared on offences from before the programme, which it cannot have changed; only a difference that is
  clearly larger than 4 percentage points counts.
- **Share of the comparison group known to have had it**: people whom the lab knows from other cohorts of this kind of intervention. It is a lower
  bound, and pulls a result towards zero.
- **Clock**: whether follow-up was counted from a day before people could begin, and those who reoffended in between are missing.
- A randomised design is analysed as assigned, so it has no matching to judge, and its groups differ by chance alone.
"""


RELEASE_HEAD = """\
# Release

*This page is written from `publication/states.py` by `python tests/spec/pages.py`.*

A report becomes an official statistic by these steps and no others. What is released is the frozen bytes; anything that changes them
begins again. `jdl release` takes the steps on a folder; [the command line](command-line.md) lists its commands and
[how to release](../how-to/release.md) goes through one release.

"""


def release_page() -> str:
    """The states of a release, drawn from the table, and the table."""
    return f"{RELEASE_HEAD}```mermaid\n{diagram()}\n```\n\n## The table\n\n{table()}\n{RELEASE_FOOT}"


RELEASE_FOOT = """
An action that leaves the state as it is (`stays`) is entered in the book and in the log like any other. Each reason that is needed is printed
on the calendar or the result's page.

## Who sees what, and when

- Before a date is announced, the public does not learn that a release exists. From then on it sees title, organisation and date, with every
  confirmation, postponement and cancellation and its reason. The title is the programme's name and tells nothing of a result.
- Figures are public from the hour on, and not a second earlier: nothing of them is in any byte of the site before.
- A date is a working day (by the lab's holidays) at the lab's hour (`[release]` in `lab.toml`; 09:30 in London), four weeks ahead by calendar and clock, also when the clocks change.
- A provisional date has to be confirmed before its hour. One that was not cannot be any more: it waits until it is postponed and announced anew.
- Before the hour they are seen by those who make them (analyst, reviewers, head of profession), and by people whom the head of profession named:
  for quality assurance, or as pre-release access, which opens 24 hours before an hour that is confirmed. Both begin once the conditions are accepted
  and end by themselves at the hour they were given for: after a postponement they have to be given anew. Each copy carries the reader's name and the time; each look,
  and each attempt, is a line of the log. The organisation itself is given no pre-release access.
- The two who check and clear have had the evidence before them: what the machine found and what differs from the last release. Without a line
  in the log that says so, for these very files, neither act is done.
- Neither of the two did any part of the analysis: an analyst who brings a run, with `add` or with `change`, is one of its analysts from then on, also when somebody else brings the next; a head of profession who hands
  one in with `change` checks and clears nothing of it either. The list is in the book and, with each run, in the log ([ADR 0065](../adr/0065-whoever-did-a-part-checks-nothing.md)). Nor does any of them sign it off: `schedule`, `expedite` and `release-early` are a head of profession's who did no part of it, by any spelling of the
  name ([ADR 0066](../adr/0066-whoever-did-a-part-signs-nothing-off.md)).
- A withdrawn release stays listed, with its reason and without its figures.
- A corrected result keeps its figures, marked, until its correction is out. A version that a later one took the place of keeps its address, its
  words, its reason and the hash of its files; its figures only where the version in its place was cleared beside it ([the ledger](../how-to/keep-a-ledger.md)).

## A breach

Somebody may have seen figures who should not. `jdl release breach` writes down what happened (without a figure) and says whom to tell. The head of
profession then decides: `release-early` gives the figures to everybody at once, `contain` keeps the hour. What happened and what was decided are
printed on the result's page; an early release stands on the calendar. Only figures that two people cleared can be released early.

## Later versions

`jdl release add` under a key that is public already begins the next version: the correction of one that `correct` marked (or `withdraw` took away), or a
planned revision, for which `--reason` says why. A revision is announced four weeks ahead like anything else; a correction may be
urgent (`expedite`). At its hour the version before is marked by the clock, in the same run that releases the new one.

## A bulletin

`jdl release add-bulletin` draws up the bulletin of a quarter that has ended, from what is public then, under the key `bulletin-2026Q4`. It is checked, cleared,
frozen, announced and released like a result. When a result in it is corrected, replaced or withdrawn later, its page shows the counts of the day
and no longer the finding, and its frozen files are taken off the site. Its table of requests counts those that `jdl release request` wrote down.

## The folder

```
RELEASES/lab.toml            the lab's settings, when there are any (name, contacts, site, hour, zone, holidays, colour, pages)
RELEASES/audit.log           one line of JSON an entry, each with the hash of the one before
RELEASES/desk.json           requests, and concerns with their answers
RELEASES/KEY/vN/release.json the book: state, decisions, notices, breaches, access, responses
RELEASES/KEY/vN/files/       the report's files and disclosed.json, as the run's manifest listed them; for a bulletin its three files
```

Each act is logged with the hash of the book (or desk) that it leaves. So a line that was edited, removed or inserted, a book that was changed by hand and
a file that was exchanged are all found at the next command. A book or a line stops everything; a file holds back its own release alone: `publish` puts all others out, logs it, and ends with exit code 2 and its name
([why](../adr/0046-one-spoilt-release-is-held-back-alone.md)). Lines cut off at the end are found by the books, and by
`jdl release verify --head` against the hash that the site publishes. A folder restored from a backup that is older than the site is found
by `publish`, which then changes nothing: what was postponed, corrected or withdrawn since has to be done again, and `jdl release restored` says so.
Names and roles are those that `--by` and `--as` declare: whoever may write to the folder
is trusted to give their own, so keep it where only the lab's staff can.

## The site

`index.html`, `results/` (each version at `results/KEY/vN/`), `bulletins/` (`bulletins/2026Q4/`), `calendar/`, `about/` (compliance, pre-release, revisions,
testing, quality, concerns), `log.txt` (the head of the log), `releases.json` (everything announced, with its state, and the outcome of what is public and stands). With `site` in
`lab.toml`: `feed.xml` (Atom) and `sitemap.xml`.
"""


PAGES = {
    "measures.md": measures_page,
    "python.md": python_page,
    "quality-statement.md": quality_page,
    "release.md": release_page,
    "worked-lives.md": lives_page,
}

if __name__ == "__main__":
    for page, text in PAGES.items():
        (DOCS / page).write_text(text(), encoding="utf-8")
