"""What an application chooses, and how the contract has it."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from ._callbacks import MetricsCallback
from ._durations import duration, milliseconds_or_none
from ._errors import InvalidError
from ._generated import hams as contract
from ._generated.hams import (
    Configured,
    Detail,
    Problem,
    Settings,
    Signal,
    SignalPolicy,
)

SignalPolicies: TypeAlias = Mapping[signal.Signals, SignalPolicy] | SignalPolicy
"""What each signal does, or what all four do."""

NAMES = {
    Signal.TERMINATE: "SIGTERM",
    Signal.INTERRUPT: "SIGINT",
    Signal.QUIT: "SIGQUIT",
    Signal.HANGUP: "SIGHUP",
}
"""The signals that HaMS knows."""


@dataclass(frozen=True)
class ShutdownApi:
    """Switches `/hams/shutdown` on."""

    token: str
    """The bearer token a caller must show; at least 16 characters."""
    allow_get: bool = False
    """GET is accepted besides POST."""
    allow_remote: bool = False
    """Callers from other hosts are accepted."""


@dataclass(frozen=True, slots=True)
class EffectiveSettings:
    """The settings in effect: the application's, the environment's, the defaults."""

    address: str
    """Empty: all interfaces."""
    port: int
    """0: any free port; `health.address` has the one in use."""
    detail: Detail
    startup_timeout: timedelta | None
    """None: without limit."""
    drain: timedelta
    grace: timedelta
    signals: Mapping[Signal, SignalPolicy]
    shutdown_api: bool
    """Whether `/hams/shutdown` is switched on."""


def settings_of(
    name: str,
    *,
    version: str | None,
    address: str | None,
    port: int | None,
    detail: Detail | None,
    startup_timeout: timedelta | None,
    drain: timedelta | None,
    grace: timedelta | None,
    signals: SignalPolicies | None,
    shutdown_api: ShutdownApi | None,
    metrics: MetricsCallback | None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """As the core is configured.

    Raises:
        InvalidError: A signal that HaMS does not know, a negative length of time.
    """
    policies = _policies(signals)
    return Settings(
        name=name,
        version=version,
        binding="python",
        address=address,
        port=port,
        detail=detail,
        startup_timeout=milliseconds_or_none("startup_timeout", startup_timeout),
        drain=milliseconds_or_none("drain", drain),
        grace=milliseconds_or_none("grace", grace),
        terminate=policies.get(Signal.TERMINATE),
        interrupt=policies.get(Signal.INTERRUPT),
        quit=policies.get(Signal.QUIT),
        hangup=policies.get(Signal.HANGUP),
        shutdown_api=_shutdown_api(shutdown_api),
        gathers_metrics=metrics is not None,
        environment=[
            (name, value)
            for name, value in environment.items()
            if name.startswith("HAMS_") or name == "KUBERNETES_SERVICE_HOST"
        ],
    )


def effective_of(configured: Configured) -> EffectiveSettings:
    """As the core took them."""
    limit = configured.startup_timeout
    return EffectiveSettings(
        address=configured.address,
        port=configured.port,
        detail=configured.detail,
        startup_timeout=None if limit is None else duration(limit),
        drain=duration(configured.drain),
        grace=duration(configured.grace),
        signals=policies_of(configured),
        shutdown_api=configured.shutdown_api,
    )


def policies_of(configured: Configured) -> dict[Signal, SignalPolicy]:
    """What each signal does."""
    return {
        Signal.TERMINATE: configured.terminate,
        Signal.INTERRUPT: configured.interrupt,
        Signal.QUIT: configured.quit,
        Signal.HANGUP: configured.hangup,
    }


def _shutdown_api(api: ShutdownApi | None) -> contract.ShutdownApi | None:
    if api is None:
        return None
    return contract.ShutdownApi(api.token, api.allow_get, api.allow_remote)


def _policies(signals: SignalPolicies | None) -> dict[Signal, SignalPolicy]:
    if signals is None:
        return {}
    if isinstance(signals, SignalPolicy):
        return dict.fromkeys(NAMES, signals)
    by_name = {name: known for known, name in NAMES.items()}
    policies = {}
    for each, policy in signals.items():
        name = signal.Signals(each).name
        if name not in by_name:
            fits = f"{name} is none of {', '.join(by_name)}"
            raise InvalidError([Problem("signals", fits)])
        policies[by_name[name]] = policy
    return policies
