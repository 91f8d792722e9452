"""Hooks: work done while stopping, last registered first, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from ._durations import milliseconds_or_none
from ._generated import hams as contract
from ._probes import pairs


class Hook:
    """A hook that is registered."""

    def __init__(self, name: str, remove: Callable[[], None]) -> None:
        """Made by `health.add_hook()` and its like."""
        self._name = name
        self._remove = remove

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
        self._remove()

    def __repr__(self) -> str:
        return f"Hook({self._name!r})"


def hook_record(name: str, timeout: timedelta | None) -> contract.Hook:
    """A hook that the application runs, as the contract has it."""
    return contract.Hook(
        name, milliseconds_or_none("timeout", timeout), contract.HookKindCallback()
    )


def http_hook_record(
    name: str,
    url: str,
    method: str,
    headers: Mapping[str, str] | Iterable[tuple[str, str]],
    attempts: int | None,
    pause: timedelta | None,
    timeout: timedelta | None,
) -> contract.Hook:
    """A hook that is an HTTP request, as the contract has it."""
    call = contract.HttpCall(
        url, method, pairs(headers), attempts, milliseconds_or_none("pause", pause)
    )
    return contract.Hook(
        name, milliseconds_or_none("timeout", timeout), contract.HookKindHttp(call)
    )
