"""A health object on a free port of this machine, and what one asks it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Protocol

from hams import Health

PATIENCE_S = 20.0


class MakeService(Protocol):
    """Makes a health object with these options besides."""

    def __call__(self, **options: Any) -> Health: ...


@dataclass
class Answer:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


def get(
    health: Health,
    path: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> Answer:
    """Asks its server, over a connection of its own."""
    assert health.address is not None
    connection = HTTPConnection("127.0.0.1", health.address.port, timeout=PATIENCE_S)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, dict(response.headers), response.read().decode())
    finally:
        connection.close()


def until(is_so: Callable[[], object]) -> None:
    """Waits until it is so, and fails where it never is."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "it never was so"
        time.sleep(0.002)
