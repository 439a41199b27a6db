"""Keys of the people that the register knows."""

from terreno_app.desktop import OpenLaptop
from tests.factories import OFFICER
from tests.services.pages import COLLEAGUE, a_record, pulled

PHRASE = "fuego gato hielo isla jugo"
GONE = "01990000-0000-7000-8000-0000000000f9"


def test_people_of_the_register_without_a_key_are_offered_until_they_have_one(laptop: OpenLaptop) -> None:
    pulled(laptop, a_record("officer", COLLEAGUE, {"name": "Iván Cárdenas Rojas", "role": "officer"}, 1))
    left = {"name": "Ana Soto", "role": "officer", "active_to": "2026-01-31"}
    pulled(laptop, a_record("officer", GONE, left, 2))
    before = laptop.keys.without()

    laptop.keys.add(COLLEAGUE, PHRASE)

    assert [one.name for one in before] == ["Iván Cárdenas Rojas"]
    assert laptop.keys.without() == ()
    assert [one.id for one in laptop.keys.holders()] == [OFFICER, COLLEAGUE]


def test_a_proposed_phrase_is_five_words(laptop: OpenLaptop) -> None:
    assert len(laptop.keys.propose().split()) == 5


def test_before_the_register_is_here_people_have_the_name_of_their_key(laptop: OpenLaptop) -> None:
    laptop.folder.rename_officer(OFFICER, "Marcela Soto Henríquez")

    assert laptop.keys.person(OFFICER).name == "Marcela Soto Henríquez"
    assert laptop.keys.person(GONE).name == GONE
