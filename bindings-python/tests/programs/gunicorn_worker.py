"""Configures gunicorn: a service in its one worker, told by the master to end."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import Any

from listening import say

from hams import Health

bind = "127.0.0.1:0"
workers = 1
control_socket_disable = True
loglevel = "warning"
graceful_timeout = 30  # longer than the grace of HaMS

health = Health(
    "orders", address="127.0.0.1", port=0, drain=timedelta(milliseconds=500)
)


def post_worker_init(worker: Any) -> None:
    def close_worker() -> None:
        say("hook")
        worker.alive = False
        os.write(worker.PIPE[1], b"1")  # wakes it, as gunicorn's reloader does

    health.add_hook("gunicorn", close_worker)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    health.start()
    assert health.address is not None
    say(f"listening {health.address.port}")


def worker_exit(server: Any, worker: Any) -> None:
    health.stop()  # first: gunicorn may end without any signal
    say(f"report {health.wait().overdue}")
