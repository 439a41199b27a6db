"""What is on the page of Atención: which record, in which outing, since when. It shows nothing and saves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from terreno_app.domain.clock import instant
from terreno_app.domain.fields import Json
from terreno_app.services.attentions import OpenedAttention
from terreno_app.services.outings import SessionView

LONGEST_S: Final = 14_400
STAND: Final = "oirs_terreno"


@dataclass(frozen=True, slots=True)
class Writing:
    """A new record, or an old one with what was seen of it.

    Attributes:
        record: Its id.
        session: The session that was open when it was put on the page.
        before: The old record, as it was saved.
        started_at: When the person came.
        outing: Id of the outing in which a new record was begun, or an empty text: it stays in it, closed or not.
    """

    record: str
    session: SessionView | None
    before: OpenedAttention | None
    started_at: datetime
    outing: str = ""

    @property
    def late(self) -> bool:
        """Its outing is not the one that is open."""
        return bool(self.outing) and (self.session is None or self.session.outing != self.outing)

    def taken(self, fields: Mapping[str, Json], elapsed_s: float) -> dict[str, Json]:
        """The fields of a new record with where, when and how long the person was attended.

        What is saved once its outing is closed has the hour at which the person came, so that the day's figures and
        the term of an answer are those of that day, and no duration: nobody attended all that time.

        Args:
            fields: What is on the page.
            elapsed_s: Seconds since the person came.
        """
        taken: dict[str, Json] = {**fields, "id": self.record}
        at_the_stand = fields.get("space", STAND) == STAND
        if at_the_stand and self.outing:
            taken["outing"] = self.outing
        if fields.get("back_captured") is True:
            return taken
        if at_the_stand and self.late:
            taken["received_at"] = instant(self.started_at)
        else:
            taken["duration_s"] = max(0, min(LONGEST_S, int(elapsed_s)))
        return taken
