"""Design tokens: the colours, type and sizes that every widget asks for.

In: `resources/themes/tokens.json`, the fonts and the icons. Out: one `Theme`, handed to each widget. A screen never
writes a colour or a pixel of its own, and never branches on the theme's name. The style sheet made from these tokens
is in `style_sheet`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from terreno_app.ui.icons import Icons
from terreno_app.ui.style_sheet import style_sheet

ThemeName = Literal["light", "dark", "high_contrast"]

COMPACT_FROM_SCALE: Final = 1.3
COMPACT_BELOW_WIDTH: Final = 1200
LARGE_FROM_SCALE: Final = 1.8
_FAMILY: Final = "Public Sans"
_PROPORTIONAL: Final = ("display", "figure")
_PALETTE: Final = (
    (QPalette.ColorRole.Window, "paper"),
    (QPalette.ColorRole.WindowText, "ink"),
    (QPalette.ColorRole.Base, "surface"),
    (QPalette.ColorRole.AlternateBase, "surface"),
    (QPalette.ColorRole.Text, "ink"),
    (QPalette.ColorRole.Button, "surface"),
    (QPalette.ColorRole.ButtonText, "ink"),
    (QPalette.ColorRole.Highlight, "primary"),
    (QPalette.ColorRole.HighlightedText, "on_primary"),
    (QPalette.ColorRole.PlaceholderText, "ink3"),
    (QPalette.ColorRole.ToolTipBase, "ink"),
    (QPalette.ColorRole.ToolTipText, "paper"),
)


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """Size in pixels at 100 % and weight of one role of text."""

    px: int
    weight: int


class Theme:
    """The look that is in force; it never changes, a new look is a new theme and new widgets.

    Args:
        name: Which set of colours.
        colours: Colour by token, as `#RRGGBB`.
        styles: Type by role.
        icons: Where icons come from.
        scale: Size of text and of everything that holds it; 1.0 to 2.0.
    """

    def __init__(
        self,
        name: ThemeName,
        colours: dict[str, str],
        styles: dict[str, TypeStyle],
        icons: Icons,
        *,
        scale: float = 1.0,
    ) -> None:
        self.name: ThemeName = name
        self.scale = scale
        self.colours = colours
        self.styles = styles
        self._icons = icons
        self._fonts: dict[tuple[str, int], QFont] = {}
        self._metrics: dict[tuple[str, int], QFontMetrics] = {}

    @property
    def high(self) -> bool:
        """High contrast: borders double and selections are drawn in ink."""
        return self.name == "high_contrast"

    @property
    def compact(self) -> bool:
        """Text is so large that the rail narrows and side panels move below."""
        return self.scale >= COMPACT_FROM_SCALE

    @property
    def large(self) -> bool:
        """Text is so large that lesser actions keep only their key."""
        return self.scale >= LARGE_FROM_SCALE

    @property
    def line(self) -> int:
        """Width of a rule or border in pixels."""
        return 2 if self.high else 1

    def px(self, n: float) -> int:
        """Pixels for a length drawn at 100 %."""
        return round(n * self.scale)

    def hex(self, token: str) -> str:
        """The colour of a token as `#RRGGBB`."""
        return self.colours[token]

    def colour(self, token: str) -> QColor:
        """The colour of a token."""
        return QColor(self.colours[token])

    def on_select(self, token: str) -> QColor:
        """The colour of a token where it stands on a selected row."""
        return self.colour("on_select" if self.high else token)

    def font(self, role: str = "body", weight: int = 0) -> QFont:
        """The font of a role; `weight` other than 0 takes the place of the role's own."""
        key = (role, weight)
        if key not in self._fonts:
            style = self.styles[role]
            font = QFont(_FAMILY)
            font.setPixelSize(self.px(style.px))
            font.setWeight(QFont.Weight(weight or style.weight))
            # Figures line up under each other; a big figure is read, not compared.
            font.setFeature(QFont.Tag("tnum"), 0 if role in _PROPORTIONAL else 1)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    def metrics(self, role: str = "body", weight: int = 0) -> QFontMetrics:
        """Measures of the font of a role; kept, as a font is matched anew for each that is made."""
        key = (role, weight)
        if key not in self._metrics:
            self._metrics[key] = QFontMetrics(self.font(role, weight))
        return self._metrics[key]

    def width_of(self, text: str, role: str = "body") -> int:
        """Pixels that a text takes on one line."""
        return self.metrics(role).horizontalAdvance(text)

    def icon(self, name: str, tone: str = "ink", size: int = 18, stroke: float = 1.9) -> QPixmap:
        """An icon; `tone` is a token or `#RRGGBB`, `size` its side at 100 %."""
        colour = self.colours.get(tone, tone)
        return self._icons.pixmap(name, colour, self.px(size), stroke + (0.4 if self.high else 0))

    def apply(self, app: QApplication) -> None:
        """Dress the whole application: font, palette and the one style sheet."""
        app.setFont(self.font())  # carries the tabular figures: the style sheet's sizes keep the feature
        palette = QPalette()
        for role, token in _PALETTE:
            palette.setColor(role, self.colour(token))
        app.setPalette(palette)
        app.setStyleSheet(style_sheet(self))


def load_theme(resources: Path, name: ThemeName = "light", *, scale: float = 1.0, ratio: float = 1.0) -> Theme:
    """Read the tokens and make a theme.

    Args:
        resources: Folder with `themes/` and `icons/`.
        name: Which set of colours.
        scale: Text size, 1.0 to 2.0.
        ratio: Device pixels for each logical pixel.
    """
    tokens = json.loads((resources / "themes" / "tokens.json").read_text(encoding="utf-8"))
    styles = {role: TypeStyle(style["px"], style["weight"]) for role, style in tokens["type"].items()}
    return Theme(name, tokens["themes"][name], styles, Icons(resources / "icons", ratio), scale=scale)


def load_fonts(resources: Path) -> None:
    """Give the shipped fonts to Qt: no text depends on what the system has installed."""
    for path in sorted((resources / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
