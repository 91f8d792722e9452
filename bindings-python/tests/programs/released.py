"""Released by another thread: a signal does what it did before HaMS came."""

import signal
import sys
from types import FrameType
from typing import Any

from listening import Listening, say


def own(number: int, frame: FrameType | None) -> None:
    say("own")


def over(number: int, frame: FrameType | None) -> None:
    say("over")
    assert callable(ours)
    ours(number, frame)


handlers: dict[str, Any] = {
    "default": signal.SIG_DFL,
    "ignored": signal.SIG_IGN,
    "python": signal.default_int_handler,
    "callable": own,
    "over": own,
    "over-default": signal.SIG_DFL,
}
before = handlers[sys.argv[1]]
signal.signal(signal.SIGTERM, before)
listening = Listening().install()
ours = signal.getsignal(signal.SIGTERM)
if "over" in sys.argv[1]:
    signal.signal(signal.SIGTERM, over)
listening.release_in_a_thread()
listening.release_in_a_thread()
try:
    signal.raise_signal(signal.SIGTERM)
except KeyboardInterrupt:
    say("KeyboardInterrupt")
now = signal.getsignal(signal.SIGTERM)
say("as before" if now is before else "theirs" if now is over else "changed")
listening.signals.release()
say(f"wakeup {signal.set_wakeup_fd(-1)}")
