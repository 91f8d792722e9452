# shellcheck shell=bash
# Node: the package `hams` in bindings-node.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=(core)
sources=(bindings-node)
made=bindings-node/dist

build() {
  quietly npm run build -w hams
}

tests() {
  check "node: types" npx tsc --noEmit -p bindings-node/test
  check "node: the glue is up to date" npm run generate -w hams -- --check
  check "node: the glue is small" scripts/checks/size 60000 bindings-node/dist/generated/{hams,abi}.js
  count "node: tests" vitest bindings-node
  count "node: from outside" scripts/conformance node
}

test_app() {
  exec node bindings-node/dist/lib/test-app.js
}
