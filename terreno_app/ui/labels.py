"""Words that the screens share and ways to write figures, days and hours in Chilean Spanish.

Labels of fields and codes come from the catalogues (`Catalogues.labels`); what stands here is what the screens
themselves say. Nothing here reads a clock.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from terreno_app.domain.clock import SANTIAGO
from terreno_app.domain.spanish import MONTHS, number, sentence

_UNBROKEN: Final = re.compile(r"[\w@.=%]{26,}")
_MAY_BREAK: Final = "\u200b"
WEEKDAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


@dataclass(frozen=True, slots=True)
class StateWords:
    """How the state of a record is told: a figure and a word; the tone comes third."""

    icon: str
    word: str
    tone: str
    plural: str


STATES: Final[dict[str, StateWords]] = {
    "local": StateWords("laptop", "En este equipo", "ink2", "En este equipo"),
    "sent": StateWords("send", "Enviada", "primary", "Enviadas"),
    "received": StateWords("badge-check", "Recibida", "ok", "Recibidas"),
    "conflict": StateWords("git-compare", "En conflicto", "copper", "En conflicto"),
    "quarantined": StateWords("octagon-alert", "Necesita atención", "bad", "Necesita atención"),
    "voided": StateWords("circle-x", "Anulada", "ink2", "Anuladas"),
}


@dataclass(frozen=True, slots=True)
class TypeWords:
    """How a type of attention is told: its letter, its short name and the heading of a new one."""

    letter: str
    short: str
    heading: str
    masculine: bool = False

    @property
    def new(self) -> str:
        """The heading of a new one."""
        return f"{'Nuevo' if self.masculine else 'Nueva'} {self.heading}"


TYPES: Final[dict[str, TypeWords]] = {
    "enquiry": TypeWords("C", "Consulta", "consulta"),
    "guidance": TypeWords("O", "Orientación", "orientación"),
    "information_request": TypeWords("I", "Solicitud", "solicitud de información"),
    "complaint": TypeWords("R", "Reclamo", "reclamo", masculine=True),
    "suggestion": TypeWords("S", "Sugerencia", "sugerencia"),
    "commendation": TypeWords("F", "Felicitación", "felicitación"),
    "opinion": TypeWords("P", "Opinión", "opinión"),
    "report_of_wrongdoing": TypeWords("D", "Denuncia", "denuncia"),
    "foi_request": TypeWords("A", "Acceso SAIP", "solicitud de acceso (SAIP)"),
    "other": TypeWords("T", "Otro", "atención"),
    "follow_up": TypeWords("E", "Seguimiento", "seguimiento", masculine=True),
}
OUTCOMES: Final[dict[str, str]] = {
    "informed": "Informada",
    "guided": "Orientada",
    "referred": "Derivada",
    "in_process": "En trámite",
    "withdrawn": "Desiste",
}


def percent(part: float) -> str:
    """A share with one decimal: `97,1 %`."""
    return f"{part * 100:.1f}".replace(".", ",") + " %"


def plural(n: int, one: str, many: str) -> str:
    """The number and its noun: `1 persona`, `2 personas`."""
    return f"{number(n)} {one if n == 1 else many}"


def lies_in(path: Path) -> str:
    """Where a file was written, as a person looks for it: `Está en la carpeta Documentos: acta.pdf`."""
    return f"Está en la carpeta {path.parent.name or path.parent}: {path.name}."


def breakable(text: str) -> str:
    """The text, in which a word that no line holds may break: a label would push its page wider than the screen."""
    return _UNBROKEN.sub(lambda word: _MAY_BREAK.join(word[0]), text)


def day(on: date) -> str:
    """`viernes 4 de diciembre`."""
    return f"{WEEKDAYS[on.weekday()]} {on.day} de {MONTHS[on.month - 1]}"


def full_day(on: date) -> str:
    """`Sábado 21 de noviembre de 2026`."""
    return sentence(f"{day(on)} de {on.year}")


def hour(at: datetime) -> str:
    """The hour in Santiago: `13:18`."""
    return at.astimezone(SANTIAGO).strftime("%H:%M")


def hour_with_seconds(at: datetime) -> str:
    """The hour in Santiago: `13:21:08`."""
    return at.astimezone(SANTIAGO).strftime("%H:%M:%S")


def span(seconds: float) -> str:
    """A length of time in words: `20 h 44 min`, `12 min`, `45 s`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min" if minutes else f"{left} s"


def stopwatch(seconds: float) -> str:
    """`2:47`."""
    minutes, left = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{left:02d}"


def relative_day(at: datetime, now: datetime) -> str:
    """`hoy a las 09:12`, `ayer a las 09:12`, `el jueves 19 de noviembre`."""
    there, here = at.astimezone(SANTIAGO).date(), now.astimezone(SANTIAGO).date()
    days = (here - there).days
    close = {-1: "mañana", 0: "hoy", 1: "ayer"}
    if days in close:
        return f"{close[days]} a las {hour(at)}"
    return f"el {day(there)}"


def plain(text: str) -> str:
    """A label without the mark of its Alt letter."""
    return text.replace("&", "")
