"""Figures, days and periods as Chile writes them. Text in, text out; nothing here knows a report."""

from datetime import date

from terreno_app.domain.clock import parse_instant, santiago

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
QUARTERS = {"Q1": "primer", "Q2": "segundo", "Q3": "tercer", "Q4": "cuarto"}
HIDDEN = "*"
NO_BREAK = "\u00a0"
DIGEST_SHOWN = 16


def number(value: int | None) -> str:
    """Return `12345` as «12.345»; a hidden figure as an asterisk."""
    return HIDDEN if value is None else f"{value:,}".replace(",", ".")


def percent(part: int | None, whole: int | None) -> str:
    """Return a share with one decimal, «12,3 %»; nothing when it has no base or either figure is hidden."""
    if part is None or not whole:
        return ""
    return f"{(2000 * part + whole) // (2 * whole) / 10:.1f}".replace(".", ",") + f"{NO_BREAK}%"


def decimal(value: str | None) -> str:
    """Return `4.5` as «4,5»; a figure that nobody has as a dash."""
    return "–" if value is None else value.replace(".", ",")


def counted(value: int | None, one: str, many: str) -> str:
    """Return the figure with its noun: «1 salida», «31 salidas»."""
    return f"{number(value)} {one if value == 1 else many}"


def lapse(seconds: int) -> str:
    """Return a span of time by its largest unit, whichever way it goes: «45 segundos», «3 horas», «400 días»."""
    for unit, one, many in ((86_400, "día", "días"), (3_600, "hora", "horas"), (60, "minuto", "minutos")):
        if abs(seconds) >= unit:
            return counted(abs(seconds) // unit, one, many)
    return counted(abs(seconds), "segundo", "segundos")


def period_name(period: str) -> str:
    """Return `2026-11` as «noviembre de 2026», `2026-Q4` as «cuarto trimestre de 2026», `2026` as «año 2026»."""
    year, _, part = period.partition("-")
    if not part:
        return f"año {year}"
    if part in QUARTERS:
        return f"{QUARTERS[part]} trimestre de {year}"
    return f"{MONTHS[int(part) - 1]} de {year}"


def change(before: int | None, now: int | None) -> str:
    """Return a change as «+8,4 %» or «−3,0 %»; nothing without a base."""
    if not before or now is None:
        return ""
    sign = "+" if now >= before else "−"
    return sign + percent(abs(now - before), before)


def day(on: str | date) -> str:
    """Return a day as «21 de noviembre de 2026»."""
    when = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{when.day} de {MONTHS[when.month - 1]} de {when.year}"


def short_day(on: str) -> str:
    """Return a day as «21-11-2026»."""
    return date.fromisoformat(on).strftime("%d-%m-%Y")


def moment(at: str) -> str:
    """Return a stored instant as the day and the hour of Santiago: «21 de noviembre de 2026, 13:04»."""
    local = santiago(parse_instant(at))
    return f"{day(local.date())}, {local:%H:%M}"


def duration(seconds: int | None) -> str:
    """Return seconds as «5 min 12 s»; a dash when there is none."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(seconds, 60)
    return f"{number(minutes)} min {rest} s" if minutes else f"{rest} s"


def fingerprint(digest: str) -> str:
    """Return the beginning of a digest in groups of four, as people compare it."""
    return " ".join(digest[place : place + 4] for place in range(0, DIGEST_SHOWN, 4))


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]
