"""Calls of a component as lines of JSON, for tests: each line is a request, and is answered."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from wasmtime import Engine
from wasmtime.component import Component

from ._codec import Codec
from ._errors import RefusedError, TrapError, WrongValueError
from ._handles import ExportedHandle, ImportedResource, Object
from ._instance import Signature
from ._json import from_json, to_json


@dataclass(frozen=True)
class Export:
    """A function of the component: where it stands in the class of the world, or its object's."""

    path: str
    signature: Signature
    method: bool = False


@dataclass(frozen=True)
class Import:
    """A function of the host: its name in the session, and where its implementation stands."""

    name: str
    path: str
    signature: Signature | None
    of: ImportedResource | None = None


class Remote:
    """An object of the host, which lives at the other end of the lines."""

    def __init__(
        self, number: int, functions: Mapping[str, Callable[..., Any]]
    ) -> None:
        self.number = number
        for name, function in functions.items():
            setattr(self, name, lambda *values, call=function: call(self, *values))


class Session:
    """One instance at a time of a world's component."""

    def __init__(
        self,
        world: Callable[..., Any],
        exports: Mapping[str, Export],
        imports: Sequence[Import] = (),
    ) -> None:
        self.world = world
        self.exports = exports
        self.imports = imports

    def serve(self, path: str) -> None:
        """Answers the lines of the standard input until it ends."""
        self._engine = Engine()
        self._component = Component.from_file(self._engine, path)
        self._make()
        while line := sys.stdin.readline():
            self._answer(self._parse(line))

    def _parse(self, line: str) -> Any:
        try:
            return json.loads(line)
        except ValueError:
            sys.exit(2)

    def _say(self, message: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(message, allow_nan=False) + "\n")
        sys.stdout.flush()

    def _make(self) -> None:
        self._objects: dict[int, Object] = {}
        self._next = 1
        self._remotes: dict[ImportedResource, dict[str, Callable[..., Any]]] = {}
        host = SimpleNamespace()
        for each in self.imports:
            if each.of is not None:
                self._remotes.setdefault(each.of, {})[each.path] = self._asking(each)
                continue
            *outer, name = each.path.split(".")
            place = host
            for step in outer:
                if not hasattr(place, step):
                    setattr(place, step, SimpleNamespace())
                place = getattr(place, step)
            setattr(place, name, self._asking(each))
        given = [host] if self.imports else []
        self._instance = self.world(self._engine, self._component, *given)

    # Requests

    def _answer(self, request: Any) -> None:
        try:
            self._say({"returned": self._perform(request)})
        except TrapError as error:
            self._say({"trapped": str(error)})
        except RefusedError as error:
            self._say({"refused": str(error)})

    def _perform(self, request: Any) -> Any:
        match request:
            case {"new": True}:
                self._instance.close()
                self._make()
                return None
            case {"call": str(name), "args": list(arguments)}:
                return self._call(name, arguments)
            case {"drop": int(number)}:
                self.exported(number, "drop").close()
                self._objects.pop(number, None)
                return None
        sys.exit(2)

    def _call(self, name: str, arguments: list[Any]) -> Any:
        export = self.exports.get(name)
        if export is None:
            raise WrongValueError(f"there is no function {name}")
        parameters = export.signature.parameters
        if len(arguments) != len(parameters):
            raise WrongValueError(
                f"{name} takes {len(parameters)} arguments, not {len(arguments)}"
            )
        values = [
            from_json(codec, argument, label, self)
            for (label, codec), argument in zip(parameters, arguments)
        ]
        of = values.pop(0) if export.method else self._instance
        if export.method:
            self._check_type(parameters[0][1], of)
        call = attrgetter(export.path)(of)
        codec = export.signature.result
        if codec is None:
            call(*values)
            return None
        return to_json(codec, export.signature.ask(call, values), self)

    def _check_type(self, codec: Codec[Any], of: Object) -> None:
        """Python looks a method up by its name: that of another type may have it too."""
        if isinstance(codec, ExportedHandle):
            codec.resource.find(self._instance._instance, of, "self")

    # Calls of the component

    def _asking(self, each: Import) -> Callable[..., Any]:
        return lambda *values: self._ask(each, values)

    def _ask(self, each: Import, values: Sequence[Any]) -> Any:
        signature = each.signature
        if signature is None:
            self._say({"import": each.name, "args": [values[0].number]})
            return self._told()
        codecs = [codec for _, codec in signature.parameters]
        arguments = [to_json(codec, v, self) for codec, v in zip(codecs, values)]
        self._say({"import": each.name, "args": arguments})
        data = self._told()
        if signature.result is None:
            return None
        return signature.returned(from_json(signature.result, data, "return", self))

    def _told(self) -> Any:
        """What the other end answers; until it does, it may try to call the component."""
        while line := sys.stdin.readline():
            match self._parse(line):
                case {"return": data}:
                    return data
                case {"throw": str(text)}:
                    raise RuntimeError(text)
                case request:
                    self._answer(request)
        sys.exit(2)

    # Objects and their numbers

    def exported_id(self, value: Object) -> int:
        """A new number for an object of the component."""
        number = self._next
        self._next += 1
        self._objects[number] = value
        return number

    def exported(self, number: int, path: str) -> Object:
        """The object of the component that has this number."""
        found = self._objects.get(number)
        if found is None or found._any is None:
            raise WrongValueError(f"{path}: there is no object {number}")
        return found

    def imported_id(self, value: Any) -> int:
        """The number of an object of the host."""
        number: int = value.number
        return number

    def imported(self, resource: ImportedResource, number: int) -> Any:
        """An object of the host; the other end knows it by the number."""
        return Remote(number, self._remotes[resource])
