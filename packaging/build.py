"""Builds a release from a checkout: wheel, frozen program, packages, list of components, manifest, signature.

`make package` runs it in `.venv-package`. In: the checkout and its commit. Out: `out/release/`, the same bytes from the
same commit. It ends with what was made, how large it is, how soon it starts, and who signed it; or with what is
wrong, and then nothing is in `out/release/`.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import debian
import icons
import manifest
import needs
import probing
import sbom
from archives import archive, settle
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from facts import EPOCH_VARIABLE, TRUSTED, NoSourceError, Source, source_of
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from signing import ManifestSigner, SigningError, chosen

ROOT = Path(__file__).parents[1]
WORK = ROOT / "out" / "package"
RELEASE = ROOT / "out" / "release"
MB = 1_000_000


class BuildError(Exception):
    """Nothing can be released, with the reason and where more of it stands."""


@dataclass(frozen=True, slots=True)
class Build:
    """One build.

    Attributes:
        source: What is built.
        work: Where everything in between goes.
        release: Where the release goes.
    """

    source: Source
    work: Path
    release: Path

    @property
    def frozen(self) -> Path:
        """The frozen program."""
        return self.work / "dist" / "terreno"

    def run(self, name: str, *command: str) -> None:
        """Run a tool of the build; what it says is kept in a file.

        Raises:
            BuildError: it failed.
        """
        log = self.work / f"{name}.log"
        environment = {
            **os.environ,
            EPOCH_VARIABLE: str(self.source.epoch),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYINSTALLER_CONFIG_DIR": str(self.work / "cache"),
            "TZ": "UTC",
        }
        with log.open("wb") as said:
            done = subprocess.run(  # noqa: S603 - our own arguments
                # -P: what is frozen is the wheel that was installed, never something that lies in a folder nearby.
                [sys.executable, "-P", *command],
                stdout=said,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                check=False,
                cwd=self.work,
                env=environment,
            )
        if done.returncode:
            last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
            raise BuildError(f"{name} failed; {log} has all of it:\n{last}")

    def wheel(self) -> None:
        """The wheel, and it alone, in this environment."""
        made = self.work / "wheel"
        self.run("wheel", "-m", "build", "--wheel", "--no-isolation", "--outdir", str(made), str(ROOT))
        (wheel,) = made.glob("*.whl")
        self.run("install", "-m", "pip", "install", "--no-deps", "--no-index", "--force-reinstall", str(wheel))
        shutil.copyfile(wheel, self.release / wheel.name)

    def freeze(self) -> None:
        """The program as a folder that needs no Python."""
        icons.draw(self.work / "icons")
        self.run(
            "freeze",
            *("-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "INFO"),
            *("--distpath", str(self.work / "dist"), "--workpath", str(self.work / "pyinstaller")),
            str(ROOT / "packaging" / "terreno.spec"),
        )
        needs.forget_places(self.frozen)

    def list_components(self) -> int:
        """What is inside, checked against the schema of the format."""
        file = self.release / "sbom.cdx.json"
        count = sbom.make(self.work / "pyinstaller", self.source.version, file)
        if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(file.read_text(encoding="utf-8")):
            raise BuildError(f"the list of components is none: {wrong}")
        return count

    def package(self, asked: needs.Needs) -> None:
        """The Debian package."""
        root = self.work / "debian"
        debian.stage(
            self.frozen, root, self.source, asked, sbom=self.release / "sbom.cdx.json", icons=self.work / "icons"
        )
        debian.pack(root, self.release / self.source.package, self.source)


@dataclass(frozen=True, slots=True)
class Made:
    """What a build came to."""

    installed: int
    components: int
    needs: needs.Needs
    seen: probing.Seen | None
    signer: ManifestSigner
    trusted: bool


def build(one: Build, console: Console, signing: tuple[ManifestSigner, bool], *, probe: bool = True) -> Made:
    """Build a release; what stood in its place is gone.

    Args:
        one: What, and where.
        console: Where the progress is shown.
        signing: Who signs, and whether with a real key.
        probe: Let the frozen program show that it works; a second build of the same need not.

    Raises:
        BuildError, UnfitError, UnforeseenLibraryError, SigningError: nothing can be released.
    """
    signer, trusted = signing
    for folder in (one.work, one.release):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    found: dict[str, object] = {}
    epoch, version = one.source.epoch, one.source.version

    def settled() -> None:
        found["installed"] = settle(one.frozen)
        found["needs"] = needs.needs_of(one.frozen)

    def packed() -> None:
        archive(one.frozen, f"terreno-{version}", one.release / one.source.archive, epoch)

    steps: list[tuple[str, Callable[[], object]]] = [
        ("wheel", one.wheel),
        ("frozen program", one.freeze),
        ("what it needs of a system", settled),
        *([("does it work, how soon", lambda: found.update(seen=probing.probe(one.frozen)))] if probe else []),
        ("list of components", lambda: found.update(components=one.list_components())),
        ("Debian package", lambda: one.package(found["needs"])),  # type: ignore[arg-type]
        ("archive", packed),
        ("manifest and signature", lambda: manifest.write(one.release, one.source, signer)),
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("building", total=len(steps))
        for name, step in steps:
            progress.update(task, description=f"{name:26}")
            step()
            progress.advance(task)
    return Made(signer=signer, trusted=trusted, **{"seen": None, **found})  # type: ignore[arg-type]


def tell(one: Build, made: Made, console: Console) -> bool:
    """Say what was made.

    Returns:
        Whether it keeps what is promised of it.
    """
    table = Table("artefact", "MB", "SHA-256", title=f"Terreno {one.source.version}")
    for artefact in manifest.artefacts(one.release):
        table.add_row(artefact.name, f"{artefact.size / MB:.1f}", artefact.sha256[:16] + "…")
    console.print(table)
    small = made.installed <= probing.INSTALLED_BYTES
    console.print(f"{made.components} components inside; needs {made.needs.depends}")
    console.print(
        _promise(f"installed {made.installed / MB:.0f} MB, at most {probing.INSTALLED_BYTES / MB:.0f}", small)
    )
    quick = True
    if made.seen is not None:
        quick = made.seen.start_s <= probing.START_S
        cold, warm = (probing.described(seconds) for seconds in (made.seen.cold_s, made.seen.warm_s))
        console.print(
            _promise(f"cold start to the unlock screen {cold}, at most {probing.START_S:.0f} s; warm {warm}", quick)
        )
        console.print(f"a warm start keeps a processor busy for {probing.described(made.seen.processor_s)}")
        if made.seen.busy:
            console.print(
                f"this machine was busy with other things ({made.seen.load:.1f} for each core): measure again"
            )
            quick = True
        console.print("it did: " + ", ".join(f"{step} {amount}" for step, amount in made.seen.steps.items()))
    console.print(f"commit {one.source.commit or 'unknown'}{'' if one.source.clean else ' WITH CHANGES OF ITS OWN'}")
    console.print(f"signed by {made.signer.public}")
    if not made.trusted:
        console.print(manifest.UNTRUSTED, style="bold", highlight=False)
    if debian.maintainer() == debian.NOBODY:
        console.print(
            f"the package names nobody to write to: set {debian.MAINTAINER_VARIABLE}='Name <address>' for a release",
            style="bold",
            highlight=False,
        )
    if not (one.frozen / TRUSTED).exists():
        console.print("it never updates itself: resources/updates/root.json is missing, see RELEASE.md", style="bold")
    return small and quick


def _promise(words: str, held: bool) -> str:  # noqa: FBT001 - a word for a fact
    return f"{words} ({'kept' if held else 'NOT KEPT'})"


def main() -> int:
    """Build, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=WORK, help="where everything in between goes")
    parser.add_argument("--release", type=Path, default=RELEASE, help="where the release goes")
    parser.add_argument("--no-probe", action="store_true", help="build only: the same was tried before")
    given = parser.parse_args()
    console = Console()
    try:
        one = Build(source_of(ROOT), given.work.absolute(), given.release.absolute())
        signing = chosen(ROOT / manifest.THROW_AWAY)
        debian.maintainer()
    except (NoSourceError, SigningError, debian.MaintainerError) as error:
        console.print(f"nothing was built, and what is there stays: {error}", style="bold", markup=False)
        return 1
    try:
        made = build(one, console, signing, probe=not given.no_probe)
    except (BuildError, probing.UnfitError, needs.UnforeseenLibraryError, SigningError) as error:
        shutil.rmtree(one.release, ignore_errors=True)
        console.print(f"nothing was released: {error}", style="bold", markup=False, highlight=False)
        return 1
    return 0 if tell(one, made, console) else 1


if __name__ == "__main__":
    sys.exit(main())
