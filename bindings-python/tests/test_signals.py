"""Signals, with real processes: judged by what they print and how they end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hams._errors import SignalThreadError
from hams._generated.hams import Signal, SignalPolicy
from hams._signals import Signals

PROGRAMS = Path(__file__).parent / "programs"
SECONDS = 30  # for one program; on a busy machine too

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


class Program:
    """A program of `programs/`, in a process of its own."""

    def __init__(
        self, name: str, *arguments: str, before: tuple[str, ...] = ()
    ) -> None:
        self.process = subprocess.Popen(
            [*before, sys.executable, str(PROGRAMS / f"{name}.py"), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that children end with it
        )
        self._overdue = threading.Timer(SECONDS, self._kill)
        self._overdue.start()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip()

    def lines(self) -> list[str]:
        """What is left to read, once the program has ended."""
        assert self.process.stdout is not None
        lines = self.process.stdout.read().splitlines()
        self.process.wait()
        return lines

    def send(self, name: str) -> None:
        self.process.send_signal(signal.Signals[name])

    def end(self) -> None:
        self._overdue.cancel()
        self._kill()
        self.process.communicate()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


@pytest.fixture
def run() -> Iterator[type[Program]]:
    started: list[Program] = []

    class Started(Program):
        def __init__(
            self, name: str, *arguments: str, before: tuple[str, ...] = ()
        ) -> None:
            super().__init__(name, *arguments, before=before)
            started.append(self)

    yield Started
    for program in started:
        program.end()


@pytest.mark.parametrize("policy", ["ignore", "notify", "drain"])
@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("SIGTERM", "terminate"),
        ("SIGINT", "interrupt"),
        ("SIGQUIT", "quit"),
        ("SIGHUP", "hangup"),
    ],
)
def test_a_signal_is_told_and_ends_nothing(
    run: type[Program], policy: str, name: str, word: str
) -> None:
    program = run("policy", policy)
    assert program.line() == "ready"
    program.send(name)
    assert program.lines() == [f"told {word}", "as before"]
    assert program.process.returncode == 0


def test_a_signal_under_leave_keeps_its_default_action(run: type[Program]) -> None:
    program = run("policy", "leave")
    assert program.line() == "ready"
    program.send("SIGTERM")
    assert program.lines() == []
    assert program.process.returncode == -signal.SIGTERM


def test_an_ignored_signal_is_told(run: type[Program]) -> None:
    program = run("ignored", "drain")
    lines = program.lines()
    assert lines[0] == "has a handler"
    assert "told hangup" in lines
    assert lines[-1] == "ignored"


def test_an_ignored_signal_under_ignore_stays_ignored_in_children_too(
    run: type[Program],
) -> None:
    assert run("ignored", "ignore").lines() == ["has none", "told terminate", "ignored"]


def test_the_handler_that_was_there_is_called_and_put_back(run: type[Program]) -> None:
    program = run("chained")
    assert program.line() == "ready"
    program.send("SIGTERM")
    lines = program.lines()
    assert sorted(lines[:2]) == ["own 15", "told terminate"]
    assert lines[2:] == ["went on", "put back"]


def test_a_handler_that_raises_takes_nothing_from_hams(run: type[Program]) -> None:
    program = run("chained", "raising")
    assert program.line() == "ready"
    program.send("SIGTERM")
    lines = program.lines()
    assert sorted(lines[:2]) == ["own 15", "told terminate"]
    assert lines[2:] == ["put back"]
    assert program.process.returncode == 3


def test_pythons_own_ctrl_c_stands_back_and_returns(run: type[Program]) -> None:
    lines = run("ctrl_c").lines()
    assert lines == ["told interrupt", "went on", "KeyboardInterrupt"]


def test_the_ctrl_c_of_asyncio_stands_back_and_returns(run: type[Program]) -> None:
    lines = run("ctrl_c", "asyncio").lines()
    assert lines == ["told interrupt", "put back", "KeyboardInterrupt"]


@pytest.mark.parametrize("threads", ["0", "20"])
def test_a_signal_at_once_is_told(run: type[Program], threads: str) -> None:
    program = run("at_once", threads)
    assert program.lines() == ["told terminate"]
    assert program.process.returncode == 0


def test_a_stuck_main_thread_keeps_no_signal_from_being_told(
    run: type[Program],
) -> None:
    program = run("stuck", "forever")
    assert program.line() == "ready"
    program.send("SIGTERM")
    assert program.line() == "told terminate"
    program.send("SIGTERM")
    assert program.line() == "told terminate"
    program.send("SIGINT")
    assert program.lines() == ["told interrupt"]
    assert program.process.returncode == -signal.SIGINT


def test_a_signal_is_told_once_when_the_main_thread_comes_back(
    run: type[Program],
) -> None:
    program = run("stuck")
    assert program.line() == "ready"
    program.send("SIGTERM")
    lines = program.lines()
    assert sorted(lines) == ["free", "told interrupt", "told terminate"]


@pytest.mark.parametrize("thread", ["main", "thread"])
def test_an_asyncio_handler_from_before_is_called_and_put_back(
    run: type[Program], thread: str
) -> None:
    lines = run("beside_asyncio", "before", thread).lines()
    assert sorted(lines[:2]) == ["own SIGTERM", "told terminate"]
    assert lines[2:] == ["own SIGUSR1", "released", "own SIGUSR1", "own SIGTERM"]


def test_an_asyncio_handler_added_later_has_the_signal(run: type[Program]) -> None:
    lines = run("beside_asyncio", "after").lines()
    assert lines == ["own SIGTERM", "own SIGTERM"]


def test_a_wakeup_descriptor_over_ours_keeps_nothing_from_being_told(
    run: type[Program],
) -> None:
    lines = run("beside_asyncio", "other").lines()
    assert lines == ["told terminate", "told interrupt", "own SIGUSR1"]


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ("ignored", ["as before", "wakeup -1"]),
        ("python", ["KeyboardInterrupt", "as before", "wakeup -1"]),
        ("callable", ["own", "as before", "wakeup -1"]),
        ("over", ["over", "own", "theirs", "wakeup -1"]),
        ("over-default", ["over", "theirs", "wakeup -1"]),
    ],
)
def test_released_by_another_thread_a_signal_does_what_it_did(
    run: type[Program], before: str, lines: list[str]
) -> None:
    program = run("released", before)
    assert program.lines() == lines
    assert program.process.returncode == 0


def test_released_by_another_thread_a_signal_ends_the_process_again(
    run: type[Program],
) -> None:
    program = run("released", "default")
    assert program.lines() == []
    assert program.process.returncode == -signal.SIGTERM


def test_a_handler_over_ours_has_the_signal_and_may_hand_it_on(
    run: type[Program],
) -> None:
    lines = run("over").lines()
    assert lines[0] == "theirs alone"
    assert sorted(lines[1:]) == ["theirs", "told terminate", "told terminate"]


def test_two_services_hear_and_leave_each_other_alone(run: type[Program]) -> None:
    program = run("two")
    assert program.lines() == ["told terminate"] * 3 + ["dying"]
    assert program.process.returncode == -signal.SIGTERM


@pytest.mark.parametrize("blocked", ["", "blocked"])
@pytest.mark.parametrize(
    ("word", "name"), [("terminate", "SIGTERM"), ("hangup", "SIGHUP")]
)
def test_re_raise_ends_the_process_by_the_signal(
    run: type[Program], word: str, name: str, blocked: str
) -> None:
    program = run("die", word, blocked)
    assert program.lines() == ["dying"]
    assert program.process.returncode == -signal.Signals[name]


def test_re_raise_ends_even_process_one(run: type[Program]) -> None:
    alone = ("unshare", "--pid", "--fork", "--kill-child")
    if not shutil.which("unshare") or subprocess.run([*alone, "true"]).returncode:
        pytest.skip("no PID namespace to be had here")
    program = run("die", "terminate", before=alone)
    assert program.lines() == ["dying"]
    assert program.process.returncode == 128 + signal.SIGTERM


def test_a_child_by_fork_has_signals_of_its_own(run: type[Program]) -> None:
    assert run("fork").lines() == [
        "child ended -15",
        "told interrupt",
        "child as before",
        "told terminate",
        "told terminate",
    ]


def test_another_thread_is_told_what_to_do() -> None:
    errors: list[Exception] = []

    def check() -> None:
        Signals.check_thread({Signal.TERMINATE: SignalPolicy.LEAVE})
        try:
            Signals.check_thread({Signal.TERMINATE: SignalPolicy.DRAIN})
        except SignalThreadError as error:
            errors.append(error)

    thread = threading.Thread(target=check, name="request-7")
    thread.start()
    thread.join()
    assert [str(error) for error in errors] == [
        'signal handlers cannot be installed from the thread "request-7": call '
        "start() in the main thread, or leave signals alone with "
        "signals=SignalPolicy.LEAVE"
    ]


def test_the_main_thread_is_fine_and_nothing_has_changed() -> None:
    before = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(before)
    Signals.check_thread({Signal.TERMINATE: SignalPolicy.DRAIN})
    assert signal.set_wakeup_fd(before) == before


@pytest.mark.parametrize("policy", [SignalPolicy.IGNORE, SignalPolicy.DRAIN])
def test_a_signal_that_cannot_be_had_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, policy: SignalPolicy
) -> None:
    monkeypatch.delattr(signal, "SIGHUP")  # as on Windows
    monkeypatch.setattr(signal, "getsignal", lambda number: None)  # a handler in C
    missing: list[str] = []
    signals = Signals()
    signals.install(
        {
            Signal.HANGUP: policy,
            Signal.TERMINATE: policy,
            Signal.QUIT: SignalPolicy.LEAVE,
        },
        None,  # type: ignore[arg-type]  # nothing is installed, so nothing is heard
        lambda signal: None,
        missing.append,
    )
    signals.release()
    assert missing == ["SIGHUP", "SIGTERM"]


def test_a_signal_to_a_child_is_never_told_in_the_parent(run: type[Program]) -> None:
    assert run("forks").lines() == ["ended", "told interrupt"]
