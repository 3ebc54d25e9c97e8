"""Files that were spoilt at random: no page breaks, no check hangs, nothing of a person is left in plain text.

`JDL_FUZZ=50` tries fifty times as many.
"""

import io
import os
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake_files import inline, raw_ods, raw_xlsx
from jdl_service.files.models import CohortFile
from jdl_service.jobs.models import Job
from service_cohorts import CANARY, HEADINGS, row_of, sheet

TIMES = int(os.environ.get("JDL_FUZZ", "1"))
CELLS = "".join(
    inline(f"{'ABCDEF'[n]}{r}", each) for r, row in ((1, HEADINGS), (2, row_of(surname=CANARY))) for n, each in enumerate(row)
)
LIST = sheet(row_of(surname=CANARY), row_of(sex="x", surname=CANARY), row_of(forename="Ann"))
BASES = {
    ".csv": LIST,
    ".xlsx": raw_xlsx(CELLS),
    ".ods": raw_ods(f"<table:table><table:table-row>{CANARY}</table:table-row></table:table>"),
}
# what an encoding, a spreadsheet, a database or a page could stumble over, as a cell
CELL = st.one_of(
    st.sampled_from([b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"\r", b"=1+1", b"<script>x</script>", b"{{ 7*7 }}", b"9" * 400, b"x" * 200_000, "\u202e".encode()]),
    st.binary(max_size=20),
)  # fmt: skip


def cut(data, place):
    return data[: int(place * len(data))]


def flipped(data, places):
    spoilt = bytearray(data)
    for place, bit in places:
        spoilt[int(place * (len(spoilt) - 1))] ^= 1 << bit
    return bytes(spoilt)


def put_in(data, place, cell):
    at = int(place * len(data))
    return data[:at] + cell + data[at:]


def zipped_anew(data, cell):
    """Every part of a workbook holds something that does not belong there, and one is there twice."""
    if not data.startswith(b"PK"):
        return data.replace(b"Okafor", cell)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, old.read(each).replace(CANARY.encode(), cell))
        new.writestr("../../outside.txt", cell)
    return stream.getvalue()


SHARE = st.floats(0, 1)
SPOILT = {
    "cut": lambda data: SHARE.map(lambda place: cut(data, place)),
    "flipped": lambda data: st.lists(st.tuples(SHARE, st.integers(0, 7)), min_size=1, max_size=30).map(lambda each: flipped(data, each)),
    "put in": lambda data: st.tuples(SHARE, CELL).map(lambda each: put_in(data, *each)),
    "zipped anew": lambda data: CELL.map(lambda cell: zipped_anew(data, cell)),
    "said to be another": lambda data: st.sampled_from(sorted(BASES.values())),
    "in another encoding": lambda data: st.sampled_from(["utf-16", "utf-7", "utf-32", "cp037"]).map(lambda name: data.decode("latin-1").encode(name, "replace")),
}  # fmt: skip


@st.composite
def spoilt_files(draw):
    suffix = draw(st.sampled_from(sorted(BASES)))
    data = draw(SPOILT[draw(st.sampled_from(sorted(SPOILT)))](BASES[suffix]))
    return suffix, data


def found_in_plain(folder):
    """Files that hold the name which stands in every list."""
    words = (CANARY.encode(), CANARY.encode("utf-16-le"))
    return [path for path in folder.rglob("*") if path.is_file() and any(each in path.read_bytes() for each in words)]


@pytest.fixture
def member(world, browser, service):
    service()
    return browser(world.alpha.member)


@settings(max_examples=25 * TIMES, suppress_health_check=list(HealthCheck), derandomize=TIMES == 1)
@given(file=spoilt_files())
def test_a_spoilt_file_gets_a_plain_page_and_leaves_nothing_readable(world, member, worker, tmp_path, file):
    suffix, data = file
    with transaction.atomic():
        answer = member.post(f"/requests/{world.request.key}/file/", {"file": SimpleUploadedFile(f"a{suffix}", data)})
        assert answer.status_code == (302 if data else 200)
        worker.run_all()
        for row in CohortFile.objects.all():
            assert row.state in ("faulty", "clean")
            assert member.get(answer.url).status_code == 200
        assert set(Job.objects.values_list("state", flat=True)) <= {"done"}
        transaction.set_rollback(True)
    assert found_in_plain(tmp_path) == []
