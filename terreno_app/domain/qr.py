"""A text as a QR code: rows of dark and light squares, to be drawn on a screen or on paper."""

from __future__ import annotations

from typing import Final

import segno

MOST_BYTES: Final = 990
"""Of UTF-8. More makes squares so small that no telephone tells them apart on a page or on a laptop's screen."""


def qr_rows(text: str) -> tuple[str, ...]:
    """Return the rows of the smallest code that holds the text, `1` for a dark square, without the light border.

    The code says that its text is UTF-8 by being it: every reader in use guesses that right, and some stumble over the
    marker that would say so. At least one in seven squares may be soiled or torn. What does not fit is cut off at the
    end, with an ellipsis.
    """
    whole = text.encode()
    if len(whole) > MOST_BYTES:
        text = f"{whole[: MOST_BYTES - len('…'.encode())].decode(errors='ignore').rstrip()}…"
    code = segno.make(text, error="m", micro=False, encoding="utf-8")
    return tuple("".join(str(square) for square in line) for line in code.matrix_iter(border=0))
