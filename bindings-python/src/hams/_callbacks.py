"""Runs the application's functions: plain ones on workers, coroutines on an event loop.

They may raise, never return, or call HaMS; whatever they do ends in exactly one result.
A call that never comes back costs its thread (or its task) and has no result.

The loop is the application's while it runs, so that a check may use the application's
clients; otherwise one in a thread of HaMS's own.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context, ContextVar
from datetime import timedelta
from typing import Protocol, TypeAlias, TypeVar

from ._generated.hams import (
    Err,
    Exposition,
    Level,
    LogRecord,
    Observation,
    Ok,
    Verdict,
    VerdictFailed,
    VerdictPassed,
)
from ._own_loop import OwnLoop
from ._results import CheckCallback, failed_because, message_of, observation_of
from ._workers import Workers

T = TypeVar("T")

HookCallback: TypeAlias = Callable[[], object]
"""A plain or coroutine function; raising is a failed hook, the next one runs then."""

MetricsText: TypeAlias = str | tuple[Exposition, str]
"""A text of the form that was wanted, or of the form it names."""

MetricsCallback: TypeAlias = Callable[
    [Exposition], MetricsText | Awaitable[MetricsText]
]
"""The application's own metrics, plain or coroutine, given the form that is wanted."""

Gathered: TypeAlias = Ok[tuple[Exposition, str]] | Err[str]
"""The result of a gathering, as the contract has it."""

Outcome: TypeAlias = Ok[object] | Err[BaseException]
"""What a function returned or raised."""

# More than this is refused before it could reach the core. In UTF-16 code units.
_LONGEST_METRICS = 1_048_576
# The core's: a text that comes later is left out.
_GATHERING_TIMEOUT_MS = 1_000


class Run:
    """The run of a check, hook or metrics callback that asks; see `current_run`.

    Thread-safe.
    """

    __slots__ = ("_cancelled", "timeout")

    timeout: timedelta
    """How long it may take."""

    def __init__(self, timeout: timedelta) -> None:
        self.timeout = timeout
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether its result is no longer wanted: after the timeout, or at the end."""
        return self._cancelled.is_set()

    def wait(self, timeout: timedelta) -> bool:
        """Sleeps until the run is cancelled or so much time is over.

        For plain functions; a coroutine is cancelled as asyncio's tasks are.

        Returns:
            Whether it is cancelled.
        """
        return self._cancelled.wait(timeout.total_seconds())


_current_run: ContextVar[Run | None] = ContextVar("hams_run", default=None)


def current_run() -> Run | None:
    """The run that this code is called by; None outside of checks, hooks and metrics.

    A thread that the function starts does not know it: hand it over.
    """
    return _current_run.get()


class Results(Protocol):
    """Takes each result once, from a worker, a loop's thread, or within `cancel`."""

    def checked(self, run: int, observation: Observation) -> None:
        """A check has come back."""

    def hooked(self, run: int, verdict: Verdict) -> None:
        """A hook has come back."""

    def gathered(self, run: int, result: Gathered) -> None:
        """The application's metrics have come, or why they have not."""


class Callbacks:
    """Calls the application. All methods are thread-safe and return at once.

    Each function is called in an empty context, in which only the run is known.
    """

    loop: asyncio.AbstractEventLoop | None
    """The application's event loop; used whenever it runs."""

    def __init__(
        self, results: Results, workers: Workers, log: Callable[[LogRecord], None]
    ) -> None:
        self._results = results
        self._workers = workers
        self._log = log
        self.forget_in_child()

    def check(self, run: int, timeout_ms: int, check: CheckCallback | None) -> None:
        """Runs a check; None where it was removed meanwhile, which passes."""
        self._begin(
            run,
            timeout_ms,
            _nothing if check is None else check,
            lambda outcome: self._results.checked(run, _observed(outcome)),
        )

    def hook(self, run: int, timeout_ms: int, hook: HookCallback | None) -> None:
        """Runs a hook; None where it was removed meanwhile, which passes."""

        def done(outcome: Outcome) -> None:
            match outcome:
                case Ok():
                    self._results.hooked(run, VerdictPassed())
                case Err(error):
                    self._results.hooked(run, VerdictFailed(message_of(error)))

        self._begin(run, timeout_ms, _nothing if hook is None else hook, done)

    def gather(
        self, run: int, wanted: Exposition, metrics: MetricsCallback | None
    ) -> None:
        """Asks for the application's metrics."""

        def done(outcome: Outcome) -> None:
            match outcome:
                case Ok(value):
                    self._results.gathered(run, _gathered(wanted, value))
                case Err(error):
                    self._results.gathered(run, Err(message_of(error)))

        ask = _nothing if metrics is None else functools.partial(metrics, wanted)
        self._begin(run, _GATHERING_TIMEOUT_MS, ask, done)

    def notify(self, name: str, callback: Callable[[T], object], value: T) -> None:
        """Calls it when its calls before have come back: one after another, in order.

        What it raises goes to the log.

        Args:
            name: What the log calls it, such as `on_phase`.
            callback: Plain or coroutine; the same object each time.
            value: What it is given.
        """

        def done(outcome: Outcome) -> None:
            self._leave_lane(id(callback))
            if isinstance(outcome, Err):
                text = message_of(outcome.value)
                message = f"{name} callback failed: {text}"
                self._log(LogRecord(Level.ERROR, message, [("error", text)]))

        call = _Call(self, functools.partial(callback, value), None, done)
        with self._lanes_lock:
            lane = self._lanes.setdefault(id(callback), deque())
            lane.append(call.begin)
            is_first = len(lane) == 1
        if is_first:
            call.begin()

    def cancel(self, run: int) -> None:
        """Asks a run to end; its result still comes.

        A coroutine is cancelled as a task, a plain function may look at its `Run`. One
        that has not begun never does: its result comes within this call, as does that
        of one whose event loop has ended.
        """
        call = self._calls.get(run)
        if call is not None:
            call.cancel()

    def close(self) -> None:
        """HaMS's own loop ends when nothing is left on it; nothing is cut."""
        self._own_loop.close()

    def forget_in_child(self) -> None:
        """After a fork: nothing that was under way is there, and no loop."""
        self.loop = None
        self._own_loop = OwnLoop()
        self._calls: dict[int, _Call] = {}
        self._lanes: dict[int, deque[Callable[[], None]]] = {}
        self._lanes_lock = threading.Lock()

    def _begin(
        self,
        run: int,
        timeout_ms: int,
        function: Callable[[], object],
        done: Callable[[Outcome], None],
    ) -> None:
        def came_back(outcome: Outcome) -> None:
            self._calls.pop(run, None)
            done(outcome)

        timeout = timedelta(milliseconds=timeout_ms)
        call = self._calls[run] = _Call(self, function, Run(timeout), came_back)
        call.begin()

    def _leave_lane(self, key: int) -> None:
        with self._lanes_lock:
            lane = self._lanes[key]
            lane.popleft()
            if lane:
                begin = lane[0]
            else:
                del self._lanes[key]
                return
        begin()


