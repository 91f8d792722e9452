"""What the application does besides, by the name of a scenario."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event

from hams import Health, Roles, current_run

LONGEST_HANGING = timedelta(seconds=1)
HEARTBEAT_LIMIT = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)


def add_scenario(
    health: Health,
    scenario: str,
    *,
    hook: timedelta,
    block_after: timedelta,
    left: timedelta,
) -> Callable[[], None]:
    """Adds what it needs.

    Args:
        health: Where to.
        scenario: Its name.
        hook: How long the slow hook takes.
        block_after: When the main thread blocks, after the health port listens.
        left: What the drain leaves of the grace.

    Returns:
        What to call when the health port listens.
    """
    # Hooks run last registered first, so the quick one comes after what is added below.
    health.add_hook("quick", lambda: _say("quick"))
    # Leaves the quick hook its half.
    timeout = max(MILLISECOND, min(LONGEST_HANGING, left / 2))
    match scenario:
        case "normal":
            pass
        case "slow-hook":

            def slow() -> None:
                run = current_run()
                if run is not None and not run.wait(hook):
                    _say("slow")

            # Only the grace may cut it.
            health.add_hook("slow", slow, timeout=hook + timedelta(seconds=1))
        case "hanging-hook":
            health.add_hook("hanging", Event().wait, timeout=timeout)
        case "failing-hook":
            health.add_hook("failing", _fail)
        case "hanging-check":
            health.add_probe("hang", Event().wait, roles=Roles.READY)
        case "blocked-loop":
            return _blocked_loop(health, block_after)
        case _:
            raise ValueError(f"HAMS_TEST_SCENARIO: {scenario} is no scenario")
    return lambda: None


def _say(hook: str) -> None:
    print(f"HAMS_TEST_HOOK {hook} ran", flush=True)


def _fail() -> None:
    raise RuntimeError("HAMS_TEST_SECRET")


def _blocked_loop(health: Health, block_after: timedelta) -> Callable[[], None]:
    heartbeat = health.add_kick_probe(
        "heartbeat", limit=HEARTBEAT_LIMIT, roles=Roles.LIVE
    )

    def loop() -> None:
        end = time.monotonic() + block_after.total_seconds()
        while time.monotonic() < end:
            heartbeat.kick()
            time.sleep(0.05)
        while True:
            pass

    return loop
