"""What a program takes from the machine that it runs on: the hour, chance, waiting, and what a key may cost.

The composition roots are handed one; tests hand another. No option and no variable of the environment reaches it.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from terreno_app.domain.clock import Clock

if TYPE_CHECKING:
    from terreno_app.storage.keyslots import Strength  # with it come the ciphers, which no help page needs


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Machine:
    """What is given from outside.

    Attributes:
        clock: The hour.
        random: Gives as many random bytes as it is asked for.
        wait: Lets so many seconds pass: between tries of a passphrase, and of the centre.
        strength: Cost of a new key slot; ``None`` measures this machine and never goes under the floor.
    """

    clock: Clock = field(default_factory=SystemClock)
    random: Callable[[int], bytes] = os.urandom
    wait: Callable[[float], None] = time.sleep
    strength: "Strength | None" = None


THIS_MACHINE = Machine()
"""The real one."""
