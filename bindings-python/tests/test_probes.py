from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hams import (
    DuplicateNameError,
    Failed,
    Health,
    HealthError,
    InvalidError,
    Passed,
    ProbeSnapshot,
    RemovedError,
    Roles,
    Status,
    Warned,
    current_run,
)
from tests.service import MakeService, get, until

READY = Roles.READY


def probe_of(health: Health, name: str) -> ProbeSnapshot:
    return next(each for each in health.snapshot().probes if each.name == name)


def settled(health: Health, name: str) -> ProbeSnapshot:
    until(lambda: probe_of(health, name).runs > 0)
    return probe_of(health, name)


def raising(error: BaseException) -> Callable[[], None]:
    def check() -> None:
        raise error

    return check


async def eventually(result: Any) -> Any:
    await asyncio.sleep(0)
    if isinstance(result, Exception):
        raise result
    return result


NOT_A_RESULT = "the check returned"


@pytest.mark.parametrize(
    ("check", "status", "reason"),
    [
        (lambda: None, Status.UP, None),
        (lambda: True, Status.UP, None),
        (lambda: False, Status.DOWN, "failed"),
        (lambda: eventually(False), Status.DOWN, "failed"),
        (lambda: eventually(None), Status.UP, None),
        (raising(OSError("no db")), Status.DOWN, "no db"),
        (lambda: eventually(OSError("no db")), Status.DOWN, "no db"),
        (raising(ValueError()), Status.DOWN, "ValueError"),
        (raising(SystemExit(3)), Status.DOWN, "3"),
        (raising(KeyboardInterrupt()), Status.DOWN, "KeyboardInterrupt"),
        (lambda: Passed(), Status.UP, None),
        (lambda: Warned("slow"), Status.DEGRADED, "slow"),
        (lambda: Failed("full"), Status.DOWN, "full"),
        (lambda: [{"rows": 1}], Status.DOWN, NOT_A_RESULT),
        (lambda: "PONG", Status.DOWN, NOT_A_RESULT),
        (lambda: 0, Status.DOWN, NOT_A_RESULT),
    ],
)
def test_what_a_check_gives_is_its_result(
    service: MakeService, check: Any, status: Status, reason: str | None
) -> None:
    health = service()
    health.add_probe("db", check, roles=READY)
    health.start()
    probe = settled(health, "db")
    assert probe.status is status
    assert reason == probe.reason or str(probe.reason).startswith(str(reason))


def test_a_decorated_function_stays_as_it_is(service: MakeService) -> None:
    health = service()

    @health.probe("plain", roles=READY)
    def plain() -> bool:
        return False

    @health.probe("coroutine", roles=READY)
    async def coroutine() -> bool:
        return True

    assert plain() is False
    health.start()
    assert settled(health, "plain").status is Status.DOWN
    assert settled(health, "coroutine").status is Status.UP


def test_data_stand_beside_the_result(service: MakeService) -> None:
    health = service()
    data: dict[str, Any] = {"pool": 4, "primary": True, "host": "a"}
    health.add_probe("db", lambda: Passed(data=data), roles=READY)
    health.start()
    settled(health, "db")
    shown = get(health, "/health").json()["checks"][0]["data"]
    assert shown == {"pool": "4", "primary": "true", "host": "a"}


def test_a_message_of_a_million_characters_does_no_harm(service: MakeService) -> None:
    health = service()
    huge = "x" * 3_000_000
    health.add_probe("db", lambda: Failed(huge, data={"huge": huge}), roles=READY)
    health.start()
    assert settled(health, "db").reason == "x" * 200


def test_a_check_that_hangs_is_down_at_its_timeout_and_told(
    service: MakeService,
) -> None:
    health = service()
    cancelled = threading.Event()

    def hanging() -> None:
        run = current_run()
        assert run is not None
        assert run.timeout == timedelta(milliseconds=20)
        if run.wait(timedelta(minutes=1)):
            cancelled.set()

    health.add_probe(
        "db",
        hanging,
        roles=READY,
        interval=timedelta(seconds=1),
        timeout=timedelta(milliseconds=20),
    )
    health.start()
    probe = settled(health, "db")
    assert (probe.status, probe.reason) == (Status.DOWN, "no answer in 20 ms")
    assert cancelled.wait(10)


def test_a_coroutine_that_hangs_is_cancelled_at_its_timeout(
    service: MakeService,
) -> None:
    health = service()
    cancelled = threading.Event()

    async def hanging() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    health.add_probe(
        "db",
        hanging,
        roles=READY,
        interval=timedelta(seconds=1),
        timeout=timedelta(milliseconds=20),
    )
    health.start()
    assert settled(health, "db").reason == "no answer in 20 ms"
    assert cancelled.wait(10)


def test_a_hundred_hanging_checks_hold_up_no_other(service: MakeService) -> None:
    health = service()
    release = threading.Event()
    for i in range(100):
        health.add_probe(f"hanging-{i}", release.wait, roles=READY)
    health.add_probe("db", lambda: True, roles=READY)
    health.start()
    assert settled(health, "db").status is Status.UP
    assert get(health, "/livez").status == 200
    release.set()


def test_a_check_may_call_hams(service: MakeService) -> None:
    health = service()
    other = health.add_manual_probe("other", roles=READY)

    def check() -> None:
        other.report(True)
        health.add_probe(
            "later", lambda: get(health, "/livez").status == 200, roles=READY
        )

    health.add_probe("db", check, roles=READY)
    health.start()
    until(lambda: len(health.snapshot().probes) == 3)
    assert settled(health, "later").status is Status.UP
    assert get(health, "/readyz").status == 200


