"""The demonstration itself: it must succeed when every promise holds, and say so when one does not."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
from pypdf import PdfReader

from terreno_app.cli.demo import pictures, story
from terreno_app.cli.demo.centre import OwnCentre, named_centre
from terreno_app.cli.demo_command import MARK
from terreno_app.cli.main import run
from terreno_app.desktop import shipped_catalogues, system_clock
from terreno_app.domain.clock import santiago_day
from terreno_app.domain.ids import Ids
from terreno_app.services.errors import ServiceError
from terreno_app.storage.files import FolderLock


def test_a_demonstrated_day_keeps_every_promise_and_leaves_its_papers(tmp_path, capfd, qapp):
    out = tmp_path / "día de prueba"

    status = run(["demo", "--out", str(out), "--attentions", "48", "--seed", "11", "--json"])

    told = orjson.loads(capfd.readouterr().out.splitlines()[-1])
    period = santiago_day(system_clock().now()).isoformat()[:7]
    report = orjson.loads((out / f"resumen-{period}.json").read_bytes())
    assert status == 0
    assert told["held"] is True
    assert told["counts"]["atenciones"] == 48
    assert told["counts"]["seguimientos"] >= 2
    assert told["counts"]["atenciones grupales"] == 2
    assert report["digest"] == told["digest"]
    assert report["totals"]["attentions"] == 47
    assert "Resumen mensual" in PdfReader(out / f"resumen-{period}.pdf").pages[0].extract_text()
    assert len(list((out / "pantallas" / "terreno").glob("*.png"))) >= 7


@pytest.mark.uncounted
def test_a_day_in_which_nothing_was_delivered_breaks_its_promises(tmp_path):
    with (
        OwnCentre(tmp_path, story.PEOPLE[:2], story.COORDINATOR).serving() as enrolments,
        story.morning(story.Plan(tmp_path, 5, 40, 2), enrolments, shipped_catalogues(), lambda _: None) as day,
    ):
        story.plan_outings(day)
        day.weather.up = False
        story.attend(day, (0, 1))

        with pytest.raises(ServiceError):
            story.synchronise(day, day.field_laptops[0])
        day.weather.up = True
        story.judge(day, settled=0)

    broken = [promise.words for promise in day.promises if not promise.held]
    assert "Cada registro tiene recibo firmado del centro" in broken
    assert "Ninguna atención se perdió ni se duplicó" in broken


def test_a_folder_with_other_things_is_never_touched(tmp_path, capfd):
    (tmp_path / "tesis.txt").write_text("importante", encoding="utf-8")

    status = run(["demo", "--out", str(tmp_path), "--json"])

    assert status == 2
    assert orjson.loads(capfd.readouterr().out)["code"] == "demo_folder"
    assert (tmp_path / "tesis.txt").read_text(encoding="utf-8") == "importante"


def test_a_named_centre_needs_a_code_for_each_laptop(tmp_path, capfd):
    status = run(["demo", "--out", str(tmp_path / "d"), "--central", "http://127.0.0.1:9", "--code", "AAAA"])

    assert status == 2
    assert "hacen falta 3 códigos" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("mal", "bad_code"), ("ABCD-EFGH-JKMN-PQRS", "central_down")],
    ids=["misspelt", "nobody there"],
)
def test_what_a_former_day_left_stays_when_the_next_one_is_refused(tmp_path, capfd, code, refusal):
    out = tmp_path / "d"
    out.mkdir()
    (out / MARK).touch()
    (out / "resumen-2026-10.pdf").write_bytes(b"of October")

    status = run(["demo", "--out", str(out), "--central", "http://127.0.0.1:9", *["--code", code] * 3, "--json"])

    told = orjson.loads(capfd.readouterr().out.splitlines()[-1])
    assert (status > 1, told["code"]) == (True, refusal)
    assert sorted(file.name for file in out.iterdir()) == [MARK, "resumen-2026-10.pdf"]
    assert [file.name for file in tmp_path.iterdir()] == ["d"]


def test_a_named_centre_is_taken_as_it_is():
    enrolments = named_centre("http://127.0.0.1:9", ["A", "B", "C"], Ids(system_clock(), bytes))

    assert enrolments.url == "http://127.0.0.1:9"
    assert enrolments.codes == ("A", "B", "C")
    assert len(enrolments.officers) == 3


def test_a_centre_that_cannot_be_made_is_said(tmp_path):
    with pytest.raises(ServiceError), OwnCentre(tmp_path / "no existe", ["Ana"], "Eva").serving():
        pass


def test_a_window_needs_a_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", pictures.PLATFORM):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(ServiceError) as refused:
        pictures.choose_platform(window=True)

    assert refused.value.code == "no_display"
    assert "sin --window" in refused.value.next
    monkeypatch.setenv("DISPLAY", ":1")
    pictures.choose_platform(window=True)
    assert pictures.PLATFORM not in os.environ
    pictures.choose_platform(window=False)
    assert os.environ[pictures.PLATFORM] == "offscreen"


def test_a_system_without_the_libraries_of_a_window_is_told_what_to_ask_for(monkeypatch):
    def missing(name):
        raise OSError(name)

    monkeypatch.delenv(pictures.PLATFORM, raising=False)
    monkeypatch.setenv("DISPLAY", ":1")
    monkeypatch.setattr(ctypes, "CDLL", missing)

    with pytest.raises(ServiceError) as refused:
        pictures.choose_platform(window=True)

    assert "libxcb-cursor0" in refused.value.next


@pytest.mark.uncounted
@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGHUP])
def test_a_day_that_is_ended_leaves_no_centre_behind(tmp_path, word):
    order = [sys.executable, "-m", "terreno_app", "demo", "--out", str(tmp_path / "d")]
    day = subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    for line in day.stdout:
        if b"enrolado" in line:
            break

    day.send_signal(word)
    day.communicate(timeout=60)

    assert day.returncode == 1
    assert str(tmp_path / "d" / "centro.db") not in _running()


def test_two_days_do_not_share_a_folder(tmp_path, capfd):
    (tmp_path / "d").mkdir()

    with FolderLock(tmp_path / "d" / MARK):
        status = run(["demo", "--out", str(tmp_path / "d"), "--json"])

    assert status == 3
    assert orjson.loads(capfd.readouterr().out.splitlines()[-1])["code"] == "folder_locked"


def _running() -> str:
    """The command lines of every process."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            lines.append((process / "cmdline").read_text(errors="replace"))
    return "\n".join(lines)
