"""The centre's own keys: one to sign with, one to be written to. The signing key before vouches for each new one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

from sync.central.held import HeldKey
from sync.core.ops import Op, canonical
from sync.core.trust import BOX, SIGN, CentreKey, Vouched, key_id, vouched_bytes

SEED_BYTES = 32


def new_key(use: str, random: Callable[[int], bytes], voucher: HeldKey | None) -> HeldKey:
    """A new key pair.

    Args:
        use: `sign` or `box`.
        random: Where the seed comes from.
        voucher: The signing key that vouches for it; `None` for the very first one.
    """
    seed = random(SEED_BYTES)
    public = public_of(use, seed.hex())
    key = CentreKey(key_id(public), use, public, None if voucher is None else voucher.id)
    signature = None if voucher is None else _sign(voucher, key.signed_bytes)
    return HeldKey(key.id, use, public, seed.hex(), key.by, signature)


def public_of(use: str, secret: str) -> str:
    """The public key (hex) that belongs to a secret seed (hex).

    Raises:
        ValueError: it is no seed.
    """
    seed = bytes.fromhex(secret)
    if len(seed) != SEED_BYTES:
        raise ValueError("seed")
    return bytes(SigningKey(seed).verify_key if use == SIGN else PrivateKey(seed).public_key).hex()


def _sign(key: HeldKey, message: bytes) -> str:
    return SigningKey(bytes.fromhex(key.secret)).sign(message).signature.hex()


class CentreKeys:
    """The keys of a founded centre.

    Args:
        held: All of them, oldest first.
    """

    def __init__(self, held: Sequence[HeldKey]) -> None:
        self._held = tuple(held)
        self._signer = next(key for key in reversed(held) if key.use == SIGN)
        self._signing = SigningKey(bytes.fromhex(self._signer.secret))
        boxes = [key for key in reversed(held) if key.use == BOX and key.secret]
        self._boxes = [SealedBox(PrivateKey(bytes.fromhex(key.secret))) for key in boxes]

    def are(self, held: Sequence[HeldKey]) -> bool:
        """Whether these are still all the keys that the centre holds."""
        return self._held == tuple(held)

    @property
    def public(self) -> tuple[CentreKey, ...]:
        """What everybody may know of them, each after the one that vouches for it."""
        return tuple(CentreKey(key.id, key.use, key.public, key.by, key.signature) for key in self._held)

    def opens(self, box: str) -> bool | None:
        """Whether the centre still opens what was sealed to this box key; `None` when it is no key of this centre."""
        return next((bool(key.secret) for key in self._held if (key.use, key.id) == (BOX, box)), None)

    @property
    def signer(self) -> str:
        """Id of the key that signs at present."""
        return self._signer.id

    def sign(self, message: bytes) -> bytes:
        """Signature of the present key over a message, 64 bytes."""
        return self._signing.sign(message).signature

    def signed(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A body with the id of the present key and its signature over the canonical JSON."""
        signature = self._signing.sign(canonical(dict(body))).signature.hex()
        return {"body": dict(body), "key": self._signer.id, "signature": signature}

    def vouch(self, op: Op) -> Vouched:
        """The centre's word that it took an op in, for any device to hand it in again."""
        signature = self._signing.sign(vouched_bytes(op.hash)).signature.hex()
        return Vouched(op.to_wire(), self._signer.id, signature)

    def vouched(self, op_hash: str, proof: object) -> bool:
        """Whether a proof that came beside an op is the centre's own word for it."""
        if not isinstance(proof, dict):
            return False
        return self.signed_by_us(proof.get("key"), vouched_bytes(op_hash), proof.get("signature"))

    def signed_by_us(self, key: object, message: bytes, signature: object) -> bool:
        """Whether a signature (hex) over a message is of a signing key of this centre; nonsense is just False."""
        public = next((one.public for one in self._held if one.use == SIGN and one.id == key), None)
        try:
            VerifyKey(bytes.fromhex(public or "")).verify(message, bytes.fromhex(str(signature)))
        except (BadSignatureError, ValueError, TypeError):
            return False
        return True

    def unseal(self, sealed: bytes) -> bytes | None:
        """Open what was sealed to any of the box keys, the newest first."""
        for box in self._boxes:
            try:
                return box.decrypt(sealed)
            except CryptoError:
                continue
        return None
