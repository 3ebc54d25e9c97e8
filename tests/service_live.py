"""The service on a port of this machine: real requests, cookies and uploads, answered one after the other on the test's own connection.

`tests/service/journeys/conftest.py` hands the fixture on: a test asks for `live`.
"""

from dataclasses import dataclass
from threading import Thread
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import TestCase


class _Quiet(WSGIRequestHandler):
    def log_message(self, *given):
        """Say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The service while it answers.

    Attributes:
        home: its address.
        turn: does work between two requests, on their connection; what was to follow a commit follows.
    """

    home: str
    turn: Any


@pytest.fixture
def live(server, service, settings, socket_enabled):
    """The service as production has it: addresses are confirmed by a code, and nobody goes on without a second step."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = settings.MFA_REQUIRED = True
    application = get_wsgi_application()

    def turn(work, *given):
        def whole():
            with TestCase.captureOnCommitCallbacks(execute=True):
                return work(*given)

        return server(whole)

    def answer(environ, start_response):
        def whole():
            found = application(environ, start_response)
            try:
                return [b"".join(found)]
            finally:
                found.close()

        return turn(whole)

    with ThreadedWSGIServer(("127.0.0.1", 0), _Quiet, allow_reuse_address=False) as listening:
        listening.set_app(answer)
        Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield Live(home=f"http://localhost:{listening.server_port}", turn=turn)
        listening.shutdown()
