"""Three functions of the echo world by hand over wasmtime's C functions: as fast as it gets."""

from __future__ import annotations

import ctypes
import sys
import threading
from ctypes import c_char, c_size_t, c_void_p
from struct import Struct
from typing import Any

from wasmtime import Engine, Store, WasmtimeError
from wasmtime import _ffi as ffi
from wasmtime.component import Component, Linker

MEMORY = memoryview((c_char * sys.maxsize).from_address(0)).cast("B")
PAIR = Struct("<QQ")
BYTE = Struct("<B7xB23x")
POINTER = Struct("<B7xQQ8x")
STRING = POINTER
TUPLE_OF_BYTE_AND_LONG = Struct("<B7xB23xB7xQ16x")
# of each of the 15 fields its name, its kind, and what there is of it
FIELDS = (
    ["B23x", "Q16x", "H22x", "QQ8x", "Q16x", "QQ8x", "?23x", "I20x", "Q16x", "QQ8x", "QQ8x", "QQ8x", "f20x", "q16x", "QQ8x"]
)
WIDE = Struct("<" + "".join(f"16sB7x{each}" for each in FIELDS))
WIDE_READ = Struct("<" + "".join(f"24x{each}" for each in FIELDS))
LIST, RECORD, TUPLE, OPTION, FLAGS = 13, 14, 15, 18, 20


def kept(text: str) -> bytes:
    """Length and address of a name that is never freed."""
    data = text.encode()
    buffer = ctypes.create_string_buffer(data)
    KEPT.append(buffer)
    return PAIR.pack(len(data), ctypes.addressof(buffer))


KEPT: list[object] = []
NAMES = [kept(name) for name in "abcdefghijklmno"]
FLAG_NAMES = {
    3: [(1 << i, name) for i, name in enumerate(NAMES[:3])],
    9: [(1 << i, kept(f"f{i}")) for i in range(9)],
    32: [(1 << i, kept(f"f{i}")) for i in range(32)],
}
FLAG_BITS = {f"f{i}".encode(): 1 << i for i in range(32)} | {b"a": 1, b"b": 2, b"c": 4}


