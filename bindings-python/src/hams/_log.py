"""Hands the core's log records to the logger the application chose."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import suppress

from ._generated.hams import Level, LogRecord, Problem

# Quiet where the application has not configured logging.
logging.getLogger("hams").addHandler(logging.NullHandler())

_LEVELS = {
    Level.DEBUG: logging.DEBUG,
    Level.INFO: logging.INFO,
    Level.WARNING: logging.WARNING,
    Level.ERROR: logging.ERROR,
}


def log_writer(logger: logging.Logger) -> Callable[[LogRecord], None]:
    """What writes a record, its fields in `extra` as `hams_…`.

    Handlers and filters that raise do no harm: the record then goes to stderr.
    """

    def write(record: LogRecord) -> None:
        # The prefix keeps clear of what logging itself has in a record.
        extra = {
            f"hams_{name.replace('-', '_')}": value for name, value in record.fields
        }
        try:
            # Without arguments logging leaves a % as it is.
            logger.log(_LEVELS[record.level], record.message, extra=extra)
        # Some handlers end the program on an error; that is not theirs to do from here.
        except (Exception, SystemExit) as error:
            # The record matters more than its place.
            _write_to_stderr(record.message)
            _write_to_stderr(f"the logger raised {type(error).__name__}: {error}")

    return write


def log_record(level: Level, message: str, **fields: str) -> LogRecord:
    """A record of the host's own."""
    return LogRecord(level, message, list(fields.items()))


def warning_record(problem: Problem) -> LogRecord:
    """What is odd about what the application passed, yet accepted."""
    text = f"{problem.field}: {problem.message}"
    return log_record(Level.WARNING, text, field=problem.field)


def _write_to_stderr(message: str) -> None:
    # There may be no stderr, or a closed one.
    with suppress(Exception):
        sys.stderr.write(f"hams: {message}\n")
