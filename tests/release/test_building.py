"""The pieces of a build: the same bytes twice, only what belongs inside, and nothing that a system may lack."""

import importlib.util
import io
import os
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import archives
import contents
import debian
import needs
import orjson
import probing
import PySide6
import pytest
import sbom
import shiboken6
import shiboken_support
import zstandard
from facts import TRUSTED, NoSourceError, Source, source_of
from rich.console import Console
from signing import make_key

from terreno_app import __version__
from terreno_app.cli.main import FAMILIES

ROOT = Path(__file__).parents[2]
SOURCE = Source("1.2.0", "c0ffee", 1_795_000_000)
(ORJSON,) = map(str, Path(orjson.__file__).parent.glob("*.so"))
NEEDS = needs.Needs(("fontconfig-config", "libc6", "libgl1"), (2, 34))
HELP = """Uso: terreno

Órdenes:
  app    Abre la aplicación.
  sync   Sincroniza con el
         centro.

Opciones:
  --help  x
"""


def frozen(folder, age=0):
    """A folder as PyInstaller leaves it, made at some hour under some umask."""
    inside = folder / "_internal"
    inside.mkdir(parents=True)
    (folder / "terreno").write_text(f"#!/bin/sh\ncat <<'END'\n{HELP}END\n", encoding="utf-8")
    (folder / "terreno").chmod(0o700)
    (inside / "libQt6Core.so.6").write_bytes(b"library")
    (inside / "libQt6Core.so.6").chmod(0o711)
    (inside / "liblink.so").symlink_to("libQt6Core.so.6")
    for path in (folder / "terreno", inside / "libQt6Core.so.6"):
        os.utime(path, (1_000_000_000 + age, 1_000_000_000 + age))
    archives.settle(folder)
    return folder


def test_an_archive_is_the_same_whenever_it_is_made(tmp_path):
    made = []
    for turn in range(2):
        target = tmp_path / f"{turn}.tar.zst"
        archives.archive(frozen(tmp_path / f"folder{turn}", turn), "terreno-1.2.0", target, SOURCE.epoch)
        made.append(target.read_bytes())

    with tarfile.open(fileobj=io.BytesIO(zstandard.ZstdDecompressor().stream_reader(made[0]).read())) as tar:
        members = {one.name: (one.mode & 0o777, one.uname, one.mtime, one.linkname) for one in tar}

    assert made[0] == made[1]
    assert members == {
        "terreno-1.2.0": (0o755, "root", SOURCE.epoch, ""),
        "terreno-1.2.0/_internal": (0o755, "root", SOURCE.epoch, ""),
        "terreno-1.2.0/_internal/libQt6Core.so.6": (0o644, "root", SOURCE.epoch, ""),
        "terreno-1.2.0/_internal/liblink.so": (0o777, "root", SOURCE.epoch, "libQt6Core.so.6"),
        "terreno-1.2.0/terreno": (0o755, "root", SOURCE.epoch, ""),
    }


@pytest.fixture
def icons(tmp_path):
    folder = tmp_path / "icons"
    folder.mkdir()
    for size in debian.ICON_SIZES:
        (folder / f"{size}.png").write_bytes(b"PNG")
    return folder


def packed(tmp_path, icons, turn):
    (tmp_path / "sbom.cdx.json").write_text("{}")
    root, target = tmp_path / f"root{turn}", tmp_path / f"{turn}.deb"
    program = frozen(tmp_path / f"frozen{turn}", turn)
    debian.stage(program, root, SOURCE, NEEDS, sbom=tmp_path / "sbom.cdx.json", icons=icons)
    debian.pack(root, target, SOURCE)
    return target


def asked(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("Mesa de ayuda <ayuda@example.cl>", "Mesa de ayuda <ayuda@example.cl>"),
        (None, debian.NOBODY),
        ("  ", debian.NOBODY),
    ],
    ids=["as it was given", "nobody", "an empty word"],
)
def test_a_package_names_whom_its_releaser_named_or_says_that_it_names_nobody(
    tmp_path, icons, monkeypatch, given, named
):
    monkeypatch.delenv("TERRENO_MAINTAINER", raising=False)
    if given is not None:
        monkeypatch.setenv("TERRENO_MAINTAINER", given)

    told = asked("dpkg-deb", "--field", str(packed(tmp_path, icons, 0)), "Maintainer")

    assert told == f"{named}\n"
    assert debian.NOBODY.endswith(".invalid>")


@pytest.mark.parametrize("given", ["Mesa de ayuda", "<ayuda@example.cl>", "a <b>", "a <b@c>\nDepends: otro"])
def test_what_is_no_maintainer_is_told_before_anything_is_built(monkeypatch, given):
    monkeypatch.setenv("TERRENO_MAINTAINER", given)

    with pytest.raises(debian.MaintainerError, match="Name <address@domain>"):
        debian.maintainer()


