from __future__ import annotations

import asyncio
import errno
import logging
import queue
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress

import pytest

from hams import _connection, _server
from hams._errors import ListenError
from hams._generated.hams import (
    Method,
    Reply,
    ReplyLater,
    ReplyNow,
    Request,
    Response,
)
from hams._server import Server

PATIENCE = 10
"""Seconds after which what a test waits for will not come any more."""
TEXT = "text/plain; charset=utf-8"
GET = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"


class Answers:
    """A responder: `/owed` is owed, all else is answered at once."""

    def __init__(self) -> None:
        self.standard_headers: Sequence[tuple[str, str]] = [("X-Standard", "yes")]
        self.body = b"ok"
        self.requests: list[Request] = []
        self.asked = threading.Semaphore(0)
        self.owed: queue.Queue[Callable[[Response], None]] = queue.Queue()
        self.on_first: Callable[[], None] | None = None

    def respond(self, request: Request) -> Reply:
        self.requests.append(request)
        self.asked.release()
        if self.on_first is not None:
            first, self.on_first = self.on_first, None
            first()
        if request.target == "/owed":
            return ReplyLater(7)
        body = request.target.encode() if request.target != "/livez" else self.body
        return ReplyNow(Response(200, TEXT, [("X-Own", "1")], body))

    def owe(self, ticket: int, answer: Callable[[Response], None]) -> None:
        assert ticket == 7
        self.owed.put(answer)

    def next_owed(self) -> Callable[[Response], None]:
        return self.owed.get(timeout=PATIENCE)

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.requests]


