"""The ministry's recovery key, which two of three custodians open together, and the key of each custodian.

Each custodian has a key pair whose private half a passphrase of theirs opens. The private half of the recovery key is
sealed three times, each time to two custodians in turn, and nowhere else: neither one custodian nor a stolen file opens
a laptop. No file is touched here.

Source: security.md, "Keys".
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import orjson
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import Aead

from terreno_app.storage.errors import UnreadableKeyError, WrongCustodianError, WrongPairError
from terreno_app.storage.keyslots import KEY_BYTES, SALT_BYTES, Random, Strength, calibrated, cost_in, passphrase_key
from terreno_app.storage.passphrases import check_chosen

CUSTODIANS: Final = 3
_VERSION: Final = 1
_PURPOSE: Final = "terreno custodian"


@dataclass(frozen=True, slots=True)
class Custodian:
    """A custodian's key as its file holds it.

    Attributes:
        public: Public half (X25519).
        strength: Cost of a try of the passphrase.
        salt: 16 random bytes.
        sealed: The private half, under the passphrase.
    """

    public: bytes
    strength: Strength
    salt: bytes
    sealed: bytes

    def private_key(self, passphrase: str) -> PrivateKey:
        """The private half.

        Raises:
            WrongCustodianError: the passphrase is not this custodian's.
        """
        box = Aead(passphrase_key(passphrase, b"", self.salt, self.strength, _PURPOSE))
        try:
            return PrivateKey(box.decrypt(self.sealed, self.public))
        except CryptoError as error:
            raise WrongCustodianError from error

    def to_bytes(self) -> bytes:
        """The key as a file."""
        cost = self.strength
        return _file(
            {
                "public": self.public.hex(),
                "argon2id": {"memory_kib": cost.memory_kib, "passes": cost.passes, "lanes": cost.lanes},
                "salt": self.salt.hex(),
                "sealed": _text(self.sealed),
            }
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """The recovery key for two custodians: the first opens the outer seal, the second the inner one."""

    first: bytes
    second: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery key, closed.

    Attributes:
        public: Public half, to which every laptop seals its database's key.
        envelopes: One for each pair of custodians.
    """

    public: bytes
    envelopes: tuple[Envelope, ...]

    def envelope(self, one: bytes, other: bytes) -> Envelope:
        """What two custodians open together, by their public keys in any order.

        Raises:
            WrongPairError: there is none for these two.
        """
        for envelope in self.envelopes:
            if {envelope.first, envelope.second} == {one, other}:
                return envelope
        raise WrongPairError

    def opened(self, one: PrivateKey, other: PrivateKey) -> PrivateKey:
        """The private half, by two custodians in any order.

        Raises:
            WrongPairError: there is no envelope for these two.
            UnreadableKeyError: the envelope does not hold the key.
        """
        keys = {bytes(key.public_key): key for key in (one, other)}
        return self._private(self.envelope(bytes(one.public_key), bytes(other.public_key)), keys)

    def _private(self, envelope: Envelope, keys: dict[bytes, PrivateKey]) -> PrivateKey:
        try:
            inner = SealedBox(keys[envelope.first]).decrypt(envelope.sealed)
            found = PrivateKey(SealedBox(keys[envelope.second]).decrypt(inner))
        except CryptoError as error:
            raise UnreadableKeyError("envelope") from error
        if bytes(found.public_key) != self.public:
            raise UnreadableKeyError("public")
        return found

    def to_bytes(self) -> bytes:
        """The closed key as a file."""
        told = [{"to": [one.first.hex(), one.second.hex()], "sealed": _text(one.sealed)} for one in self.envelopes]
        return _file({"public": self.public.hex(), "envelopes": told})


def make_custodian(
    passphrase: str, *, strength: Strength | None, stopwatch: Callable[[], float], random: Random
) -> Custodian:
    """A custodian's key.

    Args:
        passphrase: What will open it.
        strength: Cost of a try; ``None`` measures this machine.
        stopwatch: Seconds, to measure this machine.
        random: Gives as many random bytes as it is asked for.

    Raises:
        WeakPassphraseError: the passphrase is too short or common.
    """
    check_chosen(passphrase)
    cost = strength or calibrated(stopwatch)
    pair, salt = PrivateKey(random(KEY_BYTES)), random(SALT_BYTES)
    public = bytes(pair.public_key)
    box = Aead(passphrase_key(passphrase, b"", salt, cost, _PURPOSE))
    return Custodian(public, cost, salt, bytes(box.encrypt(bytes(pair), public, random(Aead.NONCE_SIZE))))


def make_recovery(custodians: Sequence[bytes], random: Random) -> Recovery:
    """A recovery key, whose private half exists from here on in its envelopes alone.

    Args:
        custodians: The public keys of three different custodians.
        random: Gives as many random bytes as it is asked for.

    Raises:
        WrongPairError: they are not three different ones.
    """
    if len(set(custodians)) != CUSTODIANS or len(custodians) != CUSTODIANS:
        raise WrongPairError
    private = PrivateKey(random(KEY_BYTES))
    envelopes = tuple(
        Envelope(first, second, _sealed(first, _sealed(second, bytes(private))))
        for first, second in combinations(custodians, 2)
    )
    return Recovery(bytes(private.public_key), envelopes)


def custodian_in(data: bytes) -> Custodian:
    """Read a custodian's key.

    Raises:
        UnreadableKeyError: it has not the form of one.
    """
    try:
        wire = _wire(data)
        strength, salt = cost_in(wire["argon2id"], wire["salt"])
        return Custodian(_public(wire["public"]), strength, salt, base64.b64decode(wire["sealed"]))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise UnreadableKeyError("custodian") from error


def recovery_in(data: bytes) -> Recovery:
    """Read a closed recovery key.

    Raises:
        UnreadableKeyError: it has not the form of one.
    """
    try:
        wire = _wire(data)
        envelopes = tuple(
            Envelope(_public(one["to"][0]), _public(one["to"][1]), base64.b64decode(one["sealed"]))
            for one in wire["envelopes"]
        )
        return Recovery(_public(wire["public"]), envelopes)
    except (ValueError, KeyError, TypeError, IndexError, binascii.Error) as error:
        raise UnreadableKeyError("recovery") from error


def public_in(text: str) -> bytes:
    """Read a public key: 64 hexadecimal digits.

    Raises:
        UnreadableKeyError: it is none.
    """
    try:
        return _public(text.strip())
    except ValueError as error:
        raise UnreadableKeyError("public") from error


def _public(told: str) -> bytes:
    found = bytes.fromhex(told)
    if len(found) != KEY_BYTES:
        raise ValueError("length")
    try:
        _sealed(found, b"")
    except CryptoError as error:  # a point of which anybody knows what would be sealed to it
        raise ValueError("nobody's key") from error
    return found


def _sealed(public: bytes, data: bytes) -> bytes:
    return bytes(SealedBox(PublicKey(public)).encrypt(data))


def _file(content: dict[str, Any]) -> bytes:
    return orjson.dumps({"v": _VERSION, **content}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _wire(data: bytes) -> dict[str, Any]:
    wire = orjson.loads(data)
    if not isinstance(wire, dict) or wire["v"] != _VERSION:
        raise ValueError("version")
    return wire


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
