"""Between the page of a new outing and the use case: it saves an outing of today and says where to go on."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.search import SearchEntry, SearchIndex, spans
from terreno_app.services.laptop import Laptop, Person
from terreno_app.services.paper import Paper, Saved
from terreno_app.ui.labels import full_day
from terreno_app.ui.messages import notice_of
from terreno_app.ui.screens.outings.plan_form import PlanForm, PlannedPlace
from terreno_app.ui.tasks import TaskRunner
from terreno_app.ui.widgets.search import Found

_MOST: Final = 12


class Comunas:
    """Comunas that can be searched; those of the laptop's region come first, where they match as well as others."""

    def __init__(self, catalogues: Catalogues, region: str) -> None:
        near = sorted(catalogues.comunas, key=lambda one: one.region != region)
        regions = {one.code: one.short_label for one in catalogues.regions}
        self._near = {one.code for one in near if one.region == region}
        self._aliases = {one.code: one.aliases for one in near}
        self._found = {one.code: Found(one.code, one.label, regions.get(one.region, "")) for one in near}

    @cached_property
    def _index(self) -> SearchIndex:
        return SearchIndex(
            SearchEntry(one.code, one.text, self._aliases[one.code], one.note) for one in self._found.values()
        )

    def search(self, text: str) -> Sequence[Found]:
        """What matches a text, the likeliest first."""
        if not text.strip():
            return list(self._found.values())[:_MOST]
        near = (self._found[code] for code in self._index.search(text, _MOST))
        found = (replace(one, spans=spans(one.text, text)) for one in near)
        return sorted(found, key=lambda one: (not one.spans, one.code not in self._near))


class PlanPresenter(QObject):
    """Saves.

    Signals:
        planned: An outing was made here; carries its id.
    """

    planned = Signal(str)

    def __init__(
        self, form: PlanForm, paper: Paper, laptop: Laptop, clock: Clock, person: Person, runner: TaskRunner
    ) -> None:
        super().__init__(form)
        self._form, self._paper, self._laptop = form, paper, laptop
        self._clock, self._person, self._runner = clock, person, runner
        self._busy = False
        form.submitted.connect(self._save)

    def begin(self) -> None:
        """Show the page."""
        today = full_day(santiago_day(self._clock.now()))
        self._form.begin(f"{self._laptop.label} · {today}")

    def _save(self, place: PlannedPlace) -> None:
        if self._busy:
            return
        self._busy = True
        today = santiago_day(self._clock.now()).isoformat()
        team = {"lead": self._person.id, "team": [self._person.id]}
        record: dict[str, Any] = {"kind": "outing", "planned_on": today, **team, **place.fields()}
        self._runner.run(partial(self._paper.register_one, record, self._person.id), self._saved, self._failed)

    def _saved(self, saved: Saved) -> None:
        self._busy = False
        self._form.clear()
        self.planned.emit(saved.id)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self._form.tell(notice_of(error))