def test_a_package_is_the_same_whenever_it_is_made_and_holds_no_script(tmp_path, icons):
    first, second = (packed(tmp_path, icons, turn) for turn in range(2))

    listed = asked("dpkg-deb", "--contents", str(first))
    fields = asked("dpkg-deb", "--field", str(first), "Version", "Depends", "Architecture")
    asked("dpkg-deb", "--control", str(first), str(tmp_path / "control"))

    assert first.read_bytes() == second.read_bytes()
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}
    assert "./usr/bin/terreno -> /opt/terreno/terreno" in listed
    assert re.search(r"-rwxr-xr-x.* \./opt/terreno/terreno\n", listed)
    assert fields.splitlines() == [
        "Version: 1.2.0",
        "Depends: fontconfig-config, libc6 (>= 2.34), libgl1",
        "Architecture: amd64",
    ]
    assert [file.name for file in (tmp_path / "control").iterdir()] == ["control"]


def test_what_the_package_lays_down_is_in_the_places_of_a_desktop(tmp_path, icons):
    asked("dpkg-deb", "--extract", str(packed(tmp_path, icons, 0)), str(tmp_path / "system"))

    share = tmp_path / "system" / "usr" / "share"
    entry = (share / "applications" / "terreno.desktop").read_text(encoding="utf-8")
    page = asked("zcat", str(share / "man" / "man1" / "terreno.1.gz"))

    assert "Exec=/usr/bin/terreno app\n" in entry
    assert (share / "icons" / "hicolor" / "48x48" / "apps" / "terreno.png").is_file()
    assert ".TP\n.B app\nAbre la aplicación.\n.TP\n.B sync\nSincroniza con el centro.\n" in page
    assert "MIT" in (share / "doc" / "terreno" / "copyright").read_text(encoding="utf-8")


def test_the_page_of_the_manual_names_every_command_that_the_help_names(terreno_help):
    page = debian.manual_page("1.2.0", terreno_help)

    assert [name for name in FAMILIES if f".TP\n.B {name}\n" not in page] == []


@pytest.fixture
def terreno_help():
    return asked(sys.executable, "-m", "terreno_app", "--help")


@pytest.mark.parametrize(
    ("version", "sorted_as"), [("1.2.0", "1.2.0"), ("1.2.0rc1", "1.2.0~rc1"), ("2.0.dev3", "2.0~dev3")]
)
def test_a_release_candidate_comes_before_its_release(version, sorted_as):
    assert Source(version, "", 0).debian_version == sorted_as


def test_a_build_is_dated_by_its_commit_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "terreno_app").mkdir()
    (tmp_path / "terreno_app" / "__init__.py").write_text('__version__ = "3.1.4"\n')
    with pytest.raises(NoSourceError, match="SOURCE_DATE_EPOCH"):
        source_of(tmp_path)
    environment = {**os.environ, "GIT_COMMITTER_DATE": "@1795000000 +0000", "GIT_CONFIG_GLOBAL": os.devnull}
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.cl"]
        subprocess.run(["git", "-C", str(tmp_path), *identity, *command], check=True, env=environment)

    found = source_of(tmp_path)

    assert (found.version, found.epoch, found.clean, len(found.commit)) == ("3.1.4", 1_795_000_000, True, 40)
    assert found.archive == "terreno-3.1.4-linux-x86_64.tar.zst"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    assert source_of(tmp_path).epoch == 7
    (tmp_path / "terreno_app" / "__init__.py").write_text('__version__ = "3.1.5"\n')
    assert not source_of(tmp_path).clean


def test_a_checkout_states_the_version_that_the_program_tells():
    assert source_of(ROOT).version == __version__


