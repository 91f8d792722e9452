"""The endpoints inside a server of the application's, over WSGI or ASGI.

Behind a proxy on the same machine every peer is this host, unless the server puts the
client's address in its place.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, quote_from_bytes, unquote

from ._generated.hams import Method, ReplyNow, Request, Response
from ._http import Responder, is_loopback, status_text

Environ = dict[str, Any]
StartResponse = Callable[..., object]
WSGIApplication = Callable[[Environ, StartResponse], Iterable[bytes]]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApplication = Callable[[Message, Receive, Send], Coroutine[Any, Any, None]]

_METHODS = {"GET": Method.GET, "HEAD": Method.HEAD, "POST": Method.POST}

# What RFC 3986 has in a path beside letters and digits.
_PATH = "/-._~!$&'()*+,;=:@"
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


def wsgi(responder: Responder) -> WSGIApplication:
    """The endpoints as a WSGI application, below wherever it is mounted.

    An answer that is owed, to the shutdown API for one, holds the server's thread.
    """

    def application(environ: Environ, start_response: StartResponse) -> list[bytes]:
        method = environ["REQUEST_METHOD"]
        target = _target(
            # Decoded by the server; its bytes are the characters up to U+00FF.
            quote(environ.get("PATH_INFO", ""), _PATH, encoding="latin-1"),
            environ.get("QUERY_STRING", "").encode("latin-1"),
        )
        reply = responder.respond(
            _request(
                method,
                target,
                environ.get("HTTP_ACCEPT"),
                environ.get("HTTP_AUTHORIZATION"),
                environ.get("REMOTE_ADDR"),
            )
        )
        if isinstance(reply, ReplyNow):
            response = reply.value
        else:
            response = _wait_for(responder, reply.value)
        start_response(status_text(response.status), _fields(responder, response))
        return [] if method == "HEAD" else [response.body]

    return application


def asgi(responder: Responder) -> ASGIApplication:
    """The endpoints as an ASGI application, below wherever it is mounted.

    For servers on asyncio.
    """

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            await _answer_http(responder, scope, send)
        elif kind == "lifespan":
            await _live(receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            raise ValueError(f'HaMS answers ASGI scopes "http", and this is "{kind}"')

    return application


async def _answer_http(responder: Responder, scope: Message, send: Send) -> None:
    fields: dict[bytes, list[str]] = {b"accept": [], b"authorization": []}
    for name, value in scope["headers"]:
        if name in fields:
            fields[name].append(value.decode("latin-1"))
    client = scope.get("client")
    reply = responder.respond(
        _request(
            scope["method"],
            _target(_path_below_mount(scope), scope.get("query_string", b"")),
            ", ".join(fields[b"accept"]) or None,
            ", ".join(fields[b"authorization"]) or None,
            client[0] if client else None,
        )
    )
    if isinstance(reply, ReplyNow):
        response = reply.value
    else:
        response = await _await(responder, reply.value)
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1"))
                for name, value in _fields(responder, response)
            ],
        }
    )
    body = b"" if scope["method"] == "HEAD" else response.body
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    """The host's life is not the service's: `Health` is started and stopped apart."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def _request(
    method: str,
    target: str,
    accept: str | None,
    authorization: str | None,
    peer: str | None,
) -> Request:
    return Request(
        method=_METHODS.get(method, Method.OTHER),
        target=target,
        accept=accept,
        authorization=authorization if "/hams/shutdown" in target else None,
        loopback=is_loopback(peer),
    )


def _fields(responder: Responder, response: Response) -> list[tuple[str, str]]:
    return [
        ("Content-Type", response.content_type),
        ("Content-Length", str(len(response.body))),
        *responder.standard_headers,
        *response.headers,
    ]


def _wait_for(responder: Responder, ticket: int) -> Response:
    answered = threading.Event()
    answers: list[Response] = []

    def answer(response: Response) -> None:
        answers.append(response)
        answered.set()

    responder.owe(ticket, answer)
    answered.wait()
    return answers[0]


async def _await(responder: Responder, ticket: int) -> Response:
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Response] = loop.create_future()

    def settle(response: Response) -> None:
        if not answered.done():  # The client may have left.
            answered.set_result(response)

    def answer(response: Response) -> None:
        with suppress(RuntimeError):  # The loop may be closed by then.
            loop.call_soon_threadsafe(settle, response)

    responder.owe(ticket, answer)
    return await answered


def _target(path: str, query: bytes) -> str:
    """Path and query as they were received, as far as the server has kept them."""
    target = path or "/"
    return f"{target}?{quote_from_bytes(query, _VISIBLE)}" if query else target


def _path_below_mount(scope: Message) -> str:
    """The path as received, without what the application is mounted under.

    `path` is decoded. It begins with `root_path`, or no longer does in frameworks that
    cut it off. `raw_path` is as received, in servers that give it; frameworks leave it
    whole, but a proxy may have cut it.
    """
    path: str = scope["path"]
    root: str = scope.get("root_path", "").rstrip("/")
    below = path[len(root) :] if f"{path}/".startswith(f"{root}/") else path
    raw = quote_from_bytes(scope.get("raw_path") or b"", _VISIBLE)
    segments = raw.split("/", root.count("/") + 1)
    for received in (f"/{segments[-1]}", raw):
        if unquote(received) == below:
            return received
    return quote(below, _PATH)
