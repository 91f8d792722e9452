"""What the bindings of a world are made of; the same for every world."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

from ._choices import Option, Result, Variant
from ._codec import (
    BOOL,
    CHAR,
    F32,
    F64,
    S8,
    S16,
    S32,
    S64,
    STRING,
    U8,
    U16,
    U32,
    U64,
    Codec,
)
from ._handles import (
    ExportedHandle,
    ExportedResource,
    ImportedHandle,
    ImportedResource,
    Object,
)
from ._instance import Instance, Signature
from ._shapes import Bytes, Enumeration, Flags, List, Numbers, Record, Tuple

BYTES = Bytes()

Self = TypeVar("Self", bound="World")

__all__ = [
    "BOOL",
    "BYTES",
    "CHAR",
    "F32",
    "F64",
    "S8",
    "S16",
    "S32",
    "S64",
    "STRING",
    "U8",
    "U16",
    "U32",
    "U64",
    "Codec",
    "Enumeration",
    "ExportedHandle",
    "ExportedResource",
    "Flags",
    "ImportedHandle",
    "ImportedResource",
    "Instance",
    "List",
    "Numbers",
    "Object",
    "Option",
    "Record",
    "Result",
    "Signature",
    "Tuple",
    "Variant",
    "World",
    "method",
]


class World:
    """What every class of a world has: an end."""

    def __init__(self, instance: Instance) -> None:
        instance.start()
        self._instance = instance

    def close(self) -> None:
        """Ends the instance and all of its objects; a second time does nothing.

        Raises:
            BusyError: The component is in a call.
        """
        self._instance.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def method(name: str) -> Callable[..., Any]:
    """A function that calls this method of its first argument."""

    def call(target: Any, *arguments: Any) -> Any:
        return getattr(target, name)(*arguments)

    return call
