"""What is published as updates (TUF): signed metadata beside archives, by which keys, for how long, in which order.

The root is signed by two of three custodians and lives for two years; the key of the targets is used for a release and
otherwise lies offline; the timestamp is signed anew every few days by a timer. What is refused changes nothing and can
be repeated. Nothing here asks a person: that does the command, `update_repository.py`.
"""

import copy
import hashlib
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import Key
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer
from update_keys import NAME, Keyring
from verify_release import NotReleasedError, verify

LIFETIMES = {
    "root": timedelta(days=730),
    "targets": timedelta(days=365),
    "snapshot": timedelta(days=90),
    "timestamp": timedelta(days=7),
}
CUSTODIANS, NEEDED = 3, 2
SOON = timedelta(days=30)
ROLES = ("root", "targets", "snapshot", "timestamp")
ARCHIVE = ".tar.zst"
_SERIALIZER = JSONSerializer(compact=False)


class RepositoryToolError(Exception):
    """Nothing was published, with the reason."""


class UpdateRepository:
    """A repository that is published.

    Args:
        folder: Its folder.
        keys: The key files at hand.
        now: The hour; what is signed lives from then.
    """

    def __init__(self, folder: Path, keys: Keyring, now: datetime | None = None) -> None:
        self._metadata, self._targets = folder / "metadata", folder / "targets"
        self._keys = keys
        self._now = (now or datetime.now(UTC)).replace(microsecond=0)

    def init(self) -> Path:
        """Make the keys and an empty repository.

        Returns:
            The root to put into the program, as `updates/root.json` of the resources.
        """
        if self._metadata.exists():
            raise RepositoryToolError(f"{self._metadata} is there already")
        root = Root(consistent_snapshot=True)
        given: list[str] = []
        try:
            for role in ROLES:
                for number in range(1, (CUSTODIANS if role == "root" else 1) + 1):
                    root.add_key(self._keys.make(f"{role}-{number}").public_key, role)
                    given.append(f"{role}-{number}")
            root.roles["root"].threshold = NEEDED
            made = Metadata(root)
            files = self._root_file(made, made, without="")
            files |= self._files(made, Metadata(Targets()), Metadata(Snapshot()), Metadata(Timestamp()))
            self._metadata.mkdir(parents=True)
            self._targets.mkdir(exist_ok=True)
            self._write(files)
        except BaseException:  # also somebody who ends it at a question: the same command has to begin anew
            shutil.rmtree(self._metadata, ignore_errors=True)
            self._keys.forget(*given)
            raise
        return self._metadata / "1.root.json"

    def add(self, release: Path, key: str) -> list[str]:
        """Publish the archives of a release folder.

        Args:
            release: The folder, as it was released.
            key: The public key that its manifest has to be signed by, as hex.

        Returns:
            Their names.

        Raises:
            RepositoryToolError: it is not what was released, or too few keys are at hand; nothing was published.
        """
        archives = _archives(release, key)
        root, targets = self._root(), self._load(Targets)
        for file in archives:
            target = TargetFile.from_file(file.name, str(file), ["sha256"])
            known = targets.signed.targets.get(file.name)
            if known is not None and known.hashes != target.hashes:
                raise RepositoryToolError(f"{file.name} was published with other bytes: give the release a new number")
            place = self._targets / f"{target.hashes['sha256']}.{file.name}"
            shutil.copyfile(file, place.with_name(f"{place.name}.new"))
            place.with_name(f"{place.name}.new").replace(place)
            targets.signed.targets[file.name] = target
        self._write(self._files(root, targets, self._load(Snapshot), self._load(Timestamp)))
        return [file.name for file in archives]

    def refresh(self) -> list[str]:
        """Sign the timestamp anew, and what else expires soon or bears an old signature and has its key at hand.

        Returns:
            What a person has to see to.
        """
        root = self._root()
        targets, snapshot, timestamp = self._load(Targets), self._load(Snapshot), self._load(Timestamp)
        renew_targets = bool(self._wants(root, targets, snapshot)) and self._has_keys(root, "targets")
        renew_snapshot = renew_targets or (
            bool(self._wants(root, snapshot, timestamp)) and self._has_keys(root, "snapshot")
        )
        self._write(
            self._files(root, targets if renew_targets else None, snapshot if renew_snapshot else None, timestamp)
        )
        targets, snapshot, timestamp = self._load(Targets), self._load(Snapshot), self._load(Timestamp)
        return [
            f"{one.signed.type} {wanted}: {'rotate a key of it' if one is root else 'refresh it with its keys'}"
            for one, named_by in ((root, None), (targets, snapshot), (snapshot, timestamp))
            if (wanted := self._wants(root, one, named_by))
        ]

    def replace_key(self, name: str, *, revoked: bool) -> str:
        """Put a new key in the place of one.

        Args:
            name: The name of the old one.
            revoked: Somebody else may have it: it signs nothing any more.

        Returns:
            The name of the new one.

        Raises:
            RepositoryToolError, KeyFileError: too few keys at hand; nothing changed, and no key was made.
        """
        before = self._root()
        role, old = _named(before.signed, name)
        given = [name for name in self._every_name() if name.rpartition("-")[0] == role]
        number = max(int(name.rpartition("-")[2]) for name in given) + 1
        while self._keys.holds(f"{role}-{number}"):  # a power cut left it, and no root names it
            number += 1
        new = self._keys.make(f"{role}-{number}")
        after = copy.deepcopy(before)
        after.signed.revoke_key(old.keyid, role)
        after.signed.add_key(new.public_key, role)
        after.signed.version += 1
        try:
            files = self._root_file(after, before, without=name if revoked else "")
            if role != "root":
                targets = self._load(Targets) if role == "targets" else None
                snapshot = None if role == "timestamp" else self._load(Snapshot)
                files |= self._files(after, targets, snapshot, self._load(Timestamp))
        except BaseException:  # nobody was told of it: the right keys may make it again
            self._keys.forget(f"{role}-{number}")
            raise
        self._write(files)
        return f"{role}-{number}"

    def show(self) -> list[str]:
        """How the repository stands: roles with their keys and expiry, and the archives."""
        root, targets = self._root(), self._load(Targets)
        roles: list[Metadata[Any]] = [root, targets, self._load(Snapshot), self._load(Timestamp)]
        lines = []
        for one in roles:
            names = ", ".join(sorted(_name(root.signed.keys[key]) for key in root.signed.roles[one.signed.type].keyids))
            lines.append(f"{one.signed.type:10} v{one.signed.version:<4} until {one.signed.expires:%Y-%m-%d}  {names}")
        return [*lines, *(f"{name}  {target.length} bytes" for name, target in sorted(targets.signed.targets.items()))]

    # ------------------------------------------------------------------ signing and writing

    def _files(
        self,
        root: Metadata[Root],
        targets: Metadata[Targets] | None,
        snapshot: Metadata[Snapshot] | None,
        timestamp: Metadata[Timestamp],
    ) -> dict[str, bytes]:
        """What changed, signed, in the order in which it may be seen: the timestamp last."""
        files: dict[str, bytes] = {}
        if targets is not None:
            snapshot = snapshot or self._load(Snapshot)
            data = self._signed(root, targets)
            files[f"{targets.signed.version}.targets.json"] = data
            snapshot.signed.meta["targets.json"] = _meta(targets.signed.version, data)
        if snapshot is not None:
            data = self._signed(root, snapshot)
            files[f"{snapshot.signed.version}.snapshot.json"] = data
            timestamp.signed.snapshot_meta = _meta(snapshot.signed.version, data)
        return {**files, "timestamp.json": self._signed(root, timestamp)}

    def _signed(self, root: Metadata[Root], one: Metadata[Any]) -> bytes:
        role = one.signed.type
        if (self._metadata / "timestamp.json").exists():
            one.signed.version += 1
        one.signed.expires = self._now + LIFETIMES[role]
        one.signatures.clear()
        for keyid in root.signed.roles[role].keyids:
            signer = self._keys.find(root.signed.keys[keyid])
            if signer is not None:
                one.sign(signer, append=True)
        return _verified(one, [root])

    def _root_file(self, after: Metadata[Root], before: Metadata[Root], *, without: str) -> dict[str, bytes]:
        after.signed.expires = self._now + LIFETIMES["root"]
        after.signatures.clear()
        keys = {
            keyid: root.signed.keys[keyid] for root in (before, after) for keyid in root.signed.roles["root"].keyids
        }
        for key in keys.values():
            signer = self._keys.find(key) if _name(key) != without else None
            if signer is not None:
                after.sign(signer, append=True)
        return {f"{after.signed.version}.root.json": _verified(after, [before, after])}

    def _write(self, files: dict[str, bytes]) -> None:
        """Show what was signed, all of it, in its order."""
        for name, data in files.items():
            new = self._metadata / f"{name}.new"
            new.write_bytes(data)
            new.replace(self._metadata / name)

    # ------------------------------------------------------------------ reading

    def _root(self) -> Metadata[Root]:
        return Metadata[Root].from_bytes(self._newest("root").read_bytes())

    def _load(self, kind: type[Any]) -> Metadata[Any]:
        if kind is Timestamp:
            return Metadata[Timestamp].from_bytes((self._metadata / "timestamp.json").read_bytes())
        return Metadata[Any].from_bytes(self._newest(kind.type).read_bytes())

    def _newest(self, role: str) -> Path:
        files = self._metadata.glob(f"*.{role}.json")
        found = max(files, key=lambda file: int(file.name.partition(".")[0]), default=None)
        if found is None:
            raise RepositoryToolError(f"{self._metadata} holds no {role}: init makes a repository")
        return found

    def _every_name(self) -> set[str]:
        """Every name that a key ever had here: none is given twice."""
        roots = (Metadata[Root].from_bytes(file.read_bytes()) for file in self._metadata.glob("*.root.json"))
        return {_name(key) for root in roots for key in root.signed.keys.values()}

    def _wants(self, root: Metadata[Root], one: Metadata[Any], named_by: Metadata[Any] | None) -> str:
        """Why something has to be signed anew; empty when it has not."""
        if named_by is not None and _version_named(named_by) != one.signed.version:  # writing it was cut off
            return f"is not the one that the {named_by.signed.type} names"
        if one.signed.expires < self._now + SOON:
            return f"expires on {one.signed.expires:%Y-%m-%d}"
        try:
            root.signed.verify_delegate(one.signed.type, one.signed_bytes, one.signatures)
        except RepositoryError:  # a replacement of its key was cut off
            return "is not signed by the keys of today"
        return ""

    def _has_keys(self, root: Metadata[Root], role: str) -> bool:
        return all(self._keys.find(root.signed.keys[keyid]) for keyid in root.signed.roles[role].keyids)


