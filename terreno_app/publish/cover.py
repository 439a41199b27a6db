"""What stands on the cover of a report: who publishes it, over what, and from which data it was made."""

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.reports.closing import CLOSE_HELD_BACK
from terreno_app.domain.reports.counting import is_running
from terreno_app.domain.reports.forms import NAME as FORM_VERSIONS
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.together import alone_words
from terreno_app.domain.spanish import counted, day, fingerprint, moment

ISSUER = (
    "Ministerio Secretaría General de Gobierno",
    "División de Organizaciones Sociales · Sección Portal de Información",
)
SERVES = (
    "Objetivo estratégico 1. Producto estratégico 1, Información a la Ciudadanía y Autoridades de Gobierno: espacios "
    "de información a la ciudadanía."
)
"""What every report traces to. Source: seed 000 sections 3 and 4; seed 002, Producto 1; domain.md D-03."""
OFFICE = (
    "Ministerio Secretaría General de Gobierno · División de Organizaciones Sociales",
    "Oficina de Informaciones, Reclamos y Sugerencias, OIRS en Terreno",
)
"""Who stands behind what a person takes away from the stand."""
NOT_HELD = {
    "other_regions": "las demás regiones",
    "other_spaces": "los demás espacios de atención",
    "before_60_days": "lo anterior a 60 días",
    "referrals_of_other_devices": "las derivaciones de otros equipos",
}
SHOWN_VERSION = 12


def scope_words(report: Report, catalogues: Catalogues) -> str:
    """Return the space and the region in words."""
    space, region = report.filters["space"], report.filters["region"]
    if space is None:
        where = "Todos los espacios de atención"
    else:
        where = "OIRS, con OIRS en Terreno" if space == "oirs" else catalogues.labels.code("space", space)
    if region is None:
        return f"{where} · Todas las regiones"
    known = catalogues.regions.get(region)
    return f"{where} · {f'Región {region}' if known is None else known.label}"


def cover_facts(report: Report, catalogues: Catalogues) -> tuple[tuple[str, str], ...]:
    """Return the lines at the foot of the cover: state, data, use, form, catalogues and digest."""
    cut_off = report.cut_off
    origin = "el centro" if cut_off["source"] == "central" else "este equipo"
    facts = [
        ("Objetivo y producto", SERVES),
        ("Estado", _state(report)),
        ("Corte de los datos", f"{moment(cut_off['generated_at'])}, según {origin}. {_made_from(report)}"),
        (
            "Uso",
            "Versión pública: no muestra los grupos de 1 a 4 personas ni las cifras de este informe que permitirían "
            f"deducirlos. {alone_words(report)}".strip()
            if report.suppressed
            else "Versión interna. En la versión pública los grupos de 1 a 4 personas no se muestran.",
        ),
        _words_of(report, catalogues.version[:SHOWN_VERSION]),
        ("Huella de las cifras", f"{fingerprint(report.digest)} · se comprueba con terreno report verify"),
    ]
    missing = [NOT_HELD.get(what, what) for what in cut_off.get("not_held", ())]
    if missing:
        words = f"Este equipo no tiene {'; ni '.join(missing)}. El centro puede tener más."
        if cut_off["source"] == "central":
            words = "Sin las demás regiones: el centro da a este equipo solo lo de la suya."
        facts.insert(3, ("Alcance", words))
    return tuple(facts)


def _words_of(report: Report, catalogues: str) -> tuple[str, str]:
    """With which versions of the form the attentions were taken, and with which catalogues they are told."""
    taken = [version or "sin anotar" for version in report.cut_off.get(FORM_VERSIONS, ())]
    if not taken:
        return "Catálogos", f"Versión {catalogues}"
    *first, last = taken
    told = f"Versiones {', '.join(first)} y {last}" if first else f"Versión {last}"
    return "Ficha y catálogos", f"{told} de la ficha de atención · catálogos, versión {catalogues}"


def _state(report: Report) -> str:
    """Whether more may come, and of a closed month whether these are still the figures of its close."""
    closed = report.cut_off.get("closed")
    if closed:
        told = f"Mes cerrado el {day(santiago_day(closed['at']))}, huella {fingerprint(closed['digest'])}. "
        if closed["agrees"]:
            return f"{told}Estas son sus cifras."
        return f"{told}Después llegó más: estas no son las cifras cerradas; la diferencia está en la adenda."
    if report.cut_off.get(CLOSE_HELD_BACK):
        return "Período terminado, sin cerrar: el centro retuvo su cierre en cuarentena."
    if is_running(report.period, report.cut_off):
        return "Período en curso: cifras registradas hasta el corte."
    return "Período terminado. Lo que llegue después cambia las cifras y la huella."


def _made_from(report: Report) -> str:
    """Who had not synchronised, and what the centre had received and not yet counted."""
    behind = sum(report.cut_off.get("behind", {}).values())
    uncounted = f" Faltaba contar {counted(behind, 'cambio recibido', 'cambios recibidos')}." if behind else ""
    return f"{_devices(report)}.{uncounted}"


def _devices(report: Report) -> str:
    waiting = report.cut_off.get("devices_not_synced") or 0
    if waiting:
        return f"{counted(waiting, 'equipo', 'equipos')} sin sincronizar todo lo suyo"
    return "Ningún equipo con una jornada sin cerrar"
