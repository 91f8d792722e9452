"""What HaMS tells of itself: a snapshot while it runs, a report when it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ._durations import duration
from ._generated import hams as contract
from ._generated.hams import Cause, HookOutcome, Phase, Roles, Status


@dataclass(frozen=True, slots=True)
class ProbeSnapshot:
    """One probe as it stands."""

    name: str
    roles: Roles
    critical: bool
    status: Status
    reason: str | None
    """Why, unless it is up."""
    age: timedelta | None
    """Since its newest result or kick; None without one and for manual probes."""
    streak: int
    """Results in a row that agree with the newest."""
    runs: int
    """Results so far."""
    failures: int
    """Results so far that failed."""
    skipped: int
    """Runs that came due while one was in flight."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything as it stands."""

    phase: Phase
    started: Status
    """What `/startupz` says."""
    live: Status
    """What `/livez` says."""
    ready: Status
    """What `/readyz` says."""
    probes: Sequence[ProbeSnapshot]
    """In order of registration."""


@dataclass(frozen=True, slots=True)
class HookReport:
    """One hook of a shutdown."""

    name: str
    outcome: HookOutcome
    took: timedelta
    message: str | None
    """Why it failed."""


@dataclass(frozen=True, slots=True)
class ShutdownReport:
    """How a shutdown went."""

    cause: Cause
    """The first cause; it stands."""
    drained: timedelta
    """How long it drained."""
    waited: timedelta
    """How long it then waited for work in flight."""
    took: timedelta
    """From the cause to the last hook's end."""
    overdue: bool
    """The grace ran out before the hooks were through."""
    working: int
    """Work that was still in flight when the hooks began."""
    hooks: Sequence[HookReport]
    """Every hook once, in the order they ran."""
    abandoned: Sequence[str]
    """Probes whose checks had not come back when it ended."""


def snapshot_of(snapshot: contract.Snapshot) -> Snapshot:
    """With the language's own lengths of time, and without ids."""
    probes = [
        ProbeSnapshot(
            each.name,
            each.roles,
            each.critical,
            each.status,
            each.reason,
            None if each.age is None else duration(each.age),
            each.streak,
            each.runs,
            each.failures,
            each.skipped,
        )
        for each in snapshot.probes
    ]
    return Snapshot(
        snapshot.phase, snapshot.started, snapshot.live, snapshot.ready, probes
    )


def shutdown_report_of(report: contract.ShutdownReport) -> ShutdownReport:
    """With the language's own lengths of time."""
    hooks = [
        HookReport(each.name, each.outcome, duration(each.took), each.message)
        for each in report.hooks
    ]
    return ShutdownReport(
        report.cause,
        duration(report.drained),
        duration(report.waited),
        duration(report.took),
        report.overdue,
        report.working,
        hooks,
        report.abandoned,
    )
