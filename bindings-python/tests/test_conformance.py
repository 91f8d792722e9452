"""Every test vector, over the glue of this package."""

from __future__ import annotations

from typing import Any

import pytest

from hams._component import instantiate
from hams._generated._instance import PUBLIC_VARIABLE
from tests.vectors import Difference, Fields, cases, difference, drive

CASES = cases()


@pytest.fixture(params=["raw", "public"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Into wasmtime: its C functions, or those that it offers."""
    way: str = request.param
    monkeypatch.setenv(PUBLIC_VARIABLE, "1" if way == "public" else "")
    return way


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_case_comes_out_as_expected(case: Fields, way: str) -> None:
    with instantiate() as hams:
        assert hams._instance.raw is (way == "raw")
        assert drive(hams, case) is None


def test_the_cases_are_there() -> None:
    assert len(CASES) >= 509
    assert len({case["name"] for case in CASES}) == len(CASES)


def test_the_first_step_that_differs_is_told() -> None:
    steps: list[Fields] = [
        {"now": 0, "call": "start"},
        {"now": 0, "request": "GET /livez", "expect": {"status": 200}},
        {"now": 0, "request": "GET /livez", "expect": {"status": 503}},
        {"now": 0, "call": "start"},
    ]
    with instantiate() as hams:
        found = drive(hams, {"steps": steps})
    assert found == (2, ("status", 503, 200))


def test_a_call_without_expectation_must_not_fail() -> None:
    start = {"now": 0, "call": "start"}
    with instantiate() as hams:
        found = drive(hams, {"steps": [start, start]})
    assert found is not None
    assert found.step == 1
    assert "err" in found.difference.came


def test_a_registration_that_fails_is_told_apart() -> None:
    probes = [{"name": "db", "check": {"manual": "up"}}] * 2
    with instantiate() as hams:
        found = drive(hams, {"probes": probes, "steps": []})
    assert found is not None
    assert found.step == -1


@pytest.mark.parametrize(
    ("expected", "came"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": None}, {}),
        ({"bodyHas": ["x"], "bodyLacks": ["y"]}, {"body": "x"}),
        ([], []),
    ],
)
def test_what_is_expected_is_found(expected: Any, came: Any) -> None:
    assert difference(expected, came) is None


@pytest.mark.parametrize(
    ("expected", "came", "where"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ("a[1].b", 2, 3)),
        ([1], [1, 2], ("", [1], [1, 2])),
        ([], {}, ("", [], {})),
        ({}, None, ("", {}, None)),
        ({"a": None}, {"a": 0}, ("a", None, 0)),
        ({"a": 1}, {"a": True}, ("a", 1, True)),
        ({"bodyHas": ["x", "y"]}, {"body": "x"}, ("bodyHas", "y", "x")),
        ({"bodyLacks": ["x"]}, {"body": "x"}, ("bodyLacks", "x", "x")),
    ],
)
def test_a_difference_is_found(expected: Any, came: Any, where: Difference) -> None:
    assert difference(expected, came) == where
