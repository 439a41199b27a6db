"""A laptop's folder that was copied to another machine: both go on, and the coordination is asked about it."""

import shutil

from tests.cli.terminal import jsonl

ENQUIRY = {"kind": "attention", "space": "oirs", "type": "enquiry", "topic": "vivienda"}


def test_a_copied_laptop_goes_on_under_its_own_label_once_the_coordination_confirms(terreno, centre, tmp_path):
    one, office = centre.laptop("uno"), centre.laptop("oficina", "coordination")
    line = jsonl(tmp_path / "una.jsonl", ENQUIRY)
    terreno.json("record", line, data=one)
    terreno.json("sync", data=one)
    copy = shutil.copytree(one, tmp_path / "copia")
    for laptop in (one, copy):
        terreno.json("record", line, data=laptop)
    terreno.json("sync", data=one)

    first = terreno.json("sync", data=copy)
    asked = terreno.json("sync", data=office)["warnings"]
    device = asked[0]["message"].split("edit device ")[1].split()[0]
    terreno.json("edit", "device", device, "confirmation=confirmed", data=office)
    terreno.json("sync", data=office)
    second = terreno.json("sync", data=copy)
    terreno.json("record", line, data=copy)

    assert [warning["code"] for warning in first["warnings"]] == ["new_label", "unconfirmed"]
    assert [warning["code"] for warning in asked] == ["device_waits"]
    assert asked[0]["message"].startswith("T03: equipo clonado o respaldo restaurado.")
    assert (first["pending"], second["pending"], second["warnings"]) == (0, 0, [])
    folios = [record["folio"][:15] for record in terreno.json("list", "attention", data=copy)["records"]]
    assert sorted(folios) == ["T01-2026-000001", "T01-2026-000002", "T01-2026-000002", "T03-2026-000001"]


def test_the_operator_finds_a_copied_laptop_under_either_label(terreno, centre, tmp_path):
    one = centre.laptop("uno")
    line = jsonl(tmp_path / "una.jsonl", ENQUIRY)
    copy = shutil.copytree(one, tmp_path / "copia")
    for laptop in (one, copy):
        terreno.json("record", line, data=laptop)
        terreno.json("sync", data=laptop)
    on = ("--database", centre.database)

    (listed,) = terreno.json("central", "device", "list", *on)["devices"]
    words = terreno("central", "device", "list", *on)
    revoked = terreno.json("central", "device", "revoke", "T01", *on)

    assert (listed["label"], listed["former_labels"]) == ("T02", ["T01"])
    assert "también es T01" in words.out
    assert (revoked["id"], revoked["label"], revoked["status"]) == (listed["id"], "T02", "revoked")
