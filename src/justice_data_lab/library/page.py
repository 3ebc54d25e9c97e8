"""The reference page of the library, written from the data that it describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.library.counting import MOST_SHARED
from justice_data_lab.library.effects import WHY_WORDS
from justice_data_lab.library.export import COLUMNS
from justice_data_lab.library.grading import LEVELS, NO_FIGURE, OVERALL, PARTS, VERSION
from justice_data_lab.library.outside import LEVEL
from justice_data_lab.library.synthesis import FEW, LEAST
from justice_data_lab.library.taxonomy import FACETS
from justice_data_lab.library.taxonomy import VERSION as TAXONOMY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD = """# The library

Written from the code; a test fails when this page differs from it. Why it is so: [explanation](../explanation/library.md). How to build it:
[how to](../how-to/build-the-library.md).
"""
_ADDRESS = """## Addresses

| address | what |
|---|---|
| `index.html`, `types/`, `types/KIND/` | the front page; kinds of help; one kind with its forest plot, and every outcome at `outcome-MEASURE.html` |
| `types/KIND/SEX/SETTING/` | narrower lists, `any` in place of either |
| `types/KIND/compare.html` | results of one kind side by side |
| `types/KIND/2.html`, `types/KIND/outcome-MEASURE/2.html`, `types/KIND/compare/2.html`, `types/KIND/SEX/SETTING/2.html`, `organisations/2.html`, `organisations/NAME/2.html` | the same list, plot or table, further on: the latest hundred results stand first (five hundred names of organisations); below each plot what all results say together |
| `types/KIND/outcome-MEASURE/precision.html` | the funnel plot, where more than a hundred results report an outcome |
| `results/KEY/`, `results/KEY/vN/` | the result that stands; whether a claim of version N is current |
| `results/KEY/entry.json`, `citation.bib` | the same for programs |
| `programmes/`, `organisations/`, `all/` | every result of one programme, of one organisation, of the lab |
| `map/`, `gaps/`, `national/`, `about/` | map of the evidence, gaps, national rates, rules |
| `downloads/`, `downloads/snapshots/NAME/` | the whole library as CSV (with CSV-on-the-Web metadata), JSON and Parquet; earlier states while every figure in them is public |
| `outside/` | results from elsewhere, where the lab has any; `downloads/outside.csv` and `.json`, each row marked `outside` |
| `feed.xml`, `sitemap.xml`, `index.json` | Atom feed, site map, what the browser searches in |
| `all/?…`, `api/v1/` | in the web service: the answer to a question, drawn by the server; the same for programs ([API](library-api.md)) |

A question's address has `q` (words), the filters below by their keys, `verdict`, `design`, `region`, `order` (newest, oldest, people, effect, title), `page` and up to four `compare`. Several values of one filter mean any of them; what nobody could have chosen is passed over. A page has twenty results. The static site answers the same addresses by script, the latest result first where nothing else is asked.
"""


_OUTSIDE = """## Outside evidence

One file a result, `outside/KEY.toml` in the folder of releases; in the web service a form at `/lab/library/outside/`, to which a second person agrees. It is in no entry, count, map or headline. Where three results or more are taken together, the page of its kind of help also tells, for whoever opens it, what the average would be *with outside evidence*.

| key | meaning |
|---|---|
| `title`, `source`, `year`, `added` | what was studied, where it was published and when; the day from which the library shows it |
| `design` | as the source states it; see below |
| `types`; `settings`, `sexes`, `ages`, … `region` | where it stands in the taxonomy; the first is required |
| `address`, `note` | of the source; what a reader has to know; both may be left out |
| `withdrawn` | why it counts no more; it stays listed, without its figures; left out while it counts |
| `[[effect]]` `measure`, `unit` | key of the outcome, as in the column `measure` of `library.csv`; `percentage points`, or the unit of a mean |
| `[[effect]]` `difference`, `ci_low`, `ci_high` | programme group less comparison group and its 95% interval, as printed there |
| `[[effect]]` `people` | in the programme group, 1 or more; may be left out |
"""


def reference_page() -> str:
    """`docs/reference/library.md`."""
    names = {part.key: part.name for part in PARTS}

    def parts(keys: Sequence[str]) -> str:
        return ", ".join(names[key].lower() for key in keys) or "anything"

    hidden = next(part for part in PARTS if part.key == "hidden_bias")
    return "\n".join(
        [
            _HEAD,
            _ADDRESS,
            f"## The taxonomy (`{TAXONOMY}`)\n",
            *(_facet(facet.name, facet.key, ((each.name, each.key, each.meaning) for each in facet.options)) for facet in FACETS),
            "## Pooling\n",
            (
                f"At least {LEAST} results; under {FEW} it says that the intervals are themselves uncertain. Requests that share more than "
                f"{MOST_SHARED:.0%} of the smaller one's people count once, the newer.\n"
            ),
            _table(("not pooled", "because"), ((f"`{key}`", words) for key, words in WHY_WORDS.items())),
            _OUTSIDE,
            _table(("design", "level on the Maryland scale"), ((each, str(level)) for each, level in LEVEL.items())),
            f"## Grading (`{VERSION}`)\n",
            _table(("level", "Maryland scale", "here"), ((str(each.number), each.meaning, each.ours) for each in LEVELS)),
            (
                f"Sensitivity to hidden bias is good from a gamma of {hidden.good:g} on, fair from {hidden.fair:g} on. Every other part has the grade of "
                f"the report's quality statement. The overall statement is that of the first row that holds; without a figure: {NO_FIGURE}\n"
            ),
            _table(
                ("row", "level at least", "not poor", "good, or does not apply", "statement"),
                ((f"`{each.key}`", str(each.least), parts(each.not_poor), parts(each.good), each.words) for each in OVERALL),
            ),
            "## Columns of `library.csv`\n",
            _table(("column", "type", "meaning"), ((f"`{name}`", kind, words) for name, (kind, words) in COLUMNS.items())),
        ]
    )


def _facet(name: str, key: str, rows: Iterable[tuple[str, str, str]]) -> str:
    head = f"### {name} (`{key}`)\n"
    return f"{head}\n{_table(('option', 'key', 'meaning'), ((words, f'`{option}`', meaning) for words, option, meaning in rows))}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join([*lines, ""])
