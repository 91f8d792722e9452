"""Each signal under one policy, and the handlers that were there, back again."""

import signal
import sys

from listening import Listening, say

from hams._generated.hams import SignalPolicy

before = [signal.getsignal(number) for number in (1, 2, 3, 15)]
listening = Listening(SignalPolicy(sys.argv[1])).install()
say("ready")
if sys.argv[1] == "leave":
    signal.pause()
listening.wait()
listening.signals.release()
after = [signal.getsignal(number) for number in (1, 2, 3, 15)]
say("as before" if after == before and signal.set_wakeup_fd(-1) == -1 else "changed")
