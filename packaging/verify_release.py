"""Dice si la carpeta que usted tiene es la que se publicó. Necesita Python 3.11 y PyNaCl, y nada más de este proyecto.

    python verify_release.py CARPETA --key CLAVE.pub

La clave pública se recibe por otra vía que la carpeta: quien puede cambiar los archivos también puede cambiar una clave
que venga junto a ellos. Termina en 0 si todo corresponde y en 1 si algo no corresponde.
"""

import argparse
import codecs
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

try:
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey
except ImportError:
    sys.exit(
        "Qué pasó: a este Python le falta PyNaCl, que comprueba firmas.\n"
        "Qué está a salvo: este programa no instaló ni cambió nada.\n"
        "Qué hacer: sudo apt install python3-nacl, y repita con /usr/bin/python3."
    )

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.sig"
SBOM: Final = "sbom.cdx.json"
FORMAT: Final = 1
_HEX: Final = re.compile(r"[0-9a-f]+")
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64
_ANOTHER: Final = "Pida de nuevo la carpeta completa por la vía oficial y vuelva a comprobarla."
_ORDER: Final = "python verify_release.py CARPETA --key CLAVE.pub"
_NO_KEY: Final = "La clave pública no está bien escrita: deben ser 64 cifras hexadecimales."
_THE_KEY: Final = "Use el archivo de clave que entregó el Ministerio."
_SAFE: Final = "Este programa no instaló ni cambió nada."


class NotReleasedError(Exception):
    """The folder is not what was released.

    Attributes:
        happened: What is wrong, in a sentence for an installer.
        next: What to do about it.
    """

    def __init__(self, happened: str, then: str = _ANOTHER) -> None:
        super().__init__(happened)
        self.happened, self.next = happened, then


@dataclass(frozen=True, slots=True)
class Released:
    """What was found to be as it was released."""

    version: str
    commit: str
    artefacts: int
    size: int


def verify(folder: Path, key: str) -> Released:
    """Check a folder against its signed manifest.

    Args:
        folder: The release.
        key: The releaser's public key, as hex.

    Raises:
        NotReleasedError: the first thing that is not as it was released.
    """
    told = _signed_manifest(folder, _verify_key(key))
    named = {SIGNATURE, MANIFEST}
    size = 0
    for artefact in told["artefacts"]:
        name = artefact["name"]
        if name != Path(name).name or name in named or "\0" in name:
            raise NotReleasedError(f"El manifiesto nombra un archivo que no puede ser: {name}.")
        named.add(name)
        size += _checked(folder / name, artefact["size"], artefact["sha256"])
    more = sorted(path.name for path in folder.iterdir() if path.name not in named)
    if more:
        raise NotReleasedError(
            f"En la carpeta hay algo que no se publicó: {', '.join(more)}.",
            "Quítelo de la carpeta si usted lo puso ahí; si no, pídala de nuevo por la vía oficial.",
        )
    _check_sbom(folder / SBOM, told["version"])
    return Released(told["version"], str(told.get("commit", "")), len(told["artefacts"]), size)


def key_in(file: Path) -> str:
    """The public key that a file holds, as hex; editors that put a mark before it, and double bytes, are forgiven.

    Raises:
        NotReleasedError: it does not read, or holds something else.
    """
    try:
        content = file.read_bytes()
        doubled = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = content.decode("utf-16" if doubled else "utf-8-sig")
    except OSError as error:
        raise NotReleasedError(
            f"No se puede leer el archivo de la clave pública: {file}.", "Indique con --key el archivo que recibió."
        ) from error
    except UnicodeDecodeError as error:
        raise NotReleasedError(_NO_KEY, _THE_KEY) from error
    return _verify_key(text).encode().hex()


def _verify_key(text: str) -> VerifyKey:
    given = text.strip().lower()
    if not _HEX.fullmatch(given) or len(given) != 2 * _KEY_BYTES:
        raise NotReleasedError(_NO_KEY, _THE_KEY)
    return VerifyKey(bytes.fromhex(given))


