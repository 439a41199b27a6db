"""A silent installation: one file says everything; what is wrong is told by field, and nothing is half made."""

import json
import socket
from pathlib import Path

import pytest

from tests.cli.terminal import PHRASE
from tests.sync.certificates import a_certificate

OFFICER = "01990000-0000-7000-8000-0000000000aa"
CODE = "ABCD-EFGH-JKMN-PQRS"


@pytest.fixture
def provision(terreno, centre, tmp_path):
    """Writes the file of a new laptop with what a test changes in it, and enrols with it."""
    (tmp_path / "frase.txt").write_text(PHRASE, encoding="utf-8")

    def ask(name="equipo.json", status=0, encoding="utf-8", **changed):
        told = {
            "central": centre.url,
            "region": "13",
            "role": "field",
            "code": centre.code(),
            "officer": centre.officer,
            **changed,
        }
        kept = {field: value for field, value in told.items() if value is not None}
        as_toml = "".join(f"{field} = {json.dumps(value)}\n" for field, value in kept.items())
        file = tmp_path / name
        file.write_text(as_toml if name.endswith(".toml") else json.dumps(kept), encoding=encoding, newline="\r\n")
        enrol = ("enrol", "--provision", file, "--passphrase-file", tmp_path / "frase.txt")
        return terreno.json(*enrol, data=tmp_path / "nuevo", exit=status)

    return ask


@pytest.mark.parametrize("name", ["equipo.toml", "equipo.json"])
def test_a_file_enrols_without_asking_anybody(terreno, provision, centre, tmp_path, monkeypatch, name):
    monkeypatch.delenv("TERRENO_PASSPHRASE")

    told = provision(name)

    monkeypatch.setenv("TERRENO_PASSPHRASE", PHRASE)
    assert (told["label"], told["region"], told["role"], told["officer"]) == ("T01", "13", "field", centre.officer)
    assert terreno.json("doctor", data=tmp_path / "nuevo")["checks"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["equipo.toml", "equipo.json"])
def test_a_file_enrols_in_whichever_form_windows_wrote_it(provision, name, encoding):
    assert provision(name, encoding=encoding)["label"] == "T01"


def test_a_file_in_another_encoding_is_told_as_that(terreno, tmp_path):
    file = tmp_path / "equipo.toml"
    file.write_bytes("# Ñuñoa\n".encode("latin-1"))

    told = terreno("enrol", "--provision", file, data=tmp_path / "nuevo")

    assert told.exit == 2
    assert f"El archivo no es un texto en UTF-8: {file}." in told.err


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"central": None}, "central: falta", id="missing"),
        pytest.param({"central": "centro.example.cl"}, "central: le falta https:// al comienzo", id="no scheme"),
        pytest.param({"central": "http://centro.example.cl"}, "central: debe ser una dirección https://", id="http"),
        pytest.param({"region": 13}, "region: debe ser un texto entre comillas", id="a number"),
        pytest.param({"region": "trece"}, "region: debe ser de dos cifras entre comillas, o CL", id="no region"),
        pytest.param({"role": "officer"}, "role: debe ser field o coordination", id="no role"),
        pytest.param({"code": "corto"}, "code: está mal escrito", id="no code"),
        pytest.param({"officer": "Luis Soto"}, "officer: debe ser el identificador que dio el centro", id="a name"),
        pytest.param({"region": None, "rol": "field"}, "region: falta; rol: no se conoce ese campo", id="two at once"),
        pytest.param({"ca": "no-esta.pem"}, "ca: no existe ese archivo", id="no authority"),
        pytest.param({"ca": "a" * 300}, "ca: no existe ese archivo", id="no name for a file"),
        pytest.param({"central": "https://centro..cl"}, "central: debe ser una dirección https://", id="no machine"),
    ],
)
def test_what_is_wrong_with_a_field_is_told_by_its_name_and_nothing_is_made(provision, tmp_path, changed, words):
    told = provision(status=2, **changed)

    assert told["code"] == "provision"
    assert words in told["happened"]
    assert "corto" not in told["happened"]
    assert not (tmp_path / "nuevo").exists()


