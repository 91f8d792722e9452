"""The core compiled ahead of time: with which settings, for what, in which file.

The build and the running package share it, since wasmtime loads compiled code only
under the settings that it was compiled with. It imports nothing of the package, so
that the build can load it alone.
"""

from __future__ import annotations

import platform
import sys

from wasmtime import Config, Engine
from wasmtime.component import Component

FILE = f"hams-{platform.machine().lower()}-{sys.platform}.cwasm"
"""The compiled core for machines like this one; it stands beside `hams.wasm`."""

# Else wasmtime uses every feature that the building machine's processor has. Where no
# target stands here it does, and refuses the file on a machine that lacks one.
# musl takes what was made for glibc: wasmtime compares architecture and system alone.
_TARGETS = {
    ("x86_64", "linux", "glibc"): "x86_64-unknown-linux-gnu",
}

_GROWTH = 1 << 20  # bytes; a memory that grows further is moved


def settings() -> Config:
    """How wasmtime runs the core."""
    config = Config()
    # Its threads are gone in a forked child, where a compilation would wait for them.
    config.parallel_compilation = False
    # No handlers of SIGSEGV and the like in a process that is not ours.
    config.signals_based_traps = False
    # Checked accesses need no guard pages: 54 MB of address space, and not 4 GB, which
    # `ulimit -v` and some containers refuse.
    config.memory_reservation = 0
    config.memory_guard_size = 0
    config.memory_reservation_for_growth = _GROWTH
    return config


def compiled(wasm: bytes) -> bytes:
    """The component as machine code, for any machine that `FILE` names.

    Raises:
        WasmtimeError: It is no component, or this machine cannot compile.
    """
    config = settings()
    system = platform.machine().lower(), sys.platform, platform.libc_ver()[0]
    target = _TARGETS.get(system)
    if target is not None:
        config.target = target
    return bytes(Component(Engine(config), wasm).serialize())
