"""Bundles that come part by part: what is held, for whom, how much, how long; on every database."""

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from sync.central import bundle_call, consignments
from sync.central.api import build_app
from sync.central.bundle_call import BundleDesk
from sync.central.centre import Centre
from sync.central.consignments import KEPT, MOST
from sync.central.serve import serving
from sync.core.bundle import Consignment
from tests.central.speaking import Laptop, Refused, World, place_in
from tests.central.toy import SCHEMA

PIECES = (b"first ", b"second ", b"third")
WHOLE = b"".join(PIECES)
NAME = hashlib.sha256(WHOLE).hexdigest()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with serving(build_app(world.centre)) as found:
        yield found


@pytest.fixture
def carrier(world: World, url: str) -> Laptop:
    return world.laptop(url=url)


def asked(laptop: Laptop, method: str, bundle: str = NAME, body: bytes = b"", **query: Any) -> Any:
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return laptop.ask(method, f"/v1/consignment?bundle={bundle}{more}", body)


def held(laptop: Laptop, bundle: str = NAME) -> int:
    return int(asked(laptop, "GET", bundle)["held"])


def rest(laptop: Laptop, answer: str, at: int = 0) -> requests.Response:
    return laptop.response("GET", f"/v1/answer?bundle={NAME}&answer={answer}&at={at}")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Bundles that were taken in; each answer is another one."""
    seen: list[bytes] = []

    def take_in(_: Centre, source: Any, sink: Any) -> Any:
        source.seek(0)
        seen.append(source.read())
        sink.write(b"answer %d " % len(seen) * 3)
        return bundle_call.Taken(1, 2)

    monkeypatch.setattr(bundle_call, "take_in", take_in)
    return seen


def test_parts_are_held_in_their_order_and_a_part_that_came_before_changes_nothing(carrier: Laptop) -> None:
    told = [asked(carrier, "PUT", body=body, at=at) for body, at in ((PIECES[0], 0), (PIECES[0], 0), (PIECES[2], 9))]
    told += [asked(carrier, "PUT", body=PIECES[1], at=6)]

    assert told == [{"held": size, "answer": None} for size in (6, 6, 6, 13)]
    assert held(carrier) == 13


def test_what_begins_in_the_middle_begins_nothing(world: World, carrier: Laptop) -> None:
    assert asked(carrier, "PUT", body=PIECES[1], at=6)["held"] == 0
    assert world.rows("SELECT COUNT(*) FROM consignments") == [(0,)]


def test_a_bundle_that_is_whole_is_taken_in_once_and_its_answer_given_from_any_byte(
    carrier: Laptop, opened: list[bytes]
) -> None:
    for body, at in zip(PIECES, (0, 6, 13), strict=True):
        asked(carrier, "PUT", body=body, at=at)

    taken, again, state = asked(carrier, "POST"), asked(carrier, "POST"), asked(carrier, "GET")

    answer = b"answer 1 " * 3
    name = hashlib.sha256(answer).hexdigest()
    assert taken == again == state == {"held": 0, "answer": {"sha256": name, "size": 27, "batches": 1, "ops": 2}}
    assert opened == [WHOLE]
    assert [rest(carrier, name, at).content for at in (0, 5, 26, 27)] == [answer, answer[5:], b" ", b""]
    assert [rest(carrier, name, 28).status_code, rest(carrier, "0" * 64).status_code] == [404, 404]
    assert asked(carrier, "PUT", body=b"more", at=0) == state


def test_a_bundle_that_is_let_go_leaves_nothing(world: World, carrier: Laptop, opened: list[bytes]) -> None:
    asked(carrier, "PUT", body=WHOLE)
    name = asked(carrier, "POST")["answer"]["sha256"]

    assert asked(carrier, "DELETE") == asked(carrier, "DELETE") == {"held": 0, "answer": None}
    assert rest(carrier, name).status_code == 404
    assert world.rows("SELECT COUNT(*) FROM consignment_parts") == [(0,)]
    assert opened == [WHOLE]


def test_bytes_that_are_not_those_that_were_named_are_never_opened(carrier: Laptop, opened: list[bytes]) -> None:
    asked(carrier, "PUT", body=WHOLE + b"!")

    with pytest.raises(Refused) as refused:
        asked(carrier, "POST")

    assert (refused.value.status, refused.value.document["why"]) == (422, "damaged_bundle")
    assert (held(carrier), opened) == (0, [])
    assert asked(carrier, "POST") == {"held": 0, "answer": None}


def test_what_is_no_bundle_is_forgotten(carrier: Laptop) -> None:
    asked(carrier, "PUT", body=WHOLE)

    with pytest.raises(Refused) as refused:
        asked(carrier, "POST")

    assert (refused.value.document["why"], held(carrier)) == ("not_a_bundle", 0)


def test_two_carriers_of_one_bundle_know_nothing_of_each_other(
    world: World, url: str, carrier: Laptop, opened: list[bytes]
) -> None:
    other = world.laptop(url=url)
    asked(carrier, "PUT", body=PIECES[0])
    asked(other, "PUT", body=b"poison")

    before = held(other), held(carrier)
    asked(carrier, "PUT", body=WHOLE[6:], at=6)
    name = asked(carrier, "POST")["answer"]["sha256"]

    assert before == (6, 6)
    assert opened == [WHOLE]
    assert rest(other, name).status_code == 404
    assert held(other) == 6


def test_a_carrier_has_few_at_once_and_the_one_that_rested_longest_gives_way(world: World, carrier: Laptop) -> None:
    names = [f"{number:064x}" for number in range(MOST + 1)]
    for name in names[:-1]:
        world.clock.move(seconds=1)
        asked(carrier, "PUT", name, b"begun")
    world.clock.move(seconds=1)
    asked(carrier, "PUT", names[0], b"on", at=5)
    world.clock.move(seconds=1)
    asked(carrier, "PUT", names[-1], b"another")

    assert [held(carrier, name) for name in names] == [7, 0, 5, 5, 7]


def test_parts_and_bundles_have_their_bounds(carrier: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consignments, "MAX_PART_BYTES", 10)
    monkeypatch.setattr(consignments, "MAX_BUNDLE_BYTES", 12)
    asked(carrier, "PUT", body=b"x" * 10)

    for body, at, status in ((b"x" * 11, 0, 413), (b"x" * 3, 10, 413), (b"", 10, 422)):
        with pytest.raises(Refused) as refused:
            asked(carrier, "PUT", body=body, at=at)
        assert refused.value.status == status

    assert held(carrier) == 10


def test_what_does_not_move_for_days_ends_when_somebody_begins_another_and_when_the_centre_starts(
    world: World, carrier: Laptop
) -> None:
    asked(carrier, "PUT", body=PIECES[0])
    world.clock.move(days=KEPT.days, hours=-1)
    asked(carrier, "PUT", "1" * 64, b"another")
    kept = held(carrier)
    world.clock.move(hours=2)
    asked(carrier, "PUT", "2" * 64, b"another")
    ended = held(carrier)
    world.clock.move(days=KEPT.days, seconds=1)
    world.centre.consignments.end_old()

    assert (kept, ended) == (6, 0)
    assert world.rows("SELECT COUNT(*) FROM consignments") == [(0,)]


def test_another_process_of_the_centre_goes_on_and_the_first_answer_stands(
    world: World, carrier: Laptop, opened: list[bytes]
) -> None:
    asked(carrier, "PUT", body=PIECES[0])
    with ExitStack() as stack:
        store = place_in(world.folder).open(busy_s=10)
        stack.callback(store.close)
        other = Centre(store, SCHEMA, world.surroundings)
        carrier.url = stack.enter_context(serving(build_app(other)))
        asked(carrier, "PUT", body=WHOLE[6:], at=6)
        answers = [BundleDesk(one)._answered_consignment(carrier.device, NAME) for one in (other, world.centre)]
        late = other.consignments.answer(
            carrier.device, NAME, bundle_call.Answered("0" * 64, 4, 1, 2), io.BytesIO(b"late")
        )

    assert opened == [WHOLE]
    assert answers == [late, late]


def test_whoever_asks_again_while_a_bundle_is_taken_in_is_told_soon_and_costs_no_work(
    carrier: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_call, "_ANSWER_WITHIN_S", 0.01)
    go_on, taken = threading.Event(), []

    def slowly(_: Centre, __: Any, sink: Any) -> Any:
        taken.append(1)
        go_on.wait(30)
        sink.write(b"answer")
        return bundle_call.Taken(0, 0)

    monkeypatch.setattr(bundle_call, "take_in", slowly)
    asked(carrier, "PUT", body=WHOLE)
    early = [asked(carrier, "POST") for _ in range(3)]
    go_on.set()
    monkeypatch.setattr(bundle_call, "_ANSWER_WITHIN_S", 30)
    late = asked(carrier, "POST")

    assert early == [{"held": len(WHOLE), "answer": None}] * 3
    assert late["answer"]["size"] == 6
    assert len(taken) == 1


def test_whoever_waits_for_a_turn_holds_no_thread_that_serves_others(
    carrier: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_call, "_ANSWER_WITHIN_S", 0.01)
    go_on, threads = threading.Event(), []

    def slowly(_: BundleDesk, *name: str) -> Consignment:
        threads.append(name)
        go_on.wait(30)
        return Consignment()

    monkeypatch.setattr(BundleDesk, "_answered_consignment", slowly)
    for number in range(MOST):
        asked(carrier, "PUT", f"{number:064x}", b"all of it")
        asked(carrier, "POST", f"{number:064x}")
    held_at_once = len(threads)
    go_on.set()

    assert held_at_once == bundle_call._AT_ONCE < MOST


def test_a_consignment_is_read_as_it_is_written() -> None:
    wire = {"held": 7, "answer": None}

    assert Consignment.from_wire(wire).to_wire() == wire
