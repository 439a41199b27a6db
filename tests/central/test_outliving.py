"""What outlives a lost database: certificates that devices show, erasures and decisions that they bring back."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson
import pytest

from sync.central.errors import RefusedError
from sync.core.ops import Op, sha256
from sync.core.trust import Vouched
from tests.central.speaking import ALL, Laptop, Refused, World, reasons, statuses
from tests.central.toy import Ids
from tests.central.waiting import decide, held_fields


@pytest.fixture
def former(tmp_path: Path) -> Iterator[World]:
    """A history of the centre, in which devices enrolled and things happened."""
    (tmp_path / "former").mkdir()
    world = World(tmp_path / "former")
    yield world
    world.store.close()


@pytest.fixture
def restored(tmp_path: Path, former: World) -> Iterator[World]:
    """The same centre after a restore from a backup that was taken before any of it: same keys, another epoch."""
    (tmp_path / "restored").mkdir()
    with former.store.reading() as tx:
        keys, name, stream = tx.keys(), tx.value("centre"), tx.value("stream")
    world = World(tmp_path / "restored", ids=Ids(0x0777))
    with world.store.writing() as tx:
        tx._execute("DELETE FROM centre_keys WHERE by_key IS NOT NULL")  # type: ignore[attr-defined]
        tx._execute("DELETE FROM centre_keys")  # type: ignore[attr-defined]
        for key in keys:
            tx.add_key(key, "2026-11-01T00:00:00.000Z")
        tx.set_value("centre", str(name))
        tx.set_value("stream", f"{str(stream)[:-1]}f")
        tx.set_value("last_label", "1000")
        tx.add_epoch("0199ffff-0000-7000-8000-000000000002", "2026-11-22T00:00:00.000Z")
    world.open_again()
    yield world
    world.store.close()


def moved(laptop: Laptop, world: World) -> Laptop:
    """The laptop in the new epoch: a new stream, the same keys and certificate."""
    laptop.world = world
    laptop.stream, laptop.seq, laptop.link = laptop.ids.new(), 0, ""
    laptop.epoch = world.centre.status()["epoch"]
    return laptop


def known(world: World, laptop: Laptop) -> Laptop:
    """A laptop that showed its certificate and was confirmed."""
    device = world.centre.device(laptop.device, laptop.certificate)
    assert device is not None
    world.centre.take_in(device)
    world.centre.write(device.region, "device", device.id, {"confirmation": "confirmed"})
    return moved(laptop, world)


def handed_in(laptop: Laptop, told: Mapping[str, Any]) -> Any:
    """A push of something that the centre vouches for."""
    vouched = Vouched.from_wire(told)
    batch = laptop.batch([dict(vouched.op)])
    return laptop.send(replace(batch, proofs={vouched.op["op"]: vouched.proof}))


def erased(world: World, office: Laptop, note: Op) -> Mapping[str, Any]:
    """What a pull tells of a note that the coordination erased."""
    office.push(office.op(record=note.record, erase=True))
    return dict(office.pulled()[note.record].extra["erase"])


def private_note(laptop: Laptop) -> Op:
    values = {"body": "Somebody's words"}
    op = laptop.op(fields={"title": "A", "space": "street"}, values=values)
    laptop.push(op, values={op.id: values})
    return op


def test_a_restored_centre_takes_in_a_device_that_shows_its_certificate(former: World, restored: World) -> None:
    laptop = former.laptop()

    device = restored.centre.device(laptop.device, laptop.certificate)

    assert device is not None
    assert restored.centre.device(laptop.device) is None
    assert restored.centre.take_in(device) == device
    assert restored.centre.device(laptop.device) == device


def test_it_pushes_at_once_and_reads_when_a_coordinator_has_confirmed_it(former: World, restored: World) -> None:
    laptop, office = former.laptop(), restored.coordination()
    device = restored.centre.device(laptop.device, laptop.certificate)
    assert device is not None
    restored.centre.take_in(device)
    moved(laptop, restored)

    answer = laptop.push(laptop.op(fields={"title": "A", "space": "street"}))

    assert statuses(answer) == ["applied"]
    with pytest.raises(RefusedError, match="unconfirmed"):
        laptop.page()
    assert office.pulled("device")[laptop.device].fields == {
        "label": "T01",
        "role": "field",
        "status": "active",
        "confirmation": "restored",
    }


def waiting_for_confirmation(world: World, laptop: Laptop) -> Laptop:
    """A laptop that showed its certificate and that nobody has confirmed yet."""
    device = world.centre.device(laptop.device, laptop.certificate)
    assert device is not None
    world.centre.take_in(device)
    return moved(laptop, world)


def own_notice(record: str, kind: str, *names: str) -> dict[str, str]:
    """Fields as seen on a record that the centre itself began, for whoever has not read it."""
    return dict.fromkeys(names, str(uuid5(UUID(record), kind)))


def confirmed_by_itself(office: Laptop, region: str) -> Op:
    """A confirmation that names the notice of the restored centre by the id that it has in every history."""
    seen = own_notice(office.device, "device", "confirmation")
    return office.op("device", office.device, {"confirmation": "confirmed"}, seen=seen, region=region)


@pytest.mark.parametrize("region", ["13", ALL])
def test_a_forgotten_coordination_device_does_not_confirm_itself_though_it_can_name_the_notice(
    former: World, restored: World, region: str
) -> None:
    office = waiting_for_confirmation(restored, former.coordination(region))

    answer = office.push(confirmed_by_itself(office, region), region=region)

    assert reasons(answer) == ["outside_scope"]
    with pytest.raises(RefusedError, match="unconfirmed"):
        office.page(region)


def test_what_a_device_says_of_itself_waits_also_once_it_is_confirmed_and_has_released_it(
    former: World, restored: World
) -> None:
    office = waiting_for_confirmation(restored, former.coordination())
    itself = confirmed_by_itself(office, "13")
    office.push(itself)
    restored.centre.write("13", "device", office.device, {"confirmation": "confirmed"})

    decide(office, itself.id, "released")

    assert held_fields(office, itself.id)["state"] == "waiting"
    assert reasons(office.push(office.op("device", office.device, {"status": "active"}))) == ["outside_scope"]


def test_what_a_coordination_device_decides_counts_from_when_it_is_confirmed(former: World, restored: World) -> None:
    office = waiting_for_confirmation(restored, former.coordination())
    laptop = restored.laptop()
    note = private_note(laptop)
    odd = laptop.op(fields={"title": "A", "topic": "unheard_of"})
    laptop.push(odd)
    own = office.op(fields={"title": "B", "space": "street"})
    lost = office.op("device", laptop.device, {"status": "lost"}, seen=own_notice(laptop.device, "device", "status"))
    fields = {"state": "released", "decided_by": None, "decided_reason": None}
    release = office.op("quarantine", odd.id, fields, seen=own_notice(odd.id, "quarantine", *fields))
    erase = office.op(record=note.record, erase=True)
    settling = office.op(record=own.record, fields={"title": "C"}, seen=own, resolves=(f"{odd.id}/topic",))

    answer = office.push(own, lost, release, erase, settling)
    before = restored.centre.device(laptop.device), laptop.pulled()[note.record].fields["body"]
    restored.centre.write("13", "device", office.device, {"confirmation": "confirmed"})

    assert reasons(answer) == [None, *["outside_scope"] * 4]
    assert before[0] is not None
    assert (before[0].status, before[1]) == ("active", "Somebody's words")
    told = [held_fields(office, one.id)["state"] for one in (lost, release, erase, settling, odd)]
    assert told == ["released"] * 5
    assert laptop.held.status == "lost"
    assert "body" not in laptop.pulled()[note.record].fields
    assert office.pulled()[own.record].fields["title"] == "C"


def test_what_a_device_of_all_regions_decided_counts_in_every_feed_once_it_is_confirmed(
    former: World, restored: World
) -> None:
    office, other = waiting_for_confirmation(restored, former.coordination(ALL)), restored.coordination(ALL)
    note = private_note(restored.laptop())
    topic = office.op("topic", fields={"code": "trees", "name": "Trees"}, region=ALL)
    shared = office.push(topic, region=ALL)
    erased = office.push(office.op(record=note.record, erase=True))
    seen = {"confirmation": other.pulled("device", ALL)[office.device].writer_of("confirmation")}

    other.push(other.op("device", office.device, {"confirmation": "confirmed"}, seen=seen, region=ALL), region=ALL)

    assert reasons(shared) == reasons(erased) == ["outside_scope"]
    assert topic.record in office.pulled("topic", ALL)
    assert "body" not in office.pulled()[note.record].fields


def test_a_certificate_of_another_centre_opens_nothing(former: World, tmp_path: Path) -> None:
    laptop = former.laptop()
    (tmp_path / "foreign").mkdir()
    foreign = World(tmp_path / "foreign")
    with foreign.store.writing() as tx:
        tx._execute("UPDATE centre_keys SET signature = NULL, by_key = NULL")  # type: ignore[attr-defined]
    body = {**laptop.certificate["body"], "role": "coordination"}

    assert former.laptop().held is not None
    assert foreign.centre.device(laptop.ids.new(), laptop.certificate) is None
    assert former.centre.device(laptop.ids.new(), {**laptop.certificate, "body": body}) is None
    foreign.store.close()


@pytest.mark.parametrize("shown", ["", 7, {}, {"body": {}}, {"body": {}, "key": "", "signature": "zz"}])
def test_nonsense_for_a_certificate_opens_nothing(former: World, shown: object) -> None:
    assert former.centre.device("0199ffff-0000-7000-8000-00000000000e", shown) is None


def test_over_http_the_certificate_stands_in_a_header_and_the_signature_has_to_hold(
    former: World, restored: World, serve: Any
) -> None:
    laptop = former.laptop()
    laptop.url = serve(restored)
    moved(laptop, restored)
    header = {"Terreno-Certificate": base64.b64encode(orjson.dumps(laptop.certificate)).decode()}
    with pytest.raises(Refused, match="unknown_device"):
        laptop.get("/v1/pull", feed="13")
    stranger = former.laptop()
    stranger.url, stranger.device = laptop.url, laptop.device

    with pytest.raises(Refused, match="bad_signature"):
        stranger.ask("GET", "/v1/pull?feed=13", headers=header)
    with pytest.raises(Refused, match="unconfirmed"):
        laptop.ask("GET", "/v1/pull?feed=13", headers=header)

    assert restored.centre.device(laptop.device) is not None


@pytest.mark.parametrize("header", ["%%%", base64.b64encode(b"{").decode(), base64.b64encode(b"[]").decode()])
def test_a_header_that_is_no_certificate_leaves_the_device_unknown(restored: World, serve: Any, header: str) -> None:
    laptop = restored.laptop()
    laptop.url = serve(restored)
    laptop.device = laptop.ids.new()

    with pytest.raises(Refused, match="unknown_device"):
        laptop.ask("GET", "/v1/pull?feed=13", headers={"Terreno-Certificate": header})


def test_a_label_that_another_device_has_keeps_a_forgotten_one_out(former: World, restored: World) -> None:
    laptop = former.laptop()
    with restored.store.writing() as tx:
        tx.set_value("last_label", "0")
    restored.laptop()
    device = restored.centre.device(laptop.device, laptop.certificate)
    assert device is not None

    with pytest.raises(RefusedError, match="unknown_device"):
        restored.centre.take_in(device)


def test_a_revocation_that_came_back_before_its_device_stands(former: World, restored: World) -> None:
    laptop, office = former.laptop(), known(restored, former.coordination())
    office.push(office.op("device", laptop.device, {"status": "revoked"}))
    device = restored.centre.device(laptop.device, laptop.certificate)
    assert device is not None

    taken = restored.centre.take_in(device)

    assert taken.status == "revoked"


def test_a_confirmation_of_a_history_that_is_gone_does_not_hide_a_device_that_waits(
    former: World, restored: World
) -> None:
    laptop, office = former.laptop(), known(restored, former.coordination())
    office.push(office.op("device", laptop.device, {"confirmation": "confirmed"}))
    device = restored.centre.device(laptop.device, laptop.certificate)
    assert device is not None

    taken = restored.centre.take_in(device)

    assert taken.confirmation == "restored"
    assert office.pulled("device")[laptop.device].fields["confirmation"] == "restored"


def test_an_erasure_is_told_with_the_word_of_the_centre(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)

    told = Vouched.from_wire(erased(world, office, note))

    assert world.centre.ground.keys.vouched(sha256(orjson.dumps(told.op, option=orjson.OPT_SORT_KEYS)), told.proof)
    assert Vouched.from_wire(laptop.pulled()[note.record].extra["erase"]) == told
    assert laptop.pulled()[note.record].fields == {"title": "A", "space": "street"}


def test_an_erasure_reaches_the_device_that_made_the_record_at_any_age(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    cursor = laptop.page().cursor
    world.clock.move(days=200)

    office.push(office.op(record=note.record, erase=True))

    assert "erase" in laptop.pulled(cursor=cursor)[note.record].extra


def test_any_device_brings_an_erasure_back_and_late_values_are_dropped(former: World, restored: World) -> None:
    laptop, office = former.laptop(), former.coordination()
    note = private_note(laptop)
    told = erased(former, office, note)
    known(restored, laptop)

    first = handed_in(laptop, told)
    late = laptop.push(note, values={note.id: {"body": "Somebody's words"}})

    assert statuses(first) == statuses(late) == ["applied"]
    assert laptop.pulled()[note.record].fields == {"title": "A", "space": "street"}
    assert restored.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert laptop.pulled()[note.record].extra["erase"]["op"] == told["op"]


def test_an_erasure_that_comes_after_the_values_takes_them_away(former: World, restored: World) -> None:
    laptop, office = former.laptop(), former.coordination()
    note = private_note(laptop)
    told = erased(former, office, note)
    known(restored, laptop)
    laptop.push(note, values={note.id: {"body": "Somebody's words"}})

    handed_in(laptop, told)

    assert restored.rows("SELECT COUNT(*) FROM private_values") == [(0,)]
    assert "body" not in laptop.pulled()[note.record].fields


def test_the_maker_of_a_record_that_was_erased_before_it_came_is_who_brings_it(former: World, restored: World) -> None:
    laptop, other, office = former.laptop(), former.laptop(), former.coordination()
    note = private_note(laptop)
    told = erased(former, office, note)
    handed_in(known(restored, other), told)

    known(restored, laptop).push(note)

    assert restored.rows("SELECT made_by FROM records WHERE id = ?", note.record) == [(laptop.device,)]


@pytest.mark.parametrize(
    "forged",
    [None, "no", {}, {"key": "no", "signature": "no"}, {"key": None, "signature": "00" * 64}],
    ids=["none", "text", "empty", "nonsense", "no key"],
)
def test_a_field_device_erases_nothing_without_the_true_word_of_the_centre(world: World, forged: Any) -> None:
    laptop = world.laptop()
    note = private_note(laptop)
    erase = laptop.op(record=note.record, erase=True)

    answer = laptop.send(replace(laptop.batch([erase]), proofs={erase.id: forged}))

    assert reasons(answer) == ["outside_scope"]
    assert laptop.pulled()[note.record].fields["body"] == "Somebody's words"


def test_the_word_for_one_op_is_none_for_another(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    told = Vouched.from_wire(erased(world, office, private_note(laptop)))
    note = private_note(laptop)
    erase = laptop.op(record=note.record, erase=True)

    answer = laptop.send(replace(laptop.batch([erase]), proofs={erase.id: told.proof}))

    assert reasons(answer) == ["outside_scope"]


def test_an_erasure_never_waits_and_frees_what_waited_for_values(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = laptop.op(fields={"title": "A", "space": "street"}, values={"body": "Lost on the way"})
    assert reasons(laptop.push(note)) == ["values"]

    answer = office.push(office.op(record=note.record, erase=True))

    assert statuses(answer) == ["applied"]
    assert laptop.pulled()[note.record].fields == {"title": "A", "space": "street"}
    assert office.pulled("quarantine")[note.id].fields["state"] == "released"


def test_values_that_come_late_into_quarantine_are_dropped_too(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    note = private_note(laptop)
    erased(world, office, note)
    values = {"body": "Late words"}
    late = laptop.op(record=note.record, fields={"count": "not a number"}, values=values)

    answer = laptop.push(late, values={late.id: values})

    assert reasons(answer) == ["wrong_type"]
    assert world.rows("SELECT COUNT(*) FROM private_values") == [(0,)]


def test_decisions_of_the_centre_travel_to_coordination_alone(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    world.centre.write("13", "device", laptop.device, {"status": "lost"})

    told = office.page().decisions

    assert [one.op["fields"] for one in told] == [{"status": "lost"}]
    assert office.page(cursor=office.page().cursor).decisions == ()
    assert laptop.page().extra == {}


def test_a_restored_centre_takes_its_own_decision_back_from_any_device(former: World, restored: World) -> None:
    laptop, office, field = former.laptop(), former.coordination(), former.laptop()
    former.centre.write("13", "device", laptop.device, {"status": "revoked"})
    (decision,) = office.page().decisions
    known(restored, laptop)

    answer = handed_in(known(restored, field), decision.to_wire())

    assert statuses(answer) == ["applied"]
    device = restored.centre.device(laptop.device)
    assert device is not None
    assert device.status == "revoked"
    assert decision.op in [one.op for one in known(restored, office).page().decisions]


def test_what_was_decided_on_having_seen_a_quarantine_finds_it_again_after_a_restore(
    former: World, restored: World
) -> None:
    laptop, office = former.laptop(), former.coordination()
    odd = laptop.op(fields={"title": "A", "topic": "unheard_of"})
    laptop.push(odd)
    shown = office.pulled("quarantine")[odd.id]
    seen = {name: shown.writer_of(name) for name in ("state", "decided_by", "decided_reason")}
    fields = {"state": "rejected", "decided_by": None, "decided_reason": "No"}
    decision = office.op("quarantine", odd.id, fields, seen=seen)

    known(restored, laptop).push(odd)
    answer = known(restored, office).push(decision)

    assert statuses(answer) == ["applied"]
    assert statuses(laptop.push(odd)) == ["rejected"]


def test_an_erasure_takes_private_values_that_only_a_newer_laptop_knows(world: World) -> None:
    laptop, office = world.laptop(), world.coordination()
    values = {"body": "Somebody's words", "novelty": "what a newer version asks"}
    op = laptop.op(fields={"title": "A", "space": "street"}, values=values)
    laptop.push(op, values={op.id: values})
    rival = office.op(record=op.record, values={"novelty": "another answer"})
    office.push(rival, values={rival.id: {"novelty": "another answer"}})

    office.push(office.op(record=op.record, erase=True))

    shown = office.pulled()[op.record]
    assert shown.fields == {"title": "A", "space": "street"}
    assert [(one["state"], one["before"], one["other"]) for one in shown.conflicts] == [("closed", {}, {})]
    assert world.rows("SELECT private FROM records WHERE id = '" + op.record + "'") == [(None,)]  # noqa: S608
