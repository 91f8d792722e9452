"""A handler that was there: called after HaMS is told, and it may raise."""

import signal
import sys
from types import FrameType

from listening import Listening, say


def own(number: int, frame: FrameType | None) -> None:
    assert frame is not None
    say(f"own {number}")
    if "raising" in sys.argv:
        sys.exit(3)


signal.signal(signal.SIGTERM, own)
listening = Listening().install()
try:
    say("ready")
    listening.wait()
    say("went on")
except SystemExit:
    listening.wait()
    raise
finally:
    listening.signals.release()
    say("put back" if signal.getsignal(signal.SIGTERM) is own else "lost")
