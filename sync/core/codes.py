"""Enrolment codes: what one person reads out and another types. The secret half never travels; a MAC proves it.

Crockford's base 32: no I, L, O, U; what people write for them is read as 1, 1, 0. The first four characters find the
code at the centre, the rest is the secret (60 bits or more). After a dot may stand the SHA-256 of the centre's
certificate, for a centre that no authority vouches for; such a code is pasted, not typed.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.core.errors import SyncError
from sync.core.ops import canonical

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH = 4
SECRET_LENGTH = 12
MAX_SECRET_LENGTH = 60
_GROUP = 4
_BEFORE_FINGERPRINT = "."
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


class MisspeltCodeError(SyncError):
    """The text is no enrolment code; the message repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """One code.

    Attributes:
        id: Finds the code at the centre; it travels.
        secret: Proves it; it never travels.
        fingerprint: SHA-256 of the one certificate to accept from the centre, 64 lower-case hex digits.
    """

    id: str
    secret: str = field(repr=False)
    fingerprint: str | None = None

    @classmethod
    def parse(cls, text: str) -> "EnrolmentCode":
        """Read a code as somebody typed it: any case, dashes and blanks anywhere.

        Raises:
            MisspeltCodeError: a letter is not of the alphabet, it is too short or too long, or the fingerprint is none.
        """
        typed, pinned, fingerprint = text.strip().partition(_BEFORE_FINGERPRINT)
        plain = typed.upper().translate(_READ_AS)
        if set(plain) - set(ALPHABET):
            raise MisspeltCodeError("alphabet")
        if not ID_LENGTH + SECRET_LENGTH <= len(plain) <= ID_LENGTH + MAX_SECRET_LENGTH:
            raise MisspeltCodeError("length")
        return cls(plain[:ID_LENGTH], plain[ID_LENGTH:], _fingerprint(fingerprint) if pinned else None)

    @classmethod
    def from_random(cls, random: bytes) -> "EnrolmentCode":
        """A new code from random bytes, five bits of each.

        Args:
            random: One byte a character: 4 + 12 or more.
        """
        return cls.parse("".join(ALPHABET[byte & 31] for byte in random))

    def __str__(self) -> str:
        """The code as it is shown: groups of four with dashes, and the fingerprint after a dot."""
        plain = self.id + self.secret
        shown = "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))
        return shown if self.fingerprint is None else f"{shown}{_BEFORE_FINGERPRINT}{self.fingerprint}"

    def mac(self, members: Mapping[str, Any]) -> str:
        """HMAC-SHA256 (hex) keyed by the secret's ASCII text, over the canonical JSON of a request's other members."""
        return hmac.new(self.secret.encode("ascii"), canonical(dict(members)), hashlib.sha256).hexdigest()

    def proves(self, members: Mapping[str, Any], mac: str) -> bool:
        """Whether the MAC of a request was made with this code, compared in constant time."""
        return hmac.compare_digest(self.mac(members).encode(), mac.encode(errors="replace"))


def _fingerprint(text: str) -> str:
    """As it is compared; programs that show one put colons between the bytes, and capital letters."""
    plain = text.replace(":", "").lower()
    if not _FINGERPRINT.fullmatch(plain):
        raise MisspeltCodeError("fingerprint")
    return plain
