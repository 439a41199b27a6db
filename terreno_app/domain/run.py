"""The RUN (and the RUT of organisations, which follows the same rule).

`python-stdnum` refuses bodies under seven digits, which living people have; hence a rule of our own.
"""

from __future__ import annotations

import re
from itertools import cycle

from terreno_app.domain.errors import DomainError

_SHAPE = re.compile(r"([0-9]{1,9})-?([0-9K])")
_NOISE = re.compile(r"[.\s]")


class InvalidRunError(DomainError):
    """A text is no RUN: its shape is another, its body is 0, or its check digit does not match."""


def check_digit(body: int) -> str:
    """Return the modulo 11 digit of a RUN: `0` to `9`, or `K`.

    Source: weights 2 to 7 from the right, over and over; 11 − remainder, 11 → 0, 10 → K (Registro Civil).
    """
    weighted = sum(int(digit) * weight for digit, weight in zip(reversed(str(body)), cycle(range(2, 8)), strict=False))
    return "0123456789K0"[11 - weighted % 11]


def parse_run(text: str) -> str:
    """Read a RUN as people write it: dots, spaces, a small k and the dash are free.

    Returns:
        The form that is stored: `12531909-2`.

    Raises:
        InvalidRunError: the shape is another, the body is 0, or the check digit does not match.
    """
    parts = _SHAPE.fullmatch(_NOISE.sub("", text).upper().replace("‐", "-").replace("–", "-"))
    if parts is None:
        raise InvalidRunError("not the shape of a RUN")
    body, digit = int(parts[1]), parts[2]
    if body == 0:
        raise InvalidRunError("the body of a RUN is not 0")
    if check_digit(body) != digit:
        raise InvalidRunError("the check digit does not match")
    return f"{body}-{digit}"


def format_run(run: str) -> str:
    """Write a stored RUN as people read it: `12531909-2` → `12.531.909-2`."""
    body, _, digit = run.partition("-")
    return f"{int(body):,}".replace(",", ".") + f"-{digit}"
