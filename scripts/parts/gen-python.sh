# shellcheck shell=bash
# The generator's output in Python, on wasmtime.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=(core)

tests() {
  debian_package python3 python3
  count "gen: python" vitest scripts/bindgen test/python
}
