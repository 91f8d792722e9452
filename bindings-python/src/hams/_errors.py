"""Everything HaMS raises.

HealthError              catch this one to catch all; `code` says which
├── InvalidError         refused before anything ran; `problems` names every field and
why
├── StateError           already running, not running, shutting down: nothing has
changed
├── DuplicateNameError   a probe or hook of this name exists; remove it or choose
another
├── RemovedError         this probe or hook has been removed
├── ListenError          the address cannot be listened on; nothing has started
├── SignalThreadError    signal handlers cannot be installed from this thread
└── CoreError            HaMS itself failed; the log says how

A value of the wrong Python type is a TypeError, a text over 1 MiB a ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ._generated import hams as contract
from ._generated.hams import Problem


class HealthError(Exception):
    """What every error of HaMS is."""

    code: str
    """Which error it is; the same word in every language."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class InvalidError(HealthError):
    """What was passed does not fit. Nothing has changed; mend every problem."""

    problems: Sequence[Problem]
    """All that is wrong at once; each with its field, the value and what fits."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        text = "; ".join(f"{each.field}: {each.message}" for each in problems)
        super().__init__("invalid", text)
        self.problems = problems


class StateError(HealthError):
    """The service's phase does not allow the call. Nothing has changed."""


class DuplicateNameError(HealthError):
    """A probe (or hook) of this name exists. Remove it first or choose another name."""

    duplicate: str
    """The name that is taken."""

    def __init__(self, duplicate: str) -> None:
        super().__init__("duplicate-name", f'the name "{duplicate}" is taken')
        self.duplicate = duplicate


class RemovedError(HealthError):
    """The probe or hook that the call is for has been removed."""


class ListenError(HealthError):
    """The server could not listen. Choose another port or address and start again."""

    address: str
    """Empty: all interfaces."""
    port: int
    system_code: str
    """The system's own code, such as `EADDRINUSE`."""

    def __init__(self, address: str, port: int, system_code: str) -> None:
        where = f"port {port} of {address or 'all interfaces'}"
        if system_code == "EADDRINUSE":
            super().__init__("address-in-use", f"{where} is in use")
        else:
            super().__init__(
                "cannot-listen", f"cannot listen on {where}: {system_code}"
            )
        self.address = address
        self.port = port
        self.system_code = system_code


class SignalThreadError(HealthError):
    """Signal handlers are the main thread's alone to install. Nothing has started."""

    thread: str
    """The name of the thread that tried."""

    def __init__(self, thread: str) -> None:
        super().__init__(
            "wrong-thread",
            f'signal handlers cannot be installed from the thread "{thread}": '
            "call start() in the main thread, or leave signals alone with "
            "signals=SignalPolicy.LEAVE",
        )
        self.thread = thread


class CoreError(HealthError):
    """HaMS itself failed. Results begin anew the first time; a second time ends it."""

    def __init__(self, message: str) -> None:
        super().__init__("core-failed", message)


_STATES = {
    contract.HealthErrorAlreadyRunning: (
        "already-running",
        "possible only before the service runs",
    ),
    contract.HealthErrorNotRunning: (
        "not-running",
        "possible only between start and the end",
    ),
    contract.HealthErrorShuttingDown: (
        "shutting-down",
        "refused while the service shuts down",
    ),
}


def error_of(refusal: contract.HealthError) -> HealthError:
    """The error to raise for what the core refused."""
    match refusal:
        case contract.HealthErrorDuplicateName(name):
            return DuplicateNameError(name)
        case contract.HealthErrorUnknownProbe():
            return RemovedError("unknown-probe", "this probe has been removed")
        case contract.HealthErrorUnknownHook():
            return RemovedError("unknown-hook", "this hook has been removed")
        case contract.HealthErrorWrongKind(name):
            return HealthError("wrong-kind", f'the probe "{name}" is of another kind')
        case contract.HealthErrorInvalid(problems):
            named = [
                Problem(_snake_case(each.field), each.message) for each in problems
            ]
            return InvalidError(named)
        case _:
            return StateError(*_STATES[type(refusal)])


def _snake_case(field: str) -> str:
    """`startup-timeout` is `startup_timeout` here; names of variables stay."""
    return re.sub(r"-(?=[a-z])", "_", field)
