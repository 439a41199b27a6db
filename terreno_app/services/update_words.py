"""What is said of newer versions of the program, by the short name of what happened."""

from typing import Final

from terreno_app.services.three_parts import NOTHING_CHANGED, Words

_STILL_RUNS = "Esta versión sigue funcionando y lo guardado está a salvo."
_NONE_OF_IT = "No se usó nada de eso: esta versión sigue funcionando y lo guardado está a salvo."
_WHY: Final = {
    "another version": "dice ser otra versión que la que se firmó",
    "crashed": "se cerró sin llegar a su primera ventana",
    "stderr": "en su prueba avisó de un error",
    "too slow": "no terminó su prueba a tiempo",
    "unsafe": "su archivo intenta salir de su carpeta o es demasiado grande",
    "unstartable": "lo que trae no es un programa que se pueda iniciar aquí",
}
"""Why a version failed here, by the short name that :mod:`terreno_app.versions` keeps."""

UPDATE_WORDS: dict[str, Words] = {
    "updates_not_set_up": Words(
        "Las actualizaciones no están configuradas: este programa se armó sin la raíz de confianza del Ministerio.",
        NOTHING_CHANGED,
        "Siga usando esta versión. Para recibir las próximas, instale encima el paquete que el Ministerio publica, que"
        " la trae; los datos siguen en su carpeta.",
    ),
    "updates_not_published": Words(
        "Ahí no hay actualizaciones publicadas.",
        _STILL_RUNS,
        "Revise la dirección o la carpeta: la correcta tiene dentro «metadata» y «targets».",
        3,
    ),
    "update_expired": Words(
        "No se puede saber si hay una versión nueva: nadie ha confirmado a tiempo la lista de versiones.",
        _STILL_RUNS,
        "Revise la hora del equipo. Si está bien, avise a soporte; mientras tanto siga atendiendo.",
        3,
    ),
    "update_older": Words(
        "La lista de versiones es más antigua que la que este equipo ya conoce, o sus partes no calzan.",
        _NONE_OF_IT,
        "Use una copia reciente. Si se repite, avise a soporte: alguien puede estar reteniendo las actualizaciones.",
        3,
    ),
    "update_unsigned": Words(
        "La lista de versiones no tiene las firmas del Ministerio que hacen falta.",
        _NONE_OF_IT,
        "No instale nada de ahí y avise a soporte.",
        3,
    ),
    "update_altered": Words(
        "Lo que llegó no es lo que el Ministerio firmó: está alterado o incompleto.",
        _NONE_OF_IT,
        "Intente otra vez. Si se repite, avise a soporte.",
        3,
    ),
    "update_unsafe": Words(
        "El archivo de la versión nueva intenta salir de su carpeta o es demasiado grande.",
        _NONE_OF_IT,
        "Avise a soporte: esa versión no se usará en este equipo.",
        3,
    ),
    "update_no_room": Words(
        "No hay espacio en el disco para la versión nueva.", _STILL_RUNS, "Libere espacio e intente otra vez.", 3
    ),
    "update_stopped": Words("La descarga se detuvo.", _STILL_RUNS, "La próxima vez sigue donde quedó.", 1),
    "update_outing_open": Words(
        "Hay una salida abierta en este equipo.",
        "Nada se descarga ni se cambia mientras se atiende.",
        "Actualice después de cerrar la salida.",
        1,
    ),
    "update_no_backup": Words(
        "No se pudo hacer el respaldo que va antes de actualizar: {what}",
        "No se actualizó nada; lo guardado sigue en este equipo.",
        "Resuelva eso e intente otra vez.",
        3,
    ),
    "update_failed": Words(
        "La versión {version} no se usa en este equipo: {why}.",
        "Se sigue con la {running}, que funciona; sus datos no se tocaron.",
        "Avise a quien instala el programa y dígale ese motivo; no hace falta hacer nada más.",
        1,
    ),
}


def failure(version: str, running: str, reason: str) -> Words:
    """What is said of a version that failed here.

    Args:
        version: Its number.
        running: The version that goes on.
        reason: The short name of why, as it was kept.
    """
    if reason.startswith("exit "):
        why = f"su prueba terminó con un error (código {reason.removeprefix('exit ')})"
    else:
        why = _WHY.get(reason, "no pasó su prueba")
    return UPDATE_WORDS["update_failed"].about(version=version, running=running, why=why)
