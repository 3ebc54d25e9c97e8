"""The encrypted store: sealed as it streams, opened only with the right key, noise without it."""

# ruff: noqa: N803 -- arguments as an S3 client calls them

import io
import os
from datetime import timedelta

import pytest
from django.core.files.uploadhandler import StopUpload
from django.db import transaction
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pyrage import x25519

from jdl_service.files import keys
from jdl_service.files.blobs import FolderBlobs
from jdl_service.files.models import Sealed
from jdl_service.files.periodic import sweep
from jdl_service.files.s3 import S3Blobs, open_s3
from jdl_service.files.sealing import CHUNK, SealBrokenError, new_key, seal, unseal, unwrap, wrap
from jdl_service.files.store import Store, store
from jdl_service.files.upload import SealingHandler
from justice_data_lab.errors import UsageError

WORKER = Sealed.Opener.WORKER
CANARY = b"Canary Surname"


def pieces(data, size):
    return [data[begin : begin + size] for begin in range(0, len(data), size)]


@given(data=st.binary(max_size=300), size=st.integers(1, 50))
def test_what_is_sealed_is_unsealed_however_it_is_cut(data, size):
    key = new_key()
    sealed = b"".join(seal(pieces(data, size), key))
    assert b"".join(unseal(pieces(sealed, size), key)) == data


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_chunks_are_cut_at_their_edges(size):
    key, data = new_key(), os.urandom(size)
    assert b"".join(unseal(seal([data], key), key)) == data


def changed(sealed):
    body = bytearray(sealed)
    body[-1] ^= 1
    return bytes(body)


@pytest.mark.parametrize(
    "harm",
    [
        changed,
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[: 15 + CHUNK + 16],  # cut off at the edge of a chunk
        lambda sealed: sealed[:15] + sealed[15 + CHUNK + 16 :],  # a chunk dropped
        lambda sealed: b"JDLSEAL2" + sealed[8:],
        lambda sealed: sealed[:3],
    ],
)
def test_a_sealed_file_that_was_changed_cut_or_reordered_is_refused(harm):
    key = new_key()
    sealed = b"".join(seal([os.urandom(2 * CHUNK + 5)], key))
    with pytest.raises(SealBrokenError):
        list(unseal([harm(sealed)], key))


def test_a_key_is_unwrapped_by_its_own_identity_and_no_other():
    mine, other = x25519.Identity.generate(), x25519.Identity.generate()
    key = new_key()
    wrapped = wrap(key, str(mine.to_public()))
    assert unwrap(wrapped, str(mine)) == key
    with pytest.raises(SealBrokenError):
        unwrap(wrapped, str(other))


def test_the_web_has_no_need_of_the_workers_key_and_cannot_open_without_it(service, at, tmp_path):
    found = service()
    sealed = store().put([CANARY], opener=WORKER, at=at)
    without = service(worker_recipient=keys.worker_recipient(found), worker_key=tmp_path / "nowhere")
    assert store().put([CANARY], opener=WORKER, at=at).size > len(CANARY)
    with pytest.raises(keys.NoKeyError, match="JDL_WORKER_KEY"):
        store().open(sealed)
    assert without.worker_recipient.startswith("age1")


def test_what_goes_back_to_the_sender_is_opened_with_the_webs_key(service, at):
    sealed = store().put([CANARY], opener=Sealed.Opener.WEB, at=at)
    assert b"".join(store().open(sealed)) == CANARY


def test_nothing_plain_rests_in_the_store_and_nobody_else_can_read_it(service, at):
    home = service().home
    store().put([CANARY * 1000], opener=WORKER, at=at)
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert all(CANARY not in path.read_bytes() and path.stat().st_mode & 0o077 == 0 for path in files)


def test_destroying_the_key_destroys_the_file(db, service, at):
    sealed = store().put([CANARY], opener=WORKER, at=at)
    sealed.save()
    kept = b"".join(store().blobs.read(sealed.name))
    store().destroy(sealed, at=at)
    store().blobs.write(sealed.name, [kept])  # a backup of the bytes brings nothing back
    sealed.refresh_from_db()
    with pytest.raises(SealBrokenError, match="destroyed"):
        store().open(sealed)


def test_bytes_stay_until_it_is_sure_that_their_key_is_destroyed(
    db, service, at, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("jdl_service.files.store.once_sure", transaction.on_commit)
    sealed = store().put([CANARY], opener=WORKER, at=at)
    sealed.save()
    with transaction.atomic():
        store().destroy(sealed, at=at)
        transaction.set_rollback(True)
    sealed.refresh_from_db()
    assert b"".join(store().open(sealed)) == CANARY
    with django_capture_on_commit_callbacks(execute=True):
        store().destroy(sealed, at=at)
        assert list(store().blobs.read(sealed.name))
    with pytest.raises(SealBrokenError, match="missing"):
        list(store().blobs.read(sealed.name))


def test_a_name_that_another_process_deletes_meanwhile_is_passed_over(tmp_path, at):
    blobs = FolderBlobs(folder=tmp_path)
    blobs.write("aa1", [b"x"])
    (tmp_path / "aa" / "gone").symlink_to(tmp_path / "nowhere")
    assert list(blobs.names(at + timedelta(days=9999))) == ["aa1"]


def test_what_has_outlived_its_day_is_destroyed_and_bytes_without_a_row_are_swept(db, service, at):
    old = store().put([b"1"], opener=Sealed.Opener.WEB, at=at, keep_until=at + timedelta(days=1))
    kept = store().put([b"2"], opener=WORKER, at=at)
    orphan = store().put([b"3"], opener=WORKER, at=at)
    old.save()
    kept.save()
    folder = store().blobs.folder
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))
    sweep(at=at + timedelta(days=2))
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [kept.name]
    old.refresh_from_db()
    assert bytes(old.wrapped_key) == b""
    with pytest.raises(SealBrokenError, match="missing"):
        list(store().blobs.read(orphan.name))


