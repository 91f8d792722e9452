"""A pipe into which every signal is written the moment it comes.

Python runs a signal handler in the main thread, between two instructions. While that
thread sits in a C call which begins again when a signal interrupts it (a database
driver's, say), or computes inside one, no handler runs. What does run at once is
CPython's own C handler, in whichever thread the system chose, and that one writes the
signal's number into the *wakeup descriptor*. Ours is one end of a socket pair; the
health thread reads the other.

There is one such descriptor a process. One that was there before ours (asyncio's, a
gunicorn worker's) is handed every byte, also those of signals that are not ours, and is
put back at the end.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress

FROM_HANDLER = 0x80
"""Marks a byte that a Python handler wrote. Signals are numbered below it."""


class Wakeup:
    """Where signals are heard: their numbers, in the order they came."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._number = self._writer.fileno()
        self._before = -1
        self._copy: _Copy | None = None

    def install(self) -> None:
        """Takes the place of the wakeup descriptor that is there. Main thread."""
        # More signals than the buffer holds mean that the health thread is stuck; a
        # warning on standard error for each of them helps nobody.
        self._before = signal.set_wakeup_fd(self._number, warn_on_full_buffer=False)
        if self._before != -1:
            self._copy = _Copy(self._before)

    def fileno(self) -> int:
        """What to wait on until there is something to read."""
        return self._reader.fileno()

    def tell(self, number: int) -> None:
        """Writes a signal from its Python handler: no lock, no waiting."""
        with suppress(OSError):
            self._writer.send(bytes((number | FROM_HANDLER,)))

    def read(self) -> bytes:
        """What has come, handed on to the descriptor that was there. Never waits."""
        try:
            heard = self._reader.recv(4096)
        except OSError:
            return b""
        if self._copy is not None:
            self._copy.write(bytes(byte for byte in heard if byte < FROM_HANDLER))
        return heard

    def release(self) -> None:
        """Lets what CPython writes go straight to the one that was there. Any thread.

        Only the main thread may make that one current again. Until it does, the number
        of ours names the file of the other.
        """
        if self._writer.fileno() == -1:
            return
        _redirect(self._number, self._copy)
        # From here on the number belongs to nobody who might close it too early.
        self._writer.detach()

    def put_back(self) -> None:
        """Makes the one that was there current again. Main thread, after `release`."""
        if self._number == -1:
            return
        before = self._before
        if self._copy is not None and not self._copy.is_still(before):
            before = -1
        current = signal.set_wakeup_fd(before)
        if current == self._number:
            socket.close(self._number)
            self._number = -1
        elif current != before:
            # Theirs is over ours, which they may make current again: it stays open.
            with suppress(OSError, ValueError):
                signal.set_wakeup_fd(current)

    def close(self) -> None:
        """Closes the end that is read, when nothing waits on it any more."""
        self._reader.close()


if sys.platform == "win32":

    class _Copy:
        """A duplicate of somebody's wakeup descriptor, which is a socket here."""

        def __init__(self, original: int) -> None:
            self._socket = socket.fromfd(original, socket.AF_INET, socket.SOCK_STREAM)

        def write(self, numbers: bytes) -> None:
            with suppress(OSError):
                self._socket.send(numbers)

        def is_still(self, original: int) -> bool:
            return True

    def _redirect(number: int, to: _Copy | None) -> None:
        """Impossible here: the buffer fills until the main thread puts theirs back."""

else:

    class _Copy:
        """A duplicate of somebody's wakeup descriptor.

        The number of theirs may come to name another file; this one does not. Writing
        never waits: as a wakeup descriptor, it had to be non-blocking.
        """

        def __init__(self, original: int) -> None:
            self._descriptor = os.dup(original)

        def write(self, numbers: bytes) -> None:
            with suppress(OSError):
                os.write(self._descriptor, numbers)

        def is_still(self, original: int) -> bool:
            try:
                now = os.fstat(original)
            except OSError:
                return False
            return os.path.samestat(now, os.fstat(self._descriptor))

        def fileno(self) -> int:
            return self._descriptor

        def __del__(self) -> None:
            os.close(self._descriptor)

    def _redirect(number: int, to: _Copy | None) -> None:
        if to is not None:
            os.dup2(to.fileno(), number, inheritable=False)
            return
        nowhere = os.open(os.devnull, os.O_WRONLY | os.O_NONBLOCK)
        os.dup2(nowhere, number, inheritable=False)
        os.close(nowhere)
