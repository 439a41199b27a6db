"""Which version starts, in processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from terreno_app import __version__, launching, paths
from terreno_app.versions import FAILED, PASSED, PROVEN, Versions

ROOT = Path(__file__).parents[2]
INSTALLED = "import sys; from terreno_app.launching import start; start()"
NEWER = """#!{python}
import os, sys, time
sys.path.insert(0, {root!r})
import terreno_app
terreno_app.__version__ = {version!r}
from terreno_app.launching import prove
{body}
"""
LOADER = "print('[PYI-7:ERROR] Failed to load Python shared library', file=sys.stderr); sys.exit(255)"
COMES_UP = "prove(); print(os.getpid(), *sys.argv[1:], os.environ['TERRENO_VERSION_STARTED']); sys.exit(3)"


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("TERRENO_DATA", str(tmp_path))
    monkeypatch.delenv("TERRENO_VERSION_STARTED", raising=False)
    return tmp_path


@pytest.fixture
def versions(data) -> Versions:
    return Versions(data)


def newer(versions, version="9.1.0", body=COMES_UP, state=PASSED):
    """A newer version that passed, whose program does something."""
    program = versions.program(version)
    program.parent.mkdir(parents=True)
    program.write_text(
        NEWER.format(python=sys.executable, root=str(ROOT), version=version, body=body), encoding="utf-8"
    )
    program.chmod(0o755)
    versions.passed(version)
    if state == PROVEN:
        versions.prove(version)


def started(*arguments, **environ):
    """The installed program, started."""
    child = subprocess.Popen(
        [sys.executable, "-c", INSTALLED, *arguments],
        cwd=ROOT,
        env={**os.environ, **environ},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    out, err = child.communicate(timeout=60)
    return child.pid, child.returncode, out.split(), err


@pytest.mark.parametrize("arguments", [(), ("status", "--json")], ids=["the window", "a command"])
def test_a_version_that_passed_starts_with_the_same_arguments_and_is_proven(versions, arguments):
    newer(versions)

    _, status, out, err = started(*arguments)

    assert (status, out[1:], err) == (3, [*arguments, "9.1.0"], "")
    assert versions.how("9.1.0").state == PROVEN


def test_a_proven_version_takes_the_place_of_the_installed_one(versions):
    newer(versions, state=PROVEN)

    pid, status, out, _ = started("--data", os.environ["TERRENO_DATA"])

    assert (status, int(out[0])) == (3, pid)


@pytest.mark.parametrize(
    "body",
    ["sys.exit(1)", "os.kill(os.getpid(), 11)", "import no_such_part", "raise SystemExit(0)", LOADER],
    ids=["a status", "a crash", "a missing part", "an end without a word", "the words of the packer's loader"],
)
def test_a_version_that_does_not_come_up_gives_way_at_once_and_for_good(versions, body):
    newer(versions, body=body)

    _, status, out, err = started("--version")
    again = started("--version")

    assert (status, out, err) == (0, ["terreno", __version__], "")
    assert again[1:] == (0, ["terreno", __version__], "")
    assert (versions.how("9.1.0").state, versions.how("9.1.0").reason) == (FAILED, "crashed")


@pytest.mark.parametrize("body", [LOADER, "import no_such_part"])
def test_a_window_that_gives_way_says_nothing_in_english(versions, capfd, body):
    newer(versions, body=body)

    launching.hand_over(versions, [])

    assert capfd.readouterr() == ("", "")
    assert versions.how("9.1.0").state == FAILED


def test_what_a_window_says_that_came_up_is_passed_on(versions):
    newer(versions, body="prove(); print('No hay pantalla', file=sys.stderr); sys.exit(3)")

    _, status, _, err = started()

    assert (status, err) == (3, "No hay pantalla\n")


def test_the_first_command_of_a_version_is_asked_and_answered_once(versions, data):
    ran = data / "veces"
    newer(versions, body=f"prove(); open({str(ran)!r}, 'a').write(sys.argv[1] + sys.stdin.read()); sys.exit(3)")

    child = subprocess.run(
        [sys.executable, "-c", INSTALLED, "record", "--data", str(data)],
        cwd=ROOT,
        env={**os.environ, "TERRENO_DATA": ""},
        input="algo",
        text=True,
        check=False,
    )

    assert child.returncode == 3
    assert ran.read_text() == "--versionrecordalgo"
    assert versions.how("9.1.0").state == PROVEN


def test_the_next_older_version_starts_where_the_newest_does_not(versions):
    newer(versions, "9.1.0")
    newer(versions, "9.2.0", "sys.exit(1)")

    _, status, out, _ = started("status")

    assert (status, out[1:]) == (3, ["status", "9.1.0"])


def test_a_program_that_cannot_be_started_gives_way(versions):
    newer(versions, state=PROVEN)
    versions.program("9.1.0").write_text("#!/no/hay/tal\n", encoding="utf-8")

    _, status, out, _ = started("--version")

    assert (status, out) == (0, ["terreno", __version__])
    assert versions.how("9.1.0").reason == "unstartable"


def test_what_cannot_be_read_keeps_nobody_from_the_installed_version(versions, data):
    newer(versions)
    (versions.folder / "state.json").write_bytes(b"\xff\x00")

    _, status, out, err = started("--version")

    assert (status, out, err) == (0, ["terreno", __version__], "")


def test_a_version_that_was_started_as_such_looks_for_no_other(versions):
    newer(versions)

    _, _, out, _ = started("--version", TERRENO_VERSION_STARTED=__version__)

    assert out == ["terreno", __version__]
    assert versions.how("9.1.0").state == PASSED


def test_a_version_that_never_comes_to_its_window_is_given_up(versions):
    newer(versions, state=PROVEN)
    for _ in range(3):
        versions.begin("9.1.0")

    launching.hand_over(versions, [])

    assert versions.how("9.1.0").state == FAILED


def test_whoever_asks_a_first_start_to_end_says_nothing_of_the_version(versions):
    newer(versions, body="import signal; print('up', flush=True); signal.pause()")
    child = subprocess.Popen([sys.executable, "-c", INSTALLED], cwd=ROOT, text=True, stdout=subprocess.PIPE)
    with child:
        assert child.stdout.readline() == "up\n"

        child.send_signal(signal.SIGTERM)

        assert child.wait(30) == 128 + signal.SIGTERM
    assert versions.how("9.1.0").state == PASSED


def test_a_folder_that_cannot_be_written_keeps_nobody_from_starting(versions):
    newer(versions)
    (versions.folder / "lock").unlink()
    (versions.folder / "lock").mkdir()

    _, status, out, err = started("--version")

    assert (status, out, err) == (0, ["terreno", __version__], "")


@pytest.mark.parametrize("waiting", [False, True], ids=["the newest", "behind one that never started"])
def test_on_a_full_disk_the_proven_version_opens_the_data_that_it_may_have_changed(versions, waiting):
    newer(versions, state=PROVEN)
    if waiting:
        newer(versions, "9.2.0", body="raise SystemExit('a first start')")
    (versions.folder / "lock").unlink()
    (versions.folder / "lock").mkdir()

    _, status, out, err = started("app", "--no-hay")

    assert (status, out[1:], err) == (3, ["app", "--no-hay", "9.1.0"], "")


def test_a_moment_without_memory_says_nothing_of_a_version(versions, monkeypatch):
    newer(versions)
    monkeypatch.setattr(subprocess, "Popen", _no_memory)

    with pytest.raises(OSError, match="memory"):
        launching.hand_over(versions, [])

    assert versions.how("9.1.0").state == PASSED


def test_the_launcher_needs_the_standard_library_alone():
    alone = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import terreno_app.launching"

    done = subprocess.run([sys.executable, "-I", "-S", "-c", alone], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [
        ((), {}),
        ((), {"XDG_DATA_HOME": "/srv/datos"}),
        ((), {"XDG_DATA_HOME": " "}),
        ((), {"TERRENO_DATA": "~/equipo"}),
        (("app", "--data", "otro"), {"TERRENO_DATA": "equipo"}),
        (("app", "--data=otro"), {}),
    ],
)
def test_the_launcher_looks_where_the_program_keeps_its_data(monkeypatch, arguments, environ):
    for name in ("XDG_DATA_HOME", "TERRENO_DATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    found = launching.data_folder(arguments, os.environ)

    assert found == paths.data_folder("otro" if arguments else None)


@pytest.mark.parametrize(
    ("arguments", "opens"),
    [((), True), (("app",), True), (("--data", "x"), True), (("status",), False), (("--version",), False)],
)
def test_only_what_opens_a_window_is_proven_by_one(arguments, opens):
    assert launching.opens_window(arguments) is opens


def _no_memory(*_: object, **__: object) -> None:
    raise OSError(12, "no memory")