@pytest.mark.parametrize(
    ("place", "belongs"),
    [
        ("PySide6/QtWidgets.abi3.so", True),
        ("PySide6/QtNetwork.abi3.so", False),
        ("PySide6/Qt/lib/libQt6Core.so.6", True),
        ("libQt6Core.so.6", True),
        ("libQt6Quick.so.6", False),
        ("PySide6/Qt/lib/libQt6Qml.so.6", False),
        ("PySide6/Qt/lib/libicudata.so.73", True),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/tls/libqopensslbackend.so", False),
        ("PySide6/Qt/translations/qtbase_es.qm", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6\\plugins\\platforms\\qdirect2d.dll", False),
        ("PySide6\\Qt6Widgets.dll", True),
        ("PySide6\\Qt6Pdf.dll", False),
        ("PySide6\\QtSvg.pyd", True),
        ("PySide6\\opengl32sw.dll", False),
        ("typst/_core.abi3.so", True),
        ("tzdata/zoneinfo/America/Santiago", True),
    ],
)
def test_of_qt_only_what_a_laptop_needs_goes_in(place, belongs):
    assert contents.is_needed(place) is belongs


class Recorder:
    """Stands where PyInstaller's builders stand when it reads the spec, and remembers what they were told."""

    def __init__(self):
        self.told = {}

    def __call__(self, name):
        def build(*given, **named):
            self.told[name] = (given, named)
            result = ModuleType(name)
            result.pure, result.scripts = [], []
            result.binaries = [
                ("PySide6/Qt/plugins/platforms/libqvnc.so", "/x", "BINARY"),
                ("orjson.so", ORJSON, "EXTENSION"),
            ]
            result.datas = []
            return result

        return build


@pytest.mark.parametrize(("system", "icon", "strip"), [("linux", False, True), ("win32", True, False)])
def test_the_spec_evaluates_for_each_system(monkeypatch, tmp_path, system, icon, strip):
    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.collect_data_files = lambda library, **_: [(library, library)]
    hooks.collect_submodules = lambda package, **_: [package, f"{package}.core", "terreno_app.cli.serving"]
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, hooks.__name__, hooks)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "path", [*sys.path])
    recorder = Recorder()
    builders = {name: recorder(name) for name in ("Analysis", "PYZ", "EXE", "COLLECT")}

    places = {"SPECPATH": str(ROOT / "packaging"), "workpath": str(tmp_path)}
    runpy.run_path(str(ROOT / "packaging" / "terreno.spec"), {**places, **builders})

    (scripts,), analysis = recorder.told["Analysis"]
    (_, binaries, _), collected = recorder.told["COLLECT"]
    _, program = recorder.told["EXE"]
    assert [Path(script).name for script in scripts] == ["entry.py"]
    assert "terreno_app.cli.serving" not in analysis["hiddenimports"]
    assert [place for place, *_ in binaries] == ["orjson.so"]
    assert (bool(program["icon"]), program["strip"], collected["strip"], program["upx"]) == (icon, strip, strip, False)


def test_the_part_of_pyside_that_is_python_is_compiled_beforehand_and_loaded_from_there(tmp_path):
    taken, again = (shiboken_support.compiled(tmp_path / name) for name in ("one", "two"))
    library = tmp_path / "site" / "shiboken6"
    shutil.copytree(Path(shiboken6.__file__).parent, library)
    for file, place in taken:
        (library.parent / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, library.parent / place)

    script = "import sys, PySide6.QtCore; print(sys.modules['shibokensupport.signature.loader'].__file__)"
    loaded = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(library.parent)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == str(library / "files.dir/shibokensupport/signature/loader.pyc")
    assert [Path(file).read_bytes() for file, _ in taken] == [Path(file).read_bytes() for file, _ in again]
    assert list(tmp_path.rglob("one/**/*.py")) == []


def test_a_library_that_nobody_foresaw_ends_the_build(tmp_path):
    shutil.copyfile(next(Path(PySide6.__file__).parent.glob("QtSvg.abi3.so")), tmp_path / "QtSvg.abi3.so")

    with pytest.raises(needs.UnforeseenLibraryError, match=r"which QtSvg\.abi3\.so needs"):
        needs.needs_of(tmp_path)


def test_a_folder_says_which_system_it_needs(tmp_path):
    shutil.copyfile(ORJSON, tmp_path / "orjson.so")
    (tmp_path / "notes.txt").write_text("no program")
    libgcc = "libgcc_s.so.1"
    (tmp_path / libgcc).write_bytes(b"inside")

    found = needs.needs_of(tmp_path)

    assert {"libc6", "fontconfig-config"} <= set(found.packages)
    assert (2, 2) < found.glibc < (2, 40)
    assert f"libc6 (>= {found.glibc[0]}.{found.glibc[1]})" in found.depends


def test_no_binary_looks_for_libraries_where_it_was_built(tmp_path):
    plugin = next((Path(PySide6.__file__).parent / "Qt/plugins/platforms").glob("libqxcb.so"))
    beside, elsewhere, both = (tmp_path / name for name in ("beside.so", "elsewhere.so", "both.so"))
    for file in (beside, elsewhere, both):
        shutil.copyfile(plugin, file)
    asked("chrpath", "-r", "/home/ana/lib", str(elsewhere))
    asked("chrpath", "-r", "/srv:$ORIGIN/..", str(both))

    needs.forget_places(tmp_path)

    places = [needs.RUNPATH.findall(asked("objdump", "-p", str(file))) for file in (beside, elsewhere, both)]
    assert places == [["$ORIGIN/../../lib"], [], ["$ORIGIN/.."]]
    assert beside.read_bytes() == plugin.read_bytes()


