import signal
from typing import Any

from hams import Health

health = Health("orders")  # one for all workers, in the process that forks them


def when_ready(server: Any) -> None:
    # HaMS has these; by gunicorn's own handlers it would close before the drain
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    health.add_hook("gunicorn", lambda: server.signal(signal.SIGTERM, None))
    health.start()


def on_exit(_: Any) -> None:
    health.close()
