"""No Pango, for runs and processes whose PDF no test looks at: of all that a report is made of it takes longest to draw."""

import os
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest


def without_pango(path):
    """A `PYTHONPATH` on which processes find none."""
    return os.pathsep.join(part for part in (str(Path(__file__).parent), path) if part)


@contextmanager
def without_pdf():
    """Reports that this process makes have no PDF."""
    with pytest.MonkeyPatch.context() as patch:
        beside = import_module("justice_data_lab.reporting.pdf_beside")
        patch.setattr(beside, "render_pdf", lambda html: None)
        patch.setattr(beside, "processors", lambda: 1)  # nor is there a process that would draw it
        yield
