"""`terreno update`, against a real repository in a folder and on the web."""

import json

import pytest

from sync.client.http import Route
from terreno_app import __version__, renewing
from terreno_app.storage.files import FolderLock
from terreno_app.versions import Versions
from tests.updating.releaser import PLATFORM, a_releaser, ago, an_archive, serving


@pytest.fixture
def releaser(tmp_path, monkeypatch):
    made = a_releaser(tmp_path / "publicado")
    made.add("9.1.0")
    monkeypatch.setattr(renewing, "trusted_root", lambda: made.root)
    monkeypatch.setattr("terreno_app.updating.repository.this_platform", lambda: PLATFORM)
    return made


@pytest.fixture
def stick(releaser):
    return releaser.repository


def test_from_a_stick_to_the_next_start(terreno, laptop, stick):
    before = terreno.json("update", "status", data=laptop)

    told = terreno("update", "from", stick, data=laptop)

    after = terreno.json("update", "status", data=laptop)
    assert (before["ready"], after["ready"]) == (None, "9.1.0")
    assert told.exit == 0
    assert "La versión 9.1.0 está lista: empieza la próxima vez que se abra el programa." in told.out
    assert Versions(laptop).next_after("0.1.0").version == "9.1.0"
    assert len(list((laptop / "respaldos").iterdir())) == 1


def test_a_folder_that_is_no_laptop_is_updated_from_an_address(terreno, releaser, tmp_path):
    with serving(releaser.repository) as web:
        checked = terreno.json("update", "check", "--url", web.url, data=tmp_path / "nuevo")
        told = terreno("update", "check", "--url", web.url, data=tmp_path / "nuevo")
        got = terreno.json("update", "get", "--url", web.url, data=tmp_path / "nuevo")

    assert (checked["available"], checked["bytes"], checked["ready"]) == (
        "9.1.0",
        releaser.target("9.1.0").stat().st_size,
        None,
    )
    assert "Hay una versión nueva: 9.1.0 (1 MB)." in told.out
    assert (got["available"], got["ready"]) == (None, "9.1.0")


def test_two_programs_never_bring_a_version_to_one_folder_at_once(terreno, stick, tmp_path):
    terreno.json("update", "from", stick, data=tmp_path / "nuevo")
    with FolderLock(tmp_path / "nuevo" / "updates" / "lock"):
        told = terreno.json("update", "from", stick, data=tmp_path / "nuevo", exit=3)

    assert told["code"] == "folder_locked"
    assert (tmp_path / "nuevo").stat().st_mode & 0o777 == 0o700


def test_a_laptop_asks_its_own_centre(terreno, laptop, releaser, monkeypatch):
    asked = terreno.json("update", "check", data=laptop, exit=3)
    with serving(releaser.repository) as web:
        monkeypatch.setattr("terreno_app.desktop.beside", lambda route: Route(web.url, route.ca))
        told = terreno.json("update", "check", data=laptop)

    assert asked["code"] == "central_down"
    assert told["available"] == "9.1.0"
    assert renewing.beside(Route("https://centro.cl/oirs/")).url == "https://centro.cl/oirs/updates"


def test_nothing_is_updated_while_an_outing_is_open(terreno, at_the_stand, stick):
    folder, outing = at_the_stand

    told = terreno.json("update", "from", stick, data=folder, exit=1)
    terreno.json("outing", "close", outing, data=folder)
    terreno.json("update", "from", stick, data=folder)

    assert told["code"] == "update_outing_open"
    assert not Versions(folder).held


def test_an_outing_holds_back_a_version_that_never_started(terreno, laptop, stick, tmp_path):
    terreno.json("update", "from", stick, data=laptop)
    plan = tmp_path / "plan.jsonl"
    plan.write_text(
        json.dumps({"kind": "outing", "planned_on": "2026-11-21", "comuna": "13110", "place_name": "Feria libre"})
    )
    outing = terreno.json("record", plan, data=laptop)["ids"][0]

    terreno.json("outing", "open", outing, data=laptop)
    held = Versions(laptop).next_after("0.1.0")
    terreno.json("outing", "close", outing, data=laptop)

    assert held is None
    assert Versions(laptop).next_after("0.1.0").version == "9.1.0"


