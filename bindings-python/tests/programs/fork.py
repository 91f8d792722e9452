"""A child by fork: signals to it are its own, and the parent still hears its own."""

import os
import signal
import threading
import warnings

from listening import Listening, say

# From 3.12 on, Python warns of any fork beside threads.
warnings.simplefilter("ignore", DeprecationWarning)
listening = Listening().install()
child = os.fork()
if child == 0:
    threading.Event().wait()
os.kill(child, signal.SIGTERM)
_, status = os.waitpid(child, 0)
say(f"child ended {os.waitstatus_to_exitcode(status)}")
os.kill(os.getpid(), signal.SIGINT)
listening.wait()
if os.fork() == 0:
    same = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    say("child as before" if same and signal.set_wakeup_fd(-1) == -1 else "changed")
    # The same once more, as when an application of the child starts a service.
    again = Listening().install()
    signal.raise_signal(signal.SIGTERM)
    again.wait()
    os._exit(0)
os.wait()
os.kill(os.getpid(), signal.SIGTERM)
listening.wait()
