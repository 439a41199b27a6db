"""Outings, and the session that one laptop holds in one: opening, counting, closing with its acta.

Open and done are not stored with an outing: they follow from its sessions. Only its device writes a session.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, cast

from terreno_app.domain.attention import Note
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import instant, parse_instant, santiago, santiago_day
from terreno_app.domain.errors import DomainError, Problem
from terreno_app.domain.field_checks import field_problems, missing, required_problems
from terreno_app.domain.fields import Json
from terreno_app.domain.ids import session_id
from terreno_app.domain.sampling import DEFAULT_SAMPLING, commitment, sampling_problems

InformedKind = Literal["material", "talk", "other"]
INFORMED_KINDS: tuple[InformedKind, ...] = ("material", "talk", "other")
"""How people are informed without being registered one by one."""

USUAL_HOURS = range(7, 22)
"""Hours in Santiago at which a stand opens; outside them the person who opens is warned."""

_CHILE = {"lat": (Decimal(-57), Decimal(-17)), "lon": (Decimal(-110), Decimal(-66))}
_CALLED_OFF = ("suspended", "rescheduled")


class SessionError(DomainError):
    """A session cannot be opened, edited or closed.

    Args:
        code: `another_open`, `already_open`, `already_closed`, `not_closed` or `not_open`.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to be opened: its id and its fields."""

    id: str
    fields: dict[str, Json]


def outing_with_defaults(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return a new outing with its status filled in; emptied fields are left out."""
    return {"status": "planned", **{name: value for name, value in fields.items() if value is not None}}


