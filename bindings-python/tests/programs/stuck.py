"""The main thread in a C call that no signal interrupts, for a while or for ever."""

import signal
import sys

from listening import Listening, Stuck, say

from hams._generated.hams import Signal
from hams._signals import re_raise

stuck = Stuck()


def freed(signal: Signal) -> None:
    if signal is Signal.TERMINATE:
        stuck.free()


def dying(signal: Signal) -> None:
    if signal is Signal.INTERRUPT:
        re_raise(Signal.INTERRUPT)


listening = Listening(on=dying if "forever" in sys.argv else freed).install()
say("ready")
stuck.wait()
say("free")
# Python runs the handler of SIGTERM before the next instruction, so before this.
signal.raise_signal(signal.SIGINT)
while listening.wait() is not Signal.INTERRUPT:
    pass
