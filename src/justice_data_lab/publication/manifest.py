"""The manifest of a release: which files it has, and the hash of each; its own hash is what is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.files import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "justice-data-lab/release-manifest/1"


def manifest(files: Mapping[str, bytes]) -> bytes:
    """The manifest of files by name: canonical JSON, the same for the same bytes."""
    return canonical_json({"schema": SCHEMA, "files": {name: sha256(data) for name, data in files.items()}})


def manifest_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 of the manifest: one number that stands for every byte of every file."""
    return sha256(manifest(files))
