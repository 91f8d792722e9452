"""A plugin for pytest: ends its output with the line that scripts/test counts."""

from __future__ import annotations

from collections.abc import Generator

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Prints the line when all others of this hook have: pytest's summary too."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    assert reporter is not None

    def count(*outcomes: str) -> int:
        return sum(len(reporter.stats.get(outcome, ())) for outcome in outcomes)

    passed = count("passed", "xpassed")
    failed = count("failed", "error")
    skipped = count("skipped", "xfailed")
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
