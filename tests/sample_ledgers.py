"""Invented people behind invented figures: sets for a ledger, and finished runs that say of whom they tell."""

from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

from justice_data_lab.disclosure.ledger.sets import EVERYBODY, REQUEST, USABLE, request_sets
from justice_data_lab.files import write_json
from justice_data_lab.ledger_people import PEOPLE, People, Tokeniser
from justice_data_lab.linkage.tokens import tokens_of
from justice_data_lab.rooms.told import Told
from justice_data_lab.run_folder import hashes
from justice_data_lab.study import DisclosureRules
from sample_releases import named
from sample_requests import national

KEY = bytes(range(32))
SCHEME = "invented"
RULES = DisclosureRules()


def ids(first, last):
    """Register ids by number, the last one left out."""
    return frozenset(f"P{number:06d}" for number in range(first, last))


def tokens(first, last):
    """The tokens of such ids."""
    return frozenset(tokens_of(ids(first, last), KEY))


def asked_of(request, first=0, source="list"):
    """Of whom a request tells, when its people are those from a number on; those who reoffended come first."""
    measures = {measure.key: measure for measure in request.measures}
    usable = max((analysis.treated for analysis in request.analyses), default=40) + 4
    found = {(REQUEST, USABLE): ids(first, first + usable)}
    for analysis in request.analyses:
        found[analysis.name, EVERYBODY] = ids(first, first + analysis.treated)
    for row in request.estimates:
        if measures[row.measure].of != EVERYBODY:
            found[row.analysis, measures[row.measure].of] = ids(first, first + row.treated.people)
    return request_sets(request, found, source)


@cache
def cleared(request, *, complete=True):
    """What is disclosed of a request beside which nothing was told; whoever its people are."""
    told = Told(make=Tokeniser(key=KEY, scheme=SCHEME, own=SCHEME), sets=(), complete=complete)
    return told.disclose(request, People(sets=asked_of(request), scheme=SCHEME), RULES)


def finished_run_of(  # noqa: PLR0913 -- a run has many sides
    path, first=0, programme="Mentoring inside", *, source="list", request=None, scheme=SCHEME, complete=True, supersedes=""
):
    """A finished run as far as a ledger and a release look at it, of the people from a number on."""
    request = named(request or national(), programme)
    sets = asked_of(request, first, source)
    disclosed = cleared(request, complete=complete)
    for room in ("5-estimation", "6-disclosure", "7-report"):
        (path / room).mkdir(parents=True)
    write_json(path / "5-estimation" / PEOPLE, People(sets=sets, scheme=scheme).to_dict())
    write_json(path / "6-disclosure" / "disclosed.json", disclosed.to_dict())
    (path / "7-report" / "report.html").write_text(f"<html><head></head><body>{first}</body></html>")
    rooms = {room.name: {"files": hashes(room)} for room in sorted(path.iterdir())}
    inputs = {"cohort": source, "ids": scheme}
    if supersedes:
        (path / "study.toml").write_text(f'[study]\nsupersedes = "{supersedes}"\n')
    write_json(path / "manifest.json", {"inputs": inputs, "rooms": rooms})
    return path


def linked_run(path, people, source):
    """A run of `jdl link` as far as a ledger looks at it; one more row was not found."""
    (path / "2-linkage").mkdir(parents=True)
    rows = [*({"person_id": person, "status": "linked"} for person in sorted(people)), {"person_id": None, "status": "not_found"}]
    pq.write_table(pa.Table.from_pylist(rows), path / "2-linkage" / "links.parquet")
    rooms = {"2-linkage": {"files": hashes(path / "2-linkage")}}
    write_json(path / "manifest.json", {"inputs": {"cohort": source, "ids": SCHEME}, "rooms": rooms})
    return path
