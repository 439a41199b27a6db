"""The Spanish of every error: what happened, what is safe, what to do next, and the exit status it ends with."""

from terreno_app.services.centre_words import CENTRE_WORDS
from terreno_app.services.three_parts import KEPT, NOTHING_CHANGED, Words
from terreno_app.services.update_words import UPDATE_WORDS
from terreno_app.services.way_words import WAY_WORDS

ENROLMENT_BEGUN = (
    "Este equipo todavía no quedó enrolado. Si el código alcanzó a usarse, sigue sirviendo para esta carpeta."
)
"""What is true whenever an enrolment breaks off after the laptop spoke with the centre."""
ANOTHER_PASSPHRASE = Words(
    "En esta carpeta ya hay un equipo, o un enrolamiento a medio hacer, que no se abre con esa frase.",
    "No se cambió nada. Si el código alcanzó a usarse, sigue sirviendo para esta carpeta.",
    "Repita la orden con la frase del primer intento. Si nadie la tiene, elija otra carpeta con --data y pida otro"
    " código.",
)
BACKUP_PASSPHRASE = Words(
    "La frase de paso no abre este respaldo.",
    "El respaldo y el equipo siguen como estaban.",
    "Use la frase que abría el equipo cuando se hizo el respaldo. Si está bien, revise que device.key sea del equipo"
    " que lo hizo.",
)
NO_TEXT = Words(
    "El archivo no es un texto en UTF-8: {file}.",
    NOTHING_CHANGED,
    "Guárdelo otra vez como texto con la codificación UTF-8, y repita la orden.",
)
NOTHING_TO_PUT_BACK = Words(
    "En esta carpeta no hay un equipo que volver a su respaldo.",
    NOTHING_CHANGED,
    "Para recibir aquí el respaldo de otro equipo hace falta además su device.key: terreno restore ARCHIVO --device-key"
    " device.key. Si el equipo está en otra carpeta, indíquela con --data.",
)

REJECTED_IN_A_TERMINAL = Words("No se pudo guardar: {what}.", NOTHING_CHANGED, "Corrija lo indicado y repita la orden.")
NO_ROOM_THERE = Words(
    "No queda espacio en {folder}.",
    "Lo guardado sigue como estaba, y ahí no queda nada a medias.",
    "Libere espacio o elija otro lugar, y repita la orden.",
    3,
)

