from __future__ import annotations

import asyncio
import os
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from hams import (
    Cause,
    CauseRequested,
    CauseStartupFailed,
    Detail,
    Failed,
    Health,
    HookOutcome,
    InvalidError,
    ListenError,
    Phase,
    Roles,
    ShutdownApi,
    StateError,
    Status,
)
from tests.service import MakeService, get, until

SECOND = timedelta(seconds=1)
TOKEN = "0123456789abcdef"


def test_hooks_run_last_registered_first_and_the_report_names_each(
    service: MakeService,
) -> None:
    health = service(grace=5 * SECOND)
    ran: list[str] = []
    release = threading.Event()
    health.add_hook("first", lambda: ran.append("first"))

    @health.hook("failing")
    def failing() -> None:
        ran.append("failing")
        raise ValueError("no")

    @health.hook("hanging", timeout=timedelta(milliseconds=20))
    def hanging() -> None:
        ran.append("hanging")
        release.wait()

    @health.hook("coroutine")
    async def coroutine() -> None:
        await asyncio.sleep(0)
        ran.append("coroutine")

    health.start()
    health.shutdown("enough")
    report = health.wait(20 * SECOND)
    assert ran == ["coroutine", "hanging", "failing", "first"]
    assert report.cause == CauseRequested("enough")
    assert (report.overdue, report.working, list(report.abandoned)) == (False, 0, [])
    assert [(each.name, each.outcome, each.message) for each in report.hooks] == [
        ("coroutine", HookOutcome.COMPLETED, None),
        ("hanging", HookOutcome.TIMED_OUT, "no answer in 20 ms"),
        ("failing", HookOutcome.FAILED, "no"),
        ("first", HookOutcome.COMPLETED, None),
    ]
    assert get(health, "/livez").status == 200
    assert get(health, "/readyz").status == 503
    release.set()
    health.stop()


def test_a_draining_service_is_alive_and_not_ready_and_waits_for_work(
    service: MakeService,
) -> None:
    health = service(drain=timedelta(milliseconds=40))
    phases: list[Phase] = []
    health.start()
    health.on_phase(phases.append)
    with health.work() as work:
        health.shutdown("enough")
        assert get(health, "/readyz").status == 503
        assert get(health, "/livez").status == 200
        with pytest.raises(TimeoutError):
            health.wait(timedelta(milliseconds=80))
        assert phases == [Phase.DRAINING]
        work.done()
        work.done()
    assert health.wait(20 * SECOND).working == 0
    until(lambda: phases == [Phase.DRAINING, Phase.STOPPING])


def test_callbacks_are_told_of_the_beginning_whatever_they_do(
    service: MakeService, caplog: pytest.LogCaptureFixture
) -> None:
    health = service()
    causes: list[Cause] = []

    @health.on_shutdown
    def raising(cause: Cause) -> None:
        raise ValueError("one")

    @health.on_shutdown
    async def raising_later(cause: Cause) -> None:
        raise ValueError("two")

    @health.on_shutdown
    def hanging(cause: Cause) -> None:
        threading.Event().wait(60)

    @health.on_shutdown
    def calling(cause: Cause) -> None:
        health.shutdown("again")
        assert health.snapshot().phase is not Phase.RUNNING
        causes.append(cause)

    health.start()
    health.shutdown("enough")
    health.wait(20 * SECOND)
    until(lambda: causes == [CauseRequested("enough")])
    until(lambda: "on_shutdown callback failed: one" in caplog.messages)
    until(lambda: "on_shutdown callback failed: two" in caplog.messages)


