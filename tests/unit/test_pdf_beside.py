"""The PDF of a report may be drawn by a process of its own: the same bytes, and never a report that waits for nothing."""

import io
import subprocess
import sys

import pytest

from justice_data_lab.reporting import pdf, pdf_beside
from justice_data_lab.reporting.pdf_beside import NOT_POSSIBLE, Drawer, Drawing, draw, drawer_beside

PAGE = "<!doctype html><html lang='en'><head><title>A page</title></head><body><h1>A page</h1><p>Words.</p></body></html>"


@pytest.fixture
def here(monkeypatch):
    """Pages drawn in this process say so."""
    monkeypatch.setattr(pdf_beside, "render_pdf", lambda html: b"%PDF here of " + html.encode())


def a_process(program):
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def ended(process):
    process.wait()
    for pipe in (process.stdin, process.stdout):
        pipe.close()


def test_a_page_drawn_beside_has_the_bytes_of_one_drawn_here():
    with drawer_beside(2) as drawer:
        assert drawer.process is not None
        found = drawer.begin(PAGE).pdf()
    assert found == pdf.render_pdf(PAGE)
    assert drawer.process.returncode is not None


def test_a_drawer_that_was_given_nothing_is_gone_when_the_block_ends():
    with drawer_beside(2) as drawer:
        pass
    assert drawer.process.returncode is not None


def test_with_one_processor_pages_are_drawn_here(here):
    with drawer_beside(1) as drawer:
        assert drawer.begin("x").pdf() == b"%PDF here of x"


def test_where_no_process_can_be_made_pages_are_drawn_here(here, monkeypatch):
    def refuse(*_, **__):
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with drawer_beside(2) as drawer:
        assert drawer.begin("x").pdf() == b"%PDF here of x"


def test_a_process_that_went_away_is_not_waited_for(here):
    process = a_process("pass")
    process.wait()
    assert Drawer(process=process).begin("x" * 1_000_000).pdf() == b"%PDF here of " + b"x" * 1_000_000
    ended(process)


def test_what_a_process_that_failed_had_written_is_no_pdf(here):
    process = a_process("import sys; sys.stdin.read(); print('half'); sys.exit(1)")
    assert Drawer(process=process).begin("x").pdf() == b"%PDF here of x"
    ended(process)


def test_without_pango_there_is_no_pdf_by_either_way():
    process = a_process(f"import sys; sys.stdin.read(); sys.exit({NOT_POSSIBLE})")
    assert Drawer(process=process).begin("x").pdf() is None
    ended(process)


def test_the_process_draws_one_page_and_nothing_for_nobody(here, monkeypatch):
    made = io.BytesIO()
    assert draw(io.BytesIO(b"x"), made) == 0
    assert made.getvalue() == b"%PDF here of x"
    assert draw(io.BytesIO(b""), made) == 0
    monkeypatch.setattr(pdf_beside, "is_possible", lambda: False)
    assert draw(io.BytesIO(b"x"), made) == NOT_POSSIBLE
    assert made.getvalue() == b"%PDF here of x"


def test_a_page_without_a_process_is_drawn_when_it_is_asked_for(here):
    assert Drawing(html="x", process=None).pdf() == b"%PDF here of x"
