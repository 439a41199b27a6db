"""An id that stands for two edits: the first one is kept, who sent the other learns of it, nobody overwrites unseen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sync.core.ops import canonical, made_id, sha256
from tests.central.notes import person, private_note
from tests.central.speaking import Laptop, World, faults, reasons, statuses
from tests.central.waiting import decide
from tests.sync.real_laptop import RealLaptop


class Street:
    """Two laptops with their stores, and a coordinator."""

    def __init__(self, world: World, url: str, folder: Path) -> None:
        self.ana = RealLaptop.enrolled(world, url, folder / "ana")
        self.beto = RealLaptop.enrolled(world, url, folder / "beto")
        self.office: Laptop = world.coordination()

    def save_under(self, taken: str, title: str, record: str | None = None) -> str:
        """Beto saves an edit under an id that is taken; the record."""
        record, self.beto.new_id = record or self.beto.new_id(), lambda: taken
        self.beto.save({"title": title}, record)
        self.beto.new_id = self.beto.world.ids.new
        return record

    def held(self, taken: str) -> str:
        """The id under which the centre holds what Beto saved under a taken one."""
        (held,) = (name for name, one in self.office.pulled("quarantine").items() if one.fields["op"] == taken)
        return held

    def title(self, laptop: RealLaptop, record: str) -> object:
        shown = laptop.store.shown("note", record)
        return None if shown is None else shown.fields["title"]


@pytest.fixture
def street(world: World, url: str, tmp_path: Path) -> Iterator[Street]:
    made = Street(world, url, tmp_path)
    yield made
    made.ana.store.close()
    made.beto.store.close()


def test_a_laptop_learns_that_what_it_saved_under_a_taken_id_was_rejected(street: Street) -> None:
    taken = street.ana.save({"title": "The first"})
    street.ana.sync()
    record = street.save_under(taken, "Another")
    street.beto.sync()
    waited = street.beto.store.counts(), street.title(street.beto, record)

    decided = decide(street.office, street.held(taken), "rejected", "type it again")
    street.beto.sync()
    street.ana.sync()

    own = street.beto.store.op(taken)
    assert decided == "applied"
    assert (waited[0].quarantined, waited[0].pending, waited[1]) == (1, 0, "Another")
    assert own is not None
    assert (own.status, own.reason) == ("rejected", "type it again")
    assert (street.beto.store.counts().quarantined, street.title(street.beto, record)) == (0, None)
    assert street.title(street.ana, street.ana.record_of(taken)) == "The first"
    assert street.ana.status_of(taken) == "applied"


def test_a_rejection_that_was_pulled_before_the_answer_came_counts_all_the_same(street: Street) -> None:
    taken = street.ana.save({"title": "The first"})
    street.ana.sync()
    record = street.save_under(taken, "Another")
    batch = street.beto.store.next_batch(1, 10_000)
    assert batch is not None
    with street.beto.central() as central:
        answer = central.push(batch, street.beto.caller)
    decide(street.office, street.held(taken), "rejected", "type it again")
    with street.beto.central() as central:
        page = central.pull("13", 0, 100, street.beto.caller)

    street.beto.store.accept_page(0, page)
    street.beto.store.accept(batch, answer)

    assert (street.beto.status_of(taken), street.title(street.beto, record)) == ("rejected", None)


def test_what_became_of_the_taken_id_itself_is_no_answer_to_the_other_edit(street: Street) -> None:
    taken = street.ana.save({"topic": "parks"})
    street.ana.sync()
    street.save_under(taken, "Another")
    street.beto.sync()

    decide(street.office, taken, "rejected", "no such topic")
    street.beto.sync()
    street.ana.sync()

    assert street.ana.status_of(taken) == "rejected"
    assert (street.beto.status_of(taken), street.beto.store.counts().quarantined) == ("quarantined", 1)


@pytest.mark.parametrize("decided_first", [False, True], ids=["decided after", "decided before"])
def test_an_edit_of_what_was_saved_under_a_taken_id_overwrites_nobody(street: Street, decided_first: bool) -> None:
    made = street.ana.save({"title": "As it was", "space": "street"})
    record = street.ana.record_of(made)
    street.ana.sync()
    street.beto.sync()
    taken = street.ana.save({"title": "Ana's word"}, record)
    street.ana.sync()
    street.save_under(taken, "Beto's word", record)
    street.beto.sync()

    if decided_first:
        decide(street.office, street.held(taken), "rejected", "type it again")
    last = street.beto.save({"title": "Beto's last word"}, record)
    street.beto.sync()
    if not decided_first:
        assert street.beto.status_of(last) == "quarantined"
        decide(street.office, street.held(taken), "rejected", "type it again")
    for laptop in (street.beto, street.ana):
        laptop.sync()

    assert street.beto.status_of(last) == "conflict"
    assert [street.title(laptop, record) for laptop in (street.ana, street.beto)] == ["Ana's word", "Ana's word"]
    assert [one.other for one in street.ana.store.conflicts()] == [{"title": "Beto's last word"}]


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in two"])
def test_an_id_used_again_on_a_note_says_nothing_of_its_person(world: World, *, together: bool) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    taken = person(laptop, note)
    again = replace(office.op(record=note.record, fields={"title": "B"}, seen=note), id=taken.id)
    values = {"name": "Rosa"}
    edit = office.op("person", record=note.record, values=values, seen={"name": taken.id})

    batches = [[again, edit]] if together else [[again], [edit]]
    answers = [office.push(*ops, values={edit.id: values}) for ops in batches]

    assert [status for answer in answers for status in statuses(answer)] == ["quarantined", "applied"]


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "in two"])
def test_what_waited_before_an_id_was_used_again_means_the_edit_that_it_saw(world: World, *, together: bool) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = laptop.note("As it was")
    taken = office.op(record=note.record, fields={"title": "The office's word"}, seen=note)
    office.push(taken)
    waits = laptop.op(
        record=note.record,
        fields={"title": "The last word", "topic": "parks"},
        seen={"title": taken.id, "topic": note.id},
    )
    again = replace(laptop.op(record=note.record, fields={"title": "Another"}, seen=note), id=taken.id)

    answers = [laptop.push(*ops) for ops in ([[waits, again]] if together else [[waits], [again]])]
    decided = decide(office, waits.id, "released", "parks are meant")

    assert [reason for answer in answers for reason in reasons(answer)] == ["unknown_code", "id_reused"]
    assert decided == "applied"
    assert office.pulled()[note.record].fields["title"] == "The last word"
    assert office.pulled()[note.record].conflicts == ()


def test_no_answer_says_that_an_op_was_received_whose_made_id_stands_for_another(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    first = laptop.note("The first")
    another = laptop.op(id=first.id, fields={"title": "Another", "space": "street"})
    in_its_place = laptop.op(id=made_id(another.hash), fields={"title": "In its place", "space": "street"})
    laptop.push(in_its_place)

    answer, again = laptop.push(another), laptop.push(another)

    assert (reasons(answer), reasons(again)) == (["id_reused"], ["id_reused"])
    assert [one.repeated for one in (*answer.results, *again.results)] == [False, True]
    assert [one.fields["fields"]["title"] for one in office.pulled("quarantine").values()] == ["Another"]
    assert faults(world) == []


def test_an_op_without_an_id_is_held_also_where_the_id_made_for_it_is_taken(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    first = laptop.note("The first")
    nameless = {"record": first.record, "kind": "note"}
    laptop.push(laptop.op(id=made_id(sha256(canonical(nameless))), fields={"title": "In its place", "space": "street"}))

    answer = laptop.push(nameless)
    after = laptop.push(laptop.op(record=first.record, fields={"title": "Edited"}, seen=first))

    (held,) = office.pulled("quarantine").values()
    assert (reasons(answer), held.fields["reason"], statuses(after)) == (["unreadable"], "unreadable", ["applied"])
    assert faults(world) == []


def test_a_laptop_learns_of_a_rejection_also_where_the_id_made_for_its_edit_is_taken(street: Street) -> None:
    taken = street.ana.save({"title": "The first"})
    street.ana.sync()
    record = street.save_under(taken, "Another")
    own = street.beto.store.op(taken)
    assert own is not None
    street.office.push(street.office.op(id=made_id(own.op.hash), fields={"title": "In its place", "space": "street"}))
    street.beto.sync()

    decide(street.office, street.held(taken), "rejected", "type it again")
    street.beto.sync()

    assert (street.beto.status_of(taken), street.title(street.beto, record)) == ("rejected", None)
