"""Reconciling by stick: save a bundle, carry somebody's to the centre, receive the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from sync.client.bundle import Packed
from sync.client.carrying import Carried, Place
from sync.client.progress import SyncOutcome, SyncWarning
from sync.parcel.files import make_sure_of, reading, resumed_file, whole_file
from sync.parcel.sealing import Sink, Source
from terreno_app.services.errors import explain
from terreno_app.services.sync_day import Progress, ShouldStop

_BY_STICK = {
    "new_epoch": "El centro fue restaurado desde un respaldo: guarde otro paquete, con lo que le falta.",
    "new_stream": "Al centro le faltaba algo: guarde otro paquete, que lo lleva de nuevo.",
    "new_role": "La coordinación cambió el uso de este equipo: guarde otro paquete, y después cierre y abra Terreno.",
}
"""What is still to be done when no network has done it already."""


class Post(Protocol):
    """This laptop's side of it; each call is a run of its own."""

    def pack(self, sink: Sink, progress: Progress, should_stop: ShouldStop) -> Packed:
        """Write what waits into a file for the centre."""
        ...

    def packed(self, packed: Packed) -> None:
        """The file is whole: what it holds is shown as sent."""
        ...

    def carry(self, source: Source, answer: Place, progress: Progress, should_stop: ShouldStop) -> Carried:
        """Bring a file to the centre and take the answer along."""
        ...

    def receive(self, source: Source, progress: Progress, should_stop: ShouldStop) -> SyncOutcome:
        """Do what the centre's answer says."""
        ...


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle on a stick.

    Attributes:
        file: Where it is.
        batches: Batches in it.
        ops: Ops in them.
        size: Its bytes.
        left: Ops that did not fit: they go with the next one.
    """

    file: Path
    batches: int
    ops: int
    size: int
    left: int


class Bundles:
    """Save, carry and receive.

    Args:
        post: This laptop's side.
        ended: Told what an answer brought, like a synchronisation that ended; gives it with its warnings in words.
        backup: Makes a backup before an answer is taken in, as before a synchronisation; what kept it from that.
    """

    def __init__(
        self,
        post: Post,
        ended: Callable[[SyncOutcome], SyncOutcome],
        backup: Callable[[], Sequence[SyncWarning]],
    ) -> None:
        self._post = post
        self._ended = ended
        self._backup = backup

    def export(self, file: Path, progress: Progress, should_stop: ShouldStop, *, replace: bool = False) -> Exported:
        """Save everything that waits into a file for the centre; it stays here until its receipt comes home.

        Args:
            file: Where.
            progress: Told how far it is.
            should_stop: Asked now and then.
            replace: It may take the place of a file that is there, which may be a bundle that nobody carried yet.

        Raises:
            ServiceError: the stick is full, read-only or gone, or somebody stopped; no file is there then. Or there is
                one already, and stays as it is.
        """
        try:
            with whole_file(file, replace=replace) as sink:
                packed = self._post.pack(sink, progress, should_stop)
            self._post.packed(packed)
        except Exception as error:
            raise explain(error) from error
        return Exported(file, packed.batches, len(packed.ops), packed.size, packed.left)

    def carry(
        self, file: Path, answer: Path, progress: Progress, should_stop: ShouldStop, *, replace: bool = False
    ) -> Carried:
        """Bring a laptop's file to the centre over this one's network, and save the answer.

        Interrupted anywhere, the next call with the same file and place goes on from where it was.

        Args:
            file: The laptop's file.
            answer: Where the answer goes.
            progress: Told how far it is.
            should_stop: Asked now and then.
            replace: The answer may take the place of a file that is there.

        Raises:
            ServiceError: no network, a damaged file, a file of another centre, a stick in trouble, or a file where the
                answer belongs…
        """
        try:
            make_sure_of(answer, replace=replace)
            with reading(file) as source:
                place = partial(resumed_file, answer, replace=replace)
                return self._post.carry(source, place, progress, should_stop)
        except Exception as error:
            raise explain(error) from error

    def receive(self, file: Path, progress: Progress, should_stop: ShouldStop) -> SyncOutcome:
        """Take the centre's answer in; twice, late or after a synchronisation it changes nothing.

        Raises:
            ServiceError: a damaged file, one of another centre or for another laptop, a false receipt…
        """
        left_out = self._backup()
        try:
            with reading(file) as source:
                outcome = self._post.receive(source, progress, should_stop)
        except Exception as error:
            raise explain(error) from error
        told = self._ended(outcome)
        warnings = (replace(w, message=_BY_STICK.get(w.code, w.message)) for w in told.warnings)
        return replace(told, warnings=(*warnings, *left_out))
