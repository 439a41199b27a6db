"""Who is who: the centre's keys, a device's certificate, and the words that two people compare. Shapes, no keys.

A signature always covers the canonical JSON of a body, with Ed25519, in hex. Ids of keys are made from the key itself,
so nobody can give a key the id of another.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.core.errors import UnreadableAnswerError
from sync.core.instants import instant, parse_instant
from sync.core.ops import canonical, is_too_deep, sha256

SIGN = "sign"
"""Use of an Ed25519 key."""
BOX = "box"
"""Use of an X25519 key."""
KEY_BYTES = 32
WORDS_COMPARED = 6


def key_id(public_key: str) -> str:
    """Id of a public key in hex: the first 16 hex digits of the SHA-256 of its bytes."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def words_to_compare(centre_key: str, device_key: str, words: Sequence[str]) -> tuple[str, ...]:
    """Six words that both screens show at enrolment; somebody in the middle would change them.

    Args:
        centre_key: The centre's first signing key, hex.
        device_key: The device's signing key, hex.
        words: The list to draw from, the same on both sides (2,048 words give 66 bits).
    """
    number = int.from_bytes(hashlib.sha256(bytes.fromhex(centre_key) + bytes.fromhex(device_key)).digest(), "big")
    chosen = []
    for _ in range(WORDS_COMPARED):
        number, place = divmod(number, len(words))
        chosen.append(words[place])
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class CentreKey:
    """One public key of the centre.

    Attributes:
        id: See :func:`key_id`.
        use: ``sign`` or ``box``.
        key: The public key, hex.
        by: Id of the signing key that vouches for it; ``None`` for the first signing key.
        signature: That key's signature over :attr:`signed_bytes`, hex.
    """

    id: str
    use: str
    key: str
    by: str | None = None
    signature: str | None = None

    @property
    def signed_bytes(self) -> bytes:
        """What the key before it signs."""
        return canonical({"v": 1, "id": self.id, "use": self.use, "key": self.key})

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of an answer."""
        return {"id": self.id, "use": self.use, "key": self.key, "by": self.by, "signature": self.signature}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "CentreKey":
        """Read one key; an id that is not made from the key is an error.

        Raises:
            KeyError, ValueError, TypeError: it has not its form; the answer around it turns them into its own error.
        """
        key = cls(wire["id"], wire["use"], wire["key"], wire.get("by"), wire.get("signature"))
        if key.id != key_id(key.key) or key.use not in {SIGN, BOX}:
            raise ValueError("key")
        return key


def by_use(keys: Iterable[CentreKey]) -> dict[str, dict[str, str]]:
    """The keys as a device keeps them: ``{"sign": {id: hex}, "box": {id: hex}}``."""
    kept: dict[str, dict[str, str]] = {SIGN: {}, BOX: {}}
    for key in keys:
        kept[key.use][key.id] = key.key
    return kept


@dataclass(frozen=True, slots=True)
class Certificate:
    """The centre's word for a device.

    Attributes:
        body: ``{v, device, label, sign_key, box_key, role, region, issued_at}``.
        key: Id of the centre's signing key.
        signature: Over the canonical JSON of the body, hex.
    """

    body: Mapping[str, Any]
    key: str
    signature: str

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return canonical(dict(self.body))

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of an answer."""
        return {"body": dict(self.body), "key": self.key, "signature": self.signature}

    @classmethod
    def from_wire(cls, wire: object) -> "Certificate":
        """Read a certificate; whether it is true is another question.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        try:
            body = wire["body"]  # type: ignore[index]  # any other shape raises just below
            texts = ("device", "label", "sign_key", "box_key", "role", "region", "issued_at")
            if is_too_deep(body) or not all(isinstance(body[name], str) for name in texts):
                raise UnreadableAnswerError("certificate")
            return cls(dict(body), str(wire["key"]), str(wire["signature"]))  # type: ignore[index]
        except (TypeError, KeyError, ValueError) as error:
            raise UnreadableAnswerError("certificate") from error


@dataclass(frozen=True, slots=True)
class Vouched:
    """An op that the centre once took in, with its signature over the op's hash: any device may hand it in again.

    Attributes:
        op: The op as a JSON object, verbatim.
        key: Id of the centre's signing key.
        signature: Over :attr:`signed_bytes`, hex.
    """

    op: Mapping[str, Any]
    key: str
    signature: str

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return vouched_bytes(sha256(canonical(self.op)))

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of a page."""
        return {"op": dict(self.op), "key": self.key, "signature": self.signature}

    @property
    def proof(self) -> dict[str, str]:
        """Its entry in a batch's ``proofs``."""
        return {"key": self.key, "signature": self.signature}

    @classmethod
    def from_wire(cls, wire: object) -> "Vouched":
        """Read one; whether it is true is another question.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        try:
            return cls(dict(wire["op"]), str(wire["key"]), str(wire["signature"]))  # type: ignore[index]  # raises below
        except (TypeError, KeyError, ValueError) as error:
            raise UnreadableAnswerError("vouched") from error


def vouched_bytes(op_hash: str) -> bytes:
    """What the centre signs to vouch for an op."""
    return canonical({"v": 1, "vouched": op_hash})


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The public recovery key, on the centre's word.

    Attributes:
        key: X25519, hex: laptops seal their recovery slot to it.
        since: UTC instant at which the centre was given it; an older word is not believed any more.
        by: Id of the centre's signing key.
        signature: Over :attr:`signed_bytes`, hex.
    """

    key: str
    since: str
    by: str
    signature: str

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return recovery_bytes(self.key, self.since)

    def to_wire(self) -> dict[str, Any]:
        """The JSON object of a status."""
        return {"key": self.key, "since": self.since, "by": self.by, "signature": self.signature}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "RecoveryKey":
        """Read one; whether it is true is another question.

        Raises:
            KeyError, ValueError, TypeError: it has not its form; the answer around it turns them into its own error.
        """
        if len(bytes.fromhex(wire["key"])) != KEY_BYTES:
            raise ValueError("recovery key")
        return cls(wire["key"], instant(parse_instant(wire["since"])), str(wire["by"]), str(wire["signature"]))


