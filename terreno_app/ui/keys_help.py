"""F1: the keys of the house on one sheet, beside what the manual says of the screen."""

from typing import Final

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from terreno_app.ui.manual import ManualPart, part_of
from terreno_app.ui.theme import Theme
from terreno_app.ui.widgets.buttons import Button
from terreno_app.ui.widgets.layout import STRETCH, column, ground, row, rule, scrolled, turn_page
from terreno_app.ui.widgets.text import KeyCap, label

EVERYWHERE: Final = (
    ("F1", "estas teclas y el manual"),
    ("F2", "nueva atención"),
    ("F3", "información, y volver"),
    ("F4", "encuesta"),
    ("F5", "sincronizar"),
    ("F6", "al menú, y volver"),
    ("F9", "ocultar la pantalla"),
    ("F10", "aspecto: tema y tamaño de la letra"),
    ("F12", "bloquear; después, PIN o frase"),
    ("Ctrl|número", "ir a la pantalla de ese número"),
    ("Alt|letra", "lo que tiene esa letra subrayada"),
    ("Tab", "siguiente campo"),
    ("Esc", "salir o detener"),
)
BY_SCREEN: Final = {
    "today": (
        "Hoy",
        (
            ("Enter", "abrir la atención"),
            ("Ctrl|F", "buscar"),
            ("Ctrl|D", "duplicar"),
            ("Ctrl|B", "seguir con un borrador"),
            ("Ctrl|P", "comprobante"),
            ("Supr", "anular con motivo"),
            ("Ctrl|I", "una persona informada más"),
            ("Ctrl|Z", "deshacer"),
            ("Esc", "dejar la búsqueda"),
        ),
    ),
    "attention": (
        "Atención",
        (
            ("Ctrl|G", "guardar"),
            ("Ctrl|Enter", "guardar y otra"),
            ("F2|F2", "dejarla aparte y empezar otra"),
            ("F8", "siguiente dato que falta"),
            ("Ctrl|0", "no se preguntó"),
            ("Ctrl|R", "perfil como el de la anterior"),
            ("Ctrl|K", "consentimiento"),
            ("Ctrl|P", "imprimir la hoja del programa"),
            ("Esc", "salir"),
        ),
    ),
    "information": (
        "Información",
        (
            ("Flechas", "moverse en la lista"),
            ("Enter", "usar en una atención"),
            ("Ctrl|M", "registrar como entregada"),
            ("Ctrl|P", "imprimir la hoja A4"),
            ("Ctrl|F", "buscar"),
            ("Esc", "borrar lo escrito, volver"),
        ),
    ),
    "survey": (
        "Encuesta",
        (("Enter", "pasar el equipo"), ("1|9", "por qué no respondió"), ("Ctrl|G", "guardar motivo"), ("Esc", "a Hoy")),
    ),
    "receipt": (
        "Comprobante",
        (
            ("Ctrl|P", "imprimir en A4"),
            ("Alt|8", "imprimir en 80 mm"),
            ("Alt|D", "guardar el PDF"),
            ("Enter|Esc", "seguir"),
        ),
    ),
    "outings": (
        "Salidas",
        (
            ("Enter", "revisar y abrir; ir a la jornada"),
            ("+|−", "una persona informada más o menos"),
            ("Ctrl|I", "una persona más en «otra»"),
            ("Supr", "quitar un material"),
            ("Ctrl|Z", "deshacer el último conteo"),
            ("Ctrl|N", "nueva salida; sin incidentes"),
            ("Ctrl|B", "la atención a medio escribir, al cerrar"),
            ("Ctrl|G", "guardar; cerrar y firmar el acta"),
            ("Ctrl|P", "acta en PDF"),
            ("F8", "lo que falta para cerrar"),
            ("Esc", "volver, no cerrar"),
        ),
    ),
    "goals": (
        "Metas",
        (
            ("Ctrl|N", "nueva meta"),
            ("Enter", "reemplazar la elegida"),
            ("Alt|A", "aprobar la elegida"),
            ("Ctrl|G", "guardar"),
            ("Esc", "dejar sin guardar"),
        ),
    ),
    "sync": ("Sincronización", (("F5", "sincronizar"), ("F7", "guardar en pendrive"), ("Esc", "detener"))),
    "conflicts": (
        "Conflictos",
        (
            ("J|K", "campo siguiente y anterior"),
            ("1", "queda lo que rige"),
            ("2", "queda el otro cambio"),
            ("3", "escribir otro valor"),
            ("A", "lo mismo en las iguales"),
            ("H", "historia"),
            ("Ctrl|Z", "deshacer"),
            ("Ctrl|G", "guardar"),
        ),
    ),
    "administration": (
        "Administración",
        (
            ("Ctrl|G", "dar una llave a otra persona"),
            ("Alt|C", "publicar un cuestionario (coordinación de todo el país)"),
        ),
    ),
    "reports": (
        "Informes",
        (
            ("Alt|T", "elegir la tabla"),
            ("Flechas", "moverse en la tabla"),
            ("Enter", "ver las atenciones de una cifra"),
            ("Ctrl|P", "guardar el PDF"),
            ("Esc", "volver a la cifra; no cerrar el mes"),
            ("Ctrl|Z", "recuperar la corrección descartada"),
        ),
    ),
}
CLOSED: Final = (
    "Desbloqueo",
    (
        ("Alt|número", "elegir a quien atiende"),
        ("Enter", "abrir con la frase de paso"),
        ("6 dígitos", "abrir con el PIN de hoy la pantalla bloqueada"),
        ("F1", "estas teclas y el manual"),
        ("F10", "aspecto: tema y tamaño de la letra"),
        ("Alt|letra", "lo que tiene esa letra subrayada"),
        ("Tab", "siguiente campo"),
    ),
)
"""While nobody has opened the laptop the keys of the house do not hold."""
_CAPS_WIDTH: Final = 132
_MANUAL_WIDTH: Final = 360
_MANUAL_LINES: Final = 4
"""Lines of the manual in sight where text is so large that it stands over the keys."""
_GAP: Final = 36
_BESIDE_BAR: Final = 14
_AROUND: Final = 180
"""What the title, the button and the margins take of the height."""


