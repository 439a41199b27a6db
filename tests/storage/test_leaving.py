"""Which values leave: what the schema calls private now, whatever it called so when they came."""

from dataclasses import replace
from pathlib import Path

import pytest

from sync.client.keys import DeviceKeys
from sync.core.protocol import Page, PulledRecord
from sync.core.schema import Schema
from terreno_app.storage.laptop_store import LaptopStore
from tests.storage.laptop import ATTENTION, EPOCH, KEY, SCHEMA, Laptop, a_uuid

CENTRE_KEYS = {"sign": {}, "box": {"box": DeviceKeys(b"c" * 32, b"d" * 32).box_key}}
TOPIC_TOO = replace(
    ATTENTION, fields=tuple(replace(one, private=one.private or one.name == "topic") for one in ATTENTION.fields)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A field laptop that pulled an attention from the centre and looked for what has to leave."""
    laptop = Laptop.enrolled(tmp_path / "laptop", centre_keys=CENTRE_KEYS)
    told = PulledRecord("attention", a_uuid(1), "13", 1, {"type": "enquiry", "topic": "agua"}, a_uuid(2), {}, 1)
    with laptop.store as store:
        store.accept_page(0, Page(EPOCH, "13", 0, 1, False, (told,)))
        store.retire("2026-11-21T16:00:00.000Z")
    return tmp_path / "laptop"


def shown_after(folder: Path, schema: Schema, *hours: str) -> dict[str, object]:
    with LaptopStore(folder, KEY, schema, durable=False) as store:
        for hour in hours:
            store.retire(hour)
        record = store.shown("attention", a_uuid(1))
    assert record is not None
    return dict(record.fields)


def test_a_field_that_a_later_version_calls_private_leaves_seven_days_after_it_does(folder: Path) -> None:
    later = Schema(2, (TOPIC_TOO, *SCHEMA.kinds[1:]))

    before = shown_after(folder, later, "2026-11-21T17:00:00.000Z", "2026-11-28T16:00:00.000Z")
    after = shown_after(folder, later, "2026-11-28T18:00:00.000Z")

    assert before == {"type": "enquiry", "topic": "agua"}
    assert after == {"type": "enquiry"}


def test_a_schema_without_private_fields_has_nothing_that_leaves(folder: Path) -> None:
    bare = Schema(2, tuple(kind for kind in SCHEMA.kinds if not kind.private))

    assert shown_after(folder, bare, "2026-12-21T16:00:00.000Z") == {"type": "enquiry", "topic": "agua"}
