"""The register of another space from a spreadsheet: propose a mapping, look, import, import again."""

import json

import pytest

CALLS = "N°;Fecha;Tipo de atención;Tema;¿Requiere respuesta posterior?\r\n"
ROWS = (
    "1;20-11-2026 10:30;Consulta;salud;no\r\n2;20-11-2026 11:30;Felicitación;salud;no\r\n3;ayer;Consulta;salud;no\r\n"
)


@pytest.fixture
def calls(tmp_path):
    file = tmp_path / "tic.csv"
    file.write_text(CALLS + ROWS, encoding="utf-8-sig")
    return file


@pytest.fixture
def mapping(tmp_path):
    file = tmp_path / "mapeo.json"
    columns = {
        "received_at": "Fecha",
        "type": "Tipo de atención",
        "topic": "Tema",
        "answer_owed": "¿Requiere respuesta posterior?",
    }
    file.write_text(json.dumps({"llave": "N°", "campos": columns}), encoding="utf-8")
    return file


def test_a_mapping_is_proposed_and_nothing_imported(terreno, laptop, calls, tmp_path):
    file = tmp_path / "nuevo.json"

    told = terreno.json("import", calls, "--space", "tic", "--mapping", file, data=laptop, exit=1)

    assert told == {"mapping": str(file), "fields": ["received_at", "type", "topic", "answer_owed"], "unread": {}}
    assert json.loads(file.read_text(encoding="utf-8"))["llave"] == "N°"
    assert terreno.json("list", "attention", data=laptop)["records"] == []


def test_looking_first_and_then_importing_twice(terreno, laptop, calls, mapping):
    command = ("import", calls, "--space", "tic", "--mapping", mapping)

    looked = terreno.json(*command, "--dry-run", data=laptop, exit=1)
    none_yet = terreno.json("list", "attention", data=laptop)["records"]
    done = terreno.json(*command, data=laptop, exit=1)
    again = terreno(*command, data=laptop)

    assert (looked["registered"], looked["dry_run"], none_yet) == (2, True, [])
    assert [(one["line"], one["field"]) for one in looked["rejected"]] == [(4, "Fecha")]
    assert (done["registered"], done["repeated"]) == (2, 0)
    assert again.exit == 1
    assert "Guardadas: 0. Ya estaban: 2. No se pueden leer: 1." in again.out
    records = terreno.json("list", "attention", data=laptop)["records"]
    assert sorted(record["type"] for record in records) == ["commendation", "enquiry"]
    report = terreno.json("report", "monthly_summary", "--period", "2026-11", "--space", "tic", data=laptop)
    assert report["totals"]["attentions"] == 2


def test_a_text_that_a_separator_parts_is_told_and_not_cut_off(terreno, laptop, tmp_path):
    file, columns = tmp_path / "tic.csv", tmp_path / "mapeo.json"
    file.write_text("N°;Fecha;Tipo;Tema;Relato\n1;20-11-2026;Consulta;salud;Esperó; no la llamaron\n", encoding="utf-8")
    fields = {"received_at": "Fecha", "type": "Tipo", "topic": "Tema", "description": "Relato"}
    columns.write_text(json.dumps({"llave": "N°", "campos": fields, "fijos": {"answer_owed": False}}), encoding="utf-8")

    told = terreno.json("import", file, "--space", "tic", "--mapping", columns, data=laptop, exit=1)

    assert told["registered"] == 0
    assert [(one["line"], one["code"]) for one in told["rejected"]] == [(2, "too_many_cells")]
    assert "llamaron" not in json.dumps(told)


@pytest.mark.parametrize("look", [True, False])
def test_a_column_without_a_heading_is_named_as_not_read(terreno, laptop, calls, mapping, look):
    head, *rows = calls.read_text(encoding="utf-8-sig").splitlines()
    calls.write_text("\n".join([f"{head};", *(f"{row};Ana Soto" for row in rows)]), encoding="utf-8")
    command = ("import", calls, "--space", "tic", "--mapping", mapping, *(["--dry-run"] if look else []))

    told = terreno(*command, data=laptop)
    as_json = terreno.json(*command, data=laptop, exit=1)

    assert "La columna F no tiene encabezado: 3 celdas que no se leen." in told.out
    assert "Ana" not in told.out
    assert as_json["unread"] == {"F": 3}


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "table_empty"), (b"a;a\n", "table_headings"), (b"PK\x03\x04", "table_unreadable")]
)
def test_a_file_that_cannot_be_read_is_told(terreno, laptop, mapping, tmp_path, content, code):
    file = tmp_path / "roto.csv"
    file.write_bytes(content)

    told = terreno.json("import", file, "--space", "tic", "--mapping", mapping, data=laptop, exit=2)

    assert told["code"] == code


def test_a_missing_file_a_broken_mapping_and_another_space_are_told(terreno, laptop, calls, mapping, tmp_path):
    broken = tmp_path / "roto.json"
    broken.write_text("{", encoding="utf-8")
    wrong = tmp_path / "otro.json"
    wrong.write_text('{"llave": "N°", "campos": {"nada": "Fecha"}}', encoding="utf-8")

    def refused(file, space, columns):
        return terreno.json("import", file, "--space", space, "--mapping", columns, data=laptop, exit=2)["code"]

    assert refused(tmp_path / "no.csv", "tic", mapping) == "file_missing"
    assert refused(calls, "tic", broken) == "mapping_unreadable"
    assert refused(calls, "tic", wrong) == "rejected"
    assert refused(calls, "oirs_terreno", mapping) == "usage"
