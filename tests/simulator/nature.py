"""What the simulated world is made of: the hour, chance and ids. One seed gives the same of each, in the same order."""

import hashlib
import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from nacl.bindings import crypto_box
from nacl.encoding import Encoder, RawEncoder
from nacl.public import PrivateKey, PublicKey, SealedBox

from tests.simulator.toy import uid

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Nature:
    """The outside world of one execution.

    Attributes:
        chance: What people do and what befalls them; the programs never draw from it.
        slips: Where a program draws an id that there is already; apart, so that a history without one stays as it is.
        at: The true hour, which is also the centre's.
    """

    def __init__(self, seed: int | str, space: int = 0x0199) -> None:
        self.chance = random.Random(f"{seed}/fate")  # noqa: S311 - no secret
        self.slips = random.Random(f"{seed}/slips")  # noqa: S311 - no secret
        self.at = START
        self._bytes = random.Random(f"{seed}/bytes")  # noqa: S311 - no secret
        self._space = space
        self._numbers = itertools.count(1)

    def now(self) -> datetime:
        """The true hour; a little passes whenever somebody looks."""
        self.at += timedelta(milliseconds=1)
        return self.at

    def random(self, size: int) -> bytes:
        """Random bytes for a program."""
        return self._bytes.randbytes(size)

    def new_id(self) -> str:
        """An id that nobody has yet."""
        return uid(self._space, next(self._numbers))


class SkewedClock:
    """A laptop's clock.

    Args:
        nature: The true hour.
    """

    def __init__(self, nature: Nature) -> None:
        self._nature = nature
        self.skew = timedelta(0)

    def now(self) -> datetime:
        """The hour that the laptop takes for true."""
        return self._nature.now() + self.skew


def _seal(self: SealedBox, plaintext: bytes, encoder: type[Encoder] = RawEncoder) -> bytes:
    """A sealed box like libsodium's, but its one-time key comes from what it seals: the same every time."""
    recipient: PublicKey = self._public_key
    once = PrivateKey(hashlib.sha256(bytes(recipient) + plaintext).digest())
    nonce = hashlib.blake2b(bytes(once.public_key) + bytes(recipient), digest_size=24).digest()
    return encoder.encode(bytes(once.public_key) + crypto_box(plaintext, nonce, bytes(recipient), bytes(once)))


@contextmanager
def sealed_alike() -> Iterator[None]:
    """libsodium draws the key of a sealed box itself; here it is drawn from the seed, so that replays are alike."""
    with patch.object(SealedBox, "encrypt", _seal):
        yield
