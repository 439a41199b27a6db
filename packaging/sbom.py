"""The list of components (CycloneDX) of what is inside the frozen program, and of nothing else.

In: what PyInstaller put in, and what cyclonedx-py says of the environment that it was taken from. Out: the components
that are inside, with their licences and who needs whom; Python itself; and the libraries of the system that were taken
along. The same build gives the same bytes.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from platform import python_version
from typing import Any

FORMAT = "1.6"
OURS = "terreno"


def inside(*records: Path) -> set[Path]:
    """The files of this machine that went into the program.

    Args:
        records: What PyInstaller keeps of a step (`PYZ-00.toc`, `COLLECT-00.toc`): one Python literal each.
    """
    found: set[Path] = set()

    def look(value: object) -> None:
        match value:
            case (str(), str(source), str()) if source.startswith("/"):
                found.add(Path(source))
            case list() | tuple():
                for one in value:
                    look(one)

    for record in records:
        look(ast.literal_eval(record.read_text(encoding="utf-8")))
    return found


def distributions_of(files: Iterable[Path], known: Iterable[Distribution]) -> set[str]:
    """The names of the installed distributions that these files belong to, in their normal form."""
    wanted = {file.resolve() for file in files}
    return {
        normal(one.metadata["Name"])
        for one in known
        if any(Path(str(one.locate_file(file))).resolve() in wanted for file in one.files or ())
    }


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def system_packages(files: Iterable[Path]) -> dict[str, str]:
    """The Debian packages that files of the system belong to, with their versions."""
    names: set[str] = set()
    for file in sorted(files):
        for path in (file, file.resolve(), Path("/usr") / str(file).lstrip("/")):
            done = _asked("dpkg-query", "--search", str(path))
            if done:
                names.add(done.partition(":")[0])
                break
    return {name: _asked("dpkg-query", "--show", "--showformat=${Version}", name) for name in sorted(names)}


def _asked(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - asks Debian's database
    return done.stdout.strip() if done.returncode == 0 else ""


def reduced(
    bom: Mapping[str, Any], names: set[str], *, version: str, python: str, system: Mapping[str, str]
) -> dict[str, Any]:
    """A list of an environment, cut down to what is inside and completed by what no environment knows.

    Args:
        bom: What cyclonedx-py says.
        names: Distributions that are inside.
        version: Of this program.
        python: Version of the interpreter.
        system: Debian packages of which something is inside, with their versions.
    """
    kept = [one for one in bom["components"] if normal(one["name"]) in names - {OURS}]
    added = [
        {
            "bom-ref": f"cpython=={python}",
            "type": "framework",
            "name": "cpython",
            "version": python,
            "licenses": [{"license": {"id": "PSF-2.0"}}],
            "purl": f"pkg:generic/cpython@{python}",
        },
        *(
            {
                "bom-ref": f"deb:{name}=={told}",
                "type": "library",
                "name": name,
                "version": told,
                "purl": f"pkg:deb/debian/{name}@{told}?arch=amd64",
            }
            for name, told in system.items()
        ),
    ]
    components = sorted([*kept, *added], key=lambda one: str(one["bom-ref"]))
    references = {str(one["bom-ref"]) for one in components}
    whole = f"{OURS}=={version}"
    needs = {
        str(one["ref"]): sorted(reference for reference in one.get("dependsOn", ()) if reference in references)
        for one in bom.get("dependencies", ())
        if one["ref"] in references
    }
    needed = {reference for below in needs.values() for reference in below}
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{FORMAT}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": FORMAT,
        "version": 1,
        "metadata": {
            "component": {
                "bom-ref": whole,
                "type": "application",
                "name": OURS,
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        "dependencies": [
            {"ref": whole, "dependsOn": sorted(references - needed)},
            *(
                {"ref": reference, **({"dependsOn": needs[reference]} if needs.get(reference) else {})}
                for reference in sorted(references)
            ),
        ],
    }


def make(work: Path, version: str, target: Path) -> int:
    """Write the list of what a frozen program is made of.

    Args:
        work: Where PyInstaller keeps its records.
        version: Of the program.
        target: The list.

    Returns:
        How many components it names.
    """
    told = subprocess.run(  # noqa: S603 - our own arguments
        [
            *(sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"),
            *("--spec-version", FORMAT, "--output-format", "JSON", "--output-file", "-"),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # Not the record of the analysis: that names what was found, and some of it was left out.
    files = inside(*work.rglob("PYZ-00.toc"), *work.rglob("COLLECT-00.toc"))
    places = (Path(sys.prefix), Path(sys.base_prefix))
    taken = {file for file in files if not any(file.is_relative_to(place) for place in places)}
    made = reduced(
        json.loads(told),
        distributions_of(files, distributions()),
        version=version,
        python=python_version(),
        system=system_packages(file for file in taken if ".so" in file.name),
    )
    target.write_text(json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return len(made["components"])
