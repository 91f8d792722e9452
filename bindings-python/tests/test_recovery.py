"""When the core traps: here its glue says so, as no input could bring it about."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from hams import (
    CauseRequested,
    CoreError,
    HookOutcome,
    Phase,
    Roles,
    ShutdownApi,
    Status,
    _runtime,
)
from hams._component import instantiate
from hams._generated.hams import (
    BusyError,
    Hams,
    Method,
    ReplyNow,
    Request,
    TrapError,
)
from tests.service import MakeService, get, until

READY = Roles.READY
TOKEN = "0123456789abcdef"


class Fragile:
    """The functions of a core, each of which traps once it is broken."""

    def __init__(self, health: Any) -> None:
        self.broken = False
        self._health = health

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._health, name)

        def call(*arguments: Any) -> Any:
            if self.broken:
                raise TrapError("the component trapped: unreachable")
            return function(*arguments)

        return call


class Cores:
    """All that were made; the newest is the one in use."""

    def __init__(self) -> None:
        self.made: list[Fragile] = []

    def instantiate(self) -> Hams:
        hams = instantiate()
        fragile: Any = Fragile(hams.health)
        hams.health = fragile
        self.made.append(fragile)
        return hams

    def trap(self) -> None:
        """The next call of the newest core traps."""
        self.made[-1].broken = True


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> Cores:
    cores = Cores()
    monkeypatch.setattr(_runtime, "instantiate", cores.instantiate)
    return cores


def test_a_new_core_takes_over_its_results_unknown_again(
    cores: Cores, service: MakeService, caplog: pytest.LogCaptureFixture
) -> None:
    health = service()
    runs: list[None] = []
    health.add_probe("db", lambda: runs.append(None), roles=READY)
    gone = health.add_manual_probe("gone", roles=READY)
    manual = health.add_manual_probe("manual", roles=Roles.LIVE)
    kicked = health.add_kick_probe("loop", limit=timedelta(minutes=1), roles=READY)
    manual.set_roles(READY)
    manual.report(True)
    kicked.kick()
    gone.remove()
    health.start()
    until(lambda: health.snapshot().ready is Status.UP)
    cores.trap()
    assert get(health, "/readyz").status == 503
    until(lambda: any("begins anew" in text for text in caplog.messages))
    until(lambda: len(runs) == 2)
    until(lambda: health.snapshot().probes[0].status is Status.UP)
    assert [(each.name, each.status) for each in health.snapshot().probes] == [
        ("db", Status.UP),
        ("manual", Status.UNKNOWN),
        ("loop", Status.UP),
    ]
    # handles point to the new ids
    manual.report(True)
    assert get(health, "/readyz").status == 200
    manual.remove()
    assert len(health.snapshot().probes) == 2


def test_results_of_the_old_cores_runs_are_dropped(
    cores: Cores, service: MakeService
) -> None:
    health = service()
    releases: list[threading.Event] = []

    def check() -> bool:
        release = threading.Event()
        run = len(releases)
        releases.append(release)
        release.wait(20)
        return run == 1

    minute = timedelta(minutes=1)
    health.add_probe("db", check, roles=READY, interval=minute, timeout=minute)
    health.start()
    until(lambda: len(releases) == 1)
    cores.trap()
    get(health, "/livez")
    until(lambda: len(releases) == 2)
    releases[0].set()
    get(health, "/livez")
    probe = health.snapshot().probes[0]
    assert (probe.status, probe.runs) == (Status.UNKNOWN, 0)
    releases[1].set()
    until(lambda: health.snapshot().ready is Status.UP)


def test_a_shutdown_under_way_goes_on_with_the_hooks_that_have_not_run(
    cores: Cores, service: MakeService
) -> None:
    health = service()
    ran: list[str] = []
    health.add_hook("last", lambda: ran.append("last"))

    @health.hook("breaking")
    def breaking() -> None:
        ran.append("breaking")
        cores.trap()

    health.add_hook("first", lambda: ran.append("first"))
    health.start()
    health.shutdown("enough")
    report = health.wait(timedelta(seconds=20))
    assert ran == ["first", "breaking", "last"]
    assert report.cause == CauseRequested("enough")
    assert [(each.name, each.outcome) for each in report.hooks] == [
        ("last", HookOutcome.COMPLETED)
    ]
    health.stop()


def test_answers_that_were_owed_are_503(cores: Cores, service: MakeService) -> None:
    health = service(shutdown_api=ShutdownApi(TOKEN))
    health.add_hook("breaking", cores.trap)
    health.start()
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert get(health, "/hams/shutdown", method="POST", headers=bearer).status == 503
    report = health.wait(timedelta(seconds=20))
    assert isinstance(report.cause, CauseRequested)


def test_a_call_that_traps_raises(cores: Cores, service: MakeService) -> None:
    health = service()
    health.start()
    cores.trap()
    with pytest.raises(CoreError):
        health.add_manual_probe("a", roles=READY)
    health.add_manual_probe("a", roles=READY)
    assert health.snapshot().phase is Phase.RUNNING


def test_a_second_trap_within_a_minute_is_final(
    cores: Cores, service: MakeService, caplog: pytest.LogCaptureFixture
) -> None:
    health = service()
    health.start()
    cores.trap()
    assert get(health, "/livez").status == 503
    assert get(health, "/livez").status == 200
    cores.trap()
    for path in ("/livez", "/readyz", "/metrics", "/"):
        assert get(health, path).status == 503
    until(lambda: any("failed for good" in text for text in caplog.messages))
    with pytest.raises(CoreError):
        health.wait()
    with pytest.raises(CoreError):
        health.snapshot()
    health.stop()
    with pytest.raises(ConnectionRefusedError):
        get(health, "/livez")


def test_a_core_that_stays_busy_is_replaced(
    cores: Cores, service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = service()
    health.start()

    def busy(*_: Any) -> Any:
        raise BusyError("the component is in a call")

    monkeypatch.setattr(cores.made[-1], "observe", busy, raising=False)
    with pytest.raises(CoreError):
        health.snapshot()
    assert len(cores.made) == 2
    assert health.snapshot().phase is Phase.RUNNING


def test_a_target_that_cannot_cross_is_answered_503(service: MakeService) -> None:
    health = service()
    health.start()
    request = Request(Method.GET, "/" * 2_000_000, None, None, False)
    reply = health._runtime.engine.respond(request)
    assert isinstance(reply, ReplyNow)
    assert reply.value.status == 503
    assert get(health, "/livez").status == 200


def test_a_call_that_an_interrupt_cuts_short_counts_as_a_trap(
    cores: Cores, service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = service()
    health.start()

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(cores.made[-1], "observe", interrupted, raising=False)
    with pytest.raises(KeyboardInterrupt):
        health.snapshot()
    assert len(cores.made) == 2
    assert get(health, "/livez").status == 200
