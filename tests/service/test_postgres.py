"""The same tests on PostgreSQL: a server of our own on a private socket, no port open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service_postgres import BINARIES

ROOT = Path(__file__).parents[2]
# what stands on the database itself: constraints, triggers, locks, leases, the chain
ON_THE_DATABASE = (
    "test_states",
    "test_jobs",
    "test_releases",
    "test_audit",
    "test_tenancy",
    "test_wall",
    "test_duties",
    # pages, made behind the wall
    "test_request_pages",
    "test_organisation_pages",
    "test_result_pages",
    "test_retention",
    "test_matrix",
    "test_worker_process",
)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.skipif(BINARIES is None, reason="needs PostgreSQL (apt-get install postgresql)")
def test_what_stands_on_the_database_holds_on_postgresql(postgres):
    files = [str(ROOT / "tests" / "service" / f"{name}.py") for name in ON_THE_DATABASE]
    environment = os.environ | {"JDL_DATABASE": postgres.address, "COVERAGE_PROCESS_START": ""}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--reuse-db", *files]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    query = [
        BINARIES / "psql",
        postgres.address.replace("/postgres?", "/test_postgres?"),
        "-Atc",
        "SELECT count(*) FROM audit_audithead",
    ]
    assert subprocess.run(query, capture_output=True, text=True, check=True).stdout == "1\n"
