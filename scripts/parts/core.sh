# shellcheck shell=bash
# The core: AssemblyScript to a component without imports, and the test vectors.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=(gen)
sources=(core)
made=core/build

build() {
  quietly npm run build -w @hams/core
}

tests() {
  check "core: types" npx tsc --noEmit -p core
  count "core: tests" vitest core
  check "core: the glue is up to date" npm run generate -w @hams/core -- --check
  check "core: imports nothing, is small" npx tsx scripts/checks/wasm.ts
  check "core: built twice, the same" scripts/checks/reproducible
}
