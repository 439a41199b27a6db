"""Which of five classes a figure of a map falls in, and what the class is called."""

import math

from terreno_app.domain.spanish import number

CLASSES = 5
HIDDEN_SHADE = -1
_NICE = (1, 2, 3, 4, 5, 6, 8, 10)


def step_of(largest: int) -> int:
    """The width of a class: a round number, so that five hold the largest figure."""
    wanted = max(1, math.ceil(largest / CLASSES))
    power: int = 10 ** (len(str(wanted)) - 1)
    return min(nice * power for nice in _NICE if nice * power >= wanted)


def shade(n: int | None, step: int) -> int:
    """The class of a figure, 0 for none; a hidden figure has one of its own."""
    return HIDDEN_SHADE if n is None else math.ceil(n / step)


def range_words(shade: int, step: int) -> str:
    """The figures of a class: «1 a 20»."""
    if shade == 0:
        return "ninguna"
    low, high = (shade - 1) * step + 1, shade * step
    return number(low) if low == high else f"{number(low)} a {number(high)}"
