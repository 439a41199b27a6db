"""Outings: plan, open on this laptop, count, close with the *acta de jornada*. Reports and the survey rest on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sync.client.held import ShownRecord
from sync.core.schema import Json
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.ids import session_id
from terreno_app.domain.outing import (
    InformedKind,
    Material,
    SessionError,
    acta_fields,
    closed,
    informed_by_kind,
    informed_total,
    materials_of,
    opened,
    with_incidents,
    with_informed,
    with_material,
)
from terreno_app.domain.sampling import DEFAULT_SAMPLING, SEED_BYTES
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Random, Store, Write
from terreno_app.services.writing import Writer

OPEN_SESSION = "open_session"
"""Fact of the store: the session that is open on this laptop."""

SESSION = "outing_session"

_STATUS_WORDS = {"planned": "planificada", "suspended": "suspendida", "rescheduled": "reprogramada"}


def seed_key(session: str) -> str:
    """Where the store keeps a session's seed; no screen shows it before the close."""
    return f"seed/{session}"


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session of this laptop.

    Attributes:
        outing: Id of its outing.
        session: Its id.
        code: The outing's code.
        place_name: Where, in words.
        comuna: CUT.
        planned_on: Day it was planned for.
        opened_at: UTC instant.
        closed_at: UTC instant; ``None`` while it is open.
        goal_attentions: Goal of the outing, if it has one.
        sampling: Design of the survey's draw, frozen at the opening.
        informed: People informed so far without an attention of their own.
        other_day: It was opened on another day than planned.
        informed_by_kind: The same people, by how they were informed.
        materials: What was handed out.
        incidents: What happened, in words; empty while nobody said.
    """

    outing: str
    session: str
    code: str
    place_name: str
    comuna: str
    planned_on: str
    opened_at: str
    closed_at: str | None
    goal_attentions: int | None
    sampling: Mapping[str, Json]
    informed: int
    other_day: bool
    informed_by_kind: Mapping[InformedKind, int] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    incidents: str = ""


@dataclass(frozen=True, slots=True)
class OutingRow:
    """One line of the list of outings."""

    id: str
    code: str
    planned_on: str
    comuna: str
    comuna_name: str
    place_name: str
    status: str
    session: str | None
    words: str

    def to_json(self) -> dict[str, Any]:
        """The row for a program."""
        return {
            "id": self.id,
            "code": self.code,
            "planned_on": self.planned_on,
            "comuna": self.comuna,
            "place_name": self.place_name,
            "status": self.status,
            "session": self.session,
        }


class Outings:
    """The outings that this laptop knows, and the one session that it may have open.

    Args:
        store: The laptop's store.
        writer: Writes ops.
        catalogues: Comunas by code.
        laptop: Which machine this is.
        clock: Where the hour comes from.
        random: Where seeds come from.
        sign: Signs an acta in this device's name.
        attending: Told whether an outing is open, once that is stored: no version begins while one is.
    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        catalogues: Catalogues,
        laptop: Laptop,
        clock: Clock,
        random: Random,
        sign: Callable[[bytes], str],
        attending: Callable[[bool], object] = lambda _: None,
    ) -> None:
        self._store = store
        self._writer = writer
        self._catalogues = catalogues
        self._laptop = laptop
        self._clock = clock
        self._random = random
        self._sign = sign
        self._attending = attending

    def open(self, outing: str, author: str) -> SessionView:
        """Open a session of an outing here: the draw's seed is drawn, and its commitment is the first thing written.

        Args:
            outing: Record id or code.
            author: Officer id.

        Raises:
            ServiceError: ``unknown_outing``, ``ambiguous_outing``, ``session_open``, ``session_closed``.
        """
        planned = self._find(outing)
        session = session_id(planned.record, self._laptop.device)
        existing = self._store.shown(SESSION, session)
        current = self._store.meta(OPEN_SESSION)
        if current == session and existing is not None:
            return self._view(existing, planned)
        seed = self._random(SEED_BYTES)
        try:
            new = opened(
                planned.record,
                planned.fields,
                device=self._laptop.device,
                officer=author,
                seed=seed,
                now=self._clock.now(),
                session=existing.fields if existing else None,
                open_session=str(current) if current else None,
            )
        except SessionError as error:
            raise ServiceError("session_open" if error.code == "another_open" else "session_closed") from error
        with self._store.transaction() as write:
            write.put_meta(seed_key(session), seed.hex())
            write.put_meta(OPEN_SESSION, session)
            self._writer.append(write, SESSION, session, new.fields, author, region=planned.region)
        self._attending(True)
        return self._view(self._session(session), planned)

    def close(self, outing: str, author: str) -> SessionView:
        """Close this laptop's session: the seed is revealed and the acta signed over every op of the session.

        Raises:
            ServiceError: ``unknown_outing``, ``ambiguous_outing``, ``no_session``.
        """
        planned = self._find(outing)
        session = session_id(planned.record, self._laptop.device)
        if self._store.meta(OPEN_SESSION) != session:
            raise ServiceError("no_session")
        shown = self._session(session)
        attentions = self._attentions_of(planned.record)
        changes = closed(
            shown.fields,
            seed=self.seed(session),
            op_hashes=self._store.ops_of_session(session),
            attentions=len(attentions),
            now=self._clock.now(),
        )
        counts: dict[str, Json] = {
            "attentions": len(attentions),
            "persons": sum(cast("int", a.fields.get("persons_count") or 1) for a in attentions),
            "voided": sum(a.fields.get("status") == "voided" for a in attentions),
            "informed": informed_total(shown.fields),
        }
        acta = acta_fields(
            {**shown.fields, **changes},
            counts,
            officer=author,
            signature=self._sign(str(changes["acta_root"]).encode()),
        )
        with self._store.transaction() as write:
            self._edit_session(write, shown, changes, author)
            self._writer.append(write, "acta", session, acta, author, region=shown.region)
            write.put_meta(OPEN_SESSION, None)
        self._attending(False)
        return self._view(self._session(session), planned)

    def current(self) -> SessionView | None:
        """The session that is open on this laptop."""
        session = self._store.meta(OPEN_SESSION)
        if not isinstance(session, str):
            return None
        shown = self._session(session)
        planned = self._store.shown("outing", str(shown.fields["outing"]))
        return self._view(shown, planned) if planned is not None else None

    def seed(self, session: str) -> bytes:
        """The seed of an open session, for the draw alone."""
        return bytes.fromhex(str(self._store.meta(seed_key(session))))

    def add_informed(self, activity: InformedKind, count: int, author: str) -> SessionView:
        """Count people informed without an attention of their own; a negative count takes back.

        Raises:
            ServiceError: ``no_session``.
        """
        return self._change(lambda fields: with_informed(fields, activity, count), author)

    def hand_out(self, item: str, quantity: int, author: str) -> SessionView:
        """Count material as handed out; a negative quantity takes back.

        Raises:
            ServiceError: ``no_session``.
        """
        return self._change(lambda fields: with_material(fields, item, quantity), author)

    def note_incidents(self, text: str, author: str) -> SessionView:
        """Note what happened; an empty text takes it back.

        Raises:
            ServiceError: ``no_session``.
        """
        return self._change(lambda fields: with_incidents(fields, text), author)

    def _change(self, change: Callable[[Mapping[str, Json]], dict[str, Json]], author: str) -> SessionView:
        """Change the open session. It is read inside the transaction: two quick keys count twice."""
        session = self._store.meta(OPEN_SESSION)
        if not isinstance(session, str):
            raise ServiceError("no_session")
        with self._store.transaction() as write:
            shown = self._session(session)
            changes = change(shown.fields)
            if any(shown.fields.get(name) != value for name, value in changes.items()):
                self._edit_session(write, shown, changes, author)
        return self._view(self._session(session), self._find(str(shown.fields["outing"])))

    def rows(self) -> tuple[OutingRow, ...]:
        """Every outing known here, the newest first."""
        shown = sorted(self._store.select("outing"), key=lambda o: str(o.fields.get("planned_on")), reverse=True)
        return tuple(self._row(outing) for outing in shown)

    def find(self, outing: str) -> ShownRecord:
        """The outing of an id or code.

        Raises:
            ServiceError: ``unknown_outing``, ``ambiguous_outing``.
        """
        return self._find(outing)

    def _find(self, outing: str) -> ShownRecord:
        by_id = self._store.shown("outing", outing)
        if by_id is not None:
            return by_id
        by_code = self._store.select("outing", {"code": outing})
        if len(by_code) > 1:
            raise ServiceError("ambiguous_outing")
        if not by_code:
            raise ServiceError("unknown_outing")
        return by_code[0]

    def _edit_session(self, write: Write, shown: ShownRecord, changes: Mapping[str, Json], author: str) -> None:
        self._writer.append(
            write, SESSION, shown.record, changes, author, region=shown.region, fields=shown.fields, seen=shown.writers
        )

    def _session(self, session: str) -> ShownRecord:
        shown = self._store.shown(SESSION, session)
        if shown is None:
            raise ServiceError("no_session")
        return shown

    def _attentions_of(self, outing: str) -> tuple[ShownRecord, ...]:
        return tuple(self._store.select("attention", {"outing": outing, "device": self._laptop.device}))

    def _view(self, session: ShownRecord, outing: ShownRecord) -> SessionView:
        opened_at = str(session.fields["opened_at"])
        planned_on = str(outing.fields.get("planned_on"))
        comuna = str(outing.fields.get("comuna") or "")
        goal = outing.fields.get("goal_attentions")
        sampling = session.fields.get("sampling")
        closed_at = session.fields.get("closed_at")
        return SessionView(
            outing=outing.record,
            session=session.record,
            code=str(outing.fields.get("code") or ""),
            place_name=str(outing.fields.get("place_name") or ""),
            comuna=comuna,
            planned_on=planned_on,
            opened_at=opened_at,
            closed_at=closed_at if isinstance(closed_at, str) else None,
            goal_attentions=goal if isinstance(goal, int) else None,
            sampling=sampling if isinstance(sampling, dict) else DEFAULT_SAMPLING,
            informed=informed_total(session.fields),
            other_day=santiago_day(opened_at).isoformat() != planned_on,
            informed_by_kind=informed_by_kind(session.fields),
            materials=materials_of(session.fields),
            incidents=str(session.fields.get("incidents") or ""),
        )

    def _row(self, outing: ShownRecord) -> OutingRow:
        session = self._store.shown(SESSION, session_id(outing.record, self._laptop.device))
        status = str(outing.fields.get("status") or "planned")
        comuna = self._catalogues.comunas.get(str(outing.fields.get("comuna")))
        return OutingRow(
            id=outing.record,
            code=str(outing.fields.get("code") or ""),
            planned_on=str(outing.fields.get("planned_on") or ""),
            comuna=comuna.code if comuna else "",
            comuna_name=comuna.label if comuna else "",
            place_name=str(outing.fields.get("place_name") or ""),
            status=status,
            session=session.record if session else None,
            words=self._words(outing, session, status),
        )

    def _words(self, outing: ShownRecord, session: ShownRecord | None, status: str) -> str:
        """How an outing stands: open and done follow from its sessions, those of other laptops too."""
        if session is not None:
            return "cerrada" if session.fields.get("closed_at") else "abierta en este equipo"
        others = self._store.select(SESSION, {"outing": outing.record})
        if not others:
            return _STATUS_WORDS.get(status, status)
        return "realizada" if all(other.fields.get("closed_at") for other in others) else "abierta en otro equipo"
