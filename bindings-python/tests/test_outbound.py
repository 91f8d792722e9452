"""Checks and hooks that HaMS makes itself, against real servers."""

from __future__ import annotations

import errno
import itertools
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import h11
import pytest

from hams._dialer import Dialer
from hams._generated.hams import (
    CheckHttp,
    CheckTcp,
    HttpCall,
    HttpCheck,
    Level,
    LogRecord,
    Network,
    Schedule,
    TcpCheck,
    Verdict,
    VerdictAnswered,
    VerdictPassed,
    VerdictUnreached,
)
from hams._network import network_of
from hams._outbound import Outbound
from hams._workers import Workers

PATIENCE = 10.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

Talk = Callable[[socket.socket], None]


@dataclass
class Caller:
    """Makes checks and calls, and waits for what comes of them."""

    outbound: Outbound
    records: SimpleQueue[LogRecord]

    def http(
        self,
        url: str,
        *,
        head: bool = False,
        headers: Sequence[tuple[str, str]] = (),
        expect: Sequence[tuple[int, int]] = (),
    ) -> Verdict:
        check = CheckHttp(HttpCheck(url, head, headers, expect, Schedule()))
        return self.run(check)[1]()

    def tcp(self, host: str, port: int) -> Verdict:
        return self.run(CheckTcp(TcpCheck(host, port, Schedule())))[1]()

    def run(
        self, check: CheckHttp | CheckTcp
    ) -> tuple[Callable[[], None], Callable[[], Verdict]]:
        done: SimpleQueue[Verdict] = SimpleQueue()
        cancel = self.outbound.check(1, "web", check, done.put)
        return cancel, lambda: done.get(timeout=PATIENCE)

    def call(
        self, url: str, method: str, headers: Sequence[tuple[str, str]] = ()
    ) -> Verdict:
        done: SimpleQueue[Verdict] = SimpleQueue()
        self.outbound.call("tell", HttpCall(url, method, headers), done.put)
        return done.get(timeout=PATIENCE)


@pytest.fixture
def caller() -> Iterator[Caller]:
    workers = Workers()
    records: SimpleQueue[LogRecord] = SimpleQueue()
    outbound = Outbound(records.put, workers)
    yield Caller(outbound, records)
    outbound.close()
    workers.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Talk], int]]:
    """Serves one connection after another on a port of its own."""
    with ExitStack() as stack:

        def start(talk: Talk) -> int:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

            def accept() -> None:
                with suppress(OSError):  # the end of the test closes it
                    while True:
                        line, _ = listener.accept()
                        with line, suppress(OSError):
                            talk(line)

            thread = threading.Thread(target=accept)
            thread.start()
            stack.callback(thread.join, PATIENCE)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return port_of(listener)

        yield start


def port_of(listener: socket.socket) -> int:
    port = listener.getsockname()[1]
    assert isinstance(port, int)
    return port


