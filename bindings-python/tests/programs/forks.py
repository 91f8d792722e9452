"""A child is signalled the moment it is there, many times over."""

import os
import signal
import warnings

from listening import Listening, say

# From 3.12 on, Python warns of any fork beside threads.
warnings.simplefilter("ignore", DeprecationWarning)
listening = Listening().install()
for _ in range(100):
    child = os.fork()
    if child == 0:
        while True:
            signal.pause()
    os.kill(child, signal.SIGTERM)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGTERM
say("ended")
signal.raise_signal(signal.SIGINT)
listening.wait()
