"""The public class: probes, hooks, start, shutdown, the report, stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from ._board import Pulse
from ._callbacks import HookCallback, MetricsCallback
from ._durations import milliseconds
from ._generated import hams as contract
from ._generated.hams import Cause, Detail, Phase, Roles, Status
from ._hooks import Hook, hook_record, http_hook_record
from ._probes import (
    KickProbe,
    ManualProbe,
    Probe,
    StatusRange,
    http_check,
    probe_record,
    schedule_of,
)
from ._reports import ShutdownReport, Snapshot, snapshot_of
from ._results import CheckCallback
from ._runtime import Runtime
from ._server import Address
from ._settings import (
    EffectiveSettings,
    ShutdownApi,
    SignalPolicies,
    effective_of,
    settings_of,
)
from ._work import Work

if TYPE_CHECKING:
    from ._mounted import ASGIApplication, WSGIApplication

C = TypeVar("C", bound=CheckCallback)
H = TypeVar("H", bound=HookCallback)
OnShutdown = TypeVar("OnShutdown", bound=Callable[[Cause], object])
OnPhase = TypeVar("OnPhase", bound=Callable[[Phase], object])
HeaderFields = Mapping[str, str] | Iterable[tuple[str, str]]


class Health:
    """The health and the life of one service.

    Make one, add probes and hooks, `start` it; `wait` for its end, then leave its
    `with` block and main. Two in one process share nothing. Methods raise the errors of
    `HealthError`, and may be called from any thread, but for `start`, which installs
    handlers of signals.

    What is left out comes from the variables `HAMS_LISTEN`, `HAMS_DRAIN_MS`,
    `HAMS_GRACE_MS`, `HAMS_DETAIL` and `HAMS_SHUTDOWN_TOKEN`, then from the defaults.

    Args:
        name: The service's name, 1 to 200 characters.
        version: The service's version; default `unknown`.
        address: The address to listen on; default all interfaces, IPv6 and IPv4.
        port: The port to listen on, 0 for any free one; default 8079.
        listen: False: no server; mount `wsgi` or `asgi` in one of yours.
        detail: What responses tell: no names, names (the default), or reasons too.
        startup_timeout: How long the startup probes may take; default without limit.
        drain: How long readiness fails while requests are still served; default 5 s in
            Kubernetes, 0 elsewhere.
        grace: The whole shutdown, from its cause to its last hook; default 25 s.
        signals: What each signal does; default `drain` for SIGTERM, SIGINT and SIGQUIT,
            `ignore` for SIGHUP. `SignalPolicy.LEAVE` leaves all of them alone.
        shutdown_api: Switches `/hams/shutdown` on.
        metrics: Gives the application's own metrics, for each scrape.
        logger: Default the logger `hams`; the core's fields are in each record as
            `hams_…`.

    Raises:
        InvalidError: Something does not fit; `problems` names all of it.
    """

    settings: EffectiveSettings
    """The settings in effect."""

    def __init__(
        self,
        name: str,
        *,
        version: str | None = None,
        address: str | None = None,
        port: int | None = None,
        listen: bool = True,
        detail: Detail | None = None,
        startup_timeout: timedelta | None = None,
        drain: timedelta | None = None,
        grace: timedelta | None = None,
        signals: SignalPolicies | None = None,
        shutdown_api: ShutdownApi | None = None,
        metrics: MetricsCallback | None = None,
        logger: logging.Logger | None = None,
    ) -> None:
        settings = settings_of(
            name,
            version=version,
            address=address,
            port=port,
            detail=detail,
            startup_timeout=startup_timeout,
            drain=drain,
            grace=grace,
            signals=signals,
            shutdown_api=shutdown_api,
            metrics=metrics,
        )
        chosen = logging.getLogger("hams") if logger is None else logger
        self._runtime = Runtime(settings, chosen, metrics, listen=listen)
        self.settings = effective_of(self._runtime.engine.configured)

    @property
    def address(self) -> Address | None:
        """Where the health server listens; None before `start` and without a server."""
        return self._runtime.address

    # Probes

    def probe(
        self,
        name: str,
        *,
        roles: Roles,
        interval: timedelta | None = None,
        timeout: timedelta | None = None,
        failure_threshold: int | None = None,
        success_threshold: int | None = None,
        label: str | None = None,
        critical: bool = True,
        shared: bool = False,
    ) -> Callable[[C], C]:
        """A decorator: the function becomes a check. See `add_probe`."""

        def add(check: C) -> C:
            self.add_probe(
                name,
                check,
                roles=roles,
                interval=interval,
                timeout=timeout,
                failure_threshold=failure_threshold,
                success_threshold=success_threshold,
                label=label,
                critical=critical,
                shared=shared,
            )
            return check

        return add

    def add_probe(
        self,
        name: str,
        check: CheckCallback,
        *,
        roles: Roles,
        interval: timedelta | None = None,
        timeout: timedelta | None = None,
        failure_threshold: int | None = None,
        success_threshold: int | None = None,
        label: str | None = None,
        critical: bool = True,
        shared: bool = False,
    ) -> Probe:
        """A probe that calls `check` at every interval, one run at a time.

        Args:
            name: 1 to 100 of `A-Z a-z 0-9 . _ / -`, unique among the probes.
            check: A function without parameters, plain or a coroutine. None or True
                passes, as does `Passed`; `Warned` passes with a warning; False,
                `Failed` and what is raised fail. A plain one runs on a worker thread; a
                coroutine in the event loop that `start` was called in, else in one of
                HaMS's own.
            roles: What its result counts for; at least one.
            interval: From one run to the next; default 10 s.
            timeout: How long one run may take; default the smaller of 2 s and half the
                interval.
            failure_threshold: Failures in a row to go down; default 1.
            success_threshold: Passes in a row to come back; default 1.
            label: Shown instead of the name in listings; 1 to 200 characters.
            critical: False: a failure degrades its roles and keeps them up.
            shared: Checks something that other replicas depend on too; may not be live.

        Raises:
            DuplicateNameError: A probe of this name exists.
            InvalidError: Something does not fit.
            StateError: The service is shutting down; or it runs and this is a startup
                probe.
        """
        if not callable(check):
            raise TypeError(f"check: {check!r} cannot be called")
        record = probe_record(
            name,
            contract.CheckCallback(schedule_of(interval, timeout)),
            roles=roles,
            label=label,
            critical=critical,
            shared=shared,
            failure_threshold=failure_threshold,
            success_threshold=success_threshold,
        )
        id = self._runtime.core.add_probe(record, check)
        return Probe(self._runtime, id, name)

    def add_http_probe(
        self,
        name: str,
        url: str,
        *,
        roles: Roles,
        head: bool = False,
        headers: HeaderFields = (),
        expect: Iterable[StatusRange] = (),
        interval: timedelta | None = None,
        timeout: timedelta | None = None,
        failure_threshold: int | None = None,
        success_threshold: int | None = None,
        label: str | None = None,
        critical: bool = True,
        shared: bool = False,
    ) -> Probe:
        """A probe that makes an HTTP request at every interval.

        Certificates are verified, proxies of the environment not used.

        Args:
            name: As in `add_probe`, and so are the parameters that are not told of
                here.
            url: http or https, without a user name.
            roles: What its result counts for.
            head: HEAD instead of GET.
            headers: Fields to send.
            expect: Statuses, or inclusive ranges of them, that pass; redirects are not
                followed then. Default 200 to 399, redirects followed to the same
                origin.
            interval: See `add_probe`.
            timeout: See `add_probe`.
            failure_threshold: See `add_probe`.
            success_threshold: See `add_probe`.
            label: See `add_probe`.
            critical: See `add_probe`.
            shared: See `add_probe`.
        """
        record = probe_record(
            name,
            http_check(url, head, headers, expect, schedule_of(interval, timeout)),
            roles=roles,
            label=label,
            critical=critical,
            shared=shared,
            failure_threshold=failure_threshold,
            success_threshold=success_threshold,
        )
        return Probe(self._runtime, self._runtime.core.add_probe(record), name)

    def add_tcp_probe(
        self,
        name: str,
        host: str,
        port: int,
        *,
        roles: Roles,
        interval: timedelta | None = None,
        timeout: timedelta | None = None,
        failure_threshold: int | None = None,
        success_threshold: int | None = None,
        label: str | None = None,
        critical: bool = True,
        shared: bool = False,
    ) -> Probe:
        """A probe that opens a TCP connection at every interval. See `add_probe`."""
        schedule = schedule_of(interval, timeout)
        record = probe_record(
            name,
            contract.CheckTcp(contract.TcpCheck(host, port, schedule)),
            roles=roles,
            label=label,
            critical=critical,
            shared=shared,
            failure_threshold=failure_threshold,
            success_threshold=success_threshold,
        )
        return Probe(self._runtime, self._runtime.core.add_probe(record), name)

    def add_kick_probe(
        self,
        name: str,
        *,
        roles: Roles,
        limit: timedelta,
        label: str | None = None,
        critical: bool = True,
        shared: bool = False,
    ) -> KickProbe:
        """A heartbeat: down when not kicked for `limit`, which is at least 100 ms."""
        pulse = Pulse()
        record = probe_record(
            name,
            contract.CheckKick(milliseconds("limit", limit)),
            roles=roles,
            label=label,
            critical=critical,
            shared=shared,
        )
        id = self._runtime.core.add_probe(record, pulse=pulse)
        kick = self._runtime.engine.board.kicker(pulse)
        return KickProbe(self._runtime, id, name, kick)

    def add_manual_probe(
        self,
        name: str,
        *,
        roles: Roles,
        initial: Status = Status.UNKNOWN,
        label: str | None = None,
        critical: bool = True,
        shared: bool = False,
    ) -> ManualProbe:
        """A probe that is as last reported; until then as `initial` says."""
        record = probe_record(
            name,
            contract.CheckManual(initial),
            roles=roles,
            label=label,
            critical=critical,
            shared=shared,
        )
        return ManualProbe(self._runtime, self._runtime.core.add_probe(record), name)

    # Hooks

    def hook(self, name: str, *, timeout: timedelta | None = None) -> Callable[[H], H]:
        """A decorator: the function becomes a hook. See `add_hook`."""

        def add(run: H) -> H:
            self.add_hook(name, run, timeout=timeout)
            return run

        return add

    def add_hook(
        self, name: str, run: HookCallback, *, timeout: timedelta | None = None
    ) -> Hook:
        """A function to call while stopping: last added first, one at a time.

        Args:
            name: Formed as a probe's, unique among the hooks.
            run: A function without parameters, plain or a coroutine. What it raises is
                recorded, and the next hook runs.
            timeout: How long it may take; default 5 s.

        Raises:
            DuplicateNameError: A hook of this name exists.
            InvalidError: Something does not fit.
            StateError: The service is shutting down.
        """
        if not callable(run):
            raise TypeError(f"run: {run!r} cannot be called")
        id = self._runtime.core.add_hook(hook_record(name, timeout), run)
        return Hook(name, lambda: self._runtime.core.remove_hook(id))

    def add_http_hook(
        self,
        name: str,
        url: str,
        *,
        method: str = "POST",
        headers: HeaderFields = (),
        attempts: int | None = None,
        pause: timedelta | None = None,
        timeout: timedelta | None = None,
    ) -> Hook:
        """An HTTP request to make while stopping; 200 to 399 completes it.

        Args:
            name: Formed as a probe's, unique among the hooks.
            url: http or https, without a user name.
            method: Its HTTP method.
            headers: Fields to send.
            attempts: How often at most; default 3.
            pause: Between two attempts; default 1 s.
            timeout: Of each attempt; default 5 s.
        """
        record = http_hook_record(name, url, method, headers, attempts, pause, timeout)
        id = self._runtime.core.add_hook(record)
        return Hook(name, lambda: self._runtime.core.remove_hook(id))

    def on_shutdown(self, callback: OnShutdown) -> OnShutdown:
        """Called once, with its cause, when a shutdown begins, but by `stop`."""
        self._runtime.on_shutdown.append(callback)
        return callback

    def on_phase(self, callback: OnPhase) -> OnPhase:
        """Called at every change of phase, in order."""
        self._runtime.on_phase.append(callback)
        return callback

    # Its life

    def start(self) -> None:
        """Listens, starts the probes, installs the handlers of signals; does not block.

        Handlers that are there are still called, and put back by `stop`. Called inside
        of an event loop, coroutines of the application run in that loop.

        Raises:
            ListenError: The port cannot be bound; nothing has changed.
            SignalThreadError: This is not the main thread; nothing has changed.
            StateError: It has been started.
        """
        self._runtime.start()

    def shutdown(self, reason: str = "") -> None:
        """Begins the shutdown; without effect if it has begun.

        Args:
            reason: Stands in the log and the report, cut at 200 characters.

        Raises:
            StateError: It does not run.
        """
        self._runtime.core.shutdown(reason)

    def wait(self, timeout: timedelta | None = None) -> ShutdownReport:
        """Blocks until a shutdown's last hook has run. The server still answers then.

        Raises:
            CoreError: HaMS has failed for good.
            TimeoutError: The shutdown has not ended in time.
        """
        self._must_not_block("wait", "finished")
        return self._runtime.finished_with.wait(timeout)

    async def finished(self) -> ShutdownReport:
        """As `wait`, in an event loop."""
        return await self._runtime.finished_with.arrive()

    def stop(self) -> None:
        """Ends it, and blocks until it has ended.

        What is left of drain and waiting is cut short, hooks left run, the server
        closes, the handlers of signals go. Nothing of HaMS is left in the process after
        that.

        Raises:
            StateError: It has not been started, or has ended before.
        """
        self._must_not_block("stop", "astop")
        self._runtime.core.stop()
        self._runtime.closed.wait()
        self._runtime.release()

    async def astop(self) -> None:
        """As `stop`, in an event loop."""
        self._runtime.core.stop()
        await self._runtime.closed.arrive()
        self._runtime.release()

    def close(self) -> None:
        """As `stop`, whatever the phase; a second time does nothing."""
        if self._runtime.runs:
            self.stop()
        self._runtime.release()

    async def aclose(self) -> None:
        """As `close`, in an event loop."""
        if self._runtime.runs:
            await self.astop()
        self._runtime.release()

    def __enter__(self) -> Health:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it."""
        self.close()

    async def __aenter__(self) -> Health:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it."""
        await self.aclose()

    # What it tells

    def snapshot(self) -> Snapshot:
        """Everything as it stands."""
        return snapshot_of(self._runtime.core.observe())

    def work(self) -> Work:
        """Marks work in flight until `done()`, or the end of its `with` block.

        A shutdown waits for it before its hooks.
        """
        self._runtime.change_working(1)
        return Work(lambda: self._runtime.change_working(-1))

    @cached_property
    def wsgi(self) -> WSGIApplication:
        """Answers like the health server, in a WSGI server of yours."""
        from ._mounted import wsgi

        return wsgi(self._runtime.engine)

    @cached_property
    def asgi(self) -> ASGIApplication:
        """Answers like the health server, in an ASGI server of yours."""
        from ._mounted import asgi

        return asgi(self._runtime.engine)

    def _must_not_block(self, name: str, instead: str) -> None:
        """Hooks may need the event loop that this thread would leave waiting."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if loop is self._runtime.loop:
            raise RuntimeError(
                f"{name}() would block the event loop: use `await health.{instead}()`"
            )
