"""The web process of the embedded default: waitress with a few threads. Run as `python -m jdl_service.web HOST PORT`."""

from __future__ import annotations

import sys

import waitress

from jdl_service.wsgi import application

_THREADS = 8


def main(host: str, port: int) -> None:
    """Answer until told to end."""
    waitress.serve(application, host=host, port=port, threads=_THREADS, ident=None, max_request_body_size=100_000_000)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
