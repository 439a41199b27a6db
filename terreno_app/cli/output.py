"""How a command answers: one JSON object a line for programs, Spanish for people, errors in three parts."""

import sys
from collections.abc import Mapping
from typing import Any

import orjson

from terreno_app.services.errors import ServiceError


class Output:
    """Where a command's words go.

    Attributes:
        as_json: The caller is a program.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    @property
    def moves(self) -> bool:
        """Somebody is looking: a bar that moves may be drawn."""
        return sys.stdout.isatty() and not self.as_json

    def answer(self, told: Mapping[str, Any], *people: str) -> None:
        """Give the answer: the object for a program, the lines for a person."""
        if self.as_json:
            self.line(told)
            return
        for sentence in people:
            self.say(sentence)

    def name(self, told: Mapping[str, Any], what: str, value: str) -> None:
        """Give one value: a script gets it alone on its line, a person who looks is also told what it is."""
        self.answer(told, f"{what}: {value}" if self.moves else value)

    def say(self, sentence: str) -> None:
        """A plain line for a person, out at once; nothing for a program."""
        if not self.as_json:
            print(sentence, flush=True)  # noqa: T201 - this is where a command speaks

    def line(self, told: Mapping[str, Any]) -> None:
        """One JSON object on a line of its own, out at once."""
        sys.stdout.write(orjson.dumps(dict(told), default=str).decode() + "\n")
        sys.stdout.flush()

    def error(self, error: ServiceError) -> None:
        """What happened, what is safe, what to do next."""
        if self.as_json:
            self.line(error.to_json())
            return
        for head, words in (("Qué pasó", error.happened), ("Qué está a salvo", error.safe), ("Qué hacer", error.next)):
            print(f"{head}: {words}", file=sys.stderr)  # noqa: T201
