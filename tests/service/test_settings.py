"""Settings: one typed place, the embedded default, and everything unsafe refused in production."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jdl_service.conf.databases import database
from jdl_service.conf.environment import DEFAULT_KEY, Environment, read_environment
from jdl_service.conf.mail import mail
from jdl_service.conf.safety import refuse_unsafe, unsafe
from justice_data_lab.errors import UsageError

ROOT = Path(__file__).parents[2]
SAFE = {
    "JDL_MODE": "production",
    "JDL_SECRET_KEY": "kX3v9Qm2Zr7Lw5Tn8Bc4Hy6Jp1Gd0FsAeUiOoPqRtYxVzNbMhKjLg",
    "JDL_HOSTS": "lab.example",
    "JDL_HTTPS": "1",
    "JDL_MAIL": "smtp://user:p%40ss@mail.example:25",
}


def test_without_any_variable_it_is_sqlite_and_a_folder():
    found = read_environment({})
    assert (found.mode, found.database, found.storage, found.production) == ("development", "", "", False)
    assert database(found)["ENGINE"].endswith("sqlite3")
    assert found.worker_key == found.home / "keys" / "worker.age"


def test_every_field_has_its_variable_and_is_in_the_operators_guide():
    guide = (ROOT / "docs" / "reference" / "service-settings.md").read_text()
    assert [name for name in Environment.__dataclass_fields__ if f"`JDL_{name.upper()}`" not in guide] == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [("JDL_MODE", "live"), ("JDL_UPLOAD_MB", "many"), ("JDL_WORKERS", "0")],
)
def test_a_variable_that_cannot_be_read_is_said_by_its_name(variable, value):
    with pytest.raises(UsageError, match=variable):
        read_environment({variable: value})


def test_a_safe_production_starts():
    found = read_environment(SAFE)
    refuse_unsafe(found)
    assert unsafe(found) == ()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("JDL_SECRET_KEY", ""),
        ("JDL_SECRET_KEY", DEFAULT_KEY + DEFAULT_KEY),
        ("JDL_SECRET_KEY", "short"),
        ("JDL_SECRET_KEY", "a" * 60),
        ("JDL_OLD_SECRET_KEYS", "short"),
        ("JDL_HOSTS", ""),
        ("JDL_HOSTS", "*"),
        ("JDL_HOSTS", ".example.org"),
        ("JDL_HTTPS", ""),
        ("JDL_IDLE_MINUTES", "600"),
        ("JDL_MAIL", "console"),
    ],
)
def test_production_refuses_what_is_unsafe_and_says_which(variable, value):
    found = read_environment(SAFE | {variable: value})
    assert [reason.split(":")[0] for reason in unsafe(found)] == [variable]
    with pytest.raises(UsageError, match=variable):
        refuse_unsafe(found)


def test_outside_production_nothing_is_refused():
    found = read_environment({})
    assert unsafe(found)
    assert refuse_unsafe(found) is None


def test_a_database_is_had_by_its_address():
    found = database(read_environment({"JDL_DATABASE": "postgresql://a%20b:c@host:5433/name?sslmode=require&host=%2Ftmp"}))
    assert (found["NAME"], found["USER"], found["HOST"], found["PORT"]) == ("name", "a b", "host", "5433")
    assert found["OPTIONS"] == {"sslmode": "require", "host": "/tmp"}  # noqa: S108 -- a socket's folder
    for address in ("mysql://host/name", "postgresql://host"):
        with pytest.raises(UsageError, match="JDL_DATABASE"):
            database(read_environment({"JDL_DATABASE": address}))


def test_mail_is_sent_by_its_address():
    found = mail(read_environment(SAFE))
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"], found["EMAIL_USE_TLS"]) == (
        "mail.example",
        25,
        "p@ss",
        True,
    )
    assert mail(read_environment({"JDL_MAIL": "smtps://mail.example"}))["EMAIL_PORT"] == 465
    assert "console" in mail(read_environment({}))["EMAIL_BACKEND"]
    with pytest.raises(UsageError, match="JDL_MAIL"):
        mail(read_environment({"JDL_MAIL": "post"}))


def in_production(tmp_path, *words, **changes):
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "JDL_HOME": str(tmp_path), **SAFE, **changes}
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_deployment_check_finds_nothing(tmp_path):
    done = in_production(tmp_path, "-m", "jdl_service", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.slow
def test_production_does_not_start_with_a_default_key(tmp_path):
    done = in_production(tmp_path, "-m", "jdl_service", "check", JDL_SECRET_KEY="")
    assert done.returncode != 0
    assert "JDL_SECRET_KEY" in done.stderr


@pytest.mark.slow
def test_cookies_are_tied_to_the_host_in_production(tmp_path):
    names = (
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_AGE",
        "MFA_REQUIRED",
    )
    code = f"import json\nfrom jdl_service.conf import settings\nprint(json.dumps([getattr(settings, name) for name in {names}]))"
    assert json.loads(in_production(tmp_path, "-c", code).stdout) == ["__Host-session", "__Host-csrf", True, True, 1800, True]
