"""A path on which processes find no Pango, for those whose PDF no test looks at: of all that a report is made of it takes longest to draw."""

import os
from pathlib import Path


def without_pango(path):
    """A `PYTHONPATH`, with that in front of it."""
    return os.pathsep.join(part for part in (str(Path(__file__).parent), path) if part)
