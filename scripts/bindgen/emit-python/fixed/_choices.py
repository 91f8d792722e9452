"""How values that are one of several cross: options, results and variants."""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import TYPE_CHECKING, Any, TypeVar

from wasmtime import component

from . import _memory as memory
from ._codec import Codec
from ._errors import RefusedError, wrong_type
from ._memory import MEMORY
from ._shapes import Err, Ok, Some
from ._values import foreign

if TYPE_CHECKING:
    from ._instance import Instance

T = TypeVar("T")
E = TypeVar("E")


class Payload:
    """A value that is pointed at."""

    __slots__ = ("_cell", "_codec")

    def __init__(self, codec: Codec[Any]) -> None:
        self._codec = codec
        self._cell = Struct("<" + codec.cell)

    def lower(self, instance: Instance, value: Any) -> int:
        item = self._codec.lower(instance, value)
        return instance.put(self._cell.pack(self._codec.kind, item))

    def lift(self, instance: Instance, address: int) -> Any:
        if address == 0:
            raise foreign()
        kind, item = self._cell.unpack_from(MEMORY, address)
        if kind != self._codec.kind:
            raise foreign()
        return self._codec.lift(instance, item)


class PublicCases:
    """Cases as wasmtime's public functions take them.

    They carry the name of a case only where classes of payloads overlap; elsewhere
    the value alone stands for its case, which is the first that it is an instance of.
    """

    def __init__(self, cases: Sequence[tuple[str, Codec[Any] | None]]) -> None:
        self._cases = [
            (name, c.classes if c else frozenset({object})) for name, c in cases
        ]
        seen: set[type] = set()
        self.tagged = False
        for _, classes in self._cases:
            self.tagged = self.tagged or not seen.isdisjoint(classes)
            seen |= classes
        self.classes = (
            frozenset({component.Variant}) if self.tagged else frozenset(seen)
        )
        self._codecs = dict(cases)

    def lower(self, instance: Instance, name: str, value: Any) -> Any:
        codec = self._codecs[name]
        payload = codec.to_public(instance, value) if codec else None
        if self.tagged:
            return component.Variant(name, payload)
        if self._taken_for(payload) != name:
            raise RefusedError(
                f"wasmtime's public functions cannot pass the case {name}"
            )
        return payload

    def lift(self, instance: Instance, value: Any) -> tuple[str, Any]:
        name = value.tag if self.tagged else self._case_of(value)
        codec = self._codecs[name]
        payload = value.payload if self.tagged else value
        return name, codec.from_public(instance, payload) if codec else None

    def _taken_for(self, value: Any) -> str | None:
        """The case that wasmtime makes of a value alone."""
        for name, classes in self._cases:
            if self._codecs[name] is None:
                if value is None:
                    return name
            elif isinstance(value, tuple(classes)):
                return name
        return None

    def _case_of(self, value: Any) -> str:
        """The case that wasmtime made a value alone of."""
        wanted = object if value is None else type(value)
        for name, classes in self._cases:
            if wanted in classes:
                return name
        raise foreign()


class Option(Codec[Any]):
    """An option: None, or the value; `Some` of it where the value is an option again."""

    kind = memory.OPTION
    format = "Q16x"

    def __init__(self, value: Codec[Any], *, nested: bool = False) -> None:
        self.value = value
        self.nested = nested
        self.handles = value.handles
        self._payload = Payload(value)
        self._public = PublicCases([("none", None), ("some", value)])
        self.classes = self._public.classes

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if value is None:
            return
        if self.nested:
            if not isinstance(value, Some):
                raise wrong_type(path, value, "None or of Some")
            value, path = value.value, f"{path}.value"
        self.value.check(instance, value, path)

    def lower(self, instance: Instance, value: Any) -> int:
        if value is None:
            return 0
        if self.nested:
            if not isinstance(value, Some):
                raise TypeError
            value = value.value
        return self._payload.lower(instance, value)

    def lift(self, instance: Instance, item: int) -> Any:
        if item == 0:
            return None
        value = self._payload.lift(instance, item)
        return Some(value) if self.nested else value

    def to_public(self, instance: Instance, value: Any) -> Any:
        if value is None:
            return self._public.lower(instance, "none", None)
        return self._public.lower(
            instance, "some", value.value if self.nested else value
        )

    def from_public(self, instance: Instance, value: Any) -> Any:
        name, payload = self._public.lift(instance, value)
        if name == "none":
            return None
        return Some(payload) if self.nested else payload


