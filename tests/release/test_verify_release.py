"""A release in the hands of an installer: as it was released, or refused with a sentence that says what is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import manifest
import pytest
from facts import Source
from nacl.signing import SigningKey
from signing import ManifestSigner
from verify_release import NotReleasedError, key_in, main, verify

ROOT = Path(__file__).parents[2]
SIGNER = ManifestSigner(SigningKey(b"r" * 32))
SOURCE = Source("1.2.0", "c0ffee" * 6 + "c0ff", 1_795_000_000)
PACKAGE = "terreno_1.2.0_amd64.deb"


def bom(version="1.2.0", name="terreno"):
    return json.dumps({"bomFormat": "CycloneDX", "metadata": {"component": {"name": name, "version": version}}})


@pytest.fixture
def release(tmp_path):
    """A released folder, small."""
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / PACKAGE).write_bytes(b"a package" * 1000)
    (folder / SOURCE.archive).write_bytes(b"an archive" * 1000)
    (folder / "sbom.cdx.json").write_text(bom())
    manifest.write(folder, SOURCE, SIGNER)
    return folder


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def resigned(folder, **changes):
    """A manifest that says something else and is signed all the same: the releaser's own mistake."""
    file = folder / manifest.NAME
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    SIGNER.sign(file)


def shorten(file):
    file.write_bytes(file.read_bytes()[:-1])


def replaced_key(folder):
    ManifestSigner(SigningKey(b"x" * 32)).sign(folder / manifest.NAME)


def other_version(folder):
    (folder / "sbom.cdx.json").write_text(bom("1.1.0"))
    manifest.write(folder, SOURCE, SIGNER)


def no_bom(folder):
    (folder / "sbom.cdx.json").write_text("{}")
    manifest.write(folder, SOURCE, SIGNER)


def deep_bom(folder):
    (folder / "sbom.cdx.json").write_text("[" * 100_000)
    manifest.write(folder, SOURCE, SIGNER)


def unversioned(folder):
    file = folder / manifest.NAME
    file.write_text(
        json.dumps({name: told for name, told in json.loads(file.read_text()).items() if name != "version"})
    )
    SIGNER.sign(file)


def test_what_was_released_is_recognised(release):
    found = verify(release, SIGNER.public)

    assert (found.version, found.commit, found.artefacts) == ("1.2.0", SOURCE.commit, 3)


TAMPERED = {
    "a byte of the package": (lambda f: flip(f / PACKAGE), f"{PACKAGE} fue cambiado después de publicarse"),
    "a package cut short": (lambda f: shorten(f / PACKAGE), f"{PACKAGE} no está completo o fue cambiado"),
    "no package": (lambda f: (f / PACKAGE).unlink(), f"Falta {PACKAGE}"),
    "one file more": (lambda f: (f / "leame.exe").write_bytes(b"MZ"), "algo que no se publicó: leame.exe"),
    "a byte of the manifest": (lambda f: flip(f / manifest.NAME), "La firma no corresponde al manifiesto"),
    "no manifest": (lambda f: (f / manifest.NAME).unlink(), "falta manifest.json"),
    "no signature": (lambda f: (f / manifest.SIGNATURE).unlink(), "Falta manifest.json.sig"),
    "a signature cut short": (lambda f: (f / manifest.SIGNATURE).write_text("ab" * 63), "no es una firma"),
    "somebody else's signature": (replaced_key, "La firma no corresponde al manifiesto"),
    "the components": (lambda f: flip(f / "sbom.cdx.json"), "sbom.cdx.json fue cambiado después de publicarse"),
    "components of another version": (other_version, "es de otra versión o de otro programa"),
    "no list of components": (no_bom, "La lista de componentes (sbom.cdx.json) no se entiende"),
    "a name that leads out": (
        lambda f: resigned(f, artefacts=[{"name": "../fuera", "size": 1, "sha256": ""}]),
        "nombra un archivo que no puede ser",
    ),
    "a name that no system has": (
        lambda f: resigned(f, artefacts=[{"name": "a\0b", "size": 1, "sha256": ""}]),
        "nombra un archivo que no puede ser",
    ),
    "artefacts of no form": (lambda f: resigned(f, artefacts=[1]), "no se entiende"),
    "artefacts without a size": (lambda f: resigned(f, artefacts=[{"name": PACKAGE}]), "no se entiende"),
    "no version": (unversioned, "no se entiende"),
    "components too deep": (deep_bom, "La lista de componentes (sbom.cdx.json) no se entiende"),
    "another product": (lambda f: resigned(f, product="otro"), "de otro programa o de un formato más nuevo"),
    "a manifest without a list": (lambda f: resigned(f, artefacts=None), "de otro programa"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_not_released_is_refused_with_a_plain_sentence(release, what):
    tamper, sentence = TAMPERED[what]
    tamper(release)

    with pytest.raises(NotReleasedError) as refused:
        verify(release, SIGNER.public)

    assert sentence in refused.value.happened
    assert refused.value.next.endswith(".")


@pytest.mark.parametrize("key", ["", "no es una clave", "ab" * 31])
def test_a_key_that_is_none_is_told(release, key):
    with pytest.raises(NotReleasedError, match="64 cifras hexadecimales"):
        verify(release, key)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(NotReleasedError, match="Esa carpeta no existe"):
        verify(tmp_path / "nada", SIGNER.public)


def test_another_folder_is_told_by_what_to_do(release, tmp_path):
    (tmp_path / "vacía").mkdir()
    told = {}
    for folder in (tmp_path, release / PACKAGE, tmp_path / "vacía"):
        with pytest.raises(NotReleasedError) as refused:
            verify(folder, SIGNER.public)
        told[folder.name] = (refused.value.happened, refused.value.next)

    above, file, empty = told.values()
    assert above == (
        "En esa carpeta falta manifest.json: no es la que se publicó, o no está completa.",
        f"Repita con {release}.",
    )
    assert file == (f"{release / PACKAGE} es un archivo y no una carpeta.", "Indique la carpeta en que está.")
    assert empty[1].startswith("Indique la carpeta que tiene dentro manifest.json")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "ascii"])
