"""A plain service: the report is printed when it has ended by itself."""

from datetime import timedelta

from listening import say

from hams import Health

with Health(
    "orders", address="127.0.0.1", port=0, drain=timedelta(milliseconds=500)
) as health:
    health.add_hook("server", lambda: say("hook"))
    health.start()
    assert health.address is not None
    say(f"listening {health.address.port}")
    report = health.wait()
    say(f"report {report.overdue}")
