"""Signals: hearing them, handing them on, and dying by one.

A handler of ours stands in front of the one that was there, which is still called: HaMS
is told first, so that a handler which raises (`KeyboardInterrupt`, `SystemExit`) takes
nothing away from it. What changes is the default action: with a handler, the signal no
longer ends the process, so the policies decide from then on. There is always a handler
and never SIG_IGN, which the processes that the application starts would inherit.

A handler of ours only writes a byte into the wakeup pipe (`_wakeup.py`), which the
health thread reads. So each signal comes there twice, once written by CPython at once
and once by our handler, as soon as the main thread can run it; the first is told. They
do not stand in for each other: the main thread may be stuck for ever, and the wakeup
descriptor may have been taken by somebody else (asyncio's `add_signal_handler` does).

Whoever installs a handler over ours has the signal. HaMS is told of it if that handler
calls ours, and again once ours has been put back.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal as system
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, NoReturn, cast
from weakref import WeakSet

from ._errors import SignalThreadError
from ._generated.hams import Signal, SignalPolicy
from ._wakeup import FROM_HANDLER, Wakeup

_NAMES = {
    Signal.TERMINATE: "SIGTERM",
    Signal.INTERRUPT: "SIGINT",
    Signal.QUIT: "SIGQUIT",
    Signal.HANGUP: "SIGHUP",
}

_LAST_SECONDS = 0.05
"""How long a process may live on after a signal's default action (PID 1 ignores it)."""


