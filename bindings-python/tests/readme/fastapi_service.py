import contextlib
import os
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI

from hams import Health

health = Health("orders")


@contextlib.asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with health:
        health.start()
        yield


app = FastAPI(lifespan=lifespan)
app.mount("/internal", health.asgi)  # if you want it on the application's port too

server = uvicorn.Server(uvicorn.Config(app, port=int(os.environ.get("PORT", "8000"))))
server.capture_signals = contextlib.nullcontext  # HaMS has the signals


@health.hook("uvicorn")
def close_server() -> None:
    server.should_exit = True  # after the drain


server.run()
