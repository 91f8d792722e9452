"""The test vectors of core/conformance: read, driven through a core, compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from hams._generated._json import camel, from_json, to_json
from hams._generated.hams import Hams
from hams._generated.hams_json import SESSION

Fields = Mapping[str, Any]

FOLDER = Path(__file__).parents[2] / "core" / "conformance"
FUNCTIONS = {name.split("#")[1]: export for name, export in SESSION.exports.items()}
"""By their names in the WIT."""


class Difference(NamedTuple):
    """Where what came differs from what was expected first."""

    path: str
    """In the expectation, such as `actions[2].answer`."""
    expected: Any
    came: Any


class Mismatch(NamedTuple):
    """The first step that differs, counted from 0; -1: the registrations."""

    step: int
    difference: Difference


def read(file: str) -> Any:
    """What a file of the folder has."""
    return json.loads((FOLDER / file).read_text("utf-8"))


def cases() -> list[Fields]:
    """Those of all files."""
    files = sorted(file.name for file in FOLDER.glob("*.json"))
    vectors = [f for f in files if f not in ("schema.json", "defaults.json")]
    return [case for file in vectors for case in read(file)["cases"]]


DEFAULTS = read("defaults.json")


def drive(hams: Hams, case: Fields) -> Mismatch | None:
    """What differs first, if anything does.

    Raises:
        RefusedError: A value of the case itself does not fit the WIT.
        KeyError: A name in it is not known.
    """
    first = list(_registrations(case))
    for i, step in enumerate([*first, *case["steps"]]):
        if found := _take(hams, step):
            return Mismatch(max(i - len(first), -1), found)
    return None


def _registrations(case: Fields) -> Iterable[Fields]:
    """The steps before the first."""
    settings = case.get("settings", {})
    if settings is not None:
        settings = {**DEFAULTS["settings"], **settings}
        yield {"now": 0, "call": "configure", "args": {"settings": settings}}
    for probe in case.get("probes", []):
        probe = {**DEFAULTS["probe"], **probe}
        yield {"now": 0, "call": "add-probe", "args": {"probe": probe}}
    for hook in case.get("hooks", []):
        yield {"now": 0, "call": "add-hook", "args": {"hook": hook}}


def _take(hams: Hams, step: Fields) -> Difference | None:
    expected = step.get("expect", {})
    if "events" in step:
        came = _call(hams, "step", {**step, "args": {"events": step["events"]}})
    elif "request" in step:
        request = {**DEFAULTS["request"], **_request(step["request"])}
        came = _call(hams, "respond", {**step, "args": {"request": request}})
    else:
        came = _call(hams, step["call"], step)
        if "expect" not in step and "err" in came:
            return Difference("", {"ok": {}}, came)
    return difference(expected, came)


def _request(request: str | Fields) -> Fields:
    if not isinstance(request, str):
        return request
    method, target = request.split(" ")
    known = method in ("GET", "HEAD", "POST")
    return {"method": method.lower() if known else "other", "target": target}


def _call(hams: Hams, name: str, step: Fields) -> Fields:
    """What came, under every name that an expectation may use."""
    function = FUNCTIONS[name]
    signature = function.signature
    given = {"now": step["now"], **step.get("args", {})}
    values = [
        from_json(codec, given.get(camel(label)), label, SESSION)
        for label, codec in signature.parameters
    ]
    value = signature.ask(attrgetter(function.path)(hams), values)
    result: Any = None
    if signature.result is not None:
        result = to_json(signature.result, value, SESSION)
    if signature.fails:
        return {**result}
    if name == "step":
        logs = [action["log"] for action in result["actions"] if _is_log(action)]
        others = [action for action in result["actions"] if not _is_log(action)]
        view = {"outcome": result, **result, "actions": others, "logs": logs}
        return {"ok": result, **view}
    if name == "respond":
        return {"ok": result, "reply": result, **result.get("now", result)}
    return {"ok": result}


def _is_log(action: str | Fields) -> bool:
    return not isinstance(action, str) and "log" in action


def difference(expected: Any, came: Any, path: str = "") -> Difference | None:
    """Compares as a subset of what came.

    Of an object only the fields that are expected, of a list its whole length and
    order, all else exactly. None is what is absent. Beside a `body`: `bodyHas` and
    `bodyLacks`.
    """
    differ = Difference(path, expected, came)
    if isinstance(expected, list):
        if not isinstance(came, list) or len(came) != len(expected):
            return differ
        pairs = enumerate(zip(expected, came, strict=True))
        return _first(pairs, lambda i, p: difference(p[0], p[1], f"{path}[{i}]"))
    if not isinstance(expected, dict):
        # True is 1 in Python
        same = expected == came and isinstance(expected, bool) is isinstance(came, bool)
        return None if same else differ
    if not isinstance(came, dict):
        return differ
    return _first(expected.items(), lambda name, value: _field(name, value, came, path))


def _first(
    items: Iterable[tuple[Any, Any]],
    look: Callable[[Any, Any], Difference | None],
) -> Difference | None:
    found = (look(key, value) for key, value in items)
    return next((each for each in found if each), None)


def _field(name: str, expected: Any, came: Fields, path: str) -> Difference | None:
    inner = f"{path}.{name}".removeprefix(".")
    if name not in ("bodyHas", "bodyLacks"):
        return difference(expected, came.get(name), inner)
    body: str = came["body"]
    wrong = [text for text in expected if (text in body) is not (name == "bodyHas")]
    return Difference(inner, wrong[0], body) if wrong else None
