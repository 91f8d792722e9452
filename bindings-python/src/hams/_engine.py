"""The one loop of the binding.

    queue ──> step ──> actions ──> perform ──> queue
                └─ wake-at ──> alarm ──┘        respond <── server

The core is asked under one lock, from whichever thread has something to ask. What is
meant for the application is told afterwards, in order, with no lock held: it may call
back at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf
from threading import Lock
from typing import Protocol, TypeVar

from ._board import Board, Pulse
from ._callbacks import HookCallback
from ._flights import Flights
from ._generated import hams as contract
from ._generated.hams import Hams
from ._log import log_record, warning_record
from ._machine import UNAVAILABLE, Machine
from ._outbound import Outbound
from ._results import CheckCallback

T = TypeVar("T")

EVENTS_A_STEP = 1_000
"""The core takes 1 024; the rest is room for what a restored core is told first."""

Answer = Callable[[contract.Response], None]


class Application(Protocol):
    """The other side: what the engine tells it, one at a time and in order."""

    def log(self, record: contract.LogRecord) -> None: ...
    def phase_changed(self, phase: contract.Phase) -> None: ...
    def shutdown_begun(self, cause: contract.Cause) -> None: ...
    def run_check(
        self, run: int, timeout_ms: int, check: CheckCallback | None
    ) -> None: ...
    def run_hook(
        self, run: int, timeout_ms: int, hook: HookCallback | None
    ) -> None: ...
    def gather(self, run: int, wanted: contract.Exposition) -> None: ...
    def cancel(self, run: int) -> None: ...
    def finished(self, report: contract.ShutdownReport) -> None: ...
    def close_server(self, owed: int) -> None: ...
    def re_raise(self, signal: contract.Signal) -> None: ...

    def failed(self, message: str) -> None:
        """The core has failed for good; every answer is 503."""


@dataclass(slots=True)
class Kick:
    """A kick probe's newest kick, and the newest that the core knows."""

    pulse: Pulse
    told: float = 0.0


@dataclass(slots=True)
class Debt:
    """An answer that is owed: whichever of the two comes last finds the other."""

    response: contract.Response | None = None
    answer: Answer | None = None


