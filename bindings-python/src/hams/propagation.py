"""The headers that a follow-on call must carry for a trace to hold together.

`carry` picks them out of a request's. A middleware keeps them for as long as the
request is served, and a hook of the HTTP client sends them on:

    app.add_middleware(CarryMiddleware)  # FastAPI, Starlette
    app.wsgi_app = carry_wsgi(app.wsgi_app)  # Flask
    application = carry_wsgi(get_wsgi_application())  # Django

    httpx.Client(event_hooks={"request": [carry_on]})
    httpx.AsyncClient(event_hooks={"request": [acarry_on]})
    session.mount("https://", CarryAdapter())  # requests

They are kept in a context variable: each request has its own, whether it is served by a
thread or by a task. A task and `asyncio.to_thread` take it along from where they are
started; a thread of one's own does not, unless it runs in `contextvars.copy_context()`.

What `extra` names goes to every server that the client calls, also after a redirect. No
credentials should be among it where a client calls servers of others.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from ._component import instantiate
from ._errors import CoreError
from ._generated.hams import Hams, TrapError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from requests import PreparedRequest
    from requests.adapters import HTTPAdapter


__all__ = [
    "CarryAdapter",
    "CarryMiddleware",
    "HeaderFields",
    "Outgoing",
    "acarry_on",
    "carried",
    "carry",
    "carry_on",
    "carry_wsgi",
    "carrying",
]


class HeaderItems(Protocol):
    """A dict, or the headers of a request in any framework."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Pairs of name and value."""


HeaderFields: TypeAlias = (
    HeaderItems | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]
)
"""Header fields in any of the shapes Python has; bytes are Latin-1, as in ASGI."""


class Outgoing(Protocol):
    """A request that is about to be sent, of httpx, requests or urllib."""

    @property
    def headers(self) -> Any:
        """A dict, or what can be used as one."""


