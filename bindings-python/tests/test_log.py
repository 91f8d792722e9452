from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from hams import Roles
from hams._generated.hams import Level, LogRecord, Problem
from hams._log import log_record, log_writer, warning_record
from tests.service import MakeService


class Kept(logging.Handler):
    """Keeps what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class Raising(logging.Handler):
    """Raises, as a handler must not."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def emit(self, record: logging.LogRecord) -> None:
        raise self.error


@pytest.fixture
def logger() -> logging.Logger:
    # one of its own, that no other test sees
    return logging.Logger("test", logging.DEBUG)  # noqa: LOG001


@pytest.fixture
def kept(logger: logging.Logger) -> Kept:
    handler = Kept()
    logger.addHandler(handler)
    return handler


@pytest.mark.parametrize(
    ("level", "number"),
    [
        (Level.DEBUG, logging.DEBUG),
        (Level.INFO, logging.INFO),
        (Level.WARNING, logging.WARNING),
        (Level.ERROR, logging.ERROR),
    ],
)
def test_a_level_is_that_of_logging(
    logger: logging.Logger, kept: Kept, level: Level, number: int
) -> None:
    log_writer(logger)(log_record(level, "phase running"))
    assert [each.levelno for each in kept.records] == [number]


def test_a_percent_sign_stays(logger: logging.Logger, kept: Kept) -> None:
    log_writer(logger)(log_record(Level.INFO, "disk 100%s full %d"))
    assert kept.records[0].getMessage() == "disk 100%s full %d"
    assert kept.records[0].msg == "disk 100%s full %d"


def test_fields_are_attributes_that_clash_with_none(
    logger: logging.Logger, kept: Kept
) -> None:
    fields = [("name", "db"), ("message", "m"), ("args", "a"), ("took-ms", "5")]
    log_writer(logger)(LogRecord(Level.INFO, "text", fields))
    record = vars(kept.records[0])
    assert {k: v for k, v in record.items() if k.startswith("hams_")} == {
        "hams_name": "db",
        "hams_message": "m",
        "hams_args": "a",
        "hams_took_ms": "5",
    }
    assert record["name"] == "test"


@pytest.mark.parametrize("error", [ValueError("disk full"), SystemExit(3)])
def test_a_handler_that_raises_loses_nothing(
    logger: logging.Logger, error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    logger.addHandler(Raising(error))
    log_writer(logger)(log_record(Level.INFO, "phase running"))
    kind = type(error).__name__
    assert capsys.readouterr().err == (
        f"hams: phase running\nhams: the logger raised {kind}: {error}\n"
    )


def test_a_filter_that_raises_does_no_harm_without_stderr(
    logger: logging.Logger, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(record: logging.LogRecord) -> bool:
        asked.append(record)
        raise ValueError

    logger.addFilter(refuse)
    monkeypatch.setattr(sys, "stderr", None)
    log_writer(logger)(log_record(Level.INFO, "phase running"))
    assert len(asked) == 1


def test_a_warning_names_its_field() -> None:
    record = warning_record(Problem("grace", "60000 ms is long"))
    assert record == LogRecord(
        Level.WARNING, "grace: 60000 ms is long", [("field", "grace")]
    )


def test_nothing_is_printed_where_logging_is_not_configured() -> None:
    program = (
        "from hams._log import *; import logging;"
        "log_writer(logging.getLogger('hams'))(log_record(Level.ERROR, 'phase'))"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_service_logs_its_phases_with_fields(
    service: MakeService, logger: logging.Logger, kept: Kept
) -> None:
    with service(logger=logger) as health:
        health.add_probe("db", lambda: False, roles=Roles.READY)
        health.start()
    starting = [each for each in kept.records if each.msg == "phase starting"]
    assert [vars(each)["hams_phase"] for each in starting] == ["starting"]
