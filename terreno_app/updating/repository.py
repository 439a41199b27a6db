"""A repository of releases as this laptop sees it: which there are, and the archive of one, all of it verified (TUF).

In: the root that came with this program, and an origin. Out: offers and archives that hold against the keys of that
root and of the roots it leads to. What was once seen is kept, and nothing older is believed again, whichever way it
comes: the network and a folder share one memory.
"""

import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tuf.api import exceptions
from tuf.api.metadata import Metadata
from tuf.ngclient.updater import Updater

from sync.client.errors import CentralDownError, Diagnosis
from sync.client.http import Route
from terreno_app.domain.releases import Offer, version_of
from terreno_app.updating.errors import (
    AlteredError,
    ExpiredError,
    NoRoomError,
    NotPublishedError,
    OlderError,
    RefusedReleaseError,
    UnsignedError,
)
from terreno_app.updating.fetching import Fetcher, ShouldStop, Told, on_and_on, untold
from terreno_app.updating.origins import FolderOrigin, Origin, WebOrigin

LARGEST: Final = 1024 * 1024 * 1024
"""Bytes of an archive that is no release of ours any more."""
_GROWTH: Final = 6
"""How many times its size an archive needs: whole, copied, and unpacked."""
_LEFT_FREE: Final = 256 * 1024 * 1024
_SYSTEMS: Final = {"linux": "linux", "win32": "windows", "darwin": "macos"}
_MACHINES: Final = {"amd64": "x86_64", "arm64": "aarch64"}
_GONE: Final = frozenset({403, 404, 410})
_MEANINGS: Final[tuple[tuple[type[Exception], type[RefusedReleaseError]], ...]] = (
    (exceptions.ExpiredMetadataError, ExpiredError),
    (exceptions.BadVersionNumberError, OlderError),
    (exceptions.UnsignedMetadataError, UnsignedError),
    (exceptions.RepositoryError, AlteredError),
    (exceptions.DownloadLengthMismatchError, AlteredError),
)


def this_platform() -> str:
    """Which archives run here."""
    machine = platform.machine().lower()
    return f"{_SYSTEMS.get(sys.platform, sys.platform)}-{_MACHINES.get(machine, machine)}"


def web(root: bytes, folder: Path, route: Route, agent: str) -> "Repository":
    """The repository behind an address."""
    return Repository(root, folder, WebOrigin(route, agent), this_platform())


def carried(root: bytes, folder: Path, carrier: Path) -> "Repository":
    """The repository in a folder, as it comes on a stick."""
    return Repository(root, folder, FolderOrigin(carrier), this_platform())


class Repository:
    """One repository.

    Args:
        root: The trusted root that came with this program.
        folder: Where this laptop keeps what it has seen, and archives on their way.
        origin: Where the bytes come from.
        platform: Which archives run here.
    """

    def __init__(self, root: bytes, folder: Path, origin: Origin, platform: str) -> None:
        self._root, self._folder, self._origin, self._platform = root, folder, origin, platform

    def offers(self, should_stop: ShouldStop = on_and_on) -> tuple[Offer, ...]:
        """The releases for this platform.

        Raises:
            UpdateError, UnreachableError: the subclass that says what happened; the laptop goes on as it is.
        """
        with _told():
            _, offers = self._look(untold, should_stop)
        return offers

    def download(self, version: str, told: Told = untold, should_stop: ShouldStop = on_and_on) -> Path:
        """The archive of a release, whole and verified.

        Args:
            version: One of :meth:`offers`.
            told: Told bytes that are there, and of how many.
            should_stop: Asked between two pieces; what came is kept.

        Raises:
            UpdateError, UnreachableError: the subclass that says what happened.
        """
        with _told():
            updater, offers = self._look(told, should_stop)
            offer = next((one for one in offers if one.version == version), None)
            target = updater.get_targetinfo(offer.name) if offer is not None else None
            if offer is None or target is None:
                raise NotPublishedError
            file = self._place(offer)
            if updater.find_cached_target(target, str(file)) is None:
                updater.download_target(target, str(file))
        return file

    def _place(self, offer: Offer) -> Path:
        """Where an archive goes, once there is room for it and for what comes out of it; others make way.

        Raises:
            NoRoomError: nobody at the stand shall find the disk full for an update.
        """
        folder = self._folder / "archives"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in folder.iterdir():
            if offer.name not in other.name:
                other.unlink()
        if shutil.disk_usage(folder).free < _GROWTH * offer.size + _LEFT_FREE:
            raise NoRoomError
        return folder / offer.name

    def _look(self, told: Told, should_stop: ShouldStop) -> tuple[Updater, tuple[Offer, ...]]:
        known = self._folder / "metadata"
        known.mkdir(mode=0o700, parents=True, exist_ok=True)
        updater = Updater(
            str(known),
            f"{self._origin.base}/metadata/",
            target_base_url=f"{self._origin.base}/targets/",
            fetcher=Fetcher(self._origin, self._folder / "archives", told, should_stop),
            bootstrap=self._root,
        )
        updater.refresh()
        # The library tells of a target by its name alone; which names there are stands in what it has just verified.
        names = Metadata[Any].from_bytes((known / "targets.json").read_bytes()).signed.targets
        return updater, tuple(self._offers(updater, names))

    def _offers(self, updater: Updater, names: Iterable[str]) -> Iterator[Offer]:
        for name in names:
            version = version_of(name, self._platform)
            target = updater.get_targetinfo(name) if version is not None else None
            if version is not None and target is not None and target.length <= LARGEST:
                yield Offer(version, name, target.length)


@contextmanager
def _told() -> Iterator[None]:
    """What the verifying library says, in our own errors."""
    try:
        yield
    except exceptions.DownloadHTTPError as error:
        if error.status_code in _GONE:
            raise NotPublishedError from error
        raise CentralDownError(Diagnosis("server_error", "", error.status_code)) from error
    except (exceptions.RepositoryError, exceptions.DownloadError) as error:
        meant = next((ours for theirs, ours in _MEANINGS if isinstance(error, theirs)), None)
        if meant is None:
            raise CentralDownError(Diagnosis("cut", "")) from error
        raise meant from error
