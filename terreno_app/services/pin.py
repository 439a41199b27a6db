"""The PIN of the day: it opens the screen again while the key is in memory, and never opens a file.

It is chosen after the passphrase, held in memory alone and forgotten with it. Five tries, the later ones after a wait,
then the passphrase. Source: security.md, "Keys".
"""

import hashlib
import hmac
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # with it comes the whole of a store, which the closed laptop does not need
    from terreno_app.services.ports import Random

DIGITS: Final = 6
TRIES: Final = 5
FREE_TRIES: Final = 2
"""Failed tries without a wait."""
_SALT_BYTES: Final = 16


class PinError(ValueError):
    """Not a PIN that keeps anybody out.

    Attributes:
        code: `not_six_digits`, or `easy` for one digit repeated or counted up or down.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Pin:
    """A PIN and the tries that were made.

    Args:
        digits: Six of them.
        random: Where the salt comes from.

    Raises:
        PinError: it is too short or too easy.
    """

    def __init__(self, digits: str, random: "Random") -> None:
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
            raise PinError("not_six_digits")
        steps = {(int(after) - int(before)) % 10 for before, after in pairwise(digits)}
        if len(steps) == 1 and steps <= {0, 1, 9}:
            raise PinError("easy")
        self._salt = random(_SALT_BYTES)
        self._kept = self._digest(digits)
        self._failures = 0

    @property
    def tries_left(self) -> int:
        """How many tries there are before only the passphrase opens."""
        return TRIES - self._failures

    @property
    def delay_s(self) -> int:
        """Seconds to wait before the next try: 2 after the third failure, twice as long each time."""
        return 0 if self._failures <= FREE_TRIES else 1 << (self._failures - FREE_TRIES)

    def opens(self, digits: str) -> bool:
        """One try; after the last one nothing opens any more."""
        if self.tries_left <= 0:
            return False
        if hmac.compare_digest(self._digest(digits), self._kept):
            self._failures = 0
            return True
        self._failures += 1
        return False

    def _digest(self, digits: str) -> bytes:
        return hashlib.blake2b(digits.encode(), salt=self._salt).digest()
