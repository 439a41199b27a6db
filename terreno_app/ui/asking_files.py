"""The dialogs that ask for a file, in Spanish throughout: Qt's own translation leaves some labels out."""

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QFileDialog, QWidget

_LABELS: Final = {
    QFileDialog.DialogLabel.LookIn: "&Buscar en:",
    QFileDialog.DialogLabel.FileName: "&Nombre del archivo:",
    QFileDialog.DialogLabel.FileType: "&Tipo de archivo:",
}


def ask_where_to_save(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Ask where to keep a file, beginning with this name in the person's own folder; None when they changed their mind.

    Args:
        parent: The window over which it is asked.
        title: What the dialog is called.
        name: The name that is proposed, without a folder.
        kinds: The kinds of files, as Qt writes them.
    """
    dialog = _dialog(parent, title, kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    return _answer(dialog)


def ask_which_to_open(parent: QWidget, title: str, kinds: str) -> Path | None:
    """Ask for a file that is there; None when the person changed their mind. Arguments as for saving."""
    dialog = _dialog(parent, title, kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _answer(dialog)


def _dialog(parent: QWidget, title: str, kinds: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(Path.home()), kinds)
    for which, words in _LABELS.items():
        dialog.setLabelText(which, words)
    return dialog


def _answer(dialog: QFileDialog) -> Path | None:
    try:
        chosen = dialog.selectedFiles() if dialog.exec() else []
    finally:
        dialog.deleteLater()
    return Path(chosen[0]) if chosen else None
