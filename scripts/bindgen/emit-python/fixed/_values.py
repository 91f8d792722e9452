"""Several values in a row: parameters, or the parts of a record or tuple.

The two functions that lower and lift them are written out for their types, as
`dataclass` does it, and made once: a call has no loop over types.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import TYPE_CHECKING, Any

from . import _memory as memory
from ._codec import Codec
from ._errors import TrapError

if TYPE_CHECKING:
    from ._instance import Instance

Lower = Callable[["Instance", Any], int]
"""Of all values, or of the record that has them: gives the address where they are."""
Lift = Callable[["Instance", int], Any]
"""Of the address where they are: gives a tuple, or the record."""
Fill = Callable[["Instance", bytearray, Any], None]
"""Of a buffer, which gets them at its beginning, and all values."""


def foreign() -> TrapError:
    """The component's types are others than those of the bindings."""
    return TrapError(
        "the component gave a value of another type: it is not of this world"
    )


def in_a_row(codecs: Sequence[Codec[Any]]) -> tuple[Lower, Lift]:
    """For values that come as a tuple."""
    names = [f"v{i}" for i in range(len(codecs))]
    cells = [
        _lowered(i, name, codec) for i, (name, codec) in enumerate(zip(names, codecs))
    ]
    source = f"""
def lower(instance, values):
    ({_row(names)}) = values
    return instance.put(pack({_row(cells)}))
"""
    packed = Struct("<" + "".join(codec.cell for codec in codecs))
    return _made(source, "", codecs, packed, packed, {})


def as_parameters(codecs: Sequence[Codec[Any]]) -> tuple[Fill, Lift]:
    """For the parameters of a function, which are lowered to where they always are."""
    names = [f"v{i}" for i in range(len(codecs))]
    cells = [
        _lowered(i, name, codec) for i, (name, codec) in enumerate(zip(names, codecs))
    ]
    source = f"""
def lower(instance, buffer, values):
    ({_row(names)}) = values
    pack_into(buffer, 0, {_row(cells)})
"""
    packed = Struct("<" + "".join(codec.cell for codec in codecs))
    return _made(source, "", codecs, packed, packed, {"pack_into": packed.pack_into})


def in_a_record(
    made: type[Any], fields: Sequence[tuple[str, str, Codec[Any]]]
) -> tuple[Lower, Lift]:
    """For the fields of a record, each by its name, its label and its codec."""
    codecs = [codec for _, _, codec in fields]
    cells = [
        f"label{i}, {_lowered(i, f'value.{name}', codec)}"
        for i, (name, _, codec) in enumerate(fields)
    ]
    source = f"""
def lower(instance, value):
    return instance.put(pack({_row(cells)}))
"""
    scope = {f"label{i}": memory.name(label) for i, (_, label, _) in enumerate(fields)}
    packed = Struct("<" + "".join(f"16s{codec.cell}" for codec in codecs))
    read = Struct("<" + "".join(f"16x{codec.cell}" for codec in codecs))
    return _made(source, "made", codecs, packed, read, {**scope, "made": made})


def _made(
    source: str,
    made: str,
    codecs: Sequence[Codec[Any]],
    packed: Struct,
    read: Struct,
    scope: dict[str, Any],
) -> tuple[Any, Lift]:
    """Makes both functions; only names of the WIT and numbers are written into them."""
    places = range(len(codecs))
    parts = [
        f"v{i}" if c.plain else f"lift{i}(instance, v{i})" for i, c in enumerate(codecs)
    ]
    source += f"""
def lift(instance, address):
    ({_row([f"k{i}, v{i}" for i in places])}) = unpack(MEMORY, address)
    if ({_row([f"k{i}" for i in places])}) != kinds:
        raise foreign()
    return {made}({_row(parts)})
"""
    scope |= {"MEMORY": memory.MEMORY, "foreign": foreign}
    scope |= {"pack": packed.pack, "unpack": read.unpack_from}
    scope |= {"kinds": tuple(codec.kind for codec in codecs)}
    for i, codec in enumerate(codecs):
        scope |= {f"lower{i}": codec.lower, f"lift{i}": codec.lift}
    exec(source, scope)
    return scope["lower"], scope["lift"]


def _lowered(i: int, value: str, codec: Codec[Any]) -> str:
    """The kind of a value and its item, as arguments."""
    return f"{codec.kind}, {value if codec.plain else f'lower{i}(instance, {value})'}"


def _row(parts: Sequence[str]) -> str:
    return "".join(f"{part}, " for part in parts)
