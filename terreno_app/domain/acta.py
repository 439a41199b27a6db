"""What stands on the *acta de jornada*: a session as people sign it. Nothing here reads a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from terreno_app.domain.fields import Json
from terreno_app.domain.outing import Material, informed_by_kind, materials_of

NO_INCIDENTS = "Sin incidentes."
"""What is noted when a person says that nothing happened."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What a session did, counted over its attentions that stand.

    Attributes:
        attentions: Registered and not voided.
        voided: Voided.
        persons: Who were attended.
        owed: To how many attentions an answer is owed.
        eligible: Whom the draw could pick.
        drawn: Whom it picked.
        answered: Of them, who answered the survey.
    """

    attentions: int
    voided: int
    persons: int
    owed: int
    eligible: int
    drawn: int
    answered: int


@dataclass(frozen=True, slots=True)
class ActaSheet:
    """The acta as it is shown and printed.

    Attributes:
        code: Of the outing.
        label: Of the laptop.
        place: Where, in words.
        accessible: Whether it can be reached by everybody; `None` when nobody said.
        opened_at: UTC instant.
        closed_at: UTC instant; `None` while nobody signed.
        goal: Attentions aimed at, if any.
        figures: What was done.
        informed: People informed without an attention of their own, by how.
        materials: What was handed out.
        incidents: What happened; empty while nobody said.
        team: Names.
        seed_held: The seed is the one committed at the opening.
        root: SHA-256 over the op hashes of the session; while it is open, over those so far.
        ops: How many there are.
        without_receipt: Records of the session that the centre has not confirmed yet.
        signed_by: Name of who signed; empty while nobody did.
        signature: Ed25519 of the laptop over the root, in hex; empty while nobody signed.
    """

    code: str
    label: str
    place: str
    accessible: bool | None
    opened_at: str
    closed_at: str | None
    goal: int | None
    figures: DayFigures
    informed: Mapping[str, int]
    materials: tuple[Material, ...]
    incidents: str
    team: tuple[str, ...]
    seed_held: bool
    root: str
    ops: int
    without_receipt: int
    signed_by: str
    signature: str

    @property
    def signed(self) -> bool:
        """Somebody signed it."""
        return bool(self.signature)

    @property
    def informed_total(self) -> int:
        """How many people were informed in all."""
        return sum(self.informed.values())


def day_figures(attentions: Iterable[Mapping[str, Json]], answered: int) -> DayFigures:
    """Count the attentions of a session.

    Args:
        attentions: Fields of each.
        answered: How many of the drawn answered.
    """
    every = list(attentions)
    standing = [one for one in every if one.get("status") != "voided"]
    draws = [cast("Mapping[str, Json]", one["draw"]) for one in standing if isinstance(one.get("draw"), dict)]
    return DayFigures(
        attentions=len(standing),
        voided=len(every) - len(standing),
        persons=sum(cast("int", one.get("persons_count") or 1) for one in standing),
        owed=sum(bool(one.get("answer_owed")) for one in standing),
        eligible=sum(bool(draw.get("eligible")) for draw in draws),
        drawn=sum(bool(draw.get("selected")) for draw in draws),
        answered=answered,
    )


def counted_in(session: Mapping[str, Json]) -> tuple[dict[str, int], tuple[Material, ...], str]:
    """Return what a session counted by hand: people informed by how, material, and incidents."""
    informed = {str(kind): people for kind, people in informed_by_kind(session).items()}
    return informed, materials_of(session), str(session.get("incidents") or "")
