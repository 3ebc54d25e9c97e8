"""Walks one request through the service in a process of its own, and keeps a copy of its home before and after each job.

Run as `python -m service_undisturbed HOME COHORT TEMPLATES STAGE…` with the service's own settings; `JDL_HOME` is HOME.
"""

import shutil
import sys
from pathlib import Path

STAGES = ("check", "link", "match", "analyse", "draft")
STUDY = """
[study]
name = "Mentoring inside"
organisation = "Alpha Trust"
programme = "Mentoring"
intervention_type = "mentoring"
setting = "custody"
seed = 5
report_date = 2026-11-22
"""


def walk(home, cohort, templates, last):
    """Every stage up to the last: whatever is done by people, a copy, the worker's job, a copy."""
    from jdl_service.jobs.worker import Worker  # noqa: PLC0415 -- after Django's set-up

    for name, ask in zip(STAGES, _people(cohort), strict=True):
        ask()
        _copy(home, templates / f"before-{name}")
        if name == last:
            return
        Worker(name="undisturbed", hearts=False).run_all()
        _copy(home, templates / f"after-{name}")


def _people(cohort):
    """What people do before each stage."""
    from jdl_service.analysis import actions  # noqa: PLC0415 -- after Django's set-up
    from jdl_service.clock import now  # noqa: PLC0415
    from jdl_service.files.actions import upload  # noqa: PLC0415
    from jdl_service.releases.actions import send  # noqa: PLC0415
    from jdl_service.requests import actions as requests  # noqa: PLC0415
    from jdl_service.requests.models import Request  # noqa: PLC0415
    from service_people import make_world, sealed_upload  # noqa: PLC0415

    world = make_world(now())
    alpha, analyst = world.alpha, world.analyst

    def row():
        return Request.objects.get(pk=world.request.pk)

    def check():
        upload(row(), organisation=alpha.row, sent=sealed_upload(cohort, at=now()), by=alpha.member, at=now())

    def link():
        requests.declare(row(), by=alpha.member, at=now())
        requests.submit(row(), by=alpha.member, at=now())
        requests.accept(row(), by=analyst, at=now())
        actions.start_linking(row(), by=analyst, at=now())

    def match():
        requests.go_on(row(), by=alpha.member, at=now())
        actions.set_study(row(), toml=STUDY, by=analyst, at=now())
        actions.start_matching(row(), by=analyst, at=now())

    def analyse():
        actions.unlock(row(), by=analyst, at=now())

    def draft():
        send(row(), by=analyst, at=now(), reason="")

    return check, link, match, analyse, draft


def _copy(home, to):
    from django.db import connection  # noqa: PLC0415 -- after Django's set-up

    connection.close()  # the last one to close writes everything into the one file
    shutil.copytree(home, to)


if __name__ == "__main__":
    import django

    django.setup()
    from django.core.management import call_command

    from jdl_service.conf.settings import ENVIRONMENT
    from jdl_service.files.keys import make_keys

    make_keys(ENVIRONMENT)
    call_command("migrate", verbosity=0)
    walk(ENVIRONMENT.home, Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
