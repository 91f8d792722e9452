"""The health server: listens, and keeps the connections. Knows nothing of health."""

from __future__ import annotations

import asyncio
import errno
import socket
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from ._connection import Connection
from ._errors import ListenError
from ._http import Responder, fields

MOST_CONNECTIONS = 512
"""One more is accepted and closed at once, so that its client knows."""
CLOSING_SECONDS = 1.0
"""How long what is owed may take to be written when the server closes."""
SWEEP_SECONDS = 0.25
"""How often the deadlines of connections are checked."""

Accepting: TypeAlias = "asyncio.Task[tuple[asyncio.Transport, Connection]]"


@dataclass(frozen=True)
class Address:
    """Where a server listens."""

    address: str
    port: int


class Server:
    """Answers requests with what a responder says. Serves once."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self._socket: socket.socket | None = None
        self._standard = ""
        self._accepting: set[Accepting] = set()
        self._connections: set[Connection] = set()
        self._sweeps = False
        self._closing = False
        self._all_gone: asyncio.Event | None = None

    def bind(self, address: str, port: int) -> Address:
        """Takes the port; in any thread, without a loop.

        Args:
            address: Empty: all interfaces, IPv6 and IPv4 alike where the machine has
                both.
            port: 0: any that is free.

        Raises:
            ListenError: The address cannot be listened on.
        """
        try:
            self._socket = _listen(address, port)
            self._socket.setblocking(False)
        except (OSError, UnicodeError) as error:
            raise ListenError(address, port, _system_code(error)) from error
        at = self._socket.getsockname()
        return Address(at[0], at[1])

    def serve(self) -> None:
        """Begins to accept; on the loop, after `bind`."""
        self._standard = fields(self._responder.standard_headers)
        self._accept_on()

    async def close(self, owed: int) -> None:
        """Accepts no more and ends all connections, on the loop.

        Args:
            owed: How many answers are still to come. They have a second, as has what is
                being written; then everything is cut.
        """
        self._closing = True
        self._accept_off()
        self.abandon()
        if self._accepting:
            await asyncio.wait(self._accepting)
        for connection in list(self._connections):
            connection.close(wait=owed > 0)
        if not await self._gone_within(CLOSING_SECONDS):
            for connection in list(self._connections):
                connection.cut()
            await self._gone_within(CLOSING_SECONDS)

    def abandon(self) -> None:
        """Lets go of the port without a loop: in a forked child, or a refused start."""
        if self._socket is not None:
            self._socket.close()

    def _accept_on(self) -> None:
        if self._socket is not None and not self._closing:
            loop = asyncio.get_running_loop()
            loop.add_reader(self._socket, self._accept, loop, self._socket)

    def _accept_off(self) -> None:
        if self._socket is not None and self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket)

    def _accept(
        self, loop: asyncio.AbstractEventLoop, listening: socket.socket
    ) -> None:
        # create_server() would log an error for a client that comes as it closes.
        try:
            client, _ = listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # The client has left.
        except OSError:
            # No descriptor is free, say: asked at once, it would be so again.
            self._accept_off()
            loop.call_later(SWEEP_SECONDS, self._accept_on)
            return
        if len(self._connections) >= MOST_CONNECTIONS:
            client.close()
            return
        client.setblocking(False)
        connection = Connection(self._responder, self._standard, self._release)
        self._connections.add(connection)
        accepting = loop.create_task(
            loop.connect_accepted_socket(lambda: connection, client)
        )
        self._accepting.add(accepting)
        accepting.add_done_callback(partial(self._accepted, connection))
        if not self._sweeps:
            self._sweeps = True
            self._sweep_later()

    def _accepted(self, connection: Connection, accepting: Accepting) -> None:
        self._accepting.discard(accepting)
        if accepting.cancelled() or accepting.exception() is not None:
            self._release(connection)

    def _release(self, connection: Connection) -> None:
        self._connections.discard(connection)
        if self._all_gone is not None and not self._connections:
            self._all_gone.set()

    def _sweep_later(self) -> None:
        asyncio.get_running_loop().call_later(SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        """Cuts who is over its deadline; goes on while there are connections."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        overdue = [each for each in self._connections if each.deadline <= now]
        if overdue:
            # One a turn: each lets go of the interpreter, which a busy application then
            # keeps for 5 ms, several times. Others are answered in between.
            overdue[0].cut()
            loop.call_soon(self._sweep)
        elif self._connections:
            self._sweep_later()
        else:
            self._sweeps = False

    async def _gone_within(self, seconds: float) -> bool:
        if self._connections:
            self._all_gone = asyncio.Event()
            try:
                await asyncio.wait_for(self._all_gone.wait(), seconds)
            except asyncio.TimeoutError:
                return False
        return True


def _listen(address: str, port: int) -> socket.socket:
    if address != "":
        return _listen_on(address, port)
    if socket.has_dualstack_ipv6():
        try:
            return _listen_on("::", port)
        except OSError as error:
            # Dual-stack by its build, but without an IPv6 address.
            if error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
                raise
    return _listen_on("0.0.0.0", port)


def _listen_on(address: str, port: int) -> socket.socket:
    family, _, _, _, at = socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    both = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
    return socket.create_server(
        at, family=family, backlog=MOST_CONNECTIONS, dualstack_ipv6=both
    )


def _system_code(error: OSError | UnicodeError) -> str:
    """The system's own word for it, such as `EADDRINUSE` or `EAI_NONAME`."""
    if isinstance(error, UnicodeError):
        return "EAI_NONAME"  # No name that could be looked up.
    if isinstance(error, socket.gaierror):
        for name in dir(socket):
            if name.startswith("EAI_") and getattr(socket, name) == error.errno:
                return name
    return errno.errorcode.get(error.errno or 0, str(error))
