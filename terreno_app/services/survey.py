"""The survey's draw, checked by anybody: every number is recomputed from the seed that the close revealed."""

from dataclasses import dataclass

from sync.client.held import ShownRecord
from terreno_app.domain.sampling import verify
from terreno_app.services.outings import Outings
from terreno_app.services.ports import Store


@dataclass(frozen=True, slots=True)
class Verification:
    """What recomputing an outing's draws gave.

    Attributes:
        outing: Record id.
        sessions: Closed sessions, whose seeds are known.
        open_sessions: Sessions that are still open: nothing can be checked yet.
        checked: Draws recomputed.
        selected: Of them, selected for the survey.
        mismatches: Ids of attentions (or sessions) that the seed does not give.
    """

    outing: str
    sessions: int
    open_sessions: int
    checked: int
    selected: int
    mismatches: tuple[str, ...]


class Survey:
    """The survey as far as its sample goes."""

    def __init__(self, store: Store, outings: Outings) -> None:
        self._store = store
        self._outings = outings

    def verify(self, outing: str) -> Verification:
        """Recompute every draw of an outing, over all of its sessions that are known here.

        Raises:
            ServiceError: ``unknown_outing``, ``ambiguous_outing``.
        """
        planned = self._outings.find(outing)
        attentions = self._store.select("attention", {"outing": planned.record})
        sessions = self._store.select("outing_session", {"outing": planned.record})
        closed = [s for s in sessions if s.fields.get("closed_at") is not None]
        checked, selected = 0, 0
        mismatches: list[str] = []
        for session in closed:
            mine = [a for a in attentions if a.fields.get("device") == session.fields.get("device")]
            found = verify(session.record, session.fields, [(a.record, a.fields) for a in mine])
            checked += found.checked
            selected += sum(_selected(a) for a in mine)
            mismatches += dict.fromkeys(m.attention for m in found.mismatches)
        return Verification(
            outing=planned.record,
            sessions=len(closed),
            open_sessions=len(sessions) - len(closed),
            checked=checked,
            selected=selected,
            mismatches=tuple(mismatches),
        )


def _selected(attention: ShownRecord) -> bool:
    drawn = attention.fields.get("draw")
    return isinstance(drawn, dict) and drawn.get("selected") is True
