"""What a person is told over the form, and after it: what to think about before saving, and that it is safe."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import parse_instant
from terreno_app.domain.fields import Json
from terreno_app.domain.person import has_contact, is_given
from terreno_app.services.attentions import AttentionRow, Registered
from terreno_app.ui.labels import day, relative_day
from terreno_app.ui.messages import Notice, good_news, warning

STILL_WRITING: Final = warning(
    "Aquí sigue la atención que estaba escribiendo.",
    "Nada se perdió.",
    "F2 otra vez la deja aparte, en Hoy, y empieza otra. O guárdela (Ctrl+G), o descártela (Esc).",
)
OF_A_CLOSED_OUTING: Final = warning(
    "Esta atención es de una salida que ya se cerró.",
    "Lo escrito está completo.",
    "Termínela y guárdela (Ctrl+G): queda en esa salida, con su hora, sin sorteo y fuera del acta firmada. O "
    "descártela (Esc).",
)
NOBODY_BEFORE: Final = warning(
    "No hay una atención anterior", "", "Elija el perfil con las letras o las flechas.", "user"
)


def registered_notice(registered: Registered) -> Notice:
    """What a person is told once an attention is safe."""
    drawn = bool(registered.draw and registered.draw.get("selected"))
    tail = "-".join(registered.folio.rsplit("-", 2)[1:])
    then = "Está en este equipo. Ctrl+P en su fila da el comprobante."
    if drawn:
        then = f"{then} Salió en el sorteo: ofrézcale la encuesta (F4)."
    return good_news(f"Guardada con el folio {tail}", then)


def unanswerable(draft: AttentionDraft) -> Notice | None:
    """An owed answer that nobody could be given: it may be saved, but not by oversight."""
    if draft.fields.get("answer_owed") is not True or has_contact(draft.identity or {}):
        return None
    happened = "Se debe una respuesta y no hay cómo contactar a la persona"
    if not is_given(draft.identity):
        happened = "Se debe una respuesta y no hay datos de la persona"
    then = "Complete la identidad, o repita la misma tecla para guardarla así: quedará por revisar."
    return warning(happened, "", then, "user")


def due_words(due: Json, rule: Json, catalogues: Catalogues) -> tuple[str, str]:
    """Until when an answer is owed, and in how many business days; empty where no day is known."""
    if not isinstance(due, str):
        return "", ""
    days = next((one.business_days for one in catalogues.due_rules if one.id == rule), None)
    detail = f"{days} días hábiles" if days else ""
    return f"Respuesta a más tardar el {day(date.fromisoformat(due))}", detail


def doubling_words(rows: Sequence[AttentionRow], now: datetime) -> str:
    """Which attention of the same person about the same topic is here already; empty where none is."""
    if not rows:
        return ""
    tail = "-".join(rows[0].folio.rsplit("-", 2)[1:])
    others = f" y {len(rows) - 1} más" if len(rows) > 1 else ""
    when = relative_day(parse_instant(rows[0].received_at), now)
    return f"¿Será la misma? Folio {tail}{others}, {when}, mismo tema. Si es otra, siga."
