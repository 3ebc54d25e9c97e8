"""What was told before: a ledger, and the runs that were given, as the sets that a request is held against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from justice_data_lab.disclosure.disclosed import Disclosed, disclose
from justice_data_lab.disclosure.ledger.correction import in_words, moved
from justice_data_lab.disclosure.ledger.sets import cleared_sets
from justice_data_lab.disclosure.nothing_told import NearlyTheSame, NothingTold, refused_request
from justice_data_lab.errors import UsageError
from justice_data_lab.files import file_sha256, sha256
from justice_data_lab.ledger_file import open_ledger
from justice_data_lab.ledger_people import Tokeniser, people_of_run, tokeniser_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from justice_data_lab.disclosure.evidence import DisclosureRequest, Holds
    from justice_data_lab.disclosure.ledger.sets import LedgerSet
    from justice_data_lab.files import Json
    from justice_data_lab.ledger_people import People
    from justice_data_lab.study import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told before a request.

    Attributes:
        make: tokens from register ids.
        sets: the people behind it.
        complete: whether it is everything that is public, as a ledger says.
        supersedes: the release that the request updates; empty when it is none.
    """

    make: Tokeniser
    sets: tuple[LedgerSet, ...]
    complete: bool
    supersedes: str = ""

    def disclose(self, request: DisclosureRequest, people: People, rules: DisclosureRules) -> Disclosed:
        """What may leave of a request beside it; when nothing may, the report says so."""
        sets = people.tokenised(self.make)
        try:
            return self._beside(self.sets, request, sets, rules)
        except NothingTold as why:
            corrects = isinstance(why, NearlyTheSame) and self.supersedes and request.status == "analysed"
            words = self._in_words(request, sets, rules) if corrects else None
            return disclose(refused_request(request, why, words), rules, tokens={}, complete=self.complete)

    def _beside(
        self, told: Sequence[LedgerSet], request: DisclosureRequest, sets: Sequence[LedgerSet], rules: DisclosureRules
    ) -> Disclosed:
        return disclose(
            request,
            rules,
            tokens={(each.analysis, each.of): each.tokens for each in sets},
            earlier_sets=told,
            source=next((each.source for each in sets), ""),
            supersedes=self.supersedes if told is self.sets else "",
            complete=self.complete,
        )

    def _in_words(
        self, request: DisclosureRequest, sets: Sequence[LedgerSet], rules: DisclosureRules
    ) -> tuple[Holds, ...] | None:
        """What a correction may say, which moves a few people and passes beside all but the release that it takes the place of."""
        old = [each for each in self.sets if each.released_as == self.supersedes]
        headline = next(analysis.name for analysis in request.analyses if analysis.headline)
        few, people = 2 * rules.min_events - 1, moved(sets, old, headline)
        if people is None or people > few:
            return None
        known = {each.tokens for each in old}
        try:
            content = self._beside([each for each in self.sets if each.tokens not in known], request, sets, rules).content
        except NothingTold:
            return None
        return in_words(request, content, few)


def disclose_alone(request: DisclosureRequest, rules: DisclosureRules) -> Disclosed:
    """What may leave of a request beside which nothing is known to have been told; when nothing may, the report says so."""
    try:
        return disclose(request, rules)
    except NothingTold as why:
        return disclose(refused_request(request, why), rules)


def told_before(
    ledger: tuple[Path | None, Path | None, Path | None], *, scheme: str, earlier: Iterable[Path], supersedes: str = ""
) -> Told:
    """What a ledger and earlier runs say was told.

    Args:
        ledger: its file, that of its key, and that of the ids by which it knows people of this extract; no file: no ledger is kept.
        scheme: of the register ids of this extract.
        earlier: run folders whose figures count as told, whether or not they were released.
        supersedes: the release that the request updates; empty when it is none.

    Raises:
        UsageError: ledger and key do not come together or do not belong together, people are known by other ids, or a run is not whole.
    """
    file, key, id_map = ledger
    if supersedes and file is None:
        message = f"[study] supersedes = {supersedes!r}: an update is made beside the ledger that knows the release. Give --ledger FILE."
        raise UsageError(message)
    make = tokeniser_of(file, key, id_map, scheme) if file else _for_a_run(key, id_map, scheme)
    known = open_ledger(file, make.key).sets() if file else ()
    updated = open_ledger(file).find(supersedes) if file and supersedes else ""
    runs = [each for place, run in enumerate(earlier, 1) for each in _sets_of(run, make, f"earlier run {place}")]
    return Told(make=make, sets=(*known, *runs), complete=file is not None, supersedes=updated)


def _for_a_run(key: Path | None, id_map: Path | None, scheme: str) -> Tokeniser:
    """Without a ledger tokens live no longer than the run, and any key does."""
    given = "--ledger-key" if key else "--id-map" if id_map else ""
    if given:
        message = f"{given}: is for a ledger, and none is given. Give --ledger FILE as well, or leave it out."
        raise UsageError(message)
    return Tokeniser(key=bytes.fromhex(sha256(scheme.encode())), scheme=scheme, own=scheme)


def _sets_of(run: Path, make: Tokeniser, name: str) -> tuple[LedgerSet, ...]:
    """What an earlier run told; nothing when it came to no report."""
    file, people = run / "6-disclosure" / "disclosed.json", people_of_run(run)
    if people is None or not file.is_file():
        return ()
    data = cast("Mapping[str, Json]", json.loads(file.read_bytes()))
    manifest = cast("Mapping[str, Json]", json.loads((run / "manifest.json").read_bytes()))
    content = Disclosed.from_dict(data, file_sha256(file), manifest).content
    return cleared_sets(people.tokenised(make), content, name)
