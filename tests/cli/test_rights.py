"""A person asks for deletion: their data leaves every laptop and the centre, the figures stay."""

from tests.cli.terminal import jsonl

COMPLAINT = {
    "kind": "attention",
    "space": "oirs",
    "type": "complaint",
    "topic": "identidad",
    "own_service": False,
    "concerned_institution": "SRCEI",
    "description": "relato que nadie más debe leer",
}
IDENTITY = {
    "kind": "identity",
    "doc_type": "run",
    "doc_number": "12.531.909-2",
    "names": "Ana",
    "email": "a@example.cl",
}


def test_deletion_reaches_the_laptop_that_wrote_it_and_the_attention_stays(terreno, centre, tmp_path):
    one, office = centre.laptop("uno"), centre.laptop("oficina", "coordination")
    lines = jsonl(tmp_path / "dia.jsonl", COMPLAINT, IDENTITY)
    record = terreno.json("record", lines, data=one)["ids"][0]
    for laptop in (one, office):
        terreno.json("sync", data=laptop)
    folio = terreno.json("list", "attention", data=office)["records"][0]["folio"]

    told = terreno.json("rights", "erase", folio, "--reason", "Pedida por la persona", data=office)
    for laptop in (office, one, office):
        terreno.json("sync", data=laptop)

    assert told["record"] == record
    assert len(told["ops"]) == 3
    for laptop in (one, office):
        attention = terreno.json("list", "attention", "--identity", data=laptop)["records"][0]
        people = terreno.json("list", "identity", "--identity", data=laptop)["records"]
        assert attention["folio"] == folio
        assert "description" not in attention
        assert all("names" not in person and "doc_number" not in person for person in people)
    requests = terreno.json("list", "data_rights_request", data=office)["records"]
    assert [(one["request"], one["status"], one["attention"]) for one in requests] == [("deletion", "granted", record)]


def test_a_field_laptop_cannot_erase(terreno, centre, tmp_path):
    one = centre.laptop("uno")
    record = terreno.json("record", jsonl(tmp_path / "dia.jsonl", COMPLAINT, IDENTITY), data=one)["ids"][0]

    told = terreno.json("rights", "erase", record, "--reason", "Pedida", data=one, exit=2)

    assert told["code"] == "only_coordination"
    assert terreno.json("list", "attention", "--identity", data=one)["records"][0]["description"]


def test_a_deletion_has_a_reason_and_a_record(terreno, centre, tmp_path):
    office = centre.laptop("oficina", "coordination")
    record = terreno.json("record", jsonl(tmp_path / "dia.jsonl", COMPLAINT, IDENTITY), data=office)["ids"][0]

    assert terreno.json("rights", "erase", record, "--reason", " ", data=office, exit=2)["code"] == "rejected"
    unknown = "0199ffff-0000-7000-8000-00000000000f"
    assert terreno.json("rights", "erase", unknown, "--reason", "x", data=office, exit=2)["code"] == "unknown_record"


def test_what_nothing_undoes_is_asked_first(terreno, centre, tmp_path, monkeypatch):
    office = centre.laptop("oficina", "coordination")
    record = terreno.json("record", jsonl(tmp_path / "dia.jsonl", COMPLAINT, IDENTITY), data=office)["ids"][0]
    erase = ("rights", "erase", record, "--reason", "Pedida")
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)

    nobody = terreno(*erase, data=office)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "no")
    refused = terreno(*erase, data=office)
    kept = terreno.json("list", "identity", "--identity", data=office)["records"]
    sure = terreno(*erase, "--yes", data=office)

    assert (nobody.exit, "agregue --yes" in nobody.err) == (2, True)
    assert (refused.exit, refused.out) == (0, "No se borró nada.\n")
    assert kept[0]["names"] == "Ana"
    assert sure.exit == 0
