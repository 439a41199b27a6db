"""A folder from which `apt` installs: the package of a release, its index, and the index signed by OpenPGP.

    apt_repository.py RELEASE REPOSITORY --release-key FILE.pub --identity FINGERPRINT [--home FOLDER]

In: a release folder. Out: `pool/` and `dists/stable/` in the repository; packages that are there already stay and are
listed too, so that an older version can still be had. What is refused leaves the repository as it was. The hour is that
of the commit, never that of this machine.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from facts import NoSourceError, Source, source_of
from signing import RepositorySigner, SigningError
from verify_release import NotReleasedError, key_in, verify

SUITE, COMPONENT, ARCHITECTURE = "stable", "main", "amd64"
PACKAGES = f"{COMPONENT}/binary-{ARCHITECTURE}/Packages"
_COMING = ".new"


class NothingToPublishError(Exception):
    """The folder holds no package that can be published."""


def publish(release: Path, repository: Path, source: Source, signer: RepositorySigner) -> Path:
    """Put the package of a release into a repository and sign the index of all that is there.

    Returns:
        The signed index.

    Raises:
        NothingToPublishError: the release holds no package, or one that was published with other bytes.
        SigningError: it was not signed. In both cases the repository is as it was.
    """
    packages = sorted(release.glob("*.deb"))
    if not packages:
        raise NothingToPublishError(f"{release} holds no package: is it the folder of a release?")
    pool, published = repository / "pool", repository / "dists" / SUITE
    suite = published.with_name(SUITE + _COMING)
    shutil.rmtree(suite, ignore_errors=True)
    before = {*repository.rglob("*")} | ({repository} if repository.exists() else set())
    try:
        _bring(packages, pool, published / PACKAGES)
        index = suite / PACKAGES
        index.parent.mkdir(parents=True)
        entries = (_entry(package, repository) for package in sorted(pool.glob("*.deb")))
        index.write_text("\n".join(entries), encoding="utf-8")
        release_file = suite / "Release"
        release_file.write_text(_release(index, suite, source), encoding="utf-8")
        signed = signer.sign(release_file)
    except BaseException:
        for made in sorted({repository, *repository.rglob("*")} - before, reverse=True):
            made.rmdir() if made.is_dir() else made.unlink(missing_ok=True)
        raise
    shutil.rmtree(published, ignore_errors=True)
    suite.rename(published)
    return published / signed.name


def _bring(packages: Sequence[Path], pool: Path, listed: Path) -> None:
    """Put packages beside those that were published; what an index lists keeps its bytes."""
    known = listed.read_text(encoding="utf-8") if listed.exists() else ""
    pool.mkdir(parents=True, exist_ok=True)
    for package in packages:
        place = pool / package.name
        if place.exists() and _sha256(place) == _sha256(package):
            continue
        if f"Filename: {pool.name}/{package.name}\n" in known:
            raise NothingToPublishError(f"{package.name} was published with other bytes: give the release a new number")
        coming = place.with_name(place.name + _COMING)
        shutil.copyfile(package, coming)
        coming.replace(place)


def _entry(package: Path, repository: Path) -> str:
    asked = subprocess.run(  # noqa: S603 - reads one of our own packages
        ["dpkg-deb", "--field", str(package)],  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if asked.returncode:
        raise NothingToPublishError(f"{package.name} is no package: {asked.stderr.strip()}")
    fields = asked.stdout.rstrip("\n")
    return (
        f"{fields}\nFilename: {package.relative_to(repository).as_posix()}\n"
        f"Size: {package.stat().st_size}\nSHA256: {_sha256(package)}\n"
    )


def _release(index: Path, suite: Path, source: Source) -> str:
    date = datetime.fromtimestamp(source.epoch, UTC).strftime("%a, %d %b %Y %H:%M:%S UTC")
    return (
        f"Origin: Terreno\nLabel: Terreno\nSuite: {SUITE}\nCodename: {SUITE}\nDate: {date}\n"
        f"Architectures: {ARCHITECTURE}\nComponents: {COMPONENT}\nDescription: Terreno\n"
        f"SHA256:\n {_sha256(index)} {index.stat().st_size} {index.relative_to(suite).as_posix()}\n"
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def main() -> None:
    """Publish one release."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("repository", type=Path)
    parser.add_argument(
        "--release-key", type=Path, required=True, metavar="FILE.pub", help="who must have signed the release"
    )
    parser.add_argument("--identity", required=True, help="fingerprint of the key")
    parser.add_argument("--home", type=Path, help="GnuPG's folder, when it is not yours")
    given = parser.parse_args()
    try:
        verify(given.release, key_in(given.release_key))
        source, signer = source_of(Path(__file__).parents[1]), RepositorySigner(given.identity, given.home)
        print(publish(given.release, given.repository, source, signer))
    except NotReleasedError as refused:
        sys.exit(f"nothing was published, for the release does not prove itself: {refused.happened}")
    except (NothingToPublishError, SigningError, NoSourceError, OSError) as error:
        sys.exit(f"nothing was published: {error}")


if __name__ == "__main__":
    main()
