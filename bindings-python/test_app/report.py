"""The report as the shutdown API shows it, in words that all languages share."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hams import (
    Cause,
    CauseApi,
    CauseRequested,
    CauseSignal,
    CauseStartupFailed,
    ShutdownReport,
)


def report_line(report: ShutdownReport) -> str:
    """The report as JSON, with its fields in the contract's order."""
    shown = {
        "cause": _cause(report.cause),
        "drained": _milliseconds(report.drained),
        "waited": _milliseconds(report.waited),
        "took": _milliseconds(report.took),
        "overdue": report.overdue,
        "working": report.working,
        "hooks": [
            {
                "name": each.name,
                "outcome": each.outcome.value,
                "took": _milliseconds(each.took),
                **({} if each.message is None else {"message": each.message}),
            }
            for each in report.hooks
        ],
        "abandoned": list(report.abandoned),
    }
    return json.dumps(shown, separators=(",", ":"))


def _cause(cause: Cause) -> Any:
    match cause:
        case CauseSignal(signal):
            return {"signal": signal.value}
        case CauseRequested(reason):
            return {"requested": reason}
        case CauseStartupFailed(reason):
            return {"startup-failed": reason}
        case CauseApi():
            return "api"
        case _:
            return "stop"


def _milliseconds(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)
