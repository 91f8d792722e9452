"""Probes: what an application says of them, and the handles it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Protocol, TypeAlias

from ._durations import milliseconds_or_none
from ._generated import hams as contract
from ._generated.hams import Observation, Roles
from ._results import CheckResult, observation_of

StatusRange: TypeAlias = int | tuple[int, int]
"""An HTTP status, or an inclusive range of them."""


class ProbeOwner(Protocol):
    """What a handle needs of its health object."""

    def remove_probe(self, probe: int) -> None: ...
    def set_roles(self, probe: int, roles: Roles) -> None: ...
    def report(self, probe: int, observation: Observation) -> None: ...


class Probe:
    """A probe that is registered. Its methods may be called from any thread."""

    def __init__(self, owner: ProbeOwner, id: int, name: str) -> None:
        """Made by `health.add_probe()` and its like."""
        self._owner = owner
        self._id = id
        self._name = name

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    def remove(self) -> None:
        """Takes it off; its name is free again.

        Raises:
            RemovedError: It has been removed before.
            StateError: The service is shutting down.
        """
        self._owner.remove_probe(self._id)

    def set_roles(self, roles: Roles) -> None:
        """Changes what its result counts for.

        Raises:
            InvalidError: The roles do not fit, or there are none.
            RemovedError: It has been removed.
            StateError: The service is shutting down, or runs and a startup role
                changes.
        """
        self._owner.set_roles(self._id, roles)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"


class KickProbe(Probe):
    """A heartbeat."""

    kick: Callable[[], None]
    """Says: still going round.

    Reads the clock and stores it, nothing more: call it as often as
    you like, from any thread. Without effect once the probe is removed.
    """

    def __init__(
        self, owner: ProbeOwner, id: int, name: str, kick: Callable[[], None]
    ) -> None:
        """Made by `health.add_kick_probe()`."""
        super().__init__(owner, id, name)
        self.kick = kick


class ManualProbe(Probe):
    """A probe that is as last reported."""

    def report(self, result: CheckResult) -> None:
        """What it is from now on.

        Args:
            result: As a check returns it: True or None, False, `Passed`, `Warned`,
                `Failed`.

        Raises:
            InvalidError: The data do not fit.
            RemovedError: It has been removed.
        """
        self._owner.report(self._id, observation_of(result))


def probe_record(
    name: str,
    check: contract.Check,
    *,
    roles: Roles,
    label: str | None,
    critical: bool,
    shared: bool,
    failure_threshold: int | None = None,
    success_threshold: int | None = None,
) -> contract.Probe:
    """As the contract has it."""
    return contract.Probe(
        name,
        label,
        roles,
        critical,
        shared,
        failure_threshold,
        success_threshold,
        check,
    )


def schedule_of(
    interval: timedelta | None, timeout: timedelta | None
) -> contract.Schedule:
    """When a check runs."""
    return contract.Schedule(
        milliseconds_or_none("interval", interval),
        milliseconds_or_none("timeout", timeout),
    )


def http_check(
    url: str,
    head: bool,
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    expect: Iterable[StatusRange],
    schedule: contract.Schedule,
) -> contract.CheckHttp:
    """A check by an HTTP request."""
    ranges = [(each, each) if isinstance(each, int) else each for each in expect]
    return contract.CheckHttp(
        contract.HttpCheck(url, head, pairs(headers), ranges, schedule)
    )


def pairs(
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
) -> list[tuple[str, str]]:
    """Header fields in their order."""
    return list(headers.items() if isinstance(headers, Mapping) else headers)
