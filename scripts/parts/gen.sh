# shellcheck shell=bash
# The generator of the glue: scripts/bindgen. The hosts in other languages are parts of their own, gen-*.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=()
sources=(scripts/bindgen)
made=scripts/bindgen/dist

build() {
  quietly npm run build -w hams-bindgen
}

tests() {
  # Not among those it requires, since that is built by the generator.
  check "gen: the core is built" build_part core
  check "gen: types" npx tsc --noEmit -p scripts/bindgen/test
  count "gen: tests" vitest scripts/bindgen --exclude 'test/{c,java,python,rust}/**'
}