def _archives(release: Path, key: str) -> list[Path]:
    """The archives of a release folder, once it is what was released."""
    try:
        version = verify(release, key).version
    except NotReleasedError as refused:
        raise RepositoryToolError(f"{release} is not what was released: {refused.happened}") from refused
    archives = sorted(release.glob(f"*{ARCHIVE}"))
    if not archives:
        raise RepositoryToolError(f"{release} holds no {ARCHIVE}")
    for file in archives:
        if not file.name.startswith(f"terreno-{version}-"):
            raise RepositoryToolError(f"{file} is named after another version than the release, {version}")
    return archives


def _version_named(by: Metadata[Any]) -> int:
    """The version of what a snapshot or a timestamp names."""
    named: MetaFile = by.signed.meta["targets.json"] if by.signed.type == "snapshot" else by.signed.snapshot_meta
    return named.version


def _meta(version: int, data: bytes) -> MetaFile:
    return MetaFile(version, len(data), {"sha256": hashlib.sha256(data).hexdigest()})


def _verified(one: Metadata[Any], roots: Sequence[Metadata[Root]]) -> bytes:
    """The bytes of what was signed, once enough of the right keys have signed it."""
    for root in roots:
        try:
            root.signed.verify_delegate(one.signed.type, one.signed_bytes, one.signatures)
        except RepositoryError as error:
            wanted = root.signed.roles[one.signed.type]
            names = ", ".join(sorted(_name(root.signed.keys[key]) for key in wanted.keyids))
            raise RepositoryToolError(
                f"{one.signed.type} needs {wanted.threshold} of these keys at hand: {names}"
            ) from error
    return one.to_bytes(_SERIALIZER)


def _named(root: Root, name: str) -> tuple[str, Key]:
    for key in root.keys.values():
        if _name(key) == name:
            return _role(key), key
    raise RepositoryToolError(f"no key is called {name}: {', '.join(sorted(_name(key) for key in root.keys.values()))}")


def _name(key: Key) -> str:
    return str(key.unrecognized_fields.get(NAME, ""))


def _role(key: Key) -> str:
    return _name(key).rpartition("-")[0]
