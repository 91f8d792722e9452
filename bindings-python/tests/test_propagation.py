from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen
from wsgiref.util import FileWrapper, setup_testing_defaults

import httpx
import pytest
import requests
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from flask import Flask, Response
from starlette.datastructures import Headers as StarletteHeaders
from werkzeug.datastructures import Headers as WerkzeugHeaders

from hams import CoreError, propagation
from hams._generated.hams import TrapError
from hams.propagation import (
    CarryAdapter,
    CarryMiddleware,
    acarry_on,
    carried,
    carry,
    carry_on,
    carry_wsgi,
    carrying,
)

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PATIENCE_S = 20.0


def message(*pairs: tuple[str, str]) -> Message:
    made = Message()
    for name, value in pairs:
        made[name] = value
    return made


PAIRS = [("host", "x"), ("traceparent", TRACE), ("x-tag", "a"), ("x-tag", "b")]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(PAIRS, id="pairs"),
        pytest.param(iter(PAIRS), id="an iterator"),
        pytest.param([(n.encode(), v.encode()) for n, v in PAIRS], id="bytes"),
        pytest.param(httpx.Headers(PAIRS), id="httpx"),
        pytest.param(WerkzeugHeaders(PAIRS), id="werkzeug"),
        pytest.param(message(*PAIRS), id="email"),
        pytest.param(
            StarletteHeaders(raw=[(n.encode(), v.encode()) for n, v in PAIRS]),
            id="starlette",
        ),
    ],
)
def test_headers_of_any_shape_are_carried_as_pairs(headers: Any) -> None:
    assert carry(headers, ["X-Tag"]) == PAIRS[1:]


def test_a_dict_is_taken() -> None:
    assert carry({"Traceparent": TRACE, "Host": "x"}) == [("Traceparent", TRACE)]


def test_nothing_of_nothing() -> None:
    assert carry([]) == []
    assert carry({}) == []
    assert carried() == []


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"traceparent": "00-zz", "tracestate": "a=b", "b3": "0"}, [("b3", "0")]),
        ({"baggage": "a\r\nx-evil: 1", "b3": "0"}, [("b3", "0")]),
        ({"baggage": "a\0"}, []),
        ({"baggage": "a" * 8193}, []),
        ({"x-b3-\udc80": "1"}, []),
    ],
)
def test_what_breaks_the_trace_or_the_call_is_dropped(
    headers: dict[str, str], kept: list[tuple[str, str]]
) -> None:
    assert carry(headers) == kept


def test_what_is_no_header_is_refused_with_its_value() -> None:
    with pytest.raises(TypeError, match="17 of 'b3' is neither str nor bytes"):
        carry([("b3", 17)])  # type: ignore[arg-type]


@pytest.mark.parametrize("extra", ["x-tenant", b"x-tenant", [b"x-tenant"]])
def test_a_text_is_no_list_of_names(extra: Any) -> None:
    app = Flask(__name__)
    for refused in (
        lambda: carry({}, extra),
        lambda: CarryMiddleware(FastAPI(), extra),
        lambda: carry_wsgi(app.wsgi_app, extra),
    ):
        with pytest.raises(TypeError, match="x-tenant"):
            refused()


def test_carrying_ends_with_its_block() -> None:
    with carrying({"b3": "0", "x-tenant": "t"}, ["x-tenant"]) as outer:
        assert carried() == outer == [("b3", "0"), ("x-tenant", "t")]
        with carrying({}):
            assert carried() == []
        assert carried() == outer
    assert carried() == []


def test_a_trap_is_an_error_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Trapped:
        @property
        def propagation(self) -> Any:
            raise TrapError("unreachable")

    carry({})
    monkeypatch.setattr(propagation._core, "_hams", Trapped())
    with pytest.raises(CoreError, match="unreachable"):
        carry({"b3": "0"})
    assert carry({"b3": "0"}) == [("b3", "0")]


def test_a_request_is_served_though_nothing_can_be_carried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Trapped:
        @property
        def propagation(self) -> Any:
            raise TrapError("unreachable")

    monkeypatch.setattr(propagation._core, "_hams", Trapped())
    client = flask_app().test_client()
    assert client.get("/carried", headers={"b3": "0"}).json == []
    assert client.get("/carried", headers={"b3": "0"}).json == [["b3", "0"]]


