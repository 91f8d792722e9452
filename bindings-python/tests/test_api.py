from __future__ import annotations

import types
from typing import get_origin

import hams


def test_what_is_public_is_listed_and_nothing_else() -> None:
    there = {
        name
        for name, value in vars(hams).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert sorted(there) == hams.__all__


def test_every_public_class_and_function_says_what_it_is() -> None:
    for name in hams.__all__:
        value = getattr(hams, name)
        is_alias = get_origin(value) is not None  # before 3.11 a type, too
        if isinstance(value, (type, types.FunctionType)) and not is_alias:
            assert value.__doc__, name


def test_every_error_is_a_health_error() -> None:
    errors = [each for name, each in vars(hams).items() if name.endswith("Error")]
    assert len(errors) == 8
    assert all(issubclass(error, hams.HealthError) for error in errors)
