"""Does what `HAMS_TEST_*` tells; ends by a signal or the shutdown API."""

from __future__ import annotations

import signal
import sys
from datetime import timedelta

from hams import (
    CauseStartupFailed,
    Detail,
    Health,
    HealthError,
    ShutdownApi,
    SignalPolicy,
)
from test_app.metrics import metrics_callback
from test_app.probes import add_probes
from test_app.report import report_line
from test_app.scenarios import add_scenario
from test_app.variables import milliseconds, variable


def main() -> int:
    port = variable("PORT")
    token = variable("TOKEN")
    startup_timeout = variable("STARTUP_TIMEOUT_MS")
    drain = milliseconds("DRAIN_MS", 1_000)
    grace = milliseconds("DEADLINE_MS", 3_000)
    on_hangup = variable("SIGHUP") == "shutdown"
    with Health(
        "test-app",
        version="1.0.0",
        address="127.0.0.1",
        port=None if port is None else int(port),
        detail=Detail(variable("DETAIL") or "names"),
        startup_timeout=None
        if startup_timeout is None
        else timedelta(milliseconds=int(startup_timeout)),
        drain=drain,
        grace=grace,
        signals={
            signal.SIGHUP: SignalPolicy.DRAIN if on_hangup else SignalPolicy.IGNORE
        },
        shutdown_api=None if token is None else ShutdownApi(token, allow_get=True),
        metrics=metrics_callback(variable("METRICS")),
    ) as health:
        try:
            add_probes(health, variable("PROBES"), int(variable("MANY") or 0))
        except HealthError as error:
            print(error, file=sys.stderr)
            return 2
        scenario = add_scenario(
            health,
            variable("SCENARIO") or "normal",
            hook=milliseconds("HOOK_MS", 800),
            block_after=milliseconds("BLOCK_AFTER_MS", 500),
            left=grace - drain,
        )
        server = None
        application_port = variable("APP_PORT")
        if application_port is not None:
            # loaded when asked for: the start-up is measured
            from test_app.application import serve_work

            server = serve_work(health, int(application_port))
        health.start()
        scenario()
        report = health.wait()
        print(report_line(report), flush=True)
        if server is not None:
            server.shutdown()
    return int(report.overdue or isinstance(report.cause, CauseStartupFailed))


sys.exit(main())