class KeysHelp(QDialog):
    """The sheet; Esc closes it.

    Args:
        theme: How it looks.
        parent: The window over which it stands.
        screen: Name of the screen that the person is on; empty while nobody has opened the laptop.
        manual: The manual, in Markdown.
    """

    def __init__(self, theme: Theme, parent: QWidget, screen: str, manual: str) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setWindowTitle("Ayuda")
        self._theme = theme
        close = Button(theme, "&Cerrar", "primary", key="Esc", name="close_help")
        close.clicked.connect(self.reject)
        title, its_keys = BY_SCREEN.get(screen, CLOSED)
        lists = [self._list("En todas las pantallas", EVERYWHERE)] if screen else []
        lists.append(self._list(title, its_keys))
        said = part_of(manual, title)
        margin = theme.px(28)
        room, free = parent.window().size(), parent.window().width() - 3 * margin
        if said and not theme.large:
            free -= theme.px(_MANUAL_WIDTH + _GAP)
        wide = sum(one.sizeHint().width() for one in lists) + theme.px(_GAP + 2 * _BESIDE_BAR)
        if wide > free:  # one under the other, those of this screen first
            together = column(theme, *reversed(lists), margins=(0, 0, _BESIDE_BAR, 0), gap=24)
        else:
            together = row(theme, *lists, margins=(0, 0, _BESIDE_BAR, 0), gap=_GAP)
        self._area = area = scrolled(ground(together, "page"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(margin, theme.px(22), margin, theme.px(20))
        layout.setSpacing(theme.px(14))
        layout.addWidget(label(theme, "Ayuda", "h1"))
        layout.addWidget(self._with_manual(area, said, title) if said else area, 1)
        layout.addWidget(row(theme, STRETCH, close))
        wanted, high = together.sizeHint(), room.height() - theme.px(_AROUND)
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(min(wanted.width() + bar, free))
        if said and theme.large:
            high //= 2
        area.setMinimumHeight(min(wanted.height(), high))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pages are turned where large text needs more room than there is."""
        if not turn_page(self._area, event.key()):
            super().keyPressEvent(event)

    def _with_manual(self, area: QWidget, said: str, title: str) -> QWidget:
        """The manual beside the keys, or over them where text is largest; it has the focus: arrows scroll it."""
        theme = self._theme
        text = ManualPart(said, title)
        text.setFocus()
        if theme.large:
            text.setFixedHeight(theme.metrics("body").lineSpacing() * _MANUAL_LINES)
            return column(theme, text, (area, 1), gap=8)
        shown = column(theme, label(theme, f"Manual: {title}", "h3"), rule(theme), 2, (text, 1), gap=7)
        shown.setFixedWidth(theme.px(_MANUAL_WIDTH))
        return row(theme, shown, (area, 1), gap=_GAP)

    def _list(self, title: str, lines: tuple[tuple[str, str], ...]) -> QWidget:
        theme = self._theme
        rows = []
        for caps, words in lines:
            keys = row(theme, *(KeyCap(theme, cap) for cap in caps.split("|")), STRETCH, gap=4)
            keys.setFixedWidth(theme.px(_CAPS_WIDTH))
            rows.append(row(theme, keys, label(theme, words), STRETCH, gap=10))
        return column(theme, label(theme, title, "h3"), rule(theme), 2, *rows, STRETCH, gap=7)