def test_the_mark_that_an_editor_puts_before_a_key_is_forgiven(tmp_path, encoding):
    key = tmp_path / "terreno.pub"
    key.write_text(SIGNER.public.upper() + "\r\n", encoding=encoding)

    assert key_in(key) == SIGNER.public


@pytest.mark.parametrize("arguments", [[], ["carpeta"], ["a", "b", "--key", "c"], ["a", "--clave", "c"]])
def test_an_order_that_is_not_whole_is_told_in_spanish(arguments):
    done = alone(*arguments)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Qué pasó: La orden está incompleta o mal escrita.",
        "Qué está a salvo: Este programa no instaló ni cambió nada.",
        "Qué hacer: Escriba: python verify_release.py CARPETA --key CLAVE.pub",
    ]


def test_its_help_is_in_spanish():
    done = alone("--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Dice si la carpeta que usted tiene es la que se publicó.")
    assert "usage" not in done.stdout


def checked(folder, key):
    return alone(str(folder), "--key", str(key))


def alone(*arguments):
    return subprocess.run(
        [sys.executable, "-I", str(ROOT / "packaging" / "verify_release.py"), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_an_installer_runs_it_alone_and_reads_spanish(release, tmp_path):
    key = tmp_path / "terreno.pub"
    key.write_text(SIGNER.public + "\n")

    good = checked(release, key)
    flip(release / PACKAGE)
    bad, keyless = checked(release, key), checked(release, tmp_path / "none.pub")

    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("Terreno 1.2.0: los 3 archivos son los que se publicaron.")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert [line.partition(":")[0] for line in bad.stderr.splitlines()] == ["Qué pasó", "Qué está a salvo", "Qué hacer"]
    assert keyless.stderr.startswith("Qué pasó: No se puede leer el archivo de la clave pública: ")


def test_a_python_that_cannot_check_signatures_says_what_it_lacks():
    program = ROOT / "packaging" / "verify_release.py"

    command = [sys.executable, "-I", "-S", str(program), "--help"]
    bare = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)

    assert (bare.returncode, bare.stdout) == (1, "")
    assert "Qué hacer: sudo apt install python3-nacl" in bare.stderr


def test_a_folder_that_does_not_read_is_told(release, tmp_path, monkeypatch, capsys):
    key = tmp_path / "terreno.pub"
    key.write_text(SIGNER.public)
    monkeypatch.setattr(sys, "argv", ["verify_release.py", str(release), "--key", str(key)])
    monkeypatch.setattr(Path, "iterdir", _denied)

    assert main() == 1
    assert f"Qué pasó: La carpeta no se deja leer: {release}." in capsys.readouterr().err


def _denied(_folder):
    raise PermissionError(13, "denied")
