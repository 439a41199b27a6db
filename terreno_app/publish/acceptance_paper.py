"""The acceptance sheet of a laptop on paper: one page for whoever installed it and whoever receives it to sign."""

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from terreno_app.domain.acceptance import AcceptanceSheet
from terreno_app.domain.spanish import NO_BREAK, counted, moment
from terreno_app.publish.cover import OFFICE

_GROUP: Final = 8
_SIGNERS: Final = ("Quien instaló el equipo", "Quien recibe el equipo")
_RECOVERED: Final = "Se recupera con la llave de recuperación del Ministerio"
_LOST: Final = "Sin llave de recuperación: si todas sus personas olvidan la frase, los datos se pierden"
_NOTE: Final = "La huella es de los archivos del programa instalado: dos equipos con la misma versión tienen la misma."


@dataclass(frozen=True, slots=True)
class AcceptancePaper:
    """The page.

    Attributes:
        sheet: What it says.
    """

    template: ClassVar[str] = "acceptance.typ"

    sheet: AcceptanceSheet

    @property
    def made_at(self) -> str:
        """When the checks were made."""
        return self.sheet.made_at

    def to_data(self) -> dict[str, Any]:
        """The page as the template reads it."""
        sheet = self.sheet
        amiss = counted(sheet.amiss, "punto por revisar", "puntos por revisar")
        return {
            "title": "Hoja de aceptación",
            "issuer": list(OFFICE),
            "label": sheet.label,
            "verdict": amiss if sheet.amiss else "Todo está en condiciones",
            "facts": [
                ["Equipo", f"{sheet.label} · {sheet.role} · {sheet.region}"],
                ["Revisado", moment(sheet.made_at)],
                ["Pueden abrirlo", ", ".join(sheet.people)],
                ["Frase olvidada", _RECOVERED if sheet.recoverable else _LOST],
                ["Versión", f"Terreno{NO_BREAK}{sheet.version}"],
                ["Huella del programa", _in_groups(sheet.digest)],
            ],
            "checks": [
                [check.words, "Bien" if check.ok else "Revisar", check.detail, check.next] for check in sheet.checks
            ],
            "note": _NOTE,
            "signatures": [[who, "nombre, RUN, firma y fecha"] for who in _SIGNERS],
        }


def _in_groups(digest: str) -> str:
    return " ".join(digest[place : place + _GROUP] for place in range(0, len(digest), _GROUP))
