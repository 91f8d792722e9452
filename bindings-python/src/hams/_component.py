"""The core: loaded once a process, an instance for each service."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

from wasmtime import Engine, WasmtimeError
from wasmtime.component import Component

from . import _compiled
from ._generated.hams import Hams

_FOLDER = Path(__file__).parent
_LOGGER = logging.getLogger("hams")


def instantiate() -> Hams:
    """A new instance of the core, for one thread at a time. Any thread may ask.

    Raises:
        TrapError: There is no memory for it.
        OSError: `hams.wasm` is missing: the package is not whole.
    """
    engine, component = _loaded()
    return Hams(engine, component)


_held: tuple[Engine, Component] | None = None

# One that may be taken again by its holder: a signal handler may interrupt it and fork.
_lock = threading.RLock()

# A fork waits for a load that is under way. The child then finds all or nothing of it,
# and the lock free.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire,
        after_in_parent=_lock.release,
        after_in_child=_lock.release,
    )


def _loaded() -> tuple[Engine, Component]:
    global _held
    with _lock:
        if _held is None:
            engine = Engine(_compiled.settings())
            _held = engine, _load(engine)
        return _held


def _load(engine: Engine) -> Component:
    file = _FOLDER / _compiled.FILE
    if file.exists():
        try:
            return Component.deserialize_file(engine, str(file))
        except WasmtimeError as error:
            # Another wasmtime, or a processor without a feature that it takes.
            why = " ".join(str(error).split())
    else:
        why = f"no {file.name}"
    component = Component.from_file(engine, _FOLDER / "hams.wasm")
    _LOGGER.debug("the core was compiled, which a start-up pays for: %s", why)
    return component
