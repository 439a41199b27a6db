"""What the centre needs of a database to hold bundles that come part by part, and answers that go home so."""

from typing import Protocol

from sync.core.bundle import Answered, Consignment


class Carriage(Protocol):
    """Consignments: each is one carrier's, is named by the SHA-256 of the bundle, and is no part of a copy."""

    def consignment(self, carrier: str, bundle: str) -> Consignment | None:
        """How far one has come."""
        ...

    def consignments(self, carrier: str) -> list[str]:
        """All of a carrier by their bundles, the one that moved longest ago first."""
        ...

    def begin_consignment(self, carrier: str, bundle: str, at: str) -> None:
        """Begin one, unless it is there."""
        ...

    def add_part(self, carrier: str, bundle: str, answer: str | None, place: int, part: bytes, at: str) -> None:
        """Put bytes behind those that are held.

        Args:
            carrier: With `bundle` the name of the consignment.
            bundle: SHA-256 of the bundle, hex.
            answer: SHA-256 of the answer to which they belong, hex; `None`: they belong to the bundle.
            place: How many bytes come before them; where that is not what is held, nothing is done.
            part: The bytes.
            at: The present instant.
        """
        ...

    def answer_consignment(self, carrier: str, bundle: str, answer: Answered) -> bool:
        """Let the answer take the place of the bundle's bytes; its own come part by part.

        Returns:
            False when there is an answer already, or no such consignment; nothing is done then.
        """
        ...

    def part(self, carrier: str, bundle: str, answer: str | None, place: int) -> bytes:
        """Some of the bytes from a place on, of the bundle or of the answer to it; none at the end."""
        ...

    def drop_consignment(self, carrier: str, bundle: str) -> None:
        """Forget one with all its bytes."""
        ...

    def drop_consignments(self, before: str) -> None:
        """Forget all that have not moved since an instant."""
        ...