class _Call:
    """One call of a function, from its beginning to its one outcome."""

    def __init__(
        self,
        callbacks: Callbacks,
        function: Callable[[], object],
        run: Run | None,
        done: Callable[[Outcome], None],
    ) -> None:
        self._callbacks = callbacks
        self._function = function
        self._run = run
        self._done = done
        self._lock = threading.Lock()
        self._is_done = False
        # From here on only where something is awaited.
        self._awaitable: object = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_own_loop = False
        self._task: asyncio.Task[Outcome] | None = None

    def begin(self) -> None:
        # Anything else that gives an awaitable when called is called on a worker.
        if inspect.iscoroutinefunction(self._function):
            self._await(self._function)
        else:
            self._callbacks._workers.submit(self._call)

    def cancel(self) -> None:
        if self._run is not None:
            self._run._cancelled.set()
        if self._callbacks._workers.withdraw(self._call):
            self._end(Err(asyncio.CancelledError("cancelled")))
        elif self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._cancel_task)
                has_ended = not (self._on_own_loop or self._loop.is_running())
            except RuntimeError:  # it is closed
                has_ended = True
            if has_ended:
                self._end(Err(RuntimeError("the event loop has ended")))

    def _call(self) -> None:
        """On a worker."""
        try:
            value = Context().run(self._enter)
        except BaseException as error:
            self._end(Err(error))
            return
        if inspect.isawaitable(value):
            self._awaitable = value
            self._await(lambda: value)
        else:
            self._end(Ok(value))

    def _enter(self) -> object:
        _current_run.set(self._run)
        return self._function()

    def _await(self, function: Callable[[], object]) -> None:
        loop = self._callbacks.loop
        if loop is None or not loop.is_running() or not self._hand_to(loop, function):
            self._on_own_loop = True
            try:
                self._hand_to(self._callbacks._own_loop.enter(), function)
            except RuntimeError as error:  # no thread is to be had
                self._end(Err(error))

    def _hand_to(
        self, loop: asyncio.AbstractEventLoop, function: Callable[[], object]
    ) -> bool:
        """False: the loop has been closed in this very moment."""
        self._loop = loop
        try:
            loop.call_soon_threadsafe(self._start_task, function, context=Context())
        except RuntimeError:
            return False
        return True

    def _start_task(self, function: Callable[[], object]) -> None:
        """On the loop."""
        _current_run.set(self._run)
        self._task = asyncio.get_running_loop().create_task(_outcome_of(function))
        self._task.add_done_callback(self._task_done)
        if self._run is not None and self._run.cancelled:
            self._task.cancel()

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _task_done(self, task: asyncio.Task[Outcome]) -> None:
        if task.cancelled():  # before its first step
            self._end(Err(asyncio.CancelledError("cancelled")))
        else:
            self._end(task.result())

    def _end(self, outcome: Outcome) -> None:
        with self._lock:
            if self._is_done:
                return
            self._is_done = True
        if self._on_own_loop:
            self._callbacks._own_loop.leave()
        _discard(self._awaitable)
        self._done(outcome)


async def _outcome_of(function: Callable[[], object]) -> Outcome:
    try:
        value = function()
        return Ok(await value if inspect.isawaitable(value) else value)
    except GeneratorExit:  # thrown away with its loop, maybe while a lock is held
        raise
    except BaseException as error:
        return Err(error)


def _discard(awaitable: object) -> None:
    """Python warns of coroutines that were never begun."""
    if (
        inspect.iscoroutine(awaitable)
        and inspect.getcoroutinestate(awaitable) == inspect.CORO_CREATED
    ):
        awaitable.close()


def _observed(outcome: Outcome) -> Observation:
    if isinstance(outcome, Err):
        return failed_because(outcome.value)
    try:
        return observation_of(outcome.value)
    except Exception as error:  # texts and data are the application's objects
        return failed_because(error)


def _gathered(wanted: Exposition, result: object) -> Gathered:
    form, text = wanted, result
    if isinstance(result, tuple) and len(result) == 2:
        form, text = result
    if not isinstance(form, Exposition) or not isinstance(text, str):
        return Err(
            f"the metrics callback returned a value of type {type(result).__name__}, "
            "neither a str nor an Exposition and a str"
        )
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units > _LONGEST_METRICS:
        return Err(f"the metrics have {units} characters, over {_LONGEST_METRICS}")
    return Ok((form, text))


def _nothing() -> None:
    pass
