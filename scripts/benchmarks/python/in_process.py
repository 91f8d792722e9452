"""`in_process.py WHAT…`: figures that one process measures, as a line of JSON.

respond fast, respond public: calls a second with 1 and 1 000 probes, and the ratio.
kick: nanoseconds of a kick, of reading the clock and storing, and the ratio.
import: milliseconds of importing the package.
nothing: MiB of an interpreter with what the server needs beside the package.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from statistics import median
from timeit import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hams import Health

ROUNDS = 21
CALLS = 5_000
KICKS = 500_000


def respond(path: str) -> dict[str, float]:
    """The health object's engine, asked as its server asks it."""
    from hams._generated._instance import PUBLIC_VARIABLE
    from hams._generated.hams import Method, ReplyNow, Request

    os.environ[PUBLIC_VARIABLE] = "1" if path == "public" else ""
    request = Request(Method.GET, "/hams/alive", None, None, True)

    def asking(health: Health) -> Callable[[], object]:
        ask = health._runtime.engine.respond
        reply = ask(request)
        assert isinstance(reply, ReplyNow)
        assert reply.value.status == 200
        return partial(ask, request)

    with service(1) as few, service(1000) as many:
        one, thousand, ratio = compare(asking(few), asking(many), CALLS)
    return {"one": 1e9 / one, "many": 1e9 / thousand, "ratio": 1 / ratio}


def kick() -> dict[str, float]:
    """Against a function that does no more than it must."""
    from hams import Roles

    class Cell:
        """Somewhere to store it."""

        __slots__ = ("at",)
        at: float

    def storing() -> Callable[[], None]:
        cell, clock = Cell(), time.monotonic

        def store() -> None:
            cell.at = clock()

        return store

    with service(1) as health:
        limit = timedelta(minutes=1)
        probe = health.add_kick_probe("loop", roles=Roles.LIVE, limit=limit)
        floor, measured, ratio = compare(storing(), probe.kick, KICKS)
    return {"floor": floor, "measured": measured, "ratio": ratio}


def importing() -> dict[str, float]:
    """The whole package, by its first import."""
    began = time.perf_counter()
    import hams  # noqa: F401

    return {"ms": (time.perf_counter() - began) * 1000}


def nothing() -> dict[str, float]:
    """What one has without HaMS and wasmtime."""
    import asyncio  # noqa: F401

    import h11  # noqa: F401

    with open("/proc/self/status") as status:
        kib = next(line for line in status if line.startswith("VmRSS:")).split()[1]
    return {"mib": int(kib) / 1024}


def compare(
    first: Callable[[], object], second: Callable[[], object], calls: int
) -> tuple[float, float, float]:
    """Nanoseconds of both, and the second's over the first's.

    In turns, so that what else the machine does meets both, and in the thread's own
    time, so that waiting for a processor does not count. Each has a loop of its own,
    which the interpreter adapts to it.
    """
    timers = [
        Timer("call()", globals={"call": call}, timer=time.thread_time)
        for call in (first, second)
    ]
    rounds: list[list[float]] = []
    for turn in range(ROUNDS + 1):
        # Who comes first changes from round to round.
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        took = {which: timers[which].timeit(calls) / calls * 1e9 for which in order}
        rounds.append([took[0], took[1]])
    del rounds[0]  # It warms up.
    ratios = [over / under for under, over in rounds]
    return (
        median(under for under, _ in rounds),
        median(over for _, over in rounds),
        median(ratios),
    )


@contextmanager
def service(probes: int) -> Iterator[Health]:
    """A health object that runs, with so many live probes that pass."""
    from hams import Health, Roles, SignalPolicy, Status

    with Health("bench", listen=False, signals=SignalPolicy.LEAVE) as health:
        for probe in range(probes):
            name = f"probe-{probe}"
            health.add_manual_probe(name, roles=Roles.LIVE, initial=Status.UP)
        health.start()
        yield health


what, *parameters = sys.argv[1:]
if what == "respond":
    figures = respond(*parameters)
else:
    figures = {"kick": kick, "import": importing, "nothing": nothing}[what]()
print(json.dumps(figures))
