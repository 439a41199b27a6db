"""Devices of a history that is gone: they show their certificate, wait for a coordinator, and decide nothing before."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import orjson
import pytest

from sync.central.errors import RefusedError
from sync.core.ops import Op
from tests.central.restoring import known, moved, private_note
from tests.central.speaking import ALL, Laptop, Refused, World, reasons, statuses
from tests.central.waiting import decide, held_fields


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


def test_two_decisions_that_wait_and_release_each_other_are_merged_once(former: World, restored: World) -> None:
    office = waiting_for_confirmation(restored, former.coordination())
    fields = {"state": "released", "decided_by": None, "decided_reason": None}
    one, other = office.ids.new(), office.ids.new()
    first = replace(office.op("quarantine", other, fields, seen=own_notice(other, "quarantine", *fields)), id=one)
    second = replace(office.op("quarantine", one, fields, seen=own_notice(one, "quarantine", *fields)), id=other)
    office.push(first, second)

    restored.centre.write("13", "device", office.device, {"confirmation": "confirmed"})

    history = {record: [op["op"] for op in office.history("quarantine", record)] for record in (one, other)}
    assert (history[other].count(one), history[one].count(other)) == (1, 1)
    assert [held_fields(office, record)["state"] for record in (one, other)] == ["released"] * 2


def test_decisions_that_wait_on_their_own_record_are_merged_once(former: World, restored: World) -> None:
    office = waiting_for_confirmation(restored, former.coordination())
    fields = {"state": "released", "decided_by": None, "decided_reason": None}
    itself = office.ids.new()
    on_itself = [office.op("quarantine", itself, fields, seen=own_notice(itself, "quarantine", *fields)) for _ in "abc"]
    ops = [*on_itself[:2], replace(on_itself[2], id=itself)]
    office.push(*ops)

    restored.centre.write("13", "device", office.device, {"confirmation": "confirmed"})

    history = [op["op"] for op in office.history("quarantine", itself)]
    assert [history.count(op.id) for op in ops] == [1] * 3
    assert [held_fields(office, op.id)["state"] for op in ops] == ["released"] * 3


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
    stored = office.op(
        "device", laptop.device, {"status": "stored"}, seen=own_notice(laptop.device, "device", "status")
    )
    fields = {"state": "released", "decided_by": None, "decided_reason": None}
    release = office.op("quarantine", odd.id, fields, seen=own_notice(odd.id, "quarantine", *fields))
    erase = office.op(record=note.record, erase=True)
    settling = office.op(record=own.record, fields={"title": "C"}, seen=own, resolves=(f"{odd.id}/topic",))

    answer = office.push(own, stored, release, erase, settling)
    before = restored.centre.device(laptop.device), laptop.pulled()[note.record].fields["body"]
    restored.centre.write("13", "device", office.device, {"confirmation": "confirmed"})

    assert reasons(answer) == [None, *["outside_scope"] * 4]
    assert before[0] is not None
    assert (before[0].status, before[1]) == ("active", "Somebody's words")
    told = [held_fields(office, one.id)["state"] for one in (stored, release, erase, settling, odd)]
    assert told == ["released"] * 5
    assert laptop.held.status == "stored"
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
