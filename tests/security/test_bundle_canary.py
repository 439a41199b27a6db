"""A stick that is lost yields nothing: what people said stands readable in no bundle, no answer and no log."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from sync.parcel.frames import frames
from sync.parcel.sealing import Sealed
from tests.security.test_canary import CANARIES, readable
from tests.sync.sticks import Town, a_town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    yield from a_town(tmp_path)


def test_no_canary_is_readable_on_a_stick_or_in_a_log(town, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    walker, online = town.walker(), town.walker("coordination")
    half = len(CANARIES) // 2
    for number, canary in enumerate(CANARIES[:half]):
        walker.save(f"a{number}", title=canary, body=f"{canary} en privado")
    for number, canary in enumerate(CANARIES[half:]):
        online.save(f"b{number}", title=canary)
    online.sync()
    (tmp_path / "ida").write_bytes(walker.pack())
    (tmp_path / "vuelta").write_bytes(town.bring((tmp_path / "ida").read_bytes()))
    walker.receive((tmp_path / "vuelta").read_bytes())

    on_the_stick = (tmp_path / "ida").read_bytes() + (tmp_path / "vuelta").read_bytes()

    assert readable(on_the_stick) == []
    assert readable(caplog.text.encode()) == []


def test_the_same_search_finds_every_canary_for_the_reader(town):
    walker, online = town.walker(), town.walker("coordination")
    for number, canary in enumerate(CANARIES):
        (walker if number % 2 else online).save(f"r{number}", title=canary)
    online.sync()
    bundle = walker.pack()
    answer = town.bring(bundle)

    opened = [
        *frames(Sealed(_file(bundle)), town.world.centre.ground.keys.unseal),
        *frames(Sealed(_file(answer)), walker.keys.unseal),
    ]

    assert set(readable(b"".join(orjson.dumps(orjson.loads(frame)) for frame in opened))) == {*CANARIES}


def _file(data: bytes) -> io.BytesIO:

    return io.BytesIO(data)
