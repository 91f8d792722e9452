"""Signals that were ignored, as nohup and a shell's background jobs have them."""

import signal
import sys

from listening import Listening, say

from hams._generated.hams import SignalPolicy

signal.signal(signal.SIGHUP, signal.SIG_IGN)
listening = Listening(SignalPolicy(sys.argv[1])).install()
ours = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
say("has a handler" if ours else "has none")
signal.raise_signal(signal.SIGHUP)
signal.raise_signal(signal.SIGTERM)
listening.wait()
listening.signals.release()
back = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
say("ignored" if back else "changed")
