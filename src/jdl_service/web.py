"""The web process of the embedded default: waitress with a few threads. Run as `python -m jdl_service.web HOST PORT`."""

from __future__ import annotations

import sys

import waitress
from django.conf import settings

from jdl_service.wsgi import application

_THREADS = 8
_MOST = 100_000_000  # bytes of a request; the limit on a file is a setting, and lower
# Of the proxy in front: whether a browser speaks HTTPS, and whose request it is. It adds the address that it sees at the end of what
# it was told, so that the last one alone is believed: whatever stands before it anybody can have written.
_PROXY = {
    "trusted_proxy": "*",
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for"},
    "clear_untrusted_proxy_headers": True,
}


def main(host: str, port: int) -> None:
    """Answer until told to end; the proxy in front is believed where there is one."""
    from jdl_service.warm import warm_up  # noqa: PLC0415 -- models are there only once the application is made

    proxy = _PROXY if settings.ENVIRONMENT.https else {}
    warm_up()
    # Waitress would write what is large into a temporary file, plain as it comes; all of it stays in memory.
    kept = {"inbuf_overflow": _MOST + 1, "outbuf_overflow": _MOST + 1, "max_request_body_size": _MOST}
    try:
        waitress.serve(application, host=host, port=port, threads=_THREADS, ident=None, **kept, **proxy)
    except OSError as error:
        sys.exit(
            f"Nothing can listen on {host}:{port}: {error.strerror}. End what listens there, or give another --port or --host."
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
