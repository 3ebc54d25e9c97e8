"""Periodic work for the tests of the worker."""

SEEN = []


def breaks(*, at):
    """Meets what nobody expected."""
    message = "broken"
    raise RuntimeError(message)


def counts(*, at):
    """Counts."""
    SEEN.append(at)