class Signals:
    """The signal handlers of one service, from `install` to `release`."""

    def __init__(self) -> None:
        self._handlers: dict[int, _Handler] = {}
        self._wakeup: Wakeup | None = None
        self._released = False
        # Of which signals one half has been told and the other is still to come; both
        # belong to the health thread.
        self._told_by_wakeup: set[int] = set()
        self._told_by_handler: set[int] = set()

    @staticmethod
    def check_thread(policies: Mapping[Signal, SignalPolicy]) -> None:
        """Refuses a thread that may not install what these policies need.

        Raises:
            SignalThreadError: some policy is not `leave`, and this is not the main
                thread of the main interpreter.
        """
        if all(policy is SignalPolicy.LEAVE for policy in policies.values()):
            return
        try:
            # No such descriptor: OSError. A wrong thread is a ValueError before that,
            # from the very check that `signal.signal` makes, interpreter included.
            system.set_wakeup_fd(-2)
        except ValueError:
            raise SignalThreadError(threading.current_thread().name) from None
        except OSError:
            pass

    def install(
        self,
        policies: Mapping[Signal, SignalPolicy],
        loop: asyncio.AbstractEventLoop,
        signalled: Callable[[Signal], None],
        unsupported: Callable[[str], None],
    ) -> None:
        """Listens for the signals whose policy is not `leave`. Main thread.

        Args:
            policies: what each signal does.
            loop: the health thread's loop.
            signalled: called on that loop for each signal that comes from now on.
            unsupported: called here with the name of a signal that cannot be had.
        """
        handlers: dict[int, _Handler] = {}
        for signal, policy in policies.items():
            if policy is SignalPolicy.LEAVE:
                continue
            number = getattr(system, _NAMES[signal], None)
            # `None`: installed by C code, so Python can neither call nor put it back.
            if number is None or (before := system.getsignal(number)) is None:
                unsupported(_NAMES[signal])
                continue
            if policy is SignalPolicy.IGNORE and before is system.SIG_IGN:
                # Ignored as it is. Under a handler of ours it would be so no longer in
                # the processes that the application starts, which nohup promises.
                continue
            handlers[number] = _Handler(self, signal, before)
        if not handlers:
            return
        wakeup = Wakeup()
        self._wakeup = wakeup
        self._handlers = handlers
        self._loop = loop
        self._signalled = signalled
        _installed.add(self)
        try:
            # The pipe keeps what comes before it is read for the first time.
            wakeup.install()
            for number, handler in handlers.items():
                system.signal(number, handler)
            loop.call_soon_threadsafe(loop.add_reader, wakeup.fileno(), self._read)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Puts back what was there. From any thread; twice is fine.

        Python lets handlers be changed in the main thread alone. From another one, ours
        turn into what was there, and go at the next signal or when this is called in
        the main thread.
        """
        if self._wakeup is not None and not self._released:
            self._released = True
            _installed.discard(self)
            self._wakeup.release()
            self._wakeup.read()
            try:
                self._loop.call_soon_threadsafe(self._stop_reading, self._wakeup)
            except RuntimeError:  # the loop is closed
                self._wakeup.close()
        if threading.current_thread() is threading.main_thread():
            self.put_back()

    def forget_in_child(self) -> None:
        """In a child after `fork`: as if nothing had been installed there.

        The loop and what is in the pipe are shared with the parent and left alone.
        Called by itself; twice is fine.
        """
        if self._wakeup is not None and not self._released:
            self._released = True
            self._wakeup.release()
            self._wakeup.close()
        self.put_back()

    def put_back(self) -> None:
        """What a thread other than the main one could not. Main thread."""
        for number, handler in self._handlers.items():
            if handler.is_current(number):
                system.signal(number, handler.before)
        if self._wakeup is not None:
            self._wakeup.put_back()

    def tell(self, number: int) -> bool:
        """Hands a signal from its handler to the health thread; False once released."""
        if self._released or self._wakeup is None:
            return False
        self._wakeup.tell(number)
        return True

    def _read(self) -> None:
        if self._released or self._wakeup is None:
            return
        for byte in self._wakeup.read():
            self._hear(byte % FROM_HANDLER, byte >= FROM_HANDLER)

    def _hear(self, number: int, by_handler: bool) -> None:
        handler = self._handlers.get(number)
        if handler is None:
            return
        if not by_handler and not handler.is_current(number):
            return
        here, there = self._told_by_wakeup, self._told_by_handler
        if by_handler:
            here, there = there, here
        if number in there:
            there.discard(number)
        else:
            here.add(number)
            self._signalled(handler.signal)

    def _stop_reading(self, wakeup: Wakeup) -> None:
        self._loop.remove_reader(wakeup.fileno())
        wakeup.close()


class _Handler:
    """What Python calls for one signal, in the main thread."""

    def __init__(self, owner: Signals, signal: Signal, before: object) -> None:
        self.signal = signal
        # What `signal.getsignal` returned: a function, SIG_DFL or SIG_IGN.
        self.before = cast(Any, before)
        self._owner = owner
        self._calls = callable(before) and not _is_of_the_runtime(before)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if not self._owner.tell(number):
            self._pass_through(number, frame)
        elif self._calls:
            self.before(number, frame)

    def is_current(self, number: int) -> bool:
        """Whether nobody has installed another handler since. Any thread."""
        current: object = system.getsignal(number)
        return current is self

    def _pass_through(self, number: int, frame: FrameType | None) -> None:
        """Does what was there, while somebody still has ours."""
        current = self.is_current(number)
        self._owner.put_back()
        if callable(self.before):
            self.before(number, frame)
        elif self.before is system.SIG_DFL and current:
            system.raise_signal(number)


def _is_of_the_runtime(handler: object) -> bool:
    """Whether this is what Python does about a Ctrl-C that nobody handles.

    `default_int_handler` raises `KeyboardInterrupt` in the main thread, and the handler
    of `asyncio.run` cancels the main task. They stand for the default action, which a
    policy replaces: called, they would end the application in the middle of its drain.
    """
    function = getattr(handler, "func", None)  # asyncio's is a functools.partial
    return handler is system.default_int_handler or (
        getattr(function, "__module__", None) == "asyncio.runners"
        and getattr(function, "__qualname__", None) == "Runner._on_sigint"
    )


def re_raise(signal: Signal) -> NoReturn:
    """Takes the signal's default action, whoever listens; from any thread.

    If the process survives that, it ends with 128 + the signal's number. No exit
    handlers run: whatever wedged the shutdown may be one of them.
    """
    number: int = getattr(system, _NAMES[signal], system.SIGTERM)
    # `signal.signal` is for the main thread, which may be the one that is stuck.
    prototype = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
    set_handler = prototype(("PyOS_setsig", ctypes.pythonapi))
    set_handler(number, system.SIG_DFL)
    if sys.platform != "win32":
        system.pthread_sigmask(system.SIG_UNBLOCK, (number,))
    system.raise_signal(number)
    time.sleep(_LAST_SECONDS)
    os._exit(128 + number)


_installed: WeakSet[Signals] = WeakSet()
_masks = threading.local()


if sys.platform != "win32":

    def _before_fork() -> None:
        """Holds signals back, until the child has forgotten the pipe of its parent.

        One that came to the child in between would be told in the parent.
        """
        _masks.before = None
        if _installed:
            # Asked for first: a handler run by the second call may raise out of it.
            _masks.before = system.pthread_sigmask(system.SIG_BLOCK, ())
            system.pthread_sigmask(system.SIG_BLOCK, system.valid_signals())

    def _after_fork() -> None:
        if _masks.before is not None:
            system.pthread_sigmask(system.SIG_SETMASK, _masks.before)

    def _after_fork_in_child() -> None:
        for signals in list(_installed):
            signals.forget_in_child()
        _installed.clear()
        _after_fork()

    os.register_at_fork(
        before=_before_fork,
        after_in_parent=_after_fork,
        after_in_child=_after_fork_in_child,
    )
