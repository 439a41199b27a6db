"""A laptop that never sees a network again: by stick, through another one's hands, it ends where everybody ends."""

from pathlib import Path

import pytest

from tests.cli.terminal import complaint, enquiry, identity
from tests.days.test_promises import all_agree
from tests.days.town import Equipment


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "pendrive"
    folder.mkdir()
    return folder


def walk(far: Equipment, near: Equipment, stick: Path) -> dict[str, object]:
    """There and back, by the hands of a laptop that has a network."""
    there, back = stick / "ida.terreno", stick / "vuelta.terreno"
    far("bundle", "export", there, "--force")
    near("bundle", "carry", there, "--out", back, "--force")
    answer = far.terreno("bundle", "receive", back, "--json", data=far.folder)
    assert answer.exit in {0, 1}, answer
    outcome: dict[str, object] = answer.json
    return outcome


def proven(equipment: Equipment) -> None:
    """Everything made here has a receipt, and every receipt holds for these very ops."""
    status = equipment.terreno("status", "--json", data=equipment.folder).json
    assert (status["pending"], status["received"]) == (0, status["total"])
    checked = equipment.terreno("doctor", "--json", data=equipment.folder).json
    receipts = [check for check in checked["checks"] if check["name"] == "receipts"]
    assert [check["ok"] for check in receipts] == [True], checked


def test_a_laptop_without_a_network_ends_where_everybody_ends(town, stick):
    far, near = town.field
    (seen,) = far.record(enquiry())
    town.office.sync()
    walk(far, near, stick)
    town.sync((near, town.office))
    far.record(complaint(), identity(), enquiry())
    near.record(enquiry())
    far.edit(seen, "topic=salud", "wait_min=7")
    near.edit(seen, "topic=pensiones", "education=MEDIA_COM")
    near.sync()
    town.office.edit(seen, "persons_count=4")
    town.office.sync()

    met = walk(far, near, stick)
    for _ in range(2):
        town.sync((near, town.office))
        walk(far, near, stick)

    shown, (conflict,) = all_agree(town)
    assert met["conflicts"] == 1
    assert shown[seen].items() >= {"topic": "pensiones", "wait_min": 7, "persons_count": 4}.items()
    assert conflict["other"] == {"topic": "salud"}
    assert len(shown) == 4
    for equipment in town.everyone:
        proven(equipment)


def test_a_decision_travels_by_stick_too(town, stick):
    far, near = town.field
    (record,) = near.record(enquiry())
    town.sync((near, town.office))
    walk(far, near, stick)
    near.edit(record, "outcome=guided")
    near.sync()
    far.edit(record, "outcome=withdrawn")
    walk(far, near, stick)
    (conflict,) = far.conflicts()

    far("conflicts", "resolve", conflict["id"], "--keep", "other")
    walk(far, near, stick)
    town.sync((near, town.office))

    shown, conflicts = all_agree(town)
    assert (shown[record]["outcome"], conflicts) == ("withdrawn", [])


def test_sticks_that_come_twice_late_and_beside_the_network_change_nothing(town, stick):
    far, near = town.field
    records = far.record(enquiry(), enquiry())
    far("bundle", "export", stick / "primero")
    far.edit(records[0], "topic=salud")
    far("bundle", "export", stick / "segundo")
    for name in ("segundo", "primero", "segundo"):
        near("bundle", "carry", stick / name, "--out", stick / f"de {name}", "--force")
    far.sync()
    before = far.shown(), far.conflicts()
    town.settle()

    for name in ("segundo", "primero", "primero"):
        far("bundle", "receive", stick / f"de {name}")

    assert (far.shown(), far.conflicts()) == before
    all_agree(town)
    proven(far)
