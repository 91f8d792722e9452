"""`service.py PROBES [spin]`: a service with so many live probes that pass.

It prints its port. With `spin` a thread of the application computes in pure Python and
never waits.
"""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from threading import Thread

from hams import Health, Roles, Status


def spin() -> None:
    """Holds the interpreter as long as it is let."""
    turns = 0
    while True:
        turns += 1


probes, *mode = sys.argv[1:]
logger = logging.getLogger("silent")
logger.disabled = True
with Health(
    "bench", address="127.0.0.1", port=0, drain=timedelta(0), logger=logger
) as health:
    for probe in range(int(probes)):
        health.add_manual_probe(f"probe-{probe}", roles=Roles.LIVE, initial=Status.UP)
    health.start()
    if mode == ["spin"]:
        Thread(target=spin, daemon=True).start()
    assert health.address is not None
    print(health.address.port, flush=True)
    health.wait()
