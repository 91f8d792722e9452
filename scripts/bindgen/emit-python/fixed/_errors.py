"""Everything that these bindings raise.

ComponentError         the function's own error, as the WIT declares it
TrapError              the component trapped, now or in an earlier call: make a new instance
RefusedError           nothing has happened; the message says where and why
├── WrongTypeError     a value of the wrong type; a TypeError too
├── WrongValueError    a value out of range, or an object that is gone; a ValueError too
├── TooLargeError      a text or list that is too long; a ValueError too
└── BusyError          the component is in a call: it takes one at a time
"""

from __future__ import annotations

from typing import Generic, TypeVar

E = TypeVar("E")

_LONGEST_SHOWN = 100


class ComponentError(Exception, Generic[E]):
    """The error that a function of the component returned.

    A function that the host implements raises it to return the WIT's error.
    """

    payload: E
    """The WIT's value."""

    def __init__(self, payload: E) -> None:
        super().__init__(payload)
        self.payload = payload

    def __str__(self) -> str:
        return shown(self.payload)


class TrapError(RuntimeError):
    """The component trapped or gave wrong data, now or earlier: it may be half changed.

    Where a function of the host raised, that exception is the cause.
    """


class RefusedError(Exception):
    """Nothing has crossed, and nothing has changed."""


class WrongTypeError(RefusedError, TypeError):
    """A value that is not of the WIT's type."""


class WrongValueError(RefusedError, ValueError):
    """A value that the WIT's type has no room for, or an object that has ended."""


class TooLargeError(RefusedError, ValueError):
    """A text or list that is too long to cross."""


class BusyError(RefusedError):
    """The component is in a call, of this thread or of another, and cannot be entered again."""


def shown(value: object) -> str:
    """The value as it stands in a message."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def wrong_type(path: str, value: object, fits: str) -> WrongTypeError:
    """Says that the value is not what fits."""
    return WrongTypeError(f"{path}: {shown(value)} is not {fits}")


def wrong_value(path: str, value: object, fits: str) -> WrongValueError:
    """Says that the value is not what fits, though of its type."""
    return WrongValueError(f"{path}: {shown(value)} is not {fits}")