@pytest.mark.parametrize(
    "text",
    ["{", "central = ", "\x00", '{"a":' * 20_000, "a = " + "[" * 20_000],
    ids=["a brace", "half a line", "nothing", "deep JSON", "deep TOML"],
)
def test_what_is_neither_toml_nor_json_is_told(terreno, tmp_path, text):
    file = tmp_path / "equipo.toml"
    file.write_text(text, encoding="utf-8")

    told = terreno.json("enrol", "--provision", file, data=tmp_path / "nuevo", exit=2)

    assert told["happened"] == "El archivo de aprovisionamiento no sirve: no es TOML ni JSON que se pueda leer."


def test_a_code_for_another_region_enrols_nobody_and_another_code_does(terreno, provision, centre, tmp_path):
    elsewhere = provision(status=2, code=centre.code(region="08"))
    unusable = terreno.json("status", data=tmp_path / "nuevo", exit=2)
    told = provision()

    assert (elsewhere["code"], unusable["code"]) == ("other_place", "not_a_laptop")
    assert "región 08" in elsewhere["happened"]
    assert "T01" in elsewhere["next"]
    assert (told["label"], told["region"]) == ("T02", "13")


def test_a_region_that_was_mistyped_is_put_right_and_the_same_code_and_label_serve(provision, centre):
    code = centre.code()

    mistyped = provision(status=2, code=code, region="08")
    told = provision(code=code)

    assert mistyped["next"].startswith("Si el error está en el archivo, corríjalo y repita la orden")
    assert (told["label"], told["region"]) == ("T01", "13")


def test_an_enrolment_that_goes_on_with_another_passphrase_says_which_is_wanted(terreno, centre, tmp_path):
    code, wrong = centre.code(), tmp_path / "otra.txt"
    wrong.write_text("otra frase larga que no es", encoding="utf-8")
    order = ("enrol", "--central", centre.url, "--code", code, "--officer")
    terreno.json(*order, OFFICER, data=tmp_path / "nuevo", exit=2)

    told = terreno.json(*order, centre.officer, "--passphrase-file", wrong, data=tmp_path / "nuevo", exit=2)

    assert told["code"] == "wrong_passphrase"
    assert "un enrolamiento a medio hacer" in told["happened"]
    assert "la frase del primer intento" in told["next"]
    assert terreno.json(*order, centre.officer, data=tmp_path / "nuevo")["label"] == "T01"


def test_what_is_wrongly_typed_at_an_enrolment_is_named(terreno, tmp_path, monkeypatch):
    order = ("enrol", "--central", "https://centro.no-existe.invalid", "--code", CODE, "--officer")

    def no_such_name(*_args, **_how):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    person = terreno(*order, "Luis Soto", data=tmp_path / "nuevo")
    authority = terreno(*order, OFFICER, "--ca", tmp_path / "ca.pem", data=tmp_path / "nuevo")
    file = terreno("enrol", "--provision", tmp_path / "equipo.toml", data=tmp_path / "nuevo")
    name = terreno(*order, OFFICER, data=tmp_path / "nuevo")

    assert "--officer: una persona se indica con el identificador que dio el centro" in person.err
    assert f"No existe el archivo: {tmp_path / 'ca.pem'}." in authority.err
    assert f"No existe el archivo: {tmp_path / 'equipo.toml'}." in file.err
    assert "No se encuentra en la red el nombre del centro." in name.err
    assert "Revise que la dirección del centro esté bien escrita." in name.err
    assert name.exit == 3


def test_the_authority_lies_beside_the_file_and_is_kept_for_its_user_alone(provision, tmp_path):
    authority = a_certificate(tmp_path)

    provision(status=0, ca=authority.name)

    kept = tmp_path / "nuevo" / "centro.pem"
    assert kept.read_bytes() == authority.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_file_goes_without_options_and_options_without_one_must_be_whole(terreno, provision, tmp_path):
    file = Path(tmp_path / "equipo.json")
    file.write_text("{}", encoding="utf-8")

    both = terreno("enrol", "--provision", file, "--code", CODE, data=tmp_path / "nuevo")
    lacking = terreno("enrol", "--code", CODE, data=tmp_path / "nuevo")

    assert (both.exit, lacking.exit) == (2, 2)
    assert "--provision va solo" in both.err
    assert "falta --central, --officer" in lacking.err
