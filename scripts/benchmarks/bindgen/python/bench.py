"""What a call costs by the generated bindings and by hand: `bench.py FOLDER PACKAGE COMPONENT`.

FOLDER holds PACKAGE, the bindings of the echo world. A line of JSON for each case.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable

from wasmtime import Engine
from wasmtime.component import Component

import by_hand

ROUNDS = 21
ROUND_NS = 20_000_000


def calls_a_round(call: Callable[[], object]) -> int:
    """How many calls take about as long as a round should."""
    count = 1
    while True:
        took = timed(call, count)
        if took > ROUND_NS / 4:
            return max(1, int(count * ROUND_NS / took))
        count *= 4


def timed(call: Callable[[], object], count: int) -> int:
    """The thread's nanoseconds for so many calls."""
    start = time.thread_time_ns()
    for _ in range(count):
        call()
    return time.thread_time_ns() - start


def compare(
    what: str, generated: Callable[[], object], by_hand: Callable[[], object]
) -> None:
    """Measures both in turns, so that the machine's moods meet both."""
    assert generated() == by_hand(), what
    count = calls_a_round(by_hand)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, found in zip((generated, by_hand), times):
            found.append(timed(call, count) / count)
    ours, best = (round(statistics.median(found)) for found in times)
    line = {"what": f"python: {what}", "generated": ours, "byHand": best}
    print(json.dumps(line), flush=True)


folder, package, path = sys.argv[1:]
sys.path.insert(0, folder)
world = importlib.import_module(f"{package}.echoes")
engine = Engine()
component = Component.from_file(engine, path)
ours = world.Echoes(engine, component).echo
best = by_hand.Echo(engine, component, world)
text = "a text of a hundred characters, give or take. " * 3
wides = [
    world.Wide(
        *(i, 1 << 60, 65535, "dé", i or None, ["one", "two", "three"], True, "h", "i"),
        *(world.Few.A | world.Few.C, world.All32.F0 | world.All32.F31, (1, 2), 1.5, -1),
        world.Some9.F8,
    )
    for i in range(4)
]
compare("a scalar", lambda: ours.byte(7), lambda: best.byte(7))
compare("a string", lambda: ours.text(text[:100]), lambda: best.text(text[:100]))
compare("a record of lists", lambda: ours.wides(wides), lambda: best.wides(wides))
