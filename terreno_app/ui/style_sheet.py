"""The one style sheet, generated from the tokens of a theme. No other file of ours holds a colour.

Heights are not here: in a style sheet `min-height` beats `setFixedHeight` and cuts buttons at the bottom, so widgets
set theirs in code. Rings, carets and key caps are painted by the widgets: Qt's style sheets have no `outline`.
"""

from collections.abc import Mapping
from typing import Protocol

_TONES = ("ink", "ink2", "ink3", "primary", "copper", "ok", "bad", "on_primary", "paper")
_INPUTS = ("QLineEdit", "QComboBox", "QPlainTextEdit")


class Tokens(Protocol):
    """What the style sheet asks of a theme."""

    @property
    def colours(self) -> Mapping[str, str]:
        """Colour by token."""
        ...

    @property
    def high(self) -> bool:
        """High contrast."""
        ...

    @property
    def line(self) -> int:
        """Width of a border."""
        ...

    def px(self, n: float) -> int:
        """Pixels for a length drawn at 100 %."""
        ...

    @property
    def styles(self) -> Mapping[str, "Style"]:
        """Type by role."""
        ...


class Style(Protocol):
    """Size and weight of a role of text."""

    @property
    def px(self) -> int:
        """Size at 100 %."""
        ...

    @property
    def weight(self) -> int:
        """Weight of the font."""
        ...


def style_sheet(theme: Tokens) -> str:
    """The whole sheet for one theme."""
    return "\n".join((_grounds(theme), _text(theme), _inputs(theme), _buttons(theme), _views(theme)))


def _each(pattern: str) -> str:
    return ", ".join(pattern.format(kind) for kind in _INPUTS)


def _grounds(theme: Tokens) -> str:
    c, line = theme.colours, theme.line
    return f"""
* {{ font-size:{theme.px(15)}px; color:{c["ink"]}; }}
QWidget#page, QScrollArea, QWidget#scrolled {{ background:{c["paper"]}; border:none; }}
QWidget#surface {{ background:{c["surface"]}; }}
QWidget#sunken {{ background:{c["sunken"]}; }}
QWidget#rail {{ background:{c["rail"]}; border-right:{line}px solid {c["rule"]}; }}
QWidget#status {{ background:{c["rail"]}; border-top:{line}px solid {c["rule"]}; }}
QWidget#side {{ background:{c["sunken"]}; border-left:{line}px solid {c["rule"]}; }}
QWidget#foot {{ background:{c["paper"]}; border-top:{line}px solid {c["rule"]}; }}
QWidget#undo {{ background:{c["ink"]}; }}
QFrame#hrule, QFrame#vrule {{ background:{c["rule"]}; border:none; }}
QFrame#hrule[strong="true"] {{ background:{c["ink"]}; }}
QFrame#popup {{ background:{c["surface"]}; border:2px solid {c["focus"]}; border-radius:0; }}
QToolTip {{ background:{c["ink"]}; color:{c["paper"]}; border:none; padding:6px 8px; }}
""" + "".join(
        f'QWidget#notice[tone="{tone}"] {{ background:{c[f"{tone}_soft"]}; border-left:4px solid {c[tone]};'
        f" border-right:0; border-top:0; border-bottom:0; }}\n"
        for tone in ("primary", "copper", "ok", "bad")
    )


def _text(theme: Tokens) -> str:
    c, line = theme.colours, theme.line
    roles = "".join(
        f'QLabel[role="{role}"] {{ font-size:{theme.px(style.px)}px; font-weight:{style.weight}; }}\n'
        for role, style in theme.styles.items()
    )
    tones = "".join(f'QLabel[tone="{tone}"] {{ color:{c[tone]}; }}\n' for tone in _TONES)
    return f"""
QLabel {{ background:transparent; }}
{roles}{tones}
QLabel[role="key"] {{ font-size:{theme.px(12)}px; font-weight:600; color:{c["ink2"]}; background:{c["key"]};
   border:{line}px solid {c["rule_strong"]}; border-bottom-width:{line + 1}px; border-radius:3px;
   padding:0 {theme.px(5)}px; }}
"""


