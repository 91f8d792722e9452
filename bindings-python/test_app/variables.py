"""What the environment asks for."""

from __future__ import annotations

import os
from datetime import timedelta


def variable(name: str) -> str | None:
    """`HAMS_TEST_…`; None where it is not set."""
    return os.environ.get(f"HAMS_TEST_{name}")


def milliseconds(name: str, otherwise: int) -> timedelta:
    value = variable(name)
    return timedelta(milliseconds=otherwise if value is None else int(value))
