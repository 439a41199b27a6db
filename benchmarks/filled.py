"""A laptop after months: 50,000 attentions that the centre handed out over 60 days, and an outing open today.

Its passphrase costs next to nothing to try: all but the derivation of the key is measured. The same number gives
the same laptop in every run.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.attentions import OFFICER, an_attention
from sync.client.keys import DeviceKeys
from sync.client.ports import DeviceIdentity
from sync.core.instants import instant
from sync.core.protocol import Page, PulledRecord
from terreno_app.desktop import OpenLaptop, open_laptop
from terreno_app.machine import THIS_MACHINE
from terreno_app.paths import resources
from terreno_app.reconciliation import schema
from terreno_app.services.laptop import Role
from terreno_app.storage.folder import LaptopFolder
from terreno_app.storage.keyslots import Strength
from terreno_app.storage.laptop_store import LaptopStore
from terreno_app.storage.resources import load_catalogues
from terreno_app.to_centre import DEVICE_KEYS

PHRASE = "abeja brasa cielo dedo alba"
MACHINE = replace(THIS_MACHINE, strength=Strength(memory_kib=64, passes=1, lanes=1))
_EPOCH = "0199eeee-0000-7000-8000-000000000001"
_DEVICE = "0199dddd-0000-7000-8000-000000000001"
_STREAM = "0199cccc-0000-7000-8000-000000000001"
_PAGE = 1_000
_DAYS = 60
_TOPICS: tuple[dict[str, Any], ...] = (
    {"topic": "pensiones", "programme": "PGU"},
    {"topic": "vivienda", "programme": "DS49"},
    {"topic": "identidad", "programme": "CEDULA"},
    {"topic": "rsh", "programme": "RSH"},
    {"topic": "salud", "programme": None},
)


def fill(path: Path, records: int, role: Role = "field") -> None:
    """Make a laptop of so many attentions of others, and open an outing of today on it."""
    folder = LaptopFolder(path, strength=MACHINE.strength).create(OFFICER, "Marcela Soto Henríquez", PHRASE)
    with folder, LaptopStore(folder.path, folder.key, schema(load_catalogues(resources())), durable=False) as store:
        with store.transaction() as write:
            write.put_meta(DEVICE_KEYS, {"sign": "11" * 32, "box": "22" * 32})
            write.put_identity(_identity(role))
        for first in range(0, records, _PAGE):
            last = min(first + _PAGE, records)
            held = tuple(_pulled(number) for number in range(first, last))
            store.accept_page(first, Page(_EPOCH, "13", first, last, last < records, held))
    laptop = opened(path)
    today = instant(MACHINE.clock.now())[:10]
    plan = {"kind": "outing", "planned_on": today, "comuna": "13110", "place_name": "Feria", "goal_attentions": 120}
    laptop.outings.open(laptop.paper.register_one(plan, OFFICER).id, OFFICER)
    laptop.close()


def opened(path: Path) -> OpenLaptop:
    """The laptop, open."""
    return open_laptop(path, OFFICER, lambda: PHRASE, machine=MACHINE)


def _identity(role: Role) -> DeviceIdentity:
    box = DeviceKeys(b"c" * 32, b"d" * 32).box_key
    keys = {"sign": {}, "box": {"box": box}}
    return DeviceIdentity(_DEVICE, "T07", "13", role, _STREAM, _EPOCH, "http://127.0.0.1:9", keys, {})


def _pulled(number: int) -> PulledRecord:
    op, _ = an_attention(number)
    at = MACHINE.clock.now() - timedelta(days=1 + number % _DAYS)
    topic = _TOPICS[number % len(_TOPICS)]
    told = dict(itertools.chain(op.fields.items(), topic.items()))
    return PulledRecord(
        kind="attention",
        record=op.record,
        region="13",
        schema=1,
        fields={**told, "received_at": f"{instant(at)[:10]}{told['received_at'][10:]}"},
        writer=op.id,
        writers={},
        change=number + 1,
    )
