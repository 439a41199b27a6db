"""Bundles that come part by part, and answers that go home so."""

from sync.central.sqlite.connected import Connected
from sync.central.states import consignment_of
from sync.core.bundle import Answered, Consignment


class SqliteConsignments(Connected):
    """The consignments on one connection, inside a transaction."""

    def consignment(self, carrier: str, bundle: str) -> Consignment | None:
        """How far one has come."""
        row = self._execute(
            "SELECT held, answer, batches, ops FROM consignments WHERE carrier = ? AND bundle = ?", (carrier, bundle)
        ).fetchone()
        return None if row is None else consignment_of(row)

    def consignments(self, carrier: str) -> list[str]:
        """All of a carrier by their bundles, the one that moved longest ago first."""
        rows = self._execute("SELECT bundle FROM consignments WHERE carrier = ? ORDER BY moved_at, bundle", (carrier,))
        return [bundle for (bundle,) in rows]

    def begin_consignment(self, carrier: str, bundle: str, at: str) -> None:
        """Begin one, unless it is there."""
        self._execute(
            "INSERT INTO consignments (carrier, bundle, held, moved_at) VALUES (?, ?, 0, ?) ON CONFLICT DO NOTHING",
            (carrier, bundle, at),
        )

    def add_part(self, carrier: str, bundle: str, answer: str | None, place: int, part: bytes, at: str) -> None:
        """Put bytes behind those that are held, if so many are."""
        moved = self._execute(
            "UPDATE consignments SET held = held + ?, moved_at = ?"
            " WHERE carrier = ? AND bundle = ? AND answer IS ? AND held = ?",
            (len(part), at, carrier, bundle, answer, place),
        )
        if moved.rowcount:
            self._execute(
                "INSERT INTO consignment_parts (carrier, bundle, place, body) VALUES (?, ?, ?, ?)",
                (carrier, bundle, place, part),
            )

    def answer_consignment(self, carrier: str, bundle: str, answer: Answered) -> bool:
        """Let the answer take the place of the bundle's bytes."""
        moved = self._execute(
            "UPDATE consignments SET held = 0, answer = ?, batches = ?, ops = ?"
            " WHERE carrier = ? AND bundle = ? AND answer IS NULL",
            (answer.sha256, answer.batches, answer.ops, carrier, bundle),
        )
        if moved.rowcount:
            self._execute("DELETE FROM consignment_parts WHERE carrier = ? AND bundle = ?", (carrier, bundle))
        return bool(moved.rowcount)

    def part(self, carrier: str, bundle: str, answer: str | None, place: int) -> bytes:
        """Some of the bytes from a place on."""
        row = self._execute(
            "SELECT substr(body, ? - place + 1) FROM consignment_parts JOIN consignments USING (carrier, bundle)"
            " WHERE carrier = ? AND bundle = ? AND answer IS ? AND place <= ? ORDER BY place DESC LIMIT 1",
            (place, carrier, bundle, answer, place),
        ).fetchone()
        return b"" if row is None else bytes(row[0])

    def drop_consignment(self, carrier: str, bundle: str) -> None:
        """Forget one with all its bytes."""
        self._execute("DELETE FROM consignments WHERE carrier = ? AND bundle = ?", (carrier, bundle))

    def drop_consignments(self, before: str) -> None:
        """Forget all that have not moved since an instant."""
        self._execute("DELETE FROM consignments WHERE moved_at < ?", (before,))
