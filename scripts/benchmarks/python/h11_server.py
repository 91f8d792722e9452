"""`h11_server.py ANSWER`: h11 as its documentation has it, on asyncio; prints its port.

It answers what ANSWER says, `{status, headers, body}` as JSON, to every request. There
are no limits and no checks: it is the least that such a server costs.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import h11

answer: dict[str, Any] = json.loads(sys.argv[1])
STATUS: int = answer["status"]
HEADERS = [(name.encode(), value.encode()) for name, value in answer["headers"].items()]
BODY: bytes = answer["body"].encode()


class Client(asyncio.Protocol):
    """A connection, whose whole exchange h11 follows."""

    def connection_made(self, transport: Any) -> None:
        """Begins with a parser of its own."""
        self._transport = transport
        self._connection = h11.Connection(h11.SERVER)

    def data_received(self, data: bytes) -> None:
        """Answers what has come."""
        connection = self._connection
        connection.receive_data(data)
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA or isinstance(event, h11.ConnectionClosed):
                return
            if isinstance(event, h11.EndOfMessage):
                self._transport.write(
                    connection.send(h11.Response(status_code=STATUS, headers=HEADERS))
                    + connection.send(h11.Data(data=BODY))
                    + connection.send(h11.EndOfMessage())
                )
                connection.start_next_cycle()


async def main() -> None:
    """Serves until it is killed."""
    server = await asyncio.get_running_loop().create_server(Client, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
