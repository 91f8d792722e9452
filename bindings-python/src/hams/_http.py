"""HTTP as bytes: a head read into a request, an answer written.

No sockets here, and nothing of health. h11 parses. What it lets pass and HTTP/1.1 does
not is refused here, so that nobody in front of this server can have understood another
request than it did. Bodies are never read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

import h11

from ._generated.hams import Method, Reply, Request, Response

MOST_HEAD_BYTES = 16_384
"""Above 8 KiB, so that a target over 8 KiB reaches the core, which answers 414."""
MOST_FIELDS = 100
CLOSE = "Connection: close\r\n"
KEEP_ALIVE = "Connection: keep-alive\r\n"

_METHODS = {
    b"GET": Method.GET,
    b"HEAD": Method.HEAD,
    b"POST": Method.POST,
    b"PUT": Method.OTHER,
    b"DELETE": Method.OTHER,
    b"CONNECT": Method.OTHER,
    b"OPTIONS": Method.OTHER,
    b"TRACE": Method.OTHER,
    b"PATCH": Method.OTHER,
}

_NO_HTTP = re.compile(
    rb"""[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]  # a control character
    | \r(?!\n) | (?<!\r)\n                 # half a line end
    | \n[ \t]                              # a folded field
    | \n(?i:content-length):(?![ \t]*[0-9]{1,18}[ \t]*\r)  # no length of 64 bits
    """,
    re.VERBOSE,
)

_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Responder(Protocol):
    """Who has the answers."""

    @property
    def standard_headers(self) -> Sequence[tuple[str, str]]:
        """Fields of every answer."""

    def respond(self, request: Request) -> Reply:
        """Answers, or gives a ticket for an answer that is owed.

        Called on a loop: it neither blocks nor raises.
        """

    def owe(self, ticket: int, answer: Callable[[Response], None]) -> None:
        """Takes what the answer for a ticket is given to, once, from any thread."""


@dataclass(slots=True)
class Head:
    """What a head asks for."""

    request: Request
    last: bool
    """The connection ends with the answer."""
    connection: str
    """The field that tells so, as a whole line, or nothing."""


class NoRequestError(Exception):
    """No request: to be answered in the server's own words, with `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def read_head(head: bytes, loopback: bool) -> Head:
    """Reads a head, its empty line included, that came from this host or not.

    Raises:
        NoRequestError: It is none of HTTP/1.0 or HTTP/1.1, or one that is not served.
    """
    event = _parse(head)
    version = event.http_version
    if version not in (b"1.0", b"1.1"):
        raise NoRequestError(505)
    method = _METHODS.get(event.method)
    if method is None:
        raise NoRequestError(501)
    values: dict[bytes, bytes] = {}
    for name, value in event.headers:
        values[name] = values[name] + b", " + value if name in values else value
    coded = b"transfer-encoding" in values
    if coded and (version == b"1.0" or b"content-length" in values):
        raise NoRequestError(400)
    if values.get(b"expect", b"100-continue").lower() != b"100-continue":
        raise NoRequestError(417)
    target = event.target.decode("ascii")
    secret = "/hams/shutdown" in target
    has_body = coded or values.get(b"content-length", b"").strip(b"0") != b""
    last = (
        has_body
        or event.method == b"CONNECT"
        or not _persists(version, values.get(b"connection", b""))
    )
    request = Request(
        method=method,
        target=target,
        accept=_text(values.get(b"accept")),
        authorization=_text(values.get(b"authorization")) if secret else None,
        loopback=loopback,
    )
    if last:
        return Head(request, last, CLOSE)
    return Head(request, last, KEEP_ALIVE if version == b"1.0" else "")


def fields(pairs: Sequence[tuple[str, str]]) -> str:
    """Fields as whole lines."""
    return "".join([f"{name}: {value}\r\n" for name, value in pairs])


def answer(response: Response, more: str, *, head_only: bool) -> bytes:
    """The bytes of an answer; `more`: further fields as whole lines."""
    body = response.body
    own = fields(response.headers) if response.headers else ""
    head = (
        f"HTTP/1.1 {status_text(response.status)}\r\n"
        f"Content-Type: {response.content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"{more}{own}\r\n"
    ).encode("latin-1")
    return head if head_only else head + body


def refusal(status: int) -> Response:
    """The answer to what is no request, in the server's own words."""
    body = f"{_REASONS[status]}\n".encode()
    return Response(status, "text/plain; charset=utf-8", (), body)


def status_text(status: int) -> str:
    """The status and its reason, such as `404 Not Found`."""
    return f"{status} {_REASONS.get(status, '')}"


def is_loopback(address: str | None) -> bool:
    """The peer is this host: 127.0.0.0/8, ::1, ::ffff:127.0.0.0/104."""
    if address is None:
        return False
    return address == "::1" or address.startswith(("127.", "::ffff:127."))


def _parse(head: bytes) -> h11.Request:
    """Parses one head, with a parser of its own.

    How the connection goes on is ours; told of it, h11 would cost three times as much.
    """
    lines = head.count(b"\n") - 2  # without the request line and the empty one
    if lines > MOST_FIELDS or _NO_HTTP.search(head):
        raise NoRequestError(400)
    parser = h11.Connection(h11.SERVER)
    parser.receive_data(head)
    try:
        event = parser.next_event()
    except h11.RemoteProtocolError as error:
        raise NoRequestError(error.error_status_hint) from error
    if not isinstance(event, h11.Request):
        raise NoRequestError(400)
    if lines != len(event.headers):  # It drops a repeated Content-Length.
        raise NoRequestError(400)
    return event


def _persists(version: bytes, connection: bytes) -> bool:
    """HTTP/1.1 goes on unless told otherwise, HTTP/1.0 only if asked to."""
    options = [option.strip() for option in connection.lower().split(b",")]
    return b"close" not in options and (version == b"1.1" or b"keep-alive" in options)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
