"""`jdl serve`: found by its entry point, refuses what it cannot do, keeps web and worker alive."""

import errno
import importlib.metadata
import os
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from jdl_service import command, serving, web
from jdl_service.conf.environment import Environment
from jdl_service.demo import invent_register
from justice_data_lab.cli import app, plug_in
from justice_data_lab.errors import JDLError, UsageError
from justice_data_lab.register.snapshot import open_register

ROOT = Path(__file__).parents[2]
SECONDS = 900  # only so that a failure ends


def test_the_service_brings_the_command_serve():
    given = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["jdl.commands"]
    points = [importlib.metadata.EntryPoint(name=name, value=value, group="jdl.commands") for name, value in given.items()]
    assert plug_in(points) == ("serve",)
    answer = CliRunner().invoke(app, ["serve", "--help"])
    assert answer.exit_code == 0
    assert "--demo" in answer.output


def test_only_web_or_worker_can_be_alone():
    with pytest.raises(UsageError, match="web or worker"):
        command.serve(only="scheduler")


def test_without_its_packages_it_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setitem(sys.modules, "jdl_service.serving", None)
    with pytest.raises(UsageError, match=r"dev\.py setup"):
        command.serve(home=tmp_path)


@pytest.mark.parametrize(("given", "kept"), [({}, "service-demo"), ({"JDL_HOME": "elsewhere"}, "elsewhere")])
def test_a_demonstration_is_kept_where_the_environment_says_or_else_apart(monkeypatch, given, kept):
    monkeypatch.setattr(os, "environ", given)
    monkeypatch.setattr(serving, "serve_all", lambda **given: None)
    command.serve(demo=True)
    assert Path(os.environ["JDL_HOME"]).name == kept


def test_options_become_settings(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "environ", {})
    asked = []
    monkeypatch.setattr(serving, "serve_all", lambda **given: asked.append(given))
    (tmp_path / "snapshot").mkdir()
    for name in ("manifest.json", "coverage.json"):
        (tmp_path / "snapshot" / name).write_text("{}")
    command.serve(demo=True, home=tmp_path / "home", register=tmp_path / "snapshot", port=1, only="web")
    assert asked == [{"host": "127.0.0.1", "port": 1, "only": "web", "demo": True}]
    assert os.environ["JDL_HOME"] == str(tmp_path / "home")
    assert os.environ["JDL_REGISTER"] == str(tmp_path / "snapshot")
    assert os.environ["JDL_MODE"] == "demo"
    os.environ.clear()
    command.serve(demo=True)
    assert os.environ["JDL_HOME"].endswith("service-demo")
    os.environ.clear()
    command.serve()
    assert "JDL_HOME" not in os.environ


@pytest.mark.parametrize(("only", "lacks"), [(None, "manifest.json"), ("worker", "manifest.json"), ("web", "coverage.json")])
def test_a_register_that_is_none_is_said_before_anything_starts(monkeypatch, tmp_path, only, lacks):
    monkeypatch.setattr(serving, "serve_all", lambda **given: pytest.fail("it was started"))
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UsageError, match=f"expected a snapshot made by `jdl register build`; found no {lacks} in"):
            command.serve(home=tmp_path, register=place, only=only)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_is_none_is_refused_as_a_wrong_option(port):
    made = typer.Typer()
    made.command()(command.serve)
    answer = CliRunner().invoke(made, ["--port", port])
    assert answer.exit_code == 2
    assert "--port" in answer.output


def test_a_web_process_whose_port_is_taken_says_so_and_ends(service, monkeypatch):
    def taken(app, **given):
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(web.waitress, "serve", taken)
    with pytest.raises(SystemExit, match=r"Nothing can listen on 127\.0\.0\.1:8001: Address already in use\."):
        web.main("127.0.0.1", 8001)


def ends(code, *, text="The door is shut."):
    """A child that says something and ends at once."""
    return serving.Child(
        name="web", command=(sys.executable, "-c", f"import sys; print({text!r}, file=sys.stderr); sys.exit({code})")
    )


