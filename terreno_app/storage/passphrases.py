"""What opens a laptop: words that the program draws, or a phrase that a person chose and that is not too easy."""

import re
import unicodedata
from collections.abc import Callable

from mnemonic import Mnemonic

from terreno_app.storage.errors import WeakPassphraseError

DRAWN_WORDS = 5
MINIMUM_LENGTH = 16
_MINIMUM_DIFFERENT = 6
_WORD_BITS = 11
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn")
_RUN_LENGTH = 4
_COMMON = re.compile(
    r"(contrasena|password|passwort|qwerty|asdfgh|admin(istrador)?|letmein|iloveyou|teamo|welcome|bienvenid[oa])+"
)


def words() -> tuple[str, ...]:
    """The 2,048 Spanish words of BIP-39, as they are written."""
    return tuple(unicodedata.normalize("NFC", word) for word in Mnemonic("spanish").wordlist)


def draw(random: Callable[[int], bytes]) -> str:
    """Five words drawn with the same chance each: 55 bits.

    Args:
        random: Gives as many random bytes as it is asked for.
    """
    listed = words()
    numbers = (int.from_bytes(random(2), "big") % (1 << _WORD_BITS) for _ in range(DRAWN_WORDS))
    return " ".join(listed[number] for number in numbers)


def normalised(passphrase: str) -> str:
    """A passphrase as it is hashed: accents, case and the number of spaces make no difference."""
    decomposed = unicodedata.normalize("NFKD", passphrase).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.split())


def check_chosen(passphrase: str) -> None:
    """Refuse a passphrase that is too short or that everybody tries first.

    Raises:
        WeakPassphraseError: it is.
    """
    plain = normalised(passphrase)
    if len(plain) < MINIMUM_LENGTH or _is_common(re.sub(r"[^a-z0-9]", "", plain) or plain):
        raise WeakPassphraseError


def _is_common(plain: str) -> bool:
    """Few different characters, a piece over and over, keys in a row, or words that everybody tries."""
    if len(set(plain)) < _MINIMUM_DIFFERENT or (plain + plain).find(plain, 1) < len(plain):
        return True
    rest = _without_runs(plain)
    return len(rest) < MINIMUM_LENGTH // 2 or _COMMON.fullmatch(re.sub(r"[0-9]", "", plain)) is not None


def _without_runs(plain: str) -> str:
    """What is left when keys in a row, forwards or backwards, count for nothing."""
    rows = [row + row for row in _ROWS] + [(row + row)[::-1] for row in _ROWS]
    left, at = "", 0
    while at < len(plain):
        length = max(_run(plain, at, row) for row in rows)
        if length < _RUN_LENGTH:
            left, length = left + plain[at], 1
        at += length
    return left


def _run(plain: str, at: int, row: str) -> int:
    """How many characters from ``at`` on stand in the row as they follow each other."""
    length = 0
    while at + length < len(plain) and plain[at : at + length + 1] in row:
        length += 1
    return length