def _inputs(theme: Tokens) -> str:
    c, line = theme.colours, theme.line
    across = theme.px(10)
    down = theme.px(6)
    thick = 2 - line
    lit_ink = "#000000" if theme.high else c["ink"]
    return f"""
{_each("{}")} {{ background:{c["surface"]}; color:{c["ink"]}; border:{line}px solid {c["rule_strong"]};
   border-radius:3px; padding:0 {across}px; selection-background-color:{c["primary"]};
   selection-color:{c["on_primary"]}; placeholder-text-color:{c["ink3"]}; }}
QPlainTextEdit {{ padding:{down}px {across}px; }}
{_each('{}[inherited="true"]')} {{ background:transparent; color:{c["ink2"]}; }}
{_each("{}:disabled")} {{ background:{c["sunken"]}; color:{c["ink3"]}; border:{line}px dashed {c["rule_strong"]}; }}
{_each('{}[invalid="true"]')} {{ border:2px solid {c["bad"]}; padding:0 {across - thick}px; }}
QPlainTextEdit[invalid="true"] {{ padding:{down - thick}px {across - thick}px; }}
{_each("{}:focus")} {{ background:{c["focus_fill"]}; color:{lit_ink}; border:2px solid {c["focus"]};
   padding:0 {across - thick}px; }}
QPlainTextEdit:focus {{ padding:{down - thick}px {across - thick}px; }}
{_each('{}[invalid="true"]:focus')} {{ border:2px solid {c["bad"]}; }}
QLineEdit {{ lineedit-password-character:8226; }}
QLineEdit[big="true"], QPlainTextEdit[big="true"] {{ font-size:{theme.px(19)}px; }}
QComboBox, QComboBox:focus, QComboBox[invalid="true"] {{ padding-right:0; }}
QComboBox::drop-down {{ border:none; width:{theme.px(26)}px; }}
QComboBox::down-arrow {{ image:none; }}
QComboBox QAbstractItemView {{ background:{c["surface"]}; border:2px solid {c["focus"]}; outline:none;
   selection-background-color:{c["primary"]}; selection-color:{c["on_primary"]}; padding:0; }}
QComboBox QAbstractItemView::item {{ min-height:{theme.px(32)}px; padding:0 {theme.px(8)}px; }}
QComboBox QAbstractItemView::item:selected {{ background:{c["primary"]}; color:{c["on_primary"]}; }}
QCheckBox {{ spacing:{theme.px(8)}px; }}
"""


def _buttons(theme: Tokens) -> str:
    c, line = theme.colours, theme.line
    return f"""
QPushButton {{ background:{c["surface"]}; color:{c["ink"]}; border:{line}px solid {c["rule_strong"]};
   border-radius:3px; padding:0 {theme.px(14)}px; font-weight:600; }}
QPushButton:hover {{ border-color:{c["ink"]}; }}
QPushButton:pressed {{ background:{c["sunken"]}; }}
QPushButton[kind="primary"] {{ background:{c["primary"]}; color:{c["on_primary"]};
   border:{line}px solid {c["primary"]}; }}
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {{ background:{c["primary_hover"]}; }}
QPushButton[kind="quiet"] {{ background:transparent; border-color:transparent; color:{c["primary"]};
   padding:0 {theme.px(8)}px; }}
QPushButton[kind="quiet"]:hover {{ border-color:{c["rule"]}; }}
QPushButton[kind="danger"] {{ color:{c["bad"]}; border-color:{c["bad"]}; }}
QPushButton:disabled, QPushButton[kind="primary"]:disabled {{ color:{c["ink3"]}; background:{c["sunken"]};
   border:{line}px solid {c["rule"]}; }}
QPushButton[kind="quiet"]:disabled {{ background:transparent; border-color:transparent; }}
"""


def _views(theme: Tokens) -> str:
    c, line = theme.colours, theme.line
    return f"""
QTableView, QListView {{ background:transparent; border:none; outline:none; gridline-color:transparent; }}
QHeaderView {{ background:transparent; border:none; }}
QHeaderView::section {{ background:transparent; color:{c["ink2"]}; border:none;
   border-bottom:{line}px solid {c["ink"]}; padding:0 {theme.px(8)}px; font-size:{theme.px(13)}px; font-weight:600; }}
QTextEdit#manual {{ background:{c["paper"]}; color:{c["ink"]}; border:2px solid transparent; }}
QTextEdit#manual:focus {{ border:2px solid {c["focus"]}; }}
QScrollBar:vertical {{ background:transparent; width:12px; margin:0; }}
QScrollBar::handle:vertical {{ background:{c["rule_strong"]}; min-height:32px; border-radius:3px; margin:2px 3px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background:none;
   height:0; width:0; }}
QScrollBar:horizontal {{ height:0; }}
QTableView QScrollBar:horizontal {{ background:transparent; height:12px; margin:0; }}
QTableView QScrollBar::handle:horizontal {{ background:{c["rule_strong"]}; min-width:32px; border-radius:3px;
   margin:3px 2px; }}
"""
