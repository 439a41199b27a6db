"""What is said of the way to the centre, by network and by stick, by the short name of what happened."""

from terreno_app.services.three_parts import KEPT, NOTHING_CHANGED, Words

_NOTHING_OF_IT = "No se usó nada de él; lo guardado sigue en cada equipo."
_NOTHING_HALF = "Lo guardado sigue en este equipo, y en el pendrive no queda nada a medias."
_RETRY = "Intente de nuevo más tarde: no se perderá ni se repetirá nada."

WAY_WORDS: dict[str, Words] = {
    # by network
    "no_network": Words("No hay red.", KEPT, _RETRY, 3),
    "unreachable": Words("No se pudo llegar al centro.", KEPT, _RETRY, 3),
    "central_down": Words("El centro no responde.", KEPT, _RETRY, 3),
    "captive_portal": Words(
        "La red pide una página de ingreso y no deja llegar al centro.",
        KEPT,
        "Abra el navegador, entre a la red y sincronice.",
        3,
    ),
    "certificate": Words(
        "No se pudo comprobar que sea el centro del Ministerio.",
        "No se envió ningún dato.",
        "Revise la hora del equipo y el certificado; si sigue, avise a soporte.",
        3,
    ),
    "no_scheme": Words(
        "A la dirección del centro le falta «https://» al comienzo.",
        "No se envió ningún dato.",
        "Escríbala completa, como la entregó el Ministerio: https:// y el nombre del centro.",
    ),
    "plain_http": Words(
        "La dirección del centro no es segura (http) o está mal escrita.",
        "No se envió ningún dato.",
        "Use la dirección https que entregó el Ministerio.",
    ),
    "clock": Words("La hora del equipo está mal.", KEPT, "Ajuste la hora y sincronice otra vez.", 3),
    "bad_answer": Words("El centro respondió algo que no se entiende.", KEPT, _RETRY, 3),
    "bad_receipt": Words(
        "El recibo del centro no es válido.",
        "Lo enviado sigue en este equipo y no se cuenta como recibido.",
        "Avise a soporte: alguien puede estar suplantando al centro.",
        3,
    ),
    "refused": Words("El centro no aceptó el pedido.", KEPT, "Avise a la coordinación.", 3),
    "unknown_device": Words(
        "El centro no conoce este equipo.", KEPT, "Avise a la coordinación: puede haberse restaurado el centro.", 3
    ),
    "revoked": Words(
        "Este equipo fue dado de baja en el centro.",
        "Lo guardado sigue aquí y lo enviado quedó en cuarentena.",
        "Hable con la coordinación.",
        3,
    ),
    "outside_scope": Words("El centro no permite ese pedido a este equipo.", KEPT, "Pídalo a la coordinación."),
    "epoch": Words(
        "El centro fue restaurado desde un respaldo.",
        KEPT,
        "Avise a la coordinación antes de seguir sincronizando.",
        3,
    ),
    "fork": Words(
        "El centro vio otra copia de este equipo (equipo clonado o respaldo restaurado).",
        KEPT,
        "Avise a la coordinación: hay que confirmar cuál sigue.",
        3,
    ),
    "gap": Words("Al centro le falta algo que este equipo ya había enviado.", KEPT, "Avise a la coordinación.", 3),
    "too_old": Words("Esta versión de Terreno es muy antigua para el centro.", KEPT, "Actualice el programa.", 3),
    "too_many_requests": Words("El centro pide esperar un momento.", KEPT, _RETRY, 3),
    "interrupted": Words("Se interrumpió la orden.", KEPT, "Repítala cuando quiera.", 1),
    "record_interrupted": Words(
        "Se interrumpió el registro del archivo.",
        "Las líneas que se nombraron quedaron guardadas: {count}.",
        "Repita la misma orden sin cambiar el archivo: sigue donde quedó y nada se registra dos veces.",
        1,
    ),
    "stopped": Words("La sincronización se detuvo.", KEPT, "Puede seguir cuando quiera.", 1),
    # by stick
    "not_a_bundle": Words(
        "El archivo no es un paquete de Terreno.", NOTHING_CHANGED, "Elija el que se guardó en el pendrive."
    ),
    "damaged_bundle": Words(
        "El paquete está dañado o incompleto.",
        _NOTHING_OF_IT,
        "Cópielo otra vez. Si sigue dañado, guarde otro: lo que llevaba no se ha perdido.",
    ),
    "wrong_way": Words(
        "Ese paquete va en la otra dirección.",
        _NOTHING_OF_IT,
        "Se lleva al centro el que guardó el equipo, y el equipo recibe la respuesta del centro.",
    ),
    "newer_bundle": Words(
        "El paquete es de una versión más nueva de Terreno.", _NOTHING_OF_IT, "Actualice el programa y repita."
    ),
    "large_bundle": Words(
        "El paquete es más grande de lo que se puede recibir.", _NOTHING_OF_IT, "Guarde otro, o avise a soporte."
    ),
    "other_centre": Words("El paquete es de otro centro.", _NOTHING_OF_IT, "Llévelo al centro de ese equipo."),
    "other_laptop": Words(
        "La respuesta del centro es para otro equipo.", _NOTHING_OF_IT, "Llévela al equipo que guardó el paquete."
    ),
    "unknown_sender": Words(
        "El centro no conoce al equipo que guardó el paquete.",
        _NOTHING_OF_IT,
        "Avise a la coordinación: puede haberse restaurado el centro.",
        3,
    ),
    "file_taken": Words(
        "Ya hay un archivo con ese nombre.",
        "Ese archivo quedó como estaba, y lo guardado sigue en este equipo.",
        "Elija otro nombre. Donde la orden admite --force, lo reemplaza, y se pierde lo que el archivo tenía.",
    ),
    "medium_full": Words("El pendrive está lleno.", _NOTHING_HALF, "Libere espacio o use otro pendrive, y repita.", 3),
    "medium_read_only": Words(
        "En el pendrive no se puede escribir.", _NOTHING_HALF, "Quítele la protección o use otro, y repita.", 3
    ),
    "medium_gone": Words(
        "El pendrive no responde: puede que se haya sacado antes de tiempo.",
        _NOTHING_HALF,
        "Vuelva a ponerlo y repita: nada se pierde ni se repite.",
        3,
    ),
    "medium_absent": Words(
        "No existe esa carpeta; si es de un pendrive, puede que no esté puesto.",
        "No se escribió nada; lo guardado sigue en este equipo.",
        "Revise la carpeta, o ponga el pendrive, y repita.",
        3,
    ),
}

NEARER_WORDS: dict[tuple[str, str], Words] = {
    ("no_network", "unknown_name"): Words(
        "No se encuentra en la red el nombre del centro.",
        KEPT,
        "Revise que la dirección del centro esté bien escrita. Si lo está, revise la red e intente de nuevo.",
        3,
    ),
    ("refused", "unreadable"): Words(
        "El centro no entendió el pedido: puede tener una versión anterior de Terreno.",
        KEPT,
        "Avise a quien opera el centro: hay que actualizarlo. Mientras tanto, haga los informes con lo de este equipo.",
        3,
    ),
}
"""What is said where a connection's diagnosis, or what the centre answered, tells more than its code, by both."""
