"""A client's connection: its requests answered in turn, in bounded time and memory.

- A head has 5 s, counted from the acceptance of the connection and then from the first
  byte of each further one; otherwise silent clients would shut the port.
- One request is under way at a time. Behind an answer that is owed, or that the client
  does not read, requests wait.
- After the last answer the connection is half-closed, and what still comes is dropped
  for a second. Closed at once with bytes unread, the system would reset it, and the
  answer might never be seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from ._generated.hams import Method, ReplyNow, Response
from ._http import (
    CLOSE,
    MOST_HEAD_BYTES,
    Head,
    NoRequestError,
    Responder,
    answer,
    is_loopback,
    read_head,
    refusal,
)

HEAD_SECONDS = 5.0
IDLE_SECONDS = 30.0
LINGER_SECONDS = 1.0
MOST_UNREAD_BYTES = 65_536
"""Of answers that the client does not read; with more, no request of its is served."""
MOST_A_TURN = 60
"""Requests of one client before the others have their turn: about a millisecond."""
MOST_BEHIND_BYTES = 32_768
"""Behind an owed answer, about a thousand requests: more are no client but a flood."""

_NEVER = float("inf")


class Connection(asyncio.Protocol):
    """One client. Used on the loop alone."""

    deadline = _NEVER
    """When it is to be cut, in the loop's time."""

    def __init__(
        self,
        responder: Responder,
        standard: str,
        gone: Callable[[Connection], None],
    ) -> None:
        """`standard`: fields of every answer, as lines; `gone`: called at its end."""
        self._responder = responder
        self._standard = standard
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._loopback = False
        self._received = bytearray()
        self._in_head = True
        """The deadline is that of a head."""
        self._owed = False
        self._unread = False
        """The client does not read its answers."""
        self._closing = False
        """The server closes: the answer under way is the last."""
        self._dropping = False
        """The last answer is given."""
        self._input_ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        # A peer that is gone already has no name.
        peer = transport.get_extra_info("peername")
        self._loopback = is_loopback(peer[0] if peer else None)
        self._transport.set_write_buffer_limits(high=MOST_UNREAD_BYTES)
        self.deadline = self._loop.time() + HEAD_SECONDS

    def connection_lost(self, error: Exception | None) -> None:
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        if self._dropping:
            return
        if not self._in_head:
            self._in_head = True
            if not self._owed:
                self.deadline = self._loop.time() + HEAD_SECONDS
        self._received += data
        self._serve()

    def eof_received(self) -> bool:
        if self._dropping:
            return False
        self._input_ended = True
        self._serve()
        return True  # What is owed can still be answered.

    def pause_writing(self) -> None:
        self._unread = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._unread = False
        if self._dropping:
            self.deadline = self._loop.time() + LINGER_SECONDS
        else:
            self._serve()

    def close(self, *, wait: bool) -> None:
        """Ends it after what is being written or, if told to wait, what is owed."""
        self._closing = True
        if not (self._owed and wait) and not self._dropping:
            self._transport.close()

    def cut(self) -> None:
        """Ends it, whatever is under way."""
        self._transport.abort()

    def _serve(self) -> None:
        """Answers what has come, or a part of it and the rest in a later turn."""
        for _ in range(MOST_A_TURN):
            if self._transport.is_closing() or self._dropping or self._unread:
                return
            if self._owed:
                if len(self._received) > MOST_BEHIND_BYTES:
                    self.cut()
                return
            try:
                head = self._next_head()
                if head is None:
                    self._transport.resume_reading()
                    return
                self._respond(read_head(head, self._loopback))
            except NoRequestError as error:
                self._write(refusal(error.status), CLOSE, head_only=False, last=True)
        self._transport.pause_reading()
        self._loop.call_soon(self._serve)

    def _next_head(self) -> bytes | None:
        """Takes a whole head out of what was received, if there is one."""
        received = self._received
        if received.startswith(b"\r\n"):  # An empty line before a request is none.
            del received[:2]
        if received and received[0] <= 0x20 and received != b"\r":
            # TLS, for one, which has no line ends to wait for.
            raise NoRequestError(400)
        end = received.find(b"\r\n\r\n") + 4
        if end > MOST_HEAD_BYTES or (end < 4 and len(received) > MOST_HEAD_BYTES):
            raise NoRequestError(431)
        if end >= 4:
            head = bytes(received[:end])
            del received[:end]
            return head
        if self._input_ended:
            if received:
                raise NoRequestError(400)
            self._transport.close()
        return None

    def _respond(self, head: Head) -> None:
        reply = self._responder.respond(head.request)
        if isinstance(reply, ReplyNow):
            self._answer(head, reply.value)
            return
        self._owed = True
        self.deadline = _NEVER

        def answer_owed(response: Response) -> None:
            # The loop may be closed by then, and so is the connection.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._settle, head, response)

        self._responder.owe(reply.value, answer_owed)

    def _settle(self, head: Head, response: Response) -> None:
        self._owed = False
        if self._transport.is_closing():
            return
        self._answer(head, response)
        self._serve()

    def _answer(self, head: Head, response: Response) -> None:
        head_only = head.request.method is Method.HEAD
        last = head.last or self._closing
        connection = CLOSE if last else head.connection
        self._write(response, connection, head_only=head_only, last=last)

    def _write(
        self, response: Response, connection: str, *, head_only: bool, last: bool
    ) -> None:
        # One write, so that a short answer is one packet.
        more = self._standard + connection
        self._transport.write(answer(response, more, head_only=head_only))
        if last:
            self._end()
        else:
            self._in_head = bool(self._received)
            patience = HEAD_SECONDS if self._in_head else IDLE_SECONDS
            self.deadline = self._loop.time() + patience

    def _end(self) -> None:
        """Sends no more, and drops what comes."""
        self._dropping = True
        self._received.clear()
        patience = IDLE_SECONDS if self._unread else LINGER_SECONDS
        self.deadline = self._loop.time() + patience
        if self._input_ended:
            self._transport.close()
            return
        self._transport.resume_reading()
        try:
            self._transport.write_eof()
        except OSError:
            self._transport.abort()  # The client is gone.
