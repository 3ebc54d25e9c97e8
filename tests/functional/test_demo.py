"""The demo, on a small register: it says where the report is and whether the interval holds the planted effect."""

from datetime import date

import pytest

from justice_data_lab import demo
from uncounted import uncounted

pytestmark = pytest.mark.usefixtures("no_pdf")


def test_the_demo_ends_with_a_report_and_the_truth(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "PEOPLE", 20_000)
    monkeypatch.setattr(demo, "SIZE", 400)
    out = tmp_path / "demo"
    # its lines are counted where it finds all finished
    with uncounted():
        lines = list(demo.run_demo(out, seed=3, today=date(2026, 11, 22), command="test"))
    assert "lies in the report's interval" in lines[1] or "lies outside the report's interval" in lines[1]
    assert lines[2] == f"The report: {out / 'run' / '7-report' / 'report.html'}"
    html = (out / "run" / "7-report" / "report.html").read_text()
    assert "Riverside Mentoring" in html
    assert "lab@example.org" in html
    again = list(demo.run_demo(out, seed=3, today=date(2026, 11, 23), command="test"))
    assert again == lines
