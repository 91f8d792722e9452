"""A health thread that does nothing but hear signals, for the programs beside this."""

from __future__ import annotations

import asyncio
import ctypes
import os
import queue
import threading
from collections.abc import Callable

from hams._generated.hams import Signal, SignalPolicy
from hams._signals import Signals


def say(text: str) -> None:
    """A whole line at once, whichever thread or handler says it."""
    os.write(1, f"{text}\n".encode())


def loop_of_its_own() -> asyncio.AbstractEventLoop:
    loop = asyncio.SelectorEventLoop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


class Listening:
    """All four signals under one policy; what is told is printed and waited for."""

    def __init__(
        self,
        policy: SignalPolicy = SignalPolicy.DRAIN,
        on: Callable[[Signal], None] = lambda signal: None,
    ) -> None:
        self.signals = Signals()
        self._told: queue.SimpleQueue[Signal] = queue.SimpleQueue()
        self._on = on
        self._policies = dict.fromkeys(Signal, policy)

    def install(self) -> Listening:
        self.signals.install(
            self._policies,
            loop_of_its_own(),
            self._hear,
            lambda name: say(f"no {name}"),
        )
        return self

    def wait(self) -> Signal:
        return self._told.get()

    def release_in_a_thread(self) -> None:
        thread = threading.Thread(target=self.signals.release)
        thread.start()
        thread.join()

    def _hear(self, signal: Signal) -> None:
        say(f"told {signal.value}")
        self._on(signal)
        self._told.put(signal)


class Stuck:
    """A C call that signals do not interrupt: locking a mutex that is locked."""

    def __init__(self) -> None:
        self._c = ctypes.CDLL(None)
        self._mutex = ctypes.create_string_buffer(64)  # zeros: an unlocked mutex
        self._c.pthread_mutex_lock(self._mutex)

    def wait(self) -> None:
        self._c.pthread_mutex_lock(self._mutex)

    def free(self) -> None:
        self._c.pthread_mutex_unlock(self._mutex)
