"""One instance of a component: its calls, its imports, and when it is over."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from struct import Struct
from typing import Any, NoReturn

from wasmtime import Engine, Store, WasmtimeError
from wasmtime.component import (
    Component,
    Func,
    Linker,
    LinkerInstance,
    ResourceAny,
    ResourceType,
)

from . import _memory as memory
from ._choices import Result
from ._codec import Codec
from ._errors import (
    BusyError,
    ComponentError,
    TrapError,
    WrongValueError,
)
from ._handles import ExportedResource, ImportedResource, Object, Table
from ._memory import VALUE_SIZE
from ._shapes import Err, Ok
from ._types import keep_type
from ._values import as_parameters, foreign

PUBLIC_VARIABLE = "HAMS_BINDGEN_PUBLIC"
"""In the environment and not empty: calls take wasmtime's public way."""

CLOSED = "the instance is closed"


class Signature:
    """The parameters of a function, by name, and its result."""

    def __init__(
        self, *parameters: tuple[str, Codec[Any]], result: Codec[Any] | None = None
    ) -> None:
        self.parameters = parameters
        self.result = result
        self.fill, self.lift = as_parameters([codec for _, codec in parameters])
        self.handles = any(codec.handles for _, codec in parameters)
        self.fails = isinstance(result, Result)
        self.cell = Struct("<" + result.cell) if result else Struct("")

    def check(self, instance: Instance, arguments: Sequence[Any]) -> None:
        """Raises where an argument does not fit."""
        for (name, codec), value in zip(self.parameters, arguments):
            codec.check(instance, value, name)

    def check_result(self, instance: Instance, value: Any) -> None:
        """Raises where what a function of the host returned does not fit."""
        if self.result is not None:
            self.result.check(instance, value, "what it returned")

    def returned(self, value: Any) -> Any:
        """What a caller gets: a result is returned or raised."""
        if not self.fails:
            return value
        if isinstance(value, Err):
            raise ComponentError(value.value)
        return value.value

    def ask(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """What a function of the host gives: what it raises may be a result too."""
        if not self.fails:
            return function(*arguments)
        try:
            return Ok(function(*arguments))
        except ComponentError as error:
            return Err(error.payload)


class Instance:
    """An instance of a component in a store of its own, for one thread at a time."""

    def __init__(
        self, engine: Engine, component: Component, *, public: bool = False
    ) -> None:
        wanted = public or bool(os.environ.get(PUBLIC_VARIABLE))
        self.raw = memory.USABLE and not wanted
        self.store = Store(engine)
        self._owners: dict[ExportedResource, Any] = {}
        self.tables: dict[ImportedResource, Table] = {}
        self._component = component
        self._linker = Linker(engine)
        # never waited for: it tells that a call is under way
        self._entry = threading.Lock()
        self._over: str | None = None
        self._cause: BaseException | None = None
        self._callbacks: list[Any] = []  # wasmtime does not keep them
        self._begin_objects()
        if self.raw:
            self.context = ctypes.addressof(self.store._context().contents)
            self._arena = memory.Arena()
            self.put = self._arena.put

    def _begin_objects(self) -> None:
        """Nothing has been passed yet in this call."""
        self.given: dict[int, Object] = {}  # given away, by id
        self.passed: list[ResourceAny | None] = []  # their handles
        self.shown: set[int] = set()  # lent to the component
        # objects of the host that are lent to the component, and handles to be freed
        self.loans: list[tuple[Table, int]] = []
        self.handles: list[int] = []

    # Imports

    def define(
        self,
        interface: str | None,
        functions: Mapping[str, tuple[Callable[..., Any], Signature]],
        resources: Sequence[ImportedResource] = (),
    ) -> None:
        """Says what the host implements of an interface, or of the world itself."""
        with self._linker.root() as root:
            if interface is None:
                self._define(root, functions, resources)
            else:
                with root.add_instance(interface) as instance:
                    self._define(instance, functions, resources)

    def _define(
        self,
        linker: LinkerInstance,
        functions: Mapping[str, tuple[Callable[..., Any], Signature]],
        resources: Sequence[ImportedResource],
    ) -> None:
        for resource in resources:
            self.tables[resource] = Table()
            kind = ResourceType.host(resource.number)
            linker.add_resource(resource.name, kind, self._destructor(resource))
        for label, (function, signature) in functions.items():
            if self.raw:
                self._add_raw(linker, label, function, signature)
            else:
                linker.add_func(label, self._public_import(function, signature))

    def _destructor(self, resource: ImportedResource) -> Callable[[Any, int], None]:
        table, raised = self.tables[resource], self._raised_by()

        def drop(_store: Any, representation: int) -> None:
            try:
                table.take(representation).close()
            except BaseException as error:
                raise raised(error) from None

        return drop

    def _raised_by(self) -> Callable[[BaseException], WasmtimeError]:
        """What keeps an exception of the host's, and has wasmtime end the call.

        wasmtime keeps functions of the host in a table of its own, which must not
        hold the instance: else that would never be freed.
        """
        reference = weakref.ref(self)

        def raised(error: BaseException) -> WasmtimeError:
            instance = reference()
            if instance is not None:
                instance._cause = error
            return WasmtimeError("a function of the host raised")

        return raised

    def _add_raw(
        self,
        linker: LinkerInstance,
        label: str,
        function: Callable[..., Any],
        signature: Signature,
    ) -> None:
        callback = memory.CALLBACK(self._raw_import(function, signature))
        self._callbacks.append(callback)
        name = label.encode()
        target = ctypes.cast(callback, ctypes.c_void_p)
        at = ctypes.addressof(linker.ptr().contents)
        error = memory.add_func(at, name, len(name), target, None, None)
        self.fails(error)

    def _raw_import(
        self, function: Callable[..., Any], signature: Signature
    ) -> Callable[..., int]:
        lift, result, cell = signature.lift, signature.result, signature.cell

        def run(
            _data: int,
            _store: int,
            _type: int,
            at: int,
            count: int,
            to: int,
            _results: int,
        ) -> int:
            mark, handles = self._arena.mark(), len(self.handles)
            try:
                arguments = lift(self, at) if count else ()
                value = signature.ask(function, arguments)
                if result is not None:
                    signature.check_result(self, value)
                    item = result.lower(self, value)
                    memory.value_clone(self.put(cell.pack(result.kind, item)), to)
                return 0
            except BaseException as error:
                self._cause = error
                return int(memory.error_new(b"a function of the host raised"))
            finally:
                self._free_handles(handles)
                self._arena.free(mark)

        return run

    def _public_import(
        self, function: Callable[..., Any], signature: Signature
    ) -> Callable[..., Any]:
        codecs = [codec for _, codec in signature.parameters]
        result = signature.result
        reference, raised = weakref.ref(self), self._raised_by()

        def run(_store: Any, *arguments: Any) -> Any:
            instance = reference()
            assert instance is not None  # it is in a call
            try:
                lifted = [c.from_public(instance, v) for c, v in zip(codecs, arguments)]
                value = signature.ask(function, lifted)
                if result is None:
                    return None
                signature.check_result(instance, value)
                return result.to_public(instance, value)
            except BaseException as error:
                raise raised(error) from None

        return run

    # Exports

    def start(self) -> None:
        """Makes the instance; all imports are defined."""
        with self._entry:
            try:
                self._instance = self._linker.instantiate(self.store, self._component)
            except WasmtimeError as error:
                raise self._dies(error, "the component cannot be made") from (
                    self._cause or error
                )

    def interface(
        self, name: str | None
    ) -> Callable[[str, Signature], Callable[..., Any]]:
        """Finds the functions of an interface that the component exports, or the world's own."""
        outer = None
        if name is not None:
            outer = self._instance.get_export_index(self.store, name)
            if outer is None:
                raise WrongValueError(f"the component does not export {name}")

        def function(label: str, signature: Signature) -> Callable[..., Any]:
            index = self._instance.get_export_index(self.store, label, outer)
            found = index and self._instance.get_func(self.store, index)
            if not found:
                where = label if name is None else f"{name}#{label}"
                raise WrongValueError(f"the component does not export {where}")
            make = self._raw_call if self.raw else self._public_call
            return make(found, signature)

        return function

    def _raw_call(self, found: Func, signature: Signature) -> Callable[..., Any]:
        # what a call needs is looked up once
        raw = found._func
        address, context = ctypes.addressof(raw), self.context
        enter, leave = self._entry.acquire, self._entry.release
        count, fill = len(signature.parameters), signature.fill
        handles, fails = signature.handles, signature.fails
        arena, buffer, at = self._arena, self._arena.buffer, self._arena.base
        beyond = count * VALUE_SIZE
        result = signature.result
        kind = -1 if result is None else result.kind
        lift = None if result is None or result.plain else result.lift
        owns = result is not None and result.owns
        output = (ctypes.c_uint8 * VALUE_SIZE)()
        to = ctypes.addressof(output)
        results = 0 if result is None else 1
        unpack = signature.cell.unpack_from
        invoke, free = memory.call, memory.value_delete

        def call(*arguments: Any) -> Any:
            if not enter(False):
                raise BusyError("the component is in a call, and takes one at a time")
            try:
                if self._over is not None:
                    raise self._is_over()
                try:
                    if handles:
                        signature.check(self, arguments)
                    arena.top = beyond
                    if count:
                        fill(self, buffer, arguments)
                except Exception as error:
                    self._refuse(signature, arguments, error)
                if handles:
                    self._give()
                trap = invoke(address, context, at, count, to, results)
                if trap:
                    raise self._trap(trap)
                if not results:
                    return None
                got, item = unpack(output)
                if got != kind:
                    raise self._dies(foreign())
                if lift is None:
                    return item
                try:
                    value = lift(self, item)
                except Exception as error:
                    raise self._dies(error) from error
                if owns:
                    free(to)
                    output[0] = 0  # or wasmtime frees it again when it writes the next
                return signature.returned(value) if fails else value
            finally:
                if arena.more:
                    arena.more.clear()
                if handles:
                    self._end_objects()
                leave()

        call.__dict__["keeps"] = (raw, found)
        return call

    def _public_call(self, found: Func, signature: Signature) -> Callable[..., Any]:
        codecs = [codec for _, codec in signature.parameters]
        keep_type(found, self.store)

        def call(*arguments: Any) -> Any:
            if not self._entry.acquire(False):
                raise BusyError("the component is in a call, and takes one at a time")
            try:
                if self._over is not None:
                    raise self._is_over()
                try:
                    signature.check(self, arguments)
                    public = [c.to_public(self, v) for c, v in zip(codecs, arguments)]
                except Exception as error:
                    self._refuse(signature, arguments, error)
                try:
                    self._give()
                    value = found(self.store, *public)
                    if signature.result is None:
                        return None
                    lifted = signature.result.from_public(self, value)
                except Exception as error:
                    raise self._dies(error) from self._cause or error
                return signature.returned(lifted)
            finally:
                self._end_objects()
                self._entry.release()

        return call

    def _refuse(
        self, signature: Signature, arguments: Sequence[Any], error: Exception
    ) -> NoReturn:
        """Raises what is wrong with the arguments; their lowering has raised something."""
        self._end_objects()
        signature.check(self, arguments)
        raise error

    # Objects

    def own(self, resource: ExportedResource, of: Any) -> None:
        """Says what the objects of a resource call: the interface that declares it."""
        self._owners[resource] = of

    def owner(self, resource: ExportedResource) -> Any:
        """The interface that declares the resource."""
        return self._owners[resource]

    def drop(self, made: Object) -> None:
        """Ends an object of the component."""
        if not self._entry.acquire(False):
            raise BusyError("the component is in a call, and takes one at a time")
        try:
            handle, made._any = made._any, None
            if self._over == CLOSED:
                return
            if self._over is not None:
                raise self._is_over()
            try:
                if handle is not None:
                    handle.drop(self.store)
            except Exception as error:
                raise self._dies(error) from self._cause or error
        finally:
            self._entry.release()

    def _give(self) -> None:
        """Ends the objects that are given away; wasmtime still has to read their handles."""
        for made in self.given.values():
            self.passed.append(made._any)
            made._any = None

    def _end_objects(self) -> None:
        for table, representation in self.loans:
            table.take(representation)
        self._free_handles(0)
        self._begin_objects()

    def _free_handles(self, before: int) -> None:
        """Frees the handles that were made since there were so many."""
        for handle in self.handles[before:]:
            memory.any_delete(handle)
        del self.handles[before:]

    # The end

    def close(self) -> None:
        """Ends the instance and frees what it holds; a second time does nothing."""
        if not self._entry.acquire(False):
            raise BusyError("the component is in a call, and cannot be closed")
        try:
            self._over = CLOSED
            self._cause = None
            self.store.close()
            self._linker.close()
        finally:
            self._entry.release()

    def _is_over(self) -> Exception:
        if self._over == CLOSED:
            return WrongValueError(CLOSED)
        error = TrapError("the component trapped in an earlier call")
        error.__cause__ = self._cause
        return error

    def fails(self, error: int | None) -> None:
        """Raises where a function of wasmtime gave an error."""
        if error:
            raise error_at(error)

    def _trap(self, address: int) -> BaseException:
        error = error_at(address)
        trap = self._dies(error)
        trap.__cause__ = self._cause or error
        return trap

    def _dies(
        self, error: BaseException, what: str = "the component trapped"
    ) -> BaseException:
        """After anything went wrong inside of a call: the instance may be half changed."""
        cause = self._cause
        self._over = what
        if cause is None:
            self._cause = error
        elif not isinstance(cause, Exception):
            return cause  # an interrupt, or the wish to exit
        return TrapError(f"{what}: {reason(cause or error)}")


def error_at(address: int) -> WasmtimeError:
    """An error that wasmtime gave."""
    from wasmtime import _ffi as ffi

    return WasmtimeError._from_ptr(
        ctypes.cast(address, ctypes.POINTER(ffi.wasmtime_error_t))
    )


def reason(error: BaseException) -> str:
    """What happened, without wasmtime's trace of the component's functions."""
    if not isinstance(error, WasmtimeError):
        return f"{type(error).__name__}: {error}"
    text = str(error)
    _, _, cause = text.rpartition("Caused by:")
    return " ".join((cause or text).split())
