"""Lengths of time: a timedelta for the application, whole milliseconds for the core."""

from __future__ import annotations

from datetime import timedelta

from ._errors import InvalidError
from ._generated.hams import Problem

_MILLISECOND = timedelta(milliseconds=1)
_LONGEST_MS = 2**32 - 1


def milliseconds(field: str, length: timedelta) -> int:
    """In whole milliseconds, rounded up: nothing that was asked for becomes zero.

    Raises:
        TypeError: It is no timedelta; a bare number would leave its unit open.
        InvalidError: It is negative, or over 49 days.
    """
    if not isinstance(length, timedelta):
        raise TypeError(
            f"{field}: {length!r} is no timedelta; "
            "for seconds write timedelta(seconds=…)"
        )
    count = -(-length // _MILLISECOND)
    if not 0 <= count <= _LONGEST_MS:
        fits = f"{length} is not from 0 to {timedelta(milliseconds=_LONGEST_MS)}"
        raise InvalidError([Problem(field, fits)])
    return count


def milliseconds_or_none(field: str, length: timedelta | None) -> int | None:
    """The same of a length that may be left out."""
    return None if length is None else milliseconds(field, length)


def duration(count: int) -> timedelta:
    """The way back."""
    return timedelta(milliseconds=count)