def test_threads_carry_at_once() -> None:
    results: list[Any] = []

    def work(number: int) -> None:
        with carrying({"x-request-id": str(number)}):
            barrier.wait(PATIENCE_S)
            results.append((number, carried()))

    barrier = threading.Barrier(8)
    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(results) == [(i, [("x-request-id", str(i))]) for i in range(8)]


def test_importing_it_imports_no_client() -> None:
    program = (
        "import sys, hams.propagation as p;"
        "print({'requests', 'httpx', 'prometheus_client'} & set(sys.modules));"
        "p.CarryAdapter; print('requests' in sys.modules)"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.stdout.split() == ["set()", "True"]


def test_another_name_is_none_of_the_module() -> None:
    with pytest.raises(AttributeError, match="no attribute 'CarryOn'"):
        propagation.CarryOn  # type: ignore[attr-defined] # noqa: B018


# Clients: what a server gets


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    """The URL of a server that answers with the header fields it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = str(self.headers).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def with_httpx(url: str, headers: dict[str, str]) -> str:
    with httpx.Client(event_hooks={"request": [carry_on]}) as client:
        return client.get(url, headers=headers).text


def with_async_httpx(url: str, headers: dict[str, str]) -> str:
    async def ask() -> str:
        hooks = {"request": [acarry_on]}
        async with httpx.AsyncClient(event_hooks=hooks) as client:
            return (await client.get(url, headers=headers)).text

    return asyncio.run(ask())


def with_requests(url: str, headers: dict[str, str]) -> str:
    with requests.Session() as session:
        session.mount("http://", CarryAdapter())
        return session.get(url, headers=headers, timeout=PATIENCE_S).text


def with_urllib(url: str, headers: dict[str, str]) -> str:
    request = Request(url, headers=headers)
    carry_on(request)
    with urlopen(request, timeout=PATIENCE_S) as response:
        return str(response.read().decode())


@pytest.fixture(
    params=[with_httpx, with_async_httpx, with_requests, with_urllib],
    ids=lambda ask: ask.__name__,
)
def ask(request: pytest.FixtureRequest) -> Any:
    return request.param


def sent(ask: Any, url: str, **headers: str) -> dict[str, str]:
    lines = ask(url, headers).splitlines()
    fields = [line.split(": ", 1) for line in lines if ": " in line]
    return {name.lower(): value for name, value in fields}


def test_a_client_sends_what_is_carried(ask: Any, echo: str) -> None:
    with carrying([*PAIRS, ("baggage", "a=1"), ("Baggage", "b=2")], ["x-tag"]):
        got = sent(ask, echo)
    assert got["traceparent"] == TRACE
    assert got["baggage"] == "a=1, b=2"
    assert got["x-tag"] == "a, b"
    assert got["host"] != "x"
    assert "traceparent" not in sent(ask, echo)


def test_what_the_caller_set_stays(ask: Any, echo: str) -> None:
    own = TRACE.replace("b7", "c8")
    headers = {"traceparent": TRACE, "tracestate": "a=b", "b3": "0"}
    with carrying(headers):
        got = sent(ask, echo, Traceparent=own, B3="1")
    assert got["traceparent"] == own
    assert got["b3"] == "1"
    assert "tracestate" not in got


@pytest.mark.parametrize("hostile", ["é", "a\x0bb", "a\x01", "a\x7f", "\xff", "☃"])
def test_a_header_that_clients_refuse_breaks_no_call(
    ask: Any, echo: str, hostile: str
) -> None:
    with carrying({"baggage": hostile, "b3": " 0 "}):
        got = sent(ask, echo)
    assert "baggage" not in got
    assert got["b3"] == "0"


def test_an_adapter_can_be_pickled() -> None:
    assert type(pickle.loads(pickle.dumps(CarryAdapter()))) is CarryAdapter


# Applications


def flask_app() -> Flask:
    app = Flask(__name__)

    @app.get("/carried")
    def show() -> Any:
        return carried()

    @app.get("/stream")
    def stream() -> Response:
        return Response(f"{carried()}\n" for _ in range(2))

    app.wsgi_app = carry_wsgi(app.wsgi_app, ["x-tenant"])  # type: ignore[assignment]
    return app


def fastapi_app() -> FastAPI:
    app = FastAPI()

    @app.get("/plain")
    def plain() -> list[tuple[str, str]]:
        return carried()

    @app.get("/task")
    async def task() -> list[tuple[str, str]]:
        async def child() -> list[tuple[str, str]]:
            await asyncio.sleep(0)
            return carried()

        return await asyncio.create_task(child())

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield str(carried())

        return StreamingResponse(parts())

    app.add_middleware(CarryMiddleware, extra=["x-tenant"])
    return app


def test_flask_carries_a_request_and_no_longer() -> None:
    client = flask_app().test_client()
    headers = {"Traceparent": TRACE, "X-Tenant": "t", "X-Other": "o"}
    expected = [["traceparent", TRACE], ["x-tenant", "t"]]
    got = client.get("/carried", headers=headers).json
    assert got is not None
    assert sorted(got) == expected
    assert carried() == []
    assert client.get("/carried").json == []


def test_flask_carries_while_it_streams_and_not_in_between() -> None:
    client = flask_app().test_client()
    answer = client.get("/stream", headers={"b3": "0"}, buffered=False)
    between = []
    parts = []
    for part in answer.iter_encoded():
        parts.append(part)
        between.append(carried())
    assert parts == [b"[('b3', '0')]\n"] * 2
    assert between == [[], []]


@contextmanager
def answered(app: Any) -> Iterator[Any]:
    environ: dict[str, Any] = {"HTTP_B3": "0"}
    setup_testing_defaults(environ)
    environ["wsgi.file_wrapper"] = FileWrapper
    yield carry_wsgi(app)(environ, lambda *_: lambda _: None)


def test_a_body_is_closed_while_it_is_carried() -> None:
    closed = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            yield b"part"
            raise RuntimeError("broken")

        def close(self) -> None:
            closed.append(carried())

    with answered(lambda *_: Body()) as body:
        parts = iter(body)
        assert next(parts) == b"part"
        with pytest.raises(RuntimeError, match="broken"):
            next(parts)
        assert carried() == []
        body.close()
    assert closed == [[("b3", "0")]]
    assert carried() == []


def test_bodies_that_servers_know_are_left_as_they_are() -> None:
    for body in ([b"a"], (b"a",), FileWrapper(sys.stdin.buffer)):
        with answered(lambda *_, body=body: body) as got:
            assert got is body


def test_an_application_that_raises_leaves_nothing() -> None:
    def app(*_: Any) -> Any:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"), answered(app):
        pass
    assert carried() == []


@pytest.mark.parametrize("path", ["/plain", "/task", "/stream"])
def test_fastapi_carries_each_of_many_requests_apart(path: str) -> None:
    async def ask() -> list[str]:
        transport = httpx.ASGITransport(fastapi_app())
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test"
        ) as client:
            answers = await asyncio.gather(
                *(client.get(path, headers={"X-Tenant": f"t{i}"}) for i in range(20))
            )
        assert carried() == []
        return [answer.text.replace(" ", "") for answer in answers]

    bodies = asyncio.run(ask())
    for i, body in enumerate(bodies):
        assert body.count("x-tenant") == 1
        assert f't{i}"' in body.replace("'", '"')


def test_the_lifespan_of_an_asgi_application_passes() -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["type"], carried()))

    async def nothing(*_: Any) -> Any:
        return {}

    async def call() -> None:
        wrapped = CarryMiddleware(app)
        await wrapped({"type": "lifespan"}, nothing, nothing)
        headers = [(b"b3", b"0")]
        await wrapped({"type": "websocket", "headers": headers}, nothing, nothing)

    asyncio.run(call())
    assert seen == [("lifespan", []), ("websocket", [("b3", "0")])]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_carries() -> None:
    program = (
        "import os; from hams.propagation import carry, _core\n"
        "carry({}); _core._lock.acquire()\n"
        "if os.fork() == 0: os._exit(7 if carry({'b3': '0'}) else 1)\n"
        "print(os.waitstatus_to_exitcode(os.wait()[1]))"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.stdout.strip() == "7", done.stderr
