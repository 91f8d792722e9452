"""Signals to whole services: readiness goes, liveness stays, and they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
SECONDS = 60  # for one service; on a busy machine too

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


class Service:
    """A service of `programs/` in a process of its own, once it listens."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROGRAMS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that its children are found
        )
        self._overdue = threading.Timer(SECONDS, self.kill)
        self._overdue.start()
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("listening "), line + self.process.stdout.read()
        self._port = int(line.split()[1])

    def status(self, path: str) -> int:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def wait_until_not_ready(self) -> None:
        while self.status("/readyz") == 200:
            pass

    def lines(self) -> list[str]:
        """What it says until it has ended, its children too."""
        assert self.process.stdout is not None
        lines = self.process.stdout.read().splitlines()
        self.process.wait()
        return lines

    def has_left_processes(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        self._overdue.cancel()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


@contextmanager
def serving(*command: str) -> Iterator[Service]:
    service = Service(list(command))
    try:
        yield service
    finally:
        service.kill()
        service.process.communicate()


def gunicorn(configuration: str) -> tuple[str, ...]:
    return ("-m", "gunicorn", "--config", f"{configuration}.py", "wsgi_hello:app")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize(
    "command",
    [
        ("serve_plain.py",),
        ("serve_asyncio.py",),
        ("serve_uvicorn.py", "drained"),
        gunicorn("gunicorn_master"),
    ],
    ids=["plain", "asyncio", "uvicorn", "gunicorn"],
)
def test_a_service_drains_and_ends_by_itself(
    command: tuple[str, ...], name: str
) -> None:
    if command[0] == "serve_uvicorn.py":
        pytest.importorskip("uvicorn")
    if command[0] == "-m":
        pytest.importorskip("gunicorn")
    with serving(*command) as service:
        assert (service.status("/readyz"), service.status("/livez")) == (200, 200)
        service.process.send_signal(signal.Signals[name])
        service.wait_until_not_ready()
        assert service.status("/livez") == 200
        lines = service.lines()
        assert [line for line in lines if line != "lifespan over"] == [
            "hook",
            "report False",
        ]
        assert service.process.returncode == 0
        assert not service.has_left_processes()


def test_a_service_in_a_gunicorn_worker_drains_when_the_master_is_told() -> None:
    pytest.importorskip("gunicorn")
    with serving(*gunicorn("gunicorn_worker")) as service:
        service.process.send_signal(signal.SIGTERM)
        service.wait_until_not_ready()
        assert service.status("/livez") == 200
        assert service.lines() == ["hook", "report False"]
        assert service.process.returncode == 0
        assert not service.has_left_processes()


def test_uvicorn_with_signals_of_its_own_closes_at_once_and_hooks_still_run() -> None:
    pytest.importorskip("uvicorn")
    with serving("serve_uvicorn.py") as service:
        service.process.send_signal(signal.SIGTERM)
        assert service.lines() == ["lifespan over", "hook"]
        # uvicorn raises the signal again when it has closed.
        assert service.process.returncode == -signal.SIGTERM


def test_a_stuck_main_thread_dies_by_its_signal_when_the_grace_is_over() -> None:
    with serving("serve_stuck.py") as service:
        service.process.send_signal(signal.SIGTERM)
        service.wait_until_not_ready()
        assert service.status("/livez") == 200
        assert service.lines() == ["hook"]
        assert service.process.returncode == -signal.SIGTERM
