"""What the application changes too often to tell: kicks, work in flight."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock


class Pulse:
    """The newest kick of one probe."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = 0.0  # in seconds on the board's clock; 0: never


class Board:
    """Read by the engine before it asks the core anything."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.kicked = False  # some kick is newer than the last collection
        self.working = 0  # work of the application in flight
        self.urgent = False  # every change of `working` is to be told at once
        self._clock = clock
        self._counting = Lock()

    def kicker(self, pulse: Pulse) -> Callable[[], None]:
        """What kicks: two plain stores, which no thread can see half done."""
        board, clock = self, self._clock

        def kick() -> None:
            pulse.at = clock()
            board.kicked = True

        return kick

    def change_working(self, by: int) -> bool:
        """Returns whether the change must be told at once."""
        with self._counting:
            self.working += by
        return self.urgent