class Running:
    """A server on a loop in a thread of its own."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.server = Server(answers)
        self.port = self.server.bind("127.0.0.1", 0).port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._loop.call_soon_threadsafe(self.server.serve)

    def connect(self) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return client

    def ask(self, *pieces: bytes) -> bytes:
        """What comes until the server ends the connection."""
        with self.connect() as client:
            for piece in pieces:
                client.sendall(piece)
            return rest(client)

    def begin_to_close(self, owed: int = 0) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(self.server.close(owed), self._loop)

    def close(self, owed: int = 0) -> None:
        self.begin_to_close(owed).result(PATIENCE)

    def end(self) -> None:
        if self._loop.is_closed():
            return
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def running(caplog: pytest.LogCaptureFixture) -> Iterator[Running]:
    """Nothing that a client does is logged."""
    caplog.set_level(logging.INFO)
    running = Running(Answers())
    yield running
    running.end()
    assert caplog.records == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines of heads that tests can wait for."""
    monkeypatch.setattr(_server, "SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(_connection, "HEAD_SECONDS", 0.1)


def rest(client: socket.socket) -> bytes:
    came = bytearray()
    # Cut, it may be reset.
    with suppress(ConnectionResetError):
        while chunk := client.recv(1_000_000):
            came += chunk
    return bytes(came)


def one(client: socket.socket) -> bytes:
    """One answer with a body."""
    came = bytearray()
    while not came.endswith(b"\r\n\r\n"):
        came += client.recv(1)
    length = re.search(rb"Content-Length: (\d+)", came)
    assert length is not None
    size = len(came) + int(length[1])
    while len(came) < size:
        came += client.recv(size - len(came))
    return bytes(came)


def get(target: str, *fields: str, version: str = "1.1") -> bytes:
    lines = [f"GET {target} HTTP/{version}", "Host: a", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def statuses(came: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", came)]


def bodies(came: bytes) -> list[bytes]:
    return re.findall(rb"\r\n\r\n(.*?)(?=HTTP/1\.1 |$)", came, re.DOTALL)


def send_without_end(client: socket.socket, piece: bytes) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        client.sendall(piece)


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def test_an_answer_has_its_fields_and_the_standard_ones(running: Running) -> None:
    with running.connect() as client:
        client.sendall(GET)
        assert one(client) == (
            b"HTTP/1.1 200 OK\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n"
            b"Content-Length: 2\r\n"
            b"X-Standard: yes\r\n"
            b"X-Own: 1\r\n"
            b"\r\nok"
        )


def test_head_has_the_length_of_get_and_no_body(running: Running) -> None:
    came = running.ask(GET.replace(b"GET", b"HEAD") + get("/x", "Connection: close"))
    head, answer = came.split(b"HTTP/1.1")[1:]
    assert b"Content-Length: 2\r\n" in head
    assert head.endswith(b"\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n/x")


@pytest.mark.parametrize(
    ("word", "method"),
    [
        ("GET", Method.GET),
        ("HEAD", Method.HEAD),
        ("POST", Method.POST),
        ("OPTIONS", Method.OTHER),
        ("PATCH", Method.OTHER),
    ],
)
def test_methods_are_told_apart(running: Running, word: str, method: Method) -> None:
    running.ask(get("/x", "Connection: close").replace(b"GET", word.encode()))
    assert [request.method for request in running.answers.requests] == [method]


@pytest.mark.parametrize(
    "target",
    ["/livez?verbose", "http://b:1/livez", "/%6Civez", "*", "/" + "x" * 12_288],
)
def test_a_target_passes_as_received(running: Running, target: str) -> None:
    running.ask(get(target, "Connection: close"))
    assert running.answers.targets == [target]


def test_accept_fields_are_one_list(running: Running) -> None:
    running.ask(get("/", "Accept: a/b", "ACCEPT: c/d;q=0", "Connection: close"))
    assert running.answers.requests[0].accept == "a/b, c/d;q=0"


def test_no_accept_field_is_none(running: Running) -> None:
    running.ask(get("/", "Connection: close"))
    assert running.answers.requests[0].accept is None


def test_authorization_is_for_the_shutdown_api_alone(running: Running) -> None:
    secret = "Authorization: Bearer x"
    running.ask(
        get("/livez", secret) + get("/a/hams/shutdown", secret, "Connection: close")
    )
    told = [request.authorization for request in running.answers.requests]
    assert told == [None, "Bearer x"]


def test_a_peer_on_this_host_is_loopback(running: Running) -> None:
    running.ask(get("/", "Connection: close"))
    assert running.answers.requests[0].loopback


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /livez HTTP/1.1\r\n\r\n", 400),
        (get("/", "hOST: b"), 400),
        (get("/", "Host: b", version="1.0"), 400),
        (get("/", "Transfer-Encoding: chunked", version="1.0"), 400),
        (get("/", "Transfer-Encoding: chunked", "Content-Length: 4"), 400),
        (get("/", "Transfer-Encoding: gzip"), 501),
        (get("/", "Content-Length: 4", "Content-Length: 4"), 400),
        (get("/", "Content-Length: 4, 4"), 400),
        (get("/", "Content-Length: +4"), 400),
        (get("/", "Content-Length: " + "9" * 19), 400),
        (get("/", "X: a", " b"), 400),
        (get("/", "X : a"), 400),
        (get("/", "X: a\x01"), 400),
        (get("/", "X: a\rb"), 400),
        (GET.replace(b"\r\n", b"\n") + b"\r\n\r\n", 400),
        (get("/liv\xe9z"), 400),
        (get("/", *["X: y"] * 100), 400),
        (get("/", "Expect: 200-ok"), 417),
        (get("/", version="1.2"), 505),
        (get("/", version="2.0"), 505),
        (b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (b"SSH-2.0-OpenSSH\r\n\r\n", 400),
        (b"\x16\x03\x01\x00\xa5\x01\x00\x00", 400),
        (get("/", f"X: {'y' * 17_000}"), 431),
        (b"G" * 17_000, 431),
    ],
)
def test_what_is_no_request_is_refused(
    running: Running, request_: bytes, status: int
) -> None:
    came = running.ask(request_ + GET)
    assert statuses(came) == [status]
    assert b"\r\nConnection: close\r\n" in came
    assert b"\r\nX-Standard: yes\r\n" in came
    assert running.answers.requests == []


@pytest.mark.parametrize(
    "request_",
    [
        get("/", *["X: y"] * 98, "Connection: close"),
        get("/", f"X: {'y' * 15_000}", "Connection: close"),
        get("/", "X: caf\xe9 \xff", "Y:", "Z: \t", "Connection: close"),
        get("/", "Content-Length: 0", "Connection: close"),
        b"\r\n" + get("/", "Connection: x, Close"),
        b"GET / HTTP/1.0\r\n\r\n",
    ],
)
def test_what_is_unusual_is_answered(running: Running, request_: bytes) -> None:
    assert statuses(running.ask(request_)) == [200]


@pytest.mark.parametrize(
    "fields",
    [
        ["Content-Length: 1000000"],
        ["Content-Length: 004"],
        ["Transfer-Encoding: Chunked"],
        ["Expect: 100-continue", "Content-Length: 4"],
    ],
)
def test_a_request_with_a_body_is_answered_on_its_head_alone(
    running: Running, fields: list[str]
) -> None:
    came = running.ask(get("/", *fields) + GET)
    assert statuses(came) == [200]
    assert b"\r\nConnection: close\r\n" in came
    assert running.answers.targets == ["/"]


def test_a_body_is_dropped_until_the_connection_is_cut(
    running: Running, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_connection, "LINGER_SECONDS", 0.1)
    with running.connect() as client:
        client.sendall(get("/", "Content-Length: 1000000000000"))
        assert statuses(rest(client)) == [200]
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_without_end(client, b"b" * 65_536)


def test_http_1_0_ends_unless_asked_to_go_on(running: Running) -> None:
    kept = get("/1", "Connection: Keep-Alive", version="1.0")
    came = running.ask(kept + get("/2", version="1.0") + GET)
    assert bodies(came) == [b"/1", b"/2"]
    assert re.findall(rb"Connection: (.*)\r\n", came) == [b"keep-alive", b"close"]


def test_requests_are_answered_in_their_order(running: Running) -> None:
    targets = [f"/{number}" for number in range(200)]
    came = running.ask(
        *(get(target) for target in targets), get("/last", "Connection: close")
    )
    assert bodies(came) == [target.encode() for target in [*targets, "/last"]]


def test_a_head_may_come_byte_by_byte(running: Running) -> None:
    head = b"\r\n" + get("/", "Connection: close")
    came = running.ask(*(head[at : at + 1] for at in range(len(head))))
    assert statuses(came) == [200]


def test_an_owed_answer_comes_from_any_thread(running: Running) -> None:
    with running.connect() as client:
        client.sendall(get("/owed"))
        running.answers.next_owed()(Response(201, TEXT, (), b"late"))
        came = one(client)
    assert statuses(came) == [201]
    assert came.endswith(b"\r\n\r\nlate")


def test_requests_behind_an_owed_answer_wait(running: Running) -> None:
    with running.connect() as client:
        client.sendall(get("/owed") + get("/next", "Connection: close"))
        answer = running.answers.next_owed()
        running.ask(get("/other", "Connection: close"))
        assert running.answers.targets == ["/owed", "/other"]
        answer(Response(200, TEXT, (), b"late"))
        assert bodies(rest(client)) == [b"late", b"/next"]


def test_a_flood_behind_an_owed_answer_is_cut(running: Running) -> None:
    with running.connect() as client:
        client.sendall(get("/owed"))
        answer = running.answers.next_owed()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            send_without_end(client, GET * 1000)
    answer(Response(200, TEXT, (), b"nobody is there"))
    running.ask(get("/", "Connection: close"))


def test_a_client_that_reads_nothing_is_not_served_on(running: Running) -> None:
    running.answers.body = b"x" * 32_000_000  # More than the system takes.
    with running.connect() as client:
        client.sendall(GET * 2 + get("/last", "Connection: close"))
        running.answers.asked.acquire(timeout=PATIENCE)
        running.ask(get("/other", "Connection: close"))
        assert running.answers.targets == ["/livez", "/other"]
        assert [len(one(client)) > 32_000_000 for _ in range(2)] == [True, True]
        assert bodies(rest(client)) == [b"/last"]


@pytest.mark.usefixtures("quick")
def test_a_last_answer_may_be_read_slowly(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_connection, "LINGER_SECONDS", 0.02)
    running.answers.body = b"x" * 32_000_000
    with running.connect() as client:
        client.sendall(get("/livez", "Connection: close"))
        running.answers.asked.acquire(timeout=PATIENCE)
        assert (
            running.ask() == b""
        )  # A silent connection is cut later than it would be.
        assert len(rest(client)) > 32_000_000


def test_a_long_pipeline_lets_others_have_their_turn(running: Running) -> None:
    other = socket.socket()
    joined = threading.Event()

    def join_in() -> None:
        other.connect(("127.0.0.1", running.port))
        other.sendall(get("/other"))
        joined.set()

    running.answers.on_first = join_in
    with other, running.connect() as client:
        client.sendall(GET * 2000)
        joined.wait(PATIENCE)
        assert statuses(one(other)) == [200]
        assert running.answers.targets.index("/other") < 1000
        for _ in range(2000):
            one(client)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("piece", [b"", b"GET /li", GET[:-2], b"\r\n", b"\r"])
def test_half_a_head_is_cut_at_its_deadline(running: Running, piece: bytes) -> None:
    assert running.ask(piece) == b""


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("drop", [b"x", b"\r\n"])
def test_trickling_bytes_do_not_put_off_the_deadline(
    running: Running, drop: bytes
) -> None:
    with running.connect() as client:
        client.sendall(GET)
        one(client)
        client.settimeout(0.01)
        for _ in range(100):
            try:
                client.sendall(drop)
                assert client.recv(1) == b""
                return
            except TimeoutError:
                pass
            except (ConnectionResetError, BrokenPipeError):
                return
    pytest.fail("never cut")


def test_an_idle_connection_is_cut(
    running: Running, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_connection, "IDLE_SECONDS", 0.2)
    assert statuses(running.ask(GET)) == [200]


def test_one_connection_too_many_is_closed_at_once(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_server, "MOST_CONNECTIONS", 2)
    with running.connect() as first, running.connect() as second:
        for client in (first, second):
            client.sendall(GET)
            one(client)
        assert running.ask() == b""
        first.sendall(GET)
        assert statuses(one(first)) == [200]


def test_two_hundred_half_open_connections_delay_nobody(running: Running) -> None:
    clients = [running.connect() for _ in range(200)]
    for client in clients:
        client.sendall(GET[:-2])
    with running.connect() as client:
        client.settimeout(1)  # What a kubelet waits for.
        client.sendall(GET)
        assert statuses(one(client)) == [200]
    for client in clients:
        client.close()


def test_the_end_of_input_within_a_head_is_no_request(running: Running) -> None:
    with running.connect() as client:
        client.sendall(GET[:-2])
        client.shutdown(socket.SHUT_WR)
        assert statuses(rest(client)) == [400]
    assert running.answers.requests == []


def test_the_end_of_input_at_once_ends_the_connection(running: Running) -> None:
    with running.connect() as client:
        client.shutdown(socket.SHUT_WR)
        assert rest(client) == b""


def test_what_came_before_the_end_of_input_is_answered(running: Running) -> None:
    with running.connect() as client:
        client.sendall(GET * 100 + get("/owed") + get("/last"))
        client.shutdown(socket.SHUT_WR)
        running.answers.next_owed()(Response(200, TEXT, (), b"late"))
        assert bodies(rest(client)) == [b"ok"] * 100 + [b"late", b"/last"]


@pytest.mark.parametrize("sent", [b"", GET[:-2], GET * 500, get("/owed")])
def test_a_reset_harms_nobody(running: Running, sent: bytes) -> None:
    client = running.connect()
    client.sendall(sent)
    if sent == get("/owed"):
        answer = running.answers.next_owed()
        reset(client)
        answer(Response(200, TEXT, (), b"x" * 1_000_000))
    else:
        reset(client)
    assert statuses(running.ask(get("/", "Connection: close"))) == [200]


def test_closing_ends_idle_and_silent_connections(running: Running) -> None:
    with running.connect() as idle, running.connect() as half:
        idle.sendall(GET)
        one(idle)
        half.sendall(GET + GET[:-2])
        one(half)
        running.close()
        assert rest(idle) == b""
        assert rest(half) == b""


def test_closing_waits_for_an_owed_answer(running: Running) -> None:
    with running.connect() as idle, running.connect() as client:
        idle.sendall(GET)
        one(idle)
        client.sendall(get("/owed") + GET)
        answer = running.answers.next_owed()
        closing = threading.Thread(target=running.close, args=[1])
        closing.start()
        assert rest(idle) == b""
        answer(Response(200, TEXT, (), b"late"))
        came = rest(client)
        client.close()
        closing.join()
    assert bodies(came) == [b"late"]
    assert b"\r\nConnection: close\r\n" in came


def test_closing_cuts_what_is_owed_too_long(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_server, "CLOSING_SECONDS", 0.1)
    with running.connect() as client:
        client.sendall(get("/owed"))
        answer = running.answers.next_owed()
        running.close(1)
        assert rest(client) == b""
    running.end()
    answer(Response(200, TEXT, (), b"too late"))


def test_closing_gives_what_is_being_written_its_time(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_server, "CLOSING_SECONDS", PATIENCE)
    running.answers.body = b"x" * 32_000_000
    with running.connect() as client:
        client.sendall(GET)
        running.answers.asked.acquire(timeout=PATIENCE)
        closing = threading.Thread(target=running.close)
        closing.start()
        assert len(rest(client)) > 32_000_000
        closing.join()


def test_a_closed_server_accepts_nobody(running: Running) -> None:
    running.close()
    with pytest.raises(ConnectionRefusedError):
        running.connect()
    again = Server(Answers())
    assert again.bind("127.0.0.1", running.port).port == running.port
    again.abandon()


def test_clients_that_come_as_it_closes_are_cut(running: Running) -> None:
    clients = [socket.socket() for _ in range(20)]
    closing: queue.Queue[Future[None]] = queue.Queue()

    def join_in() -> None:
        for client in clients:
            client.connect(("127.0.0.1", running.port))
        closing.put(running.begin_to_close())

    running.answers.on_first = join_in
    running.ask(get("/", "Connection: close"))
    closing.get(timeout=PATIENCE).result(PATIENCE)
    for client in clients:
        assert rest(client) == b""
        client.close()


def test_an_accept_that_fails_is_repeated_but_not_at_once(
    running: Running, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = socket.socket.accept
    failures = [errno.EMFILE, errno.ENOBUFS]
    failed_at: list[float] = []

    def fails(self: socket.socket) -> tuple[socket.socket, object]:
        if failures:
            failed_at.append(time.monotonic())
            raise OSError(failures.pop(), "no")
        return accept(self)

    monkeypatch.setattr(socket.socket, "accept", fails)
    assert statuses(running.ask(get("/", "Connection: close"))) == [200]
    first, second = failed_at
    assert second - first >= _server.SWEEP_SECONDS / 2  # The clocks are coarse.


def test_an_abandoned_port_is_free_without_a_loop() -> None:
    server = Server(Answers())
    port = server.bind("127.0.0.1", 0).port
    server.abandon()
    server.abandon()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), PATIENCE)


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError) as refused:
            Server(Answers()).bind("127.0.0.1", port)
    assert refused.value.code == "address-in-use"
    assert refused.value.address == "127.0.0.1"
    assert refused.value.port == port
    assert refused.value.system_code == "EADDRINUSE"


