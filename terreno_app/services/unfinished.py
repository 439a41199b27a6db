"""What is half written on the pages beside Atención: kept encrypted as it is typed, and given back to whoever wrote it.

An attention has a draft of its own (`services.attentions`). Here are the others, one for each record of a page: all of
them are kept together, so that what was saved or thrown away since is not given back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sync.core.schema import Json
from terreno_app.services.ports import Store

_OWN: Final = "page/{officer}/"
"""What the key of such a draft begins with; page and record follow: a record that is erased is found by its end."""


@dataclass(frozen=True, slots=True)
class HalfWritten:
    """What stands on a page and is saved nowhere.

    Attributes:
        values: What the page reads again; what belongs to a field of a record has that field's name.
        record: Id of the record that it is about, or an empty text for a new one.
        field: Input in which the person was, perhaps an empty text; ``None`` while another page was in sight.
        page: Name of the page.
    """

    values: Mapping[str, Json]
    record: str = ""
    field: str | None = None
    page: str = ""


class Unfinished:
    """The half written pages of one officer.

    Args:
        store: Where they are kept.
        officer: Whose they are; nobody is shown those of another one.
    """

    def __init__(self, store: Store, officer: str) -> None:
        self._store = store
        self._own = _OWN.format(officer=officer)

    def save_draft(self, _key: str, pages: Sequence[HalfWritten]) -> None:
        """Keep these, and forget every other one."""
        kept: dict[str, Any] = {
            f"{self._own}{left.page}/{left.record}": {"values": dict(left.values), "field": left.field}
            for left in pages
        }
        over = [key for key in self._store.drafts() if key.startswith(self._own) and key not in kept]
        if not kept and not over:
            return
        with self._store.transaction() as write:
            for key in over:
                write.discard_draft(key)
            for key, body in kept.items():
                write.save_draft(key, body)

    def drafts(self) -> tuple[HalfWritten, ...]:
        """What this officer left half written."""
        found = []
        for key, body in cast("Mapping[str, Any]", self._store.drafts()).items():
            if key.startswith(self._own):
                page, _, record = key.removeprefix(self._own).partition("/")
                found.append(HalfWritten(body["values"], record, body["field"], page))
        return tuple(found)
