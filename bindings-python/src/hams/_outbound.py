"""The checks and hooks that HaMS makes itself: an HTTP request, a TCP connection.

Each has a connection of its own: that one can still be made is half of the check.
Proxies that the environment names are not used: the check is of the service, not of
the way out. A run ends when it is cancelled and has no timeout here: the core says
when one has taken too long, whatever its timeout is.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import h11

from ._dialer import Dialer
from ._generated.hams import (
    CheckHttp,
    CheckTcp,
    HttpCall,
    Level,
    LogRecord,
    Verdict,
    VerdictAnswered,
    VerdictPassed,
    VerdictUnreached,
)
from ._network import network_of
from ._results import message_of
from ._workers import Workers

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_READ_BYTES = 16_384
_START = b"HTTP/"
_SWITCHED = 101

# Every character that RFC 3986 lets stand in a path and query, and the sign that
# says that one has been encoded already.
_TARGET_CHARACTERS = "/?:@-._~!$&'()*+,;=%"


class Outbound:
    """Makes them, on the workers. All methods are thread-safe and return at once."""

    def __init__(self, log: Callable[[LogRecord], None], workers: Workers) -> None:
        self._log = log
        self._workers = workers
        # What was last logged of a probe: each failure once, and not at every run.
        self._logged: dict[int, str] = {}
        self._under_way: set[Dialer] = set()
        self._context: ssl.SSLContext | None = None
        self._context_lock = threading.Lock()

    def check(
        self,
        probe: int,
        name: str,
        check: CheckHttp | CheckTcp,
        done: Callable[[Verdict], None],
    ) -> Callable[[], None]:
        """Runs a check; `done` is called exactly once, from a worker's thread.

        Returns:
            What ends it early, from any thread; `done` is still called. Only the
            resolving of a name cannot be cut short: its thread comes back when the
            system's resolver gives up.
        """

        def run(dialer: Dialer) -> Verdict:
            if isinstance(check, CheckHttp):
                verdict = self._request(dialer, _request_of(check))
            else:
                dialer.dial(check.value.host, check.value.port)
                verdict = VerdictPassed()
            self._logged.pop(probe, None)
            return verdict

        def failed(text: str) -> None:
            if self._logged.get(probe) != text:
                self._logged[probe] = text
                self._warn("probe", name, text)

        return self._begin(run, failed, done)

    def call(
        self, name: str, call: HttpCall, done: Callable[[Verdict], None]
    ) -> Callable[[], None]:
        """Runs one attempt of an HTTP hook; as `check`."""
        # Another method may not be repeated elsewhere without the caller's knowledge.
        follows = call.method in ("GET", "HEAD")
        request = _Request(call.method, urlsplit(call.url), call.headers, follows)
        return self._begin(
            lambda dialer: self._request(dialer, request),
            lambda text: self._warn("hook", name, text),
            done,
        )

    def forget(self, probe: int) -> None:
        """The probe is gone."""
        self._logged.pop(probe, None)

    def close(self) -> None:
        """Ends what is under way; `done` is still called, and nobody waits for it."""
        for dialer in self._under_way.copy():
            dialer.hang_up()

    def _begin(
        self,
        run: Callable[[Dialer], Verdict],
        failed: Callable[[str], None],
        done: Callable[[Verdict], None],
    ) -> Callable[[], None]:
        dialer = Dialer()
        self._under_way.add(dialer)

        def task() -> None:
            verdict: Verdict
            try:
                with dialer:
                    verdict = run(dialer)
            except Exception as error:
                verdict = VerdictUnreached(network_of(error))
                if not dialer.is_hung_up:
                    failed(message_of(error))
            finally:
                self._under_way.discard(dialer)
            done(verdict)

        self._workers.submit(task)
        return dialer.hang_up

    def _request(self, dialer: Dialer, request: _Request) -> Verdict:
        for _ in range(1 + MOST_REDIRECTS):
            status, locations = self._exchange(dialer, request)
            if not request.follows or status not in _REDIRECTS:
                break
            url = _same_origin(request.url, locations)
            if url is None:
                break
            request = replace(request, url=url)
        return VerdictAnswered(status)

    def _exchange(self, dialer: Dialer, request: _Request) -> tuple[int, list[bytes]]:
        """Sends the request; its answer's status, and where it says to go instead."""
        url = request.url
        host, port = _origin(url)[1:]
        line = dialer.dial(host, port)
        if url.scheme == "https":
            line = dialer.secure(self._trust(), host)
        connection = h11.Connection(h11.CLIENT)
        head = connection.send(request.head())
        end = connection.send(h11.EndOfMessage())
        line.sendall((head or b"") + (end or b""))
        while not isinstance(answer := connection.next_event(), h11.Response):
            if answer is h11.NEED_DATA:
                _receive(line, connection)
            elif connection.their_state is h11.SWITCHED_PROTOCOL:
                return _SWITCHED, []
        # Its body is left unread, however long.
        found = [value for name, value in answer.headers if name == b"location"]
        return answer.status_code, found

    def _trust(self) -> ssl.SSLContext:
        """Made when first needed: reading the authorities takes its time."""
        with self._context_lock:
            if self._context is None:
                self._context = ssl.create_default_context()
            return self._context

    def _warn(self, kind: str, name: str, text: str) -> None:
        fields = [(kind, name), ("error", text)]
        self._log(LogRecord(Level.WARNING, f'{kind} "{name}": {text}', fields))


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: SplitResult
    headers: Sequence[tuple[str, str]]
    follows: bool
    """Whether it goes where a redirect says."""

    def head(self) -> h11.Request:
        """As given, and what is needed to be understood, unless that is given too."""
        given = [(name, value.strip(" \t")) for name, value in self.headers]
        names = {name.lower() for name, _ in given}
        added = [("Host", _authority(self.url)), ("Connection", "close")]
        if self.method in ("POST", "PUT", "PATCH"):
            added.append(("Content-Length", "0"))
        headers = [pair for pair in added if pair[0].lower() not in names] + given
        return h11.Request(
            method=self.method,
            target=_target(self.url),
            headers=[
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in headers
            ],
        )


