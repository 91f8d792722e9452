"""Objects that cross by handle: the component's, and those that the host implements."""

from __future__ import annotations

import ctypes
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from wasmtime.component import ResourceAny, ResourceHost

from . import _memory as memory
from ._codec import Codec
from ._errors import TrapError, WrongTypeError, WrongValueError, wrong_type, wrong_value
from ._memory import WORD

if TYPE_CHECKING:
    from ._instance import Instance

Self = TypeVar("Self", bound="Object")


class Object:
    """An object of the component.

    It belongs to its instance and to one thread at a time. `close`, or leaving a
    `with` block, ends it; passing it on gives it away. Either way it is of no use
    afterwards, as all of them are when the instance is closed.
    """

    __slots__ = ("_any", "_instance", "_of", "_pointer")

    _of: Any
    _any: ResourceAny | None

    def __init__(self, instance: Instance, of: Any, handle: ResourceAny) -> None:
        self._instance = instance
        self._of = of
        self._any = handle
        self._pointer = address_of(handle) if instance.raw else 0

    def close(self) -> None:
        """Ends the object; a second time, or after the instance is closed, does nothing.

        Raises:
            BusyError: the component is in a call.
            TrapError: its destructor trapped, or the component did earlier.
        """
        if self._any is not None:
            self._instance.drop(self)

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except TrapError:
            if kind is None:  # else what ended the block says more
                raise


def address_of(handle: ResourceAny) -> int:
    """Where wasmtime keeps a handle."""
    return ctypes.addressof(handle.ptr().contents)


class ExportedResource:
    """A resource that the component implements, and the class of its objects."""

    def __init__(self, made: type[Object]) -> None:
        self.made = made

    def find(self, instance: Instance, value: Any, path: str) -> Object:
        """The object, if it is one that can be passed."""
        if not isinstance(value, self.made):
            raise wrong_type(path, value, f"of {self.made.__name__}")
        if value._instance is not instance:
            raise wrong_value(path, value, "of this instance")
        if value._any is None:
            raise WrongValueError(
                f"{path}: this {self.made.__name__} was closed or passed on"
            )
        return value

    def lift(self, instance: Instance, handle: ResourceAny) -> Object:
        """The object of a handle."""
        return self.made(instance, instance.owner(self), handle)


class ExportedHandle(Codec[Any]):
    """An object of the component."""

    kind = memory.RESOURCE
    format = "Q16x"
    handles = True
    classes = frozenset({ResourceAny, ResourceHost})

    def __init__(self, resource: ExportedResource, *, owned: bool) -> None:
        self.resource = resource
        self.owned = owned

    def check(self, instance: Instance, value: Any, path: str) -> None:
        found = self.resource.find(instance, value, path)
        key = id(found)
        if key in instance.given or (self.owned and key in instance.shown):
            name = self.resource.made.__name__
            raise WrongValueError(f"{path}: this {name} is passed twice")
        if self.owned:
            instance.given[key] = found
        else:
            instance.shown.add(key)

    def lower(self, instance: Instance, value: Any) -> int:
        pointer: int = value._pointer
        return pointer

    def lift(self, instance: Instance, item: int) -> Any:
        # only what is owned comes out of a component
        return self.resource.lift(instance, handle_at(memory.any_clone(item)))

    def to_public(self, instance: Instance, value: Any) -> Any:
        return value._any

    def from_public(self, instance: Instance, value: Any) -> Any:
        return self.resource.lift(instance, value)


def handle_at(address: int) -> ResourceAny:
    """A handle that wasmtime keeps at this address, and that is ours to free."""
    from wasmtime import _ffi as ffi

    kind = ctypes.POINTER(ffi.wasmtime_component_resource_any_t)
    return ResourceAny._from_ptr(ctypes.cast(address, kind))


class ImportedResource:
    """A resource that the host implements; `number` tells it from others of its world."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.number = number


class Table:
    """The objects of the host that the component has handles of, by representation."""

    __slots__ = ("_free", "_objects")

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._free = 1

    def add(self, value: Any) -> int:
        """The object's representation from now on."""
        while self._free in self._objects:
            self._free = self._free % 0xFFFF_FFFF + 1
        representation = self._free
        self._objects[representation] = value
        self._free = self._free % 0xFFFF_FFFF + 1
        return representation

    def get(self, representation: int) -> Any:
        """The object."""
        return self._objects[representation]

    def take(self, representation: int) -> Any:
        """The object, which the component has no more."""
        return self._objects.pop(representation)

    def __len__(self) -> int:
        return len(self._objects)


class ImportedHandle(Codec[Any]):
    """An object of the host."""

    kind = memory.RESOURCE
    format = "Q16x"
    handles = True
    classes = frozenset({ResourceAny, ResourceHost})

    def __init__(self, resource: ImportedResource, *, owned: bool) -> None:
        self.resource = resource
        self.owned = owned

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if value is None or not callable(getattr(value, "close", None)):
            raise WrongTypeError(
                f"{path}: {value!r} is no {self.resource.name}: it has no close()"
            )

    def _represent(self, instance: Instance, value: Any) -> int:
        table = instance.tables[self.resource]
        representation = table.add(value)
        if not self.owned:
            instance.loans.append((table, representation))
        return representation

    def lower(self, instance: Instance, value: Any) -> int:
        representation = self._represent(instance, value)
        host = memory.host_new(self.owned, representation, self.resource.number)
        scratch = instance.put(WORD.pack(0))
        error = memory.host_to_any(instance.context, host, scratch)
        memory.host_delete(host)
        instance.fails(error)
        (handle,) = WORD.unpack_from(memory.MEMORY, scratch)
        instance.handles.append(handle)
        return int(handle)

    def lift(self, instance: Instance, item: int) -> Any:
        scratch = instance.put(WORD.pack(0))
        instance.fails(memory.any_to_host(instance.context, item, scratch))
        (host,) = WORD.unpack_from(memory.MEMORY, scratch)
        representation = memory.host_rep(host)
        memory.host_delete(host)
        return self._find(instance, representation)

    def _find(self, instance: Instance, representation: int) -> Any:
        table = instance.tables[self.resource]
        return table.take(representation) if self.owned else table.get(representation)

    def to_public(self, instance: Instance, value: Any) -> Any:
        make = ResourceHost.own if self.owned else ResourceHost.borrow
        return make(self._represent(instance, value), self.resource.number)

    def from_public(self, instance: Instance, value: Any) -> Any:
        return self._find(instance, value.to_host(instance.store).rep)
