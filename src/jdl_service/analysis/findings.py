"""What the worker keeps of a run for the lab's screens, once its folder is wiped: counts and balance, no row of anybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jdl_service.analysis.models import Finding
from justice_data_lab.run_folder import AUDIT

if TYPE_CHECKING:
    from pathlib import Path

    from jdl_service.analysis.models import Run
    from justice_data_lab.files import Json

# kind of finding: file of the run, and which of its parts (all when empty)
_READ: dict[str, tuple[str, tuple[str, ...]]] = {
    "linkage": ("2-linkage/links.json", ("attrition", "quality", "late_starts", "model_sha256")),
    "design": ("4-matching/design.json", ()),
    "balance": ("4-matching/balance.json", ()),
    "audit": (AUDIT, ()),
    "attrition": ("4-matching/analysis.json", ()),
}


def keep_findings(run: Run, folder: Path) -> None:
    """Keep whatever the finished rooms have to show."""
    for kind, (name, parts) in _READ.items():
        path = folder / name
        if path.is_file():
            found: dict[str, Json] = json.loads(path.read_bytes())
            content = {part: found[part] for part in parts} if parts else found
            Finding.objects.update_or_create(run=run, kind=kind, defaults={"content": content})
