"""The *acta de jornada*: what it says while an outing is open, and what was signed when it closed."""

import hashlib
from collections.abc import Callable

from sync.client.held import ShownRecord
from terreno_app.domain.acta import ActaSheet, counted_in, day_figures
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.ids import session_id
from terreno_app.domain.outing import acta_root
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.outings import SESSION, Outings, seed_key
from terreno_app.services.ports import Store

_ANSWERED = ("complete", "partial")


class Actas:
    """Reads sessions of this laptop as their acta.

    Args:
        store: The laptop's store.
        outings: Which outings there are.
        catalogues: Names of comunas.
        laptop: This laptop.
        person: An officer by id.
    """

    def __init__(
        self, store: Store, outings: Outings, catalogues: Catalogues, laptop: Laptop, person: Callable[[str], Person]
    ) -> None:
        self._store, self._outings, self._catalogues = store, outings, catalogues
        self._laptop, self._person = laptop, person

    def sheet(self, outing: str) -> ActaSheet:
        """The acta of this laptop's session in an outing: signed, or as it would be signed now.

        Args:
            outing: Record id or code.

        Raises:
            ServiceError: ``unknown_outing``, ``ambiguous_outing``, ``no_session``.
        """
        planned = self._outings.find(outing)
        session = self._store.shown(SESSION, session_id(planned.record, self._laptop.device))
        if session is None:
            raise ServiceError("no_session")
        attentions = self._store.select("attention", {"outing": planned.record, "device": self._laptop.device})
        informed, materials, incidents = counted_in(session.fields)
        acta = self._store.shown("acta", session.record)
        ops = self._store.ops_of_session(session.record)
        closed_at, goal = session.fields.get("closed_at"), planned.fields.get("goal_attentions")
        accessible = planned.fields.get("accessible")
        return ActaSheet(
            code=str(planned.fields.get("code") or ""),
            label=self._laptop.label,
            place=self._place(planned),
            accessible=accessible if isinstance(accessible, bool) else None,
            opened_at=str(session.fields["opened_at"]),
            closed_at=closed_at if isinstance(closed_at, str) else None,
            goal=goal if isinstance(goal, int) else None,
            figures=day_figures([one.fields for one in attentions], sum(map(self._answered, attentions))),
            informed=informed,
            materials=materials,
            incidents=incidents,
            team=self._team(planned, str(session.fields.get("opened_by") or "")),
            seed_held=self._seed_held(session),
            root=str(session.fields.get("acta_root") or acta_root(ops)),
            ops=len(ops),
            without_receipt=sum(one.state != "received" for one in (session, *attentions)),
            signed_by=self._person(str(acta.fields["signed_by"])).name if acta else "",
            signature=str(acta.fields["signature"]) if acta else "",
        )

    def _place(self, planned: ShownRecord) -> str:
        comuna = self._catalogues.comunas.get(str(planned.fields.get("comuna")))
        parts = (str(planned.fields.get("place_name") or ""), comuna.label if comuna else "")
        return ", ".join(part for part in parts if part)

    def _team(self, planned: ShownRecord, opened_by: str) -> tuple[str, ...]:
        team = planned.fields.get("team")
        named = [str(one) for one in team] if isinstance(team, list) else []
        lead = planned.fields.get("lead")
        everybody = dict.fromkeys([*([str(lead)] if lead else []), *named, *([opened_by] if opened_by else [])])
        return tuple(self._person(one).name for one in everybody)

    def _answered(self, attention: ShownRecord) -> bool:
        response = self._store.shown("survey_response", attention.record)
        return response is not None and response.fields.get("result") in _ANSWERED

    def _seed_held(self, session: ShownRecord) -> bool:
        kept = session.fields.get("seed") or self._store.meta(seed_key(session.record))
        if not isinstance(kept, str):
            return False
        return hashlib.sha256(bytes.fromhex(kept)).hexdigest() == session.fields.get("seed_commitment")
