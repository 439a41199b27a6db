"""What a person hands in at the stand reaches a real centre sealed and is opened there, and nowhere before."""

from collections.abc import Iterator

import pytest

from terreno_app import desktop
from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from tests.cli.terminal import PHRASE, jsonl, outing
from tests.factories import NOON

ANSWERS = {"P1": 6, "P7": "más sombra"}


@pytest.fixture
def stand(terreno, centre, tmp_path) -> Iterator[OpenLaptop]:
    """A field laptop of a real centre with an outing open in which everybody is drawn."""
    folder = centre.laptop("uno")
    plan = jsonl(tmp_path / "plan.jsonl", outing(sampling={"method": "census"}))
    (planned,) = terreno.json("record", plan, data=folder)["ids"]
    terreno.json("outing", "open", planned, data=folder)
    laptop = desktop.open_laptop(folder, None, lambda: PHRASE, machine=centre.terreno.machine)
    yield laptop
    laptop.close()


def attend(laptop: OpenLaptop) -> str:
    return laptop.attentions.register(AttentionDraft({"type": "enquiry", "topic": "vivienda"}), laptop.person.id).id


def test_sealed_answers_are_opened_at_the_centre_with_their_attention(terreno, centre, stand):
    attention, other = attend(stand), attend(stand)
    asked, author = stand.survey.questionnaire, stand.person.id
    stand.survey.hand_in(attention, asked, ANSWERS, mode="on_screen", started_at=NOON, author=author)
    stand.survey.not_answered(other, asked, "left", mode="on_screen", started_at=NOON, author=author)
    kept_here = b"".join(one.read_bytes() for one in stand.folder.path.rglob("*") if one.is_file())
    shown_here = str(stand.store.shown("survey_response", attention))
    folder = stand.folder.path
    stand.close()

    terreno.json("sync", data=folder)
    office = centre.laptop("oficina", "coordination")
    terreno.json("sync", data=office)

    held = {one["id"]: one for one in terreno.json("list", "survey_response", "--identity", data=office)["records"]}
    assert held[attention]["answers"] == ANSWERS
    assert (held[attention]["mode"], held[attention]["result"]) == ("on_screen", "partial")
    assert (held[other]["result"], held[other]["none_reason"]) == ("none", "left")
    assert "answers" not in held[other]
    assert "sombra" not in shown_here
    assert b"sombra" not in kept_here
    assert "sombra" not in terreno("list", "survey_response", "--identity", "--json", data=folder).out
