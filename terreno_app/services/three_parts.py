"""What every error says to a person: what happened, what is safe, what to do next; and what the command ends with."""

from typing import NamedTuple

KEPT = "Lo que ya estaba guardado sigue en este equipo."
NOTHING_CHANGED = "No se cambió nada."


class Words(NamedTuple):
    """Three sentences and an exit status."""

    happened: str
    safe: str
    next: str
    exit: int = 2

    def about(self, **details: object) -> "Words":
        """The same sentences with their gaps filled."""
        happened, safe, then = (sentence.format(**details) for sentence in self[:3])
        return Words(happened, safe, then, self.exit)
