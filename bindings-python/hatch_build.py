"""Puts the core into the package, as it is and compiled for this platform.

In a checkout the core and the licence come from the folders beside this one; an sdist
holds them. Both are written into the tree, which then runs as it stands.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class LicenceHook(MetadataHookInterface):
    """Runs before hatchling looks for the licence; the hook below would be too late."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fills in `license-files`."""
        root = Path(self.root)
        if in_checkout(root):
            write(root / "LICENSE", (root.parent / "LICENSE").read_bytes())
        metadata["license-files"] = ["LICENSE"]


class CoreHook(BuildHookInterface[Any]):
    """Runs before each build, of an sdist or a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Names what the build takes along besides the sources."""
        root = Path(self.root)
        package = root / "src/hams"
        wasm = package / "hams.wasm"
        if in_checkout(root):
            write(wasm, (root.parent / "core/build/hams.wasm").read_bytes())
        if self.target_name == "wheel":
            file, code = compiled(package / "_compiled.py", wasm.read_bytes())
            write(package / file, code)
            build_data["artifacts"].append(f"src/hams/{file}")


def in_checkout(root: Path) -> bool:
    """Whether this is the repository, and no unpacked sdist."""
    return (root.parent / "core/wit/hams.wit").exists()


def compiled(module: Path, wasm: bytes) -> tuple[str, bytes]:
    """The compiled core, and the name of its file.

    By a module of the package: the package itself needs more than a build has.
    """
    spec = importlib.util.spec_from_file_location(module.stem, module)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.FILE, loaded.compiled(wasm)


def write(path: Path, content: bytes) -> None:
    """Writes the file if that changes it; never into one that a process has mapped."""
    if path.exists() and path.read_bytes() == content:
        return
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_bytes(content)
    new.replace(path)
