"""The types that wasmtime's public functions walk in each call, read once.

Their properties ask wasmtime's library anew each time, which is most of a call.
Here they keep what they were told. Of what wasmtime has under another name, or
laid out otherwise, nothing is kept: calls are then slower, and do the same.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from wasmtime import Store, component
from wasmtime.component import Func

PROPERTIES = {
    "FuncType": ("params", "result"),
    "ListType": ("element",),
    "RecordType": ("fields",),
    "TupleType": ("elements",),
    "VariantType": ("cases",),
    "OptionType": ("payload",),
    "ResultType": ("ok", "err"),
}
"""What is kept, by wasmtime's class."""


def keep_type(function: Func, store: Store) -> None:
    """Has the function keep its type and all that this is made of."""
    with suppress(AttributeError):
        kept = _keeping(function.type(store))
        function.__dict__["type"] = lambda _store: kept


def _keeping(found: Any) -> Any:
    """What a property gave, with types that keep what theirs give."""
    if isinstance(found, list):
        return [_keeping(each) for each in found]
    if isinstance(found, tuple):
        return tuple(_keeping(each) for each in found)
    if type(found) in _KEEPING:
        with suppress(TypeError):
            found.__class__ = _KEEPING[type(found)]
    return found


class _Kept:
    """A property until it is read, then an attribute.

    Unlike `cached_property` it has no lock, which a fork could leave taken.
    """

    def __init__(self, name: str, read: Any) -> None:
        self._name = name
        self._read = read

    def __get__(self, found: Any, _type: Any) -> Any:
        value = _keeping(self._read.__get__(found))
        found.__dict__[self._name] = value
        return value


def _subclass(of: type[Any], names: tuple[str, ...]) -> type[Any]:
    kept = {n: _Kept(n, getattr(of, n)) for n in names if hasattr(of, n)}
    return type(of.__name__, (of,), kept)


_KEEPING = {
    of: _subclass(of, names)
    for name, names in PROPERTIES.items()
    if (of := getattr(component, name, None)) is not None
}