def test_an_http_hook_is_sent_and_again_after_a_failure(service: MakeService) -> None:
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            seen.append(f"PUT {self.path} {self.headers['X-Token']}")
            self.send_response(500 if len(seen) == 1 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        health = service()
        health.add_http_hook(
            "leave",
            f"http://127.0.0.1:{server.server_port}/leave",
            method="PUT",
            headers={"X-Token": "t"},
            pause=timedelta(milliseconds=10),
        )
        health.start()
        health.shutdown()
        hooks = health.wait(20 * SECOND).hooks
        server.shutdown()
    assert [each.outcome for each in hooks] == [HookOutcome.COMPLETED]
    assert seen == ["PUT /leave t", "PUT /leave t"]


def test_hooks_can_be_removed_until_the_shutdown(service: MakeService) -> None:
    health = service()
    ran: list[str] = []
    gone = health.add_hook("gone", lambda: ran.append("gone"))
    kept = health.add_hook("kept", lambda: ran.append("kept"))
    gone.remove()
    health.start()
    health.shutdown()
    health.wait(20 * SECOND)
    assert ran == ["kept"]
    for refused in (kept.remove, lambda: health.add_hook("late", lambda: None)):
        with pytest.raises(StateError) as caught:
            refused()
        assert caught.value.code == "shutting-down"


def test_stop_runs_the_hooks_and_closes_the_server(service: MakeService) -> None:
    health = service(drain=10 * SECOND)
    ran: list[str] = []
    health.add_hook("only", lambda: ran.append("only"))
    health.start()
    health.stop()
    assert ran == ["only"]
    with pytest.raises(ConnectionRefusedError):
        get(health, "/livez")


def test_calls_that_the_phase_does_not_allow_are_refused(service: MakeService) -> None:
    health = service()
    for early in (health.shutdown, health.stop):
        with pytest.raises(StateError) as caught:
            early()
        assert caught.value.code == "not-running"
    health.start()
    with pytest.raises(StateError) as caught:
        health.start()
    assert caught.value.code == "already-running"
    health.stop()
    for late in (health.shutdown, health.stop, health.start):
        with pytest.raises(StateError):
            late()


def test_the_end_of_a_with_block_ends_a_service_in_any_phase() -> None:
    with Health("created", port=0):
        pass
    with Health("running", port=0, address="127.0.0.1") as health:
        health.start()
        port = health.address
    assert port is not None
    with pytest.raises(ConnectionRefusedError):
        get(health, "/livez")
    with Health("stopped", port=0, address="127.0.0.1") as health:
        health.start()
        health.stop()
    with pytest.raises(ZeroDivisionError), Health("raising", port=0) as health:
        _start_and_raise(health)


def test_in_an_event_loop_coroutines_run_in_it() -> None:
    loops: list[object] = []

    async def note() -> None:
        loops.append(asyncio.get_running_loop())

    async def main() -> None:
        async with Health("orders", address="127.0.0.1", port=0) as health:
            health.add_probe("db", note, roles=Roles.STARTUP | Roles.READY)
            health.add_hook("db", note)
            running = asyncio.Event()

            @health.on_phase
            async def note_phase(phase: Phase) -> None:
                if phase is Phase.RUNNING:
                    running.set()

            health.start()
            for blocking, instead in (
                (health.stop, "astop"),
                (health.wait, "finished"),
            ):
                with pytest.raises(RuntimeError, match=f"await health.{instead}"):
                    blocking()
            await running.wait()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(health.finished(), 0.01)
            health.shutdown("enough")
            report = await health.finished()
            assert [each.name for each in report.hooks] == ["db"]
            assert loops == [asyncio.get_running_loop()] * 2
            await health.astop()
            with pytest.raises(StateError):
                await health.astop()

    asyncio.run(main())


def test_a_service_whose_start_up_fails_shuts_down(service: MakeService) -> None:
    health = service(startup_timeout=timedelta(milliseconds=50), detail=Detail.REASONS)
    failing = lambda: Failed("no schema")  # noqa: E731
    health.add_probe("migration", failing, roles=Roles.STARTUP)
    health.start()
    report = health.wait(20 * SECOND)
    assert isinstance(report.cause, CauseStartupFailed)
    assert "migration" in report.cause.value
    assert get(health, "/livez").status == 503


def test_a_port_in_use_is_named_and_the_start_can_be_repeated(
    service: MakeService,
) -> None:
    first = service()
    first.start()
    assert first.address is not None
    port = first.address.port
    second = service(port=port)
    second.add_probe("db", lambda: True, roles=Roles.READY)
    with pytest.raises(ListenError) as caught:
        second.start()
    assert (caught.value.code, caught.value.port) == ("address-in-use", port)
    assert str(caught.value) == f"port {port} of 127.0.0.1 is in use"
    assert second.snapshot().phase is Phase.CREATED
    first.stop()
    second.start()
    until(lambda: second.snapshot().ready is Status.UP)


def test_settings_that_contradict_are_refused_at_once(service: MakeService) -> None:
    with pytest.raises(InvalidError) as caught:
        service(
            drain=30 * SECOND, grace=25 * SECOND, version="", startup_timeout=0 * SECOND
        )
    fields = {problem.field for problem in caught.value.problems}
    assert {"drain", "version", "startup_timeout"} <= fields


def test_the_settings_in_effect_can_be_read(
    service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAMS_DRAIN_MS", "1500")
    monkeypatch.setenv("HAMS_DETAIL", "reasons")
    health = service(grace=9 * SECOND, shutdown_api=ShutdownApi(TOKEN))
    assert health.settings.drain == timedelta(milliseconds=1_500)
    assert health.settings.detail is Detail.REASONS
    assert health.settings.grace == 9 * SECOND
    assert health.settings.startup_timeout is None
    assert health.settings.shutdown_api is True


def test_the_shutdown_api_is_answered_when_the_shutdown_has_finished(
    service: MakeService,
) -> None:
    health = service(shutdown_api=ShutdownApi(TOKEN))
    ran: list[str] = []
    health.add_hook("only", lambda: ran.append("only"))
    health.start()
    assert get(health, "/hams/shutdown", method="POST").status == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    answer = get(health, "/hams/shutdown", method="POST", headers=bearer)
    assert (answer.status, ran) == (200, ["only"])
    assert answer.json()["cause"] == "api"
    again = get(health, "/hams/shutdown", method="POST", headers=bearer)
    assert again.json() == answer.json()


def test_two_services_share_nothing(service: MakeService) -> None:
    one, two = service(), service()
    one.add_manual_probe("db", roles=Roles.READY, initial=Status.DOWN)
    one.start()
    two.start()
    assert get(one, "/readyz").status == 503
    assert get(two, "/readyz").status == 200
    one.stop()
    assert get(two, "/readyz").status == 200


def test_fifty_services_leave_no_thread_and_no_descriptor() -> None:
    def once() -> None:
        with Health("orders", address="127.0.0.1", port=0) as health:
            health.add_probe("db", lambda: True, roles=Roles.READY)
            health.start()

    once()
    before = _descriptors()
    for _ in range(50):
        once()
    until(lambda: _descriptors() <= before)
    until(lambda: not any(t.name == "hams" for t in threading.enumerate()))


def _start_and_raise(health: Health) -> None:
    health.start()
    raise ZeroDivisionError


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
