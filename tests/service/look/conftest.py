"""What the tests of the look share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_tried_before():
    """How often somebody tried to log in is counted in the cache, and tests have the same somebody again and again."""
    cache.clear()
