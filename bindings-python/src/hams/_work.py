"""Work in flight, which a shutdown waits for."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType


class Work:
    """One piece of work; leaving its `with` block, or `done`, ends it."""

    def __init__(self, done: Callable[[], None]) -> None:
        """Made by `health.work()`."""
        self._done: Callable[[], None] | None = done

    def done(self) -> None:
        """The work is done; a second call has no effect. Thread-safe."""
        done, self._done = self._done, None
        if done is not None:
            done()

    def __enter__(self) -> Work:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.done()
