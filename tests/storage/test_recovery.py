"""The recovery key by itself, and a laptop that it opens while its database is being given another key."""

import os
from itertools import permutations

import orjson
import pytest
from nacl.public import PrivateKey

from terreno_app.storage import folder as folders
from terreno_app.storage.errors import (
    UnknownOfficerError,
    UnreadableKeyError,
    WeakPassphraseError,
    WrongPairError,
)
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.recovery import custodian_in, make_custodian, make_recovery, public_in, recovery_in

CHEAP = Strength(64, 1, 1)
ANA, BETO, NEW = "la frase larga de ana", "la frase larga de beto", "otra frase larga de ana"


def a_custodian(passphrase):
    return make_custodian(passphrase, strength=CHEAP, stopwatch=lambda: 0.0, random=os.urandom)


def test_keys_are_the_same_after_they_were_files_and_every_pair_opens():
    custodians = [custodian_in(a_custodian(f"la custodia de {name}").to_bytes()) for name in ("ana", "eva", "luz")]
    privates = [
        one.private_key(f"la custodia de {name}") for one, name in zip(custodians, ("ana", "eva", "luz"), strict=True)
    ]

    recovery = recovery_in(make_recovery([one.public for one in custodians], os.urandom).to_bytes())

    opened = {bytes(recovery.opened(one, other)) for one, other in permutations(privates, 2)}
    assert [bytes(PrivateKey(key).public_key) for key in opened] == [recovery.public]


def test_one_custodian_alone_or_a_key_that_is_not_in_the_envelope_opens_nothing():
    pairs = [PrivateKey.generate() for _ in range(3)]
    recovery = make_recovery([bytes(pair.public_key) for pair in pairs], os.urandom)
    told = orjson.loads(recovery.to_bytes())

    swapped = recovery_in(orjson.dumps({**told, "public": "ab" * 32}))
    mixed = [{**told["envelopes"][0], "sealed": told["envelopes"][1]["sealed"]}, *told["envelopes"][1:]]

    with pytest.raises(WrongPairError):
        recovery.opened(pairs[0], pairs[0])
    with pytest.raises(UnreadableKeyError):
        swapped.opened(pairs[0], pairs[1])
    with pytest.raises(UnreadableKeyError):
        recovery_in(orjson.dumps({**told, "envelopes": mixed})).opened(pairs[0], pairs[1])


@pytest.mark.parametrize("data", [b"", b"[]", b'{"v": 2}', b'{"v": 1}', b'{"v": 1, "public": "00"}'])
def test_what_is_no_key_is_not_read(data):
    for read in (custodian_in, recovery_in, lambda data: public_in(data.decode())):
        with pytest.raises(UnreadableKeyError):
            read(data)


@pytest.mark.parametrize("point", ["00" * 32, "01" + "00" * 31], ids=["zero", "one"])
def test_a_public_key_that_hides_nothing_is_none(point):
    with pytest.raises(UnreadableKeyError):
        public_in(point)


@pytest.mark.parametrize("cost", [{"memory_kib": 0}, {"passes": 2**31}, {"lanes": -1}], ids=str)
def test_a_custodian_whose_file_was_damaged_is_told_so(cost):
    told = orjson.loads(a_custodian("la custodia de ana").to_bytes())
    told["argon2id"].update(cost)

    with pytest.raises(UnreadableKeyError):
        custodian_in(orjson.dumps(told)).private_key("la custodia de ana")


def test_a_custodian_has_no_weak_phrase():
    with pytest.raises(WeakPassphraseError):
        a_custodian("corta")


@pytest.mark.parametrize("cut_at", ["before the database has it", "after"])
def test_the_recovery_key_goes_on_where_a_change_of_the_key_was_cut(tmp_path, monkeypatch, cut_at):
    recovery, real = PrivateKey.generate(), folders.rekey
    closed = LaptopFolder(tmp_path / "equipo", strength=CHEAP, wait=lambda _: None)
    with closed.create("ana", "Ana", ANA, recovery_key=bytes(recovery.public_key)) as opened:
        opened.add_officer("beto", "Beto", BETO)
        opened.remove_officer("beto")
        before = opened.key

    def cut(path, key, following):
        if cut_at == "after":
            real(path, key, following)
        raise KeyboardInterrupt

    with monkeypatch.context() as power:
        power.setattr(folders, "rekey", cut)
        with pytest.raises(KeyboardInterrupt):
            closed.unlock("ana", ANA)
    with closed.recover(recovery, "ana", NEW) as opened:
        key = opened.key

    with closed.unlock("ana", NEW) as opened:
        assert opened.key == key != before
    assert [slot.name for slot in closed.officers()] == ["Ana"]


def test_nobody_who_has_no_key_here_is_given_one(tmp_path):
    recovery = PrivateKey.generate()
    closed = LaptopFolder(tmp_path / "equipo", strength=CHEAP, wait=lambda _: None)
    closed.create("ana", "Ana", ANA, recovery_key=bytes(recovery.public_key)).close()

    with pytest.raises(UnknownOfficerError):
        closed.recover(recovery, "anna", NEW)

    assert [slot.officer for slot in closed.officers()] == ["ana"]
    closed.unlock("ana", ANA).close()