def test_a_manual_probe_is_as_reported(service: MakeService) -> None:
    health = service()
    probe = health.add_manual_probe("cache", roles=READY)
    health.start()
    assert get(health, "/readyz").status == 503
    probe.report(True)
    assert get(health, "/readyz").status == 200
    probe.report(Failed("cold"))
    assert (probe_of(health, "cache").status, probe_of(health, "cache").reason) == (
        Status.DOWN,
        "cold",
    )


def test_a_kick_is_handed_over_before_the_next_answer(service: MakeService) -> None:
    health = service()
    probe = health.add_kick_probe("loop", limit=timedelta(minutes=1), roles=READY)
    health.start()
    assert get(health, "/readyz").status == 503
    probe.kick()
    assert get(health, "/readyz").status == 200


def test_a_kick_probe_goes_down_without_kicks_and_comes_back_with_one(
    service: MakeService,
) -> None:
    health = service()
    limit = timedelta(milliseconds=100)
    probe = health.add_kick_probe("loop", limit=limit, roles=Roles.LIVE)
    health.start()
    probe.kick()
    assert health.snapshot().live is Status.UP
    until(lambda: health.snapshot().live is Status.DOWN)
    assert probe_of(health, "loop").reason == "not kicked for 100 ms"
    probe.kick()
    assert health.snapshot().live is Status.UP


def test_kicks_of_a_removed_probe_go_nowhere(service: MakeService) -> None:
    health = service()
    limit = timedelta(seconds=1)
    gone = health.add_kick_probe("gone", limit=limit, roles=READY)
    gone.remove()
    probe = health.add_kick_probe("loop", limit=limit, roles=READY)
    health.start()
    gone.kick()
    assert [each.status for each in health.snapshot().probes] == [Status.UNKNOWN]
    probe.kick()
    assert [each.status for each in health.snapshot().probes] == [Status.UP]


def test_roles_can_be_changed_and_names_freed(service: MakeService) -> None:
    health = service()
    probe = health.add_manual_probe("a", roles=READY, initial=Status.DOWN)
    health.start()
    assert health.snapshot().ready is Status.DOWN
    probe.set_roles(Roles.LIVE)
    assert (health.snapshot().live, health.snapshot().ready) == (
        Status.DOWN,
        Status.UP,
    )
    probe.remove()
    assert list(health.snapshot().probes) == []
    with pytest.raises(RemovedError):
        probe.remove()
    health.add_manual_probe("a", roles=READY)
    with pytest.raises(DuplicateNameError) as caught:
        health.add_manual_probe("a", roles=READY)
    assert (caught.value.code, caught.value.duplicate) == ("duplicate-name", "a")


def test_what_does_not_fit_is_refused_with_every_field(service: MakeService) -> None:
    health = service()
    with pytest.raises(InvalidError) as caught:
        health.add_http_probe(
            "a b",
            "ftp://x",
            roles=Roles(0),
            interval=timedelta(milliseconds=10),
            timeout=timedelta(milliseconds=20),
        )
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"check.schedule.timeout", "check.url", "name", "roles"}
    assert list(health.snapshot().probes) == []


@pytest.mark.parametrize(
    ("wrong", "error", "text"),
    [
        ({"limit": timedelta(milliseconds=99)}, InvalidError, "99"),
        ({"limit": timedelta(seconds=-1)}, InvalidError, "limit: -1 day"),
        ({"limit": timedelta(days=50)}, InvalidError, "limit: 50 days"),
        ({"limit": 5}, TypeError, "limit: 5 is no timedelta"),
        ({"roles": "ready"}, TypeError, "'ready'"),
        ({"roles": None}, TypeError, "None"),
        ({"label": 5}, TypeError, "5"),
    ],
)
def test_a_bad_argument_changes_nothing(
    service: MakeService, wrong: dict[str, Any], error: type[Exception], text: str
) -> None:
    health = service()
    good: dict[str, Any] = {"limit": timedelta(seconds=1), "roles": READY}
    with pytest.raises(error, match=text):
        health.add_kick_probe("loop", **{**good, **wrong})
    assert list(health.snapshot().probes) == []
    health.add_kick_probe("loop", **good)


def test_a_check_that_cannot_be_called_is_refused(service: MakeService) -> None:
    health = service()
    with pytest.raises(TypeError, match="check: 5 cannot be called"):
        health.add_probe("db", 5, roles=READY)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="run: None cannot be called"):
        health.add_hook("db", None)  # type: ignore[arg-type]


def test_reporting_to_another_kind_is_refused(service: MakeService) -> None:
    health = service()
    probe = health.add_probe("db", lambda: True, roles=READY)
    with pytest.raises(HealthError) as caught:
        health._runtime.report(probe._id, health_observation())
    assert caught.value.code == "wrong-kind"


def health_observation() -> Any:
    from hams._results import observation_of

    return observation_of(True)


def test_an_http_probe_and_a_tcp_probe_ask_a_server(service: MakeService) -> None:
    other = service()
    other.start()
    assert other.address is not None
    port = other.address.port
    health = service()
    url = f"http://127.0.0.1:{port}/hams/alive"
    health.add_http_probe("http", url, roles=READY, expect=[200, (204, 299)])
    health.add_http_probe("gone", f"http://127.0.0.1:{port}/no", roles=READY)
    health.add_tcp_probe("tcp", "127.0.0.1", port, roles=READY)
    health.start()
    assert settled(health, "http").status is Status.UP
    assert settled(health, "tcp").status is Status.UP
    assert settled(health, "gone").reason == "HTTP 404"
