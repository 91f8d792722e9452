"""The probes that are asked for: `KIND:NAME:OUTCOME[:DATA]`, joined by `;`."""

from __future__ import annotations

from threading import Event
from urllib.parse import parse_qsl, unquote

from hams import CheckCallback, CheckResult, Failed, Health, Passed, Roles, Warned

SECRET = "HAMS_TEST_SECRET"
DEFAULT = "live:live:up;ready:ready:up"
ROLES = {"startup": Roles.STARTUP, "live": Roles.LIVE, "ready": Roles.READY}


def add_probes(health: Health, probes: str | None, many: int) -> None:
    """Adds them, and `many` further ready probes that pass."""
    for probe in (DEFAULT if probes is None else probes).split(";"):
        if probe:
            kind, name, outcome, data, *_ = [*probe.split(":"), "", "", ""]
            check = _check(
                outcome or "up", dict(parse_qsl(data, keep_blank_values=True))
            )
            health.add_probe(unquote(name), check, roles=ROLES[kind])
    for i in range(1, many + 1):
        health.add_probe(f"many-{i}", lambda: True, roles=Roles.READY)


def _check(outcome: str, data: dict[str, str]) -> CheckCallback:
    results: dict[str, CheckResult] = {
        "warn": Warned(SECRET, data=data),
        "down": Failed(SECRET, data=data),
    }

    def check() -> CheckResult:
        if outcome == "throw":
            raise RuntimeError(SECRET)
        if outcome == "hang":
            Event().wait()
        return results.get(outcome, Passed(data=data))

    return check
