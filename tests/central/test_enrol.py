"""How a device becomes known: codes that work once, certificates, labels that are never given twice."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import VerifyKey

from sync.central.api import build_app
from sync.central.enrol_request import EnrolRequest
from sync.central.errors import RefusedError
from sync.central.serve import serving
from sync.core.codes import EnrolmentCode
from sync.core.ops import canonical
from sync.core.trust import Enrolled
from tests.central.speaking import ALL, Laptop, Refused, World


def refusal(call: Any, *args: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        call(*args)
    return f"{refused.value.document.status} {refused.value.document.type}"


def new_laptop(world: World) -> Laptop:
    return Laptop(world, next(world.laptops))


def test_a_code_gives_a_certificate_that_the_centre_signed(world: World) -> None:
    laptop = new_laptop(world)

    told = Enrolled.from_wire(laptop.enrol(world.centre.new_code("13", "field", 24)[0]))

    body = told.certificate.body
    assert (body["v"], body["label"], body["role"], body["region"]) == (1, "T01", "field", "13")
    assert body["sign_key"] == bytes(laptop.signing.verify_key).hex()
    assert body["issued_at"] == "2026-11-21T15:04:05.123Z"
    signer = next(key for key in told.keys if key.id == told.certificate.key)
    VerifyKey(bytes.fromhex(signer.key)).verify(canonical(dict(body)), bytes.fromhex(told.certificate.signature))


def test_every_key_after_the_first_is_vouched_for_by_the_one_before(world: World) -> None:
    sign, box = world.centre.ground.keys.public

    assert (sign.use, sign.by, box.use, box.by) == ("sign", None, "box", sign.id)
    assert box.signature is not None
    VerifyKey(bytes.fromhex(sign.key)).verify(box.signed_bytes, bytes.fromhex(box.signature))


def test_a_new_device_is_a_record_of_its_region(world: World) -> None:
    laptop, office = world.laptop("05"), world.coordination(ALL)

    record = office.pulled("device", feed="05")[laptop.device]

    assert record.fields == {"label": "T01", "role": "field", "status": "active", "app_version": "1.0"}
    assert world.rows("SELECT route, device FROM batches") == [("central", world.centre.ground.centre)] * 2


def test_a_retry_after_a_lost_answer_gets_the_same_certificate(world: World) -> None:
    code, _ = world.centre.new_code("13", "field", 24)
    laptop = new_laptop(world)
    first = laptop.enrol(code)
    world.clock.move(days=3)

    again = laptop.enrol(code)

    assert again == first


def test_a_used_code_is_told_from_an_expired_and_an_unknown_one(world: World) -> None:
    used, _ = world.centre.new_code("13", "field", 24)
    new_laptop(world).enrol(used)
    expired, expires_at = world.centre.new_code("13", "field", 1)
    never = str(EnrolmentCode("ZZZZ", "Z" * 12))
    guessed = str(EnrolmentCode(EnrolmentCode.parse(expired).id, "0" * 12))
    world.clock.move(hours=1)
    laptop = new_laptop(world)

    told = {
        name: refusal(laptop.enrol, code)
        for name, code in {"used": used, "expired": expired, "never": never, "guessed": guessed}.items()
    }

    assert expires_at == "2026-11-21T16:04:05.123Z"
    assert told == {
        "used": "403 code_used",
        "expired": "403 code_expired",
        "never": "404 code_unknown",
        "guessed": "404 code_unknown",
    }


def test_refusals_of_a_code_travel_as_problem_documents(world: World, url: str) -> None:
    laptop = Laptop(world, next(world.laptops), url)

    with pytest.raises(Refused) as refused:
        laptop.enrol("0000-0000-0000-0000")

    assert (refused.value.status, refused.value.type) == (404, "code_unknown")


@pytest.mark.parametrize(
    "changes",
    [
        {"sign_key": "zz"},
        {"mac": None},
        {"code_id": "TOO LONG"},
        {"more": 1},
        {"app_version": "x" * 41},
        {"app_version": "1\0"},
        {"box_key": "A" * 64},
    ],
    ids=str,
)
def test_a_request_that_is_not_well_formed_cannot_be_read(world: World, url: str, changes: dict[str, Any]) -> None:
    laptop = Laptop(world, next(world.laptops), url)
    request = laptop.enrol_request(world.centre.new_code("13", "field", 24)[0]) | changes

    with pytest.raises(Refused) as refused:
        laptop.post("/v1/enrol", request, signed=False)

    assert (refused.value.status, refused.value.type) == (422, "unreadable")


def test_the_mac_covers_the_keys(world: World) -> None:
    laptop = new_laptop(world)
    request = laptop.enrol_request(world.centre.new_code("13", "field", 24)[0])

    told = refusal(world.centre.enrol, EnrolRequest(**{**request, "box_key": "00" * 32}))

    assert told == "404 code_unknown"


def test_labels_are_given_in_order_and_never_twice(world: World) -> None:
    first = [world.laptop().certificate["body"]["label"] for _ in range(3)]

    with world.store.writing() as tx:
        tx.set_value("last_label", "99")
    later = [world.laptop().certificate["body"]["label"] for _ in range(2)]

    assert (first, later) == (["T01", "T02", "T03"], ["T100", "T101"])


def test_no_two_codes_share_their_first_characters_while_one_may_be_used(world: World) -> None:
    draws = itertools.chain(
        [b"\x01" * 16, b"\x01" * 16, b"\x02" * 16, b"\x01" * 4 + b"\x03" * 12], itertools.repeat(b"\x09" * 16)
    )
    object.__setattr__(world.centre.ground.surroundings, "random", lambda _: next(draws))

    first, second = world.centre.new_code("13", "field", 24)[0], world.centre.new_code("13", "field", 24)[0]
    world.clock.move(days=3)
    third = world.centre.new_code("13", "field", 24)[0]

    assert (first[:4], second[:4], third[:4]) == ("1111", "2222", "1111")
    assert third != first


def test_a_code_whose_device_is_gone_counts_as_used(world: World) -> None:
    code, _ = world.centre.new_code("13", "field", 24)
    new_laptop(world).enrol(code)

    told = refusal(new_laptop(world).enrol, code)

    assert told == "403 code_used"


def test_enrolment_brings_the_recovery_key(tmp_path: Path) -> None:
    world = World(tmp_path, recovery_key="ab" * 32)

    told = Laptop(world, 1).enrol(world.centre.new_code("13", "field", 24)[0])

    assert told["recovery_key"] == "ab" * 32
    world.store.close()


def test_two_laptops_at_once_get_different_labels(tmp_path: Path) -> None:
    world = World(tmp_path)
    with serving(build_app(world.centre)) as url:
        labels = {world.laptop(url=url).certificate["body"]["label"] for _ in range(4)}

    assert labels == {"T01", "T02", "T03", "T04"}
    world.store.close()
