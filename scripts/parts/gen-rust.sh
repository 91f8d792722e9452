# shellcheck shell=bash
# The generator's output in Rust, on wasmtime.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=(core)

tests() {
  count "gen: rust" vitest scripts/bindgen test/rust
}
