"""A child of a process that has HaMS, as a prefork server makes them."""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection

import pytest

from hams import Health, Roles, SignalPolicy, StateError, Status
from tests.service import MakeService, get, until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def in_child(run: Callable[[], object]) -> object:
    """What a forked child makes of it: its result, or the text of what it raised."""
    parent, child = multiprocessing.Pipe(duplex=False)
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=_report, args=(run, child))
    process.start()
    assert parent.poll(20), "the child hangs"
    answer: object = parent.recv()
    process.join(20)
    assert process.exitcode == 0
    return answer


def _report(run: Callable[[], object], to: Connection) -> None:
    try:
        to.send(run())
    except BaseException as error:
        to.send(f"{type(error).__name__}: {error}")


def test_a_child_has_a_health_of_its_own(service: MakeService) -> None:
    service().start()

    def serve() -> int:
        with Health("child", address="127.0.0.1", port=0) as health:
            health.add_probe("db", lambda: True, roles=Roles.READY)
            health.start()
            until(lambda: health.snapshot().ready is Status.UP)
            return get(health, "/readyz").status

    assert in_child(serve) == 200


def test_a_health_made_before_the_fork_is_started_after_it(
    service: MakeService,
) -> None:
    service().start()
    # It has logged a warning, on a thread that the child lacks.
    grace = timedelta(seconds=60)
    health = Health("orders", address="127.0.0.1", port=0, grace=grace)
    health.add_probe("db", lambda: True, roles=Roles.READY)

    def serve() -> int:
        with health:
            health.start()
            until(lambda: health.snapshot().ready is Status.UP)
            return get(health, "/readyz").status

    assert in_child(serve) == 200
    assert in_child(serve) == 200


def test_the_parents_health_is_none_of_the_childs(service: MakeService) -> None:
    health = service(signals=SignalPolicy.DRAIN)
    health.start()

    def use() -> None:
        with health:
            health.shutdown()

    answer = str(in_child(use))
    assert answer.startswith("StateError: it was started in the parent")
    assert get(health, "/livez").status == 200
    assert health.snapshot().ready is Status.UP


def test_a_child_does_not_hold_the_port(service: MakeService) -> None:
    health = service()
    health.start()
    assert health.address is not None
    port = health.address.port
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write)
        os.read(read, 1)
        os._exit(0)
    os.close(read)
    try:
        health.stop()
        with socket.create_server(("127.0.0.1", port)):
            pass
    finally:
        os.close(write)
        os.waitpid(child, 0)
    with pytest.raises(StateError):
        health.shutdown()
