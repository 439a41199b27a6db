#!/bin/sh
# Makes .venv from the pinned, hashed requirements, once; a second call returns at once.
#   packaging/setup.sh runtime   what `make run` needs
#   packaging/setup.sh dev       the same, with the tools of `make test` and `make check`
# On Debian it installs missing system packages as root; for anybody else it prints the command to ask for.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-dev}

fingerprint() {
    { pwd; cat "requirements/$1.txt" pyproject.toml packaging/setup.sh; } | sha256sum | cut -d' ' -f1
}

is_ready() {
    [ -x .venv/bin/terreno ] && [ "$(cat ".venv/ready-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
}

say() {
    printf '%s\n' "$*" >&2
}

# Names of Debian packages in; installed when this is root on Debian, else the exact command and the end.
need_packages() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "== installing $*"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q </dev/null >&2
        apt-get install -y -q --no-install-recommends "$@" </dev/null >&2
    else
        say "Missing system packages. Ask for this command, then run make again:"
        say "    sudo apt-get install -y --no-install-recommends $*"
        exit 1
    fi
}

# A version manager may put a shim first that finds nothing, so each candidate has to prove itself.
find_python() {
    for candidate in python3.11 /usr/bin/python3.11 python3 /usr/bin/python3 python3.12; do
        if "$candidate" -c "import sys, venv$1; sys.exit(not (3, 11) <= sys.version_info < (3, 13))" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

missing_libraries() {
    "$1" - <<'PY'
import ctypes
import sys

LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
for library, package in LIBRARIES.items() if sys.platform == "linux" else ():
    try:
        ctypes.CDLL(library)
    except OSError:
        print(package)
PY
}

if is_ready "$kind" || { [ "$kind" = runtime ] && is_ready dev; }; then
    exit 0
fi

python=$(find_python ", ensurepip")
if [ -z "$python" ]; then
    if [ -z "$(find_python "")" ]; then
        need_packages python3 python3-venv
    else
        need_packages python3-venv
    fi
    python=$(find_python ", ensurepip")
fi
if [ -z "$python" ]; then
    say "Python 3.11 or 3.12 with its venv module is needed (Debian 12: python3 and python3-venv)."
    exit 1
fi
libraries=$(missing_libraries "$python")
if [ -n "$libraries" ]; then
    # shellcheck disable=SC2086  # one word a package
    need_packages $libraries
fi

say "== making .venv with $python from requirements/$kind.txt"
rm -f .venv/ready-*
"$python" -m venv --clear .venv
.venv/bin/python -m pip install -q --disable-pip-version-check --no-input --require-hashes -r "requirements/$kind.txt"
.venv/bin/python -m pip install -q --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
fingerprint "$kind" >".venv/ready-$kind"
