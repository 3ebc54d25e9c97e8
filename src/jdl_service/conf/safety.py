"""What production refuses: every setting that would let somebody in, or something out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from justice_data_lab.errors import UsageError

if TYPE_CHECKING:
    from jdl_service.conf.environment import Environment

LEAST_KEY = 50


def unsafe(found: Environment) -> tuple[str, ...]:
    """Every reason not to start in production, in words; none when there is none."""
    reasons = {
        "JDL_OLD_SECRET_KEYS: expected none that production would refuse as JDL_SECRET_KEY": (
            any(map(_weak, found.old_secret_keys))
        ),
        f"JDL_SECRET_KEY: expected a secret of at least {LEAST_KEY} characters of your own": (_weak(found.secret_key)),
        "JDL_HOSTS: expected the names under which the service is reached, none of them *": (
            not found.hosts or any("*" in host or host.startswith(".") for host in found.hosts)
        ),
        "JDL_HTTPS: expected 1, with a proxy in front that speaks HTTPS": not found.https,
        "JDL_IDLE_MINUTES: expected at most 30": found.idle_minutes > 30,
        "JDL_MAIL: expected smtp://…, since the console is no way to reach anybody": found.mail == "console",
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def _weak(key: str) -> bool:
    return len(key) < LEAST_KEY or len(set(key)) < 5 or key.startswith("not-secret")


def refuse_unsafe(found: Environment) -> None:
    """See that production mode is safe.

    Raises:
        UsageError: with every reason.
    """
    reasons = unsafe(found) if found.production else ()
    if reasons:
        message = "The service does not start in production mode. " + ". ".join(reasons) + "."
        raise UsageError(message)
