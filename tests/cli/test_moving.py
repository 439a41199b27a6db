"""A laptop's data on another machine, and several people on one machine, each with a folder of their own."""

import os
import stat
import subprocess
import sys
import zipfile

from tests.cli.terminal import PHRASE, enquiry, jsonl
from tests.sync.certificates import a_certificate


def moved(terreno, old, new, tmp_path, *more, status=0):
    backup = tmp_path / f"{new.name}.terreno"
    terreno.json("backup", "--out", backup, data=old)
    return terreno.json("restore", backup, "--device-key", old / "device.key", *more, data=new, exit=status)


def test_a_laptop_moves_with_its_device_key_keeps_its_label_and_repeats_no_folio(terreno, centre, tmp_path):
    old, new = centre.laptop("uno"), tmp_path / "casa" / "dos"
    line = jsonl(tmp_path / "una.jsonl", enquiry(space="oirs"))
    terreno.json("record", line, data=old)
    terreno.json("sync", data=old)
    terreno.json("record", line, data=old)

    told = moved(terreno, old, new, tmp_path)
    terreno.json("record", line, data=new)
    synced = terreno.json("sync", data=new)

    folios = sorted(one["folio"][:15] for one in terreno.json("list", "attention", data=new)["records"])
    assert (told, synced["pending"], synced["warnings"]) == ({"kept": None}, 0, [])
    assert folios == ["T01-2026-000001", "T01-2026-000002", "T01-2026-001003"]
    assert stat.S_IMODE(new.stat().st_mode) == 0o700


def test_where_both_machines_go_on_nothing_is_lost_and_nothing_is_received_twice(terreno, centre, tmp_path):
    old, new, office = centre.laptop("uno"), tmp_path / "dos", centre.laptop("oficina", "coordination")
    line = jsonl(tmp_path / "una.jsonl", enquiry(space="oirs"))
    terreno.json("record", line, data=old)
    moved(terreno, old, new, tmp_path)
    for laptop in (old, new):
        terreno.json("record", line, data=laptop)

    first, second = (terreno.json("sync", data=laptop) for laptop in (new, old))
    terreno.json("sync", data=office)

    folios = [one["folio"][:15] for one in terreno.json("list", "attention", data=office)["records"]]
    assert (first["pending"], second["pending"]) == (0, 0)
    assert sorted(folios) == ["T01-2026-000001", "T01-2026-000002", "T01-2026-001002"]


def test_another_secret_a_laptop_that_is_there_or_a_missing_file_make_nothing(terreno, centre, tmp_path):
    one, two, new = centre.laptop("uno"), centre.laptop("dos"), tmp_path / "tres"
    backup = tmp_path / "uno.terreno"
    terreno.json("backup", "--out", backup, data=one)
    order = ("restore", backup, "--device-key")

    wrong = terreno.json(*order, two / "device.key", data=new, exit=2)
    missing = terreno.json(*order, one / "device.key", "--ca", tmp_path / "no.pem", data=new, exit=2)
    over = terreno.json(*order, one / "device.key", data=two, exit=2)
    alone = terreno.json("restore", backup, "--ca", tmp_path / "no.pem", data=one, exit=2)

    codes = [told["code"] for told in (wrong, missing, over, alone)]
    assert codes == ["other_device", "file_missing", "already_a_laptop", "usage"]
    assert "es de otro equipo" in wrong["happened"]
    assert missing["happened"] == f"No existe el archivo: {tmp_path / 'no.pem'}."
    assert not new.exists()
    assert terreno.json("status", data=two)["total"] == 0


def test_another_laptops_key_is_told_from_a_wrong_passphrase(terreno, centre, tmp_path):
    one, two, new = centre.laptop("uno"), centre.laptop("dos"), tmp_path / "tres"
    backup, phrase = tmp_path / "uno.terreno", tmp_path / "frase.txt"
    terreno.json("backup", "--out", backup, data=one)
    phrase.write_text("una frase larga que no es", encoding="utf-8")
    (tmp_path / "clave.txt").write_text("no es una llave", encoding="utf-8")
    order = ("restore", backup, "--passphrase-file", phrase)

    other = terreno.json(*order, "--device-key", two / "device.key", data=new, exit=2)
    none = terreno.json(*order, "--device-key", tmp_path / "clave.txt", data=new, exit=2)
    onto_two = terreno.json(*order, data=two, exit=2)
    wrong = terreno.json(*order, "--device-key", one / "device.key", data=new, exit=2)
    nowhere = terreno.json(*order, data=new, exit=2)

    codes = [told["code"] for told in (other, none, onto_two, wrong, nowhere)]
    assert codes == ["other_device", "other_device", "other_device", "wrong_passphrase", "not_a_laptop"]
    assert wrong["happened"] == "La frase de paso no abre este respaldo."
    assert "--device-key" in nowhere["next"]
    assert "enrol" not in nowhere["next"]
    assert not new.exists()


