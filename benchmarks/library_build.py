"""How long the library's site takes to build from a folder of so many releases; prints seconds, judges nothing."""

import argparse
import os
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from justice_data_lab.disclosure.disclosed import disclose
from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.library.taxonomy import SETTINGS, TYPES
from justice_data_lab.library_acts import build_library
from justice_data_lab.library_site.desk import Setting
from justice_data_lab.processes import processors
from justice_data_lab.publication.book import Book
from justice_data_lab.publication.desk import Desk
from justice_data_lab.publication.manifest import manifest_hash
from justice_data_lab.publication.release import Release
from justice_data_lab.release_folder import ReleaseFolder
from justice_data_lab.release_site import switch
from justice_data_lab.study import DisclosureRules, Lab
from sample_releases import named, report_files
from sample_requests import national

FIRST = datetime(2020, 1, 6, 9, 30, tzinfo=UTC)
LAB = Lab(name="Example Lab")


def release_folder(path: Path, number: int) -> ReleaseFolder:
    """A folder of so many public results, with the files of a report each, over every kind of help and setting.

    Files that are the same are one file on the disk under many names: eight gigabytes would be read from a slow disk for minutes. Each name is
    read, hashed and parsed by itself, as if it were another.
    """
    _, files = report_files("found", "Programme", DisclosureRules(profile="none"))
    places = list(product(TYPES.options, SETTINGS.options))
    disclosed = []
    for kind, setting in places:
        request = named(national(), "Programme")
        study = replace(request.study, intervention_type=kind.name, setting=setting.name)
        disclosed.append(canonical_json(disclose(replace(request, study=study), DisclosureRules(profile="none")).to_dict()))
    books = {}
    for place in range(number):
        key, due = f"B{place:05}", FIRST + timedelta(hours=place)
        own = {**files, "disclosed.json": disclosed[place % len(places)]}
        book = _book(key, due, own)
        at = path / key / "v1" / "files"
        at.mkdir(parents=True)
        for name, data in own.items():
            once = path.parent / f"{sha256(data)}.file"
            if not once.exists():
                once.write_bytes(data)
            os.link(once, at / name)
        books[key, 1] = book
    return ReleaseFolder(path=path, lines=(), books=books, desk=Desk())


def _book(key: str, due: datetime, files: dict[str, bytes]) -> Book:
    marked = manifest_hash(files)
    release = Release(
        key=key, version=1, title=f"Programme {key}", organisation=f"Organisation {int(key[1:]) // 4}", analyst="Ana", state="released",
        due=due, released_at=due, manifest=marked,
    )  # fmt: skip
    return Book(release=release, files=marked, added=due, sector="charity")


def main() -> None:
    """Make the folder, build and write the site, say how long each took."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=10_000)
    entries = asked.parse_args().entries
    place = Path(tempfile.mkdtemp(prefix="library-"))
    try:
        folder = release_folder(place / "releases", entries)
        begun, before = time.perf_counter(), os.times()
        setting = Setting(address="https://lab.example/library/", reports="https://lab.example/")
        built = build_library(folder, FIRST + timedelta(days=3650), LAB, setting, processes=processors())
        made = time.perf_counter()
        switch(place / "library", built.files)
        written, after = time.perf_counter(), os.times()
    finally:
        shutil.rmtree(place)
    print(f"{built.library.summary()}; {len(built.files)} files of {sum(map(len, built.files.values())) / 1e6:.0f} MB")
    print(f"processor time of all processes: {sum(after[:4]) - sum(before[:4]):.1f} s, on {processors()} processors")
    print(f"read and drawn: {made - begun:.1f} s; written: {written - made:.1f} s; together: {written - begun:.1f} s")


if __name__ == "__main__":
    main()
