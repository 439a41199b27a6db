#!/bin/sh
# Installs the package of out/release on a bare Debian 12 with nothing but what it declares, uses it as a person, removes
# it, and looks whether the person's data is as it was. `make package-test` runs it, as root; the bare system is made once.
#   packaging/try_package.sh [RELEASE]
set -eu
cd "$(dirname "$0")/.."
release=${1:-out/release}
place=$(pwd)/out/bare
base=$place/base.tar
root=$place/root
home=/home/persona

say() {
    printf '== %s\n' "$*"
}

inside() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive \
        $(env | grep -i '_proxy=' || true) "$@"
}

# As somebody who has no rights but their own.
person() {
    inside setpriv --reuid persona --regid persona --init-groups env HOME=$home "$@"
}

# Every file of the person, by content.
sums() {
    (cd "$root$home" && find . -type f -exec sha256sum {} + | sort -k 2)
}

leave() {
    umount "$root/proc" 2>/dev/null || true
}

[ "$(id -u)" = 0 ] || { echo 'A bare system is made as root: sudo make package-test' >&2; exit 1; }
package=$(ls "$release"/terreno_*_amd64.deb)
command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends debootstrap; } </dev/null
mkdir -p "$place"
trap leave EXIT
leave
rm -rf "$root"
if [ ! -f "$base" ]; then
    say 'a bare Debian 12'
    # From where this machine has its own packages.
    mirror=$(apt-get indextargets 'Created-By: Packages' --format '$(SITE)' | head -n 1)
    debootstrap --variant=minbase bookworm "$root" "$mirror" >"$place/debootstrap.log"
    tar -C "$root" -cf "$base.part" .
    mv "$base.part" "$base"
else
    mkdir -p "$root"
    tar -C "$root" -xf "$base"
fi
mount -t proc proc "$root/proc"
cp "$package" "$root/terreno.deb"

say 'install, with what the package declares and nothing else'
inside apt-get update -q >"$place/apt.log" 2>&1
inside apt-get install -y -q --no-install-recommends /terreno.deb >>"$place/apt.log" 2>&1
inside useradd --create-home persona
inside dpkg-query --show --showformat='${Package} ${Version}, ${Installed-Size} kB\n' terreno

say 'a short day of a person'
person terreno --version
person terreno smoke --keep $home/terreno 2>"$place/said"
[ ! -s "$place/said" ] || { cat "$place/said" >&2; exit 1; }
before=$(sums)

say 'remove it, and everything that it brought'
inside apt-get purge -y -q terreno >>"$place/apt.log" 2>&1
for gone in opt/terreno usr/bin/terreno usr/share/applications/terreno.desktop; do
    [ ! -e "$root/$gone" ] && [ ! -L "$root/$gone" ] || { echo "/$gone is still there" >&2; exit 1; }
done
[ "$(sums)" = "$before" ] || { echo 'removing the program touched the data of a person' >&2; exit 1; }

say 'install it again: the laptop of before opens'
inside apt-get install -y -q --no-install-recommends /terreno.deb >>"$place/apt.log" 2>&1
person terreno smoke --window $home/terreno/equipo 2>"$place/said"
[ ! -s "$place/said" ] || { cat "$place/said" >&2; exit 1; }
say 'all of it holds'
