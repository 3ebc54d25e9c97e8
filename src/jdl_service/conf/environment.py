"""Every setting of the service, read from `JDL_…` variables in one place. Without any, the embedded default: SQLite and a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Mode: TypeAlias = Literal["development", "demo", "test", "production"]
# Only ever used outside production, which refuses it.
DEFAULT_KEY = "not-secret-only-for-development-and-demonstration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What an operator can set; each field is the variable `JDL_` and its name in capitals.

    Attributes:
        mode: `production` refuses everything unsafe; `demo` has printed log-ins and asks for no second factor.
        home: folder of everything that the embedded default keeps.
        secret_key: signs sessions and links; at least 50 characters.
        old_secret_keys: keys that signed before, separated by commas: what they signed still counts, for as long as they stand here.
        hosts: names under which the service is reached, separated by commas.
        address: where everybody reaches it, such as https://lab.example; empty: the `site` of `lab.toml`. Feeds and citations name it.
        database: empty for SQLite in `home`, or `postgresql://user:password@host:port/name`.
        storage: empty for the folder `home/store`, or `s3://bucket/prefix`.
        scratch: private folder for plain text while a step runs; best in memory, such as /dev/shm/jdl.
        worker_key: file with the worker's age identity; the web process needs only `worker_recipient`.
        worker_recipient: the worker's public age key; empty: made with the worker's in the embedded default.
        web_key: file with the web's age identity, for faulty cells that go back to who sent them.
        ledger: file of the ledger of the people behind everything that is public; personal data, though by token.
        ledger_key: file with its key; only the worker reads it.
        register: folder of the snapshot; empty: none yet, and no request can be run; a demonstration invents one.
        lab: path of `lab.toml`; empty: the defaults.
        mail: `console`, or `smtp://user:password@host:port`.
        mail_from: address from which mail is sent.
        https: whether it is reached by HTTPS (behind a proxy that says so); production needs it.
        upload_mb: largest cohort file.
        scanner: command that looks for harmful files: ends with 0 for a harmless one and 1 for a harmful one, as clamdscan does; empty: none.
        idle_minutes: after how many minutes without a click somebody is logged out.
        workers: how many jobs run at once.
        job_memory_mb: what the process of the rooms may use.
    """

    mode: Mode = "development"
    home: Path = Path("service-data")
    secret_key: str = DEFAULT_KEY
    old_secret_keys: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    address: str = ""
    database: str = ""
    storage: str = ""
    scratch: Path = Path()
    worker_key: Path = Path()
    worker_recipient: str = ""
    web_key: Path = Path()
    ledger: Path = Path()
    ledger_key: Path = Path()
    register: str = ""
    lab: str = ""
    mail: str = "console"
    mail_from: str = "lab@localhost"
    https: bool = False
    upload_mb: int = 25
    scanner: str = ""
    idle_minutes: int = 30
    workers: int = 1
    job_memory_mb: int = 8192

    @property
    def production(self) -> bool:
        """Whether nothing unsafe is let through."""
        return self.mode == "production"


def read_environment(given: Mapping[str, str]) -> Environment:
    """The settings from environment variables.

    Raises:
        UsageError: a variable cannot be read.
    """
    home = Path(given.get("JDL_HOME", "service-data")).absolute()
    text = {name: given.get(f"JDL_{name.upper()}", "") for name in Environment.__dataclass_fields__}
    mode = text["mode"] or "development"
    if mode not in get_args(Mode):
        message = f"JDL_MODE: expected one of {', '.join(get_args(Mode))}; found {mode!r}."
        raise UsageError(message)
    keys = home / "keys"
    return Environment(
        mode=mode,  # type: ignore[arg-type]  # checked above
        home=home,
        secret_key=text["secret_key"] or DEFAULT_KEY,
        old_secret_keys=_list(text["old_secret_keys"]),
        hosts=_list(text["hosts"]) or (() if mode == "production" else ("localhost", "127.0.0.1", "[::1]")),
        address=text["address"].rstrip("/"),
        database=text["database"],
        storage=text["storage"],
        scratch=Path(text["scratch"] or home / "scratch"),
        worker_key=Path(text["worker_key"] or keys / "worker.age"),
        worker_recipient=text["worker_recipient"],
        web_key=Path(text["web_key"] or keys / "web.age"),
        ledger=Path(text["ledger"] or home / "ledger.sqlite3"),
        ledger_key=Path(text["ledger_key"] or keys / "ledger.key"),
        register=text["register"] or (str(home / "snapshot") if mode == "demo" else ""),
        lab=text["lab"],
        mail=text["mail"] or "console",
        mail_from=text["mail_from"] or "lab@localhost",
        https=text["https"].lower() in ("1", "true", "yes"),
        upload_mb=_number("upload_mb", text, 25),
        scanner=text["scanner"],
        idle_minutes=_number("idle_minutes", text, 30),
        workers=_number("workers", text, 1),
        job_memory_mb=_number("job_memory_mb", text, 8192),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _number(name: str, text: Mapping[str, str], default: int) -> int:
    if not text[name]:
        return default
    if not text[name].isdecimal() or int(text[name]) < 1:
        message = f"JDL_{name.upper()}: expected a whole number above 0; found {text[name]!r}."
        raise UsageError(message)
    return int(text[name])
