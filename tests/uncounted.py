"""Coverage rests: the tracer of Python 3.11 doubles the time of what it looks at, and some ways are walked line by line by other tests already."""

from contextlib import contextmanager

from coverage import Coverage


@contextmanager
def uncounted():
    """No line that runs here is counted as covered. For tests alone: the rest of a function that calls this is not counted either."""
    counting = Coverage.current()
    if counting:
        counting.stop()
    try:
        yield
    finally:
        if counting:
            counting.start()
