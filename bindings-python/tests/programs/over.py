"""Somebody's handler over ours: theirs is the signal, until they put ours back."""

import signal
from types import FrameType

from listening import Listening, say

listening = Listening().install()


def alone(number: int, frame: FrameType | None) -> None:
    say("theirs alone")


def chaining(number: int, frame: FrameType | None) -> None:
    say("theirs")
    assert callable(ours)
    ours(number, frame)


ours = signal.signal(signal.SIGTERM, alone)
signal.raise_signal(signal.SIGTERM)
signal.signal(signal.SIGTERM, chaining)
signal.raise_signal(signal.SIGTERM)
listening.wait()
signal.signal(signal.SIGTERM, ours)
signal.raise_signal(signal.SIGTERM)
listening.wait()
