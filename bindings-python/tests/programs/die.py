"""Dying by a signal from a thread, with an exit handler that must not run."""

import atexit
import signal
import sys
import threading

from listening import Listening, say

from hams._generated.hams import Signal
from hams._signals import re_raise

atexit.register(say, "exit handler")
Listening().install()
if "blocked" in sys.argv:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
say("dying")
threading.Thread(target=re_raise, args=(Signal(sys.argv[1]),), daemon=True).start()
threading.Event().wait()
