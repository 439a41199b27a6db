"""From an archive to a version that may start, or to one that never will."""

import errno
import tarfile
from pathlib import Path

import pytest
import zstandard

from terreno_app.updating.errors import StoppedError, UnsafeArchiveError
from terreno_app.updating.installing import Installer
from terreno_app.updating.unpacking import Limits, unpack
from terreno_app.versions import FAILED, PASSED, Versions
from tests.updating.releaser import WORKS, a_file, an_archive, packed

NAMED = '#!/bin/sh\n[ "$1" = --version ] && echo terreno {version} && exit\n'
TOP = "terreno-1.1.0"


@pytest.fixture
def versions(tmp_path) -> Versions:
    return Versions(tmp_path / "equipo")


@pytest.fixture
def install(versions, tmp_path):
    """Installs 1.1.0 whose program is a script."""

    def run(program, should_stop=lambda: False, version="1.1.0", **how):
        archive = tmp_path / "archivo.tar.zst"
        archive.write_bytes(an_archive(version, program) if isinstance(program, str) else program)
        try:
            return Installer(versions, {"TERRENO_PASSPHRASE": "secreta", "PATH": "/bin:/usr/bin"}, **how).install(
                archive, version, "1.0.0", should_stop
            )
        finally:
            install.left = archive.exists()

    install.left = False
    return run


def test_a_version_that_passes_its_trial_starts_the_next_time(install, versions):
    passed = install(NAMED + '[ "$1" = smoke ] && [ "$TERRENO_VERSION_STARTED" = 1.1.0 ]\n')

    assert passed
    assert versions.next_after("1.0.0").version == "1.1.0"
    assert sorted(one.name for one in versions.folder.iterdir()) == ["1.1.0", "lock", "state.json"]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("#!/bin/sh\nexit 3\n", "exit 3"),
        (NAMED + "exit 3\n", "exit 3"),
        ("#!/bin/sh\necho terreno 1.1.1\n", "another version"),
        ("#!/bin/sh\n", "another version"),
        (NAMED + "echo algo salió mal >&2\n", "stderr"),
        ("#!/bin/sh\nkill -SEGV $$\n", "exit -11"),
        ("#!/bin/sh\necho algo salió mal >&2\n", "stderr"),
        ("#!/bin/sh\nexec sleep 30\n", "too slow"),
        ("#!/no/hay/tal\n", "unstartable"),
        (NAMED + '[ -z "$TERRENO_PASSPHRASE" ] || exit 0\n[ -d "$TERRENO_DATA" ]\n', "exit 1"),
    ],
    ids=[
        "a status",
        "a status of its test",
        "another number",
        "no number",
        "words of its test",
        "a crash",
        "words on stderr",
        "no end",
        "no program",
        "neither secrets nor data of the laptop",
    ],
)
def test_a_version_that_fails_its_trial_never_starts(install, versions, program, reason):
    passed = install(program, trial_s=0.5)

    (how,) = versions.known()
    assert not passed
    assert (how.state, how.reason, how.told) == (FAILED, reason, False)
    assert versions.next_after("1.0.0") is None
    assert not (versions.folder / "1.1.0").exists()