def _signed_manifest(folder: Path, key: VerifyKey) -> dict[str, Any]:
    _need_release(folder)
    content, signature = (_read(folder / name) for name in (MANIFEST, SIGNATURE))
    text = signature.decode("ascii", errors="replace").strip()
    if not _HEX.fullmatch(text) or len(text) != 2 * _SIGNATURE_BYTES:
        raise NotReleasedError("La firma del manifiesto está dañada: no es una firma.")
    try:
        key.verify(content, bytes.fromhex(text))
    except BadSignatureError as error:
        raise NotReleasedError(
            "La firma no corresponde al manifiesto: alguien cambió uno de los dos, o lo firmó otra clave.",
            "No instale nada de esta carpeta. Confirme la clave pública con el Ministerio y pida de nuevo la carpeta.",
        ) from error
    try:
        told: dict[str, Any] = json.loads(content)
        known = told["format"] == FORMAT and told["product"] == "terreno" and isinstance(told["artefacts"], list)
        if known:
            told["artefacts"] = [
                {"name": str(one["name"]), "size": int(one["size"]), "sha256": str(one["sha256"])}
                for one in told["artefacts"]
            ]
            told["version"] = str(told["version"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotReleasedError("El manifiesto está firmado, pero no se entiende.") from error
    if not known:
        raise NotReleasedError(
            "El manifiesto es de otro programa o de un formato más nuevo.",
            "Use el verify_release.py que viene con esa versión.",
        )
    return told


def _need_release(folder: Path) -> None:
    """Tell a folder that is another from one that lacks something.

    Raises:
        NotReleasedError: no manifest lies there.
    """
    if folder.is_file():
        raise NotReleasedError(f"{folder} es un archivo y no una carpeta.", "Indique la carpeta en que está.")
    if not folder.is_dir():
        raise NotReleasedError(f"Esa carpeta no existe: {folder}.", "Revise el nombre, o dónde está el pendrive.")
    if (folder / MANIFEST).is_file():
        return
    inside = sorted(file.parent for file in folder.glob(f"*/{MANIFEST}"))
    raise NotReleasedError(
        f"En esa carpeta falta {MANIFEST}: no es la que se publicó, o no está completa.",
        f"Repita con {inside[0]}."
        if len(inside) == 1
        else f"Indique la carpeta que tiene dentro {MANIFEST}; si es esa, pídala de nuevo por la vía oficial.",
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotReleasedError(f"Falta {file.name}, o no se puede leer.") from error


def _checked(file: Path, size: int, digest: str) -> int:
    try:
        found = file.stat().st_size
        with file.open("rb") as read:
            summed = hashlib.file_digest(read, "sha256").hexdigest()
    except OSError as error:
        raise NotReleasedError(f"Falta {file.name}, o no se puede leer.") from error
    if found != size:
        raise NotReleasedError(
            f"{file.name} no está completo o fue cambiado: tiene {found} bytes y se publicó con {size}."
        )
    if summed != digest:
        raise NotReleasedError(f"{file.name} fue cambiado después de publicarse: su contenido no corresponde.")
    return size


def _check_sbom(file: Path, version: str) -> None:
    """The list of components is one, and is of this version."""
    try:
        told = json.loads(_read(file))
        about = told["metadata"]["component"]
        right = told["bomFormat"] == "CycloneDX" and about["name"] == "terreno" and about["version"] == version
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotReleasedError(f"La lista de componentes ({SBOM}) no se entiende.") from error
    if not right:
        raise NotReleasedError(f"La lista de componentes ({SBOM}) es de otra versión o de otro programa.")


class _Arguments(argparse.ArgumentParser):
    """What was typed; what is wrong with it is told as everything else is."""

    def error(self, message: str) -> NoReturn:  # noqa: ARG002  the library's own words are English
        raise NotReleasedError("La orden está incompleta o mal escrita.", f"Escriba: {_ORDER}")


def _checked_folder(folder: Path, key: Path) -> Released:
    try:
        return verify(folder, key_in(key))
    except OSError as error:
        raise NotReleasedError(
            f"La carpeta no se deja leer: {folder}.", "Revise sus permisos, o que el pendrive siga puesto."
        ) from error


def main() -> int:
    """Check one folder and say so."""
    parser = _Arguments(add_help=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path, required=True)
    if {"-h", "--help"} & set(sys.argv[1:]):
        print(__doc__, end="")
        return 0
    try:
        given = parser.parse_args()
        released = _checked_folder(given.folder, given.key)
    except NotReleasedError as refused:
        for head, words in (
            ("Qué pasó", refused.happened),
            ("Qué está a salvo", _SAFE),
            ("Qué hacer", refused.next),
        ):
            print(f"{head}: {words}", file=sys.stderr)
        return 1
    print(f"Terreno {released.version}: los {released.artefacts} archivos son los que se publicaron.")
    print(f"Código fuente {released.commit or 'sin nombre'}; {released.size / 1_000_000:.1f} MB; la firma corresponde.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
