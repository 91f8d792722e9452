"""Ctrl-C: Python's own ways of ending stand back, and return."""

import asyncio
import signal
import sys

from listening import Listening, say


async def main() -> None:
    before = signal.getsignal(signal.SIGINT)
    listening = Listening().install()
    signal.raise_signal(signal.SIGINT)
    await asyncio.get_running_loop().run_in_executor(None, listening.wait)
    listening.signals.release()
    say("put back" if signal.getsignal(signal.SIGINT) is before else "lost")
    signal.raise_signal(signal.SIGINT)
    await asyncio.Event().wait()


def plain() -> None:
    listening = Listening().install()
    signal.raise_signal(signal.SIGINT)
    listening.wait()
    say("went on")
    listening.signals.release()
    signal.raise_signal(signal.SIGINT)


try:
    asyncio.run(main()) if "asyncio" in sys.argv else plain()
except KeyboardInterrupt:
    say("KeyboardInterrupt")
