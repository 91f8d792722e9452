"""HaMS: health and shutdown for one service."""

from ._callbacks import (
    HookCallback,
    MetricsCallback,
    MetricsText,
    Run,
    current_run,
)
from ._errors import (
    CoreError,
    DuplicateNameError,
    HealthError,
    InvalidError,
    ListenError,
    RemovedError,
    SignalThreadError,
    StateError,
)
from ._generated.hams import (
    Cause,
    CauseApi,
    CauseRequested,
    CauseSignal,
    CauseStartupFailed,
    CauseStop,
    Detail,
    Exposition,
    HookOutcome,
    Phase,
    Problem,
    Roles,
    Signal,
    SignalPolicy,
    Status,
)
from ._health import Health
from ._hooks import Hook
from ._probes import KickProbe, ManualProbe, Probe
from ._reports import HookReport, ProbeSnapshot, ShutdownReport, Snapshot
from ._results import CheckCallback, CheckResult, Failed, Passed, Warned
from ._server import Address
from ._settings import EffectiveSettings, ShutdownApi, SignalPolicies
from ._work import Work
from .propagation import carried, carry, carry_on, carrying

__all__ = [
    "Address",
    "Cause",
    "CauseApi",
    "CauseRequested",
    "CauseSignal",
    "CauseStartupFailed",
    "CauseStop",
    "CheckCallback",
    "CheckResult",
    "CoreError",
    "Detail",
    "DuplicateNameError",
    "EffectiveSettings",
    "Exposition",
    "Failed",
    "Health",
    "HealthError",
    "Hook",
    "HookCallback",
    "HookOutcome",
    "HookReport",
    "InvalidError",
    "KickProbe",
    "ListenError",
    "ManualProbe",
    "MetricsCallback",
    "MetricsText",
    "Passed",
    "Phase",
    "Probe",
    "ProbeSnapshot",
    "Problem",
    "RemovedError",
    "Roles",
    "Run",
    "ShutdownApi",
    "ShutdownReport",
    "Signal",
    "SignalPolicies",
    "SignalPolicy",
    "SignalThreadError",
    "Snapshot",
    "StateError",
    "Status",
    "Warned",
    "Work",
    "carried",
    "carry",
    "carry_on",
    "carrying",
    "current_run",
]
