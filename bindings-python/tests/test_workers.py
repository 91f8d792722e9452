"""Threads for what may block."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import pytest

from hams._workers import Workers

PATIENCE = 10.0


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(most_threads=2)
    yield made
    made.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_task_runs_in_a_daemon_thread_of_its_own(workers: Workers) -> None:
    seen: SimpleQueue[threading.Thread] = SimpleQueue()
    workers.submit(lambda: seen.put(threading.current_thread()))
    thread = seen.get(timeout=PATIENCE)
    assert thread is not threading.current_thread()
    assert thread.daemon
    assert thread.name == "hams-worker-1"


def test_an_idle_thread_is_used_again(workers: Workers) -> None:
    seen: SimpleQueue[str] = SimpleQueue()
    names = set()
    for _ in range(20):
        workers.submit(lambda: seen.put(threading.current_thread().name))
        names.add(seen.get(timeout=PATIENCE))
        until(lambda: workers._idle == 1)
    assert names == {"hams-worker-1"}


def test_tasks_beyond_the_most_threads_wait_and_none_is_lost(workers: Workers) -> None:
    release = threading.Event()
    seen: SimpleQueue[int] = SimpleQueue()
    for _ in range(2):
        workers.submit(lambda: release.wait(PATIENCE))
    for number in range(50):
        workers.submit(functools.partial(seen.put, number))
    assert seen.empty()
    assert workers._threads == 2
    release.set()
    assert sorted(seen.get(timeout=PATIENCE) for _ in range(50)) == list(range(50))


def test_a_hung_task_costs_its_thread_only(workers: Workers) -> None:
    release, seen = threading.Event(), threading.Event()
    workers.submit(lambda: release.wait(PATIENCE))
    workers.submit(seen.set)
    assert seen.wait(PATIENCE)
    release.set()


def test_two_tasks_that_come_together_get_two_threads(workers: Workers) -> None:
    both = threading.Barrier(3)
    for _ in range(2):
        workers.submit(lambda: both.wait(PATIENCE))
    both.wait(PATIENCE)


def test_two_tasks_get_two_threads_though_one_is_idle() -> None:
    for _ in range(20):  # the idle one may be quick to take the first
        workers = Workers()
        workers.submit(lambda: None)
        until(lambda: workers._idle == 1)  # noqa: B023
        both = threading.Barrier(3)
        workers.submit(lambda: both.wait(PATIENCE))  # noqa: B023
        workers.submit(lambda: both.wait(PATIENCE))  # noqa: B023
        both.wait(PATIENCE)
        workers.close()


def test_an_idle_thread_holds_no_task(workers: Workers) -> None:
    event = threading.Event()
    held = weakref.ref(event)
    workers.submit(event.set)
    until(lambda: workers._idle == 1)
    del event
    assert held() is None


def test_a_task_that_waits_can_be_withdrawn(workers: Workers) -> None:
    release, ran = threading.Event(), threading.Event()
    for _ in range(2):
        workers.submit(lambda: release.wait(PATIENCE))
    last = threading.Event()
    workers.submit(ran.set)
    workers.submit(last.set)
    assert workers.withdraw(ran.set)
    assert not workers.withdraw(ran.set)
    release.set()
    assert last.wait(PATIENCE)
    assert not ran.is_set()


def test_a_task_that_raises_is_told_and_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raised: SimpleQueue[threading.ExceptHookArgs] = SimpleQueue()
    monkeypatch.setattr(threading, "excepthook", raised.put)
    workers = Workers(most_threads=1)
    release, seen = threading.Event(), threading.Event()

    def broken() -> None:
        release.wait(PATIENCE)
        raise ArithmeticError("a fault of ours")

    workers.submit(broken)
    workers.submit(seen.set)
    release.set()
    assert seen.wait(PATIENCE)
    assert raised.get(timeout=PATIENCE).exc_type is ArithmeticError
    workers.close()


def test_what_is_submitted_before_and_after_the_end_still_runs(
    workers: Workers,
) -> None:
    seen: SimpleQueue[str] = SimpleQueue()
    workers.submit(lambda: seen.put("before"))
    workers.close()
    workers.submit(lambda: seen.put("after"))
    assert {seen.get(timeout=PATIENCE), seen.get(timeout=PATIENCE)} == {
        "before",
        "after",
    }


def test_an_idle_thread_ends_and_lets_go_of_everything() -> None:
    workers = Workers(idle_seconds=0.01)
    seen: SimpleQueue[threading.Thread] = SimpleQueue()
    workers.submit(lambda: seen.put(threading.current_thread()))
    thread = seen.get(timeout=PATIENCE)
    gone = weakref.ref(workers)
    del workers
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert gone() is None


def test_closing_ends_an_idle_thread_at_once(workers: Workers) -> None:
    seen: SimpleQueue[threading.Thread] = SimpleQueue()
    workers.submit(lambda: seen.put(threading.current_thread()))
    thread = seen.get(timeout=PATIENCE)
    workers.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_where_no_thread_is_to_be_had_the_next_submission_tries_again(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    first, second = threading.Event(), threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        workers.submit(first.set)
    assert not first.is_set()
    workers.submit(second.set)
    assert first.wait(PATIENCE)
    assert second.wait(PATIENCE)


def test_a_process_ends_beside_a_hung_task() -> None:
    program = (
        "import threading; from hams._workers import Workers\n"
        "begun = threading.Event()\n"
        "Workers().submit(lambda: (begun.set(), threading.Event().wait()))\n"
        "begun.wait(); print('end')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")


FORKING = """
import os, threading
from hams._workers import Workers

workers = Workers()
begun = threading.Event()
workers.submit(lambda: (begun.set(), threading.Event().wait()))
begun.wait()
workers._changed.acquire()  # held by nobody in the child
child = os.fork()
if child == 0:
    workers.forget_in_child()
    ran = threading.Event()
    workers.submit(ran.set)
    os._exit(0 if ran.wait(10) else 1)
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_child_begins_anew() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKING],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
