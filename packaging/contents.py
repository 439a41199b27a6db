"""What belongs into the frozen program, on each system: said once, for the spec and for whoever checks it.

Data only, and questions about it; nothing here knows PyInstaller.
"""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import TypeVar

NAME = "terreno"

# The centre has a server of its own, and a demonstration needs a centre.
LEFT_OUT_OF_OURS = (
    "sync.central",
    "terreno_app.central",
    "terreno_app.central_operations",
    "terreno_app.central_serving",
    "terreno_app.cli.centre",
    "terreno_app.cli.operating",
    "terreno_app.cli.serving",
    "terreno_app.cli.demo",
    "terreno_app.cli.demo_command",
)
LEFT_OUT_OF_OTHERS = (
    "fastapi",
    "prometheus_client",
    "psycopg",
    "psycopg_binary",
    "starlette",
    "uvicorn",
    # What libraries import if it happens to be there.
    "IPython",
    "PIL",
    "chardet",
    "curses",
    "dotenv",
    "lib2to3",
    "lxml",
    "numpy",
    "pandas",
    "pip",
    "pkg_resources",
    "pytest",
    "setuptools",
    "tkinter",
    "unittest",
)
WITH_DATA = ("certifi", "mnemonic", "tzdata")
"""Libraries whose data is read at run time. `tzdata` is never imported: `zoneinfo` looks for it."""

# Plugins of Qt are loaded by name at run time, so each kind says what a laptop needs of it.
PLUGINS = {
    "iconengines": ("qsvgicon",),
    "imageformats": ("qsvg", "qico", "qjpeg"),
    "platforms": ("qxcb", "qwayland", "qoffscreen", "qwindows"),
    "platforminputcontexts": ("composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"),
    "platformthemes": ("qxdgdesktopportal",),
    "printsupport": ("cupsprintersupport",),
    "styles": (),
    "wayland-decoration-client": ("adwaita", "bradient"),
    "wayland-graphics-integration-client": ("qt-plugin-wayland-egl", "shm-emulation-server"),
    "wayland-shell-integration": ("xdg-shell",),
    "xcbglintegrations": ("qxcb-egl-integration", "qxcb-glx-integration"),
}
QT_LIBRARIES = frozenset(
    {
        "Core",
        "DBus",
        "Gui",
        "OpenGL",
        "PrintSupport",
        "Svg",
        "WaylandClient",
        "Widgets",
        "WlShellIntegration",
        "XcbQpa",
    }
)
QT_MODULES = frozenset({"QtCore", "QtDBus", "QtGui", "QtPrintSupport", "QtSvg", "QtWidgets"})
NEVER = re.compile(r"opengl32sw\.dll|(lib)?pyside6qml\..*")
TRANSLATIONS = frozenset({"qtbase_es.qm", "qt_es.qm"})

Entry = TypeVar("Entry", bound=tuple[str, ...])


def ours(modules: Iterable[str]) -> list[str]:
    """The modules of this project that are frozen, out of all there are; many are imported only by their name."""
    return sorted(module for module in modules if not any(_within(module, out) for out in LEFT_OUT_OF_OURS))


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """What remains of the files that PyInstaller found, each named by its place in the program."""
    return [entry for entry in entries if is_needed(entry[0])]


def is_needed(place: str) -> bool:
    """Whether a file at this place belongs into the program; only files of Qt are ever refused.

    Args:
        place: Path in the program, with the separators of any system.
    """
    path = PurePosixPath(place.replace("\\", "/"))
    if _is_qt_library(path.name):
        # PyInstaller offers what it finds in Qt's own folder a second time, as links at the top.
        return _qt_library(path.name) in QT_LIBRARIES
    if "PySide6" not in path.parts:
        return True
    if "plugins" in path.parts:
        return _plain(path.name) in PLUGINS.get(path.parent.name, ())
    if "translations" in path.parts:
        return path.name in TRANSLATIONS
    if path.name.startswith("Qt") and path.suffix in {".so", ".pyd"}:
        return path.name.partition(".")[0] in QT_MODULES
    return not NEVER.fullmatch(path.name) and not {"qml", "metatypes"} & set(path.parts)


def _is_qt_library(name: str) -> bool:
    return name.startswith(("libQt6", "Qt6"))


def _qt_library(name: str) -> str:
    return name.removeprefix("lib").removeprefix("Qt6").partition(".")[0]


def _plain(name: str) -> str:
    """The name of a plugin without what a system puts around it."""
    stem = name.partition(".")[0]
    return stem.removeprefix("lib") if ".so" in name else stem