class Echo:
    """An instance with `byte`, `text` and `wides`; `types` are the generated classes."""

    def __init__(self, engine: Engine, component: Component, types: Any) -> None:
        self.store = Store(engine)
        instance = Linker(engine).instantiate(self.store, component)
        interface = instance.get_export_index(self.store, "test:echo/echo@1.2.3")
        self.context = ctypes.addressof(self.store._context().contents)
        self.types = types
        self.functions = []
        for name in ("byte", "text", "wides"):
            index = instance.get_export_index(self.store, name, interface)
            self.functions.append(instance.get_func(self.store, index)._func)
        self._byte, self._text, self._wides = map(ctypes.addressof, self.functions)
        self.call = ffi.dll["wasmtime_component_func_call"]
        self.call.argtypes = [
            c_void_p,
            c_void_p,
            c_void_p,
            c_size_t,
            c_void_p,
            c_size_t,
        ]
        self.call.restype = c_void_p
        self.free = ffi.dll["wasmtime_component_val_delete"]
        self.free.argtypes = [c_void_p]
        self.free.restype = None
        self.buffer = bytearray(1 << 16)
        self._arguments = (c_char * len(self.buffer)).from_buffer(self.buffer)
        self.base = ctypes.addressof(self._arguments)
        self.result = bytearray(32)
        self._result = (c_char * 32).from_buffer(self.result)
        self.to = ctypes.addressof(self._result)
        self.top = 0
        self.entry = threading.Lock()
        self.trapped = False

    def put(self, data: bytes) -> int:
        top = self.top
        end = top + len(data)
        self.buffer[top:end] = data
        self.top = (end + 7) & -8
        return self.base + top

    def invoke(self, function: int) -> None:
        """Calls with the one argument that begins the buffer."""
        if self.trapped or not self.entry.acquire(False):
            raise RuntimeError("the component trapped, or is in a call")
        try:
            error = self.call(function, self.context, self.base, 1, self.to, 1)
        finally:
            self.entry.release()
        if error:
            self.trapped = True
            pointer = ctypes.cast(error, ctypes.POINTER(ffi.wasmtime_error_t))
            raise WasmtimeError._from_ptr(pointer)

    def byte(self, a: int) -> int:
        BYTE.pack_into(self.buffer, 0, 2, a)
        self.invoke(self._byte)
        return BYTE.unpack_from(self.result)[1]

    def text(self, a: str) -> str:
        data = a.encode()
        self.top = 32
        STRING.pack_into(self.buffer, 0, 12, len(data), self.put(data))
        self.invoke(self._text)
        _, size, address = STRING.unpack_from(self.result)
        returned = str(MEMORY[address : address + size], "utf-8")
        self.free(self.to)
        self.result[0] = 0
        return returned

    def wides(self, a: list[Any]) -> list[Any]:
        self.top = 32
        cells = [POINTER.pack(RECORD, 15, self.lower(each)) for each in a]
        POINTER.pack_into(self.buffer, 0, LIST, len(a), self.put(b"".join(cells)))
        self.invoke(self._wides)
        _, size, address = POINTER.unpack_from(self.result)
        lift = self.lift
        cells = POINTER.iter_unpack(MEMORY[address : address + size * 32])
        returned = [lift(record) for _, _, record in cells]
        self.free(self.to)
        self.result[0] = 0
        return returned

    def lower(self, v: Any) -> int:
        put = self.put
        d = v.d.encode()
        texts = [each.encode() for each in v.f]
        f = b"".join([STRING.pack(12, len(each), put(each)) for each in texts])
        i = v.i.encode() if v.i is not None else None
        few = self.flags(3, v.j.value)
        all32 = self.flags(32, v.k.value)
        some9 = self.flags(9, v.o.value)
        pair = TUPLE_OF_BYTE_AND_LONG.pack(2, v.l[0], 8, v.l[1])
        A, B, C, D, E, F, G, H, I, J, K, L, M, N, O = NAMES
        record = WIDE.pack(
            *(A, 2, v.a, B, 8, v.b, C, 4, v.c, D, 12, len(d), put(d)),
            *(E, OPTION, put(BYTE.pack(2, v.e)) if v.e is not None else 0),
            *(F, LIST, len(texts), put(f), G, 0, v.g, H, 11, ord(v.h)),
            *(I, OPTION, put(STRING.pack(12, len(i), put(i))) if i is not None else 0),
            *(J, FLAGS, *few, K, FLAGS, *all32, L, TUPLE, 2, put(pair)),
            *(M, 9, v.m, N, 7, v.n, O, FLAGS, *some9),
        )
        return put(record)

    def flags(self, size: int, bits: int) -> tuple[int, int]:
        names = [name for bit, name in FLAG_NAMES[size] if bits & bit]
        return len(names), self.put(b"".join(names))

    def lift(self, record: int) -> object:
        a, b, c, d, dp, e, f, fp, g, h, i, j, jp, k, kp, _, lp, m, n, o, op = (
            WIDE_READ.unpack_from(MEMORY, record)
        )
        texts = [
            str(MEMORY[address : address + size], "utf-8")
            for _, size, address in STRING.iter_unpack(MEMORY[fp : fp + f * 32])
        ]
        maybe = None
        if i:
            _, size, address = STRING.unpack_from(MEMORY, i)
            maybe = str(MEMORY[address : address + size], "utf-8")
        _, first, _, second = TUPLE_OF_BYTE_AND_LONG.unpack_from(MEMORY, lp)
        types = self.types
        return types.Wide(
            *(a, b, c, str(MEMORY[dp : dp + d], "utf-8")),
            *(BYTE.unpack_from(MEMORY, e)[1] if e else None, texts, g, chr(h), maybe),
            *(types.Few(bits(j, jp)), types.All32(bits(k, kp)), (first, second), m, n),
            types.Some9(bits(o, op)),
        )


def bits(size: int, address: int) -> int:
    found = 0
    for length, name in PAIR.iter_unpack(MEMORY[address : address + size * 16]):
        found |= FLAG_BITS[bytes(MEMORY[name : name + length])]
    return found