def _request_of(check: CheckHttp) -> _Request:
    http = check.value
    method = "HEAD" if http.head else "GET"
    return _Request(method, urlsplit(http.url), http.headers, not http.expect)


def _same_origin(origin: SplitResult, locations: list[bytes]) -> SplitResult | None:
    """Where a redirect leads, if that is the same scheme, host and port."""
    if len(locations) != 1:
        return None
    location = locations[0].decode("utf-8", "surrogateescape")
    try:
        url = urlsplit(urljoin(origin.geturl(), location))
        is_same = _origin(url) == _origin(origin)
    except ValueError:  # no URL
        return None
    return url if is_same and "@" not in url.netloc else None


def _origin(url: SplitResult) -> tuple[str, str, int]:
    port = _PORTS.get(url.scheme, 0) if url.port is None else url.port
    return url.scheme, url.hostname or "", port


def _authority(url: SplitResult) -> str:
    scheme, host, port = _origin(url)
    shown = f"[{host}]" if ":" in host else host
    return shown if port == _PORTS[scheme] else f"{shown}:{port}"


def _target(url: SplitResult) -> str:
    text = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
    return quote(text, safe=_TARGET_CHARACTERS, errors="surrogateescape")


def _receive(line: socket.socket, connection: h11.Connection) -> None:
    data = line.recv(_READ_BYTES)
    if not data:
        raise ConnectionResetError("the connection was closed without an answer")
    connection.receive_data(data)
    # Said at once: h11 waits for the end of a head, and an SSH server for its client.
    start = connection.trailing_data[0][: len(_START)]
    if not _START.startswith(start):
        raise h11.RemoteProtocolError(f"the answer begins with {start!r}")
