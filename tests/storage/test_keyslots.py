import os
from dataclasses import replace

import orjson
import pytest
from nacl.public import PrivateKey, SealedBox

from terreno_app.storage import keyslots
from terreno_app.storage.errors import DamagedDatabaseError, WrongPassphraseError
from terreno_app.storage.keyslots import (
    DEFAULT_STRENGTH,
    FLOOR_STRENGTH,
    Header,
    Strength,
    calibrated,
    hkdf,
    make_slot,
    open_key,
)

CHEAP = Strength(64, 1, 1)
KEY = b"k" * 32
SECRET = b"s" * 32


def a_slot(officer="ana", phrase="una frase larga", **changed):
    return make_slot(
        officer,
        officer.title(),
        phrase,
        **{"key": KEY, "device_secret": SECRET, "strength": CHEAP, "random": os.urandom, **changed},
    )


def test_the_right_passphrase_on_the_right_device_gives_the_key():
    slot = a_slot()

    assert open_key(slot.key, slot.private_key("Una  FRASE lárga", SECRET)) == KEY


@pytest.mark.parametrize(("passphrase", "secret"), [("otra frase larga", SECRET), ("una frase larga", b"x" * 32)])
def test_another_passphrase_or_another_device_opens_nothing(passphrase, secret):
    with pytest.raises(WrongPassphraseError):
        a_slot().private_key(passphrase, secret)


def test_a_slot_moved_to_another_officer_opens_nothing():
    stolen = replace(a_slot(), officer="beto")

    with pytest.raises(WrongPassphraseError):
        stolen.private_key("una frase larga", SECRET)


def test_a_header_reads_back_as_it_was_written():
    header = Header((a_slot(), a_slot("beto"))).with_recovery(bytes(PrivateKey.generate().public_key), KEY)

    again = Header.from_bytes(header.to_bytes(KEY))

    again.verify(KEY)
    assert (again.slots, again.recovery, again.renew) == (header.slots, header.recovery, False)
    assert again.slot("beto") == header.slots[1]
    assert again.slot("carla") is None


def test_a_header_that_somebody_else_altered_is_found_out():
    wire = orjson.loads(Header((a_slot(),)).to_bytes(KEY))
    wire["slots"][0]["name"] = "Otra"

    with pytest.raises(DamagedDatabaseError):
        Header.from_bytes(orjson.dumps(wire)).verify(KEY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"v": 2}',
        b'{"v": 1, "slots": [{}], "recovery": null, "renew": false, "mac": ""}',
        b'{"v": 1, "slots": [], "recovery": null, "renew": false, "mac": "zz"}',
        b'{"v": 1, "slots": [], "recovery": {"public": "00", "key": "!"}, "renew": false, "mac": ""}',
    ],
)
def test_what_is_no_header_is_told_as_damage(data):
    with pytest.raises(DamagedDatabaseError):
        Header.from_bytes(data)


NO_COST = [
    {"memory_kib": 0},
    {"memory_kib": -1},
    {"memory_kib": 7},
    {"memory_kib": 2**40},
    {"passes": 0},
    {"passes": 2**31},
    {"lanes": 0},
    {"lanes": 2**31},
    {"lanes": 9},
    {"salt": "00"},
]


@pytest.mark.parametrize("cost", NO_COST, ids=str)
def test_a_slot_whose_try_nobody_can_make_is_told_as_damage(cost):
    wire = orjson.loads(Header((a_slot(),)).to_bytes(KEY))
    wire["slots"][0]["argon2id"].update(cost)

    with pytest.raises(DamagedDatabaseError):
        Header.from_bytes(orjson.dumps(wire)).slots[0].private_key("una frase larga", SECRET)


def test_the_recovery_key_opens_the_database_without_passphrase_or_device():
    recovery = PrivateKey.generate()

    header = Header((a_slot(),)).with_recovery(bytes(recovery.public_key), KEY)

    assert SealedBox(recovery).decrypt(header.recovery[1]) == KEY


def test_a_new_key_reaches_every_slot_and_the_recovery_without_a_passphrase():
    recovery = PrivateKey.generate()
    header = Header((a_slot(), a_slot("beto", "otra frase larga"))).with_recovery(bytes(recovery.public_key), KEY)

    following = header.with_next_key(b"n" * 32)
    final = following.with_key(b"n" * 32)

    beto = following.slots[1].private_key("otra frase larga", SECRET)
    assert open_key(following.slots[1].key, beto) == KEY
    assert open_key(following.slots[1].next_key, beto) == b"n" * 32
    assert open_key(final.slots[1].key, beto) == b"n" * 32
    assert SealedBox(recovery).decrypt(final.recovery[1]) == b"n" * 32
    assert final.slots[0].next_key is None


def test_a_key_sealed_to_another_slot_is_damage():
    with pytest.raises(DamagedDatabaseError):
        open_key(a_slot().key, PrivateKey.generate())


@pytest.mark.parametrize(
    ("took_s", "expected"),
    [
        pytest.param(0.3, replace(DEFAULT_STRENGTH, passes=6), id="a quick machine"),
        pytest.param(0.0, replace(DEFAULT_STRENGTH, passes=10), id="no watch"),
        pytest.param(0.01, replace(DEFAULT_STRENGTH, passes=10), id="a very quick machine"),
        pytest.param(0.9, DEFAULT_STRENGTH, id="never fewer passes"),
        pytest.param(2.0, FLOOR_STRENGTH, id="a slow machine"),
    ],
)
def test_the_cost_of_a_try_is_fitted_to_the_machine(took_s, expected, monkeypatch):
    monkeypatch.setattr(keyslots, "hash_secret_raw", lambda *_, **__: b"")
    readings = iter([10.0, 10.0 + took_s])

    assert calibrated(lambda: next(readings)) == expected
    assert expected.memory_kib >= 64 * 1024


def test_keys_are_derived_by_rfc_5869():
    ikm = bytes.fromhex("0b" * 22)

    derived = hkdf(ikm, "")

    assert derived.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
