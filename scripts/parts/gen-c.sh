# shellcheck shell=bash
# The generator's output in C, on wasm2c's output.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=(core)

tests() {
  debian_package gcc gcc
  debian_package g++ g++
  debian_package clang clang
  debian_package clang-format clang-format
  debian_package libclang-rt-14-dev
  debian_package libjansson-dev
  debian_package valgrind valgrind
  debian_package python3-pip pip3
  count "gen: c" vitest scripts/bindgen test/c
}
