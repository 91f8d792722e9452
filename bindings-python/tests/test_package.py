"""What is published: built, looked into, installed where nothing else is, and run."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from hams import _compiled

ROOT = Path(__file__).parent.parent
VERSION = re.findall(
    r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.M
)[0]
INFO = f"hams-{VERSION}.dist-info"
DEPENDENCIES = "h11", "wasmtime"

# On a loaded machine; a quiet one takes a tenth.
INSTALLED_WITHIN_S = 300
ANSWERS_WITHIN_S = 20
ENDS_WITHIN_S = 30


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it alone."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def sdist(dist: Path) -> Path:
    (sdist,) = dist.glob("*.tar.gz")
    return sdist


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and what it depends on."""
    return install(wheel, Path(sys.executable), tmp_path_factory.mktemp("installed"))


def install(wheel: Path, interpreter: Path, folder: Path) -> Path:
    run(interpreter, "-m", "venv", folder)
    python = folder / "bin/python"
    constraints = folder / "constraints.txt"
    constraints.write_text(
        "".join(f"{name}=={version(name)}\n" for name in DEPENDENCIES)
    )
    # Wheels alone: nothing may need a compiler.
    run(
        *(python, "-m", "pip", "install", "--only-binary", ":all:"),
        *("--constraint", constraints, wheel),
    )
    return python


def test_a_wheel_is_the_same_from_the_tree_and_from_the_sdist(
    wheel: Path, tmp_path: Path
) -> None:
    build(ROOT, tmp_path, "--wheel")
    (from_tree,) = tmp_path.iterdir()
    assert from_tree.name == wheel.name
    assert from_tree.read_bytes() == wheel.read_bytes()


def test_an_sdist_built_twice_is_the_same(sdist: Path, tmp_path: Path) -> None:
    build(ROOT, tmp_path, "--sdist")
    assert (tmp_path / sdist.name).read_bytes() == sdist.read_bytes()


def test_the_wheel_is_for_every_platform(wheel: Path) -> None:
    assert wheel.name == f"hams-{VERSION}-py3-none-any.whl"


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert names == {
        *(f"hams/{module}" for module in modules()),
        "hams/py.typed",
        "hams/hams.wasm",
        f"hams/{_compiled.FILE}",
        *(f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "RECORD")),
        f"{INFO}/licenses/LICENSE",
    }


def test_the_sdist_holds_what_builds_the_wheel(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names == {
        *(f"src/hams/{module}" for module in modules()),
        "src/hams/py.typed",
        "src/hams/hams.wasm",
        *("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"),
        *("PKG-INFO", ".gitignore"),  # by hatchling
    }


def test_the_licence_is_the_repositorys(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"{INFO}/licenses/LICENSE")
    assert text == (ROOT.parent / "LICENSE").read_bytes()


def test_two_dependencies_are_all_that_it_needs(installed: Path) -> None:
    listed = run(
        *(installed, "-m", "pip", "list", "--format", "freeze"),
        *("--exclude", "pip", "--exclude", "setuptools"),
    )
    names = [line.partition("==")[0] for line in listed.split()]
    assert sorted(names) == ["h11", "hams", "wasmtime"]
    assert "No broken requirements" in run(installed, "-m", "pip", "check")


def test_the_installed_core_is_compiled_already(
    installed: Path, tmp_path: Path
) -> None:
    program = """if True:
        import logging
        logging.basicConfig(level=logging.DEBUG)
        from hams._component import instantiate
        print(len(instantiate().propagation.carry([("traceparent", "no")], [])))
    """
    ended = outside(tmp_path, installed, "-c", program)
    assert ended == (0, "0\n", "")


def test_the_first_program_of_the_readme_runs(
    installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    took = serve_first_program(installed, tmp_path)
    with capsys.disabled():
        print(f"\nprocess to first ready answer, installed anew: {took:.2f} s")


if "HAMS_FULL" in os.environ:  # an install for each

    def test_it_runs_on_every_python_that_is_here(wheel: Path, tmp_path: Path) -> None:
        for minor in range(10, 20):
            for python in sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*")):
                folder = tmp_path / python.name
                installed = install(wheel, python / "bin/python", folder)
                serve_first_program(installed, folder)


def test_its_types_reach_the_programs_that_use_it(
    installed: Path, tmp_path: Path
) -> None:
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text(first_program())
    wrong.write_text('from hams import Health\n\nHealth("orders", version=3)\n')
    checker = sys.executable, "-m", "mypy", "--strict", "--python-executable", installed
    ended = outside(tmp_path, *checker, "right.py")
    assert ended == (0, "Success: no issues found in 1 source file\n", "")
    status, found, _ = outside(tmp_path, *checker, "wrong.py")
    assert status == 1
    assert 'Argument "version" to "Health" has incompatible type "int"' in found


def serve_first_program(python: Path, folder: Path) -> float:
    """Runs it until it has answered and ended; gives the seconds to the answer."""
    (folder / "service.py").write_text(first_program())
    port = free_port()
    began = time.monotonic()
    service = subprocess.Popen(
        [python, "service.py"],
        cwd=folder,
        env=environment() | {"HAMS_LISTEN": f"127.0.0.1:{port}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        body = answer(service, f"http://127.0.0.1:{port}/hams/ready_verbose")
        took = time.monotonic() - began
        assert body.startswith('{"name":"ready","valid":true')
        service.send_signal(signal.SIGTERM)
        output, _ = service.communicate(timeout=ENDS_WITHIN_S)
    finally:
        service.kill()
        service.communicate()
    assert service.returncode == 0, output
    return took


def modules() -> set[str]:
    """The files of Python in the package."""
    package = ROOT / "src/hams"
    return {str(path.relative_to(package)) for path in package.rglob("*.py")}


def first_program() -> str:
    """The first block of Python in the README."""
    found = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert found is not None
    return found[1]


def build(source: Path, folder: Path, *options: str) -> None:
    """Builds with the packages that are here, so that nothing is fetched."""
    builder = sys.executable, "-m", "build", "--no-isolation"
    run(*builder, "--outdir", folder, *options, source)


def run(*command: str | Path) -> str:
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=INSTALLED_WITHIN_S,
        check=False,
        env=environment(),
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def outside(folder: Path, *command: str | Path) -> tuple[int, str, str]:
    """Status and output of a command that sees nothing of this repository."""
    ended = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=INSTALLED_WITHIN_S,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


def environment() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "HAMS_", "MYPY"))
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def answer(service: subprocess.Popen[str], url: str) -> str:
    """The first answer of 200, asked for again and again from the start."""
    until = time.monotonic() + ANSWERS_WITHIN_S
    while service.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=ANSWERS_WITHIN_S) as response:
                body: bytes = response.read()
                return body.decode()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)  # not listening yet, or not ready
    service.kill()
    pytest.fail(f"no answer of 200 at {url}: {service.communicate()[0]}")
