"""Configures gunicorn: one service for all workers, in the process that forks them."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import Any

from listening import say

from hams import Health

bind = "127.0.0.1:0"
workers = 2
preload_app = True
control_socket_disable = True
loglevel = "warning"

health = Health(
    "orders", address="127.0.0.1", port=0, drain=timedelta(milliseconds=500)
)


def when_ready(server: Any) -> None:
    def close_server() -> None:
        say("hook")
        server.signal(signal.SIGTERM, None)  # as if it came now

    health.add_hook("gunicorn", close_server)
    # HaMS has these signals; gunicorn's own handlers would close it before the drain.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    health.start()
    assert health.address is not None
    say(f"listening {health.address.port}")


def on_exit(server: Any) -> None:
    health.stop()  # first: gunicorn may end without any signal
    say(f"report {health.wait().overdue}")
