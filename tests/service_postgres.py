"""A PostgreSQL server of the tests' own on a private socket, no port open. `tests/service/conftest.py` hands the fixture on."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest


def binaries():
    """The folder of the server's programs: Debian keeps them out of the path, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    plain = shutil.which("initdb")
    return Path(plain).parent if plain else None


BINARIES = binaries()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server in a folder of its own."""

    folder: Path

    @property
    def address(self):
        """Of its database, for `JDL_DATABASE`."""
        return f"postgresql://lab@/postgres?host={self.folder}"

    def run(self, program, *words):
        """One of the server's programs; it refuses to be run by root, so then as the account that its package made."""
        other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        command = [*other, str(BINARIES / program), "-D", str(self.folder / "data"), *map(str, words)]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def start(self):
        """Start it, without what costs time and shows nothing here; what was committed outlives its crash all the same."""
        spared = "-c fsync=off -c full_page_writes=off -c autovacuum=off -c jit=off"
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {spared}"
        self.run("pg_ctl", "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self):
        """Stop it at once, as if it had crashed."""
        self.run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture
def postgres():
    """A fresh server."""
    folder = Path(tempfile.mkdtemp(prefix="jdl-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Server(folder=folder)
    server.run("initdb", "-U", "lab", "-A", "trust", "-E", "UTF8", "--no-sync")
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
