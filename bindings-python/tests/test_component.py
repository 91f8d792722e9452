from __future__ import annotations

import logging
import re
import shutil
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from wasmtime import Config, Engine
from wasmtime.component import Component

from hams import _compiled, _component
from hams._component import instantiate
from hams._generated.hams import Hams

PACKAGE = Path(_component.__file__).parent
TRACE = ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
PROGRAM_ENDS_WITHIN_S = 30

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells")
forks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not asked for the core yet."""
    monkeypatch.setattr(_component, "_held", None)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unloaded: None) -> Path:
    """The package's folder, with `hams.wasm` alone."""
    shutil.copy(PACKAGE / "hams.wasm", tmp_path)
    monkeypatch.setattr(_component, "_FOLDER", tmp_path)
    return tmp_path


def test_an_instance_answers() -> None:
    assert works(instantiate())


def test_instances_are_apart() -> None:
    first, second = instantiate(), instantiate()
    first.close()
    assert works(second)


@pytest.mark.usefixtures("unloaded")
def test_the_core_is_loaded_once_for_all_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loads = []
    load = _component._load

    def counted(engine: Engine) -> Component:
        loads.append(engine)
        return load(engine)

    monkeypatch.setattr(_component, "_load", counted)
    together = threading.Barrier(8)
    answers = []

    def ask() -> None:
        together.wait()
        answers.append(works(instantiate()))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 8
    assert len(loads) == 1


@pytest.mark.usefixtures("unloaded")
def test_the_compiled_core_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hams")
    monkeypatch.setattr(Component, "from_file", None)
    assert works(instantiate())
    assert caplog.messages == []


def test_without_a_compiled_core_it_is_compiled(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hams")
    assert works(instantiate())
    (record,) = caplog.records
    assert record.levelno == logging.DEBUG
    assert record.getMessage() == (
        f"the core was compiled, which a start-up pays for: no {_compiled.FILE}"
    )


def of_another_release() -> bytes:
    code = (PACKAGE / _compiled.FILE).read_bytes()
    header = b"\x0250\x18x86_64"
    assert header in code
    return code.replace(header, b"\x0249\x18x86_64")


def of_a_later_processor() -> bytes:
    code = (PACKAGE / _compiled.FILE).read_bytes()
    off = b"\x07has_avx\x02\x00"
    assert off in code
    return code.replace(off, b"\x07has_new\x02\x01")


def under_other_settings() -> bytes:
    wasm = (PACKAGE / "hams.wasm").read_bytes()
    config = Config()
    config.parallel_compilation = False
    return bytes(Component(Engine(config), wasm).serialize())


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(lambda: b"", id="empty"),
        pytest.param(lambda: b"no code" * 1000, id="no-code"),
        pytest.param(
            lambda: (PACKAGE / _compiled.FILE).read_bytes()[:9000], id="cut-short"
        ),
        pytest.param(of_another_release, id="another-release"),
        pytest.param(of_a_later_processor, id="later-processor"),
        pytest.param(under_other_settings, id="other-settings"),
    ],
)
def test_a_compiled_core_that_does_not_fit_is_passed_over(
    code: object, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(code)
    caplog.set_level(logging.DEBUG, "hams")
    (folder / _compiled.FILE).write_bytes(code())
    assert works(instantiate())
    (message,) = caplog.messages
    assert "failed to load code" in message
    assert "\n" not in message


@pytest.mark.usefixtures("unloaded")
def test_a_package_without_the_core_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_component, "_FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"hams\.wasm"):
        instantiate()


def test_the_compiled_core_is_that_of_the_package() -> None:
    code = (PACKAGE / _compiled.FILE).read_bytes()
    assert _compiled.compiled((PACKAGE / "hams.wasm").read_bytes()) == code


@linux
def test_the_compiled_core_runs_on_any_processor_of_its_kind() -> None:
    code = (PACKAGE / _compiled.FILE).read_bytes()
    # how wasmtime writes a flag: its name, that it is true or false, which of them
    assert re.search(rb"has_\w+\x02\x00", code)
    assert re.search(rb"has_\w+\x02\x01", code) is None


@linux
def test_no_handlers_of_faults_are_installed() -> None:
    assert (
        run(
            """
            import signal
            from pathlib import Path
            from hams._component import instantiate

            instantiate().propagation.carry([], [])
            status = dict(
                line.split(":", 1)
                for line in Path("/proc/self/status").read_text().splitlines()
            )
            caught = int(status["SigCgt"], 16)
            faults = signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE
            print([fault.name for fault in faults if caught & 1 << fault - 1])
            """
        )
        == "[]"
    )


@linux
def test_instances_fit_into_little_address_space() -> None:
    assert (
        run(
            """
            import resource
            import hams._component as component

            # What the interpreter and wasmtime's library take is not ours.
            taken = int(open("/proc/self/statm").read().split()[0])
            limit = taken * resource.getpagesize() + (256 << 20)
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            held = [component.instantiate() for _ in range(8)]
            print(len(held))
            """
        )
        == "8"
    )


@forks
@pytest.mark.parametrize("file", ["_compiled.FILE", "'none'"])
def test_a_forked_child_uses_the_core_of_its_parent(file: str) -> None:
    assert run(
        f"""
            import os
            from hams import _compiled
            _compiled.FILE = {file}
            from hams._component import instantiate

            def use():
                print(len(instantiate().propagation.carry([{TRACE!r}], [])), flush=True)

            use()
            child = os.fork()
            if not child:
                use()
                os._exit(0)
            print(os.waitpid(child, 0)[1])
            """
    ).split() == ["1", "1", "0"]


@forks
def test_a_forked_child_compiles_though_its_parent_has_compiled() -> None:
    assert (
        run(
            """
            import os
            from hams import _compiled, _component
            _compiled.FILE = "none"

            _component.instantiate()
            child = os.fork()
            if not child:
                _component._held = None
                _component.instantiate()
                os._exit(0)
            print(os.waitpid(child, 0)[1])
            """
        )
        == "0"
    )


@forks
def test_a_fork_while_another_thread_loads_hangs_nobody() -> None:
    assert (
        run(
            """
            import os, threading
            from hams import _compiled, _component
            _compiled.FILE = "none"

            loading, load = threading.Event(), _component._load

            def told(engine):
                loading.set()
                return load(engine)

            _component._load = told
            thread = threading.Thread(target=_component.instantiate)
            thread.start()
            loading.wait()
            child = os.fork()
            if not child:
                _component.instantiate()
                os._exit(0)
            thread.join()
            _component.instantiate()
            print(os.waitpid(child, 0)[1])
            """
        )
        == "0"
    )


def works(core: Hams) -> bool:
    return core.propagation.carry([TRACE, ("cookie", "a=b")], []) == [TRACE]


def run(program: str) -> str:
    """What a program prints that has a process of its own."""
    source = textwrap.dedent(program)
    ended = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", source],
        env={"PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        timeout=PROGRAM_ENDS_WITHIN_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()