def request_on(line: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        received = line.recv(4096)
        if not received:
            break
        head += received
    return head


def answering(*answers: bytes, seen: list[bytes] | None = None) -> Talk:
    """The answers in turn, the last one again and again."""
    rest = itertools.chain(answers, itertools.repeat(answers[-1]))

    def talk(line: socket.socket) -> None:
        head = request_on(line)
        if seen is not None:
            seen.append(head)
        line.sendall(next(rest))

    return talk


def redirect(location: str, status: int = 302) -> bytes:
    return (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()


@pytest.fixture
def refused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return port_of(listener)


@pytest.mark.parametrize("status", [200, 204, 399, 404, 503])
def test_the_status_is_told(
    caller: Caller, serve: Callable[[Talk], int], status: int
) -> None:
    answer = f"HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n"
    port = serve(answering(answer.encode()))
    assert caller.http(f"http://127.0.0.1:{port}/") == VerdictAnswered(status)


def test_a_request_has_what_it_needs_and_no_more(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    seen: list[bytes] = []
    port = serve(answering(OK, seen=seen))
    headers = [("X-Token", "t"), ("X-Token", "\xfc ")]
    caller.http(f"http://127.0.0.1:{port}/a%20b?c=d&e#f", headers=headers)
    caller.http(f"http://127.0.0.1:{port}", head=True)
    caller.http(f"http://127.0.0.1:{port}?q", headers=[("host", "orders")])
    caller.call(f"http://127.0.0.1:{port}/drain", "POST")
    caller.call(f"http://127.0.0.1:{port}/", "DELETE", [("Connection", "upgrade")])
    host = f"Host: 127.0.0.1:{port}\r\n".encode()
    close = b"Connection: close\r\n"
    assert seen == [
        b"GET /a%20b?c=d&e HTTP/1.1\r\n"
        + host
        + close
        + b"X-Token: t\r\nX-Token: \xfc\r\n\r\n",
        b"HEAD / HTTP/1.1\r\n" + host + close + b"\r\n",
        b"GET /?q HTTP/1.1\r\nhost: orders\r\n" + close + b"\r\n",
        b"POST /drain HTTP/1.1\r\n" + host + close + b"Content-Length: 0\r\n\r\n",
        b"DELETE / HTTP/1.1\r\n" + host + b"Connection: upgrade\r\n\r\n",
    ]


def test_proxies_of_the_environment_are_not_used(
    caller: Caller,
    serve: Callable[[Talk], int],
    refused_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{refused_port}")
    port = serve(answering(OK))
    assert caller.http(f"http://127.0.0.1:{port}/") == VerdictAnswered(200)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_the_same_origin_is_followed(
    caller: Caller, serve: Callable[[Talk], int], status: int
) -> None:
    seen: list[bytes] = []
    port = serve(answering(redirect("../to b?c", status), OK, seen=seen))
    verdict = caller.http(f"http://127.0.0.1:{port}/x/y", headers=[("X-Token", "t")])
    assert verdict == VerdictAnswered(200)
    assert seen[1].startswith(b"GET /to%20b?c HTTP/1.1\r\n")
    assert b"X-Token: t\r\n" in seen[1]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2:PORT/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1:PORT/",
        "http://me@127.0.0.1:PORT/",
        "http://127.0.0.1:99999/",
        "http://[/",
        "/a\r\nLocation: /b",
    ],
)
def test_any_other_redirect_is_judged_as_it_stands(
    caller: Caller, serve: Callable[[Talk], int], location: str
) -> None:
    answers: list[bytes] = []
    port = serve(lambda line: line.sendall(request_on(line) and answers.pop(0)))
    answers.extend([redirect(location.replace("PORT", str(port))), OK])
    assert caller.http(f"http://127.0.0.1:{port}/") == VerdictAnswered(302)


def test_five_redirects_are_followed_and_the_sixth_is_judged(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    port = serve(answering(*[redirect("/")] * 5, OK))
    assert caller.http(f"http://127.0.0.1:{port}/") == VerdictAnswered(200)
    seen: list[bytes] = []
    port = serve(answering(redirect("/"), seen=seen))
    assert caller.http(f"http://127.0.0.1:{port}/") == VerdictAnswered(302)
    assert len(seen) == 6


def test_where_statuses_are_expected_no_redirect_is_followed(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    port = serve(answering(redirect("/"), OK))
    url = f"http://127.0.0.1:{port}/"
    assert caller.http(url, expect=[(200, 299)]) == VerdictAnswered(302)


def test_of_hooks_only_get_and_head_follow_redirects(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    port = serve(answering(redirect("/"), OK))
    assert caller.call(f"http://127.0.0.1:{port}/", "POST") == VerdictAnswered(302)
    port = serve(answering(redirect("/"), OK))
    assert caller.call(f"http://127.0.0.1:{port}/", "GET") == VerdictAnswered(200)


def test_informational_answers_are_passed_over(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    port = serve(answering(hints + hints + OK))
    assert caller.http(f"http://127.0.0.1:{port}/") == VerdictAnswered(200)


def test_a_switch_of_protocols_that_the_headers_ask_for_is_an_answer(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    fields = b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    port = serve(answering(b"HTTP/1.1 101 Switching\r\n" + fields))
    headers = [("Connection", "upgrade"), ("Upgrade", "websocket")]
    url = f"http://127.0.0.1:{port}/"
    assert caller.http(url, headers=headers) == VerdictAnswered(101)


def test_a_body_without_end_is_not_read(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    ended = threading.Event()

    def talk(line: socket.socket) -> None:
        request_on(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                line.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        except OSError:
            ended.set()

    port = serve(talk)
    assert caller.http(f"http://127.0.0.1:{port}/") == VerdictAnswered(200)
    assert ended.wait(PATIENCE)


def reset(line: socket.socket) -> None:
    request_on(line)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


@pytest.mark.parametrize(
    ("talk", "network"),
    [
        pytest.param(lambda line: line.close(), Network.RESET, id="closed at once"),
        pytest.param(lambda line: request_on(line), Network.RESET, id="no answer"),
        pytest.param(reset, Network.RESET, id="reset"),
        pytest.param(answering(OK[:20]), Network.RESET, id="half an answer"),
        pytest.param(
            answering(b"SSH-2.0-OpenSSH\r\n"), Network.PROTOCOL, id="another protocol"
        ),
        pytest.param(
            answering(b"HTTP/1.1 ?\r\n\r\n"), Network.PROTOCOL, id="no status"
        ),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\na\0b: c\r\n\r\n"),
            Network.PROTOCOL,
            id="no header",
        ),
        pytest.param(
            answering(b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000),
            Network.PROTOCOL,
            id="a head without end",
        ),
    ],
)
def test_an_answer_that_is_none_has_its_kind(
    caller: Caller, serve: Callable[[Talk], int], talk: Talk, network: Network
) -> None:
    port = serve(talk)
    verdict = caller.http(f"http://127.0.0.1:{port}/")
    assert verdict == VerdictUnreached(network)
    assert caller.records.get(timeout=PATIENCE).level is Level.WARNING


def test_a_server_that_speaks_first_is_known_before_it_closes(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    release = threading.Event()

    def talk(line: socket.socket) -> None:
        line.sendall(b"SSH-2.0-OpenSSH\r\n")
        release.wait(PATIENCE)

    port = serve(talk)
    verdict = caller.http(f"http://127.0.0.1:{port}/")
    release.set()
    assert verdict == VerdictUnreached(Network.PROTOCOL)
    assert caller.records.get(timeout=PATIENCE) == LogRecord(
        Level.WARNING,
        "probe \"web\": the answer begins with b'SSH-2'",
        [("probe", "web"), ("error", "the answer begins with b'SSH-2'")],
    )


@pytest.mark.parametrize(
    "header",
    [("a b", "c"), ("", "c"), ("a", "\u20ac"), ("Content-Length", "5")],
)
def test_a_header_that_cannot_be_sent_fails_the_check_and_not_the_thread(
    caller: Caller, serve: Callable[[Talk], int], header: tuple[str, str]
) -> None:
    port = serve(answering(OK))
    verdict = caller.http(f"http://127.0.0.1:{port}/", headers=[header])
    assert verdict == VerdictUnreached(Network.PROTOCOL)


def test_nobody_there_is_refused(caller: Caller, refused_port: int) -> None:
    refused = VerdictUnreached(Network.REFUSED)
    assert caller.tcp("127.0.0.1", refused_port) == refused
    assert caller.http(f"http://127.0.0.1:{refused_port}/") == refused
    assert caller.call(f"http://127.0.0.1:{refused_port}/", "POST") == refused


@pytest.mark.parametrize(
    "host", ["nonexistent.invalid", "a..b", "x" * 64 + ".example", "a\0b"]
)
def test_a_name_that_does_not_resolve_is_no_such_host(
    caller: Caller, host: str
) -> None:
    assert caller.tcp(host, 80) == VerdictUnreached(Network.NO_SUCH_HOST)


def test_a_connection_that_opens_passes(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    port = serve(lambda line: None)
    assert caller.tcp("127.0.0.1", port) == VerdictPassed()


def test_each_address_of_a_host_is_tried(
    caller: Caller,
    serve: Callable[[Talk], int],
    refused_port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = serve(lambda line: None)
    tcp = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    found = [(*tcp, ("127.0.0.1", refused_port)), (*tcp, ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert caller.tcp("two.example", port) == VerdictPassed()
    found.pop()
    assert caller.tcp("one.example", port) == VerdictUnreached(Network.REFUSED)


def test_a_default_timeout_of_the_application_is_not_used(
    serve: Callable[[Talk], int],
) -> None:
    port = serve(lambda line: None)
    socket.setdefaulttimeout(5)
    try:
        with Dialer() as dialer:
            assert dialer.dial("127.0.0.1", port).gettimeout() is None
    finally:
        socket.setdefaulttimeout(None)


@pytest.mark.parametrize("by", ["cancel", "close"])
def test_an_answer_that_does_not_come_can_be_cancelled(
    caller: Caller, serve: Callable[[Talk], int], by: str
) -> None:
    asked, ended = threading.Event(), threading.Event()

    def talk(line: socket.socket) -> None:
        request_on(line)
        asked.set()
        line.recv(1)  # returns when the other side has gone
        ended.set()

    port = serve(talk)
    check = CheckHttp(HttpCheck(f"http://127.0.0.1:{port}/", False, (), (), Schedule()))
    cancel, verdict = caller.run(check)
    assert asked.wait(PATIENCE)
    if by == "cancel":
        cancel()
        cancel()
    else:
        caller.outbound.close()
    assert isinstance(verdict(), VerdictUnreached)
    assert ended.wait(PATIENCE)
    assert caller.records.empty()
    cancel()


def test_a_handshake_that_does_not_come_can_be_cancelled(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    asked, release = threading.Event(), threading.Event()

    def talk(line: socket.socket) -> None:
        line.recv(1)
        asked.set()
        release.wait(PATIENCE)

    port = serve(talk)
    url = f"https://127.0.0.1:{port}/"
    cancel, verdict = caller.run(CheckHttp(HttpCheck(url, False, (), (), Schedule())))
    assert asked.wait(PATIENCE)
    cancel()
    assert isinstance(verdict(), VerdictUnreached)
    release.set()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it opens or is refused")
def test_a_connection_that_does_not_open_can_be_cancelled(caller: Caller) -> None:
    # Linux drops the first packets of those that a full backlog has no room for.
    with ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        check = CheckTcp(TcpCheck("127.0.0.1", port_of(full), Schedule()))
        cancel, verdict = caller.run(check)
        [dialer] = caller.outbound._under_way
        while not is_connecting(dialer):
            threading.Event().wait(0.001)
        cancel()
        assert verdict() == VerdictUnreached(Network.RESET)


def is_connecting(dialer: Dialer) -> bool:
    """Whether its socket has begun to connect."""
    with dialer._lock:
        line = dialer._socket
        return line is not None and line.getsockname()[1] != 0


def test_what_is_cancelled_before_it_begins_connects_to_nobody(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    seen = threading.Event()
    port = serve(lambda line: seen.set())
    dialer = Dialer()
    dialer.hang_up()
    with dialer, pytest.raises(ConnectionAbortedError):
        dialer.dial("127.0.0.1", port)
    assert not seen.is_set()


def test_a_failure_is_logged_once_until_its_text_changes_or_it_passes(
    caller: Caller, serve: Callable[[Talk], int], refused_port: int
) -> None:
    def texts() -> list[str]:
        found = []
        while not caller.records.empty():
            found.append(dict(caller.records.get().fields)["error"])
        return found

    refused = os.strerror(errno.ECONNREFUSED)
    for _ in range(3):
        caller.tcp("127.0.0.1", refused_port)
    assert [refused in text for text in texts()] == [True]
    caller.tcp("nonexistent.invalid", 80)
    assert len(texts()) == 1
    caller.tcp("nonexistent.invalid", 80)
    caller.tcp("127.0.0.1", serve(lambda line: None))
    assert texts() == []
    caller.tcp("nonexistent.invalid", 80)
    caller.outbound.forget(1)
    caller.tcp("nonexistent.invalid", 80)
    assert len(texts()) == 2
    caller.call(f"http://127.0.0.1:{refused_port}/", "GET")
    record = caller.records.get_nowait()
    assert record.message.startswith('hook "tell": ')
    assert refused in record.message
    assert record.fields[0] == ("hook", "tell")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself; its key is in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "made.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(folder / "key"), "-out", str(folder / "certificate")]
    subprocess.run(
        ["openssl", "req", "-x509", *key, *subject, *files, "-days", "2"],
        check=True,
        capture_output=True,
    )
    made.write_text((folder / "key").read_text() + (folder / "certificate").read_text())
    return made


@pytest.fixture
def tls_port(serve: Callable[[Talk], int], certificate: Path) -> int:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as secured:
            answering(OK)(secured)

    return serve(talk)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    caller: Caller, tls_port: int
) -> None:
    verdict = caller.http(f"https://127.0.0.1:{tls_port}/")
    assert verdict == VerdictUnreached(Network.TLS)
    assert "self-signed" in caller.records.get(timeout=PATIENCE).message


def test_a_certificate_of_a_known_authority_is_accepted(
    caller: Caller, tls_port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = f"https://127.0.0.1:{tls_port}/"
    assert caller.http(url) == VerdictAnswered(200)


def test_a_certificate_of_another_host_is_refused(
    caller: Caller, tls_port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    verdict = caller.http(f"https://localhost:{tls_port}/")
    assert verdict == VerdictUnreached(Network.TLS)


def test_tls_to_a_server_without_it_fails(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    def talk(line: socket.socket) -> None:
        line.sendall(b"SSH-2.0-OpenSSH\r\n")
        line.recv(4096)

    verdict = caller.http(f"https://127.0.0.1:{serve(talk)}/")
    assert verdict == VerdictUnreached(Network.TLS)


def test_a_peer_that_leaves_the_handshake_has_reset_it(
    caller: Caller, serve: Callable[[Talk], int]
) -> None:
    def talk(line: socket.socket) -> None:
        line.recv(4096)

    verdict = caller.http(f"https://127.0.0.1:{serve(talk)}/")
    assert verdict == VerdictUnreached(Network.RESET)


@pytest.mark.parametrize(
    ("error", "network"),
    [
        (OSError(errno.EHOSTUNREACH, ""), Network.UNREACHABLE),
        (OSError(errno.ENETUNREACH, ""), Network.UNREACHABLE),
        (OSError(errno.EACCES, ""), Network.UNREACHABLE),
        (OSError(errno.EPERM, ""), Network.UNREACHABLE),
        (OSError(errno.EADDRNOTAVAIL, ""), Network.UNREACHABLE),
        (OSError(errno.ETIMEDOUT, ""), Network.TIMED_OUT),
        (OSError(errno.EPIPE, ""), Network.RESET),
        (OSError(errno.ECONNABORTED, ""), Network.RESET),
        (socket.gaierror(socket.EAI_AGAIN, ""), Network.NO_SUCH_HOST),
        (ssl.SSLError(1, ""), Network.TLS),  # whose 1 is not EPERM
        (h11.RemoteProtocolError(""), Network.PROTOCOL),
        (OSError(errno.EMFILE, ""), Network.PROTOCOL),
    ],
)
def test_each_error_has_its_kind(error: Exception, network: Network) -> None:
    assert network_of(error) is network
