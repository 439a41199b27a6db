"""Newer versions of this program: looked for quietly, brought when somebody wants one, started the next time.

Never while an outing is open, and never without a backup made just before: the next start may change the form of the
data. Nothing that goes wrong here keeps anybody from attending people.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Final, Protocol

from terreno_app.domain.clock import Clock, InvalidInstantError, instant, parse_instant
from terreno_app.domain.releases import Offer, is_newer, newest
from terreno_app.services.errors import ServiceError, explain
from terreno_app.services.three_parts import Words
from terreno_app.services.update_words import failure
from terreno_app.versions import FAILED, PASSED, PROVEN, Look, Versions

EVERY: Final = timedelta(days=1)
AGAIN: Final = timedelta(hours=1)
"""After a look that reached nobody."""
WARNED_OF: Final = frozenset({"update_expired", "update_older", "update_unsigned", "update_altered", "update_unsafe"})
"""What a person should know although nobody asked: the others only mean that there is no network."""

Told = Callable[[int, int], object]
ShouldStop = Callable[[], bool]


class Source(Protocol):
    """A repository of releases; whatever comes of it holds."""

    def offers(self, should_stop: ShouldStop) -> Sequence[Offer]:
        """The releases for this machine."""
        ...

    def download(self, version: str, told: Told, should_stop: ShouldStop) -> Path:
        """The archive of one."""
        ...


class Installer(Protocol):
    """Makes a version of an archive."""

    def install(self, archive: Path, version: str, running: str, should_stop: ShouldStop) -> bool:
        """Unpack it and try it; whether it may start."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where releases come from.

    Attributes:
        centre: The centre's repository.
        folder: A repository in a folder.
    """

    centre: Callable[[], Source]
    folder: Callable[[Path], Source]


@dataclass(frozen=True, slots=True)
class Here:
    """What an update has to know of this laptop.

    Attributes:
        attending: Whether an outing is open.
        backup: Makes a backup.
    """

    attending: Callable[[], bool]
    backup: Callable[[], object]


@dataclass(frozen=True, slots=True)
class UpdateStatus:
    """How this laptop stands with its versions.

    Attributes:
        running: The version that runs.
        ready: A newer one that starts the next time; ``None`` when there is none.
        offer: A newer one that can be brought.
        failed: The newest that failed here, newer than the running one.
        reason: Why it failed, as it was kept: a short English name.
        untold: Nobody was told of it yet.
        checked_at: UTC instant of the last look that ended well.
        warning: Short name of what kept the last look from telling; empty when nothing did.
        attending: An outing is open: nothing is brought now.
        set_up: This program came with a trusted root; without one it never updates itself.
    """

    running: str
    ready: str | None
    offer: Offer | None
    failed: str | None
    untold: bool
    checked_at: str | None
    warning: str
    attending: bool
    set_up: bool = True
    reason: str = ""

    @property
    def failure(self) -> Words | None:
        """What is said of the version that failed; ``None`` when none did."""
        return None if self.failed is None else failure(self.failed, self.running, self.reason)

    def to_json(self) -> dict[str, Any]:
        """The status for a program."""
        return {
            "running": self.running,
            "ready": self.ready,
            "available": self.offer and self.offer.version,
            "bytes": self.offer and self.offer.size,
            "failed": self.failed,
            "reason": self.reason or None,
            "checked_at": self.checked_at,
            "warning": self.warning or None,
            "set_up": self.set_up,
        }


class Updates:
    """Newer versions of this program.

    Args:
        running: The version that runs.
        versions: The versions beside the data.
        installer: Makes a version of an archive.
        sources: Where releases come from; ``None`` when this program came without a trusted root.
        here: What has to be known of this laptop.
        clock: Where the hour comes from.
    """

    def __init__(
        self,
        running: str,
        versions: Versions,
        installer: Installer,
        sources: Sources | None,
        here: Here,
        clock: Clock,
    ) -> None:
        self._running, self._versions, self._installer = running, versions, installer
        self._sources, self._here, self._clock = sources, here, clock
        # A quiet look and a download that somebody wants share what was seen of a repository.
        self._turn = Lock()

    def status(self) -> UpdateStatus:
        """How this laptop stands; no network is asked."""
        look, known = self._versions.last_look(), self._versions.known()
        newer = [one for one in known if is_newer(one.version, self._running)]
        ready = next((one.version for one in newer if one.state in {PASSED, PROVEN}), None)
        failed = next((one for one in newer if one.state == FAILED and is_newer(one.version, ready or "")), None)
        return UpdateStatus(
            running=self._running,
            ready=ready,
            offer=look.offer if look.offer and self._is_news(look.offer) else None,
            failed=failed.version if failed else None,
            reason=failed.reason if failed else "",
            untold=failed is not None and not failed.told,
            checked_at=look.checked_at or None,
            warning=look.warning if look.warning in WARNED_OF else "",
            attending=self._here.attending(),
            set_up=self._sources is not None,
        )

    def check(self, should_stop: ShouldStop = lambda: False) -> UpdateStatus:
        """Ask the centre which versions there are.

        Raises:
            ServiceError: why that cannot be told; the laptop goes on as it is.
        """
        self._look(self._need_sources().centre, should_stop)
        return self.status()

    def check_if_due(self, should_stop: ShouldStop = lambda: False) -> UpdateStatus:
        """Ask the centre, at most once a day, and never while an outing is open; what goes wrong is in the status."""
        if self._sources is not None and not self._here.attending() and self._is_due():
            try:
                self._look(self._sources.centre, should_stop)
            except ServiceError:
                return self.status()
        return self.status()

    def get(self, told: Told, should_stop: ShouldStop) -> UpdateStatus:
        """Bring the newest version of the centre, try it, and have it start the next time.

        Args:
            told: Told bytes that are there, and of how many.
            should_stop: Asked now and then; the next time goes on from there.

        Raises:
            ServiceError: ``update_outing_open``, ``update_no_backup``, ``update_failed``, or what else went wrong; the
                laptop goes on as it is.
        """
        return self._bring(self._need_sources().centre, told, should_stop)

    def get_from(self, folder: Path, told: Told, should_stop: ShouldStop) -> UpdateStatus:
        """The same from a folder, as it is carried on a stick."""
        sources = self._need_sources()
        return self._bring(lambda: sources.folder(folder), told, should_stop)

    def dismiss(self) -> None:
        """A person knows what failed."""
        failed = self.status().failed
        if failed is not None:
            self._versions.tell(failed)

    def _bring(self, source: Callable[[], Source], told: Told, should_stop: ShouldStop) -> UpdateStatus:
        if self._here.attending():
            raise ServiceError("update_outing_open")
        offer = self._look(source, should_stop)
        if offer is None:
            return self.status()
        try:
            self._here.backup()
        except Exception as error:
            raise ServiceError("update_no_backup", what=explain(error).happened) from error
        try:
            with self._turn:
                archive = source().download(offer.version, told, should_stop)
        except Exception as error:
            raise explain(error) from error
        if self._here.attending():  # somebody began to attend meanwhile: a trial would take the machine from them
            raise ServiceError("update_outing_open")
        try:
            passed = self._installer.install(archive, offer.version, self._running, should_stop)
        except Exception as error:
            raise explain(error) from error
        if not passed:
            how = self._versions.how(offer.version)
            raise ServiceError("update_failed", failure(offer.version, self._running, how.reason if how else ""))
        return self.status()

    def _look(self, source: Callable[[], Source], should_stop: ShouldStop) -> Offer | None:
        """What is newer there than everything here; remembered, also that it could not be told."""
        now, before = instant(self._clock.now()), self._versions.last_look()
        try:
            with self._turn:
                offers = source().offers(should_stop)
        except Exception as error:
            told = explain(error)
            warning = told.code if told.code in WARNED_OF else ""
            self._versions.looked(replace(before, tried_at=now, warning=warning))
            raise told from error
        offer = newest(one for one in offers if self._is_news(one))
        self._versions.looked(Look(now, now, offer))
        return offer

    def _is_news(self, offer: Offer) -> bool:
        """Newer than what runs and than what waits to start, and never tried here."""
        there = [one.version for one in self._versions.known() if one.state != FAILED]
        newer = all(is_newer(offer.version, version) for version in (self._running, *there))
        return newer and self._versions.how(offer.version) is None

    def _is_due(self) -> bool:
        look = self._versions.last_look()
        return not (self._is_recent(look.checked_at, EVERY) or self._is_recent(look.tried_at, AGAIN))

    def _is_recent(self, at: str, pause: timedelta) -> bool:
        """Whether an instant lies less than a pause back; one that a wrong clock dates after now does not."""
        try:
            return bool(at) and timedelta() <= self._clock.now() - parse_instant(at) < pause
        except InvalidInstantError:
            return False

    def _need_sources(self) -> Sources:
        if self._sources is None:
            raise ServiceError("updates_not_set_up")
        return self._sources
