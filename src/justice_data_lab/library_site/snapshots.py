"""The whole library to take away, and its snapshots: one folder for each state it was ever in, named by its hash."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from justice_data_lab.files import canonical_json, sha256
from justice_data_lab.library.export import COLUMNS, download_files, snapshot_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from justice_data_lab.files import Json
    from justice_data_lab.library.collection import Library
    from justice_data_lab.library_site.desk import Desk

FOLDER, MANIFEST = "downloads/snapshots", "manifest.json"


def snapshot_files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """The files to take away, the same in a snapshot, and the page that lists every snapshot."""
    library = desk.index.library
    files = download_files(library, desk.lab, [desk.written[each.key] for each in desk.entries])
    name = snapshot_name(files)
    known = {path: data for path, data in desk.setting.earlier.items() if path.endswith(f"/{MANIFEST}")}
    at = f"{FOLDER}/{name}/{MANIFEST}"
    own = known.get(at) or _manifest(library, files)
    for file, data in files.items():
        yield f"downloads/{file}", data
        yield f"{FOLDER}/{name}/{file}", data
    yield at, own
    snapshots = sorted((_read(path, data) for path, data in {**known, at: own}.items()), reverse=True)
    yield desk.page(
        "downloads/index.html", "library_downloads.html", "Take the data away", columns=COLUMNS, name=name, snapshots=snapshots
    )


def keep(earlier: Mapping[str, bytes], library: Library) -> dict[str, bytes]:
    """Files of earlier snapshots that may still be shown: those whose every figure is still public.

    Args:
        earlier: files of the site as it was, by path.
        library: as it is now.

    Notes:
        A version whose place another took keeps no figures in public, since two results of nearly the same people can give one person
        away; so a snapshot that has it goes, as does one with a result that was withdrawn.
    """
    public = set(_with_figures(library))
    kept: dict[str, bytes] = {}
    manifests = (path for path in earlier if path.startswith(f"{FOLDER}/") and path.endswith(f"/{MANIFEST}"))
    for path in manifests:
        if set(cast("list[str]", json.loads(earlier[path])["with_figures"])) <= public:
            start = path.removesuffix(MANIFEST)
            kept |= {name: content for name, content in earlier.items() if name.startswith(start)}
    return kept


def _with_figures(library: Library) -> list[str]:
    """The versions of results whose figures the library holds."""
    return sorted(f"{each.key} v{each.version}" for each in library.entries if each.status != "withdrawn")


def _manifest(library: Library, files: Mapping[str, bytes]) -> bytes:
    """When this state was first built, its hashes, and the versions of results whose figures are in it."""
    hashes: dict[str, Json] = {name: sha256(data) for name, data in files.items()}
    told: dict[str, Json] = {"at": f"{library.at:%Y-%m-%dT%H:%M:%SZ}", "files": hashes, "entries": len(library.entries)}
    return canonical_json({**told, "with_figures": _with_figures(library)})


def _read(path: str, data: bytes) -> tuple[str, str, int]:
    """When a snapshot was made, its name, and how many entries it has."""
    manifest = json.loads(data)
    return str(manifest["at"]), path.split("/")[-2], int(manifest["entries"])
