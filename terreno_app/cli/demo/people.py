"""Invented people for a demonstration: nobody here exists, and every name is drawn from a seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sync.core.schema import Json
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import instant
from terreno_app.domain.run import check_digit

_TYPES = (
    ("enquiry", 46),
    ("guidance", 22),
    ("information_request", 9),
    ("complaint", 8),
    ("follow_up", 3),
    ("suggestion", 5),
    ("commendation", 4),
    ("opinion", 3),
)
_SEXES = (("F", 58), ("M", 36), ("X", 1), ("NR", 3), ("NS", 2))
_BANDS = (("T14_17", 3), ("T18_29", 14), ("T30_44", 22), ("T45_59", 24), ("T60_64", 12), ("T65_74", 16), ("T75_MAS", 9))
_COUNTRIES = (("CL", 84), ("VE", 6), ("PE", 4), ("HT", 3), ("CO", 3))
_OCCUPATIONS = ("works", "seeks_work", "studies", "home_care", "retired")
_EDUCATION = ("BASICA_COM", "MEDIA_INC", "MEDIA_COM", "TEC_COM", "PROF_INC", "PROF_COM")
_NAMES = ("Rosa", "Luis", "Elena", "Óscar", "Ximena", "Raúl", "Íngrid", "Ramón", "Ñusta", "Andrés")
_SURNAMES = ("Quilodrán", "Ñanco", "Pérez", "Muñoz", "Cárcamo", "Lagos", "Huenchullán", "Ibáñez", "Rojas", "Üribe")
_STORIES = (
    "Pidió hora hace dos meses y no le han respondido.",
    "En la oficina le dijeron que el trámite estaba listo y no lo estaba.",
    "Propone que el stand venga también los domingos por la mañana.",
    "Agradece el trato recibido en su última visita.",
    "No entiende la carta que recibió y nadie se la explica.",
)
_NEARBY = ("13110", "13201", "13112", "13111", "13129", "13131", "13109")


@dataclass(frozen=True, slots=True)
class Someone:
    """What one person brings to the stand."""

    fields: Mapping[str, Json]
    identity: Mapping[str, Json] | None


class Crowd:
    """A queue of invented people, the same for the same seed."""

    def __init__(self, seed: int, catalogues: Catalogues) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invented people, not keys
        self._catalogues = catalogues
        self._programmes = tuple(p for p in catalogues.programmes if p.verified)

    def someone(self, comuna: str, at: datetime, earlier_folio: str | None, kind: str | None = None) -> Someone:
        """The next person.

        Args:
            comuna: CUT of the stand: most people live nearby.
            at: When the person is received.
            earlier_folio: A folio given before, for somebody who comes back.
            kind: Type of attention that the person brings; absent, any.
        """
        kind = kind or self._pick(_TYPES)
        if kind == "follow_up" and earlier_folio is None:
            kind = "enquiry"
        programme = self._random.choice(self._programmes)
        refuses = self._random.random() < 0.06  # noqa: PLR2004 - about one in seventeen tells nothing of themselves
        fields: dict[str, Json] = {
            "type": kind,
            "topic": programme.topic,
            "programme": programme.code,
            "received_at": instant(at),
            "duration_s": self._random.randint(45, 420),
            "wait_min": self._random.randint(0, 18),
            "answer_given": "Se explicó el trámite y dónde seguir.",
            "information_items": [programme.code],
            **(self._silence() if refuses else self._profile(comuna)),
        }
        identity = None
        if kind == "complaint":
            fields |= {
                "own_service": self._random.random() < 0.4,  # noqa: PLR2004 - four in ten concern the Ministry itself
                "concerned_institution": programme.institution,
                "outcome": "in_process",
            }
        if kind in {"complaint", "suggestion", "opinion"}:
            fields["description"] = self._random.choice(_STORIES)
        if kind == "follow_up":
            fields["parent_folio"] = earlier_folio
        if kind == "guidance":
            fields |= {"outcome": "guided", "oriented_institution": programme.institution}
        if kind in {"complaint", "information_request"}:
            identity = self._identity()
        elif kind in {"suggestion", "commendation", "opinion"}:
            fields["answer_owed"] = False
        return Someone(fields, identity)

    def group(self, comuna: str, at: datetime) -> Someone:
        """A group that asks together: one attention, several persons."""
        person = self.someone(comuna, at, None, "enquiry")
        return Someone(
            {
                **person.fields,
                "persons_count": self._random.randint(3, 8),
                "user_type": "community_leader",
                "org_name": "Junta de Vecinos Los Aromos",
                "org_type": "JJVV",
            },
            None,
        )

    def moments(self, start: datetime, end: datetime, count: int) -> list[datetime]:
        """When people come: spread over the day, in order."""
        span = (end - start).total_seconds()
        return sorted(start + timedelta(seconds=self._random.uniform(0, span)) for _ in range(count))

    def _profile(self, comuna: str) -> dict[str, Json]:
        home = comuna if self._random.random() < 0.7 else self._random.choice(_NEARBY)  # noqa: PLR2004 - most live nearby
        return {
            "sex": self._pick(_SEXES),
            "age_band": self._pick(_BANDS),
            "nationality": self._pick(_COUNTRIES),
            "residence_comuna": home,
            "education": self._random.choice(_EDUCATION),
            "occupation": self._random.choice(_OCCUPATIONS),
        }

    def _silence(self) -> dict[str, Json]:
        return {"sex": "NR", "age_band": "NR", "nationality": "NR", "residence_comuna": "NR"}

    def _identity(self) -> dict[str, Json]:
        body = self._random.randint(5_000_000, 24_000_000)
        return {
            "doc_type": "run",
            "doc_number": f"{body}-{check_digit(body)}",
            "names": self._random.choice(_NAMES),
            "surnames": f"{self._random.choice(_SURNAMES)} {self._random.choice(_SURNAMES)}",
            "email": f"persona{self._random.randint(100, 999)}@example.cl",
            "preferred_medium": "email",
        }

    def _pick(self, weighted: tuple[tuple[str, int], ...]) -> str:
        return self._random.choices([w[0] for w in weighted], [w[1] for w in weighted])[0]
