"""The health thread: an event loop of its own, which the application cannot block."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

_LONGEST_S = 86_400.0  # far below what a selector can wait


class HealthThread:
    """Has the server, the alarm and the reader of signals.

    A daemon: a process whose application returns from main without `stop` ends all the
    same.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        """Makes the loop; `wake` is what the alarm calls."""
        # not by the policy: an application may have set one whose loops are others
        self.loop: asyncio.AbstractEventLoop = asyncio.SelectorEventLoop()
        self._wake = wake
        self._timer: asyncio.TimerHandle | None = None
        self._thread = Thread(target=self._run, name="hams", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def call(self, function: Callable[..., object], *values: object) -> None:
        """Has the loop call it, unless the loop has ended."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(function, *values)

    def alarm(self, at_ms: int) -> None:
        """Has `wake` called at this moment of the monotonic clock, in milliseconds."""
        self.call(self._set, at_ms)

    def end(self) -> None:
        """Ends the loop, and the thread with it; nobody waits for it."""
        if self._thread.ident is None:
            self.loop.close()
        else:
            self.call(self.loop.stop)

    def _set(self, at_ms: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        wait = at_ms / 1_000 - time.monotonic()
        self._timer = self.loop.call_later(
            min(max(wait, 0.001), _LONGEST_S), self._wake
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()
