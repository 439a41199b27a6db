"""The Spanish of every error: what happened, what is safe, what to do next, and the exit status it ends with."""

from typing import NamedTuple


class Words(NamedTuple):
    """Three sentences and an exit status."""

    happened: str
    safe: str
    next: str
    exit: int = 2

    def about(self, **details: object) -> "Words":
        """The same sentences with their gaps filled."""
        happened, safe, then = (sentence.format(**details) for sentence in self[:3])
        return Words(happened, safe, then, self.exit)


_KEPT = "Lo que ya estaba guardado sigue en este equipo."
_NOTHING_CHANGED = "No se cambió nada."
_NOTHING_OF_IT = "No se usó nada de él; lo guardado sigue en cada equipo."
_NOTHING_HALF = "Lo guardado sigue en este equipo, y en el pendrive no queda nada a medias."
_STILL_RUNS = "Esta versión sigue funcionando y lo guardado está a salvo."
_NONE_OF_IT = "No se usó nada de eso: esta versión sigue funcionando y lo guardado está a salvo."
_NOT_ENROLLED = "Este equipo no quedó enrolado; la carpeta y su frase de paso sirven para el próximo intento."
ENROLMENT_BEGUN = (
    "Este equipo todavía no quedó enrolado. Si el código alcanzó a usarse, sigue sirviendo para esta carpeta."
)
"""What is true whenever an enrolment breaks off after the laptop spoke with the centre."""
_RETRY = "Intente de nuevo más tarde: no se perderá ni se repetirá nada."

BUG = Words(
    "Algo falló dentro del programa.",
    _KEPT,
    "Cierre y vuelva a abrir. Si se repite, avise a soporte con la hora y el archivo de registro.",
    3,
)

