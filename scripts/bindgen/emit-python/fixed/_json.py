"""A JSON codec for the WIT's types, and calls as lines of JSON, for tests.

Numbers, texts, lists and tuples are JSON's own; 64 bits are a number where that
is exact in 53, else a decimal string; an enum is its label, flags a list of
labels, a variant `"case"` or `{"case": …}`, a result `{"ok": …}` or
`{"err": …}`, an absent option null or left out, an option's option
`{"some": …}`, bytes a text or `{"base64": …}`, an object its number.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol

from ._choices import Option, Result, Variant
from ._codec import S64, U64, Bool, Char, Codec, Float, Integer, String
from ._errors import (
    WrongTypeError,
    WrongValueError,
    wrong_type,
)
from ._handles import ExportedHandle, ImportedHandle, ImportedResource, Object
from ._shapes import Bytes, Enumeration, Err, Flags, List, Ok, Record, Some, Tuple

_SAFE = (1 << 53) - 1  # the largest integer that every JSON parser keeps


class Objects(Protocol):
    """Gives objects their numbers, and finds them by these."""

    def exported_id(self, value: Object) -> int: ...

    def exported(self, number: int, path: str) -> Object: ...

    def imported_id(self, value: Any) -> int: ...

    def imported(self, resource: ImportedResource, number: int) -> Any: ...


def to_json(codec: Codec[Any], value: Any, objects: Objects) -> Any:
    """The value as JSON has it."""
    match codec:
        case Integer():
            big = codec in (U64, S64) and abs(value) > _SAFE
            return str(value) if big else value
        case Float():
            return _float_to_json(value)
        case Bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return {"base64": base64.b64encode(value).decode()}
        case List():
            return [to_json(codec.element, v, objects) for v in value]
        case Tuple():
            return [to_json(c, v, objects) for c, v in zip(codec.items, value)]
        case Record():
            return _record_to_json(codec, value, objects)
        case Enumeration():
            return value.value
        case Flags():
            return [
                label for i, label in enumerate(codec.labels) if value.value & 1 << i
            ]
        case Option():
            if value is None:
                return None
            if codec.nested:
                return {"some": to_json(codec.value, value.value, objects)}
            return to_json(codec.value, value, objects)
        case Result():
            name, payload = (
                ("ok", codec.ok) if isinstance(value, Ok) else ("err", codec.err)
            )
            return {name: to_json(payload, value.value, objects) if payload else None}
        case Variant():
            return _variant_to_json(codec, value, objects)
        case ExportedHandle():
            return objects.exported_id(value)
        case ImportedHandle():
            return objects.imported_id(value)
    return value


def _float_to_json(value: float) -> float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def _record_to_json(codec: Record, value: Any, objects: Objects) -> dict[str, Any]:
    members = {}
    for name, label, field in codec.fields:
        member = getattr(value, name)
        if member is not None or not isinstance(field, Option):
            members[camel(label)] = to_json(field, member, objects)
    return members


def _variant_to_json(codec: Variant, value: Any, objects: Objects) -> Any:
    for made, label, payload in codec.cases:
        if type(value) is made:
            return {label: to_json(payload, value.value, objects)} if payload else label
    raise wrong_type("the value", value, f"of {codec.name}")


def camel(label: str) -> str:
    """`dark-green` -> `darkGreen`."""
    first, *rest = label.lower().split("-")
    return first + "".join(word.capitalize() for word in rest)


def from_json(codec: Codec[Any], data: Any, path: str, objects: Objects) -> Any:
    """The value that this JSON stands for.

    Raises:
        RefusedError: It stands for none; the message has the path.
    """
    match codec:
        case Integer():
            return _integer_from_json(codec, data, path)
        case Float():
            return _float_from_json(data, path)
        case Bool():
            return (
                data if isinstance(data, bool) else _refuse(path, data, "true or false")
            )
        case Char() | String():
            return data if isinstance(data, str) else _refuse(path, data, "a text")
        case Bytes():
            return _bytes_from_json(data, path)
        case List():
            items = _array(data, path)
            return [
                from_json(codec.element, v, f"{path}[{i}]", objects)
                for i, v in enumerate(items)
            ]
        case Tuple():
            items = _array(data, path, len(codec.items))
            pairs = enumerate(zip(codec.items, items))
            return tuple(
                from_json(c, v, f"{path}[{i}]", objects) for i, (c, v) in pairs
            )
        case Record():
            return _record_from_json(codec, data, path, objects)
        case Enumeration():
            if data not in codec.labels:
                _refuse(path, data, f"one of {', '.join(codec.labels)}")
            return codec.made(data)
        case Flags():
            return _flags_from_json(codec, data, path)
        case Option():
            return _option_from_json(codec, data, path, objects)
        case Result():
            return _result_from_json(codec, data, path, objects)
        case Variant():
            return _variant_from_json(codec, data, path, objects)
        case ExportedHandle():
            return objects.exported(_number(data, path), path)
        case ImportedHandle():
            return objects.imported(codec.resource, _number(data, path))
    raise NotImplementedError


def _refuse(path: str, data: Any, fits: str) -> NoReturn:
    raise WrongTypeError(f"{path}: {json.dumps(data)} is not {fits}")


def _number(data: Any, path: str) -> int:
    if isinstance(data, int) and not isinstance(data, bool):
        return data
    _refuse(path, data, "an integer")


def _integer_from_json(codec: Integer, data: Any, path: str) -> int:
    if isinstance(data, float) and data.is_integer() and abs(data) <= _SAFE:
        return int(data)
    digits = isinstance(data, str) and data.removeprefix("-")
    if codec in (U64, S64) and digits and digits.isascii() and digits.isdigit():
        return int(data)
    return _number(data, path)


def _float_from_json(data: Any, path: str) -> float:
    if data in ("NaN", "Infinity", "-Infinity", "-0"):
        return float(data)
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        return float(data)
    _refuse(path, data, "a number")


def _bytes_from_json(data: Any, path: str) -> bytes:
    if isinstance(data, str):
        return data.encode()
    (text,) = _members(data, ["base64"], path)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        _refuse(path, data, 'a text or {"base64": …}')


def _array(data: Any, path: str, length: int | None = None) -> list[Any]:
    if isinstance(data, list) and length in (None, len(data)):
        return data
    _refuse(path, data, "an array" if length is None else f"an array of {length}")


_ABSENT = object()


def _members(data: Any, names: Sequence[str], path: str) -> list[Any]:
    """The members of these names; any other is refused."""
    if not isinstance(data, dict):
        _refuse(path, data, "an object")
    for name in data:
        if name not in names:
            known = ", ".join(names)
            raise WrongValueError(f"{path}.{name}: not known; members are {known}")
    return [data.get(name, _ABSENT) for name in names]


def _record_from_json(codec: Record, data: Any, path: str, objects: Objects) -> Any:
    names = [camel(label) for _, label, _ in codec.fields]
    values = []
    for name, found, (_, _, field) in zip(
        names, _members(data, names, path), codec.fields
    ):
        if found is _ABSENT and not isinstance(field, Option):
            raise WrongValueError(f"{path}.{name}: it is missing")
        member = None if found is _ABSENT else found
        values.append(from_json(field, member, f"{path}.{name}", objects))
    return codec.made(*values)


def _flags_from_json(codec: Flags, data: Any, path: str) -> Any:
    bits = 0
    for i, label in enumerate(_array(data, path)):
        if label not in codec.labels:
            _refuse(f"{path}[{i}]", label, f"one of {', '.join(codec.labels)}")
        bits |= 1 << codec.labels.index(label)
    return codec.made(bits)


def _option_from_json(codec: Option, data: Any, path: str, objects: Objects) -> Any:
    if data is None:
        return None
    if not codec.nested:
        return from_json(codec.value, data, path, objects)
    (some,) = _members(data, ["some"], path)
    if some is _ABSENT:
        _refuse(path, data, '{"some": …}')
    return Some(from_json(codec.value, some, f"{path}.some", objects))


def _only(data: Any, path: str) -> tuple[str, Any]:
    if isinstance(data, dict) and len(data) == 1:
        return next(iter(data.items()))
    _refuse(path, data, "an object of one member")


def _result_from_json(codec: Result, data: Any, path: str, objects: Objects) -> Any:
    name, payload = _only(data, path)
    if name not in ("ok", "err"):
        _refuse(path, data, '{"ok": …} or {"err": …}')
    inner = codec.ok if name == "ok" else codec.err
    if inner is not None:
        payload = from_json(inner, payload, f"{path}.{name}", objects)
    elif payload is not None:
        _refuse(f"{path}.{name}", payload, "null")
    return Ok(payload) if name == "ok" else Err(payload)


def _variant_from_json(codec: Variant, data: Any, path: str, objects: Objects) -> Any:
    name, payload = (data, _ABSENT) if isinstance(data, str) else _only(data, path)
    for made, label, inner in codec.cases:
        if label == name:
            if (inner is None) is not (payload is _ABSENT):
                _refuse(
                    path, data, f'"{label}"' if inner is None else f'{{"{label}": …}}'
                )
            return (
                made(from_json(inner, payload, f"{path}.{label}", objects))
                if inner
                else made()
            )
    _refuse(path, data, f"one of {', '.join(label for _, label, _ in codec.cases)}")
