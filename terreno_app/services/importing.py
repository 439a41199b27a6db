"""Bringing in the register of another space (TIC, Buzón, OIRS): look first, then register row by row.

Each row is committed by itself and gets its id from the key of its register, so that a file may come again, also after
it was cut off: what is here already is `repeated`. A row that is here with other content is told and changes nothing.
"""

from collections.abc import Iterator

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.errors import Problem, RejectedError
from terreno_app.domain.importing import IMPORTED_SPACES, ColumnMap, Entry, Table, entry_of, map_problems
from terreno_app.services.attentions import Attentions
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.paper import Paper, Rejection, Saved
from terreno_app.services.ports import Store


class Importing:
    """Registers the rows of a table.

    Args:
        store: What is here already.
        paper: Registers a record that a program holds.
        attentions: Says what would keep an attention from being registered.
        laptop: Whose region the rows are of.
        catalogues: Codes and their labels.
    """

    def __init__(
        self, store: Store, paper: Paper, attentions: Attentions, laptop: Laptop, catalogues: Catalogues
    ) -> None:
        self._store = store
        self._paper = paper
        self._attentions = attentions
        self._laptop = laptop
        self._catalogues = catalogues

    def preview(self, table: Table, mapping: ColumnMap, space: str) -> Iterator[Saved | Rejection]:
        """Say what would become of each row; nothing is saved.

        Raises:
            ServiceError: `rejected` when the mapping does not fit the table, `usage` for a space that is not imported.
        """
        for number, entry in self._entries(table, mapping, space):
            if isinstance(entry, Rejection):
                yield entry
            else:
                yield from self._told(number, entry, mapping, None)

    def run(self, table: Table, mapping: ColumnMap, space: str, author: str) -> Iterator[Saved | Rejection]:
        """Register each row; an answer is given only when it is committed or refused.

        Raises:
            ServiceError: as `preview`; or the environment failed, and the rows answered so far are safe.
        """
        for number, entry in self._entries(table, mapping, space):
            if isinstance(entry, Rejection):
                yield entry
            else:
                yield from self._told(number, entry, mapping, author)

    def _entries(self, table: Table, mapping: ColumnMap, space: str) -> Iterator[tuple[int, Entry | Rejection]]:
        if space not in IMPORTED_SPACES:
            raise ServiceError("usage", what=f"--space es {', '.join(IMPORTED_SPACES)}.")
        unfit = map_problems(mapping, table.headings)
        if unfit:
            raise RejectedDraftError(unfit)
        held: dict[str, Entry] = {}
        for number, cells in table.rows:
            try:
                entry = entry_of(cells, mapping, space, self._laptop.region, self._catalogues)
            except RejectedError as error:
                for problem in error.problems:
                    yield number, Rejection(number, problem.field, problem.code, problem.message)
                continue
            if held.setdefault(entry.id, entry) == entry:
                yield number, entry
            else:
                words = f"Otra fila del archivo tiene la misma «{mapping.key}» y dice otra cosa."
                yield number, Rejection(number, mapping.key, "key_reused", words)

    def _told(self, number: int, entry: Entry, mapping: ColumnMap, author: str | None) -> Iterator[Saved | Rejection]:
        """What became of a row, or without an author what would."""
        try:
            yield self._registered(number, entry, author)
        except RejectedDraftError as error:
            yield from (_of_column(number, problem, mapping) for problem in error.problems)

    def _registered(self, number: int, entry: Entry, author: str | None) -> Saved:
        known = self._store.shown("attention", entry.id)
        if known is None:
            found = self._attentions.check(AttentionDraft(entry.attention, entry.identity or None))
            if found:
                raise RejectedDraftError(found)
            if author is None:
                return Saved(number, entry.id, "", repeated=False)
        # A record that is here is only compared, never written again.
        saved = self._paper.register_one({"kind": "attention", "id": entry.id, **entry.attention}, author or "")
        identity = {"kind": "identity", "id": entry.id, **entry.identity}
        if entry.identity and (author is not None or self._store.shown("identity", entry.id) is not None):
            self._paper.register_one(identity, author or "")
        return Saved(number, saved.id, saved.folio, repeated=saved.repeated)


def _of_column(number: int, problem: Problem, mapping: ColumnMap) -> Rejection:
    """A problem of a field, told of the column that it came from."""
    rule = mapping.rules.get(problem.field) or mapping.rules.get(f"identity.{problem.field}")
    return Rejection(number, problem.field if rule is None else rule.column, problem.code, problem.message)