def test_a_write_that_fails_leaves_nothing(tmp_path):
    def breaks():
        yield b"half"
        message = "disk full"
        raise OSError(message)

    blobs = FolderBlobs(folder=tmp_path)
    with pytest.raises(OSError, match="disk full"):
        blobs.write("abcdef", breaks())
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    blobs.delete("abcdef")


class NoSuchKey(Exception):  # noqa: N818 -- as boto3 calls it
    pass


class FakeBucket:
    """The four calls of an S3 client, two objects a page."""

    def __init__(self, moment):
        self.objects, self.moment = {}, moment

    def put_object(self, *, Bucket, Key, Body):
        self.objects[Bucket, Key] = Body

    def get_object(self, *, Bucket, Key):
        if (Bucket, Key) == ("b", "p/broken"):
            raise ConnectionError
        if (Bucket, Key) not in self.objects:
            raise NoSuchKey

        return {"Body": io.BytesIO(self.objects[Bucket, Key])}

    def delete_object(self, *, Bucket, Key):
        self.objects.pop((Bucket, Key), None)

    def list_objects_v2(self, *, Bucket, Prefix, ContinuationToken="0"):
        keys = sorted(key for bucket, key in self.objects if bucket == Bucket and key.startswith(Prefix))
        begin = int(ContinuationToken)
        page = {"Contents": [{"Key": key, "LastModified": self.moment} for key in keys[begin : begin + 2]]}
        return page | ({"NextContinuationToken": str(begin + 2)} if begin + 2 < len(keys) else {})


def test_a_bucket_keeps_sealed_bytes_like_a_folder(service, at):
    client = FakeBucket(at)
    kept = Store(blobs=S3Blobs(client=client, bucket="b", prefix="p"), environment=service())
    sealed = [kept.put([CANARY], opener=WORKER, at=at) for _ in range(3)]
    assert b"".join(kept.open(sealed[0])) == CANARY
    assert all(CANARY not in body for body in client.objects.values())
    assert set(kept.blobs.names(at + timedelta(seconds=1))) == {each.name for each in sealed}
    assert list(kept.blobs.names(at)) == []
    kept.blobs.delete(sealed[0].name)
    with pytest.raises(SealBrokenError, match="missing"):
        list(kept.blobs.read(sealed[0].name))
    with pytest.raises(ConnectionError):
        list(kept.blobs.read("broken"))


def test_storage_that_cannot_be_had_is_said_in_words(service):
    with pytest.raises(UsageError, match="s3://bucket/prefix"):
        open_s3("ftp://somewhere")
    with pytest.raises(UsageError, match="boto3"):
        open_s3("s3://bucket/prefix")
    service(storage="s3://bucket/prefix")
    with pytest.raises(UsageError, match="boto3"):
        store()


def posted(name, data, content_type="text/csv"):
    """A POST with one file, as a browser sends it."""
    edge = "edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {content_type}\r\n\r\n'
    body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
    return RequestFactory().post("/", body, content_type=f"multipart/form-data; boundary={edge}")


def test_an_upload_is_sealed_as_it_comes_and_its_name_is_forgotten(service, at):
    data = CANARY * 20_000
    sent = posted("Canary Surname cohort.CSV", data).FILES["file"]
    assert (sent.suffix, sent.size, sent.name) == (".csv", len(data), "cohort.csv")
    assert b"".join(store().open(sent.sealed)) == data


def test_an_upload_of_another_kind_has_no_suffix(service):
    assert posted("list.exe", b"x").FILES["file"].suffix == ""


def test_an_upload_above_the_limit_is_cut_off(service):
    service(upload_mb=1)
    assert "file" not in posted("list.csv", b"x" * 1_200_000).FILES


def test_an_upload_that_breaks_in_another_way_fails_in_the_open(service, monkeypatch):
    monkeypatch.setattr("jdl_service.files.upload.store", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        _ = posted("list.csv", b"x").FILES


def test_an_upload_that_is_interrupted_ends_its_thread(service):
    handler = SealingHandler()
    handler.upload_interrupted()
    handler.new_file("file", "a.csv", "text/csv", 1, None)
    handler.receive_data_chunk(b"half", 0)
    handler.upload_interrupted()
    handler._thread.join(5)
    assert not handler._thread.is_alive()
    handler._sealed = None
    with pytest.raises(StopUpload):
        handler.file_complete(4)


def test_keys_are_made_once_and_are_for_their_owner_alone(service, tmp_path):
    found = service(
        worker_key=tmp_path / "k/worker.age",
        web_key=tmp_path / "k/web.age",
        ledger=tmp_path / "k/ledger",
        ledger_key=tmp_path / "k/ledger.key",
    )
    keys.make_keys(found)
    first = keys.worker_identity(found), keys.web_identity(found), keys.worker_recipient(found), found.ledger_key.read_bytes()
    keys.make_keys(found)
    assert first == (
        keys.worker_identity(found),
        keys.web_identity(found),
        keys.worker_recipient(found),
        found.ledger_key.read_bytes(),
    )
    secret = [path for path in (tmp_path / "k").iterdir() if path.suffix != ".public"]
    assert len(secret) == 4
    assert all(path.stat().st_mode & 0o077 == 0 for path in secret)
