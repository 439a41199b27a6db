"""Who can open this laptop: officers' key slots, and the names they are known by."""

from collections.abc import Callable, Sequence
from typing import Protocol

from terreno_app.services.laptop import Person
from terreno_app.services.ports import Store


class SlotView(Protocol):
    """A key slot, as far as a list shows it."""

    @property
    def officer(self) -> str:
        """Officer id."""
        ...

    @property
    def name(self) -> str:
        """The officer's name."""
        ...


class KeyRing(Protocol):
    """The folder's key slots, opened."""

    @property
    def officer(self) -> str:
        """Whose passphrase opened them."""
        ...

    def add_officer(self, officer: str, name: str, passphrase: str) -> SlotView:
        """Make a slot."""
        ...

    def remove_officer(self, officer: str) -> None:
        """Take a slot away; the database key changes at the next unlock."""
        ...

    def change_passphrase(self, passphrase: str) -> None:
        """Give who opened the folder another passphrase; the database key changes at the next unlock."""
        ...

    def check(self, passphrase: str) -> None:
        """Ask for the passphrase of who opened the folder again."""
        ...

    def delay_s(self) -> int:
        """Seconds to wait before the next try."""
        ...

    def rename_officer(self, officer: str, name: str) -> None:
        """Show an officer by another name."""
        ...


class Keys:
    """Key slots of the people that the centre knows.

    Args:
        store: The laptop's store.
        ring: The key slots, opened.
        slots: Who has one, as the closed folder tells it.
        draw: Draws a passphrase.

    Attributes:
        opener: Who opened this laptop, by the name that was last learned: a screen asks often, and waits for no disk.
    """

    def __init__(
        self, store: Store, ring: KeyRing, slots: Callable[[], Sequence[SlotView]], draw: Callable[[], str]
    ) -> None:
        self._store = store
        self._ring = ring
        self._slots = slots
        self._draw = draw
        self.opener = self.person(ring.officer)

    def holders(self) -> tuple[Person, ...]:
        """Who can open this laptop, by the names of the register."""
        return tuple(self.person(slot.officer) for slot in self._slots())

    def without(self) -> tuple[Person, ...]:
        """Who works according to the register and has no key here, by name."""
        slots = {slot.officer for slot in self._slots()}
        known = self._store.select("officer")
        waiting = [one.record for one in known if one.record not in slots and one.fields.get("active_to") is None]
        return tuple(sorted(map(self.person, waiting), key=lambda one: one.name))

    def propose(self) -> str:
        """Words drawn for a new key."""
        return self._draw()

    def add(self, officer: str, passphrase: str) -> Person:
        """Give a person a key of their own.

        Raises:
            StorageError: ``known_officer``, ``weak_passphrase``.
        """
        person = self.person(officer)
        self._ring.add_officer(officer, person.name, passphrase)
        return person

    def remove(self, officer: str) -> None:
        """Take a person's key away.

        Raises:
            StorageError: ``unknown_officer``, ``last_officer``.
        """
        self._ring.remove_officer(officer)

    def change(self, passphrase: str) -> None:
        """Give whoever opened this laptop another passphrase.

        Raises:
            StorageError: ``weak_passphrase``.
        """
        self._ring.change_passphrase(passphrase)

    def check(self, passphrase: str) -> None:
        """Ask whoever opened this laptop for the passphrase again; a failure counts like one at the door.

        Raises:
            StorageError: ``wrong_passphrase``.
        """
        self._ring.check(passphrase)

    def delay_s(self) -> int:
        """Seconds that a screen waits before it lets a person try again."""
        return self._ring.delay_s()

    def person(self, officer: str) -> Person:
        """An officer as the register names them; before the first synchronisation as their key slot does."""
        shown = self._store.shown("officer", officer)
        if shown is None:
            return Person(officer, next((slot.name for slot in self._slots() if slot.officer == officer), officer))
        return Person(officer, str(shown.fields.get("name") or officer), str(shown.fields.get("role") or "officer"))

    def learn_names(self) -> None:
        """Write the register's names into the slots, so that the unlock screen shows them."""
        for slot in self._slots():
            name = self.person(slot.officer).name
            if name not in {slot.name, slot.officer}:
                self._ring.rename_officer(slot.officer, name)
        self.opener = self.person(self._ring.officer)
