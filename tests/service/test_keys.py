"""Keys change while everything goes on: what was sealed before still opens, and what was signed before still counts for a while."""

import pytest
from django.core.management import CommandError, call_command
from pyrage import x25519

from jdl_service.audit.models import AuditEvent
from jdl_service.files.models import Sealed
from jdl_service.files.sealing import SealBrokenError
from jdl_service.files.store import store

FIRST, SECOND = (x25519.Identity.generate() for _ in range(2))
OLD, NEW = ("old secret key of the tests " * 3, "new secret key of the tests " * 3)


@pytest.fixture
def key_file(service, tmp_path):
    """`key_file(*identities)` writes the worker's key file, the one in use first, with its public half beside."""

    def write(*identities):
        path = tmp_path / "worker.age"
        path.write_text("# created: 2026-11-25\n" + "".join(f"# public key: {each.to_public()}\n{each}\n" for each in identities))
        path.with_suffix(".public").write_text(f"{identities[0].to_public()}\n")
        service(worker_key=path)

    return write


def keep(at, data=b"somebody"):
    made = store().put([data], opener=Sealed.Opener.WORKER, at=at)
    made.save()
    return made


def opened(row):
    row.refresh_from_db()
    return b"".join(store().open(row))


def test_a_changed_key_opens_what_was_sealed_before_and_the_old_one_is_not_needed_once_all_is_wrapped_anew(
    db, at, key_file, capsys
):
    key_file(FIRST)
    row, gone = keep(at), keep(at)
    store().destroy(gone, at=at)
    name, before = row.name, b"".join(store().blobs.read(row.name))
    key_file(SECOND, FIRST)
    later = keep(at, b"somebody else")
    assert (opened(row), opened(later)) == (b"somebody", b"somebody else")
    call_command("rewrap", "worker")
    assert "2 of 2 sealed files" in capsys.readouterr().out
    key_file(SECOND)
    assert (opened(row), opened(later)) == (b"somebody", b"somebody else")
    assert (row.name, b"".join(store().blobs.read(row.name))) == (name, before)
    key_file(FIRST)
    with pytest.raises(SealBrokenError):
        opened(row)
    gone.refresh_from_db()
    assert bytes(gone.wrapped_key) == b""
    assert AuditEvent.objects.get(action="change key").detail == "2 of 2 files"


def test_what_an_unknown_key_wrapped_is_told_and_keeps_no_other(db, at, key_file):
    key_file(FIRST)
    keep(at)
    key_file(SECOND)
    row = keep(at)
    with pytest.raises(CommandError, match="below the one in use"):
        call_command("rewrap", "worker")
    assert opened(row) == b"somebody"


def test_a_session_outlives_a_change_of_the_secret_for_as_long_as_the_old_one_stands(world, browser, settings):
    settings.SECRET_KEY = OLD
    active, away = browser(world.alpha.member), browser(world.beta.member)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert active.get("/requests/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert active.get("/requests/").status_code == 200, "it was signed anew"
    assert away.get("/requests/").status_code == 302
