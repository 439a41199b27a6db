#!/bin/sh
# Makes .venv from the pinned, hashed requirements, once; a second call returns at once.
#   packaging/setup.sh runtime   what `make run` needs
#   packaging/setup.sh dev       the same, with the tools of `make test` and `make check`
#   packaging/setup.sh package   .venv-package, with what `make package` freezes and the tools that do it
# On Debian it installs missing system packages as root; for anybody else it prints the command to ask for. The tests
# need a PostgreSQL server that they can start for themselves.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-dev}
# What is frozen must be the pins and nothing that a developer has: a build has a place of its own.
venv=.venv
[ "$kind" != package ] || venv=.venv-package

fingerprint() {
    { pwd; cat "requirements/$1.txt" pyproject.toml packaging/setup.sh; } | sha256sum | cut -d' ' -f1
}

is_ready() {
    [ -x $venv/bin/python ] && { [ "$1" = package ] || [ -x $venv/bin/terreno ]; } &&
        [ "$(cat "$venv/ready-$1" 2>/dev/null)" = "$(fingerprint "$1")" ]
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

# The same for what Debian would start as a service at once: tests start their own.
need_without_starting() {
    policy=/usr/sbin/policy-rc.d
    made=
    if [ "$(id -u)" = 0 ] && ! [ -e "$policy" ]; then
        made=yes
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    need_packages "$@"
    if [ "$made" ]; then
        rm -f "$policy"
        trap - EXIT
    fi
}

# Programs of root are not on everybody's path.
has() {
    PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null
}

# What a frozen program needs of the Python that it is made with: its library apart, to take along.
has_shared_library() {
    "$1" -c "import sys, sysconfig; sys.exit(not sysconfig.get_config_var('Py_ENABLE_SHARED'))" 2>/dev/null
}

# A version manager may put a shim first that finds nothing, so each candidate has to prove itself.
find_python() {
    for candidate in python3.11 /usr/bin/python3.11 python3 /usr/bin/python3 python3.12; do
        if "$candidate" -c "import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 13))" 2>/dev/null &&
            { [ "$kind" != package ] || has_shared_library "$candidate"; }; then
            command -v "$candidate"
            return
        fi
    done
}

# What Qt loads, with a screen and without one. Asked of the loader itself: names of packages differ, names of libraries do not.
libraries_load() {
    "$1" - <<'PY'
import ctypes
import sys

LIBRARIES = """GL.so.1 EGL.so.1 glib-2.0.so.0 dbus-1.so.3 fontconfig.so.1 xkbcommon.so.0 xkbcommon-x11.so.0 X11-xcb.so.1
xcb-cursor.so.0 xcb-icccm.so.4 xcb-image.so.0 xcb-keysyms.so.1 xcb-randr.so.0 xcb-render-util.so.0 xcb-shape.so.0
xcb-xkb.so.1"""
for name in LIBRARIES.split() if sys.platform == "linux" else ():
    try:
        ctypes.CDLL(f"lib{name}")
    except OSError as error:
        sys.exit(str(error))
PY
}

# The newest PostgreSQL server of this machine, if it is one that the tests of the centre can use.
find_postgres() {
    for candidate in $(command -v postgres) /usr/lib/postgresql/*/bin/postgres; do
        version=$("$candidate" --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')
        [ "${version:-0}" -lt 15 ] || printf '%s\n' "$candidate"
    done | tail -n 1
}

# Debian's package makes a database of its own and starts it, unless it is told before; tests start their own server.
need_postgres() {
    quiet="pg_conftool /etc/postgresql-common/createcluster.conf set create_main_cluster off"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        need_packages postgresql-common
        $quiet
        need_packages postgresql
    else
        say "The tests of the centre need PostgreSQL 15 or newer. Ask for these commands, then run make again:"
        say "    sudo apt-get install -y --no-install-recommends postgresql-common"
        say "    sudo $quiet"
        say "    sudo apt-get install -y --no-install-recommends postgresql"
        exit 1
    fi
}

if is_ready "$kind" || { [ "$kind" = runtime ] && is_ready dev; }; then
    exit 0
fi

python=$(find_python)
if [ -z "$python" ] || ! libraries_load "$python"; then
    need_packages python3 python3-venv libgl1 libegl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 \
        libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 \
        libxcb-render-util0 libxcb-shape0 libxcb-xkb1
    python=$(find_python)
fi
# Tests of a bad link drop packets in namespaces of their own. Only root may make them; for others a proxy cuts instead.
if [ "$kind" = dev ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    command -v nft >/dev/null && command -v ip >/dev/null || need_packages nftables iproute2
fi
if [ -z "$python" ]; then
    say "Python 3.11 or 3.12 with its venv module is needed (Debian 12: python3 and python3-venv)."
    exit 1
fi
# Tests of a power cut read from a program's system calls what it wrote and when it was sure of it.
if [ "$kind" = dev ] && ! command -v strace >/dev/null; then
    need_packages strace
fi
# Tests of the centre as a service start nginx for themselves, and let systemd read its units.
if [ "$kind" = dev ] && ! has systemd-analyze; then
    need_packages systemd
fi
if [ "$kind" = dev ] && ! has nginx; then
    need_without_starting nginx-light
fi
if [ "$kind" = dev ] && [ -z "$(find_postgres)" ]; then
    need_postgres
    [ -n "$(find_postgres)" ] || { say "PostgreSQL 15 or newer is needed; this system offers an older one."; exit 1; }
fi

# Authenticode signatures are made and checked by osslsigncode, those of a repository by GnuPG.
if [ "$kind" != runtime ]; then
    command -v osslsigncode >/dev/null || need_packages osslsigncode
    command -v gpg >/dev/null && command -v gpgv >/dev/null || need_packages gnupg gpgv
    # osslsigncode reaches a key in a token by this engine of OpenSSL.
    openssl engine pkcs11 >/dev/null 2>&1 || need_packages openssl libengine-pkcs11-openssl
fi
# A token that is a folder stands in tests for the card of a releaser.
if [ "$kind" = dev ]; then
    [ -e /usr/lib/softhsm/libsofthsm2.so ] || need_packages softhsm2
fi
# A frozen program is stripped of what only debuggers read, asked which libraries it needs, and looks for none elsewhere.
if [ "$kind" != runtime ]; then
    command -v strip >/dev/null && command -v objdump >/dev/null || need_packages binutils
    command -v chrpath >/dev/null || need_packages chrpath
fi
if [ "$kind" = package ]; then
    command -v dpkg-deb >/dev/null || { say "A Debian package is made by dpkg-deb, which this system does not have."; exit 1; }
fi

say "== making $venv with $python from requirements/$kind.txt"
rm -f $venv/ready-*
"$python" -m venv --clear $venv
# The pins are the whole answer, so nothing is resolved: an older pip would look for `coverage[toml]` beyond its own pin.
$venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --require-hashes \
    -r "requirements/$kind.txt"
# A build installs the wheel that it has made; everybody else works on the sources.
[ "$kind" = package ] ||
    $venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
fingerprint "$kind" >"$venv/ready-$kind"
