"""Who the centre is and who may speak to it: its facts, keys, codes, devices and streams."""

from collections.abc import Mapping
from typing import Any

import orjson

from sync.central.held import Device, Glimpse, HeldCode, HeldKey, HeldStream, SeenDevice
from sync.central.postgres.connected import Connected
from sync.central.states import device_of, text

_DEVICE = "devices.id, label, role, region, sign_key, box_key, certificate, status, confirmation"
_GLIMPSE = (
    "SELECT (SELECT id FROM epochs ORDER BY nth DESC LIMIT 1),"  # noqa: S608 - constants
    " (SELECT json_agg(json_build_array(id, use, public, secret, by_key, signature) ORDER BY place) FROM centre_keys),"
    f" {_DEVICE} FROM (SELECT %s::text AS id) AS asked LEFT JOIN devices ON devices.id = asked.id"
)


class PostgresRegistry(Connected):
    """The registry on one connection, inside a transaction."""

    def value(self, name: str) -> str | None:
        """A fact about the centre itself."""
        row = self._one("SELECT value FROM centre WHERE name = %s", (name,))
        return None if row is None else str(row[0])

    def set_value(self, name: str, value: str) -> None:
        """Keep a fact about the centre itself."""
        self._execute(
            "INSERT INTO centre (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def count_up(self, name: str) -> int:
        """Move a counter of the centre on; its new value, which nobody else gets."""
        row = self._one(
            "INSERT INTO centre (name, value) VALUES (%s, '1')"
            " ON CONFLICT (name) DO UPDATE SET value = centre.value::bigint + 1 RETURNING value",
            (name,),
        )
        return int(row[0])

    def epoch(self) -> str | None:
        """The present epoch."""
        row = self._epoch()
        if row is None and self._writing:
            self._lock("epochs")
            row = self._epoch()
        return None if row is None else str(row[0])

    def _epoch(self) -> Any:
        return self._one("SELECT id FROM epochs ORDER BY nth DESC LIMIT 1")

    def add_epoch(self, epoch: str, at: str) -> None:
        """Begin an epoch, once everybody who writes in the one before has ended."""
        self._execute("LOCK TABLE feeds IN SHARE ROW EXCLUSIVE MODE")
        self._execute("INSERT INTO epochs (id, started_at) VALUES (%s, %s)", (epoch, at))

    def keys(self) -> tuple[HeldKey, ...]:
        """All keys, oldest first; who reads them to add another is alone."""
        if self._writing:
            self._lock("keys")
        rows = self._execute("SELECT id, use, public, secret, by_key, signature FROM centre_keys ORDER BY place")
        return tuple(HeldKey(*row) for row in rows)

    def add_key(self, key: HeldKey, at: str) -> None:
        """Keep a new key."""
        self._execute(
            "INSERT INTO centre_keys (id, use, public, secret, by_key, signature, made_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (key.id, key.use, key.public, key.secret, key.by, key.signature, at),
        )

    def destroy_secret(self, key: str) -> None:
        """Forget the secret of a key; its public part stays."""
        self._execute("UPDATE centre_keys SET secret = '' WHERE id = %s", (key,))

    def code(self, code: str) -> HeldCode | None:
        """An enrolment code by its first characters."""
        if "\0" in code:
            return None
        row = self._held(
            f"code {code}", "SELECT id, secret, region, role, expires_at, device FROM codes WHERE id = %s", (code,)
        )
        return None if row is None else HeldCode(*row)

    def add_code(self, code: HeldCode) -> None:
        """Keep a new code; one of that id gives way."""
        self._execute(
            "INSERT INTO codes (id, secret, region, role, expires_at, device) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET secret = excluded.secret, region = excluded.region, role = excluded.role,"
            " expires_at = excluded.expires_at, device = excluded.device",
            (code.id, code.secret, code.region, code.role, code.expires_at, code.device),
        )

    def use_code(self, code: str, device: str) -> None:
        """Note who used it."""
        self._execute("UPDATE codes SET device = %s WHERE id = %s", (device, code))

    def drop_unused_codes(self) -> None:
        """Forget every enrolment code that nobody used."""
        self._execute("DELETE FROM codes WHERE device IS NULL")

    def glimpse(self, device: str) -> Glimpse:
        """What every request begins with."""
        epoch, keys, *found = self._one(_GLIMPSE, ("" if "\0" in device else device,))
        return Glimpse(epoch, tuple(HeldKey(*key) for key in keys or ()), device_of(tuple(found)) if found[0] else None)

    def device(self, device: str) -> Device | None:
        """An enrolled device."""
        if "\0" in device:
            return None
        row = self._one(
            f"SELECT {_DEVICE} FROM devices WHERE id = %s",  # noqa: S608 - constants
            (device,),
        )
        if row is None:
            return None
        return device_of(row)

    def devices(self) -> list[SeenDevice]:
        """Every device, by its label."""
        rows = self._execute(
            "SELECT id, label, role, region, sign_key, box_key, certificate, status, confirmation, enrolled_at, last_at"
            " FROM devices LEFT JOIN (SELECT device, MAX(received_at) AS last_at FROM batches GROUP BY device) AS seen"
            " ON seen.device = devices.id ORDER BY label"
        ).fetchall()
        return [SeenDevice(device_of(row[:-2]), *row[-2:]) for row in rows]

    def add_device(self, device: Device, at: str) -> None:
        """Keep a new device."""
        self._execute(
            "INSERT INTO devices (id, label, role, region, sign_key, box_key, certificate, status, confirmation,"
            " enrolled_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                device.id,
                device.label,
                device.role,
                device.region,
                device.sign_key,
                device.box_key,
                text(device.certificate),
                device.status,
                device.confirmation,
                at,
            ),
        )

    def follow_device(self, device: str, status: str, confirmation: str | None, role: str) -> None:
        """Follow the record of the device."""
        self._execute(
            "UPDATE devices SET status = %s, confirmation = %s, role = %s WHERE id = %s",
            (status, confirmation, role, device),
        )

    def relabel_device(self, device: str, stream: str, certificate: Mapping[str, Any]) -> None:
        """Give a device the label of a new certificate, which belongs to a stream that it will begin."""
        given = text(certificate)
        self._execute(
            "UPDATE devices SET label = %s, certificate = %s WHERE id = %s",
            (certificate["body"]["label"], given, device),
        )
        self._execute(
            "INSERT INTO stream_certificates (stream, device, certificate) VALUES (%s, %s, %s)",
            (stream, device, given),
        )

    def certificate_for(self, device: str, stream: str) -> Mapping[str, Any] | None:
        """The certificate that was given to a device for a stream."""
        row = self._one(
            "SELECT certificate FROM stream_certificates WHERE stream = %s AND device = %s", (stream, device)
        )
        return None if row is None else dict(orjson.loads(row[0]))

    def labelled(self, label: str) -> bool:
        """Whether a device has this label now."""
        return self._one("SELECT 1 FROM devices WHERE label = %s", (label,)) is not None

    def stream(self, stream: str) -> HeldStream | None:
        """How far a stream has come."""
        row = self._held(f"stream {stream}", "SELECT id, device, last_seq, link FROM streams WHERE id = %s", (stream,))
        return None if row is None else HeldStream(*row)

    def put_stream(self, stream: HeldStream) -> None:
        """Note how far a stream has come."""
        self._execute(
            "INSERT INTO streams (id, device, last_seq, link) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET last_seq = excluded.last_seq, link = excluded.link",
            (stream.id, stream.device, stream.last_seq, stream.link),
        )
