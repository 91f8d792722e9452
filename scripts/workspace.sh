# shellcheck shell=bash
# What the commands beside this file share: what they install, how a part is built.
# They source it from the repository's root.
#
# A part is a file `scripts/parts/NAME.sh`. It sets
#   requires  the parts built before it
#   sources   what it is built from, beside those
#   made      the folder that its build fills; empty: there is nothing to build
# and defines build, tests (calls `check` and `count` of scripts/test) and, for a language, test_app.

# Prints the names of the parts given, or of all of them; an unknown one ends the command.
parts() {
  local all name
  all=$(cd scripts/parts && printf '%s\n' *.sh | sed 's/\.sh$//')
  for name in "$@"; do
    [[ -f scripts/parts/$name.sh ]] || fail "no part \"$name\"; there are: ${all//$'\n'/, }"
  done
  if (($# > 0)); then printf '%s\n' "$@"; else echo "$all"; fi
}

fail() {
  echo "${0##*/}: $1" >&2
  exit 2
}

# The npm packages as the lock file has them.
npm_packages() {
  node scripts/installed.mjs || quietly npm ci
}

# debian_package NAME [COMMAND]: a Debian package, unless it, or the command that it brings, is there.
debian_package() {
  if (($# > 1)); then
    ! command -v "$2" >/dev/null || return 0
  else
    ! dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed || return 0
  fi
  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  quietly "${as_root[@]}" apt-get update
  quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$1"
}

# python_environment REQUIREMENTS: prints the folder of a Python environment with these packages.
# It is made once for them and the machine's Python, for all checkouts.
python_environment() {
  local cache=${HAMS_CACHE:-$HOME/.cache/hams} folder
  folder=$cache/python-$({ python3 --version && cat "$1"; } | sha256sum | cut -c 1-16)
  if [[ ! -e $folder/installed ]]; then
    python3 -c 'import ensurepip, venv' 2>/dev/null || debian_package python3-venv
    mkdir -p "$cache"
    (
      flock 9
      [[ ! -e $folder/installed ]] || exit 0 # made meanwhile
      quietly python3 -m venv --clear "$folder" &&
        quietly "$folder/bin/python" -m pip install --require-hashes --only-binary :all: -r "$1" &&
        touch "$folder/installed"
    ) 9>"$folder.lock" || return
  fi
  echo "$folder"
}

# Runs a command and shows its output only if it fails.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    echo "${0##*/}: failed: $*" >&2
    return 1
  fi
  rm -f "$log"
}

# Set by whoever wants everything built, changed or not.
always=""

# By part: "fresh" if it was found so, "anew" if this command has built it.
declare -A built=()

# Builds a part after those it requires, unless nothing has changed since it was built.
build_part() {
  [[ -z ${built[$1]:-} ]] || return 0
  local part requires=() sources=() made="" why=$always
  # shellcheck source=/dev/null
  source "scripts/parts/$1.sh"
  for part in "${requires[@]}"; do
    build_part "$part"
    [[ ${built[$part]} == fresh ]] || why="$part is new"
  done
  built[$1]=fresh
  [[ -n $made ]] || return 0
  [[ -n $why ]] || why=$(newer "$made/.built" package-lock.json "${sources[@]}")
  [[ -n $why ]] || return 0
  rm -f "$made/.built"
  # Again: those it requires have put their own functions in its place.
  # shellcheck source=/dev/null
  source "scripts/parts/$1.sh"
  build
  touch "$made/.built"
  built[$1]=anew
}

# newer STAMP PATH…: a file there that is newer than the stamp, or that there is no stamp.
newer() {
  [[ -e $1 ]] || { echo "never built" && return; }
  find "${@:2}" \( -name node_modules -o -name __pycache__ -o -path '*/dist' -o -path '*/build' \) -prune \
    -o -type f -newer "$1" -print -quit
}
