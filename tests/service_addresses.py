"""Every address of the service, as Django resolves it."""

from django.urls import URLPattern, URLResolver, get_resolver


def every_pattern(resolver=None, prefix=""):
    """Every pattern of the service with its whole route: (route, pattern)."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from every_pattern(each, route)
        elif isinstance(each, URLPattern):
            yield route, each