class Result(Codec[Any]):
    """A result: `Ok` or `Err`; one that a function returns is returned or raised."""

    kind = memory.RESULT
    format = "16s8x"
    _ITEM = Struct("<?7xQ")

    def __init__(self, ok: Codec[Any] | None, err: Codec[Any] | None) -> None:
        self.ok = ok
        self.err = err
        self.handles = any(c.handles for c in (ok, err) if c)
        self._ok = Payload(ok) if ok else None
        self._err = Payload(err) if err else None
        self._public = PublicCases([("ok", ok), ("err", err)])
        self.classes = self._public.classes

    def check(self, instance: Instance, value: Any, path: str) -> None:
        if not isinstance(value, (Ok, Err)):
            raise wrong_type(path, value, "of Ok or Err")
        codec = self.ok if isinstance(value, Ok) else self.err
        payload: Any = value.value
        if codec is not None:
            codec.check(instance, payload, f"{path}.value")
        elif payload is not None:
            raise wrong_type(f"{path}.value", payload, "None")

    def lower(self, instance: Instance, value: Any) -> bytes:
        if not isinstance(value, (Ok, Err)):
            raise TypeError
        is_ok = isinstance(value, Ok)
        codec = self._ok if is_ok else self._err
        payload: Any = value.value
        if codec is None and payload is not None:
            raise TypeError
        return self._ITEM.pack(is_ok, codec.lower(instance, payload) if codec else 0)

    def lift(self, instance: Instance, item: bytes) -> Any:
        is_ok, address = self._ITEM.unpack(item)
        payload = self._ok if is_ok else self._err
        value = payload.lift(instance, address) if payload else None
        return Ok(value) if is_ok else Err(value)

    def to_public(self, instance: Instance, value: Any) -> Any:
        name = "ok" if isinstance(value, Ok) else "err"
        return self._public.lower(instance, name, value.value)

    def from_public(self, instance: Instance, value: Any) -> Any:
        name, payload = self._public.lift(instance, value)
        return Ok(payload) if name == "ok" else Err(payload)


class Variant(Codec[Any]):
    """A variant: of each case the class, the label, and the codec of its `value`."""

    kind = memory.VARIANT
    format = "24s"
    _ITEM = Struct("<16sQ")

    def __init__(
        self, name: str, *cases: tuple[type[Any], str, Codec[Any] | None]
    ) -> None:
        self.name = name
        self.cases = cases
        self.handles = any(c.handles for _, _, c in cases if c)
        each = [(made, label, Payload(c) if c else None) for made, label, c in cases]
        self._by_class = {made: (memory.name(label), p) for made, label, p in each}
        self._by_label = {label.encode(): (made, p) for made, label, p in each}
        self._public = PublicCases([(label, c) for _, label, c in cases])
        self.classes = self._public.classes

    def check(self, instance: Instance, value: Any, path: str) -> None:
        for made, _, codec in self.cases:
            if type(value) is made:
                if codec is not None:
                    codec.check(instance, value.value, f"{path}.value")
                return
        raise wrong_type(path, value, f"of {self.name}")

    def lower(self, instance: Instance, value: Any) -> bytes:
        name, payload = self._by_class[type(value)]
        address = payload.lower(instance, value.value) if payload else 0
        return self._ITEM.pack(name, address)

    def lift(self, instance: Instance, item: bytes) -> Any:
        name, address = self._ITEM.unpack(item)
        made, payload = self._by_label[memory.text_at(name)]
        return made(payload.lift(instance, address)) if payload else made()

    def to_public(self, instance: Instance, value: Any) -> Any:
        label = next(label for made, label, _ in self.cases if type(value) is made)
        return self._public.lower(instance, label, getattr(value, "value", None))

    def from_public(self, instance: Instance, value: Any) -> Any:
        name, payload = self._public.lift(instance, value)
        made, has_payload = self._by_label[name.encode()]
        return made(payload) if has_payload else made()
