"""The attentions of the day as rows of a table. Words and figures come in; nothing is asked of anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from terreno_app.domain.search import folded
from terreno_app.ui.labels import STATES
from terreno_app.ui.widgets.tables import (
    Cell,
    Column,
    FolioCell,
    MarkCell,
    RowsModel,
    TwoCell,
    state_cell,
)

EVERYTHING: Final = "all"
NEEDY: Final = "needs"
_NEEDY_STATES: Final = ("conflict", "quarantined")
COLUMNS: Final = (
    Column("Hora", 70),
    Column("Folio", 158),
    Column("Tipo", 120),
    Column("Tema y programa"),
    Column("Perfil", 216),
    Column("Estado", 250),
)
TYPE_COLUMN: Final = 2
PROFILE_COLUMN: Final = 4
FOLIO_COLUMN: Final = 1
COMPACT_FOLIO_WIDTH: Final = 96
STATE_COLUMN: Final = 5
COMPACT_STATE_WIDTH: Final = 184


@dataclass(frozen=True, slots=True)
class Asked:
    """The attention of which is asked why it is voided, the question, and the writers that were on screen then."""

    record: str = ""
    question: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One attention, in words; `seen` is what a void of it has to carry (`AttentionRow.seen`)."""

    id: str
    hour: str
    folio: str
    type: str
    topic: str
    institution: str
    profile: str
    state: str
    detail: str = ""
    voided: bool = False
    seen: Mapping[str, str] = field(default_factory=dict)

    @property
    def kept_by(self) -> tuple[str, ...]:
        """The filters that keep it; a voided one is with the voided, not with its state."""
        if self.voided:
            return EVERYTHING, "voided"
        return (EVERYTHING, self.state, *((NEEDY,) if self.state in _NEEDY_STATES else ()))

    @property
    def haystack(self) -> str:
        """All that a search looks in, without accents."""
        return folded(f"{self.folio} {self.hour} {self.type} {self.topic} {self.institution} {self.profile}")


class DayModel(RowsModel[DayRow]):
    """Rows of the day, kept by state and by words."""

    def __init__(self) -> None:
        super().__init__(COLUMNS)
        self._all: tuple[DayRow, ...] = ()
        self._found: tuple[DayRow, ...] = ()
        self._haystacks: dict[str, str] = {}
        self._of_other_days: frozenset[str] = frozenset()
        self._state = EVERYTHING
        self._words = ""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each filter keeps."""
        counts = dict.fromkeys((EVERYTHING, NEEDY, *STATES), 0)
        for row in self._all:
            for key in row.kept_by:
                counts[key] += 1
        return counts

    @property
    def total(self) -> int:
        """How many rows there are before any filter."""
        return len(self._all)

    @property
    def shown_of_other_days(self) -> int:
        """How many of the rows in sight are not of this day."""
        return sum(row.id in self._of_other_days for row in self.rows)

    def take_found(self, rows: Sequence[DayRow]) -> None:
        """Hold what a search found on other days; it stands under the rows of this one."""
        self._found = tuple(rows)
        self._keep()

    def take(self, rows: Sequence[DayRow]) -> None:
        """Hold other rows, under the filter in force."""
        self._all = tuple(rows)
        self._haystacks = {}
        self._keep()

    def keep_state(self, state: str) -> None:
        """Show the rows of one state, or `all`."""
        self._state = state
        self._keep()

    def keep_words(self, words: str) -> None:
        """Show the rows that hold every word; accents and the order do not matter."""
        self._words = folded(words)
        self._keep()

    def place_of(self, record: str) -> int:
        """Where the row of a record stands now, or -1."""
        return next((place for place, row in enumerate(self.rows) if row.id == record), -1)

    def cells(self, row: DayRow) -> tuple[Cell, ...]:
        """The cells of a row."""
        tone = "ink2" if row.voided else "ink"
        return (
            Cell(row.hour, tone=tone),
            FolioCell(row.folio, tone=tone),
            Cell(row.type, tone=tone),
            TwoCell(row.topic, tone=tone, second=row.institution),
            Cell(row.profile, tone=tone),
            _state(row),
        )

    def _keep(self) -> None:
        words, here = self._words.split(), {row.id for row in self._all}
        if words and not self._haystacks:  # once for all the letters of a search
            self._haystacks = {row.id: row.haystack for row in self._all}
        of_today = [row for row in self._all if all(word in self._haystacks[row.id] for word in words)]
        of_other_days = [row for row in self._found if row.id not in here]
        self._of_other_days = frozenset(row.id for row in of_other_days)
        self.show_rows([row for row in (*of_today, *of_other_days) if self._state in row.kept_by])


def _state(row: DayRow) -> MarkCell:
    return state_cell("voided", row.detail) if row.voided else state_cell(row.state, row.detail)
