"""Services of an outing with memory: it is opened, checked and closed, and outings are made at the stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from terreno_app.domain.acta import ActaSheet
from terreno_app.services.doctor import Check
from terreno_app.services.outings import OutingRow, SessionView
from terreno_app.services.paper import Saved
from terreno_app.services.readiness import LOOKED_AT
from tests.ui.stand import FakeOutings, a_session
from tests.ui.views import (
    PAULA,
    an_acta,
    an_outing,
)


class FakeDay(FakeOutings):
    """Outings that can be opened and closed."""

    def __init__(self, *known: OutingRow) -> None:
        super().__init__()
        self.known = list(known)
        self.error: Exception | None = None

    def rows(self) -> tuple[OutingRow, ...]:
        return tuple(self.known)

    def open(self, outing: str, author: str) -> SessionView:
        if self.error is not None:
            raise self.error
        (row,) = (one for one in self.known if one.id == outing)
        other = row.planned_on != "2026-11-21"
        self.session = a_session(outing=outing, planned_on=row.planned_on, other_day=other)
        self._becomes(outing, "abierta en este equipo")
        return self.session

    def close(self, outing: str, author: str) -> SessionView:
        closed = a_session(outing=outing, closed_at="2026-11-21T21:00:00.000Z")
        self.session = None
        self._becomes(outing, "cerrada")
        return closed

    def _becomes(self, outing: str, words: str) -> None:
        self.known = [replace(one, words=words, session="s") if one.id == outing else one for one in self.known]


class FakeActas:
    """The acta of the day as it stands in memory."""

    def __init__(self, day: FakeDay) -> None:
        self.day = day
        self.changes: dict[str, Any] = {}

    def sheet(self, outing: str) -> ActaSheet:
        session = self.day.session
        told: dict[str, Any] = {
            "informed": dict(session.informed_by_kind) if session else {},
            "materials": session.materials if session else (),
            "incidents": session.incidents if session else "Sin incidentes.",
            "closed_at": None if session else "2026-11-21T17:32:00.000Z",
            "signature": "" if session else "ab" * 64,
            "signed_by": "" if session else PAULA.name,
        }
        return an_acta(**{**told, **self.changes})


class FakeReadiness:
    """Finds what it was told to find; everything else is fine."""

    def __init__(self, *amiss: Check) -> None:
        self.amiss = {check.name: check for check in amiss}
        self.examined: list[tuple[str, tuple[str, ...]]] = []

    def examine(
        self,
        outing: str,
        printers: Callable[[], Sequence[str]],
        told: Callable[[Check], None],
        should_stop: Callable[[], bool],
    ) -> tuple[Check, ...]:
        self.examined.append((outing, tuple(printers())))
        found = []
        for name, words in LOOKED_AT:
            if should_stop():
                break
            found.append(self.amiss.get(name, Check(name, words, ok=True, detail="Bien")))
            told(found[-1])
        return tuple(found)

    def seed(self, outing: str) -> Check:
        return Check("seed", "Semilla", ok=True, detail="Comprometida a las 09:34")


class FakePaper:
    """Keeps the outings that were made here."""

    def __init__(self, day: FakeDay) -> None:
        self.day = day
        self.made: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def register_one(self, record: Mapping[str, Any], author: str) -> Saved:
        if self.error is not None:
            raise self.error
        self.made.append(dict(record))
        known = an_outing(f"new-{len(self.made)}", place_name=record.get("place_name", ""))
        self.day.known.append(known)
        return Saved(1, known.id, known.code, repeated=False, kind="outing")
