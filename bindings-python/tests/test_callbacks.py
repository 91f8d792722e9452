"""Functions of the application: whatever they do ends in exactly one result."""

from __future__ import annotations

import asyncio
import functools
import gc
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from hams._callbacks import Callbacks, Run, current_run
from hams._generated.hams import (
    Err,
    Exposition,
    Level,
    LogRecord,
    Observation,
    Ok,
    Verdict,
    VerdictFailed,
    VerdictPassed,
    VerdictWarned,
)
from hams._results import Failed, Passed, Warned, message_of, observation_of
from hams._workers import Workers

PATIENCE = 10.0
SECOND = timedelta(seconds=1)
PASSED = Observation(VerdictPassed(), [])


@dataclass
class Taken:
    """Takes the results, and lets a test wait for them."""

    results: SimpleQueue[tuple[int, Any]] = field(default_factory=SimpleQueue)
    records: SimpleQueue[LogRecord] = field(default_factory=SimpleQueue)

    def checked(self, run: int, observation: Observation) -> None:
        self.results.put((run, observation))

    def hooked(self, run: int, verdict: Verdict) -> None:
        self.results.put((run, verdict))

    def gathered(self, run: int, result: Any) -> None:
        self.results.put((run, result))

    def next(self) -> Any:
        return self.results.get(timeout=PATIENCE)


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(most_threads=4)
    yield made
    made.close()


