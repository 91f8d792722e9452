"""What is under way: runs of checks and hooks, gatherings of metrics.

Each has a number that no other instance of the core uses again, so that what comes back
late of a core that is gone, or twice, finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Flight:
    """One run; `cancel` asks it to end."""

    core_run: int
    cancel: Callable[[], None] | None


class Flights:
    """All that have not come back."""

    def __init__(self) -> None:
        self._flights: dict[int, Flight] = {}
        self._by_core_run: dict[int, int] = {}
        self._last = 0

    def take_off(self, core_run: int, *, cancellable: bool = True) -> int:
        """Returns the run's number. A gathering, numbered apart, has no cancel."""
        self._last += 1
        self._flights[self._last] = Flight(core_run, None)
        if cancellable:
            self._by_core_run[core_run] = self._last
        return self._last

    def cancelled_by(self, run: int, cancel: Callable[[], None]) -> None:
        """Says how it is asked to end; it may have come back already."""
        flight = self._flights.get(run)
        if flight is not None:
            flight.cancel = cancel

    def land(self, run: int) -> int | None:
        """It has come back: the core's number; None where nobody waits for it."""
        flight = self._flights.pop(run, None)
        if flight is None:
            return None
        if self._by_core_run.get(flight.core_run) == run:
            del self._by_core_run[flight.core_run]
        return flight.core_run

    def cancel(self, core_run: int) -> Callable[[], None] | None:
        """What asks it to end; it still comes back."""
        run = self._by_core_run.get(core_run)
        flight = None if run is None else self._flights.get(run)
        return None if flight is None else flight.cancel

    def abandon(self) -> list[Callable[[], None]]:
        """What asks all of them to end; nobody waits for any."""
        cancels = [each.cancel for each in self._flights.values() if each.cancel]
        self._flights.clear()
        self._by_core_run.clear()
        return cancels
