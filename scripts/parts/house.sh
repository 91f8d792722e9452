# shellcheck shell=bash
# What holds for the repository as a whole.
# shellcheck disable=SC2034 # for scripts/workspace.sh
# The bench's types, the commands in READMEs, and all that answers HTTP.
requires=(node python)

tests() {
  debian_package shellcheck shellcheck
  local scripts
  mapfile -t scripts < <(git ls-files -co --exclude-standard -- scripts .ci examples | shell_scripts)
  check "house: Biome has nothing to say" npx biome check --error-on-warnings .
  check "house: types of the scripts" npx tsc --noEmit -p scripts
  check "house: shellcheck has nothing to say" shellcheck "${scripts[@]}"
  # Fails where an install has dropped the packages of other platforms from the lock file.
  check "house: the lock file is whole" npm ci --dry-run
  check "house: one version everywhere" npx tsx scripts/checks/versions.ts
  check "house: links lead somewhere" npx tsx scripts/checks/links.ts
  check "house: fragments are those of their files" npx tsx scripts/checks/fragments.ts
  count "house: every language answers alike" scripts/conformance --only endpoints
  check "house: commands in READMEs run" npx tsx scripts/checks/readme-commands.ts
  check "house: nothing of this machine is committed" npx tsx scripts/checks/machine.ts
}

# Those of the files on standard input that bash reads.
shell_scripts() {
  local file
  while read -r file; do
    if [[ $file == *.sh ]] || head -n 1 "$file" | grep -q '^#!.*bash'; then echo "$file"; fi
  done
}