BUG = Words(
    "Algo falló dentro del programa.",
    KEPT,
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
        NOTHING_CHANGED,
        "Enrole el equipo con terreno enrol, o indique su carpeta con --data. El respaldo de otro equipo se recibe con "
        "terreno restore --device-key.",
    ),
    "already_a_laptop": Words(
        "En esta carpeta ya hay un equipo enrolado.", KEPT, "Use otra carpeta con --data para un equipo nuevo."
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
        NOTHING_CHANGED,
        "Use 16 caracteres o más, o las cinco palabras que propone el programa.",
    ),
    "passphrases_differ": Words(
        "Las dos frases no son iguales.", NOTHING_CHANGED, "Escriba con calma la misma frase dos veces."
    ),
    "no_passphrase": Words(
        "Falta la frase de paso.",
        NOTHING_CHANGED,
        "Escríbala cuando se pida, en TERRENO_PASSPHRASE o con --passphrase-file.",
    ),
    "no_new_passphrase": Words(
        "Falta la frase de paso nueva.",
        NOTHING_CHANGED,
        "Escríbala cuando se pida, o dé su archivo con --new-passphrase-file.",
    ),
    "unknown_officer": Words(
        "Esa persona no tiene llave en este equipo.",
        NOTHING_CHANGED,
        "Vea quiénes la tienen con terreno officer list.",
    ),
    "known_officer": Words("Esa persona ya tiene llave en este equipo.", NOTHING_CHANGED, "No hace falta hacer nada."),
    "last_officer": Words(
        "No se puede quitar a la única persona con llave.",
        NOTHING_CHANGED,
        "Agregue antes a otra con terreno officer add.",
    ),
    "folder_locked": Words(
        "Otro programa está usando la carpeta de este equipo.",
        KEPT,
        "Cierre la otra ventana de Terreno e intente otra vez.",
        3,
    ),
    "folder_denied": Words(
        "El sistema no permite escribir en la carpeta.", KEPT, "Pida permiso de escritura o use otra carpeta.", 3
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
    "other_device": Words(
        "Este respaldo es de otro equipo: no se abre con ese device.key, sea cual sea la frase.",
        NOTHING_CHANGED,
        "Use el device.key del equipo que hizo el respaldo, con terreno restore --device-key en una carpeta vacía; o un"
        " respaldo de este equipo.",
    ),
    # the ministry's recovery key
    "wrong_custodian": Words(
        "La frase de paso no abre la llave de esa persona que custodia.",
        NOTHING_CHANGED,
        "Revise la frase y el archivo, e intente otra vez.",
    ),
    "no_recovery": Words(
        "A este equipo no le ha llegado ninguna llave de recuperación.",
        "Los datos siguen cifrados y completos.",
        "Solo lo abre la frase de una de sus personas (terreno officer list). Después sincronice, para que le llegue.",
    ),
    "wrong_recovery": Words(
        "La llave de recuperación no es la de este equipo.",
        "Los datos siguen cifrados y completos.",
        "Use el de la llave que el centro tenía cuando este equipo, o su respaldo, se abrió por última vez.",
    ),
    "wrong_pair": Words(
        "Esas personas no custodian juntas esa llave de recuperación.",
        NOTHING_CHANGED,
        "Hacen falta dos distintas de las tres que recibieron la llave; para crearla, tres.",
    ),
    "unreadable_key": Words(
        "El archivo no tiene una llave de custodia ni de recuperación, o está dañado.",
        NOTHING_CHANGED,
        "Use el archivo que entregó terreno recovery, o su copia.",
    ),
    "settings": Words("{what}", NOTHING_CHANGED, "Corrija el archivo, o bórrelo para volver a lo de fábrica."),
    "file_missing": Words("No existe el archivo: {file}.", NOTHING_CHANGED, "Revise el nombre y la carpeta."),
    "folder_missing": Words(
        "No existe la carpeta donde iría el archivo.", NOTHING_CHANGED, "Revise el nombre, o cree antes la carpeta."
    ),
    "file_unreadable": Words(
        "No se puede leer o escribir el archivo.", NOTHING_CHANGED, "Revise el archivo y sus permisos."
    ),
    "no_certificate": Words(
        "El archivo no tiene un certificado PEM: {file}.",
        NOTHING_CHANGED,
        "Indique con --ca el de la autoridad que firma el certificado del centro, o pídalo a la coordinación.",
    ),
    "unreadable_here": Words(
        "Esta cuenta no puede leer lo que se indicó en {name}.",
        NOTHING_CHANGED,
        "Revise de quién es y sus permisos, y repita la orden.",
    ),
    "no_readable_line": Words(
        "El archivo no tiene ninguna línea que se pueda leer.",
        NOTHING_CHANGED,
        "Revise que sea un registro JSON por línea.",
    ),
    # records
    "unknown_kind": Words(
        "No existe ese tipo de registro: {kind}.",
        NOTHING_CHANGED,
        # Written out: the closed laptop tells errors too, and need not load every kind of record for it.
        "Use uno de estos: outing, outing_session, attention, identity, referral, survey_response, coverage_goal,"
        " officer, device, questionnaire, programme, institution, topic, holiday, contact_fact, quarantine,"
        " regional_diagnosis, siac_activity, monthly_opinions, goal_remark, year_remark, comment_theme, retention_run,"
        " data_rights_request, breach, month_close, acta.",
    ),
    "no_such_device": Words(
        "El centro no tiene ese equipo.", NOTHING_CHANGED, "Vea las siglas con «terreno central device list»."
    ),
    "unknown_record": Words(
        "Este equipo no tiene ese registro.", NOTHING_CHANGED, "Revise el identificador o sincronice primero."
    ),
    "ambiguous_record": Words(
        "Hay más de un registro con ese folio o código.",
        NOTHING_CHANGED,
        "Use el identificador, que está al final de cada línea de terreno list.",
    ),
    "unknown_field": Words("Ese registro no tiene el campo «{field}».", NOTHING_CHANGED, "Use uno de estos: {known}."),
    "not_editable": Words(
        "Ese registro no se puede cambiar.", NOTHING_CHANGED, "Si está errado, anúlelo con un motivo."
    ),
    "not_held": Words(
        "Este equipo no tiene todos los datos de ese grupo y no puede cambiarlo.",
        NOTHING_CHANGED,
        "Pídalo al equipo que lo registró o a la coordinación.",
    ),
    "only_coordination": Words(
        "Eso lo decide la coordinación.", NOTHING_CHANGED, "Pídalo en un equipo de coordinación."
    ),
    "decided": Words("Eso ya se rechazó.", NOTHING_CHANGED, "Un rechazo es definitivo: ingrese el registro otra vez."),
    "unsendable": Words(
        "El texto de «{field}» no se puede guardar ({code_text}).",
        "Lo que escribió sigue aquí.",
        "Corríjalo y guarde otra vez.",
    ),
    "unknown_conflict": Words(
        "Este equipo no tiene ese conflicto abierto.", NOTHING_CHANGED, "Vea los abiertos con terreno conflicts list."
    ),
    "may_not_resolve": Words(
        "Este equipo no puede decidir ese conflicto.",
        NOTHING_CHANGED,
        "Lo decide la coordinación, o el equipo que escribió el otro valor.",
    ),
    "newer_conflict": Words(
        "Ese conflicto es de una versión más nueva de Terreno.", NOTHING_CHANGED, "Actualice el programa y decídalo."
    ),
    "unknown_outing": Words(
        "Este equipo no conoce esa salida.", NOTHING_CHANGED, "Véalas con terreno outing list o sincronice."
    ),
    "ambiguous_outing": Words("Hay dos salidas con ese código.", NOTHING_CHANGED, "Use el identificador completo."),
    "session_open": Words("Este equipo ya tiene una salida abierta.", NOTHING_CHANGED, "Ciérrela antes de abrir otra."),
    "no_session": Words(
        "Esa salida no está abierta en este equipo.", NOTHING_CHANGED, "Ábrala con terreno outing open."
    ),
    "session_closed": Words(
        "Esta salida ya se cerró en este equipo y su semilla se reveló.", NOTHING_CHANGED, "Planifique otra salida."
    ),
    "survey_not_drawn": Words(
        "Esa atención no salió en el sorteo de la encuesta, o está anulada.",
        NOTHING_CHANGED,
        "Elija a una de las personas que esperan.",
    ),
    "survey_answered": Words(
        "De esa persona ya hay una respuesta guardada, y una respuesta no se cambia.",
        KEPT,
        "Elija a otra de las personas que esperan.",
    ),
    "draw_mismatch": Words(
        "El sorteo no coincide con la semilla revelada.",
        KEPT,
        "Avise a la coordinación: revise los registros indicados.",
        1,
    ),
    # reports
    "unknown_report": Words("No existe el informe «{name}».", NOTHING_CHANGED, "Los informes son: {known}."),
    "bad_period": Words("El período no se entiende: «{period}».", NOTHING_CHANGED, "Escriba 2026-11, 2026-Q4 o 2026."),
    "region_not_here": Words(
        "Este equipo no tiene las cifras de la región {region}.",
        NOTHING_CHANGED,
        "Pídalas desde un equipo de esa región o del nivel central.",
    ),
    "report_not_here": Words(
        "Este equipo no puede pedir ese informe.", NOTHING_CHANGED, "Pídalo desde un equipo de coordinación."
    ),
    "sync_before_close": Words(
        "Este equipo no se ha sincronizado desde que terminó {period}: puede faltarle parte del mes.",
        NOTHING_CHANGED,
        "Sincronice y repita; o cierre con las cifras del centro (--source central).",
    ),
    "month_not_over": Words(
        "El mes {period} todavía no termina.",
        NOTHING_CHANGED,
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
        NOTHING_CHANGED,
        "Ciérrelo con terreno report close, o sincronice si lo cerró otra persona.",
    ),
    "close_too_large": Words(
        "Las cifras del mes no caben en un solo cierre.", NOTHING_CHANGED, "Cierre el mes región por región."
    ),
    "digest_mismatch": Words(
        "Las cifras del archivo no dan la huella que declara.",
        NOTHING_CHANGED,
        "Pida el informe otra vez a quien lo emitió.",
    ),
    "not_its_figures": Words(
        "Lo que el archivo muestra no es lo que dicen las cifras que lleva dentro.",
        NOTHING_CHANGED,
        "Alguien lo cambió después de emitido: pida el informe otra vez a quien lo emitió.",
    ),
    # registers of other spaces
    "table_empty": Words("La planilla no tiene filas.", NOTHING_CHANGED, "Revise que sea el archivo correcto."),
    "table_encoding": Words(
        "El texto de la planilla está en UTF-16 y le falta la marca del comienzo, o viene cortado.",
        NOTHING_CHANGED,
        "Guárdela otra vez desde la planilla de cálculo como «CSV UTF-8» o como XLSX.",
    ),
    "table_headings": Words(
        "Dos columnas de la planilla se llaman igual.", NOTHING_CHANGED, "Dé a cada columna un nombre propio."
    ),
    "table_too_large": Words("La planilla pesa más de 64 MB.", NOTHING_CHANGED, "Divídala, por ejemplo por mes."),
    "table_unreadable": Words(
        "El archivo no es una planilla CSV ni XLSX que se pueda leer.",
        NOTHING_CHANGED,
        "Guárdelo otra vez desde la planilla de cálculo como CSV o XLSX.",
    ),
    "mapping_unreadable": Words(
        "El archivo del mapeo no se puede leer.",
        NOTHING_CHANGED,
        "Revíselo, o bórrelo para que se proponga uno nuevo.",
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
    "no_display": Words(
        "No hay pantalla donde abrir el escritorio.",
        NOTHING_CHANGED,
        "Repita la orden desde una sesión gráfica{otherwise}.",
        3,
    ),
    "no_display_library": Words(
        "Al sistema le falta una biblioteca para abrir ventanas (libxcb-cursor).",
        NOTHING_CHANGED,
        "Pida instalar libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0.",
        3,
    ),
    "demo_folder": Words(
        "La carpeta de resultados ya tiene otras cosas.", NOTHING_CHANGED, "Elija una carpeta nueva o vacía con --out."
    ),
    "usage": Words("La orden no está bien escrita: {what}", NOTHING_CHANGED, "Vea la ayuda con --help."),
    **WAY_WORDS,
    **UPDATE_WORDS,
    **CENTRE_WORDS,
}
