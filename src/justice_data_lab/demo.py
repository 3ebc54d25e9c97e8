"""The whole main job on an invented register: what `jdl demo` does, step by step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from justice_data_lab.cohorts.cohort import synthesise_cohort
from justice_data_lab.files import write_bytes
from justice_data_lab.pipeline import run
from justice_data_lab.prepare import prepare
from justice_data_lab.register.synthetic.source import synthesise
from justice_data_lab.request import Request
from justice_data_lab.terminal import room_progress, share_progress, stage_progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

PEOPLE = 200_000
SIZE = 1_000
EFFECT = -0.08

STUDY = """# The sample study of `jdl demo`: everything in it is invented.
[study]
name = "Riverside Mentoring, people released from prison"
organisation = "Riverside Mentoring (invented)"
programme = "Riverside Mentoring"
intervention_type = "mentoring"
setting = "custody"
seed = {seed}
report_date = {today}

[programme]
what = "One trained volunteer meets each person every week during the last months of a prison sentence, to plan for release."
who_delivers = "Trained volunteers, supported by two members of staff"
where = "Prisons across England and Wales"
dose = "About twelve meetings of one hour"
how_chosen = "People volunteer; nobody who asks is turned away"
own_words = "We listen first. Each person sets the plan, and the mentor helps to keep it."
"""


LAB = """# The sample lab of `jdl demo`.
[lab]
name = "Justice Data Lab (demonstration)"
contacts = "lab@example.org"
lead_statistician = "A. Statistician"
"""


def run_demo(out: Path, *, seed: int, today: date, command: str) -> Iterator[str]:
    """Make a register, a snapshot and a cohort with a planted effect, run the lab on it, and say where the report is.

    Args:
        out: folder to write; what is already finished in it is used again.
        seed: of the invented world.
        today: the report date.
        command: the exact command, for the manifest.

    Yields:
        Lines for the screen.
    """
    source, cohort, study, lab = out / "register", out / "cohort.csv", out / "study.toml", out / "lab.toml"
    out.mkdir(parents=True, exist_ok=True)
    if not (source / "manifest.json").is_file():
        with share_progress(f"inventing a register of {PEOPLE:,} people") as share:
            synthesise(source, people=PEOPLE, seed=seed, progress=share)
    with stage_progress("building the snapshot") as stage:
        register = prepare(source, out / "snapshot", progress=stage)
    if not cohort.is_file():
        synthesise_cohort(register, cohort, size=SIZE, effect=EFFECT, seed=seed)
    if not study.is_file():
        write_bytes(study, STUDY.format(seed=seed, today=today.isoformat()).encode())
        write_bytes(lab, LAB.encode())
    request = Request(cohort=cohort, register=register, today=today, command=command)
    with room_progress() as progress:
        report = run(study, request, out / "run", lab_file=lab, progress=progress)
    yield report.summary()
    yield _truth(out)
    yield f"The report: {out / 'run' / '7-report' / 'report.html'}"


def _truth(out: Path) -> str:
    """The planted effect beside the printed interval: what nobody knows of a real programme."""
    estimate = json.loads((out / "run" / "5-estimation" / "estimates.json").read_bytes())["estimates"][0]
    low, high = (100 * estimate[bound] for bound in ("ci_low", "ci_high"))
    inside = "lies in" if low <= 100 * EFFECT <= high else "lies outside"
    return (
        f"The effect planted in this invented cohort, {100 * EFFECT:+.0f} points, {inside} the report's interval "
        f"({low:+.0f} to {high:+.0f} points)."
    )
