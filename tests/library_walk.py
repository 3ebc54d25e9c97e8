"""What a visitor of the library does, in the service and on the static site alike: finds a kind of help, sees and reads it, takes it away."""

import csv
import io

from in_browser import complaints, follows


def looked_at(page, scripts):
    """Nothing sideways with everything folded out, and nothing that axe finds, which is a script itself."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    if scripts:
        assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def by_clicks(page, titles, scripts):
    """From the front page to “Mentoring, women, community” in two clicks, with every result drawn, pooled and told in words."""
    follows(page, "main .kinds a:has-text('Mentoring')")
    looked_at(page, scripts)
    follows(page, "main >> text=Women, community")
    looked_at(page, scripts)
    assert page.text_content("h1") == "Mentoring, women, community"
    reads(page, titles)


def reads(page, titles):
    """Every result in the forest plot and in its table, with the average and the prediction interval; what they mean, in words."""
    rows = page.eval_on_selector_all(
        "main figure + details tbody tr", "every => every.map(row => Array.from(row.children).map(cell => cell.textContent))"
    )
    assert sorted(row[0] for row in rows[:-2]) == sorted(titles)
    (average, ahead) = rows[-2:]
    assert average[0] == "All together"
    assert ahead[0] == "One more programme (95% prediction interval)"
    drawn = page.text_content("main svg")
    for words in (
        *titles,
        f"All {len(titles)} together",
        average[4],
        average[5],
        "One more programme (prediction interval)",
        ahead[5],
    ):
        assert words in drawn
    alternative = page.text_content("main svg title")
    assert f"{len(titles)} results" in alternative
    words = page.text_content("main")
    meaning = f"In {len(titles)} results, the average effect"
    assert meaning in alternative
    assert meaning in words
    assert "The true effect of one more programme like these would probably be between" in words
    assert f"Prediction interval{ahead[5]}" in words
    assert f"(95% interval {average[5]})" in words


def reads_what_was_delivered(page, title, what, scripts):
    """On the page of one result, one click away."""
    follows(page, f".list >> text={title}")
    assert page.text_content("h1") == title
    told = page.text_content("main")
    assert told.index("What was delivered") < told.index(what)
    looked_at(page, scripts)


def takes_away(page, given, titles, scripts):
    """The whole table, by the link that every page has; `given(path)` is the file at a path of the library."""
    follows(page, ".masthead a:text-is('Data')")
    looked_at(page, scripts)
    name = page.get_attribute("text=Table (CSV)", "href")
    rows = list(csv.DictReader(io.StringIO(given(f"downloads/{name}").decode())))
    assert set(titles) <= {row["title"] for row in rows}
    assert all(row["difference"] for row in rows if row["title"] in titles and row["measure"] == "reoffended")
