"""What laptops hand in that not everybody may see: notes with a private body, and the person of a note."""

from typing import Any

from tests.central.speaking import Laptop, statuses


def private_note(laptop: Laptop, **fields: Any) -> Any:
    """A note with a private body, received."""
    values = {"body": "By the bridge"}
    op = laptop.op(fields={"title": "A", "space": "street", **fields}, values=values)
    answer = laptop.push(op, values={op.id: values})
    assert statuses(answer) == ["applied"]
    return op


def person(laptop: Laptop, note: Any, name: str = "Juana") -> Any:
    values = {"name": name}
    op = laptop.op("person", record=note.record, fields={}, values=values)
    laptop.push(op, values={op.id: values})
    return op