def carry(headers: HeaderFields, extra: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Those of `headers` to send on, in their order, repeats too. Thread-safe.

    These are the trace headers (W3C, B3, Datadog, SkyWalking, AWS, Google, OpenTracing,
    `x-request-id`) and those named in `extra`, without case. What would break the call
    or the trace is left out.

    Raises:
        CoreError: HaMS itself failed; the next call begins anew.
        TypeError: A name or a value is no text, or `extra` is no list of names.
    """
    return _core.carry(_pairs(headers), _names(extra))


@contextmanager
def carrying(
    headers: HeaderFields, extra: Iterable[str] = ()
) -> Iterator[list[tuple[str, str]]]:
    """Within the block `carried` gives what is to be sent on of these headers.

    As `carry` picks it, whose errors it raises.
    """
    chosen = carry(headers, extra)
    with _set(chosen):
        yield chosen


def carried() -> list[tuple[str, str]]:
    """What is to be sent on in this thread or task; nothing outside of a request."""
    return list(_carried.get())


def carry_on(request: Outgoing) -> None:
    """Adds what is `carried` to a request that is about to be sent.

    A field that the request has stays as it is. One that comes more than once is joined
    by commas. An event hook for `httpx.Client`; `acarry_on` is that for
    `httpx.AsyncClient`.
    """
    headers: MutableMapping[str, str] = request.headers
    present = {name.lower() for name in headers}
    if "traceparent" in present:
        present.add("tracestate")  # which belongs to another traceparent
    added: dict[str, str] = {}
    for name, value in _carried.get():
        key = name.lower()
        # Clients raise at some of what is not printable ASCII: httpx at a vertical tab.
        # Whoever calls this service must not bring that about.
        if key not in present and value.isascii() and value.isprintable():
            value = value.strip()
            added[key] = f"{added[key]}, {value}" if key in added else value
    for key, value in added.items():
        headers[key] = value


async def acarry_on(request: Outgoing) -> None:
    """As `carry_on`, for clients that await their hooks."""
    carry_on(request)


Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class CarryMiddleware:
    """Keeps what a request carries while an ASGI application serves it.

    Args:
        app: The application.
        extra: Further names of headers to carry.

    Raises:
        TypeError: `extra` is a text and no list of them.
    """

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        extra: Iterable[str] = (),
    ) -> None:
        self._app = app
        self._extra = _names(extra)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] in ("http", "websocket"):
            with _set(_carry_if_possible(scope["headers"], self._extra)):
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def carry_wsgi(app: WSGIApplication, extra: Iterable[str] = ()) -> WSGIApplication:
    """A WSGI application around `app` that keeps what a request carries.

    That lasts until the response is through: a body that is made while it is sent has
    it too.

    Args:
        app: The application.
        extra: Further names of headers to carry.

    Raises:
        TypeError: `extra` is a text and no list of them.
    """
    names = _names(extra)

    def carry_and_call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chosen = _carry_if_possible(_fields_of(environ), names)
        with _set(chosen):
            body = app(environ, start_response)
        file_wrapper = environ.get("wsgi.file_wrapper")
        is_file = isinstance(file_wrapper, type) and isinstance(body, file_wrapper)
        # Nothing of the application runs while these are sent, and servers know them.
        if is_file or isinstance(body, (list, tuple)):
            return body
        return _Body(body, chosen)

    return carry_and_call


_Carried: TypeAlias = "list[tuple[str, str]]"

_carried: ContextVar[Iterable[tuple[str, str]]] = ContextVar("carried", default=())


@contextmanager
def _set(chosen: _Carried) -> Iterator[None]:
    token = _carried.set(chosen)
    try:
        yield
    finally:
        _carried.reset(token)


class _Body:
    """A response's body, each part of which is made while `chosen` is carried."""

    def __init__(self, body: Iterable[bytes], chosen: _Carried) -> None:
        self._body = body
        self._chosen = chosen

    def __iter__(self) -> Iterator[bytes]:
        with _set(self._chosen):
            parts = iter(self._body)
        while True:
            # Not around the yield: between two parts the thread is the server's.
            with _set(self._chosen):
                try:
                    part = next(parts)
                except StopIteration:
                    return
            yield part

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            with _set(self._chosen):
                close()


def _fields_of(environ: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name[5:].replace("_", "-").lower(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    ]


def _carry_if_possible(headers: HeaderFields, names: list[str]) -> _Carried:
    """A request is served, whatever becomes of its trace."""
    try:
        return _core.carry(_pairs(headers), names)
    except Exception:
        logging.getLogger("hams").warning("no header is carried", exc_info=True)
        return []


def _pairs(headers: HeaderFields) -> list[tuple[str, str]]:
    # httpx and Starlette: their items() may join repeats.
    items = getattr(headers, "multi_items", None) or getattr(headers, "items", None)
    pairs: Any = headers if items is None else items()
    return [(_text(name, name), _text(name, value)) for name, value in pairs]


def _text(name: object, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError(f"headers: {value!r} of {name!r} is neither str nor bytes")


def _names(extra: Iterable[str]) -> list[str]:
    names = [extra] if isinstance(extra, (str, bytes)) else list(extra)
    if names and (
        isinstance(extra, str) or not all(type(each) is str for each in names)
    ):
        raise TypeError(f"extra: {extra!r} is no list of names such as ['x-tenant']")
    return names


class _Core:
    """Carrying has no state, so one instance serves the process."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._lock = Lock()
        self._hams: Hams | None = None

    def carry(
        self, headers: list[tuple[str, str]], names: list[str]
    ) -> list[tuple[str, str]]:
        with self._lock:
            try:
                if self._hams is None:
                    self._hams = instantiate()
                return self._hams.propagation.carry(headers, names)
            except TrapError as error:
                self._hams = None
                raise CoreError(str(error)) from error


_core = _Core()
# In a child of this process a call may have been under way in a thread that it has not.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_core.forget)


if TYPE_CHECKING:

    class CarryAdapter(HTTPAdapter):
        """Adds what is `carried` to what a session of requests sends."""

else:

    def __getattr__(name: str) -> Any:
        """`CarryAdapter` is made when asked for: requests may not be there."""
        if name != "CarryAdapter":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from requests.adapters import HTTPAdapter

        class CarryAdapter(HTTPAdapter):
            """Adds what is `carried` to what a session of requests sends."""

            __qualname__ = "CarryAdapter"

            def add_headers(self, request: PreparedRequest, **options: Any) -> None:
                carry_on(request)

        globals()[name] = CarryAdapter
        return CarryAdapter
