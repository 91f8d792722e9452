"""The programs that the README shows, each in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.service import until

PROGRAMS = Path(__file__).parent / "readme"
DRAIN_S = 0.5
GUNICORN = ["-m", "gunicorn", "--log-level", "warning"]


class Service:
    """Its health port and, where it has one of its own, the application's."""

    def __init__(self, command: list[str]) -> None:
        self.health, self.application = free_port(), free_port()
        command = [each.replace("PORT", str(self.application)) for each in command]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=PROGRAMS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(PROGRAMS), *sys.path]),
                "DJANGO_SETTINGS_MODULE": "django_settings",
                "HAMS_LISTEN": f"127.0.0.1:{self.health}",
                "HAMS_DRAIN_MS": str(int(DRAIN_S * 1_000)),
                "PORT": str(self.application),
            },
        )

    def ask(self, port: int, path: str) -> int:
        """The status of an answer; 0: there is none."""
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            assert self.process.poll() is None, self.process.communicate()[0]
            return 0
        finally:
            connection.close()


@contextmanager
def serving(*command: str) -> Iterator[Service]:
    service = Service(list(command))
    try:
        yield service
    finally:
        if service.process.poll() is None:
            os.killpg(service.process.pid, signal.SIGKILL)
        service.process.communicate()


@pytest.mark.parametrize(
    ("command", "own_path"),
    [
        (["fastapi_service.py"], "/internal/readyz"),
        (["flask_service.py"], "/internal/readyz"),
        (
            [
                *GUNICORN,
                *("-c", "gunicorn_conf.py", "-w", "2", "-b", "127.0.0.1:PORT"),
                "django_wsgi:application",
            ],
            "/readyz",
        ),
    ],
    ids=["fastapi", "flask", "gunicorn"],
)
def test_requests_are_served_until_the_drain_is_over(
    command: list[str], own_path: str
) -> None:
    with serving(*command) as service:
        until(lambda: service.ask(service.health, "/readyz") == 200)
        until(lambda: service.ask(service.application, own_path) == 200)
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        until(lambda: service.ask(service.health, "/readyz") == 503)
        assert service.ask(service.health, "/livez") == 200
        # not 0: it still listens; 404 where only HaMS has an answer
        assert service.ask(service.application, "/orders") == 404
        output, _ = service.process.communicate(timeout=30)
        assert service.process.returncode == 0, output
        assert time.monotonic() - began >= DRAIN_S


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
