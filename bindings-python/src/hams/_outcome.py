"""Something that comes once, for whoever waits: a thread or a coroutine."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from datetime import timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


class Outcome(Generic[T]):
    """A value or an error; what comes after the first is dropped."""

    def __init__(self) -> None:
        self._future: Future[T] = Future()

    def set(self, value: T) -> None:
        """May be called from any thread."""
        with suppress(Exception):  # it is there
            self._future.set_result(value)

    def fail(self, error: Exception) -> None:
        """May be called from any thread."""
        with suppress(Exception):  # it is there
            self._future.set_exception(error)

    @property
    def is_there(self) -> bool:
        return self._future.done()

    def wait(self, timeout: timedelta | None = None) -> T:
        """Blocks this thread; handlers of signals run meanwhile.

        Raises:
            TimeoutError: It has not come in time.
        """
        try:
            return self._future.result(
                None if timeout is None else timeout.total_seconds()
            )
        except FutureTimeoutError:  # another class than the built-in one before 3.11
            raise TimeoutError(f"not after {timeout}") from None

    async def arrive(self) -> T:
        """Waits in the running event loop; others wait on where this is cancelled."""
        loop = asyncio.get_running_loop()
        arrived = asyncio.Event()

        def tell(_: Future[T]) -> None:
            with suppress(RuntimeError):  # its loop has been closed
                loop.call_soon_threadsafe(arrived.set)

        self._future.add_done_callback(tell)
        await arrived.wait()
        return self._future.result()
