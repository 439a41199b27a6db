"""What only the whole laptop shows: sealed answers opened at the centre, false receipts, pages of a feed."""

from datetime import UTC, datetime

import pytest

from sync.client.errors import ForgedError
from terreno_app import desktop, fitness
from terreno_app.domain.errors import DomainError
from terreno_app.machine import SystemClock
from tests.cli.terminal import PHRASE, enquiry, jsonl

ANSWERS = {"P1": 7, "P7": "más sombra"}
RESPONSE = {
    "kind": "survey_response",
    "questionnaire": "encuesta_satisfaccion",
    "questionnaire_version": 1,
    "mode": "paper",
    "result": "complete",
    "answers": ANSWERS,
}


def test_survey_answers_are_read_at_coordination_and_nowhere_before(terreno, centre, tmp_path):
    one, office = centre.laptop("uno"), centre.laptop("oficina", "coordination")
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs"), RESPONSE), data=one)
    for laptop in (one, office):
        terreno.json("sync", data=laptop)

    by_field = terreno("list", "survey_response", "--identity", "--json", data=one)
    (by_office,) = terreno.json("list", "survey_response", "--identity", data=office)["records"]
    without = terreno("list", "survey_response", "--json", data=office)

    assert "sombra" not in by_field.out
    assert by_office["answers"] == ANSWERS
    assert "sombra" not in without.out


def test_the_doctor_finds_a_receipt_that_does_not_hold(terreno, centre, tmp_path, monkeypatch):
    laptop = centre.laptop("uno")
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs")), data=laptop)
    terreno.json("sync", data=laptop)

    def forged(*_):
        raise ForgedError("receipt", "root")

    monkeypatch.setattr(fitness, "verify_delivery", forged)

    told = terreno.json("doctor", data=laptop, exit=1)

    (receipts,) = [check for check in told["checks"] if check["name"] == "receipts"]
    assert (receipts["ok"], receipts["detail"]) == (False, "0 de 1 recibo comprobado")


def test_a_page_of_a_feed_can_be_compared_without_storing_it(centre):
    laptop = desktop.open_laptop(centre.laptop("uno"), None, lambda: PHRASE, machine=centre.terreno.machine)
    try:
        pages = [laptop.central.pull(feed, 0, 10) for feed in laptop.feeds()]
        cursors = laptop.store.cursors()
    finally:
        laptop.close()

    assert {record.kind for page in pages for record in page.records} == {"officer", "device"}
    assert not any(cursors.values())


def test_a_laptop_that_does_not_open_lets_go_of_its_folder(laptop, monkeypatch):
    def broken(*_args, **_named):
        raise DomainError("catalogues")

    with monkeypatch.context() as installation:
        installation.setattr(desktop, "compose", broken)
        with pytest.raises(DomainError):
            desktop.open_laptop(laptop, None, lambda: PHRASE)

    desktop.open_laptop(laptop, None, lambda: PHRASE).close()


def test_the_machine_tells_the_hour_and_draws_words():
    before = datetime.now(UTC)

    assert before <= desktop.system_clock().now() <= SystemClock().now()
    assert len(desktop.drawn_passphrase().split()) == 5
    assert desktop.drawn_passphrase() != desktop.drawn_passphrase()
