"""Who the centre is and who may speak to it: its facts, keys, codes, devices and streams."""

from collections.abc import Mapping
from typing import Any

import orjson

from sync.central.held import Device, HeldCode, HeldKey, HeldStream, SeenDevice
from sync.central.sqlite.connected import Connected
from sync.central.states import device_of, text


class SqliteRegistry(Connected):
    """The registry on one connection, inside a transaction."""

    def value(self, name: str) -> str | None:
        """A fact about the centre itself."""
        row = self._execute("SELECT value FROM centre WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_value(self, name: str, value: str) -> None:
        """Keep a fact about the centre itself."""
        self._execute(
            "INSERT INTO centre (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def count_up(self, name: str) -> int:
        """Move a counter of the centre on; its new value, which nobody else gets."""
        row = self._execute(
            "INSERT INTO centre (name, value) VALUES (?, '1')"
            " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value",
            (name,),
        ).fetchone()
        return int(row[0])

    def epoch(self) -> str | None:
        """The present epoch."""
        row = self._execute("SELECT id FROM epochs ORDER BY rowid DESC LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def add_epoch(self, epoch: str, at: str) -> None:
        """Begin an epoch."""
        self._execute("INSERT INTO epochs (id, started_at) VALUES (?, ?)", (epoch, at))

    def keys(self) -> tuple[HeldKey, ...]:
        """All keys, oldest first."""
        rows = self._execute("SELECT id, use, public, secret, by_key, signature FROM centre_keys ORDER BY place")
        return tuple(HeldKey(*row) for row in rows)

    def add_key(self, key: HeldKey, at: str) -> None:
        """Keep a new key."""
        self._execute(
            "INSERT INTO centre_keys (id, use, public, secret, by_key, signature, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key.id, key.use, key.public, key.secret, key.by, key.signature, at),
        )

    def destroy_secret(self, key: str) -> None:
        """Forget the secret of a key; its public part stays."""
        self._execute("UPDATE centre_keys SET secret = '' WHERE id = ?", (key,))

    def code(self, code: str) -> HeldCode | None:
        """An enrolment code by its first characters."""
        row = self._execute(
            "SELECT id, secret, region, role, expires_at, device FROM codes WHERE id = ?", (code,)
        ).fetchone()
        return None if row is None else HeldCode(*row)

    def add_code(self, code: HeldCode) -> None:
        """Keep a new code; one of that id gives way."""
        self._execute(
            "INSERT OR REPLACE INTO codes (id, secret, region, role, expires_at, device) VALUES (?, ?, ?, ?, ?, ?)",
            (code.id, code.secret, code.region, code.role, code.expires_at, code.device),
        )

    def use_code(self, code: str, device: str) -> None:
        """Note who used it."""
        self._execute("UPDATE codes SET device = ? WHERE id = ?", (device, code))

    def drop_unused_codes(self) -> None:
        """Forget every enrolment code that nobody used."""
        self._execute("DELETE FROM codes WHERE device IS NULL")

    def device(self, device: str) -> Device | None:
        """An enrolled device."""
        row = self._execute(
            "SELECT id, label, role, region, sign_key, box_key, certificate, status, confirmation FROM devices"
            " WHERE id = ?",
            (device,),
        ).fetchone()
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
            " enrolled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            "UPDATE devices SET status = ?, confirmation = ?, role = ? WHERE id = ?",
            (status, confirmation, role, device),
        )

    def relabel_device(self, device: str, stream: str, certificate: Mapping[str, Any]) -> None:
        """Give a device the label of a new certificate, which belongs to a stream that it will begin."""
        given = text(certificate)
        self._execute(
            "UPDATE devices SET label = ?, certificate = ? WHERE id = ?", (certificate["body"]["label"], given, device)
        )
        self._execute(
            "INSERT INTO stream_certificates (stream, device, certificate) VALUES (?, ?, ?)", (stream, device, given)
        )

    def certificate_for(self, device: str, stream: str) -> Mapping[str, Any] | None:
        """The certificate that was given to a device for a stream."""
        row = self._execute(
            "SELECT certificate FROM stream_certificates WHERE stream = ? AND device = ?", (stream, device)
        ).fetchone()
        return None if row is None else dict(orjson.loads(row[0]))

    def labelled(self, label: str) -> bool:
        """Whether a device has this label now."""
        return self._execute("SELECT 1 FROM devices WHERE label = ?", (label,)).fetchone() is not None

    def stream(self, stream: str) -> HeldStream | None:
        """How far a stream has come."""
        row = self._execute("SELECT id, device, last_seq, link FROM streams WHERE id = ?", (stream,)).fetchone()
        return None if row is None else HeldStream(*row)

    def put_stream(self, stream: HeldStream) -> None:
        """Note how far a stream has come."""
        self._execute(
            "INSERT INTO streams (id, device, last_seq, link) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET last_seq = excluded.last_seq, link = excluded.link",
            (stream.id, stream.device, stream.last_seq, stream.link),
        )
