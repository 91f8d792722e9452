"""What a health object is made of: engine, server, thread, callbacks, signals."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from logging import Logger
from threading import Lock
from weakref import WeakSet

from ._callbacks import Callbacks, HookCallback, MetricsCallback
from ._component import instantiate
from ._engine import Engine
from ._errors import CoreError, StateError
from ._generated.hams import (
    Cause,
    Exposition,
    Level,
    LogRecord,
    Observation,
    Phase,
    Roles,
    Settings,
    Signal,
)
from ._generated.hams import (
    ShutdownReport as ReportRecord,
)
from ._log import log_record, log_writer, warning_record
from ._outbound import Outbound
from ._outcome import Outcome
from ._reports import ShutdownReport, shutdown_report_of
from ._results import CheckCallback
from ._server import Address, Server
from ._settings import policies_of
from ._signals import Signals, re_raise
from ._thread import HealthThread
from ._workers import Workers

_LAST_RECORDS_S = 1.0  # how long the end waits for a logger that hangs


class Runtime:
    """Carries out what the engine tells; nothing of it with a lock of HaMS held."""

    def __init__(
        self,
        settings: Settings,
        logger: Logger,
        metrics: MetricsCallback | None,
        *,
        listen: bool,
    ) -> None:
        self.on_shutdown: list[Callable[[Cause], object]] = []
        self.on_phase: list[Callable[[Phase], object]] = []
        self.finished_with: Outcome[ShutdownReport] = Outcome()
        self.closed: Outcome[None] = Outcome()
        self.address: Address | None = None
        self.is_started = False
        self._is_forgotten = False
        self._write = log_writer(logger)
        self._lane = self._write_or_close  # one object: it names the lane
        self._metrics = metrics
        self._workers = Workers()
        self._thread: HealthThread | None = None
        self._signals = Signals()
        self._starting = Lock()
        self.engine = Engine(
            instantiate,
            settings,
            self,
            Outbound(self.log, self._workers),
            time.monotonic,
            self._alarm,
        )
        self._callbacks = Callbacks(self.engine, self._workers, self.log)
        self._server = Server(self.engine) if listen else None
        _made.add(self)
        for warning in self.engine.configured.warnings:
            self.log(warning_record(warning))

    def start(self) -> None:
        """Binds first: a port in use changes nothing."""
        with self._starting:
            configured = self.core.configured
            if self.is_started:
                raise StateError("already-running", "start has been called")
            policies = policies_of(configured)
            Signals.check_thread(policies)
            if self._server is not None:
                self.address = self._server.bind(configured.address, configured.port)
            with suppress(RuntimeError):
                self._callbacks.loop = asyncio.get_running_loop()
            thread = HealthThread(self.engine.wake)
            try:
                self.engine.start()
            except BaseException:
                thread.end()
                if self._server is not None:
                    self._server.abandon()
                self.address = None
                raise
            self._thread = thread
            self.is_started = True
            thread.start()
            self._signals.install(
                policies, thread.loop, self.engine.signalled, self._unsupported
            )
            # not before: whoever is answered may send a signal
            if self._server is not None:
                thread.call(self._server.serve)
            # what was to be woken for before there was a thread
            self.engine.wake()

    @property
    def runs(self) -> bool:
        """From `start` to the end, in the process that started it."""
        return self.is_started and not self._is_forgotten and not self.closed.is_there

    @property
    def core(self) -> Engine:
        """The engine, to be asked.

        Raises:
            StateError: This is a child of the process that started it.
        """
        if self._is_forgotten:
            raise StateError(
                "not-running",
                "it was started in the parent of this process: make a new one here",
            )
        return self.engine

    def remove_probe(self, probe: int) -> None:
        self.core.remove_probe(probe)

    def set_roles(self, probe: int, roles: Roles) -> None:
        self.core.set_roles(probe, roles)

    def report(self, probe: int, observation: Observation) -> None:
        self.core.report(probe, observation)

    def change_working(self, by: int) -> None:
        """More or less work is in flight."""
        if self.engine.board.change_working(by) and self.runs:
            self.engine.look()

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The application's event loop, if it was started in one."""
        return self._callbacks.loop

    def release(self) -> None:
        """Puts handlers of signals back, which the main thread alone can.

        One that was never started ends.
        """
        self._signals.release()
        if not self.is_started:
            self._end()

    # What the engine tells

    def log(self, record: LogRecord) -> None:
        """Written by a worker, in order: a logger that hangs holds up nothing else."""
        self._callbacks.notify("logger", self._lane, record)

    def phase_changed(self, phase: Phase) -> None:
        for callback in self.on_phase:
            self._callbacks.notify("on_phase", callback, phase)

    def shutdown_begun(self, cause: Cause) -> None:
        for callback in self.on_shutdown:
            self._callbacks.notify("on_shutdown", callback, cause)

    def run_check(self, run: int, timeout_ms: int, check: CheckCallback | None) -> None:
        self._callbacks.check(run, timeout_ms, check)

    def run_hook(self, run: int, timeout_ms: int, hook: HookCallback | None) -> None:
        self._callbacks.hook(run, timeout_ms, hook)

    def gather(self, run: int, wanted: Exposition) -> None:
        self._callbacks.gather(run, wanted, self._metrics)

    def cancel(self, run: int) -> None:
        self._callbacks.cancel(run)

    def finished(self, report: ReportRecord) -> None:
        self.finished_with.set(shutdown_report_of(report))

    def re_raise(self, signal: Signal) -> None:
        re_raise(signal)

    def failed(self, message: str) -> None:
        """Signals have their default action again; the server answers 503."""
        self._signals.release()
        self.finished_with.fail(CoreError(message))

    def close_server(self, owed: int) -> None:
        thread = self._thread
        if thread is None:
            self._end()
        else:
            thread.call(partial(self._close, thread, owed))

    def _close(self, thread: HealthThread, owed: int) -> None:
        async def close() -> None:
            if self._server is not None:
                await self._server.close(owed)
            self._signals.release()
            self._callbacks.notify("logger", self._lane, None)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.closed.arrive(), _LAST_RECORDS_S)
            self._end()
            thread.end()

        self._closing = thread.loop.create_task(close())

    def _write_or_close(self, record: LogRecord | None) -> None:
        """None: all that had to be told is written."""
        if record is None:
            self.closed.set(None)
        else:
            self._write(record)

    def _end(self) -> None:
        self.closed.set(None)
        self._callbacks.close()
        self._workers.close()

    def _unsupported(self, name: str) -> None:
        self.log(
            log_record(Level.WARNING, f"HaMS cannot have {name} here", signal=name)
        )

    def _alarm(self, at_ms: int) -> None:
        if self._thread is not None:
            self._thread.alarm(at_ms)

    # In a child of this process

    def forget_in_child(self) -> None:
        """It has none of the threads: what was started is there as if it had ended."""
        self._workers.forget_in_child()
        self._callbacks.forget_in_child()
        if self.is_started:
            self._is_forgotten = True
            self._signals.forget_in_child()
            if self._server is not None:
                self._server.abandon()


_made: WeakSet[Runtime] = WeakSet()


def _forget_in_child() -> None:
    for runtime in list(_made):
        runtime.forget_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
