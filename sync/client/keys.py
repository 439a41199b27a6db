"""The device's own key pairs, and checks of what others signed. Where the seeds are kept is the store's business."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

from sync.client.errors import UNKNOWN_KEY, ForgedError
from sync.core.trust import SIGN, CentreKey, Certificate, by_use

SEED_BYTES = 32


@dataclass(frozen=True)
class DeviceKeys:
    """Ed25519 to sign and X25519 to be written to, each from 32 secret bytes that never leave the device.

    Attributes:
        sign_seed: Secret of the signing key.
        box_seed: Secret of the box key.
    """

    sign_seed: bytes = field(repr=False)
    box_seed: bytes = field(repr=False)

    @cached_property
    def _signing(self) -> SigningKey:
        return SigningKey(self.sign_seed)

    @cached_property
    def _box(self) -> PrivateKey:
        return PrivateKey(self.box_seed)

    @property
    def sign_key(self) -> str:
        """Public signing key, hex."""
        return bytes(self._signing.verify_key).hex()

    @property
    def box_key(self) -> str:
        """Public box key, hex."""
        return bytes(self._box.public_key).hex()

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature over a message, 64 bytes."""
        return self._signing.sign(message).signature

    def unseal(self, sealed: bytes) -> bytes:
        """Open what somebody sealed to this device.

        Raises:
            ForgedError: it is not sealed to this device, or was altered.
        """
        try:
            return SealedBox(self._box).decrypt(sealed)
        except CryptoError as error:
            raise ForgedError("sealed", "not_for_us") from error


def seal(box_key: str, message: bytes) -> str:
    """Seal to a public box key (hex), as text: only the owner of the key opens it, not even who sealed it."""
    sealed = SealedBox(PublicKey(bytes.fromhex(box_key))).encrypt(message)
    return base64.b64encode(sealed).decode()


def signature_holds(public_key: str, message: bytes, signature: str) -> bool:
    """Whether an Ed25519 signature (hex) over the message is of that public key (hex); nonsense is just False."""
    try:
        VerifyKey(bytes.fromhex(public_key)).verify(message, bytes.fromhex(signature))
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True


def trusted_keys(
    known: Mapping[str, Mapping[str, str]], offered: Iterable[CentreKey]
) -> tuple[tuple[CentreKey, ...], tuple[CentreKey, ...]]:
    """Which offered keys of the centre a known one vouches for, over any number of steps.

    Args:
        known: The keys that the device trusts, by use and id.
        offered: What the centre says its keys are.

    Returns:
        The new trusted ones, and those for which nobody known vouches.
    """
    signers = dict(known.get(SIGN, {}))
    held = {key for keys in known.values() for key in keys}
    waiting = [key for key in offered if key.id not in held]
    trusted: list[CentreKey] = []
    while vouched := [key for key in waiting if _vouched(key, signers)]:
        trusted += vouched
        signers |= {key.id: key.key for key in vouched if key.use == SIGN}
        waiting = [key for key in waiting if key not in vouched]
    return tuple(trusted), tuple(waiting)


def _vouched(key: CentreKey, signers: Mapping[str, str]) -> bool:
    signer = signers.get(key.by or "")
    return signer is not None and signature_holds(signer, key.signed_bytes, key.signature or "")


def signing_key(known: Mapping[str, Mapping[str, str]], offered: Iterable[CentreKey], key: str) -> str | None:
    """A signing key of the centre by its id, if it is trusted or a trusted one vouches for it; public, hex."""
    vouched, _ = trusted_keys(known, offered)
    return {**known.get(SIGN, {}), **by_use(vouched)[SIGN]}.get(key)


def first_keys(offered: Iterable[CentreKey]) -> tuple[CentreKey, dict[str, dict[str, str]]]:
    """The centre's keys as a device meets them for the first time.

    Returns:
        The first signing key, over which people compare words, and all keys by use and id.

    Raises:
        ForgedError: there is not exactly one first signing key, or a key for which it does not vouch.
    """
    keys = tuple(offered)
    roots = [key for key in keys if key.by is None and key.use == SIGN]
    if len(roots) != 1:
        raise ForgedError("keys", "first_key")
    trusted, unknown = trusted_keys(by_use(roots), keys)
    if unknown:
        raise ForgedError("keys", "not_vouched")
    return roots[0], by_use((*roots, *trusted))


def verify_certificate(
    certificate: Certificate, sign_key: str, box_key: str, centre: Mapping[str, Mapping[str, str]]
) -> None:
    """Check that the centre gave this certificate, and to these keys.

    Args:
        certificate: What came.
        sign_key: The device's public signing key, hex.
        box_key: The device's public box key, hex.
        centre: The centre's keys that the device trusts, by use and id.

    Raises:
        ForgedError: it did not.
    """
    signer = centre.get(SIGN, {}).get(certificate.key)
    if signer is None:
        raise ForgedError("certificate", UNKNOWN_KEY)
    if not signature_holds(signer, certificate.signed_bytes, certificate.signature):
        raise ForgedError("certificate", "signature")
    if (certificate.body["sign_key"], certificate.body["box_key"]) != (sign_key, box_key):
        raise ForgedError("certificate", "other_keys")
