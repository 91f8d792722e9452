"""How values of the WIT's types without parts cross: numbers, booleans, characters, texts.

Each type has a codec, made once. To lower is to turn a value into the item that
`struct` packs into one of wasmtime's values; to lift is the way back. Lowering
trusts `struct` to refuse what does not fit; `check` then says what was wrong.
"""

from __future__ import annotations

import operator
from struct import Struct, error
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from . import _memory as memory
from ._errors import TooLargeError, wrong_type, wrong_value
from ._memory import MEMORY, pack_pair, unpack_pair

if TYPE_CHECKING:
    from ._instance import Instance

T = TypeVar("T")

encode = str.encode  # which is of texts alone

MAX_TEXT_UNITS = 1_048_576
"""The most UTF-16 code units that one text may have."""


class Codec(Generic[T]):
    """How the values of one type cross."""

    kind: int
    """What wasmtime calls the type."""
    format: str
    """Of `struct`: the one item that stands for a value, and padding, 24 bytes in all."""
    plain = False
    """The item is the value."""
    owns = True
    """What wasmtime gives has to be freed."""
    handles = False
    """There are objects in it, which are checked before anything is lowered."""
    classes: frozenset[type]
    """On the public way: the classes of its values, by which wasmtime tells cases apart."""

    @property
    def cell(self) -> str:
        """Of `struct`: one whole value, as its kind and its item."""
        return f"B7x{self.format}"

    def check(self, instance: Instance, value: Any, path: str) -> None:
        """Raises where the value does not fit."""
        raise NotImplementedError

    def lower(self, instance: Instance, value: Any) -> Any:
        """The value's item; raises anything where it does not fit."""
        return value

    def lift(self, instance: Instance, item: Any) -> Any:
        """The value of an item."""
        return item

    def to_public(self, instance: Instance, value: Any) -> Any:
        """The value as wasmtime's public functions take it; it fits."""
        return value

    def from_public(self, instance: Instance, value: Any) -> Any:
        """The way back."""
        return value


class Integer(Codec[int]):
    """An integer type."""

    plain = True
    owns = False
    classes = frozenset({int})

    def __init__(self, kind: int, code: str, bits: int, *, signed: bool) -> None:
        size = bits // 8
        self.kind = kind
        self.code = code
        self.format = f"{code}{24 - size}x"
        self.low = -(1 << (bits - 1)) if signed else 0
        self.high = self.low + (1 << bits) - 1

    def check(self, instance: Instance, value: Any, path: str) -> None:
        fits = f"an integer from {self.low} to {self.high}"
        try:
            number = operator.index(value)
        except TypeError:
            raise wrong_type(path, value, fits) from None
        if not self.low <= number <= self.high:
            raise wrong_value(path, value, fits)

    def to_public(self, instance: Instance, value: Any) -> int:
        return int(operator.index(value))


class Float(Codec[float]):
    """A type of floating-point numbers."""

    plain = True
    owns = False
    classes = frozenset({float})

    def __init__(self, kind: int, code: str, bits: int) -> None:
        self.kind = kind
        self.code = code
        self.format = f"{code}{24 - bits // 8}x"
        self._bits = bits

    def check(self, instance: Instance, value: Any, path: str) -> None:
        try:
            Struct(f"<{self.code}").pack(value)
        except OverflowError:
            raise wrong_value(path, value, f"a number of {self._bits} bits") from None
        except error:
            raise wrong_type(path, value, "a number") from None

    def to_public(self, instance: Instance, value: Any) -> float:
        return float(value)


class Bool(Codec[bool]):
    """`bool`."""

    kind = memory.BOOL
    format = "?23x"
    owns = False
    classes = frozenset({bool})

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if value is not True and value is not False:
            raise wrong_type(path, value, "True or False")

    def lower(self, instance: Instance, value: Any) -> bool:
        if value is True or value is False:
            return value
        raise TypeError


class Char(Codec[str]):
    """`char`: a text of one character."""

    kind = memory.CHAR
    format = "I20x"
    owns = False
    classes = frozenset({str})

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise wrong_type(path, value, "a text of one character")
        if len(value) != 1 or "\ud800" <= value <= "\udfff":
            raise wrong_value(path, value, "a text of one character")

    def lower(self, instance: Instance, value: Any) -> int:
        if not isinstance(value, str) or "\ud800" <= value <= "\udfff":
            raise TypeError
        return ord(value)

    def lift(self, instance: Instance, item: int) -> str:
        return chr(item)


class String(Codec[str]):
    """`string`; a lone surrogate becomes U+FFFD on the way in."""

    kind = memory.STRING
    format = "16s8x"
    classes = frozenset({str})

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise wrong_type(path, value, "a text")
        units = len(value) + sum(c > "\uffff" for c in value)
        if units > MAX_TEXT_UNITS:
            raise TooLargeError(
                f"{path}: {units} UTF-16 code units, at most {MAX_TEXT_UNITS} fit"
            )

    def lower(self, instance: Instance, value: Any) -> bytes:
        try:
            data = encode(value)
        except UnicodeEncodeError:
            data = encode(well_formed(value))
        if len(data) > MAX_TEXT_UNITS:
            self.check(instance, value, "a text")
        return pack_pair(len(data), instance.put(data))

    def lift(self, instance: Instance, item: bytes) -> str:
        size, address = unpack_pair(item)
        return str(MEMORY[address : address + size], "utf-8")

    def to_public(self, instance: Instance, value: str) -> str:
        return well_formed(value)


def well_formed(text: str) -> str:
    """The text with U+FFFD for each lone surrogate; two that belong together become one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


BOOL = Bool()
U8 = Integer(memory.U8, "B", 8, signed=False)
S8 = Integer(memory.S8, "b", 8, signed=True)
U16 = Integer(memory.U16, "H", 16, signed=False)
S16 = Integer(memory.S16, "h", 16, signed=True)
U32 = Integer(memory.U32, "I", 32, signed=False)
S32 = Integer(memory.S32, "i", 32, signed=True)
U64 = Integer(memory.U64, "Q", 64, signed=False)
S64 = Integer(memory.S64, "q", 64, signed=True)
F32 = Float(memory.F32, "f", 32)
F64 = Float(memory.F64, "d", 64)
CHAR = Char()
STRING = String()