def recovery_bytes(key: str, since: str) -> bytes:
    """What the centre signs to tell laptops of a recovery key."""
    return canonical({"v": 1, "recovery_key": key, "since": since})


@dataclass(frozen=True, slots=True)
class CentreStatus:
    """What the centre says of itself to anybody.

    Attributes:
        epoch: Its history.
        server_time: UTC instant.
        protocol: Version of the protocol.
        schema: Version of the schema.
        keys: Its public keys, each one after the one that signed it.
        recovery: Its recovery key, where it has one.
    """

    epoch: str
    server_time: str
    protocol: int
    schema: int
    keys: tuple[CentreKey, ...]
    recovery: RecoveryKey | None = None

    def to_wire(self) -> dict[str, Any]:
        """The JSON body."""
        recovery = {} if self.recovery is None else {"recovery": self.recovery.to_wire()}
        return {
            "epoch": self.epoch,
            "server_time": self.server_time,
            "protocol": self.protocol,
            "schema": self.schema,
            "keys": [key.to_wire() for key in self.keys],
            **recovery,
        }

    @classmethod
    def from_wire(cls, wire: object) -> "CentreStatus":
        """Read a status.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        try:
            recovery = wire.get("recovery")  # type: ignore[attr-defined]  # any other shape raises just below
            return cls(
                epoch=str(wire["epoch"]),  # type: ignore[index]
                server_time=instant(parse_instant(wire["server_time"])),  # type: ignore[index]
                protocol=int(wire["protocol"]),  # type: ignore[index]
                schema=int(wire["schema"]),  # type: ignore[index]
                keys=tuple(CentreKey.from_wire(key) for key in wire["keys"]),  # type: ignore[index]
                recovery=None if recovery is None else RecoveryKey.from_wire(recovery),
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise UnreadableAnswerError("status") from error


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the centre answers to a good enrolment code.

    Attributes:
        certificate: Its word for the device.
        epoch: Its history.
        keys: Its public keys, each one after the one that signed it.
        recovery_key: Public key (hex) to which the laptop seals its recovery slot, where there is one.
    """

    certificate: Certificate
    epoch: str
    keys: tuple[CentreKey, ...]
    recovery_key: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """The JSON body."""
        return {
            "certificate": self.certificate.to_wire(),
            "epoch": self.epoch,
            "keys": [key.to_wire() for key in self.keys],
            "recovery_key": self.recovery_key,
        }

    @classmethod
    def from_wire(cls, wire: object) -> "Enrolled":
        """Read the answer.

        Raises:
            UnreadableAnswerError: it has not the form of one.
        """
        try:
            return cls(
                certificate=Certificate.from_wire(wire["certificate"]),  # type: ignore[index]  # raises just below
                epoch=str(wire["epoch"]),  # type: ignore[index]
                keys=tuple(CentreKey.from_wire(key) for key in wire["keys"]),  # type: ignore[index]
                recovery_key=wire.get("recovery_key"),  # type: ignore[attr-defined]
            )
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise UnreadableAnswerError("enrol") from error