def test_a_folder_that_was_named_from_where_a_person_stands_condemns_no_version(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive = tmp_path / "archivo.tar.zst"
    archive.write_bytes(an_archive("1.1.0", WORKS))
    here = Versions(Path("equipo"))

    passed = Installer(here, {"PATH": "/bin:/usr/bin"}).install(archive, "1.1.0", "1.0.0", lambda: False)

    assert (passed, here.next_after("1.0.0").version) == (True, "1.1.0")


def test_a_trial_that_is_stopped_says_nothing_of_the_version(install, versions, tmp_path):
    with pytest.raises(StoppedError):
        install("#!/bin/sh\nexec sleep 30\n", lambda: True)

    assert versions.known() == ()
    assert (tmp_path / "archivo.tar.zst").exists()


@pytest.mark.parametrize(("what", "number"), [("pathlib.Path.open", errno.ENOSPC), ("subprocess.Popen", errno.ENOMEM)])
def test_a_full_disk_or_memory_says_nothing_of_the_version(install, versions, monkeypatch, what, number):
    real = Path.open

    def fails(*asked, **how):
        if what == "subprocess.Popen" or asked[0].name == "stdout":
            raise OSError(number, "full")
        return real(*asked, **how)

    with monkeypatch.context() as machine:
        machine.setattr(what, fails)
        with pytest.raises(OSError, match="full"):
            install(WORKS)

    assert versions.known() == ()
    assert install(WORKS)


def test_a_trial_works_where_there_is_room_and_leaves_nothing(install, versions):
    place = f'case "$TMPDIR" in {versions.folder}/coming/*) ;; *) exit 1;; esac\n'

    passed = install(f'{NAMED}{place}touch "$TMPDIR/nota"\n')

    assert passed
    assert sorted(one.name for one in versions.folder.iterdir()) == ["1.1.0", "lock", "state.json"]


def test_two_versions_stay_and_older_ones_go(install, versions):
    for version in ("1.1.0", "1.2.0", "1.3.0"):
        install(WORKS, version=version)

    assert sorted(one.name for one in versions.folder.iterdir() if one.is_dir()) == ["1.2.0", "1.3.0"]
    assert {one.state for one in versions.known()} == {PASSED}


UNSAFE = {
    "a name above": [a_file("../fuera")],
    "a name above its top": [a_file(f"{TOP}/../fuera")],
    "an absolute name": [a_file("/etc/fuera")],
    "another top": [a_file("otro/terreno")],
    "a link that leads out": [a_file(f"{TOP}/enlace", type=tarfile.SYMTYPE, linkname="../../fuera")],
    "an absolute link": [a_file(f"{TOP}/enlace", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a name through a link": [
        a_file(f"{TOP}/dentro/x"),
        a_file(f"{TOP}/enlace", type=tarfile.SYMTYPE, linkname="dentro"),
        a_file(f"{TOP}/enlace/y"),
    ],
    "a hard link": [a_file(f"{TOP}/a"), a_file(f"{TOP}/b", type=tarfile.LNKTYPE, linkname=f"{TOP}/a")],
    "a device": [a_file(f"{TOP}/nulo", type=tarfile.CHRTYPE)],
    "a pipe": [a_file(f"{TOP}/tubo", type=tarfile.FIFOTYPE)],
    "a file for a folder": [a_file(f"{TOP}/a/b"), a_file(f"{TOP}/a")],
    "a folder for a file": [a_file(f"{TOP}/a"), a_file(f"{TOP}/a/b")],
    "a way around": [a_file(f"{TOP}/a/../b")],
    "too long a name": [a_file(f"{TOP}/{'a' * 300}")],
    "too deep a name": [a_file(f"{TOP}/{'a/' * 3_000}b")],
    "nothing": [],
    "a file for its top": [a_file(TOP)],
}


@pytest.mark.parametrize("members", UNSAFE.values(), ids=UNSAFE)
def test_path_traversal_an_archive_that_leads_out_is_refused_whoever_signed_it(install, versions, tmp_path, members):
    with pytest.raises(UnsafeArchiveError):
        install(packed(members))

    assert versions.next_after("1.0.0") is None
    assert [one.name for one in tmp_path.rglob("*") if one.name in {"fuera", "y", "enlace"}] == []


def test_links_inside_a_release_stay_links(tmp_path):
    (tmp_path / "a.tar.zst").write_bytes(
        packed(
            [
                a_file(f"{TOP}/_internal/lib/libx.so.1", b"x", 0o755),
                a_file(f"{TOP}/_internal/libx.so", type=tarfile.SYMTYPE, linkname="lib/libx.so.1"),
            ]
        )
    )

    top = unpack(tmp_path / "a.tar.zst", TOP, tmp_path / "dentro")

    assert (top / "_internal" / "libx.so").read_bytes() == b"x"
    assert (top / "_internal" / "lib" / "libx.so.1").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        pytest.param(packed([a_file(f"{TOP}/cero", bytes(3_000_000))]), Limits(expanded=1_000_000), id="a bomb"),
        pytest.param(packed([a_file(f"{TOP}/{n}") for n in range(12)]), Limits(members=10), id="too many names"),
        pytest.param(zstandard.compress(b"no tar"), None, id="no archive inside"),
        pytest.param(b"no zstd", None, id="not packed"),
        pytest.param(an_archive("1.1.0", padding=100_000)[:-20_000], None, id="cut"),
    ],
)
def test_endless_data_an_archive_that_grows_too_large_or_ends_too_soon_is_refused(tmp_path, data, limits):
    (tmp_path / "a.tar.zst").write_bytes(data)

    with pytest.raises(UnsafeArchiveError):
        unpack(tmp_path / "a.tar.zst", TOP, tmp_path / "dentro", limits)
