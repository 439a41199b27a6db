"""Records like attentions, about 1.6 kB each and all different, as a laptop sends them: ops, edits and batches.

The same number gives the same record in every run. Words are drawn as people repeat them, ids and salts as chance gives
them, so that the records compress as real ones would.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any
from uuid import UUID

import orjson

from sync.client.compose import PrivateValues
from sync.core.ops import Op, canonical, links, private_digest, sha256
from sync.core.protocol import MAX_OPS, Batch

OFFICER = "0199aaaa-0000-7000-8000-000000000001"
AT = "2026-11-21T16:04:05.123Z"
_FIRST_MS = 0x019A_0000_0000
_SYLLABLES = [first + last for first in "bcdfglmnprstv" for last in ("a", "e", "i", "o", "u", "ón", "ía", "es", "ar")]


def _words() -> list[str]:
    draw = random.Random(0)  # noqa: S311 - not for secrets
    return ["".join(draw.choices(_SYLLABLES, k=draw.choice((1, 2, 2, 3, 3, 4)))) for _ in range(2_000)]


_WORDS = _words()
_OFTEN = list(accumulate(1 / place for place in range(1, len(_WORDS) + 1)))
"""The second word is half as frequent as the first, the third a third: so it is in every language."""


def uid(draw: random.Random, number: int) -> str:
    """A UUIDv7 made at the millisecond of that number."""
    value = (_FIRST_MS + number) << 80 | 7 << 76 | draw.getrandbits(12) << 64 | 2 << 62 | draw.getrandbits(62)
    return str(UUID(int=value))


def _chance(number: int, region: str, turn: int) -> random.Random:
    return random.Random(f"{region}/{number}/{turn}")  # noqa: S311 - not for secrets: the same records in every run


def an_attention(number: int, region: str = "13") -> tuple[Op, PrivateValues]:
    """The op that registers an attention, and its private values."""
    draw = _chance(number, region, 0)
    op, record = uid(draw, number), uid(draw, number)
    salt = draw.randbytes(16)
    values = {
        "description": " ".join(draw.choices(_WORDS, cum_weights=_OFTEN, k=34)),
        "answer_given": " ".join(draw.choices(_WORDS, cum_weights=_OFTEN, k=15)),
    }
    fields: dict[str, Any] = {
        "folio": f"T{number % 40:02d}-2026-{number:06d}-9",
        "space": "oirs_terreno",
        "outing": uid(random.Random(number // 120), number // 120),  # noqa: S311
        "received_at": f"2026-11-21T{9 + number % 9:02d}:{draw.randrange(60):02d}:{draw.randrange(60):02d}.000Z",
        "type": draw.choice(("enquiry", "enquiry", "enquiry", "complaint", "suggestion")),
        "own_service": None,
        "concerned_institution": None,
        "topic": draw.choice(("tramites", "vivienda", "identidad")),
        "information_items": [],
        "answer_owed": False,
        "due_on": None,
        "due_rule": None,
        "outcome": "informed",
        "oriented_institution": None,
        "status": "registered",
        "void_reason": None,
        "persons_count": 1,
        "duration_s": draw.randrange(60, 900),
        "wait_min": draw.randrange(40),
        "language": "es",
        "interpreter": False,
        "sex": draw.choice(("F", "M", "X", "NR")),
        "age_band": "NS",
        "nationality": "NS",
        "residence_comuna": draw.choice(("13101", "13114", "13201", "NS")),
        "residence_country": None,
        "education": "NS",
        "occupation": "works",
        "user_type": "citizen",
        "privacy_notice": "2026-1",
        "draw": {
            "u": f"{draw.getrandbits(64):016x}",
            "p": "0.20",
            "selected": draw.random() < 0.2,  # noqa: PLR2004 - one in five
            "eligible": True,
            "reason": None,
        },
        "registered_by": OFFICER,
        "device": OFFICER,
        "form_version": "1",
    }
    made = Op(
        id=op,
        kind="attention",
        record=record,
        region=region,
        schema=1,
        fields=fields,
        seen={},
        author=OFFICER,
        captured_at=AT,
        private=private_digest(salt, values),
    )
    return made, PrivateValues(salt, values)


def an_edit(number: int, region: str = "13", turn: int = 1, seen: int = 0) -> Op:
    """An op that changes a field of an attention.

    Args:
        number: The attention.
        region: Its region.
        turn: Which edit of it this is.
        seen: The turn whose value its author saw; 0 for what was registered.
    """
    made = an_attention(number, region)[0]
    return Op(
        id=_edit_id(number, region, turn),
        kind="attention",
        record=made.record,
        region=region,
        schema=1,
        fields={"duration_s": 1_000 + turn},
        seen={"duration_s": _edit_id(number, region, seen) if seen else made.id},
        author=OFFICER,
        captured_at=AT,
    )


def _edit_id(number: int, region: str, turn: int) -> str:
    return uid(_chance(number, region, turn), 10_000_000 * turn + number)


def batches(
    stream: str, epoch: str, made: Sequence[tuple[Op, PrivateValues | None]], size: int = MAX_OPS
) -> Iterator[Batch]:
    """A stream from its beginning, cut into batches; all of one region."""
    prev = ""
    for start in range(0, len(made), size):
        part = made[start : start + size]
        ops = tuple(op.to_wire() for op, _ in part)
        chain = links(prev, stream, start + 1, [sha256(canonical(op)) for op in ops])
        values = {
            op.id: {"salt": beside.salt.hex(), "fields": dict(beside.fields)}
            for op, beside in part
            if beside is not None
        }
        yield Batch(stream, epoch, part[0][0].region, start + 1, prev, chain[-1], ops, values)
        prev = chain[-1]


def body(batch: Batch) -> bytes:
    """A batch as it travels, before compression."""
    return orjson.dumps(batch.to_wire())