@pytest.mark.parametrize(
    ("address", "system_code"),
    [("192.0.2.1", "EADDRNOTAVAIL"), ("a..b", "EAI_NONAME")],
)
def test_an_address_of_no_interface_cannot_be_listened_on(
    address: str, system_code: str
) -> None:
    with pytest.raises(ListenError) as refused:
        Server(Answers()).bind(address, 0)
    assert refused.value.code == "cannot-listen"
    assert refused.value.system_code == system_code


def test_an_unknown_name_cannot_be_listened_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ListenError) as refused:
        Server(Answers()).bind("nowhere.invalid", 0)
    assert refused.value.system_code == "EAI_NONAME"


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="the machine has no IPv6")
def test_no_address_is_ipv6_and_ipv4_alike() -> None:
    server = Server(Answers())
    at = server.bind("", 0)
    assert at.address == "::"
    for address in ("127.0.0.1", "::1"):
        socket.create_connection((address, at.port), PATIENCE).close()
    server.abandon()


def test_no_address_is_ipv4_where_there_is_no_ipv6(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)
    server = Server(Answers())
    assert server.bind("", 0).address == "0.0.0.0"
    server.abandon()


def test_no_address_is_ipv4_where_ipv6_is_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_server = socket.create_server

    def without_ipv6(
        address: tuple[str, int], *, family: int, backlog: int, dualstack_ipv6: bool
    ) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        return create_server(address, family=family, backlog=backlog)

    monkeypatch.setattr(socket, "create_server", without_ipv6)
    server = Server(Answers())
    assert server.bind("", 0).address == "0.0.0.0"
    server.abandon()
