"""`add_signal_handler` of an application: before HaMS, after it, for another signal."""

import asyncio
import signal
import sys

from listening import Listening, say


def release(listening: Listening) -> None:
    if "thread" in sys.argv:
        listening.release_in_a_thread()
    else:
        listening.signals.release()


async def main() -> None:
    loop = asyncio.get_running_loop()
    came = asyncio.Event()

    async def heard(number: signal.Signals) -> None:
        signal.raise_signal(number)
        await came.wait()
        came.clear()
        say(f"own {number.name}")

    def add(number: signal.Signals) -> None:
        loop.add_signal_handler(number, came.set)

    listening = Listening()
    match sys.argv[1]:
        case "before":
            add(signal.SIGTERM)
            add(signal.SIGUSR1)
            listening.install()
            await heard(signal.SIGTERM)
            await loop.run_in_executor(None, listening.wait)
            await heard(signal.SIGUSR1)  # not ours, through our descriptor
            release(listening)
            say("released")
            await heard(signal.SIGUSR1)
            await heard(signal.SIGTERM)
        case "after":
            listening.install()
            add(signal.SIGTERM)
            await heard(signal.SIGTERM)
            release(listening)
            await heard(signal.SIGTERM)
        case "other":
            listening.install()
            add(signal.SIGUSR1)
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)
            await loop.run_in_executor(None, listening.wait)
            await loop.run_in_executor(None, listening.wait)
            release(listening)
            await heard(signal.SIGUSR1)


asyncio.run(main())