class Engine:
    """Core, queue and timers of one health object. Every method is thread-safe.

    Args:
        instantiate: Makes an instance of the core.
        settings: What the core is configured with.
        application: The other side.
        outbound: Makes the checks and hooks that are HaMS's own.
        clock: Seconds on a clock that never goes back.
        alarm: Asked to have `wake` called at this moment, in milliseconds on that
            clock; an earlier moment replaces a later one.

    Raises:
        InvalidError: The settings do not fit.
    """

    def __init__(
        self,
        instantiate: Callable[[], Hams],
        settings: contract.Settings,
        application: Application,
        outbound: Outbound,
        clock: Callable[[], float],
        alarm: Callable[[int], None],
    ) -> None:
        self.board = Board(clock)
        self.checks: dict[int, CheckCallback] = {}
        self.hooks: dict[int, HookCallback] = {}
        self._application = application
        self._outbound = outbound
        self._clock = clock
        self._alarm = alarm
        self._lock = Lock()
        self._queue: deque[contract.Event] = deque()
        self._outbox: deque[Callable[[], None]] = deque()
        self._telling = Lock()
        self._flights = Flights()
        self._kicks: dict[int, Kick] = {}
        self._owed: dict[int, Debt] = {}  # by the core's ticket
        self._debts: dict[int, Debt] = {}  # by the ticket that is handed out
        self._tickets = 0
        self._told_working = 0
        self._wake_at: float = inf
        self._alarm_at: float = inf
        self._closed = False
        self._machine = Machine(instantiate, settings, self)
        self.standard_headers = self._machine.standard_headers

    @property
    def configured(self) -> contract.Configured:
        """The settings in effect."""
        return self._machine.configured

    # Calls of the application

    def add_probe(
        self,
        probe: contract.Probe,
        check: CheckCallback | None = None,
        pulse: Pulse | None = None,
    ) -> int:
        def add(now: int) -> int:
            id = self._machine.add_probe(now, probe)
            if check is not None:
                self.checks[id] = check
            if pulse is not None:
                self._kicks[id] = Kick(pulse)
            return id

        return self._change(add)

    def remove_probe(self, probe: int) -> None:
        self._change(lambda now: self._machine.remove_probe(now, probe))
        self.checks.pop(probe, None)
        self._kicks.pop(probe, None)
        self._outbound.forget(probe)

    def set_roles(self, probe: int, roles: contract.Roles) -> None:
        self._change(lambda now: self._machine.set_roles(now, probe, roles))

    def add_hook(self, hook: contract.Hook, run: HookCallback | None = None) -> int:
        def add(now: int) -> int:
            id = self._machine.add_hook(now, hook)
            if run is not None:
                self.hooks[id] = run
            return id

        return self._change(add)

    def remove_hook(self, hook: int) -> None:
        self._change(lambda now: self._machine.remove_hook(now, hook))
        self.hooks.pop(hook, None)

    def report(self, probe: int, observation: contract.Observation) -> None:
        self._change(lambda now: self._machine.report(now, probe, observation))

    def start(self) -> None:
        def start(now: int) -> None:
            for warning in self._machine.start(now):
                self._tell(self._application.log, warning_record(warning))

        self._change(start)

    def shutdown(self, reason: str) -> None:
        self._change(lambda now: self._machine.shutdown(now, reason))

    def stop(self) -> None:
        def stop(now: int) -> None:
            if self._machine.is_failed:
                self._close()
            else:
                self._machine.stop(now)

        self._change(stop)

    def observe(self) -> contract.Snapshot:
        return self._change(self._machine.observe)

    # Requests

    def respond(self, request: contract.Request) -> contract.Reply:
        """After `ReplyLater` the caller calls `owe` with its ticket. Never raises."""
        with self._lock:
            # `_settle`, written out: this is called for every request
            now = int(self._clock() * 1_000)
            board = self.board
            if (
                now >= self._wake_at
                or board.kicked
                or self._queue
                or board.working != self._told_working
            ):
                self._advance()
            reply = self._machine.respond(now, request)
            if type(reply) is contract.ReplyLater:
                reply = self._later(reply.value)
        if self._outbox:
            self._rest()
        return reply

    def owe(self, ticket: int, answer: Answer) -> None:
        """`answer` is called once, from any thread, perhaps at once."""
        with self._lock:
            debt = self._debts.pop(ticket)
            debt.answer = answer
            response = debt.response
        if response is not None:
            answer(response)

    # What came back

    def checked(self, run: int, observation: contract.Observation) -> None:
        self._land(run, lambda core: contract.EventCheckFinished((core, observation)))

    def hooked(self, run: int, verdict: contract.Verdict) -> None:
        self._land(run, lambda core: contract.EventHookFinished((core, verdict)))

    def gathered(
        self,
        run: int,
        result: contract.Ok[tuple[contract.Exposition, str]] | contract.Err[str],
    ) -> None:
        self._land(run, lambda core: contract.EventMetricsGathered((core, result)))

    def signalled(self, signal: contract.Signal) -> None:
        self._take(contract.EventSignalled(signal))

    def look(self) -> None:
        """Something on the board is to be looked at now."""
        self._take(None)

    def wake(self) -> None:
        """The alarm: at the moment asked for, or early."""
        with self._lock:
            self._alarm_at = inf
            if self._now() < self._wake_at:
                self._arm()
            else:
                self._advance()
        self._rest()

    # The loop; from here on the lock is held

    def _change(self, call: Callable[[int], T]) -> T:
        """What waits goes before it, its actions come at once."""
        try:
            with self._lock:
                now = self._settle()
                try:
                    return call(now)
                finally:
                    self._advance()
        finally:
            self._rest()

    def _later(self, ticket: int) -> contract.ReplyLater:
        """A ticket that means nothing to another core, should this one be replaced."""
        self._tickets += 1
        self._owed[ticket] = self._debts[self._tickets] = Debt()
        self._advance()
        return contract.ReplyLater(self._tickets)

    def _settle(self) -> int:
        """Brings the core up to date for a question; cheap when nothing waits."""
        now = self._now()
        board = self.board
        if (
            now >= self._wake_at
            or self._queue
            or board.kicked
            or board.working != self._told_working
        ):
            self._advance()
        return now

    def _advance(self) -> None:
        if self._closed:
            self._queue.clear()
            return
        while True:
            now = self._now()
            self._collect(now)
            count = min(len(self._queue), EVENTS_A_STEP)
            outcome = self._machine.step(
                now, [self._queue.popleft() for _ in range(count)]
            )
            self._wake_at = inf if outcome.wake_at is None else outcome.wake_at
            for action in outcome.actions:
                self._perform(action)
            if not self._queue:
                break
        self._arm()

    def _collect(self, now: float) -> None:
        """Puts what the board holds into the queue."""
        board = self.board
        if board.kicked or now >= self._wake_at:
            board.kicked = False
            for probe, kick in self._kicks.items():
                at = kick.pulse.at
                entry = self._machine.probe(probe)
                if at > kick.told and entry is not None:
                    kick.told = at
                    event = contract.EventKicked((entry.core_id, int(at * 1_000)))
                    self._queue.append(event)
        working = board.working
        if working != self._told_working:
            self._told_working = working
            self._queue.append(contract.EventWorking(max(working, 0)))

    def _perform(self, action: contract.Action) -> None:
        application = self._application
        match action:
            case contract.ActionLog(record):
                self._tell(application.log, record)
            case contract.ActionPhaseChanged(phase):
                if phase in (contract.Phase.DRAINING, contract.Phase.STOPPING):
                    self.board.urgent = True
                    # a change that came just before is not to wait for the next one
                    if self.board.working != self._told_working:
                        self._collect(-inf)
                self._tell(application.phase_changed, phase)
            case contract.ActionNotifyShutdown(cause):
                self._tell(application.shutdown_begun, cause)
            case contract.ActionRunCheck(run):
                self._check(run)
            case contract.ActionRunHook(run):
                self._hook(run)
            case contract.ActionCancelCheck(core_run) | contract.ActionCancelHook(
                core_run
            ):
                cancel = self._flights.cancel(core_run)
                if cancel is not None:
                    self._tell(cancel)
            case contract.ActionGatherMetrics((ticket, form)):
                flight = self._flights.take_off(ticket, cancellable=False)
                self._tell(application.gather, flight, form)
            case contract.ActionAnswer((ticket, response)):
                self._answer(self._owed.pop(ticket, None), response)
            case contract.ActionFinished(report):
                self._tell(application.finished, report)
            case contract.ActionReRaise(signal):
                self._tell(application.re_raise, signal)
            case contract.ActionCloseServer():
                self._close()

    def _check(self, run: contract.CheckRun) -> None:
        entry = self._machine.probe_by_core_id(run.probe)
        if entry is None:
            return
        flight = self._flights.take_off(run.run)
        check = entry.value.check
        if isinstance(check, (contract.CheckHttp, contract.CheckTcp)):

            def done(verdict: contract.Verdict) -> None:
                self.checked(flight, contract.Observation(verdict, []))

            cancel = self._outbound.check(entry.id, entry.value.name, check, done)
            self._flights.cancelled_by(flight, cancel)
        else:
            cancel = partial(self._application.cancel, flight)
            self._flights.cancelled_by(flight, cancel)
            check_of = self.checks.get(entry.id)
            self._tell(self._application.run_check, flight, run.timeout, check_of)

    def _hook(self, run: contract.HookRun) -> None:
        entry = self._machine.hook_by_core_id(run.hook)
        if entry is None:
            return
        flight = self._flights.take_off(run.run)
        kind = entry.value.kind
        if isinstance(kind, contract.HookKindHttp):
            done = partial(self.hooked, flight)
            cancel = self._outbound.call(entry.value.name, kind.value, done)
            self._flights.cancelled_by(flight, cancel)
        else:
            cancel = partial(self._application.cancel, flight)
            self._flights.cancelled_by(flight, cancel)
            run_of = self.hooks.get(entry.id)
            self._tell(self._application.run_hook, flight, run.timeout, run_of)

    def _answer(self, debt: Debt | None, response: contract.Response) -> None:
        if debt is None:
            return
        debt.response = response
        if debt.answer is not None:
            self._tell(debt.answer, response)

    def _land(self, run: int, event: Callable[[int], contract.Event]) -> None:
        with self._lock:
            core_run = self._flights.land(run)
            if core_run is not None:
                self._queue.append(event(core_run))
                self._advance()
        self._rest()

    def _take(self, event: contract.Event | None) -> None:
        with self._lock:
            if event is not None:
                self._queue.append(event)
            self._advance()
        self._rest()

    def restored(self, reason: str) -> None:
        """Nothing that was begun for the old core counts for the new one."""
        self._abandon_all()
        for kick in self._kicks.values():
            kick.told = 0.0
        self._told_working = 0
        self._wake_at = 0
        # outside of the call that failed: what the new core wants is to be done now
        self._arm()
        self._say(
            "the health core failed and begins anew, results are unknown again: "
            + reason,
            reason,
        )

    def failed(self, reason: str) -> None:
        """There is no core any more."""
        self._abandon_all()
        self._wake_at = inf
        self._say(
            "the health core failed for good, every answer is 503 from now on: "
            + reason,
            reason,
        )
        self._tell(self._application.failed, reason)

    def _abandon_all(self) -> None:
        for cancel in self._flights.abandon():
            self._tell(cancel)
        for debt in self._owed.values():
            self._answer(debt, UNAVAILABLE)
        self._owed.clear()

    def _close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._wake_at = inf
        for cancel in self._flights.abandon():
            self._tell(cancel)
        self._tell(self._outbound.close)
        self._tell(self._application.close_server, len(self._owed))

    def _say(self, message: str, error: str) -> None:
        self._tell(
            self._application.log,
            log_record(contract.Level.ERROR, message, error=error),
        )

    def _tell(self, call: Callable[..., None], *values: object) -> None:
        self._outbox.append(partial(call, *values))

    def _arm(self) -> None:
        if self._wake_at < self._alarm_at:
            self._alarm_at = self._wake_at
            self._alarm(int(self._wake_at))

    def _now(self) -> int:
        return int(self._clock() * 1_000)

    # With no lock held

    def _rest(self) -> None:
        """Tells what is to be told, one thread at a time: others leave it theirs."""
        while self._outbox and self._telling.acquire(blocking=False):
            try:
                while self._outbox:
                    self._outbox.popleft()()
            finally:
                self._telling.release()