def looked_after(child, *, looks=20):
    """Look after a child, waiting at each look until it has ended."""
    seen = []

    def pause(seconds):
        child.process.wait()
        seen.append(child.process.pid)
        supervisor.ended = len(seen) == looks

    supervisor = serving.Supervisor(children=(child,), pause=pause)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        supervisor.run()
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    return seen


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_child_that_ends_by_itself_again_and_again_ends_the_command_with_what_it_said(capfd, code):
    with pytest.raises(JDLError, match=r"the web process ended 3 times in a row .* It said: The door is shut\.") as caught:
        looked_after(ends(code))
    assert caught.value.exit_code == 1
    assert capfd.readouterr().err.count("The door is shut.") == 3


def test_a_child_that_was_killed_or_worked_for_a_while_is_started_again_for_ever(monkeypatch):
    killed = serving.Child(name="worker 1", command=(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"))
    assert len(looked_after(killed, looks=5)) == 5
    monkeypatch.setattr(serving, "_SHORT", 0.0)
    assert len(looked_after(ends(1), looks=5)) == 5


def test_the_children_are_one_web_and_as_many_workers_as_asked_for(service):
    service(workers=2)
    # nothing is imported from the folder in which somebody stands
    assert {child.command[1] for child in serving.children("h", 1, None)} == {"-P"}
    names = {only: [child.name for child in serving.children("h", 1, only)] for only in (None, "web", "worker")}
    assert names == {None: ["web", "worker 1", "worker 2"], "web": ["web"], "worker": ["worker 1", "worker 2"]}


def test_a_child_that_dies_is_started_again_and_ended_in_the_end():
    child = serving.Child(name="sleeps", command=(sys.executable, "-c", "import time; time.sleep(600)"))
    seen = []

    def pause(seconds):
        seen.append(child.process)
        if len(seen) == 1:
            child.process.kill()
            child.process.wait()
        else:
            supervisor.end()

    supervisor = serving.Supervisor(children=(child,), pause=pause)
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    supervisor.run()
    for number, handler in kept.items():
        signal.signal(number, handler)
    assert seen[0] is not seen[1]
    assert child.process.poll() is not None
    serving.Child(name="never", command=()).end()


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_demonstration_starts_prints_its_log_ins_and_answers(tmp_path, free_port, small_register):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "JDL_MODE": "demo"}
    # a register of one's own, so that none has to be invented
    words = ["--demo", "--home", str(tmp_path / "home"), "--port", str(free_port), "--register", str(small_register.path)]
    process = subprocess.Popen(
        [sys.executable, "-m", "jdl_service.command", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        lines = [process.stdout.readline()]
        while not lines[-1].startswith("http"):
            lines.append(process.stdout.readline())
            assert lines[-1], "it ended"
        assert any("analyst@lab.example" in line for line in lines)
        assert wait_until_ready(lines[-1].strip())
    finally:
        process.stdout.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    with sqlite3.connect(tmp_path / "home" / "service.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM accounts_user").fetchone()[0] >= 8


def wait_until_ready(address):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address + "health/ready") as answer:  # noqa: S310 -- our own process
                return answer.status == 200
        except OSError:
            time.sleep(0.2)
    return False


@pytest.mark.slow
def test_a_demonstration_invents_a_register_and_a_cohort_file_once(tmp_path):
    found = Environment(home=tmp_path, register=str(tmp_path / "snapshot"))
    begun, line = invent_register(found, people=6_000)
    assert begun == "Inventing a register of 6,000 people …"
    assert line.endswith("sample-cohort.csv")
    assert open_register(tmp_path / "snapshot").extract_date
    before = (tmp_path / "snapshot" / "manifest.json").stat().st_mtime_ns
    assert list(invent_register(found, people=6_000)) == [line]
    assert (tmp_path / "snapshot" / "manifest.json").stat().st_mtime_ns == before
    assert list(invent_register(Environment(home=tmp_path / "other", register=str(tmp_path)))) == []


def test_typer_reads_the_types_of_the_command():
    made = typer.Typer()
    made.command()(command.serve)
    assert CliRunner().invoke(made, ["--help"]).exit_code == 0
