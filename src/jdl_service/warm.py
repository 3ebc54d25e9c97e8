"""What a web process does when it starts, beside its first visitors."""

from __future__ import annotations

import logging
from threading import Thread

from django.db import connections

from jdl_service import clock
from jdl_service.library.standing import library_at
from jdl_service.look.environment import read_templates
from jdl_service.public.site import site_at

_log = logging.getLogger("jdl.web")


def warm_up() -> Thread:
    """Read every public result and template, and draw what most visitors of the library come to: the first wait for it and not for an act."""

    def read() -> None:
        try:
            site_at(clock.now())
            read_templates()
            library_at(clock.now()).prepare()
        except Exception:  # noqa: BLE001 -- the first visitor reads what this could not
            _log.exception("warm-up broke")
        finally:
            connections.close_all()

    thread = Thread(target=read, name="warm-up", daemon=True)
    thread.start()
    return thread
