"""The core, and what must be known to replace it.

A trap cannot happen; if it does, a new instance gets the same settings, probes and
hooks, and goes on where the old one stood, its results unknown again. A second trap
within a minute is final. What an exception cuts short half-way (an interrupt, say)
counts as a trap too: actions may have been lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ._errors import CoreError, error_of
from ._generated import hams as contract
from ._generated.hams import (
    ComponentError,
    Hams,
    TooLargeError,
    WrongTypeError,
    WrongValueError,
)
from ._registry import Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

TRAP_WINDOW_MS = 60_000
"""Two traps within it end it: beginning anew does not cure what comes back at once."""

# What was passed has not crossed. That the core is busy is not among them: under the
# engine's lock it is so only where an exception has cut an earlier call short.
_UNFIT = (TooLargeError, WrongTypeError, WrongValueError)

_NO_ID = 0  # no entry has it: the core itself then refuses the id

_NOTHING = contract.Outcome([], None)

UNAVAILABLE = contract.Response(
    503, "text/plain; charset=utf-8", [], b"health core failed\n"
)
"""What the server answers where the core cannot."""


class Owner(Protocol):
    """Who is told of a trap; from within the call that failed."""

    def restored(self, reason: str) -> None:
        """There is a new core: runs and answers of the old one are void."""

    def failed(self, reason: str) -> None:
        """There is no core any more."""


class Machine:
    """Takes and gives ids of its own, which stay the same when the core is replaced.

    For one thread at a time.
    """

    is_failed = False

    def __init__(
        self,
        instantiate: Callable[[], Hams],
        settings: contract.Settings,
        owner: Owner,
    ) -> None:
        self._instantiate = instantiate
        self._settings = settings
        self._owner = owner
        self._hams = instantiate()
        self._respond = self._hams.health.respond
        self._probes: Registry[contract.Probe] = Registry()
        self._hooks: Registry[contract.Hook] = Registry()
        # hooks that have begun: a restored core does not run them again
        self._begun: set[int] = set()
        self._started = False
        self._cause: contract.Cause | None = None
        self._stopped = False
        self._trapped_at: int | None = None
        self._newest = 0
        # what the next step must tell a restored core
        self._owed: list[contract.Event] = []
        try:
            self.configured = self._hams.health.configure(settings)
        except ComponentError as error:
            raise error_of(error.payload) from None
        self.standard_headers = tuple(self._hams.health.standard_headers())

    def add_probe(self, now: int, probe: contract.Probe) -> int:
        with self._changing(now):
            id = self._hams.health.add_probe(now, probe)
        return self._probes.add(id, probe)

    def remove_probe(self, now: int, probe: int) -> None:
        with self._changing(now):
            self._hams.health.remove_probe(now, _core_id(self._probes.get(probe)))
        self._probes.remove(probe)

    def set_roles(self, now: int, probe: int, roles: contract.Roles) -> None:
        entry = self._probes.get(probe)
        with self._changing(now):
            self._hams.health.set_roles(now, _core_id(entry), roles)
        if entry is not None:
            entry.value = replace(entry.value, roles=roles)

    def add_hook(self, now: int, hook: contract.Hook) -> int:
        with self._changing(now):
            id = self._hams.health.add_hook(hook)
        return self._hooks.add(id, hook)

    def remove_hook(self, now: int, hook: int) -> None:
        with self._changing(now):
            self._hams.health.remove_hook(_core_id(self._hooks.get(hook)))
        self._hooks.remove(hook)

    def report(self, now: int, probe: int, observation: contract.Observation) -> None:
        id = _core_id(self._probes.get(probe))
        with self._changing(now):
            self._hams.health.report(now, id, observation)

    def start(self, now: int) -> Sequence[contract.Problem]:
        """Returns what is odd, yet accepted."""
        with self._changing(now):
            warnings = self._hams.health.start(now)
        self._started = True
        return warnings

    def shutdown(self, now: int, reason: str) -> None:
        with self._changing(now):
            self._hams.health.shutdown(now, reason)

    def stop(self, now: int) -> None:
        with self._changing(now):
            self._hams.health.stop(now)
        self._stopped = True

    def observe(self, now: int) -> contract.Snapshot:
        with self._changing(now):
            return self._hams.health.observe(now)

    def step(self, now: int, events: Sequence[contract.Event]) -> contract.Outcome:
        """After a trap: what the new instance has to say; the events are lost."""
        if self.is_failed:
            return _NOTHING
        self._newest = now
        told, self._owed = [*self._owed, *events], []
        try:
            outcome = self._hams.health.step(now, told)
        except BaseException as error:
            self._trapped(error)
            if not isinstance(error, Exception):
                raise
            return self.step(now, [])
        for action in outcome.actions:
            self._watch(action)
        return outcome

    def respond(self, now: int, request: contract.Request) -> contract.Reply:
        """Called for every request, so that it does little."""
        if self.is_failed:
            return contract.ReplyNow(UNAVAILABLE)
        try:
            return self._respond(now, request)
        except _UNFIT:
            return contract.ReplyNow(UNAVAILABLE)
        except BaseException as error:
            self._newest = now
            self._trapped(error)
            if not isinstance(error, Exception):
                raise
            return contract.ReplyNow(UNAVAILABLE)

    def probe(self, probe: int) -> Entry[contract.Probe] | None:
        return self._probes.get(probe)

    def probe_by_core_id(self, id: int) -> Entry[contract.Probe] | None:
        return self._probes.by_core_id(id)

    def hook_by_core_id(self, id: int) -> Entry[contract.Hook] | None:
        return self._hooks.by_core_id(id)

    @contextmanager
    def _changing(self, now: int) -> Iterator[None]:
        if self.is_failed:
            raise CoreError("the health core has failed twice")
        self._newest = now
        try:
            yield
        except ComponentError as error:
            raise error_of(error.payload) from None
        except _UNFIT:
            raise
        except BaseException as error:
            self._trapped(error)
            if not isinstance(error, Exception):
                raise
            raise CoreError(f"{error}; results begin anew") from error

    def _watch(self, action: contract.Action) -> None:
        """Notes what a new instance would have to be told."""
        if isinstance(action, contract.ActionNotifyShutdown):
            self._cause = action.value
        elif isinstance(action, contract.ActionRunHook):
            hook = self._hooks.by_core_id(action.value.hook)
            if hook is not None:
                self._begun.add(hook.id)

    def _trapped(self, error: BaseException) -> None:
        reason = _describe(error)
        before, self._trapped_at = self._trapped_at, self._newest
        if before is not None and self._newest - before < TRAP_WINDOW_MS:
            self._fail(f"{reason}; it had failed less than a minute before")
            return
        try:
            self._restore()
        except Exception as second:
            again = _describe(second)
            self._fail(f"{reason}; and again while it was restored: {again}")
            return
        self._owner.restored(reason)

    def _fail(self, reason: str) -> None:
        self.is_failed = True
        self._owner.failed(reason)

    def _restore(self) -> None:
        now = self._newest
        self._hams = self._instantiate()
        health = self._hams.health
        self._respond = health.respond
        self.configured = health.configure(self._settings)
        self._probes.renumber(lambda probe: health.add_probe(now, probe))
        for hook in self._begun:
            self._hooks.remove(hook)
        self._hooks.renumber(health.add_hook)
        if self._started:
            health.start(now)
        match self._cause:
            case contract.CauseSignal(signal):
                self._owed = [contract.EventSignalled(signal)]
            case contract.CauseRequested(text) | contract.CauseStartupFailed(text):
                health.shutdown(now, text)
            case contract.CauseApi():
                health.shutdown(now, "api")
            case _:
                pass
        if self._stopped:
            health.stop(now)


def _core_id(entry: Entry[contract.Probe] | Entry[contract.Hook] | None) -> int:
    return _NO_ID if entry is None else entry.core_id


def _describe(error: BaseException) -> str:
    text = f"{error}" or type(error).__name__
    return text if error.__cause__ is None else f"{text}: {error.__cause__}"
