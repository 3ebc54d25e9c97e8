"""Parts of pages: what each does with what it is given."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import engines

AT = datetime(2026, 7, 2, 9, 30, tzinfo=UTC)


def drawn(macro, **context):
    name = macro.split("(")[0]
    text = f'{{% from "look/macros.html" import {name} %}}{{{{ {macro} }}}}'
    return re.sub(r"\s+", " ", engines["jinja2"].from_string(text).render(context))


def test_what_people_wrote_is_escaped_in_every_part():
    bad = "<b>&"
    for macro in (
        "page_heading(bad, bad)", "heading(bad)", "link(bad, '#')", "warning(bad)", "empty(bad, bad, '#')", "button(bad)",
        "summary([(bad, bad, '#')], title=bad)", "task_list([(bad, '#', bad, 'red', bad)], 't')", "table(bad, [bad], [(bad,)])",
        "timeline([(bad, bad, at, bad)])", "tag(bad)", "badge(bad)", "panel(bad, bad)", "banner(bad, text=bad)",
        "subnav([(bad, '#', true)], bad)", "sidenav([(bad, '#', false)], bad)", "bullets([bad])",
    ):  # fmt: skip
        html = drawn(macro, bad=bad, at=AT)
        assert "<b>" not in html, macro
        assert "&lt;b&gt;&amp;" in html, macro


def test_a_row_without_a_change_page_has_no_link():
    html = drawn("summary([('Programme', 'Bridge', '#p'), ('Sent by', 'A. Manager')])")
    assert html.count("<a ") == 1
    assert 'Change<span class="govuk-visually-hidden"> programme</span>' in html


def test_a_task_that_cannot_start_is_no_link():
    html = drawn("task_list([('Check answers', '', 'Cannot start yet', '', '')], 't')")
    assert "<a " not in html
    assert "govuk-task-list__status--cannot-start-yet" in html


def test_a_table_has_a_caption_headings_and_can_be_moved_by_keyboard():
    html = drawn("table('People', ['Step', '#People'], [('Sent', '204'), ('Analysed', '[c]')])")
    assert '<div class="jdl-scroll" role="region" tabindex="0" aria-label="People">' in html
    assert '<th scope="col" class="govuk-table__header govuk-table__header--numeric">People</th>' in html
    assert '<th scope="row" class="govuk-table__header">Sent</th>' in html
    assert '[c]<span class="govuk-visually-hidden"> (confidential)</span></td>' in html


def test_a_timeline_says_when_in_the_labs_own_time():
    html = drawn("timeline([('Received', 'A. Manager', at, '')])", at=AT)
    assert '<time datetime="2026-07-02T09:30:00+00:00">2 July 2026 at 10:30am</time> by A. Manager' in html


def test_pages_of_a_list_keep_the_question():
    html = drawn("pagination(page, 'state=open')", page=Paginator(range(95), 10).page(4))
    assert 'href="?state=open&amp;page=5" rel="next"' in html
    assert re.search(r'href="\?state=open&amp;page=4" aria-label="Page 4" aria-current="page"', html)


def test_a_list_of_one_page_has_no_pages():
    assert drawn("pagination(page)", page=Paginator(range(3), 10).page(1)).strip() == ""


@pytest.mark.parametrize(
    ("level", "part"),
    [
        (constants.SUCCESS, "govuk-notification-banner--success"),
        (constants.ERROR, "govuk-error-summary"),
        (constants.INFO, "Important"),
    ],
)
def test_messages_are_shown_by_what_they_are(level, part):
    html = drawn("message_banners(found)", found=[Message(level, "It is so."), Message(level, "And so.")])
    assert part in html
    assert html.count("It is so.") == 1
    assert "And so." in html


def test_nothing_yet_says_what_to_do():
    assert '<a class="govuk-link" href="#new">Start a request</a>' in drawn("empty('None yet.', 'Start a request', '#new')")
    assert "<a " not in drawn("empty('None yet.')")


def test_progress_is_said_in_words():
    assert ">1,200 of 4,000</progress>" in drawn("progress('Finding people', 1200, 4000)")


def test_a_start_button_is_a_link_and_an_act_is_a_form():
    assert 'role="button"' in drawn("link_button('Start', '#', start=true)")
    assert '<form method="post" action="#a"' in drawn("act('Withdraw', '#a', '')")