def test_a_backup_of_an_earlier_version_says_that_the_key_may_be_another_laptops(terreno, centre, tmp_path):
    one, two = centre.laptop("uno"), centre.laptop("dos")
    backup, new = tmp_path / "uno.terreno", tmp_path / "tres"
    terreno.json("backup", "--out", backup, data=one)
    with zipfile.ZipFile(backup, "a") as packed:
        packed.comment = b""

    wrong = terreno.json("restore", backup, "--device-key", two / "device.key", data=new, exit=2)
    terreno.json("restore", backup, "--device-key", one / "device.key", data=new)

    assert wrong["code"] == "wrong_passphrase"
    assert "revise que device.key sea del equipo que lo hizo" in wrong["next"]


def test_the_authority_of_the_centre_comes_along(terreno, centre, tmp_path):
    authority = a_certificate(tmp_path)

    moved(terreno, centre.laptop("uno"), tmp_path / "dos", tmp_path, "--ca", authority)

    assert (tmp_path / "dos" / "centro.pem").read_bytes() == authority.read_bytes()


def test_a_file_that_is_no_certificate_moves_no_laptop(terreno, centre, tmp_path):
    one, backup, wrong = centre.laptop("uno"), tmp_path / "respaldo.terreno", tmp_path / "ca.pem"
    terreno.json("backup", "--out", backup, data=one)
    wrong.write_text("autoridad", encoding="utf-8")
    new = tmp_path / "dos"

    told = terreno.json("restore", backup, "--device-key", one / "device.key", "--ca", wrong, data=new, exit=2)

    assert (told["code"], new.exists()) == ("no_certificate", False)


def test_each_person_of_a_machine_has_a_folder_that_nobody_else_enters(terreno, centre, tmp_path, monkeypatch):
    homes = {name: tmp_path / "home" / name for name in ("ana", "eva")}
    labels = {}
    for name, home in homes.items():
        shared = home / "datos" / "terreno"
        shared.mkdir(parents=True)
        shared.chmod(0o755)
        (tmp_path / "home").chmod(0o755)
        monkeypatch.setenv("XDG_DATA_HOME", str(home / "datos"))
        monkeypatch.setenv("TERRENO_DATA", "")
        enrol = ("enrol", "--central", centre.url, "--code", centre.code(), "--officer", centre.officer)
        labels[name] = terreno.json(*enrol)["label"]
        terreno.json("record", jsonl(tmp_path / f"{name}.jsonl", enquiry(space="oirs")))
        terreno.json("backup")
        terreno.json("edit", "attention", "no-hay", "topic=salud", exit=2)

    found = [path for home in homes.values() for path in (home / "datos" / "terreno").rglob("*")]
    open_to_others = [path.name for path in found if path.stat().st_mode & 0o077]
    assert set(labels.values()) == {"T01", "T02"}
    assert {path.name for path in found} >= {"terreno.db", "device.key", "keys.json", "respaldos"}
    assert open_to_others == []
    for home in homes.values():
        assert stat.S_IMODE((home / "datos" / "terreno").stat().st_mode) == 0o700
    assert _as_somebody_else(homes["ana"] / "datos" / "terreno") == "PermissionError"


_TOLD = "except OSError as error:\n print(type(error).__name__)"


def _as_somebody_else(folder):
    """What another user of this machine gets who lists a folder; only root can try, others know it from the modes."""
    if os.geteuid() != 0:
        return "PermissionError"
    nobody = 65_534
    told = "import os, sys\nos.setuid(int(sys.argv[2]))\ntry:\n os.listdir(sys.argv[1])\n" + _TOLD
    done = subprocess.run([sys.executable, "-c", told, folder, str(nobody)], capture_output=True, text=True, check=True)
    assert PHRASE not in done.stdout
    return done.stdout.strip()
