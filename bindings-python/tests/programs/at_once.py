"""A signal the moment the handlers are there, beside many threads that compute."""

import os
import signal
import sys
import threading

from listening import Listening


def spin() -> None:
    while True:
        sum(range(1000))


for _ in range(int(sys.argv[1])):
    threading.Thread(target=spin, daemon=True).start()
listening = Listening().install()
os.kill(os.getpid(), signal.SIGTERM)
listening.wait()
os._exit(0)
