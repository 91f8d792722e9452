"""The same under asyncio."""

import asyncio
from datetime import timedelta

from listening import say

from hams import Health


async def main() -> None:
    async with Health(
        "orders", address="127.0.0.1", port=0, drain=timedelta(milliseconds=500)
    ) as health:

        @health.hook("server")
        async def close_server() -> None:
            say("hook")

        health.start()
        assert health.address is not None
        say(f"listening {health.address.port}")
        report = await health.finished()
        say(f"report {report.overdue}")


asyncio.run(main())
