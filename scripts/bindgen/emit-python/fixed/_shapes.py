"""How values of the WIT's types with parts cross: lists, records, variants and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, Flag
from struct import Struct, pack
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from wasmtime import component

from . import _memory as memory
from ._codec import Codec, Float, Integer
from ._errors import TooLargeError, wrong_type
from ._memory import MEMORY, PAIR, VALUE_SIZE, pack_pair, unpack_pair
from ._values import foreign, in_a_record, in_a_row

if TYPE_CHECKING:
    from ._instance import Instance

T = TypeVar("T")
E = TypeVar("E")

MAX_LIST_LENGTH = 8_388_608
"""The most elements that one list may have: wasmtime keeps 32 bytes for each."""


@dataclass(frozen=True, slots=True)
class Some(Generic[T]):
    """The outer of two options that is there: its value may be None."""

    value: T


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """A result inside of a value that is a success; without a payload it is `Ok(None)`."""

    value: T


@dataclass(frozen=True, slots=True)
class Err(Generic[E]):
    """A result inside of a value that is an error; without a payload it is `Err(None)`."""

    value: E


class Record(Codec[Any]):
    """A record: its class, and of each field the name in Python, in the WIT, and the codec."""

    kind = memory.RECORD
    format = "16s8x"
    classes = frozenset({component.Record})

    def __init__(self, made: type[Any], *fields: tuple[str, str, Codec[Any]]) -> None:
        self.made = made
        self.fields = fields
        self.handles = any(codec.handles for _, _, codec in fields)
        self._lower, self._lift = in_a_record(made, fields)
        self._length = len(fields)

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, self.made):
            raise wrong_type(path, value, f"of {self.made.__name__}")
        for name, _, codec in self.fields:
            codec.check(instance, getattr(value, name), f"{path}.{name}")

    def lower(self, instance: Instance, value: Any) -> bytes:
        if not isinstance(value, self.made):
            raise TypeError
        return pack_pair(self._length, self._lower(instance, value))

    def lift(self, instance: Instance, item: bytes) -> Any:
        length, address = unpack_pair(item)
        if length != self._length:
            raise foreign()
        return self._lift(instance, address)

    def to_public(self, instance: Instance, value: Any) -> Any:
        made = component.Record()
        for name, label, codec in self.fields:
            setattr(made, label, codec.to_public(instance, getattr(value, name)))
        return made

    def from_public(self, instance: Instance, value: Any) -> Any:
        parts = [
            c.from_public(instance, getattr(value, label))
            for _, label, c in self.fields
        ]
        return self.made(*parts)


class Tuple(Codec[Any]):
    """A tuple."""

    kind = memory.TUPLE
    format = "16s8x"
    classes = frozenset({tuple})

    def __init__(self, *items: Codec[Any]) -> None:
        self.items = items
        self.handles = any(c.handles for c in items)
        self._lower, self._lift = in_a_row(items)

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, tuple) or len(value) != len(self.items):
            raise wrong_type(path, value, f"a tuple of {len(self.items)}")
        for i, (codec, item) in enumerate(zip(self.items, value)):
            codec.check(instance, item, f"{path}[{i}]")

    def lower(self, instance: Instance, value: Any) -> bytes:
        if not isinstance(value, tuple) or len(value) != len(self.items):
            raise TypeError
        return pack_pair(len(value), self._lower(instance, value))

    def lift(self, instance: Instance, item: bytes) -> tuple[Any, ...]:
        length, address = unpack_pair(item)
        if length != len(self.items):
            raise foreign()
        lifted: tuple[Any, ...] = self._lift(instance, address)
        return lifted

    def to_public(self, instance: Instance, value: Any) -> Any:
        return tuple(c.to_public(instance, v) for c, v in zip(self.items, value))

    def from_public(self, instance: Instance, value: Any) -> tuple[Any, ...]:
        return tuple(c.from_public(instance, v) for c, v in zip(self.items, value))


class List(Codec[Any]):
    """A list of anything but numbers."""

    kind = memory.LIST
    format = "16s8x"
    classes = frozenset({list})

    def __init__(self, element: Codec[Any]) -> None:
        self.element = element
        self.handles = element.handles
        self._cell = Struct("<" + element.cell)

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            raise wrong_type(path, value, "a list")
        check_length(path, value)
        for i, element in enumerate(value):
            self.element.check(instance, element, f"{path}[{i}]")

    def lower(self, instance: Instance, value: Any) -> bytes:
        if not isinstance(value, (list, tuple)):
            self.check(instance, value, "a list")
        check_length("a list", value)
        pack_cell, kind, lower = self._cell.pack, self.element.kind, self.element.lower
        data = b"".join([pack_cell(kind, lower(instance, v)) for v in value])
        return pack_pair(len(value), instance.put(data))

    def lift(self, instance: Instance, item: bytes) -> list[Any]:
        length, address = unpack_pair(item)
        if length == 0:
            return []
        if MEMORY[address] != self.element.kind:
            raise foreign()
        cells = self._cell.iter_unpack(MEMORY[address : address + length * VALUE_SIZE])
        lift = self.element.lift
        return [lift(instance, cell) for _, cell in cells]

    def to_public(self, instance: Instance, value: Any) -> Any:
        return [self.element.to_public(instance, v) for v in value]

    def from_public(self, instance: Instance, value: Any) -> list[Any]:
        return [self.element.from_public(instance, v) for v in value]


class Numbers(List):
    """A list of numbers: all are packed at once."""

    element: Integer | Float

    def __init__(self, element: Integer | Float) -> None:
        super().__init__(element)
        self._code: Any = element.code
        size = Struct(element.code).size
        self._first = 8 // size
        self._step = VALUE_SIZE // size
        self._empty = self._cell.pack(element.kind, 0)

    def lower(self, instance: Instance, value: Any) -> bytes:
        if not isinstance(value, (list, tuple)):
            self.check(instance, value, "a list")
        check_length("a list", value)
        code = self._code
        data = bytearray(self._empty * len(value))
        if data:
            numbers = memoryview(pack(f"<{len(value)}{code}", *value)).cast(code)
            memoryview(data).cast(code)[self._first :: self._step] = numbers
        return pack_pair(len(value), instance.put(data))

    def lift(self, instance: Instance, item: bytes) -> list[Any]:
        length, address = unpack_pair(item)
        if length == 0:
            return []
        if MEMORY[address] != self.element.kind:
            raise foreign()
        cells = MEMORY[address : address + length * VALUE_SIZE].cast(self._code)
        numbers: list[Any] = cells[self._first :: self._step].tolist()
        return numbers


class Bytes(Codec[bytes]):
    """`list<u8>`."""

    kind = memory.LIST
    format = "16s8x"
    classes = frozenset({bytes})
    _EMPTY = Struct("<B31x").pack(memory.U8)

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise wrong_type(path, value, "bytes")
        check_length(path, bytes(value))

    def lower(self, instance: Instance, value: Any) -> bytes:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise TypeError
        plain = bytes(value)
        check_length("bytes", plain)
        data = bytearray(self._EMPTY * len(plain))
        data[8::VALUE_SIZE] = plain
        return pack_pair(len(plain), instance.put(data))

    def lift(self, instance: Instance, item: bytes) -> bytes:
        length, address = unpack_pair(item)
        if length == 0:
            return b""
        if MEMORY[address] != memory.U8:
            raise foreign()
        return MEMORY[
            address + 8 : address + length * VALUE_SIZE : VALUE_SIZE
        ].tobytes()

    def to_public(self, instance: Instance, value: Any) -> bytes:
        return bytes(value)


def check_length(path: str, value: Sequence[Any]) -> None:
    """Refuses a list that is too long."""
    if len(value) > MAX_LIST_LENGTH:
        raise TooLargeError(
            f"{path}: {len(value)} elements, at most {MAX_LIST_LENGTH} fit"
        )


class Enumeration(Codec[Any]):
    """An enum, whose members have the WIT's labels as values."""

    kind = memory.ENUM
    format = "16s8x"
    classes = frozenset({str})

    def __init__(self, made: type[Enum]) -> None:
        self.made = made
        self.labels = [str(member.value) for member in made]
        # a member is its class's own: its id is faster to look up than its hash
        self._items = {id(member): memory.name(member.value) for member in made}
        self._members: dict[bytes, Any] = {
            member.value.encode(): member for member in made
        }

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, self.made):
            raise wrong_type(path, value, f"of {self.made.__name__}")

    def lower(self, instance: Instance, value: Any) -> bytes:
        return self._items[id(value)]

    def lift(self, instance: Instance, item: bytes) -> Any:
        return self._members[memory.text_at(item)]

    def to_public(self, instance: Instance, value: Any) -> Any:
        return value.value

    def from_public(self, instance: Instance, value: Any) -> Any:
        return self._members[value.encode()]


