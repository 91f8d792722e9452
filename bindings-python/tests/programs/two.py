"""Two services in one process, released in the order of their coming."""

import signal

from listening import Listening, say

first, second = Listening().install(), Listening().install()
signal.raise_signal(signal.SIGTERM)
first.wait()
second.wait()
first.signals.release()
signal.raise_signal(signal.SIGTERM)
second.wait()
second.signals.release()
say("dying")
signal.raise_signal(signal.SIGTERM)
