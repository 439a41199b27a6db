"""A law about every page that leaves the centre: nothing in it is outside the scope of the device that asked."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from sync.core.instants import parse_instant
from sync.core.schema import SHARED_FEED
from tests.simulator.office import Office, Request
from tests.simulator.toy import private_fields

HANDED = "a device is handed nothing outside its scope"
READABLE = timedelta(days=7)
"""So long a field device is handed the private values of what it made."""
VISIBLE = timedelta(days=60)
"""So long a field device is handed what others made, and what it made itself."""
JOURNAL = timedelta(days=30)
"""So long a laptop can hand in again, sealed, what it can no longer read."""
_HIDDEN = frozenset({"answers", "answers_sealed"})
_HELD = "SELECT region, made_by, accepted_at, fields FROM records WHERE kind = ? AND id = ?"


def outside(office: Office, request: Request, content: bytes, at: datetime) -> Iterator[str]:
    """What a page holds that is not for the device that asked.

    Args:
        office: The centre, which knows every record and the device.
        request: Who asked.
        content: The page.
        at: The true hour.
    """
    page = orjson.loads(content)
    ((role, region),) = office.rows("SELECT role, region FROM devices WHERE id = ?", request.device)
    coordination = role == "coordination"
    if page["feed"] not in {region, SHARED_FEED} and not (coordination and region == SHARED_FEED):
        yield f"the feed {page['feed']}"
    for told in page["records"]:
        ((held_in, made_by, accepted_at, fields),) = office.rows(_HELD, told["kind"], told["record"])
        if held_in != page["feed"]:
            yield f"{told['kind']} {told['record']} of {held_in}"
        elif not coordination:
            scope = _Scope(told["kind"], request.device, made_by, at - parse_instant(accepted_at), orjson.loads(fields))
            yield from (f"{told['kind']} {told['record']}: {what}" for what in scope.outside(told))


def readable(office: Office, device: str, kind: str, record: str, at: datetime) -> bool:
    """Whether a device may be shown a record; one that the centre does not have is the device's own."""
    held = office.rows(_HELD, kind, record)
    if not held:
        return True
    ((role, region),) = office.rows("SELECT role, region FROM devices WHERE id = ?", device)
    ((held_in, made_by, accepted_at, fields),) = held
    if role == "coordination" or held_in == SHARED_FEED:
        return region in {held_in, SHARED_FEED}
    return _Scope(kind, device, made_by, at - parse_instant(accepted_at), orjson.loads(fields)).visible


class _Scope:
    """What a field device may be handed of one record.

    Args:
        kind: The record's kind.
        device: The device.
        made_by: The device that made the record.
        age: How long the centre has had it.
        fields: Its public values.
    """

    def __init__(self, kind: str, device: str, made_by: str, age: timedelta, fields: Mapping[str, Any]) -> None:
        mine, young = made_by == device, age <= VISIBLE
        by_kind = {
            "case": young and fields.get("space") == "street",
            "visit": young,
            "device": True,
            "topic": True,
            "quarantine": fields.get("device") == device,
        }
        self._device = device
        self.visible = by_kind.get(kind, False) or (mine and young)
        self._secret = frozenset[str]() if mine and age <= READABLE else private_fields(kind)
        if kind == "reply":
            self._secret |= _HIDDEN

    def outside(self, told: Mapping[str, Any]) -> Iterator[str]:
        """What of the record stands in the page and should not."""
        names = set(told["fields"])
        if not self.visible and names:
            yield f"shows {sorted(names)}"
        if names & self._secret:
            yield f"shows {sorted(names & self._secret)}"
        for conflict in told["conflicts"]:
            if self.visible and not self._secret.intersection(conflict["group"]):
                continue
            settled = conflict["state"] != "open" and conflict["other_device"] == self._device
            if not settled or conflict.get("before") or conflict.get("other"):
                yield f"tells of conflict {conflict['id']}"
