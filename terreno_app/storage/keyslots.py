"""The key header: for each officer a slot that a passphrase opens, and in it the way to the database's key.

A slot is a key pair. Its private half is sealed (XChaCha20-Poly1305) under what Argon2id makes of the passphrase,
joined with the device's secret; the database's key is sealed to its public half. So a new database key reaches
everybody's slot without anybody's passphrase. The whole header carries a MAC under the database's key: whoever opens it
knows that nobody else wrote it. Names can be read without a passphrase. No file is touched here.

Source: security.md, "Keys"; RFC 9106 (Argon2id), RFC 5869 (HKDF).
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import orjson
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead

from sync.core.ops import canonical
from terreno_app.storage.errors import (
    DamagedDatabaseError,
    NoRecoveryError,
    WrongPassphraseError,
    WrongRecoveryError,
)
from terreno_app.storage.passphrases import normalised

HEADER_VERSION = 1
KEY_BYTES = 32
SALT_BYTES = 16
SLOT = "terreno slot"
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Strength:
    """What one try of a passphrase costs.

    Attributes:
        memory_kib: Memory of Argon2id.
        passes: How often it goes over it.
        lanes: How many cores it may use.
    """

    memory_kib: int
    passes: int
    lanes: int


DEFAULT_STRENGTH = Strength(memory_kib=128 * 1024, passes=3, lanes=2)
FLOOR_STRENGTH = Strength(memory_kib=64 * 1024, passes=3, lanes=2)
"""No command makes a weaker slot."""
_MOST_PASSES = 10
_READ_MOST = Strength(memory_kib=4 * 1024 * 1024, passes=100, lanes=64)
"""What a file may ask for: a damaged one must not keep a machine busy for ever."""
_LEAST_SALT_BYTES, _LEAST_KIB_A_LANE = 8, 8
_AIM_S = 0.6
_LONGEST_S = 1.0


@dataclass(frozen=True, slots=True)
class Slot:
    """One officer's way in.

    Attributes:
        officer: Officer id.
        name: What the list of officers shows.
        strength: Cost of a try.
        salt: 16 random bytes.
        public: Public half of the slot's key pair.
        sealed: The private half, under passphrase and device secret.
        key: The database's key, sealed to the public half.
        next_key: The key that takes its place, while the database is being changed to it.
    """

    officer: str
    name: str
    strength: Strength
    salt: bytes
    public: bytes
    sealed: bytes
    key: bytes
    next_key: bytes | None = None

    @property
    def _bound(self) -> bytes:
        """What the sealed half belongs to: moved into another officer's slot it does not open."""
        return canonical({"officer": self.officer, "public": self.public.hex(), "salt": self.salt.hex()})

    def private_key(self, passphrase: str, device_secret: bytes) -> PrivateKey:
        """The private half.

        Raises:
            WrongPassphraseError: the passphrase is not this slot's, or not on this device.
        """
        try:
            secret = Aead(passphrase_key(passphrase, device_secret, self.salt, self.strength, SLOT)).decrypt(
                self.sealed, self._bound
            )
        except CryptoError as error:
            raise WrongPassphraseError from error
        return PrivateKey(secret)


def make_slot(
    officer: str,
    name: str,
    passphrase: str,
    *,
    key: bytes,
    device_secret: bytes,
    strength: Strength,
    random: Random,
) -> Slot:
    """A slot for an officer, which the passphrase opens on this device."""
    pair, salt = PrivateKey(random(KEY_BYTES)), random(SALT_BYTES)
    public = bytes(pair.public_key)
    bare = Slot(officer, name, strength, salt, public, sealed=b"", key=_sealed_to(public, key))
    box = Aead(passphrase_key(passphrase, device_secret, salt, strength, SLOT))
    sealed = bytes(box.encrypt(bytes(pair), bare._bound, random(Aead.NONCE_SIZE)))  # noqa: SLF001  # its own kind
    return replace(bare, sealed=sealed)