def outing_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return what is wrong with a whole outing, normalised by `field_checks`."""
    found = [*field_problems("outing", fields, catalogues), *required_problems("outing", fields, catalogues)]
    if found:
        return tuple(found)
    sampling = fields.get("sampling")
    if isinstance(sampling, dict):
        found += sampling_problems("outing", sampling, catalogues)
    found += _place_problems(fields, catalogues)
    if fields.get("status") in _CALLED_OFF and fields.get("status_reason") is None:
        found.append(missing("outing", "status_reason", catalogues))
    return tuple(found)


def opening_warnings(outing: Mapping[str, Json], now: datetime) -> tuple[Note, ...]:
    """Return what to tell whoever opens an outing; none of it stands in the way."""
    notes = []
    if outing.get("planned_on") != santiago_day(now).isoformat():
        notes.append(Note("another_day", "La salida está planificada para otro día."))
    if outing.get("status") in _CALLED_OFF:
        notes.append(Note("called_off", "La salida figura como suspendida o reprogramada."))
    if outing.get("merged_into") is not None:
        notes.append(Note("merged", "La salida duplica a otra; los informes cuentan ambas como una."))
    if santiago(now).hour not in USUAL_HOURS:
        notes.append(Note("unusual_hour", "La hora es inusual: revise el reloj del equipo."))
    return tuple(notes)


def opened(
    outing: str,
    outing_fields: Mapping[str, Json],
    *,
    device: str,
    officer: str,
    seed: bytes,
    now: datetime,
    session: Mapping[str, Json] | None,
    open_session: str | None,
) -> NewSession:
    """Return the session of this laptop in an outing, its seed committed and not told.

    Args:
        outing: Id of the outing.
        outing_fields: For its sampling design; without one, `sampling.DEFAULT_SAMPLING`.
        device: This laptop.
        officer: Who opens.
        seed: 32 random bytes, to be kept where no screen shows them until the close.
        now: Present instant.
        session: The session that this laptop already has in the outing, if any.
        open_session: Id of the session that is open on this laptop, if any.

    Raises:
        SessionError: this or another session is open, or this one was closed and its seed told.
    """
    identifier = session_id(outing, device)
    if open_session is not None:
        raise SessionError("already_open" if open_session == identifier else "another_open")
    if session is not None:
        raise SessionError("already_closed")
    sampling = outing_fields.get("sampling")
    return NewSession(
        identifier,
        {
            "outing": outing,
            "device": device,
            "opened_at": instant(now),
            "opened_by": officer,
            "sampling": sampling if isinstance(sampling, dict) else dict(DEFAULT_SAMPLING),
            "seed_commitment": commitment(seed),
        },
    )


def closed(
    session: Mapping[str, Json],
    *,
    seed: bytes,
    op_hashes: Iterable[str],
    attentions: int,
    now: datetime,
) -> dict[str, Json]:
    """Return the changes that close a session: the seed is told, the acta's root seals its ops.

    Args:
        session: Fields of the session.
        seed: The bytes that were drawn when it opened.
        op_hashes: Hashes of the ops of the session, in order.
        attentions: How many it registered.
        now: Present instant.

    Raises:
        SessionError: it was never opened, or is closed already.
    """
    _check_open(session)
    return {
        "closed_at": instant(now),
        "seed": seed.hex(),
        "attentions": attentions,
        "acta_root": acta_root(op_hashes),
    }


def acta_root(op_hashes: Iterable[str]) -> str:
    """Return the SHA-256, in hex, over the op hashes of a session in order, one a line."""
    return hashlib.sha256("\n".join(op_hashes).encode()).hexdigest()


def acta_fields(
    session: Mapping[str, Json],
    counts: Mapping[str, Json],
    *,
    officer: str,
    signature: str,
) -> dict[str, Json]:
    """Return the acta of a closed session.

    Args:
        session: Its fields, the close included.
        counts: What it counts, by name.
        officer: Who signs.
        signature: Ed25519 signature of the device over the root.

    Raises:
        SessionError: the session is not closed.
    """
    if session.get("closed_at") is None:
        raise SessionError("not_closed")
    return {
        "outing": session.get("outing"),
        "device": session.get("device"),
        "closed_at": session.get("closed_at"),
        "counts": dict(counts),
        "root": session.get("acta_root"),
        "signed_by": officer,
        "signature": signature,
    }


def with_informed(session: Mapping[str, Json], kind: InformedKind, people: int) -> dict[str, Json]:
    """Return the change that counts people as informed; a count never falls below 0.

    Args:
        session: Fields of the session.
        kind: How they were informed.
        people: How many more; negative to take back.

    Raises:
        SessionError: the session was never opened, or is closed.
    """
    _check_open(session)
    held = _informed(session)
    held[kind] = max(0, held[kind] + people)
    counts: dict[str, Json] = dict(held.items())
    return {"informed_count": counts}


def informed_total(session: Mapping[str, Json]) -> int:
    """Return how many people a session informed in all."""
    return sum(_informed(session).values())


@dataclass(frozen=True, slots=True)
class Material:
    """Something that was handed out, and how many of it."""

    item: str
    quantity: int


def materials_of(session: Mapping[str, Json]) -> tuple[Material, ...]:
    """Return what a session handed out, in the order in which it was first handed out."""
    held = session.get("materials")
    lines = cast("list[dict[str, Json]]", held) if isinstance(held, list) else []
    return tuple(Material(str(line["item"]), int(str(line["quantity"]))) for line in lines)


def with_material(session: Mapping[str, Json], item: str, quantity: int) -> dict[str, Json]:
    """Return the change that counts material as handed out; what falls to 0 leaves the list.

    Args:
        session: Fields of the session.
        item: What it is; capitals and outer spaces do not make another thing of it.
        quantity: How many more; negative to take back.

    Raises:
        SessionError: the session was never opened, or is closed.
    """
    _check_open(session)
    named = item.strip()
    held = {one.item.casefold(): one for one in materials_of(session)}
    known = held.get(named.casefold(), Material(named, 0))
    held[named.casefold()] = Material(known.item, known.quantity + quantity)
    return {"materials": [{"item": one.item, "quantity": one.quantity} for one in held.values() if one.quantity > 0]}


def with_incidents(session: Mapping[str, Json], text: str) -> dict[str, Json]:
    """Return the change that notes what happened; an empty text takes it back.

    Raises:
        SessionError: the session was never opened, or is closed.
    """
    _check_open(session)
    return {"incidents": text.strip() or None}


def informed_by_kind(session: Mapping[str, Json]) -> dict[InformedKind, int]:
    """Return how many people a session informed in each way."""
    return _informed(session)


def session_notes(session: Mapping[str, Json], counts_edited_at: str | None) -> tuple[Note, ...]:
    """Return what a person should look at in a session.

    Args:
        session: Its fields.
        counts_edited_at: When its counts or materials were last edited.
    """
    closed_at = session.get("closed_at")
    if not isinstance(closed_at, str) or counts_edited_at is None:
        return ()
    if parse_instant(counts_edited_at) <= parse_instant(closed_at):
        return ()
    return (Note("counts_after_close", "El conteo de personas o de material se editó después del cierre."),)


def _informed(session: Mapping[str, Json]) -> dict[InformedKind, int]:
    counts = session.get("informed_count")
    held = cast("dict[str, int]", counts) if isinstance(counts, dict) else {}
    return {kind: held.get(kind) or 0 for kind in INFORMED_KINDS}


def _check_open(session: Mapping[str, Json]) -> None:
    if session.get("opened_at") is None:
        raise SessionError("not_open")
    if session.get("closed_at") is not None:
        raise SessionError("already_closed")


def _place_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> Iterator[Problem]:
    for name, (lowest, highest) in _CHILE.items():
        value = fields.get(name)
        if isinstance(value, str) and not lowest <= Decimal(value) <= highest:
            yield Problem(name, "outside_chile", f"«{catalogues.labels.field('outing', name)}» queda fuera de Chile.")
