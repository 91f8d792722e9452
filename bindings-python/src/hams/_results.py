"""What a check may return, and how the contract has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from ._generated.hams import (
    Observation,
    VerdictFailed,
    VerdictPassed,
    VerdictWarned,
)

# Far above every limit of the core, which judges and cuts; far below what may cross.
_MOST_CHARACTERS = 4_096
_MOST_PAIRS = 1_000

Value: TypeAlias = str | int | float | bool
"""What stands in a result's data; shown as text."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A pass with data; without any, return True or nothing.

    `data` is shown beside the result: at most 16 pairs of at most 100 and 500
    characters, for all three kinds of result.
    """

    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Warned:
    """A pass that somebody should look at: the probe is degraded.

    `message` says why; in listings only where `detail` is `Detail.REASONS`.
    """

    message: str
    data: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """A failure; where there is nothing more to say, return False.

    `message` says why; in listings only where `detail` is `Detail.REASONS`.
    """

    message: str = ""
    data: Mapping[str, Value] = field(default_factory=dict)


CheckResult: TypeAlias = bool | Passed | Warned | Failed | None
"""Nothing or True passes, False fails, as does whatever is raised."""

CheckCallback: TypeAlias = Callable[[], CheckResult | Awaitable[CheckResult]]
"""A plain or coroutine function, called at every interval, one run at a time."""


def observation_of(result: object) -> Observation:
    """A result of the application as the contract has it.

    Raises:
        TypeError: The data of the result is no mapping.
    """
    match result:
        case None | True:
            return Observation(VerdictPassed(), [])
        case False:
            return Observation(VerdictFailed(""), [])
        case Passed(data):
            return Observation(VerdictPassed(), _pairs(data))
        case Warned(message, data):
            return Observation(VerdictWarned(_bounded(str(message))), _pairs(data))
        case Failed(message, data):
            return Observation(VerdictFailed(_bounded(str(message))), _pairs(data))
    # Rows of a query or a response of 503: whether that is good, only the application
    # knows.
    text = (
        f"the check returned a value of type {type(result).__name__}, "
        "neither None nor a bool nor Passed, Warned or Failed"
    )
    return Observation(VerdictFailed(text), [])


def failed_because(error: BaseException) -> Observation:
    """What was raised, as a failed check."""
    return Observation(VerdictFailed(message_of(error)), [])


def message_of(error: BaseException) -> str:
    """The text of an exception, or the name of its class where it has none."""
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:  # __str__ is the application's too
        return name
    if isinstance(error, KeyError):  # whose text is the missing key alone
        text = f"{name}: {text}"
    return _bounded(text or name)


def _pairs(data: Mapping[str, Value]) -> list[tuple[str, str]]:
    if not isinstance(data, Mapping):
        raise TypeError(
            f"data is a mapping of names to values, not of type {type(data).__name__}"
        )
    return [
        (_bounded(str(key)), _bounded(_text(value)))
        for key, value in islice(data.items(), _MOST_PAIRS)
    ]


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"  # as in every language
    return str(value)


def _bounded(text: str) -> str:
    return text[:_MOST_CHARACTERS]
