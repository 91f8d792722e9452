# shellcheck shell=bash
# Python: the package `hams` in bindings-python.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=(core)
sources=(bindings-python)
made=bindings-python/build

build() {
  local environment
  environment=$(python_environment bindings-python/requirements.txt)
  mkdir -p bindings-python/build
  # For test_app, which is to begin at once.
  echo "$environment" >bindings-python/build/environment
  # Beside the wheel it leaves the core, as it is and compiled, in the tree: that runs as it stands.
  (cd bindings-python && quietly "$environment/bin/python" -m hatchling build -t wheel -d build)
  "$environment/bin/python" -m compileall -q bindings-python/src bindings-python/test_app
}

tests() {
  local bin
  bin=$(<bindings-python/build/environment)/bin
  check "python: the glue is up to date" npx hams-bindgen --wit core/wit/hams.wit --world hams \
    --target python --json --out bindings-python/src/hams/_generated --check
  check "python: formatted" in_python "$bin/ruff" format --check . ../scripts/checks ../scripts/benchmarks/python
  check "python: ruff has nothing to say" in_python "$bin/ruff" check . ../scripts/checks ../scripts/benchmarks/python
  check "python: types" in_python "$bin/mypy"
  check "python: 3.10 suffices" in_python "$bin/vermin" --quiet --target=3.10- --violations \
    --no-parse-comments src test_app
  count "python: tests" in_python env PYTHONPATH=../scripts/checks \
    "$bin/python" -m pytest -p pytest_counts
  count "python: from outside" scripts/conformance python
}

test_app() {
  PYTHONPATH=bindings-python/src:bindings-python \
    exec "$(<bindings-python/build/environment)/bin/python" -m test_app
}

# A command in the package's folder, where its settings are.
in_python() {
  (cd bindings-python && "$@")
}