class Flags(Codec[Any]):
    """Flags, whose members are bits in the order of the labels."""

    kind = memory.FLAGS
    format = "16s8x"
    classes = frozenset({set})
    _MOST_KNOWN = 1024

    def __init__(self, made: type[Flag], *labels: str) -> None:
        self.made = made
        self.labels = labels
        self._names = [(1 << i, memory.name(label)) for i, label in enumerate(labels)]
        self._bits = {label.encode(): 1 << i for i, label in enumerate(labels)}
        # what is asked for again and again: an enum's own look-up is slow
        self._known: dict[int, Any] = {}

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, self.made):
            raise wrong_type(path, value, f"of {self.made.__name__}")

    def lower(self, instance: Instance, value: Any) -> bytes:
        if not isinstance(value, self.made):
            raise TypeError
        bits = value._value_
        names = [name for bit, name in self._names if bits & bit]
        return pack_pair(len(names), instance.put(b"".join(names)))

    def lift(self, instance: Instance, item: bytes) -> Any:
        length, address = unpack_pair(item)
        bits = 0
        for size, at in PAIR.iter_unpack(
            MEMORY[address : address + length * PAIR.size]
        ):
            bits |= self._bits[bytes(MEMORY[at : at + size])]
        known = self._known.get(bits)
        return self._remember(bits) if known is None else known

    def _remember(self, bits: int) -> Any:
        made = self.made(bits)
        if len(self._known) < self._MOST_KNOWN:
            self._known[bits] = made
        return made

    def to_public(self, instance: Instance, value: Any) -> Any:
        return {label for i, label in enumerate(self.labels) if value.value & (1 << i)}

    def from_public(self, instance: Instance, value: Any) -> Any:
        return self.made(sum(self._bits[name.encode()] for name in value))
