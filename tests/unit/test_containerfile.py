"""The image is what the service needs: what it copies is there, what it starts can be started, nobody is root, and one place is written."""

import importlib.util
import json
import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")
LINES = re.sub(r"\\\n", " ", TEXT).splitlines()
GUIDE = (ROOT / "docs" / "how-to" / "run-the-service.md").read_text(encoding="utf-8")


def said(word):
    return [line.split(maxsplit=1)[1] for line in LINES if line.startswith(f"{word} ")]


def test_whatever_is_copied_or_installed_is_there():
    for line in said("COPY"):
        *sources, _ = shlex.split(line)
        assert [source for source in sources if not (ROOT / source).exists()] == []
    files = re.findall(r"--requirement /src/(\S+)", TEXT)
    assert len(files) == 2
    assert [name for name in files if not (ROOT / name).is_file()] == []


def test_nothing_secret_or_heavy_is_copied():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "service-data", "service-demo", "**/*.age", "**/*.key", "**/*.sqlite3"} <= set(ignored)


def test_what_it_starts_is_a_module_of_ours_with_options_that_it_has():
    (command,) = map(json.loads, said("CMD"))
    assert command[:2] == ["python", "-m"]
    assert importlib.util.find_spec(command[2]) is not None
    source = (ROOT / "src" / "jdl_service" / "command.py").read_text(encoding="utf-8")
    assert [word for word in command[3:] if word.startswith("--") and f"    {word[2:]}: " not in source] == []


def test_nobody_is_root_and_only_home_and_memory_are_written():
    (user,) = said("USER")
    assert int(user) > 0
    assert LINES.index(f"USER {user}") < LINES.index(f"CMD {said('CMD')[0]}")
    given = dict(pair.split("=") for line in said("ENV") for pair in line.split())
    assert given["JDL_HOME"] in said("VOLUME")
    assert given["JDL_SCRATCH"].split("/")[1:3] == ["dev", "shm"]
    assert (given["JDL_MODE"], given["PYTHONDONTWRITEBYTECODE"]) == ("production", "1")
    assert not any("KEY" in name for name in given)


def test_it_has_the_system_packages_of_the_checks_but_for_browser_and_database():
    wanted = re.search(r"for package in (.*); do", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))[1].split()
    installed = re.search(r"--no-install-recommends (.*?) &&", "\n".join(LINES))[1].split()
    assert set(installed) == set(wanted) - {"chromium", "postgresql"}


def test_the_guide_starts_each_process_as_it_is():
    for process in ("web", "worker"):
        assert f"--only {process}" in GUIDE
    assert "--read-only" in GUIDE
