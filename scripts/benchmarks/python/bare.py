"""`bare.py ANSWER`: the health server with nothing behind it; prints its port.

It answers what ANSWER says, `{status, headers, body}` as JSON, to every request.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable

from hams._generated.hams import Reply, ReplyNow, Request, Response
from hams._server import Server


class Constant:
    """Has one answer for all."""

    def __init__(self, status: int, headers: dict[str, str], body: str) -> None:
        """The server itself tells the length of the body."""
        content_type = headers.pop("content-type", "text/plain")
        headers.pop("content-length", None)
        self.standard_headers = list(headers.items())
        self._reply = ReplyNow(Response(status, content_type, [], body.encode()))

    def respond(self, request: Request) -> Reply:
        """The answer."""
        return self._reply

    def owe(self, ticket: int, answer: Callable[[Response], None]) -> None:
        """Never called: nothing is owed."""
        raise AssertionError(ticket)


async def main() -> None:
    """Serves until SIGTERM."""
    server = Server(Constant(**json.loads(sys.argv[1])))
    address = server.bind("127.0.0.1", 0)
    server.serve()
    terminated = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
    print(address.port, flush=True)
    await terminated.wait()
    await server.close(owed=0)


asyncio.run(main())