def test_a_version_that_fails_its_trial_is_told(terreno, laptop, releaser):
    releaser.add("9.2.0", an_archive("9.2.0", "#!/bin/sh\nexit 1\n"))

    told = terreno("update", "from", releaser.repository, data=laptop)

    status = terreno("update", "status", data=laptop)
    assert told.exit == 1
    why = "La versión 9.2.0 no se usa en este equipo: su prueba terminó con un error (código 1)."
    assert f"Qué pasó: {why}\n" in told.err
    assert f"{why} Se sigue con la {__version__}, que funciona; sus datos no se tocaron. Avise a" in status.out
    assert terreno.json("update", "status", data=laptop)["reason"] == "exit 1"


def test_a_version_that_is_another_than_it_was_signed_as_is_told_as_that(terreno, laptop, releaser):
    releaser.add("9.2.0", an_archive("9.2.0", "#!/bin/sh\necho terreno 9.3.0\n"))

    told = terreno("update", "from", releaser.repository, data=laptop)

    assert "La versión 9.2.0 no se usa en este equipo: dice ser otra versión que la que se firmó.\n" in told.err


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("crashed", "se cerró sin llegar a su primera ventana"),
        ("unstartable", "lo que trae no es un programa que se pueda iniciar aquí"),
        ("too slow", "no terminó su prueba a tiempo"),
        ("stderr", "en su prueba avisó de un error"),
        ("unsafe", "su archivo intenta salir de su carpeta o es demasiado grande"),
        ("", "no pasó su prueba"),
    ],
)
def test_the_status_tells_why_a_version_is_not_used(terreno, laptop, reason, why):
    Versions(laptop).failed("9.2.0", reason)

    status = terreno("update", "status", data=laptop)

    assert f"La versión 9.2.0 no se usa en este equipo: {why}. Se sigue con la" in status.out


def test_a_repository_that_expired_warns_in_three_parts(terreno, laptop, releaser, stick):
    releaser.tool(ago(days=8)).refresh()

    told = terreno("update", "from", stick, data=laptop)

    status = terreno("update", "status", data=laptop)
    assert told.exit == 3
    assert "Qué pasó: No se puede saber si hay una versión nueva" in told.err
    assert "Qué está a salvo: Esta versión sigue funcionando" in told.err
    assert (status.exit, "Aviso: No se puede saber si hay una versión nueva" in status.out) == (0, True)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("check",), "usage"),
        (("from", "no-hay-tal"), "medium_absent"),
        (("check", "--url", "http://centro.cl"), "plain_http"),
        (("check", "--url", "https://centro.cl", "--ca", "no-hay-tal.pem"), "file_missing"),
    ],
    ids=["no address", "no folder", "an unsafe address", "no authority"],
)
def test_what_is_wrongly_asked_is_told(terreno, releaser, tmp_path, command, code):
    answer = terreno("update", *command, "--json", data=tmp_path / "nuevo")

    assert answer.json["code"] == code


def test_a_laptop_takes_no_address(terreno, laptop, releaser):
    assert terreno("update", "check", "--url", "https://otro.cl", "--json", data=laptop).json["code"] == "usage"


def test_an_installation_without_a_root_says_so(terreno, tmp_path):
    told = terreno("update", "check", data=tmp_path / "nuevo")
    status = terreno("update", "status", data=tmp_path / "nuevo")

    assert told.exit == 2
    assert "no están configuradas" in told.err
    assert "Las actualizaciones no están configuradas" in status.out
    assert "instale encima el paquete que el Ministerio publica" in status.out
    assert "Todavía no se ha preguntado" not in status.out
    assert terreno.json("update", "status", data=tmp_path / "nuevo")["set_up"] is False


def test_a_laptop_that_never_looked_says_so(terreno, laptop, releaser):
    assert "Todavía no se ha preguntado si hay otra." in terreno("update", "status", data=laptop).out


def test_the_root_that_a_releaser_put_into_the_program_is_the_one_trusted(tmp_path, monkeypatch):
    monkeypatch.setattr(renewing, "resources", lambda: tmp_path)
    (tmp_path / "updates").mkdir()
    (tmp_path / "updates" / "root.json").write_bytes(b"{}")

    assert renewing.trusted_root() == b"{}"


@pytest.mark.parametrize("command", ["check", "get"])
def test_a_file_that_is_no_certificate_is_refused_before_a_folder_is_made(terreno, tmp_path, command):
    file, new = tmp_path / "autoridad.pem", tmp_path / "nuevo"
    file.write_text("autoridad", encoding="utf-8")

    told = terreno.json("update", command, "--url", "https://127.0.0.1:1/updates", "--ca", file, data=new, exit=2)

    assert (told["code"], new.exists()) == ("no_certificate", False)
