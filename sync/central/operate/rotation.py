"""New keys for a centre, and the end of the old ones.

The signing key before vouches for both new keys, so that a laptop learns them by itself. Its secret is destroyed at
once: what it signed verifies with its public key for ever, and nobody can sign with it any more. The old box key is
kept for 35 days, longer than laptops keep what they sealed to it, and on while something waits that only it opens.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from sync.central.ground import Surroundings
from sync.central.held import HeldKey, Table
from sync.central.keys import new_key
from sync.central.ports import Store, Transaction
from sync.central.quarantine import WAITING
from sync.core.instants import instant, parse_instant
from sync.core.trust import BOX, SIGN

KEEP_BOX = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Rotated:
    """Keys that were made and keys that ended.

    Attributes:
        made: Ids of the new keys.
        destroyed: Ids of those whose secret was destroyed.
    """

    made: tuple[str, ...]
    destroyed: tuple[str, ...]


def rotate(store: Store, surroundings: Surroundings, keep: Callable[[Transaction], object]) -> Rotated:
    """Give a centre a new signing key and a new box key.

    Args:
        store: Its database.
        surroundings: Time, randomness and ids.
        keep: Puts a copy of the centre with its new keys away, before anybody learns of them: what laptops seal to a
            key that is lost nobody reads again.
    """
    now = surroundings.now()
    with store.writing() as tx:
        signer = next(key for key in reversed(tx.keys()) if key.use == SIGN)
        made = tuple(new_key(use, surroundings.random, signer) for use in (SIGN, BOX))
        for key in made:
            tx.add_key(key, instant(now))
        tx.destroy_secret(signer.id)
        rotated = Rotated(tuple(key.id for key in made), (signer.id, *_end_boxes(tx, now)))
        keep(tx)
    return rotated


def end_old_keys(store: Store, now: datetime) -> tuple[str, ...]:
    """Destroy the secrets of box keys whose time is over; their ids."""
    with store.reading() as tx:
        due = any(_over(tx, now))
    if not due:
        return ()
    with store.writing() as tx:
        return tuple(_end_boxes(tx, now))


def _end_boxes(tx: Transaction, now: datetime) -> Iterator[str]:
    for key in tuple(_over(tx, now)):
        if not _still_needed(tx, key):
            tx.destroy_secret(key.id)
            yield key.id


def _over(tx: Transaction, now: datetime) -> Iterator[HeldKey]:
    """Box keys with a secret whose successor was made more than 35 days ago."""
    made_at = {row[0]: row[1] for row in tx.rows(Table("centre_keys", ("id", "made_at")))}
    held = tx.keys()
    for key, successor in pairwise(key for key in held if key.use == BOX):
        if key.secret and parse_instant(made_at[successor.id]) + KEEP_BOX <= now:
            yield key


def _still_needed(tx: Transaction, key: HeldKey) -> bool:
    """Whether something waits in quarantine that is sealed to this key: nothing is ever dropped."""
    box = SealedBox(PrivateKey(bytes.fromhex(key.secret)))
    waiting = (op for op, state in tx.rows(Table("quarantine", ("op", "state"))) if state == WAITING)
    return any(_opens(box, text) for op in waiting for text in _texts(tx, op))


def _texts(tx: Transaction, op: str) -> Iterator[str]:
    """Whatever may be sealed in the private values of an op."""
    written = tx.written((op,)).get(op)
    entry = {} if written is None or written.private is None else written.private
    fields = entry.get("fields")
    for value in (entry.get("sealed"), *(fields.values() if isinstance(fields, dict) else ())):
        if isinstance(value, str):
            yield value


def _opens(box: SealedBox[PrivateKey], text: str) -> bool:
    try:
        box.decrypt(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, TypeError, CryptoError):
        return False
    return True
