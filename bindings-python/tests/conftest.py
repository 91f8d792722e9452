"""What several tests need made, and ended after them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hams import Health, SignalPolicy
from tests.service import MakeService

# Programs that tests start import what the tests do.
ROOT = Path(__file__).parents[1]
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "src"), str(ROOT)])


@pytest.fixture
def service() -> Iterator[MakeService]:
    """Not yet started; stopped when the test is over."""
    made: list[Health] = []

    def make(**options: Any) -> Health:
        chosen: dict[str, Any] = {
            "version": "1.4.0",
            "address": "127.0.0.1",
            "port": 0,
            # the test runner has a use for signals of its own
            "signals": SignalPolicy.LEAVE,
            **options,
        }
        health = Health("orders", **chosen)
        made.append(health)
        return health

    yield make
    for health in made:
        health.close()
