"""The same tests on PostgreSQL: a server of our own on a private socket, no port open."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# what stands on the database itself: constraints, triggers, locks, leases, the chain
ON_THE_DATABASE = (
    "test_states",
    "test_jobs",
    "test_releases",
    "test_audit",
    "test_tenancy",
    "test_matrix",
    "test_worker_process",
)


def binaries():
    """The folder of the server's programs: Debian keeps them out of the path, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    plain = shutil.which("initdb")
    return Path(plain).parent if plain else None


BINARIES = binaries()


def serve(folder, program, *words):
    """Run one of the server's programs; it refuses to be run by root, so then as the account that its package made."""
    other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    command = [*other, str(BINARIES / program), "-D", str(folder / "data"), *map(str, words)]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)


@pytest.fixture
def database():
    """The address of a fresh server."""
    folder = Path(tempfile.mkdtemp(prefix="jdl-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    serve(folder, "initdb", "-U", "lab", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    serve(folder, "pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql://lab@/postgres?host={folder}"
    finally:
        serve(folder, "pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.skipif(BINARIES is None, reason="needs PostgreSQL (apt-get install postgresql)")
def test_what_stands_on_the_database_holds_on_postgresql(database):
    files = [str(ROOT / "tests" / "service" / f"{name}.py") for name in ON_THE_DATABASE]
    environment = os.environ | {"JDL_DATABASE": database, "COVERAGE_PROCESS_START": ""}
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--reuse-db", *files]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    query = [BINARIES / "psql", database.replace("/postgres?", "/test_postgres?"), "-Atc", "SELECT count(*) FROM audit_audithead"]
    assert subprocess.run(query, capture_output=True, text=True, check=True).stdout == "1\n"