@dataclass(frozen=True, slots=True)
class Header:
    """Everything about keys that is stored in the clear.

    Attributes:
        slots: One an officer.
        recovery: Public recovery key, and the database's key sealed to it; ``None`` until enrolment brings it.
        renew: An officer was removed: the next unlock gives the database another key.
        recovery_next: The key that takes its place, sealed to the recovery key, while the database is being changed.
    """

    slots: tuple[Slot, ...]
    recovery: tuple[bytes, bytes] | None = None
    renew: bool = False
    recovery_next: bytes | None = None
    _mac: bytes = field(default=b"", repr=False)

    def slot(self, officer: str) -> Slot | None:
        """An officer's slot."""
        return next((slot for slot in self.slots if slot.officer == officer), None)

    def with_recovery(self, public: bytes, key: bytes) -> "Header":
        """The same header whose database can be opened again by those who hold the recovery key."""
        return replace(self, recovery=(public, _sealed_to(public, key)))

    def with_next_key(self, key: bytes) -> "Header":
        """The same header with a further database key in every slot, beside the present one."""
        slots = tuple(replace(s, next_key=_sealed_to(s.public, key)) for s in self.slots)
        following = None if self.recovery is None else _sealed_to(self.recovery[0], key)
        return replace(self, slots=slots, recovery_next=following)

    def with_key(self, key: bytes) -> "Header":
        """The same header around another database key, and no other."""
        slots = tuple(replace(s, key=_sealed_to(s.public, key), next_key=None) for s in self.slots)
        recovery = None if self.recovery is None else (self.recovery[0], _sealed_to(self.recovery[0], key))
        return replace(self, slots=slots, recovery=recovery, renew=False, recovery_next=None)

    def recovered(self, recovery: PrivateKey) -> tuple[bytes, bytes | None]:
        """The database's key, and the one that is about to take its place, by the ministry's recovery key.

        Raises:
            NoRecoveryError: nothing was ever sealed to one.
            WrongRecoveryError: it was to another.
            DamagedDatabaseError: what was sealed, or the header, is not as it was written.
        """
        if self.recovery is None:
            raise NoRecoveryError
        public, sealed = self.recovery
        if public != bytes(recovery.public_key):
            raise WrongRecoveryError
        key = open_key(sealed, recovery)
        self.verify(key)
        return key, None if self.recovery_next is None else open_key(self.recovery_next, recovery)

    def to_bytes(self, key: bytes) -> bytes:
        """The header as a file, with its MAC under the database's key."""
        return orjson.dumps({**self._body(), "mac": _mac(key, self._body()).hex()}, option=orjson.OPT_INDENT_2)

    def verify(self, key: bytes) -> None:
        """Check that somebody who had the database's key wrote all of it.

        Raises:
            DamagedDatabaseError: it was altered.
        """
        if not hmac.compare_digest(self._mac, _mac(key, self._body())):
            raise DamagedDatabaseError("key header")

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a header; whether it is true is known once it is open.

        Raises:
            DamagedDatabaseError: it has not the form of one.
        """
        try:
            wire = orjson.loads(data)
            if wire["v"] != HEADER_VERSION:
                raise DamagedDatabaseError("key header of another version")
            recovery = wire["recovery"]
            return cls(
                slots=tuple(_slot_from_wire(slot) for slot in wire["slots"]),
                recovery=None if recovery is None else (bytes.fromhex(recovery["public"]), _bytes(recovery["key"])),
                renew=bool(wire["renew"]),
                recovery_next=None if recovery is None or "next_key" not in recovery else _bytes(recovery["next_key"]),
                _mac=bytes.fromhex(wire["mac"]),
            )
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            raise DamagedDatabaseError("key header") from error

    def _body(self) -> dict[str, Any]:
        recovery = None
        if self.recovery is not None:
            recovery = {"public": self.recovery[0].hex(), "key": _text(self.recovery[1])}
            if self.recovery_next is not None:  # only then: headers of earlier versions have no such member
                recovery["next_key"] = _text(self.recovery_next)
        return {
            "v": HEADER_VERSION,
            "slots": [_slot_to_wire(slot) for slot in self.slots],
            "recovery": recovery,
            "renew": self.renew,
        }


def open_key(sealed: bytes, private: PrivateKey) -> bytes:
    """The database's key out of a slot.

    Raises:
        DamagedDatabaseError: it is not sealed to that slot.
    """
    try:
        return SealedBox(private).decrypt(sealed)
    except CryptoError as error:
        raise DamagedDatabaseError("key slot") from error


def calibrated(stopwatch: Callable[[], float]) -> Strength:
    """The default, with as many passes as make a try last some 0.6 s here, and less memory on a slow machine.

    Args:
        stopwatch: Seconds, of which only differences are used.
    """
    begun = stopwatch()
    _argon2("", b"\0" * SALT_BYTES, DEFAULT_STRENGTH)
    took_s = stopwatch() - begun
    if took_s > _LONGEST_S:
        return FLOOR_STRENGTH
    passes = round(DEFAULT_STRENGTH.passes * _AIM_S / took_s) if took_s > 0 else _MOST_PASSES
    return replace(DEFAULT_STRENGTH, passes=min(max(passes, DEFAULT_STRENGTH.passes), _MOST_PASSES))


def hkdf(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose out of a secret: HKDF-SHA256 without salt (RFC 5869)."""
    extracted = hmac.digest(b"\0" * 32, secret, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


def cost_in(told: Mapping[str, Any], salt: str) -> tuple[Strength, bytes]:
    """What a file says that a try of its passphrase costs, and its salt.

    Args:
        told: Memory, passes and lanes.
        salt: As hex.

    Raises:
        ValueError: it is nothing that Argon2id can be asked for (RFC 9106, 3.1), or too much.
        KeyError, TypeError: it has another form.
    """
    found, salted = Strength(int(told["memory_kib"]), int(told["passes"]), int(told["lanes"])), bytes.fromhex(salt)
    if not (
        1 <= found.lanes <= _READ_MOST.lanes
        and 1 <= found.passes <= _READ_MOST.passes
        and _LEAST_KIB_A_LANE * found.lanes <= found.memory_kib <= _READ_MOST.memory_kib
        and len(salted) >= _LEAST_SALT_BYTES
    ):
        raise ValueError("argon2id")
    return found, salted


def passphrase_key(passphrase: str, secret: bytes, salt: bytes, strength: Strength, purpose: str) -> bytes:
    """What a passphrase seals with: Argon2id of it, joined with a secret that may be empty, for one purpose."""
    return hkdf(_argon2(passphrase, salt, strength) + secret, purpose)


def _argon2(passphrase: str, salt: bytes, strength: Strength) -> bytes:
    return hash_secret_raw(
        normalised(passphrase).encode(),
        salt,
        time_cost=strength.passes,
        memory_cost=strength.memory_kib,
        parallelism=strength.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _sealed_to(public: bytes, key: bytes) -> bytes:
    return bytes(SealedBox(PublicKey(public)).encrypt(key))


def _mac(key: bytes, body: dict[str, Any]) -> bytes:
    return hmac.digest(hkdf(key, "terreno key header"), canonical(body), "sha256")


def _slot_to_wire(slot: Slot) -> dict[str, Any]:
    return {
        "officer": slot.officer,
        "name": slot.name,
        "argon2id": {
            "memory_kib": slot.strength.memory_kib,
            "passes": slot.strength.passes,
            "lanes": slot.strength.lanes,
            "salt": slot.salt.hex(),
        },
        "public": slot.public.hex(),
        "sealed": _text(slot.sealed),
        "key": _text(slot.key),
        "next_key": None if slot.next_key is None else _text(slot.next_key),
    }


def _slot_from_wire(wire: dict[str, Any]) -> Slot:
    strength, salt = cost_in(wire["argon2id"], wire["argon2id"]["salt"])
    return Slot(
        officer=str(wire["officer"]),
        name=str(wire["name"]),
        strength=strength,
        salt=salt,
        public=bytes.fromhex(wire["public"]),
        sealed=_bytes(wire["sealed"]),
        key=_bytes(wire["key"]),
        next_key=None if wire["next_key"] is None else _bytes(wire["next_key"]),
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
