"""The command `jdl feasibility`: options in, one calculation, a summary and perhaps a file out."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the types of options when it runs
from typing import Annotated

import typer


def feasibility(
    size: Annotated[int | None, typer.Option(min=1, max=100_000_000, help="People you expect to be analysed.")] = None,
    submitted: Annotated[
        int | None, typer.Option(min=1, max=100_000_000, help="People you would send, in place of --size.")
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option(help="Reoffending rate without the programme, a fraction such as 0.40; default: the national rate."),
    ] = None,
    coverage: Annotated[Path | None, typer.Option(help="The lab's public coverage.json.")] = None,
    fields: Annotated[
        str | None,
        typer.Option(help="What the people you send come with: both numbers, police number, prison number or no number."),
    ] = None,
    sentence: Annotated[str, typer.Option(help="Kind of sentence whose national rates are taken, e.g. custody.")] = "all",
    effect: Annotated[float, typer.Option(help="The fall whose chance to show you want to know, a fraction.")] = 0.05,
    ratio: Annotated[float, typer.Option(help="Effective comparison people for each person analysed.")] = 8.0,
    power: Annotated[float, typer.Option(help="Chance of showing a true effect of that size.")] = 0.8,
    out: Annotated[
        Path | None, typer.Option(help="Also write .svg the chart, .html text and chart, .json everything, .csv by size.")
    ] = None,
    lab: Annotated[Path | None, typer.Option(help="The lab's settings.")] = None,
) -> None:
    """What such a cohort could show and which measures could be published, before anyone sends data.

    Example: `jdl feasibility --size 300 --base-rate 0.40`
    """
    from justice_data_lab.estimation.power import feasibility as work_out
    from justice_data_lab.feasibility_question import Question, answerable
    from justice_data_lab.files import new_file, write_bytes
    from justice_data_lab.lab_file import read_lab
    from justice_data_lab.reporting.feasibility_page import feasibility_file

    if out:
        new_file(out)
    question = Question(
        size=size, submitted=submitted, base_rate=base_rate, coverage=coverage, fields=fields, sentence=sentence, effect=effect
    )
    people, rate, prospect = answerable(question)
    settings = read_lab(lab)
    found = work_out(people, rate, ratio=ratio, power=power, lab=settings, prospect=prospect)
    content = feasibility_file(found, out.suffix, settings) if out else b""
    typer.echo(found.summary())
    if out:
        write_bytes(out, content)
        typer.echo(f"\nWrote {out}")
