"""Threads for what may block: functions of the application, connections of HaMS's own.

They are daemons and nobody ever joins them: a function that hangs costs its thread,
and a process may end beside it. That is what concurrent.futures' pool cannot do,
whose threads are joined at exit.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import TypeAlias

MOST_THREADS = 256
"""With more of them hung, further tasks wait."""

# Longer than the default interval, so that the next run finds its thread.
IDLE_SECONDS = 60.0

Task: TypeAlias = Callable[[], object]


class Workers:
    """Threads made as needed, reused, ended when idle. All methods are thread-safe."""

    def __init__(
        self, most_threads: int = MOST_THREADS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._most_threads = most_threads
        self._idle_seconds = idle_seconds
        self._numbers = count(1)
        self._closed = False
        self.forget_in_child()

    def submit(self, task: Task) -> None:
        """Has it run in a thread, as soon as there is one; returns at once.

        Where the system gives no thread the task waits for one that becomes free, or
        for the next submission to try again.
        """
        with self._changed:
            self._tasks.append(task)
            self._provide()

    def withdraw(self, task: Task) -> bool:
        """Takes back a task that waits. False: it has begun, and goes on."""
        with self._changed:
            try:
                self._tasks.remove(task)
            except ValueError:
                return False
            return True

    def close(self) -> None:
        """A thread with nothing to do now ends at once; nothing is cut or lost."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def forget_in_child(self) -> None:
        """After a fork: no thread is left, and nobody may be left to free the lock."""
        self._changed = threading.Condition(threading.Lock())
        self._tasks: deque[Task] = deque()
        self._threads = 0
        self._idle = 0

    def _provide(self) -> None:
        """Sees to it that somebody takes the newest task; the lock is held."""
        # Those that have been woken count as idle until they have taken their task.
        if len(self._tasks) <= self._idle:
            self._changed.notify()
        elif self._threads < self._most_threads:
            name = f"hams-worker-{next(self._numbers)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            try:
                thread.start()
            except RuntimeError:  # the system's limit, or the interpreter is ending
                return
            self._threads += 1

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task()
            except BaseException:
                # Not ours to hide. The thread ends by it, and another takes its place.
                with self._changed:
                    self._threads -= 1
                    if self._tasks:
                        self._provide()
                raise
            del task  # not held while idle

    def _next(self) -> Task | None:
        """The next task, or None where the thread is to end."""
        with self._changed:
            if not self._tasks and not self._closed:
                self._idle += 1
                self._changed.wait_for(self._is_needed, self._idle_seconds)
                self._idle -= 1
            if self._tasks:
                return self._tasks.popleft()
            self._threads -= 1
            return None

    def _is_needed(self) -> bool:
        return bool(self._tasks) or self._closed
