# shellcheck shell=bash
# The generator's output in Java, on Endive.
# shellcheck disable=SC2034 # for scripts/workspace.sh
requires=(core)

tests() {
  debian_package openjdk-17-jdk-headless javac
  debian_package maven mvn
  count "gen: java" vitest scripts/bindgen test/java
}
