"""The application's own metrics, in every way that a callback can behave."""

from __future__ import annotations

import time

from hams import Exposition, MetricsCallback, MetricsText

SLOW_S = 5.0

HISTOGRAM = """\
# HELP test_app_job_seconds How long a job took.
# TYPE test_app_job_seconds histogram
test_app_job_seconds_bucket{le="0.1"} 1
test_app_job_seconds_bucket{le="+Inf"} 3
test_app_job_seconds_sum 1.5
test_app_job_seconds_count 3
"""

TEXTS = {
    Exposition.TEXT: f"""\
# HELP test_app_jobs_total Jobs done.
# TYPE test_app_jobs_total counter
test_app_jobs_total 3
{HISTOGRAM}""",
    Exposition.OPENMETRICS: f"""\
# HELP test_app_jobs Jobs done.
# TYPE test_app_jobs counter
test_app_jobs_total 3
{HISTOGRAM}# EOF
""",
}


def metrics_callback(behaviour: str | None) -> MetricsCallback | None:
    return None if behaviour is None else BEHAVIOURS[behaviour]


def _slow(wanted: Exposition) -> MetricsText:
    time.sleep(SLOW_S)
    return TEXTS[wanted]


BEHAVIOURS: dict[str, MetricsCallback] = {
    "good": lambda wanted: TEXTS[wanted],
    "text": lambda _: (Exposition.TEXT, TEXTS[Exposition.TEXT]),
    "bad": lambda _: "test_app_jobs_total{ 3\n",
    "slow": _slow,
}
