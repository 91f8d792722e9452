"""The fast way into wasmtime: its C functions and values, without a walk over types.

It needs names that wasmtime keeps for itself, and the layout of its values in
memory. `USABLE` says whether both are as they were in the release that this was
written for; where they are not, calls take wasmtime's public way.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import c_bool, c_char, c_size_t, c_uint32, c_void_p
from struct import Struct
from typing import Any

BOOL, S8, U8, S16, U16, S32, U32, S64, U64, F32, F64, CHAR, STRING = range(13)
LIST, RECORD, TUPLE, VARIANT, ENUM, OPTION, RESULT, FLAGS, RESOURCE = range(13, 22)

VALUE_SIZE = 32  # a kind and 24 bytes of payload, which begin at 8
WORD = Struct("<Q")
PAIR = Struct("<QQ")  # length and address: of a text, a list, a record …

pack_pair, unpack_pair = PAIR.pack, PAIR.unpack

MEMORY = memoryview((c_char * sys.maxsize).from_address(0)).cast("B")
"""The memory of the process: an address is an index."""


def _usable() -> bool:
    try:
        from wasmtime import _ffi as ffi
        from wasmtime.component import Func, ResourceAny

        return (
            ctypes.sizeof(ffi.wasmtime_component_val_t) == VALUE_SIZE
            and ctypes.sizeof(ffi.wasmtime_component_valrecord_entry_t)
            == VALUE_SIZE + 16
            and ffi.wasmtime_component_val_t.of.offset == 8
            and ffi.WASMTIME_COMPONENT_RESOURCE.value == RESOURCE
            and ffi.WASMTIME_COMPONENT_STRING.value == STRING
            and "_func" in Func.__annotations__
            and hasattr(ResourceAny, "_from_ptr")
            and sys.byteorder == "little"
        )
    except (ImportError, AttributeError):
        return False


USABLE = _usable()


def _function(name: str, result: Any, *parameters: Any) -> Any:
    """A function of wasmtime's library; pointers are plain numbers."""
    return _found(name, result, parameters, ctypes.CDLL)


def _short(name: str, result: Any, *parameters: Any) -> Any:
    """A function that keeps the interpreter's lock: it is over before anybody could use it.

    Where another thread waits for the lock, letting go of it costs 5 ms.
    """
    return _found(name, result, parameters, ctypes.PyDLL)


def _found(name: str, result: Any, parameters: Any, library: type[ctypes.CDLL]) -> Any:
    if not USABLE:
        return None
    from wasmtime import _ffi as ffi

    found = library(ffi.dll._name, handle=ffi.dll._handle)[name]
    found.restype = result
    found.argtypes = parameters
    return found


P = c_void_p
call = _function("wasmtime_component_func_call", P, P, P, P, c_size_t, P, c_size_t)
value_delete = _short("wasmtime_component_val_delete", None, P)
value_clone = _short("wasmtime_component_val_clone", None, P, P)
error_new = _function("wasmtime_error_new", P, ctypes.c_char_p)
any_clone = _short("wasmtime_component_resource_any_clone", P, P)
any_drop = _function("wasmtime_component_resource_any_drop", P, P, P)
any_delete = _short("wasmtime_component_resource_any_delete", None, P)
any_to_host = _function("wasmtime_component_resource_any_to_host", P, P, P, P)
host_new = _function(
    "wasmtime_component_resource_host_new", P, c_bool, c_uint32, c_uint32
)
host_rep = _function("wasmtime_component_resource_host_rep", c_uint32, P)
host_delete = _function("wasmtime_component_resource_host_delete", None, P)
host_to_any = _function("wasmtime_component_resource_host_to_any", P, P, P, P)
add_func = _function(
    "wasmtime_component_linker_instance_add_func",
    P,
    P,
    ctypes.c_char_p,
    c_size_t,
    P,
    P,
    P,
)

CALLBACK = ctypes.CFUNCTYPE(c_size_t, P, P, P, P, c_size_t, P, c_size_t)
"""A function of the host: data, store, type, arguments, results; 0 or an error."""


class Arena:
    """Memory for what one call lowers; wasmtime only reads it."""

    __slots__ = ("_keep", "base", "buffer", "_size", "more", "top")

    def __init__(self, size: int = 1 << 16) -> None:
        self.buffer = bytearray(size)
        self._keep = (c_char * size).from_buffer(self.buffer)
        self.base = ctypes.addressof(self._keep)
        self._size = size
        self.more: list[Any] = []  # what did not fit
        self.top = 0

    def put(self, data: bytes | bytearray) -> int:
        """Copies the bytes to where they stay until `free`; gives the address."""
        top = self.top
        end = top + len(data)
        if end > self._size:
            apart = (c_char * len(data)).from_buffer_copy(data)
            self.more.append(apart)
            return ctypes.addressof(apart)
        self.buffer[top:end] = data
        self.top = (end + 7) & -8
        return self.base + top

    def mark(self) -> tuple[int, int]:
        """How much is in use."""
        return self.top, len(self.more)

    def free(self, mark: tuple[int, int]) -> None:
        """Takes back all that was put since the mark."""
        self.top, more = mark
        if len(self.more) > more:
            del self.more[more:]


_NAMES: dict[str, tuple[Any, bytes]] = {}


def name(text: str) -> bytes:
    """Length and address of a name of the WIT, which stays where it is."""
    if text not in _NAMES:
        data = text.encode()
        kept = ctypes.create_string_buffer(data)
        _NAMES[text] = (kept, PAIR.pack(len(data), ctypes.addressof(kept)))
    return _NAMES[text][1]


def text_at(item: bytes) -> bytes:
    """The bytes whose length and address these are."""
    size, address = PAIR.unpack(item)
    return bytes(MEMORY[address : address + size])
