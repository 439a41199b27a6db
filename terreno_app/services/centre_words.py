"""What is said of enrolling at a centre and of operating one, by the short name of what happened."""

from terreno_app.services.three_parts import NOTHING_CHANGED, Words

_NOT_ENROLLED = "Este equipo no quedó enrolado; la carpeta y su frase de paso sirven para el próximo intento."

NO_CENTRE_YET = Words(
    "En esa base de datos todavía no hay un centro: {database}.",
    NOTHING_CHANGED,
    "Créelo con terreno central init, o traiga uno con terreno central restore. Si debería haber uno, revise que la"
    " dirección de la base sea la suya.",
)

CENTRE_WORDS: dict[str, Words] = {
    # enrolment
    "bad_code": Words(
        "El código de enrolamiento está mal escrito.",
        NOTHING_CHANGED,
        "Cópielo otra vez: son letras y números en grupos.",
    ),
    "code_unknown": Words("El centro no conoce ese código.", _NOT_ENROLLED, "Pida uno nuevo a la coordinación."),
    "code_expired": Words("El código de enrolamiento venció.", _NOT_ENROLLED, "Pida uno nuevo a la coordinación."),
    "code_used": Words(
        "Ese código ya se usó en otro equipo o en otra carpeta.",
        _NOT_ENROLLED,
        "Si lo usó usted con otra carpeta, repita la orden con ella; si no, pida uno nuevo a la coordinación.",
    ),
    "provision": Words(
        "El archivo de aprovisionamiento no sirve: {what}.",
        "No se hizo nada y el código no se usó.",
        "Corrija lo indicado y repita la orden.",
    ),
    "other_place": Words(
        "El código es para otro lugar que el archivo: región {region}, rol {role}.",
        _NOT_ENROLLED,
        "Si el error está en el archivo, corríjalo y repita la orden: el código sigue sirviendo en esta carpeta. "
        "Si no es el código correcto, pida otro a la coordinación, y que revoque la sigla {label}, que no se usará.",
    ),
    "unknown_person": Words(
        "El centro no conoce a esa persona en la región de este equipo.",
        "Este equipo todavía no quedó enrolado; el código sigue sirviendo para esta carpeta.",
        "Pida a la coordinación el identificador de la persona y repita la orden con él en --officer.",
    ),
    # the centre's own commands
    "unknown_database": Words(
        "La base de datos del centro no existe, no se entiende o no deja entrar: {database}.",
        NOTHING_CHANGED,
        "Créela con terreno central init --database sqlite:///ruta, o pida a quien administra PostgreSQL la base y la"
        " clave de postgresql://usuario:clave@servidor/base.",
    ),
    "database_unavailable": Words(
        "La base de datos del centro no responde: {database}.",
        NOTHING_CHANGED,
        "Revise que el servidor de PostgreSQL funcione y que se llegue a él, y pruebe de nuevo.",
        3,
    ),
    "database_full": Words(
        "No queda espacio para la base de datos del centro: {database}.",
        NOTHING_CHANGED,
        "Libere espacio en el disco donde está, y pruebe de nuevo.",
        3,
    ),
    "database_denied": Words(
        "Esta cuenta no puede escribir donde está la base de datos del centro: {database}.",
        NOTHING_CHANGED,
        "Use la cuenta con que corre el centro, o pida a quien administra el servidor permiso para escribir en esa"
        " carpeta y en sus archivos.",
        3,
    ),
    "newer_central_database": Words(
        "Una versión más nueva de Terreno escribió la base de datos del centro: {database}.",
        "La base quedó como estaba.",
        "Instale la versión más nueva en este servidor.",
        3,
    ),
    "older_central_database": Words(
        "Una versión anterior de Terreno escribió la base de datos del centro: {database}.",
        "La base quedó como estaba.",
        "Respáldela y use terreno central migrate.",
        3,
    ),
    "filled_database": Words(
        "La base de datos del centro no está vacía: {database}.",
        "No se escribió nada sobre lo que hay.",
        "Restaure en una base nueva y vacía.",
    ),
    "damaged_copy": Words(
        "El archivo no es un respaldo del centro, o está dañado.", NOTHING_CHANGED, "Use otro respaldo."
    ),
    "newer_copy": Words(
        "El respaldo es de una versión más nueva de Terreno.", NOTHING_CHANGED, "Instale la versión más nueva."
    ),
    "file_exists": Words("Ya hay un archivo con ese nombre.", "Ese archivo quedó como estaba.", "Elija otro nombre."),
    "central_exists": Words(
        "En esa base de datos ya hay un centro.", NOTHING_CHANGED, "Úsela con terreno central serve, o elija otra."
    ),
    "unknown_region": Words("No existe la región «{region}».", NOTHING_CHANGED, "Use su código de dos cifras, o CL."),
    "port_in_use": Words(
        "No se puede usar esa dirección o puerto.", NOTHING_CHANGED, "Elija otro puerto, o --port 0.", 3
    ),
}
