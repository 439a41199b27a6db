"""A repository that the system's own apt reads: it takes what was signed, and nothing that was changed afterwards."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from apt_repository import NothingToPublishError, publish
from facts import Source
from manifest import write
from signing import RepositorySigner, SigningError, make_key

ROOT = Path(__file__).parents[2]
SOURCE = Source("1.2.0", "c0ffee", 1_795_000_000)


def package(folder, version, description="prueba"):
    root = folder.parent / f"root-{folder.name}-{version}-{description}"
    (root / "DEBIAN").mkdir(parents=True)
    fields = {
        "Package": "terreno",
        "Version": version,
        "Architecture": "amd64",
        "Maintainer": "x <x@example.cl>",
        "Description": description,
    }
    (root / "DEBIAN" / "control").write_text("".join(f"{name}: {value}\n" for name, value in fields.items()))
    target = folder / f"terreno_{version}_amd64.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "--build", root, target], check=True, capture_output=True)


def apt(place, repository, *command, source="deb [signed-by={key}.gpg arch=amd64] {address} stable main"):
    """The system's apt on a machine of its own: sources, lists and cache in one folder."""
    for folder in ("lists/partial", "cache/archives/partial", "etc"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    for empty in ("status", "none.conf"):
        (place / empty).touch()
    sources = place / "etc" / "sources.list"
    sources.write_text(source.format(key=place.parent / "terreno", address=f"file:{repository}") + "\n")
    options = {
        "Dir::Etc": place / "etc",
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "-",
        "Dir::State": place,
        "Dir::State::Lists": place / "lists",
        "Dir::State::status": place / "status",
        "Dir::Cache": place / "cache",
        "APT::Architecture": "amd64",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "true",
    }
    given = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    return subprocess.run(
        [*command[:1], *given, *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", "APT_CONFIG": str(place / "none.conf")},
    )


def test_apt_takes_the_newest_that_was_signed_and_nothing_that_was_changed(tmp_path, gnupg):
    repository = tmp_path / "repository"
    signer = RepositorySigner("prueba@example.cl", gnupg)
    for version in ("1.1.0", "1.2.0~rc1", "1.2.0"):
        release = tmp_path / f"release-{version}"
        release.mkdir()
        package(release, version)
        publish(release, repository, SOURCE, signer)

    updated = apt(tmp_path / "one", repository, "apt-get", "update")
    policy = apt(tmp_path / "one", repository, "apt-cache", "policy", "terreno")
    index = repository / "dists" / "stable" / "main" / "binary-amd64" / "Packages"
    index.write_text(index.read_text().replace("Version: 1.2.0\n", "Version: 9.9.9\n"))
    changed = apt(tmp_path / "two", repository, "apt-get", "update")
    inside = repository / "dists" / "stable" / "InRelease"
    inside.write_text(inside.read_text().replace("Label: Terreno", "Label: Otro"))
    forged = apt(tmp_path / "three", repository, "apt-get", "update")

    assert (updated.returncode, updated.stderr) == (0, "")
    assert "Candidate: 1.2.0\n" in policy.stdout
    assert "1.1.0" in policy.stdout
    assert changed.returncode
    assert forged.returncode


def test_what_cannot_be_signed_or_holds_nothing_leaves_the_published_index(tmp_path, gnupg):
    repository, release, empty = (tmp_path / name for name in ("repository", "release", "nada"))
    release.mkdir()
    empty.mkdir()
    package(release, "1.1.0")
    publish(release, repository, SOURCE, RepositorySigner("prueba@example.cl", gnupg))
    package(release, "1.2.0")

    with pytest.raises(SigningError):
        publish(release, repository, SOURCE, RepositorySigner("nadie@example.cl", gnupg))
    with pytest.raises(NothingToPublishError, match="holds no package"):
        publish(empty, repository, SOURCE, RepositorySigner("prueba@example.cl", gnupg))

    assert apt(tmp_path / "one", repository, "apt-get", "update").returncode == 0
    assert "Candidate: 1.1.0\n" in apt(tmp_path / "one", repository, "apt-cache", "policy", "terreno").stdout


def seen(repository):
    return {str(file.relative_to(repository)): file.is_file() and file.read_bytes() for file in repository.rglob("*")}


WRONG = {
    "an identity that is not there": lambda release: package(release, "1.2.0"),
    "a package that is none": lambda release: (release / "terreno_1.2.0_amd64.deb").write_bytes(b"no package"),
    "other bytes under a published name": lambda release: package(release, "1.1.0", "otra"),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("first", [False, True], ids=["published before", "for the first time"])
def test_what_is_refused_leaves_the_repository_as_it_was(tmp_path, gnupg, wrong, first):
    repository, release, other = (tmp_path / name for name in ("repository", "release", "otra"))
    for folder in (release, other):
        folder.mkdir()
    if not first:
        package(release, "1.1.0")
        publish(release, repository, SOURCE, RepositorySigner("prueba@example.cl", gnupg))
    WRONG[wrong](other)
    identity = "nadie@example.cl" if first or "identity" in wrong else "prueba@example.cl"
    before = seen(repository)

    with pytest.raises((SigningError, NothingToPublishError)):
        publish(other, repository, SOURCE, RepositorySigner(identity, gnupg))

    assert seen(repository) == before
    assert repository.exists() is not first


def test_what_a_power_cut_left_in_the_pool_is_no_hindrance(tmp_path, gnupg):
    repository, release = tmp_path / "repository", tmp_path / "release"
    release.mkdir()
    package(release, "1.2.0")
    (repository / "pool").mkdir(parents=True)
    (repository / "pool" / "terreno_1.2.0_amd64.deb").write_bytes(b"half of it")

    publish(release, repository, SOURCE, RepositorySigner("prueba@example.cl", gnupg))

    assert "Candidate: 1.2.0\n" in updated_policy(tmp_path / "one", repository)


def updated_policy(place, repository):
    apt(place, repository, "apt-get", "update")
    return apt(place, repository, "apt-cache", "policy", "terreno").stdout


def test_a_release_is_published_only_if_its_key_signed_it(tmp_path, gnupg):
    release, repository = tmp_path / "release", tmp_path / "repository"
    release.mkdir()
    package(release, "1.2.0")
    signers = [make_key(tmp_path / f"{name}.key") for name in ("una", "otra")]
    about = {"name": "terreno", "version": "1.2.0"}
    (release / "sbom.cdx.json").write_text(json.dumps({"bomFormat": "CycloneDX", "metadata": {"component": about}}))
    write(release, SOURCE, signers[0])

    stranger, known = (
        subprocess.run(
            [
                *(sys.executable, ROOT / "packaging" / "apt_repository.py", release, repository),
                *("--release-key", tmp_path / f"{name}.key.pub"),
                *("--identity", "prueba@example.cl", "--home", gnupg),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        for name in ("otra", "una")
    )

    assert (stranger.returncode, known.returncode) == (1, 0)
    assert "La firma no corresponde al manifiesto" in stranger.stderr
    assert (repository / "dists" / "stable" / "InRelease").is_file()


def test_the_source_that_the_manual_gives_works_with_the_key_that_the_releaser_exports(tmp_path, gnupg):
    repository, release = tmp_path / "repository", tmp_path / "release"
    release.mkdir()
    package(release, "1.2.0")
    publish(release, repository, SOURCE, RepositorySigner("prueba@example.cl", gnupg))
    export = ("gpg", "--homedir", str(gnupg), "--armor", "--export", "prueba@example.cl")
    (tmp_path / "terreno.asc").write_bytes(subprocess.run(export, check=True, capture_output=True).stdout)
    manual = (ROOT / "docs" / "manual" / "instalador.md").read_text(encoding="utf-8")
    (line,) = re.findall(r'^echo "(deb .*)" \| sudo tee /etc/apt/sources\.list\.d/terreno\.list$', manual, re.MULTILINE)
    source = line.replace("/etc/apt/keyrings/terreno", "{key}").replace(
        "https://descargas.ejemplo.cl/terreno", "{address}"
    )

    updated = apt(tmp_path / "one", repository, "apt-get", "update", source=source)
    policy = apt(tmp_path / "one", repository, "apt-cache", "policy", "terreno", source=source)

    assert (updated.returncode, updated.stderr) == (0, "")
    assert "Candidate: 1.2.0\n" in policy.stdout
