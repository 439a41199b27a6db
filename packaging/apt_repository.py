"""A folder from which `apt` installs: the package of a release, its index, and the index signed by OpenPGP.

    apt_repository.py RELEASE REPOSITORY --identity FINGERPRINT [--home FOLDER]

In: a release folder. Out: `pool/` and `dists/stable/` in the repository; packages that are there already stay and are
listed too, so that an older version can still be had. The hour is that of the commit, never that of this machine.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from facts import Source, source_of
from signing import RepositorySigner, SigningError

SUITE, COMPONENT, ARCHITECTURE = "stable", "main", "amd64"
_COMING = ".new"


class NothingToPublishError(Exception):
    """The folder holds no package."""


def publish(release: Path, repository: Path, source: Source, signer: RepositorySigner) -> Path:
    """Put the package of a release into a repository and sign the index of all that is there.

    Returns:
        The signed index.

    Raises:
        NothingToPublishError: the release holds no package; nothing was changed.
        SigningError: it was not signed; the former index stays, and lists what it listed.
    """
    packages = sorted(release.glob("*.deb"))
    if not packages:
        raise NothingToPublishError(f"{release} holds no package: is it the folder of a release?")
    pool = repository / "pool"
    pool.mkdir(parents=True, exist_ok=True)
    for package in packages:
        shutil.copyfile(package, pool / package.name)
    published = repository / "dists" / SUITE
    suite = published.with_name(SUITE + _COMING)
    shutil.rmtree(suite, ignore_errors=True)
    index = suite / COMPONENT / f"binary-{ARCHITECTURE}" / "Packages"
    index.parent.mkdir(parents=True)
    index.write_text("\n".join(_entry(package, repository) for package in sorted(pool.glob("*.deb"))), encoding="utf-8")
    release_file = suite / "Release"
    release_file.write_text(_release(index, suite, source), encoding="utf-8")
    signed = signer.sign(release_file)
    shutil.rmtree(published, ignore_errors=True)
    suite.rename(published)
    return published / signed.name


def _entry(package: Path, repository: Path) -> str:
    fields = subprocess.run(  # noqa: S603 - reads one of our own packages
        ["dpkg-deb", "--field", str(package)],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout.rstrip("\n")
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
    parser.add_argument("--identity", required=True, help="fingerprint of the key")
    parser.add_argument("--home", type=Path, help="GnuPG's folder, when it is not yours")
    given = parser.parse_args()
    source, signer = source_of(Path(__file__).parents[1]), RepositorySigner(given.identity, given.home)
    try:
        print(publish(given.release, given.repository, source, signer))
    except (NothingToPublishError, SigningError) as error:
        sys.exit(f"nothing was published: {error}")


if __name__ == "__main__":
    main()
