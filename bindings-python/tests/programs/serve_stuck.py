"""A service whose main thread never comes back from a C call."""

from datetime import timedelta

from listening import Stuck, say

from hams import Health

with Health(
    "orders", address="127.0.0.1", port=0, grace=timedelta(milliseconds=1500)
) as health:
    health.add_hook("server", lambda: say("hook"))
    health.start()
    assert health.address is not None
    say(f"listening {health.address.port}")
    Stuck().wait()
