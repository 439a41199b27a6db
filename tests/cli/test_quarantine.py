"""What the centre cannot take in: seen by its author and by coordination, released or rejected by coordination."""

import pytest

from tests.cli.terminal import enquiry, jsonl

ANSWER = {
    "kind": "survey_response",
    "questionnaire": "SAT-TERRENO",
    "questionnaire_version": 1,
    "mode": "on_screen",
    "started_at": "2026-11-21T15:00:00Z",
    "result": "none",
    "none_reason": "no_time",
}
ITEM = {"op", "kind", "record", "folio", "reason", "happened"}


@pytest.fixture
def held_back(terreno, centre, tmp_path):
    """Two laptops asked the same person, so the second answer waits; gives author, office, record and op."""
    one, two, office = centre.laptop("uno"), centre.laptop("dos"), centre.laptop("oficina", "coordination")
    (record,) = terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=one)["ids"]
    answer = jsonl(tmp_path / "encuesta.jsonl", {**ANSWER, "id": record})
    other = jsonl(tmp_path / "otra.jsonl", {**ANSWER, "id": record, "none_reason": "left"})
    terreno.json("record", answer, data=one)
    terreno.json("sync", data=one)
    terreno.json("record", other, data=two)
    synced = terreno.json("sync", data=two, exit=1)
    assert synced["quarantined"] == 1
    terreno("sync", data=office)
    (item,) = terreno.json("quarantine", "list", data=office, exit=1)["quarantine"]
    return two, office, record, item


def test_it_is_listed_with_its_reason_for_both(terreno, held_back):
    two, office, record, item = held_back

    by_author = terreno.json("quarantine", "list", data=two, exit=1)["quarantine"]
    words = terreno("quarantine", "list", data=office)
    status = terreno.json("status", data=two, exit=1)

    assert by_author == [item]
    assert set(item) == ITEM
    assert (item["kind"], item["record"], item["reason"]) == ("survey_response", record, "only_once")
    assert "Ese registro ya existía y solo se puede ingresar una vez." in words.out
    assert status["quarantined"] == 1


def test_a_rejection_ends_it_for_both(terreno, held_back):
    two, office, _, item = held_back

    told = terreno.json("quarantine", "reject", item["op"], "--reason", "doble", data=office)
    for laptop in (office, two):
        terreno.json("sync", data=laptop)

    assert (set(told), told["record"]) == ({"op", "record"}, item["op"])
    for laptop in (office, two):
        assert terreno.json("quarantine", "list", data=laptop) == {"quarantine": []}
    assert terreno.json("status", data=two)["quarantined"] == 0
    assert terreno.json("quarantine", "release", item["op"], data=office, exit=2)["code"] == "decided"


def test_its_author_is_told_once_that_it_was_rejected_and_why(terreno, held_back):
    two, office, record, item = held_back
    terreno.json("quarantine", "reject", item["op"], "--reason", "ya la contestó", data=office)
    terreno.json("sync", data=office)

    told, again = (terreno.json("sync", data=two)["warnings"] for _ in range(2))
    history = terreno("history", "survey_response", record, data=two)

    assert [one["code"] for one in told] == ["rejected"]
    assert f"Encuesta de satisfacción {record}: «ya la contestó»." in told[0]["message"]
    assert again == []
    assert "rechazado: «ya la contestó»" in history.out


def test_what_was_rejected_here_is_not_released_before_the_centre_heard_of_it(terreno, held_back):
    _, office, _, item = held_back
    terreno.json("quarantine", "reject", item["op"], "--reason", "doble", data=office)

    told = terreno.json("quarantine", "release", item["op"], data=office, exit=2)

    assert told["code"] == "decided"


def test_coordination_hears_of_what_waits_when_it_synchronises(terreno, held_back):
    _, office, _, _ = held_back

    synced = terreno("sync", data=office)

    assert synced.exit == 1
    assert synced.out.splitlines()[-1] == "1 cambio espera en cuarentena: terreno quarantine list."


def test_a_release_of_what_still_cannot_be_taken_in_leaves_it_waiting(terreno, held_back):
    two, office, _, item = held_back

    terreno.json("quarantine", "release", item["op"], data=office)
    for laptop in (office, two):
        terreno("sync", data=laptop)

    waiting = terreno.json("quarantine", "list", data=office, exit=1)["quarantine"]
    assert [w["op"] for w in waiting] == [item["op"]]


@pytest.mark.parametrize("decision", [("release",), ("reject", "--reason", "doble")], ids=["release", "reject"])
def test_only_what_waits_can_be_decided(terreno, held_back, decision):
    _, office, record, _ = held_back
    verb, *rest = decision

    told = terreno.json("quarantine", verb, record, *rest, data=office, exit=2)

    assert told["code"] == "unknown_record"