WORDS: dict[str, Words] = {
    "bug": BUG,
    "rejected": Words(
        "No se pudo guardar: {what}", "Lo que escribió sigue aquí.", "Corrija lo indicado y guarde otra vez."
    ),
    # the folder and its key
    "not_a_laptop": Words(
        "Esta carpeta no es de un equipo de Terreno.",
        _NOTHING_CHANGED,
        "Enrole el equipo con terreno enrol, o indique su carpeta con --data.",
    ),
    "already_a_laptop": Words(
        "En esta carpeta ya hay un equipo enrolado.", _KEPT, "Use otra carpeta con --data para un equipo nuevo."
    ),
    "wrong_passphrase": Words(
        "La frase de paso no abre este equipo.",
        "Los datos siguen cifrados y completos.",
        "Revise la frase (las tildes y mayúsculas no importan) e intente otra vez.",
    ),
    "wait_before_retry": Words(
        "Hubo varios intentos fallidos: hay que esperar {seconds} segundos.",
        "Los datos siguen cifrados y completos.",
        "Espere y vuelva a escribir la frase con calma.",
    ),
    "weak_passphrase": Words(
        "La frase de paso es muy corta o muy conocida.",
        _NOTHING_CHANGED,
        "Use 16 caracteres o más, o las cinco palabras que propone el programa.",
    ),
    "passphrases_differ": Words(
        "Las dos frases no son iguales.", _NOTHING_CHANGED, "Escriba con calma la misma frase dos veces."
    ),
    "no_passphrase": Words(
        "Falta la frase de paso.",
        _NOTHING_CHANGED,
        "Escríbala cuando se pida, en TERRENO_PASSPHRASE o con --passphrase-file.",
    ),
    "no_new_passphrase": Words(
        "Falta la frase de paso nueva.",
        _NOTHING_CHANGED,
        "Escríbala cuando se pida, o dé su archivo con --new-passphrase-file.",
    ),
    "unknown_officer": Words(
        "Esa persona no tiene llave en este equipo.",
        _NOTHING_CHANGED,
        "Vea quiénes la tienen con terreno officer list.",
    ),
    "known_officer": Words("Esa persona ya tiene llave en este equipo.", _NOTHING_CHANGED, "No hace falta hacer nada."),
    "last_officer": Words(
        "No se puede quitar a la única persona con llave.",
        _NOTHING_CHANGED,
        "Agregue antes a otra con terreno officer add.",
    ),
    "folder_locked": Words(
        "Otro programa está usando la carpeta de este equipo.",
        _KEPT,
        "Cierre la otra ventana de Terreno e intente otra vez.",
        3,
    ),
    "folder_denied": Words(
        "El sistema no permite escribir en la carpeta.", _KEPT, "Pida permiso de escritura o use otra carpeta.", 3
    ),
    "disk_full": Words(
        "El disco está lleno.",
        "Todo lo que se dijo guardado está guardado; lo último no se guardó.",
        "Libere espacio e intente otra vez.",
        3,
    ),
    "disk_error": Words(
        "El disco de este equipo no responde.",
        "Todo lo que se dijo guardado está guardado; lo último no se guardó.",
        "Intente otra vez. Si se repite, haga un respaldo y avise a soporte.",
        3,
    ),
    "newer_database": Words(
        "Los datos de este equipo son de una versión más nueva de Terreno.",
        "No se tocó nada.",
        "Instale la versión más nueva antes de abrir.",
        3,
    ),
    "damaged_database": Words(
        "El archivo de datos está dañado.",
        "No se borró nada; los respaldos y lo que ya tiene recibo siguen a salvo.",
        "No siga escribiendo: avise a soporte y restaure el último respaldo.",
        2,
    ),
    "unreadable_backup": Words(
        "El archivo no es un respaldo de un equipo, o está dañado.",
        "El equipo sigue como estaba.",
        "Use otro respaldo.",
    ),
    # the ministry's recovery key
    "wrong_custodian": Words(
        "La frase de paso no abre la llave de esa persona que custodia.",
        _NOTHING_CHANGED,
        "Revise la frase y el archivo, e intente otra vez.",
    ),
    "no_recovery": Words(
        "Este equipo se enroló en un centro sin llave de recuperación.",
        "Los datos siguen cifrados y completos.",
        "Solo lo abre la frase de una de sus personas; vea quiénes son con terreno officer list.",
    ),
    "wrong_recovery": Words(
        "La llave de recuperación no es la de este equipo.",
        "Los datos siguen cifrados y completos.",
        "Use el archivo que se generó para el centro en que el equipo se enroló.",
    ),
    "wrong_pair": Words(
        "Esas personas no custodian juntas esa llave de recuperación.",
        _NOTHING_CHANGED,
        "Hacen falta dos distintas de las tres que recibieron la llave; para crearla, tres.",
    ),
    "unreadable_key": Words(
        "El archivo no tiene una llave de custodia ni de recuperación, o está dañado.",
        _NOTHING_CHANGED,
        "Use el archivo que entregó terreno recovery, o su copia.",
    ),
    "settings": Words("{what}", _NOTHING_CHANGED, "Corrija el archivo, o bórrelo para volver a lo de fábrica."),
    "file_missing": Words("No existe el archivo.", _NOTHING_CHANGED, "Revise el nombre y la carpeta."),
    "folder_missing": Words(
        "No existe la carpeta donde iría el archivo.", _NOTHING_CHANGED, "Revise el nombre, o cree antes la carpeta."
    ),
    "file_unreadable": Words(
        "No se puede leer o escribir el archivo.", _NOTHING_CHANGED, "Revise el archivo y sus permisos."
    ),
    "no_readable_line": Words(
        "El archivo no tiene ninguna línea que se pueda leer.",
        _NOTHING_CHANGED,
        "Revise que sea un registro JSON por línea.",
    ),
    # records
    "unknown_kind": Words(
        "No existe ese tipo de registro: {kind}.",
        _NOTHING_CHANGED,
        # Written out: the closed laptop tells errors too, and need not load every kind of record for it.
        "Use uno de estos: outing, outing_session, attention, identity, referral, survey_response, coverage_goal,"
        " officer, device, questionnaire, programme, institution, topic, holiday, contact_fact, quarantine,"
        " regional_diagnosis, siac_activity, monthly_opinions, data_rights_request, breach, month_close, acta.",
    ),
    "no_such_device": Words(
        "El centro no tiene ese equipo.", _NOTHING_CHANGED, "Vea las siglas con «terreno central device list»."
    ),
    "unknown_record": Words(
        "Este equipo no tiene ese registro.", _NOTHING_CHANGED, "Revise el identificador o sincronice primero."
    ),
    "ambiguous_record": Words(
        "Hay más de un registro con ese folio o código.",
        _NOTHING_CHANGED,
        "Use el identificador, que está al final de cada línea de terreno list.",
    ),
    "unknown_field": Words(
        "Ese registro no tiene el campo «{field}».", _NOTHING_CHANGED, "Revise el nombre del campo."
    ),
    "not_editable": Words(
        "Ese registro no se puede cambiar.", _NOTHING_CHANGED, "Si está errado, anúlelo con un motivo."
    ),
    "not_held": Words(
        "Este equipo no tiene todos los datos de ese grupo y no puede cambiarlo.",
        _NOTHING_CHANGED,
        "Pídalo al equipo que lo registró o a la coordinación.",
    ),
    "only_coordination": Words(
        "Eso lo decide la coordinación.", _NOTHING_CHANGED, "Pídalo en un equipo de coordinación."
    ),
    "decided": Words("Eso ya se rechazó.", _NOTHING_CHANGED, "Un rechazo es definitivo: ingrese el registro otra vez."),
    "unsendable": Words(
        "El texto de «{field}» no se puede guardar ({code_text}).",
        "Lo que escribió sigue aquí.",
        "Corríjalo y guarde otra vez.",
    ),
    "unknown_conflict": Words(
        "Este equipo no tiene ese conflicto abierto.", _NOTHING_CHANGED, "Vea los abiertos con terreno conflicts list."
    ),
    "may_not_resolve": Words(
        "Este equipo no puede decidir ese conflicto.",
        _NOTHING_CHANGED,
        "Lo decide la coordinación, o el equipo que escribió el otro valor.",
    ),
    "unknown_outing": Words(
        "Este equipo no conoce esa salida.", _NOTHING_CHANGED, "Véalas con terreno outing list o sincronice."
    ),
    "ambiguous_outing": Words("Hay dos salidas con ese código.", _NOTHING_CHANGED, "Use el identificador completo."),
    "session_open": Words(
        "Este equipo ya tiene una salida abierta.", _NOTHING_CHANGED, "Ciérrela antes de abrir otra."
    ),
    "no_session": Words(
        "Esa salida no está abierta en este equipo.", _NOTHING_CHANGED, "Ábrala con terreno outing open."
    ),
    "session_closed": Words(
        "Esta salida ya se cerró en este equipo y su semilla se reveló.", _NOTHING_CHANGED, "Planifique otra salida."
    ),
    "survey_not_drawn": Words(
        "Esa atención no salió en el sorteo de la encuesta, o está anulada.",
        _NOTHING_CHANGED,
        "Elija a una de las personas que esperan.",
    ),
    "survey_answered": Words(
        "De esa persona ya hay una respuesta guardada, y una respuesta no se cambia.",
        _KEPT,
        "Elija a otra de las personas que esperan.",
    ),
    "draw_mismatch": Words(
        "El sorteo no coincide con la semilla revelada.",
        _KEPT,
        "Avise a la coordinación: revise los registros indicados.",
        1,
    ),
    # reports
    "unknown_report": Words("No existe el informe «{name}».", _NOTHING_CHANGED, "Los informes son: {known}."),
    "bad_period": Words("El período no se entiende: «{period}».", _NOTHING_CHANGED, "Escriba 2026-11, 2026-Q4 o 2026."),
    "report_not_here": Words(
        "Este equipo no puede pedir ese informe.", _NOTHING_CHANGED, "Pídalo desde un equipo de coordinación."
    ),
    "sync_before_close": Words(
        "Este equipo no se ha sincronizado desde que terminó {period}: puede faltarle parte del mes.",
        _NOTHING_CHANGED,
        "Sincronice y repita; o cierre con las cifras del centro (--source central).",
    ),
    "month_not_over": Words(
        "El mes {period} todavía no termina.",
        _NOTHING_CHANGED,
        "Ciérrelo cuando haya terminado y los equipos sincronicen.",
    ),
    "already_closed": Words(
        "El mes {period} ya está cerrado, y un cierre no se cambia.",
        "Las cifras del cierre siguen intactas.",
        "Vea lo que llegó después con terreno report addendum.",
    ),
    "close_held_back": Words(
        "El centro retuvo en cuarentena el cierre de {period}: el mes no está cerrado.",
        "Las cifras y los registros siguen intactos.",
        "Resuelva la cuarentena (terreno quarantine list) y sincronice.",
    ),
    "not_closed": Words(
        "El mes {period} no está cerrado en este equipo.",
        _NOTHING_CHANGED,
        "Ciérrelo con terreno report close, o sincronice si lo cerró otra persona.",
    ),
    "close_too_large": Words(
        "Las cifras del mes no caben en un solo cierre.", _NOTHING_CHANGED, "Cierre el mes región por región."
    ),
    "digest_mismatch": Words(
        "Las cifras del archivo no dan la huella que declara.",
        _NOTHING_CHANGED,
        "Pida el informe otra vez a quien lo emitió.",
    ),
    "not_its_figures": Words(
        "Lo que el archivo muestra no es lo que dicen las cifras que lleva dentro.",
        _NOTHING_CHANGED,
        "Alguien lo cambió después de emitido: pida el informe otra vez a quien lo emitió.",
    ),
    # registers of other spaces
    "table_empty": Words("La planilla no tiene filas.", _NOTHING_CHANGED, "Revise que sea el archivo correcto."),
    "table_encoding": Words(
        "El texto de la planilla está en UTF-16 y le falta la marca del comienzo, o viene cortado.",
        _NOTHING_CHANGED,
        "Guárdela otra vez desde la planilla de cálculo como «CSV UTF-8» o como XLSX.",
    ),
    "table_headings": Words(
        "Dos columnas de la planilla se llaman igual.", _NOTHING_CHANGED, "Dé a cada columna un nombre propio."
    ),
    "table_too_large": Words("La planilla pesa más de 64 MB.", _NOTHING_CHANGED, "Divídala, por ejemplo por mes."),
    "table_unreadable": Words(
        "El archivo no es una planilla CSV ni XLSX que se pueda leer.",
        _NOTHING_CHANGED,
        "Guárdelo otra vez desde la planilla de cálculo como CSV o XLSX.",
    ),
    "mapping_unreadable": Words(
        "El archivo del mapeo no se puede leer.",
        _NOTHING_CHANGED,
        "Revíselo, o bórrelo para que se proponga uno nuevo.",
    ),
    # the way to the centre
    "no_network": Words("No hay red.", _KEPT, _RETRY, 3),
    "unreachable": Words("No se pudo llegar al centro.", _KEPT, _RETRY, 3),
    "central_down": Words("El centro no responde.", _KEPT, _RETRY, 3),
    "captive_portal": Words(
        "La red pide una página de ingreso y no deja llegar al centro.",
        _KEPT,
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
        "La dirección del centro no es segura (http).",
        "No se envió ningún dato.",
        "Use la dirección https que entregó el Ministerio.",
    ),
    "clock": Words("La hora del equipo está mal.", _KEPT, "Ajuste la hora y sincronice otra vez.", 3),
    "bad_answer": Words("El centro respondió algo que no se entiende.", _KEPT, _RETRY, 3),
    "bad_receipt": Words(
        "El recibo del centro no es válido.",
        "Lo enviado sigue en este equipo y no se cuenta como recibido.",
        "Avise a soporte: alguien puede estar suplantando al centro.",
        3,
    ),
    "refused": Words("El centro no aceptó el pedido.", _KEPT, "Avise a la coordinación.", 3),
    "unknown_device": Words(
        "El centro no conoce este equipo.", _KEPT, "Avise a la coordinación: puede haberse restaurado el centro.", 3
    ),
    "revoked": Words(
        "Este equipo fue dado de baja en el centro.",
        "Lo guardado sigue aquí y lo enviado quedó en cuarentena.",
        "Hable con la coordinación.",
        3,
    ),
    "outside_scope": Words("El centro no permite ese pedido a este equipo.", _KEPT, "Pídalo a la coordinación."),
    "epoch": Words(
        "El centro fue restaurado desde un respaldo.",
        _KEPT,
        "Avise a la coordinación antes de seguir sincronizando.",
        3,
    ),
    "fork": Words(
        "El centro vio otra copia de este equipo (equipo clonado o respaldo restaurado).",
        _KEPT,
        "Avise a la coordinación: hay que confirmar cuál sigue.",
        3,
    ),
    "gap": Words("Al centro le falta algo que este equipo ya había enviado.", _KEPT, "Avise a la coordinación.", 3),
    "too_old": Words("Esta versión de Terreno es muy antigua para el centro.", _KEPT, "Actualice el programa.", 3),
    "too_many_requests": Words("El centro pide esperar un momento.", _KEPT, _RETRY, 3),
    "interrupted": Words("Se interrumpió la orden.", _KEPT, "Repítala cuando quiera.", 1),
    "record_interrupted": Words(
        "Se interrumpió el registro del archivo.",
        "Las líneas que se nombraron quedaron guardadas: {count}.",
        "Repita la misma orden sin cambiar el archivo: sigue donde quedó y nada se registra dos veces.",
        1,
    ),
    "stopped": Words("La sincronización se detuvo.", _KEPT, "Puede seguir cuando quiera.", 1),
    # by stick
    "not_a_bundle": Words(
        "El archivo no es un paquete de Terreno.", _NOTHING_CHANGED, "Elija el que se guardó en el pendrive."
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
    "old_bundle": Words(
        "El paquete es tan antiguo que el centro ya no puede abrirlo.",
        _NOTHING_OF_IT,
        "Guarde otro en el mismo equipo: lo que llevaba sigue en él.",
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
        "Elija otro nombre, o agregue --force para reemplazarlo. (Un paquete que nadie llevó se perdería.)",
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
    # newer versions of the program
    "updates_not_set_up": Words(
        "En esta instalación las actualizaciones no están configuradas.",
        _NOTHING_CHANGED,
        "Siga usando esta versión; quien instala el programa puede entregar una con actualizaciones.",
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
        "La versión {version} no pasó su prueba en este equipo.",
        "Se sigue con la {running}, que funciona; sus datos no se tocaron.",
        "Avise a quien instala el programa; no hace falta hacer nada más.",
        1,
    ),
    # on paper
    "voided_receipt": Words(
        "La atención está anulada: no lleva comprobante.",
        "Sigue guardada con su motivo; nada cambió.",
        "Si la persona lo necesita, entregue el de la atención que la reemplaza.",
    ),
    "no_printer": Words(
        "No hay una impresora en este equipo, o está apagada.",
        "No se perdió nada: todo sigue guardado en este equipo.",
        "Guarde el PDF y llévelo a otra impresora, o muestre el código QR en la pantalla.",
        3,
    ),
    "print_failed": Words(
        "La impresora no recibió la hoja.",
        "No se perdió nada: todo sigue guardado en este equipo.",
        "Revise que esté encendida y con papel, y repita; o guarde el PDF.",
        3,
    ),
    # enrolment
    "bad_code": Words(
        "El código de enrolamiento está mal escrito.",
        _NOTHING_CHANGED,
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
        "Pida a la coordinación otro código, y que revoque la sigla {label}, que no se usará.",
    ),
    "unknown_person": Words(
        "El centro no conoce a esa persona en la región de este equipo.",
        "Este equipo todavía no quedó enrolado; el código sigue sirviendo para esta carpeta.",
        "Pida a la coordinación el identificador de la persona y repita la orden con él en --officer.",
    ),
    # the centre's own commands
    "unknown_database": Words(
        "La base de datos del centro no existe, no se entiende o no deja entrar: {database}.",
        _NOTHING_CHANGED,
        "Créela con terreno central init --database sqlite:///ruta, o pida a quien administra PostgreSQL la base y la"
        " clave de postgresql://usuario:clave@servidor/base.",
    ),
    "database_unavailable": Words(
        "La base de datos del centro no responde: {database}.",
        _NOTHING_CHANGED,
        "Revise que el servidor de PostgreSQL funcione y que se llegue a él, y pruebe de nuevo.",
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
        "El archivo no es un respaldo del centro, o está dañado.", _NOTHING_CHANGED, "Use otro respaldo."
    ),
    "newer_copy": Words(
        "El respaldo es de una versión más nueva de Terreno.", _NOTHING_CHANGED, "Instale la versión más nueva."
    ),
    "file_exists": Words("Ya hay un archivo con ese nombre.", "Ese archivo quedó como estaba.", "Elija otro nombre."),
    "central_exists": Words(
        "En esa base de datos ya hay un centro.", _NOTHING_CHANGED, "Úsela con terreno central serve, o elija otra."
    ),
    "unknown_region": Words("No existe la región «{region}».", _NOTHING_CHANGED, "Use su código de dos cifras, o CL."),
    "port_in_use": Words(
        "No se puede usar esa dirección o puerto.", _NOTHING_CHANGED, "Elija otro puerto, o --port 0.", 3
    ),
    "no_display": Words(
        "No hay pantalla donde abrir el escritorio.",
        _NOTHING_CHANGED,
        "Repita la orden desde una sesión gráfica{otherwise}.",
        3,
    ),
    "no_display_library": Words(
        "Al sistema le falta una biblioteca para abrir ventanas (libxcb-cursor).",
        _NOTHING_CHANGED,
        "Pida instalar libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0.",
        3,
    ),
    "demo_folder": Words(
        "La carpeta de resultados ya tiene otras cosas.", _NOTHING_CHANGED, "Elija una carpeta nueva o vacía con --out."
    ),
    "usage": Words("La orden no está bien escrita: {what}", _NOTHING_CHANGED, "Vea la ayuda con --help."),
}
