"""Bundles that come part by part, and answers that go home so."""

from sync.central.postgres.connected import Connected
from sync.central.states import consignment_of
from sync.core.bundle import Answered, Consignment


class PostgresConsignments(Connected):
    """The consignments on one connection, inside a transaction."""

    def consignment(self, carrier: str, bundle: str) -> Consignment | None:
        """How far one has come."""
        row = self._one(
            "SELECT held, answer, batches, ops FROM consignments WHERE carrier = %s AND bundle = %s", (carrier, bundle)
        )
        return None if row is None else consignment_of(row)

    def consignments(self, carrier: str) -> list[str]:
        """All of a carrier by their bundles, the one that moved longest ago first."""
        rows = self._execute("SELECT bundle FROM consignments WHERE carrier = %s ORDER BY moved_at, bundle", (carrier,))
        return [bundle for (bundle,) in rows]

    def begin_consignment(self, carrier: str, bundle: str, at: str) -> None:
        """Begin one, unless it is there."""
        self._execute(
            "INSERT INTO consignments (carrier, bundle, held, moved_at) VALUES (%s, %s, 0, %s) ON CONFLICT DO NOTHING",
            (carrier, bundle, at),
        )

    def add_part(self, carrier: str, bundle: str, answer: str | None, place: int, part: bytes, at: str) -> None:
        """Put bytes behind those that are held, if so many are."""
        moved = self._execute(
            "UPDATE consignments SET held = held + %s, moved_at = %s"
            " WHERE carrier = %s AND bundle = %s AND answer IS NOT DISTINCT FROM %s AND held = %s",
            (len(part), at, carrier, bundle, answer, place),
        )
        if moved.rowcount:
            self._execute(
                "INSERT INTO consignment_parts (carrier, bundle, place, body) VALUES (%s, %s, %s, %s)",
                (carrier, bundle, place, part),
            )

    def answer_consignment(self, carrier: str, bundle: str, answer: Answered) -> bool:
        """Let the answer take the place of the bundle's bytes."""
        moved = self._execute(
            "UPDATE consignments SET held = 0, answer = %s, batches = %s, ops = %s"
            " WHERE carrier = %s AND bundle = %s AND answer IS NULL",
            (answer.sha256, answer.batches, answer.ops, carrier, bundle),
        )
        if moved.rowcount:
            self._execute("DELETE FROM consignment_parts WHERE carrier = %s AND bundle = %s", (carrier, bundle))
        return bool(moved.rowcount)

    def part(self, carrier: str, bundle: str, answer: str | None, place: int) -> bytes:
        """Some of the bytes from a place on."""
        row = self._one(
            "SELECT substr(body, (%s - place + 1)::integer)"
            " FROM consignment_parts JOIN consignments USING (carrier, bundle)"
            " WHERE carrier = %s AND bundle = %s AND answer IS NOT DISTINCT FROM %s AND place <= %s"
            " ORDER BY place DESC LIMIT 1",
            (place, carrier, bundle, answer, place),
            binary=True,
        )
        return b"" if row is None else bytes(row[0])

    def drop_consignment(self, carrier: str, bundle: str) -> None:
        """Forget one with all its bytes."""
        self._execute("DELETE FROM consignments WHERE carrier = %s AND bundle = %s", (carrier, bundle))

    def drop_consignments(self, before: str) -> None:
        """Forget all that have not moved since an instant."""
        self._execute("DELETE FROM consignments WHERE moved_at < %s", (before,))