def test_a_library_that_came_with_something_left_out_is_left_out_too():
    qt = Path(PySide6.__file__).parent
    plugin = ("PySide6/Qt/plugins/platforms/libqxcb.so", str(qt / "Qt/plugins/platforms/libqxcb.so"), "BINARY")
    needed = ("libQt6XcbQpa.so.6", str(qt / "Qt/lib/libQt6XcbQpa.so.6"), "BINARY")
    further = ("libQt6Gui.so.6", str(qt / "Qt/lib/libQt6Gui.so.6"), "BINARY")
    alone = ("libQt6Quick.so.6", str(qt / "Qt/lib/libQt6Quick.so.6"), "BINARY")
    python = ("libpython3.11.so.1.0", "/usr/lib/none", "BINARY")
    namesake = ("other/libqxcb.so", ORJSON, "EXTENSION")

    assert needs.reached([plugin, needed, further, alone, python, namesake]) == [
        plugin,
        needed,
        further,
        python,
        namesake,
    ]


def test_a_program_that_says_something_odd_is_not_fit():
    assert probing.unexpected(["", "qt.qpa.plugin: Could not load"]) == ["qt.qpa.plugin: Could not load"]


BOM = {
    "components": [
        {"bom-ref": "orjson==3", "name": "orjson", "version": "3"},
        {"bom-ref": "pyinstaller==6", "name": "pyinstaller", "version": "6"},
        {"bom-ref": "requests==2", "name": "requests", "version": "2"},
        {"bom-ref": "sqlite-utils==4", "name": "sqlite_utils", "version": "4"},
        {"bom-ref": "terreno==1", "name": "terreno", "version": "1"},
    ],
    "dependencies": [
        {"ref": "sqlite-utils==4", "dependsOn": ["pyinstaller==6", "orjson==3"]},
        {"ref": "orjson==3"},
        {"ref": "pyinstaller==6", "dependsOn": ["orjson==3"]},
    ],
}


def test_the_list_of_components_names_what_is_inside_and_nothing_else():
    made = sbom.reduced(
        BOM, {"orjson", "sqlite-utils", "terreno"}, version="1.2.0", python="3.11.7", system={"libx11-6": "2:1.8"}
    )

    assert [one["name"] for one in made["components"]] == ["cpython", "libx11-6", "orjson", "sqlite_utils"]
    assert made["metadata"]["component"]["version"] == "1.2.0"
    assert made["dependencies"] == [
        {"ref": "terreno==1.2.0", "dependsOn": ["cpython==3.11.7", "deb:libx11-6==2:1.8", "sqlite-utils==4"]},
        {"ref": "cpython==3.11.7"},
        {"ref": "deb:libx11-6==2:1.8"},
        {"ref": "orjson==3"},
        {"ref": "sqlite-utils==4", "dependsOn": ["orjson==3"]},
    ]


def test_what_pyinstaller_took_is_read_from_its_record(tmp_path):
    record = tmp_path / "PYZ-00.toc"
    record.write_text(
        repr((["/a/entry.py"], [("orjson", "/v/orjson/__init__.py", "PYMODULE")], [("x", "", "SYMLINK")], None))
    )

    assert sbom.inside(record) == {Path("/v/orjson/__init__.py")}


def the_build(monkeypatch):
    """`packaging/build.py`, whose name a library of ours has too; what checks a list of components stays outside."""
    for name, member in (
        ("cyclonedx", ""),
        ("cyclonedx.schema", "SchemaVersion"),
        ("cyclonedx.validation", ""),
        ("cyclonedx.validation.json", "JsonStrictValidator"),
    ):
        module = ModuleType(name)
        setattr(module, member, None)
        monkeypatch.setitem(sys.modules, name, module)
    spec = importlib.util.spec_from_file_location("the_build", ROOT / "packaging" / "build.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "the_build", module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("ready", [False, True], ids=["a trial", "a release"])
def test_the_summary_says_what_a_release_lacks(tmp_path, monkeypatch, ready):
    monkeypatch.setenv("TERRENO_MAINTAINER", "Mesa de ayuda <ayuda@example.cl>" if ready else "")
    build = the_build(monkeypatch)
    one = build.Build(SOURCE, tmp_path, tmp_path / "release")
    one.release.mkdir()
    if ready:
        (one.frozen / TRUSTED).parent.mkdir(parents=True)
        (one.frozen / TRUSTED).touch()
    said = io.StringIO()
    made = build.Made(
        installed=1, components=1, needs=NEEDS, seen=None, signer=make_key(tmp_path / "release.key"), trusted=ready
    )

    build.tell(one, made, Console(file=said, width=200))

    lacks = ("SIGNED WITH A THROW-AWAY KEY", "names nobody to write to", "never updates itself")
    assert [words in said.getvalue() for words in lacks] == [not ready] * 3
