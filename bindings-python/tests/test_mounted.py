from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.validate import validator

import pytest
import uvicorn
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.routing import Mount
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from hams._generated.hams import (
    Method,
    Reply,
    ReplyLater,
    ReplyNow,
    Request,
    Response,
)
from hams._mounted import ASGIApplication, WSGIApplication, asgi, wsgi

PATIENCE = 10
"""Seconds after which what a test waits for will not come any more."""
TEXT = "text/plain; charset=utf-8"


class Answers:
    """A responder: `/owed` is answered by another thread, all else at once."""

    def __init__(self) -> None:
        self.standard_headers: Sequence[tuple[str, str]] = [("X-Standard", "yes")]
        self.requests: list[Request] = []

    def respond(self, request: Request) -> Reply:
        self.requests.append(request)
        if request.target == "/owed":
            return ReplyLater(7)
        return ReplyNow(Response(503, TEXT, [("X-Own", "1")], b"down"))

    def owe(self, ticket: int, answer: Callable[[Response], None]) -> None:
        assert ticket == 7
        late = Response(200, TEXT, (), b"late")
        threading.Thread(target=answer, args=[late]).start()

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]


@pytest.fixture
def answers() -> Answers:
    return Answers()


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class ThreadedServer(socketserver.ThreadingMixIn, WSGIServer):
    pass


@contextmanager
def wsgi_server(application: Any) -> Iterator[int]:
    """The port of a real server."""
    with make_server(
        "127.0.0.1", 0, application, ThreadedServer, QuietHandler
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@contextmanager
def asgi_server(application: Any, **options: Any) -> Iterator[int]:
    """The port of a real server."""
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=0,
        ws="none",
        lifespan="on",
        log_config=None,
        **options,
    )
    started = threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            started.set()

    server = Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(PATIENCE)
    assert server.started
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


def ask(
    port: int, target: str, method: str = "GET", fields: Iterable[tuple[str, str]] = ()
) -> tuple[HTTPResponse, bytes]:
    client = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    client.putrequest(method, target)
    for name, value in fields:
        client.putheader(name, value)
    client.endheaders()
    response = client.getresponse()
    body = response.read()
    client.close()
    return response, body


@pytest.fixture(params=["wsgi", "asgi with h11", "asgi with httptools"])
def port(request: pytest.FixtureRequest, answers: Answers) -> Iterator[int]:
    """Of a server with nothing but the endpoints."""
    if request.param == "wsgi":
        with wsgi_server(validator(wsgi(answers))) as port:
            yield port
    else:
        http = request.param.removeprefix("asgi with ")
        with asgi_server(asgi(answers), http=http) as port:
            yield port


def test_an_answer_is_whole(port: int) -> None:
    response, body = ask(port, "/readyz")
    assert response.status == 503
    assert response.getheader("Content-Type") == TEXT
    assert response.getheader("Content-Length") == "4"
    assert response.getheader("X-Standard") == "yes"
    assert response.getheader("X-Own") == "1"
    assert body == b"down"


def test_head_has_the_length_of_get_and_no_body(port: int) -> None:
    response, body = ask(port, "/readyz", "HEAD")
    assert response.getheader("Content-Length") == "4"
    assert body == b""


def test_an_owed_answer_is_waited_for(port: int) -> None:
    response, body = ask(port, "/owed")
    assert response.status == 200
    assert body == b"late"


def test_a_request_is_passed_on(port: int, answers: Answers) -> None:
    ask(port, "/hams/shutdown?a=%20b", "POST", [("Authorization", "Bearer x")])
    assert answers.requests == [
        Request(Method.POST, "/hams/shutdown?a=%20b", None, "Bearer x", True)
    ]


def test_authorization_is_for_the_shutdown_api_alone(
    port: int, answers: Answers
) -> None:
    ask(port, "/livez", "OPTIONS", [("Authorization", "Bearer x")])
    assert answers.requests == [Request(Method.OTHER, "/livez", None, None, True)]


def test_the_root_is_a_slash(port: int, answers: Answers) -> None:
    ask(port, "/")
    ask(port, "/?verbose")
    assert answers.targets == ["/", "/?verbose"]


def test_accept_is_passed_on(port: int, answers: Answers) -> None:
    ask(port, "/health", fields=[("Accept", "a/b"), ("Accept", "c/d")])
    accept = answers.requests[0].accept
    assert accept is not None
    assert accept.replace(" ", "") == "a/b,c/d"


def test_wsgi_targets_are_quoted_again(answers: Answers) -> None:
    with wsgi_server(wsgi(answers)) as port:
        ask(port, "/livez/a%20b%25%C3%A9%FFz:@!$&'()*+,;=-._~?exclude=a%20b&c=%C3%A9")
    assert answers.targets == [
        "/livez/a%20b%25%C3%A9%FFz:@!$&'()*+,;=-._~?exclude=a%20b&c=%C3%A9"
    ]


def test_asgi_targets_are_as_received(answers: Answers) -> None:
    with asgi_server(asgi(answers)) as port:
        ask(port, "/%6Civez/a%2fb%FF?exclude=%61")
    assert answers.targets == ["/%6Civez/a%2fb%FF?exclude=%61"]


def flask_at(mount: str, application: WSGIApplication) -> Any:
    return DispatcherMiddleware(Flask(__name__), {mount: application})


def django_at(mount: str, application: WSGIApplication) -> Any:
    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=())
    return DispatcherMiddleware(WSGIHandler(), {mount: application})


