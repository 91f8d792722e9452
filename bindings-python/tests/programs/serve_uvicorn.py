"""uvicorn, its own way (it closes at once) or HaMS's (it closes after the drain)."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import uvicorn
from listening import say

from hams import Health

health = Health(
    "orders", address="127.0.0.1", port=0, drain=timedelta(milliseconds=500)
)


@contextlib.asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    async with health:
        health.start()
        assert health.address is not None
        say(f"listening {health.address.port}")
        yield
        say("lifespan over")
        if "drained" in sys.argv:
            report = await health.finished()
            say(f"report {report.overdue}")


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    assert scope["type"] == "lifespan"
    async with contextlib.AsyncExitStack() as stack:
        await receive()
        await stack.enter_async_context(lifespan())
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})


server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))


@health.hook("uvicorn")
def close_server() -> None:
    say("hook")
    server.should_exit = True


if "drained" in sys.argv:
    # HaMS has the signals; the hook closes uvicorn when the drain is over.
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment,method-assign]
server.run()
