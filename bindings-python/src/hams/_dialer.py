"""Opens connections in one thread, which another thread may break off."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import socket
import ssl
import threading

# What a connection that is under way says, on POSIX and on Windows.
_UNDER_WAY = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK})


class Dialer:
    """One connection at a time. A context manager: leaving it closes the newest.

    `hang_up` may be called from any thread, the rest from one.
    """

    def __init__(self) -> None:
        # Held when the socket is exchanged, closed or shut down, so that a descriptor
        # that the system has given to somebody else is never shut down.
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._hung_up = False

    @property
    def is_hung_up(self) -> bool:
        """Whether somebody has broken it off; errors mean nothing then."""
        return self._hung_up

    def dial(self, host: str, port: int) -> socket.socket:
        """Connects to the first address of the host that lets it, without a timeout.

        Raises:
            OSError: That of the last address that was tried, or of the name.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except ValueError as error:  # a label too long or empty, a NUL
            raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
        failure = OSError(f"{host} has no address")
        for family, kind, protocol, _, address in found:
            try:
                line = socket.socket(family, kind, protocol)
                self._hold(line)
                self._connect(line, address)
                return line
            except OSError as error:
                failure = error
        try:
            raise failure
        finally:
            del failure  # which would hold its own traceback

    def secure(self, context: ssl.SSLContext, host: str) -> socket.socket:
        """Speaks TLS on the connection that is open, to a host of this name.

        Raises:
            OSError: Among others an SSLError: the handshake or the certificate failed.
        """
        assert self._socket is not None, "dial comes first"
        line = context.wrap_socket(
            self._socket, server_hostname=host, do_handshake_on_connect=False
        )
        self._hold(line)
        line.do_handshake()
        return line

    def hang_up(self) -> None:
        """Wakes the thread that waits for the connection; it cannot dial again."""
        with self._lock:
            self._hung_up = True
            if self._socket is not None:
                _shut_down(self._socket)

    def __enter__(self) -> Dialer:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._release()

    def _connect(self, line: socket.socket, address: object) -> None:
        line.setblocking(False)
        with self._lock:
            self._refuse_when_hung_up()
            # Under way before the lock is free: only then does a shutdown end it.
            code = line.connect_ex(address)  # type: ignore[arg-type]
        if code in _UNDER_WAY:
            with selectors.DefaultSelector() as selector:
                selector.register(line, selectors.EVENT_WRITE)
                selector.select()
            self._refuse_when_hung_up()
            code = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code != 0:
            raise OSError(code, os.strerror(code))
        # No timeout, whatever default the application has set.
        line.setblocking(True)

    def _hold(self, line: socket.socket) -> None:
        with self._lock:
            self._release()
            self._socket = line
            self._refuse_when_hung_up()

    def _refuse_when_hung_up(self) -> None:
        if self._hung_up:
            raise ConnectionAbortedError("cancelled")

    def _release(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _shut_down(line: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed by the peer, or not yet connecting
        # Not that of an SSLSocket, which takes its state away from the thread in it.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
