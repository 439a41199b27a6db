"""Between the page of Administración and the key slots: an open officer gives one more person a key of their own."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from terreno_app.services.errors import explain
from terreno_app.services.keys import Keys
from terreno_app.services.laptop import Laptop, Person
from terreno_app.ui.labels import plural
from terreno_app.ui.messages import good_news, notice_of
from terreno_app.ui.screens.administration.form import AdministrationForm
from terreno_app.ui.screens.administration.table_model import OfficerLine
from terreno_app.ui.tasks import TaskRunner


class AdministrationPresenter(QObject):
    """Lists keys and adds one.

    Signals:
        refreshed: The page was entered, or what it shows may be another.
        look_asked: The person wants another theme or size of text.
    """

    refreshed = Signal()
    look_asked = Signal()

    def __init__(
        self, form: AdministrationForm, keys: Keys, laptop: Laptop, person: Person, runner: TaskRunner
    ) -> None:
        super().__init__(form)
        self._form, self._keys, self._laptop, self._person, self._runner = form, keys, laptop, person, runner
        self._busy = False
        form.submitted.connect(self._add)
        form.look_asked.connect(self.look_asked)

    def refresh(self) -> None:
        """Read again who has a key, and propose a passphrase."""
        self._form.propose(self._keys.propose())
        self._runner.run(self._read, self._show, self._failed)
        self.refreshed.emit()

    def _read(self) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
        return self._keys.holders(), self._keys.without()

    def _show(self, read: tuple[tuple[Person, ...], tuple[Person, ...]]) -> None:
        holders, without = read
        told = plural(len(holders), "persona puede abrir", "personas pueden abrir")
        rows = [OfficerLine(one.id, one.name, one.id == self._person.id) for one in holders]
        self._form.show_officers(f"{self._laptop.label} · {told}", rows, [(one.id, one.name) for one in without])

    def _add(self, officer: str, phrase: str, again: str) -> None:
        if self._busy:
            return
        if not officer:
            self._form.refuse(person="Elija a la persona")
        elif not phrase:
            self._form.refuse(phrase="Escriba la frase, la propuesta u otra")
        elif phrase != again:
            self._form.refuse(again="No es igual a la primera" if again else "Escríbala otra vez")
        else:
            self._busy = True
            self._form.refuse()
            self._form.set_busy(busy=True)
            self._runner.run(partial(self._keys.add, officer, phrase), self._added, self._failed)

    def _added(self, person: Person) -> None:
        self._busy = False
        self._form.set_busy(busy=False)
        self._form.clear()
        self._form.tell(good_news(f"{person.name} ya puede abrir este equipo", "Entra con F12 y su frase de paso."))
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self._form.set_busy(busy=False)
        told = explain(error)
        if told.code == "weak_passphrase":
            self._form.refuse(phrase="Muy corta o muy conocida: use la propuesta, o 16 caracteres o más")
        else:
            self._form.tell(notice_of(error))
