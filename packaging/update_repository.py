"""The command of who publishes updates: make the repository, add a release, keep it fresh, give it new keys.

    update_repository.py init    REPOSITORY --keys FOLDER
    update_repository.py add     REPOSITORY RELEASE --release-key FILE.pub --keys FOLDER
    update_repository.py refresh REPOSITORY --keys FOLDER
    update_repository.py rotate  REPOSITORY KEY --keys FOLDER --keys CUSTODIAN…
    update_repository.py revoke  REPOSITORY KEY --keys FOLDER --keys CUSTODIAN…
    update_repository.py show    REPOSITORY

REPOSITORY is the folder that is published under the centre's `/updates/`, and that a stick carries as it is. `add`
takes a whole release whose manifest the releaser's key signed. `rotate` replaces a key in peace, `revoke` one that
somebody else may have: that one signs nothing any more, not even its own replacement. What is refused changes nothing
and can be repeated. What is signed, and by whom, is in `update_publishing.py`.
"""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tuf.api.exceptions import RepositoryError
from update_keys import LEAST_PASSPHRASE, KeyFileError, Keyring
from update_publishing import RepositoryToolError, UpdateRepository
from verify_release import NotReleasedError, key_in

PASSPHRASE_VARIABLE = "TERRENO_UPDATE_PASSPHRASE"  # noqa: S105  the name of the variable
TRIES = 3


def _public(file: Path) -> str:
    try:
        return key_in(file)
    except NotReleasedError as refused:
        raise RepositoryToolError(f"{file} is no public key: {refused.happened}") from refused


def _secret(file: Path) -> str:
    return os.environ.get(PASSPHRASE_VARIABLE) or getpass.getpass(f"Passphrase of {file.name}: ")


def _new_secret(file: Path) -> str:
    """The passphrase of a new key; what is typed is typed twice, for nobody sees a slip.

    Raises:
        KeyFileError: after three tries.
    """
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given:
        return given
    for _ in range(TRIES):
        typed = getpass.getpass(f"New passphrase of {file.name}: ")
        if len(typed) < LEAST_PASSPHRASE:
            print(f"it needs {LEAST_PASSPHRASE} characters", file=sys.stderr)
        elif getpass.getpass("The same again: ") == typed:
            return typed
        else:
            print("the two differ", file=sys.stderr)
    raise KeyFileError(f"nobody typed a passphrase for {file} twice: no key was made")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for command, more in (
        ("init", None),
        ("add", "release"),
        ("refresh", None),
        ("rotate", "key"),
        ("revoke", "key"),
        ("show", None),
    ):
        below = commands.add_parser(command)
        below.add_argument("repository", type=Path)
        if more is not None:
            below.add_argument(more, type=Path if more == "release" else str)
        if command == "add":
            below.add_argument(
                "--release-key", type=Path, required=True, metavar="FILE.pub", help="who must have signed the release"
            )
        below.add_argument("--keys", type=Path, action="append", default=[], required=command != "show")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    given = _parser().parse_args(arguments)
    repository = UpdateRepository(given.repository, Keyring(given.keys, _secret, _new_secret))
    try:
        match given.command:
            case "init":
                print(f"put {repository.init()} into the program as resources/updates/root.json")
            case "add":
                print("published", *repository.add(given.release, _public(given.release_key)))
            case "refresh":
                print(*repository.refresh() or ["fresh"], sep="\n")
            case "rotate" | "revoke":
                print("new key", repository.replace_key(given.key, revoked=given.command == "revoke"))
            case _:
                print(*repository.show(), sep="\n")
    except EOFError:
        print(
            f"nobody is here to type a passphrase; without a terminal give it in {PASSPHRASE_VARIABLE}", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print("interrupted: give the same command again", file=sys.stderr)
        return 1
    except (RepositoryToolError, KeyFileError, RepositoryError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
