"""The frozen folder as a Debian package: `/opt/terreno`, a command, a menu entry, an icon, a page of the manual.

The package has no script of its own: what it installs are files, and what removing it removes are those files. Data of
people lies in their own folders, which no package knows of.
"""

import gzip
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from facts import EPOCH_VARIABLE, Source
from needs import Needs

HERE = Path(__file__).parent
HOME = Path("opt") / "terreno"
MAINTAINER_VARIABLE = "TERRENO_MAINTAINER"
NOBODY = "Quien publica esta copia de Terreno <sin-direccion@terreno.invalid>"
"""Whom a package names that nobody put a name to: `.invalid` is nobody's and never will be (RFC 2606)."""
_MAINTAINER = re.compile(r"[^<>\r\n]*[^<>\s] <[^<>@\s]+@[^<>@\s]+>")
COMMANDS = "Órdenes:\n"
COMMAND = re.compile(r"^  (?P<name>\S+) +(?P<words>\S.*(?:\n {4,}.*)*)", re.MULTILINE)
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)

CONTROL = """\
Package: terreno
Version: {version}
Architecture: amd64
Maintainer: {maintainer}
Installed-Size: {kibibytes}
Depends: {depends}
Recommends: cups-client
Section: misc
Priority: optional
Description: atención ciudadana en terreno, con y sin red
 Terreno registra la atención de personas en el stand móvil OIRS en Terreno del
 Ministerio Secretaría General de Gobierno de Chile, en equipos que pasan el día
 sin red, y por la tarde la concilia con el servicio central del Ministerio.
 .
 Los datos quedan cifrados en la carpeta de cada persona. Quitar este paquete no
 los toca.
"""
CHANGES = """\
terreno ({version}) bookworm; urgency=medium

  * Lo que cambia para quienes lo usan está en CHANGELOG.md.gz,
    junto a este archivo.

 -- {maintainer}  {date}
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Terreno
Comment: Los componentes de terceros, con su versión y licencia, están en
 /usr/share/doc/terreno/sbom.cdx.json (CycloneDX).

Files: *
Copyright: Equipo de Terreno
License: Expat
{licence}
"""


class MaintainerError(Exception):
    """What was given as maintainer is none."""


def maintainer() -> str:
    """Whom the package tells people to write to: what the environment says, or that nobody put a name to it.

    Raises:
        MaintainerError: it is not of the form `Name <address>`.
    """
    named = os.environ.get(MAINTAINER_VARIABLE, "").strip()
    if named and not _MAINTAINER.fullmatch(named):
        raise MaintainerError(f"{MAINTAINER_VARIABLE} has to be 'Name <address@domain>'")
    return named or NOBODY


def stage(frozen: Path, root: Path, source: Source, needs: Needs, *, sbom: Path, icons: Path) -> None:
    """Lay out what the package installs, and its control file.

    Args:
        frozen: The frozen folder.
        root: Where; whatever is there goes.
        source: What is being built.
        needs: What it needs of a system.
        sbom: The list of its components.
        icons: Folder with the icon, drawn in each size as `<size>.png`.
    """
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(frozen, root / HOME, symlinks=True, copy_function=os.link)
    command = root / "usr" / "bin" / "terreno"
    command.parent.mkdir(parents=True)
    command.symlink_to(f"/{HOME}/terreno")
    share = root / "usr" / "share"
    _put(HERE / "linux" / "terreno.desktop", share / "applications" / "terreno.desktop")
    _put(HERE / "linux" / "terreno.svg", share / "icons" / "hicolor" / "scalable" / "apps" / "terreno.svg")
    for size in ICON_SIZES:
        _put(icons / f"{size}.png", share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "terreno.png")
    _put(HERE / "linux" / "terreno.lintian-overrides", share / "lintian" / "overrides" / "terreno")
    program = [str(frozen / "terreno"), "--help"]
    told = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=True).stdout  # noqa: S603
    page = manual_page(source.version, told)
    for language in ("", "es"):
        _press(page.encode(), share / "man" / language / "man1" / "terreno.1.gz")
    documents = share / "doc" / "terreno"
    written_to = maintainer()
    date = format_datetime(datetime.fromtimestamp(source.epoch, UTC))
    changes = CHANGES.format(version=source.debian_version, maintainer=written_to, date=date)
    _press(changes.encode(), documents / "changelog.gz")
    _press((HERE.parent / "CHANGELOG.md").read_bytes(), documents / "CHANGELOG.md.gz")
    _put(sbom, documents / "sbom.cdx.json")
    licence = (HERE.parent / "LICENSE").read_text(encoding="utf-8").strip()
    indented = "\n".join(f" {line}" if line.strip() else " ." for line in licence.splitlines())
    (documents / "copyright").write_text(COPYRIGHT.format(licence=indented), encoding="utf-8")
    bytes_inside = sum(file.lstat().st_size for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    control = root / "DEBIAN" / "control"
    control.parent.mkdir()
    control.write_text(
        CONTROL.format(
            version=source.debian_version,
            maintainer=written_to,
            kibibytes=-(-bytes_inside // 1024),
            depends=needs.depends,
        ),
        encoding="utf-8",
    )
    for path in root.rglob("*"):
        if root / HOME not in path.parents and not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (source.epoch, source.epoch), follow_symlinks=False)


def pack(root: Path, target: Path, source: Source) -> None:
    """Make the package of what was laid out: owned by root, dated by the commit, in order of names."""
    subprocess.run(  # noqa: S603 - our own arguments
        ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z15", "--build", str(root), str(target)],  # noqa: S607
        check=True,
        capture_output=True,
        env={**os.environ, EPOCH_VARIABLE: str(source.epoch)},
    )


def manual_page(version: str, help_page: str) -> str:
    """The page of the manual, with every command that the program itself names.

    Args:
        version: Of the program.
        help_page: What `terreno --help` says.
    """
    listed = help_page.partition(COMMANDS)[2].partition("\n\n")[0]
    commands = "\n".join(f".TP\n.B {name}\n{' '.join(words.split())}" for name, words in COMMAND.findall(listed))
    page = (HERE / "linux" / "terreno.1").read_text(encoding="utf-8")
    return page.replace("@VERSION@", version).replace("@COMMANDS@", commands)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _press(content: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