@pytest.fixture
def callbacks(taken: Taken, workers: Workers) -> Iterator[Callbacks]:
    made = Callbacks(taken, workers, taken.records.put)
    yield made
    made.close()


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs in a thread named "application"."""
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever, name="application")
    thread.start()
    yield made
    if not made.is_closed():
        made.call_soon_threadsafe(made.stop)
        thread.join(PATIENCE)
        made.close()


async def nothing() -> None: ...


async def thread_name() -> Warned:
    return Warned(threading.current_thread().name)


def failed(message: str) -> Observation:
    return Observation(VerdictFailed(message), [])


class TextlessError(Exception):
    def __str__(self) -> str:
        raise ValueError


class AsyncCallable:
    async def __call__(self) -> bool:
        return False


class Awaited:
    def __await__(self) -> Generator[Any, None, bool]:
        yield from asyncio.sleep(0).__await__()
        return False


def raising(error: BaseException) -> Callable[[], None]:
    def check() -> None:
        raise error

    return check


def raising_later(error: BaseException) -> Callable[[], Any]:
    async def check() -> None:
        await asyncio.sleep(0)
        raise error

    return check


@pytest.mark.parametrize(
    ("check", "observation"),
    [
        pytest.param(lambda: None, PASSED, id="None passes"),
        pytest.param(lambda: True, PASSED, id="True passes"),
        pytest.param(lambda: False, failed(""), id="False fails"),
        pytest.param(None, PASSED, id="a check removed meanwhile passes"),
        pytest.param(nothing, PASSED, id="a coroutine of None passes"),
        pytest.param(AsyncCallable(), failed(""), id="an object with async __call__"),
        pytest.param(
            functools.partial(AsyncCallable()), failed(""), id="a partial of one"
        ),
        pytest.param(
            lambda: AsyncCallable()(), failed(""), id="a lambda of a coroutine"
        ),
        pytest.param(lambda: Awaited(), failed(""), id="any awaitable"),
        pytest.param(
            lambda: Warned("slow", {"p99": 1.5}),
            Observation(VerdictWarned("slow"), [("p99", "1.5")]),
            id="Warned",
        ),
        pytest.param(
            lambda: "PONG",
            failed(
                "the check returned a value of type str, neither None nor a bool nor "
                "Passed, Warned or Failed"
            ),
            id="anything else fails",
        ),
        pytest.param(
            lambda: Failed("x", 7),  # type: ignore[arg-type]
            failed("data is a mapping of names to values, not of type int"),
            id="data that is no mapping fails",
        ),
        *(
            pytest.param(
                make(error), failed(text), id=f"{make.__name__} {type(error).__name__}"
            )
            for make in (raising, raising_later)
            for error, text in [
                (OSError("no db"), "no db"),
                (KeyError("DB"), "KeyError: 'DB'"),
                (ValueError(), "ValueError"),
                (TextlessError(), "TextlessError"),
                (SystemExit(3), "3"),
                (KeyboardInterrupt(), "KeyboardInterrupt"),
                (asyncio.CancelledError(), "CancelledError"),
            ]
        ),
    ],
)
def test_a_check_has_one_result(
    callbacks: Callbacks, taken: Taken, check: Any, observation: Observation
) -> None:
    callbacks.check(7, 1_000, check)
    assert taken.next() == (7, observation)
    callbacks.cancel(7)
    callbacks.check(8, 1_000, nothing)  # after whatever the last one left behind
    assert taken.next() == (8, PASSED)
    assert callbacks._calls == {}


def test_data_has_texts_as_in_every_language() -> None:
    data: Mapping[str, Any] = {"pool": 4, "primary": True, "host": "a", "load": 0.5}
    assert observation_of(Passed(data)).data == [
        ("pool", "4"),
        ("primary", "true"),
        ("host", "a"),
        ("load", "0.5"),
    ]


def test_texts_of_a_million_characters_are_cut() -> None:
    long = "x" * 3_000_000
    observation = observation_of(Failed(long, {long: long}))
    assert observation.verdict == VerdictFailed("x" * 4_096)
    assert observation.data == [("x" * 4_096, "x" * 4_096)]
    assert message_of(ValueError(long)) == "x" * 4_096


def test_more_data_than_may_cross_is_cut() -> None:
    data = {str(number): number for number in range(100_000)}
    assert len(observation_of(Passed(data)).data) == 1_000


def test_a_hook_completes_or_fails(callbacks: Callbacks, taken: Taken) -> None:
    callbacks.hook(1, 1_000, lambda: "whatever")
    assert taken.next() == (1, VerdictPassed())
    callbacks.hook(2, 1_000, raising_later(SystemExit("no")))
    assert taken.next() == (2, VerdictFailed("no"))
    callbacks.hook(3, 1_000, None)
    assert taken.next() == (3, VerdictPassed())


def test_metrics_are_of_the_form_that_was_wanted_or_that_they_name(
    callbacks: Callbacks, taken: Taken
) -> None:
    def text(wanted: Exposition) -> str:
        return f"# {wanted.value}"

    async def pair(_: Exposition) -> tuple[Exposition, str]:
        return Exposition.TEXT, "# mine"

    callbacks.gather(1, Exposition.OPENMETRICS, text)
    assert taken.next() == (1, Ok((Exposition.OPENMETRICS, "# openmetrics")))
    callbacks.gather(2, Exposition.OPENMETRICS, pair)
    assert taken.next() == (2, Ok((Exposition.TEXT, "# mine")))


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        (b"# x", "the metrics callback returned a value of type bytes, neither a str"),
        (("text", "# x"), "the metrics callback returned a value of type tuple"),
        ((Exposition.TEXT,), "the metrics callback returned a value of type tuple"),
        (None, "the metrics callback returned a value of type NoneType"),
        ("x" * 1_048_577, "the metrics have 1048577 characters, over 1048576"),
        ("\U0001f600" * 524_289, "the metrics have 1048578 characters, over 1048576"),
    ],
)
def test_metrics_that_do_not_fit_are_refused_with_the_reason(
    callbacks: Callbacks, taken: Taken, returned: Any, problem: str
) -> None:
    callbacks.gather(1, Exposition.TEXT, lambda _: returned)
    run, result = taken.next()
    assert run == 1
    assert isinstance(result, Err)
    assert result.value.startswith(problem)


def test_metrics_of_the_greatest_length_with_a_lone_surrogate_pass(
    callbacks: Callbacks, taken: Taken
) -> None:
    text = "\ud800" + "x" * 1_048_575
    callbacks.gather(1, Exposition.TEXT, lambda _: text)
    assert taken.next() == (1, Ok((Exposition.TEXT, text)))


def test_a_plain_function_may_wait_for_its_cancellation(
    callbacks: Callbacks, taken: Taken
) -> None:
    runs: SimpleQueue[Run | None] = SimpleQueue()

    def check() -> Failed:
        run = current_run()
        runs.put(run)
        assert run is not None
        was_cancelled = run.wait(timedelta(seconds=PATIENCE))
        return Failed(f"{was_cancelled} {run.cancelled}")

    callbacks.check(1, 1_500, check)
    run = runs.get(timeout=PATIENCE)
    assert run is not None
    assert run.timeout == timedelta(seconds=1.5)
    assert not run.cancelled
    assert not run.wait(timedelta(0))
    callbacks.cancel(1)
    assert taken.next() == (1, failed("True True"))


def test_only_what_a_run_calls_knows_the_run(
    callbacks: Callbacks, taken: Taken
) -> None:
    async def check() -> Warned:
        run = current_run()
        return Warned("none" if run is None else str(run.timeout))

    assert current_run() is None
    callbacks.check(1, 2_000, check)
    assert taken.next() == (1, Observation(VerdictWarned("0:00:02"), []))
    seen: SimpleQueue[Run | None] = SimpleQueue()
    callbacks.notify("on_phase", lambda _: seen.put(current_run()), 1)
    assert seen.get(timeout=PATIENCE) is None


def test_a_coroutine_is_cancelled_as_a_task(callbacks: Callbacks, taken: Taken) -> None:
    begun = threading.Event()

    async def check() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise RuntimeError("let go") from None

    callbacks.check(1, 1_000, check)
    assert begun.wait(PATIENCE)
    callbacks.cancel(1)
    assert taken.next() == (1, failed("let go"))


def test_what_comes_after_the_cancellation_is_still_told_once(
    callbacks: Callbacks, taken: Taken
) -> None:
    begun, release = threading.Event(), threading.Event()

    def check() -> bool:
        begun.set()
        return release.wait(PATIENCE)

    callbacks.check(1, 1_000, check)
    assert begun.wait(PATIENCE)
    callbacks.cancel(1)
    callbacks.cancel(1)
    assert taken.results.empty()
    release.set()
    assert taken.next() == (1, PASSED)


def test_a_coroutine_function_needs_no_worker(
    callbacks: Callbacks, taken: Taken, workers: Workers
) -> None:
    release = threading.Event()
    for _ in range(4):
        workers.submit(lambda: release.wait(PATIENCE))
    callbacks.check(1, 1_000, nothing)
    assert taken.next() == (1, PASSED)
    release.set()


def test_a_run_that_has_not_begun_never_does(
    callbacks: Callbacks, taken: Taken, workers: Workers
) -> None:
    release, ran = threading.Event(), threading.Event()
    for _ in range(4):
        workers.submit(lambda: release.wait(PATIENCE))
    callbacks.check(1, 1_000, ran.set)
    callbacks.cancel(1)
    assert taken.results.get_nowait() == (1, failed("cancelled"))
    release.set()
    callbacks.check(2, 1_000, lambda: None)
    assert taken.next() == (2, PASSED)
    assert not ran.is_set()


def test_an_awaitable_that_comes_after_the_cancellation_is_not_awaited(
    callbacks: Callbacks, taken: Taken
) -> None:
    begun, release, ran = (threading.Event() for _ in range(3))

    async def later() -> None:
        ran.set()
        await asyncio.Event().wait()

    def check() -> Any:
        begun.set()
        release.wait(PATIENCE)
        return later()

    callbacks.check(1, 1_000, check)
    assert begun.wait(PATIENCE)
    callbacks.cancel(1)
    release.set()
    assert taken.next() == (1, failed("cancelled"))
    assert not ran.is_set()


def test_a_coroutine_cancelled_before_it_began_warns_of_nothing(
    callbacks: Callbacks, taken: Taken, loop: asyncio.AbstractEventLoop
) -> None:
    release, held, ran = (threading.Event() for _ in range(3))

    def hold() -> None:
        held.set()
        release.wait(PATIENCE)

    callbacks.loop = loop
    loop.call_soon_threadsafe(hold)
    assert held.wait(PATIENCE)

    async def check() -> None:
        ran.set()

    callbacks.check(1, 1_000, lambda: check())
    callbacks.check(2, 1_000, check)
    # The first one's coroutine has been handed to the loop once its thread is free.
    while callbacks._calls[1]._loop is None:
        threading.Event().wait(0.001)
    callbacks.cancel(1)
    callbacks.cancel(2)
    release.set()
    assert {taken.next()[0], taken.next()[0]} == {1, 2}
    gc.collect()  # a coroutine never awaited would warn, which pytest makes an error
    assert not ran.is_set()


def test_coroutines_run_on_the_loop_of_the_application(
    callbacks: Callbacks, taken: Taken, loop: asyncio.AbstractEventLoop
) -> None:
    callbacks.loop = loop
    callbacks.check(1, 1_000, thread_name)
    assert taken.next()[1].verdict == VerdictWarned("application")
    callbacks.check(2, 1_000, lambda: thread_name())
    assert taken.next()[1].verdict == VerdictWarned("application")


def test_without_a_loop_of_the_application_they_run_on_one_of_our_own(
    callbacks: Callbacks, taken: Taken
) -> None:
    for run in (1, 2):
        callbacks.check(run, 1_000, thread_name)
        assert taken.next()[1].verdict == VerdictWarned("hams-asyncio")


@pytest.mark.parametrize("closed", [True, False])
def test_a_loop_that_has_ended_is_no_longer_used(
    callbacks: Callbacks, taken: Taken, closed: bool
) -> None:
    loop = asyncio.new_event_loop()
    if closed:
        loop.close()
    callbacks.loop = loop
    callbacks.check(1, 1_000, thread_name)
    assert taken.next()[1].verdict == VerdictWarned("hams-asyncio")
    loop.close()


def test_a_loop_that_ends_under_a_run_has_a_result_when_it_is_cancelled(
    callbacks: Callbacks, taken: Taken, loop: asyncio.AbstractEventLoop
) -> None:
    begun = threading.Event()

    async def check() -> None:
        begun.set()
        asyncio.get_running_loop().stop()
        await asyncio.Event().wait()

    callbacks.loop = loop
    callbacks.check(1, 1_000, check)
    assert begun.wait(PATIENCE)
    for thread in threading.enumerate():
        if thread.name == "application":
            thread.join(PATIENCE)
    callbacks.cancel(1)
    assert taken.results.get_nowait() == (1, failed("the event loop has ended"))
    # The loop runs again after all: its result is no second one.
    [task] = asyncio.all_tasks(loop)
    task.cancel()
    loop.run_until_complete(task)
    loop.close()
    assert taken.results.empty()


def test_a_loop_that_is_closed_as_asyncio_run_does_cancels_the_run(
    callbacks: Callbacks, taken: Taken
) -> None:
    async def main() -> None:
        begun = asyncio.Event()

        async def check() -> None:
            begun.set()
            await asyncio.Event().wait()

        callbacks.loop = asyncio.get_running_loop()
        callbacks.check(1, 1_000, check)
        await begun.wait()

    asyncio.run(main())
    assert taken.next() == (1, failed("CancelledError"))
    callbacks.cancel(1)
    assert taken.results.empty()


def test_a_task_of_the_application_that_ends_our_loop_ends_not_the_next_run(
    callbacks: Callbacks, taken: Taken, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: SimpleQueue[threading.ExceptHookArgs] = SimpleQueue()
    monkeypatch.setattr(threading, "excepthook", raised.put)
    tasks = set()

    async def leave() -> None:
        sys.exit(3)

    async def check() -> None:
        tasks.add(asyncio.create_task(leave()))
        await asyncio.Event().wait()

    callbacks.check(1, 1_000, check)
    assert taken.next() == (1, failed("CancelledError"))
    assert raised.get(timeout=PATIENCE).exc_type is SystemExit
    callbacks.check(2, 1_000, nothing)
    assert taken.next() == (2, PASSED)
    assert isinstance(tasks.pop().exception(), SystemExit)


def test_closing_ends_our_loop_when_nothing_is_left_on_it(
    callbacks: Callbacks, taken: Taken
) -> None:
    threads: SimpleQueue[threading.Thread] = SimpleQueue()
    released: SimpleQueue[Callable[[], object]] = SimpleQueue()

    async def check() -> None:
        threads.put(threading.current_thread())
        event = asyncio.Event()
        released.put(
            functools.partial(
                asyncio.get_running_loop().call_soon_threadsafe, event.set
            )
        )
        await event.wait()

    callbacks.check(1, 1_000, check)
    thread = threads.get(timeout=PATIENCE)
    callbacks.close()
    assert thread.is_alive()
    released.get(timeout=PATIENCE)()
    assert taken.next() == (1, PASSED)
    thread.join(PATIENCE)
    assert not thread.is_alive()


@pytest.mark.parametrize("kind", ["plain", "coroutine"])
def test_calls_of_one_callback_come_one_after_another_in_order(
    callbacks: Callbacks, kind: str
) -> None:
    seen: SimpleQueue[int] = SimpleQueue()
    inside: list[int] = []

    def plain(value: int) -> None:
        inside.append(value)
        assert inside == [value]
        inside.remove(value)
        seen.put(value)

    async def coroutine(value: int) -> None:
        inside.append(value)
        await asyncio.sleep(0)
        assert inside == [value]
        inside.remove(value)
        seen.put(value)

    callback = plain if kind == "plain" else coroutine
    for value in range(200):
        callbacks.notify("on_phase", callback, value)
    assert [seen.get(timeout=PATIENCE) for _ in range(200)] == list(range(200))


def test_a_callback_that_hangs_holds_up_no_other(callbacks: Callbacks) -> None:
    release, seen = threading.Event(), threading.Event()
    callbacks.notify("on_phase", lambda _: release.wait(PATIENCE), 1)
    callbacks.notify("on_phase", lambda _: seen.set(), 1)
    assert seen.wait(PATIENCE)
    release.set()


def test_what_a_callback_raises_goes_to_the_log_and_the_next_call_comes(
    callbacks: Callbacks, taken: Taken
) -> None:
    seen: SimpleQueue[int] = SimpleQueue()

    def callback(value: int) -> None:
        if value == 1:
            sys.exit("no more")
        seen.put(value)

    callbacks.notify("on_shutdown", callback, 1)
    callbacks.notify("on_shutdown", callback, 2)
    assert seen.get(timeout=PATIENCE) == 2
    assert taken.records.get(timeout=PATIENCE) == LogRecord(
        Level.ERROR, "on_shutdown callback failed: no more", [("error", "no more")]
    )
    with pytest.raises(Empty):
        taken.records.get_nowait()
