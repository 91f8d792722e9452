"""An event loop in a thread of HaMS's own, for applications that have none running."""

from __future__ import annotations

import asyncio
import contextlib
import threading


class OwnLoop:
    """Made when first needed, in a daemon thread: "hams-asyncio". Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._users = 0
        self._closed = False

    def enter(self) -> asyncio.AbstractEventLoop:
        """The loop, to be left by a `leave`, also where this raises.

        It may not run yet, and then will.

        Raises:
            RuntimeError: The system gives no thread.
        """
        with self._lock:
            self._users += 1
            # A task of the application's that raises SystemExit ends a loop.
            if self._loop is None or self._loop.is_closed():
                self._loop = _started()
            return self._loop

    def leave(self) -> None:
        """One who entered needs it no more."""
        with self._lock:
            self._users -= 1
            self._end_when_unused()

    def close(self) -> None:
        """It ends when nobody uses it any more; nothing is cut."""
        with self._lock:
            self._closed = True
            self._end_when_unused()

    def _end_when_unused(self) -> None:
        if self._closed and self._users == 0 and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None


def _started() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(
        target=_run, args=(loop,), name="hams-asyncio", daemon=True
    )
    try:
        thread.start()
    except RuntimeError:
        loop.close()
        raise
    return loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        # As asyncio.run ends one.
        try:
            if tasks := asyncio.all_tasks(loop):
                for task in tasks:
                    task.cancel()
                loop.run_until_complete(asyncio.wait(tasks))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()
