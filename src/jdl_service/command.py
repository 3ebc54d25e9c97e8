"""The command `jdl serve`, which the core finds by its entry point: web and worker together, or one of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

Demo = Annotated[bool, typer.Option("--demo", help="An invented register and people in each role; log-ins are printed.")]
Home = Annotated[
    Path | None, typer.Option(help="Folder of everything that is kept; default: JDL_HOME, else service-data, or service-demo.")
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Where the web process listens.")]
Host = Annotated[str, typer.Option(help="Address to listen on; only this machine unless given.")]
Only = Annotated[str | None, typer.Option(help="web or worker: one of them alone, for several machines.")]
Register = Annotated[Path | None, typer.Option("--register", help="A snapshot made by `jdl register build`.", metavar="SNAPSHOT")]


def serve(
    demo: Demo = False,  # noqa: FBT002 -- an option
    home: Home = None,
    port: Port = 8000,
    host: Host = "127.0.0.1",
    only: Only = None,
    register: Register = None,
) -> None:
    """The web service with its worker. `JDL_…` variables set everything else.

    Example: `jdl serve --demo`
    """
    from justice_data_lab.errors import UsageError  # noqa: PLC0415 -- `jdl --help` stays quick

    if only not in (None, "web", "worker"):
        message = f"--only: expected web or worker; found {only!r}."
        raise UsageError(message)
    if register:
        _check_register(register, only)
    given = {"JDL_MODE": "demo", "JDL_ADDRESS": f"http://{host}:{port}"} if demo else {}
    folder = home or (Path("service-demo") if demo and not os.environ.get("JDL_HOME") else None)
    given |= {"JDL_HOME": str(folder.absolute())} if folder else {}
    given |= {"JDL_REGISTER": str(register.absolute())} if register else {}
    os.environ.update(given)
    os.environ["DJANGO_SETTINGS_MODULE"] = "jdl_service.conf.settings"
    try:
        from jdl_service.serving import serve_all  # noqa: PLC0415 -- Django is loaded only here
    except ImportError as error:
        message = (
            f"jdl serve: {error.name} is not installed. Set up with `python3 dev.py setup`, or install justice-data-lab[service]."
        )
        raise UsageError(message) from None
    serve_all(host=host, port=port, only=only, demo=demo)


def _check_register(register: Path, only: str | None) -> None:
    """A snapshot, or at least its public file where there is the web alone; said before anybody waits for a run to fail."""
    from justice_data_lab.errors import UsageError  # noqa: PLC0415
    from justice_data_lab.register.snapshot import COVERAGE, MANIFEST  # noqa: PLC0415

    needed = COVERAGE if only == "web" else MANIFEST
    if not (register / needed).is_file():
        message = f"--register: expected a snapshot made by `jdl register build`; found no {needed} in {register}."
        raise UsageError(message)


if __name__ == "__main__":
    typer.run(serve)