@pytest.mark.parametrize("at", [flask_at, django_at])
def test_it_mounts_in_wsgi_frameworks(
    answers: Answers, at: Callable[[str, WSGIApplication], Any]
) -> None:
    with wsgi_server(at("/internal", wsgi(answers))) as port:
        assert ask(port, "/internal/livez")[1] == b"down"
        assert ask(port, "/internal/internal/x%20y")[1] == b"down"
        assert ask(port, "/internal")[1] == b"down"
        assert ask(port, "/livez")[0].status == 404
    assert answers.targets == ["/livez", "/internal/x%20y", "/"]


def fastapi_at(mount: str, application: ASGIApplication) -> Any:
    app = FastAPI()
    app.mount(mount, application)
    return app


def starlette_at(mount: str, application: ASGIApplication) -> Any:
    return Starlette(routes=[Mount(mount, application)])


@pytest.mark.parametrize("root", ["", "/behind"])
@pytest.mark.parametrize("at", [fastapi_at, starlette_at])
def test_it_mounts_in_asgi_frameworks(
    answers: Answers, at: Callable[[str, ASGIApplication], Any], root: str
) -> None:
    with asgi_server(at("/internal", asgi(answers)), root_path=root) as port:
        assert ask(port, "/internal/livez?verbose")[1] == b"down"
        assert ask(port, "/%69nternal/internal/x%2fy")[1] == b"down"
        assert ask(port, "/internal/")[1] == b"down"
        assert ask(port, "/livez")[0].status == 404
    assert answers.targets == ["/livez?verbose", "/internal/x%2fy", "/"]


@pytest.mark.parametrize("at", [fastapi_at, starlette_at])
def test_it_mounts_at_the_root(
    answers: Answers, at: Callable[[str, ASGIApplication], Any]
) -> None:
    with asgi_server(at("/", asgi(answers))) as port:
        assert ask(port, "/livez/a%2fb")[1] == b"down"
    assert answers.targets == ["/livez/a%2fb"]


@pytest.mark.parametrize(
    ("path", "root_path", "raw_path", "target"),
    [
        ("/livez", "", b"/livez", "/livez"),
        ("/in/livez", "/in", b"/in/livez", "/livez"),
        ("/livez", "/in", b"/in/livez", "/livez"),
        ("/livez", "/in", b"/livez", "/livez"),
        ("/in/livez", "/in/", b"/in/livez", "/livez"),
        ("/in", "/in", b"/in", "/"),
        ("", "/in", b"/in", "/"),
        ("/inner", "/in", b"/inner", "/inner"),
        ("/in/a b", "/in", None, "/a%20b"),
        ("/in/a b", "/in", b"/of/something/else", "/a%20b"),
        ("/in/a\u00e9", "/in", b"/in/a\xc3\xa9", "/a%C3%A9"),
    ],
)
def test_the_mount_point_is_no_part_of_an_asgi_target(
    answers: Answers, path: str, root_path: str, raw_path: bytes | None, target: str
) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": root_path,
        "headers": [],
        **({} if raw_path is None else {"raw_path": raw_path}),
    }
    exchange(answers, scope)
    assert answers.targets == [target]


@pytest.mark.parametrize(
    ("client", "loopback"),
    [
        (None, False),
        (("192.0.2.1", 5), False),
        (("127.3.2.1", 5), True),
        (("::1", 5), True),
        (("::ffff:127.0.0.1", 5), True),
        (("::12", 5), False),
    ],
)
def test_only_this_host_is_loopback(
    answers: Answers, client: tuple[str, int] | None, loopback: bool
) -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    exchange(answers, {**scope, "client": client})
    assert answers.requests[0].loopback is loopback


def test_several_accept_fields_are_one_list(answers: Answers) -> None:
    fields = [(b"accept", b"a/b"), (b"x", b"y"), (b"accept", b"c/d")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": fields}
    exchange(answers, scope)
    assert answers.requests[0].accept == "a/b, c/d"


def test_a_lifespan_is_acknowledged(answers: Answers) -> None:
    sent = exchange(
        answers,
        {"type": "lifespan"},
        {"type": "lifespan.startup"},
        {"type": "lifespan.shutdown"},
    )
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_a_websocket_is_closed(answers: Answers) -> None:
    sent = exchange(answers, {"type": "websocket"}, {"type": "websocket.connect"})
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_another_scope_is_refused(answers: Answers) -> None:
    with pytest.raises(ValueError, match="mail"):
        exchange(answers, {"type": "mail"})


def test_an_answer_owed_to_a_client_that_left_is_dropped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    owed: list[Callable[[Response], None]] = []
    is_owed = asyncio.Event()

    class Owing(Answers):
        def owe(self, ticket: int, answer: Callable[[Response], None]) -> None:
            owed.append(answer)
            is_owed.set()

    async def leave() -> None:
        scope = {"type": "http", "method": "GET", "path": "/owed", "headers": []}

        async def unused(*_: object) -> Any:
            raise AssertionError

        task = asyncio.create_task(asgi(Owing())(scope, unused, unused))
        await is_owed.wait()
        task.cancel()
        await asyncio.wait([task])
        owed[0](Response(200, TEXT, (), b"late"))
        await asyncio.sleep(0)  # What it left on the loop runs.

    asyncio.run(leave())
    owed[0](Response(200, TEXT, (), b"after the loop"))
    assert caplog.records == []


def exchange(
    answers: Answers, scope: dict[str, Any], *messages: dict[str, Any]
) -> list[Any]:
    """What the application sends, having received these messages."""
    received = list(messages)
    sent: list[Any] = []

    async def receive() -> Any:
        return received.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(asgi(answers)(scope, receive, send))
    return sent
