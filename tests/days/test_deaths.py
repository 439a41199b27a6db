"""Killed anywhere and run again, laptops and centre end as after an undisturbed day: nothing is lost or doubled."""

import random
import re
from collections import Counter
from itertools import count

import pytest

from sync.client.receipts import verify_delivery
from terreno_app.desktop import open_laptop
from terreno_app.machine import Machine
from tests.cli.terminal import PHRASE, ROOT, enquiry
from tests.days.mortal_centre import AFTER_COMMIT, BEFORE_COMMIT
from tests.days.town import no_wait

CLIENT = ROOT / "sync" / "client"
POINTS = sorted(
    {
        point
        for file in CLIENT.glob("*.py")
        if file.name != "bundle.py"
        for point in re.findall(r'\bat\("([a-z.]+)"\)', file.read_text("utf-8"))
    }
)
"""Every point of a synchronisation over the network, as the code names them."""
KILLED = -9
WORDS = 30
"""About as many as a laptop says in one life: saves, points of the engine, the end."""


class DyingDay:
    """A day on which laptops and centre die again and again; nobody ever repairs anything."""

    def __init__(self, town, laptops, server, seed):
        self.town = town
        self.server = server
        self.laptops = laptops
        self.chance = random.Random(seed)  # noqa: S311 - deaths are drawn, not keys
        self.numbers = count(1)
        self.saved = {}
        self.deaths = Counter()
        self.warnings = set()
        shared = self.live(town.field[0], record=[enquiry() for _ in range(4)])
        self.shared = shared.told("record")
        town.settle()

    def live(self, equipment, listen=True, **told):
        """A life that registers, edits what others edit too, and synchronises."""
        if "record" not in told:
            made = 0 if equipment is self.town.office else 2
            told["record"] = [enquiry(duration_s=next(self.numbers)) for _ in range(made)]
            told["edit"] = [[self.chance.choice(self.shared), f"wait_min={next(self.numbers)}"] for _ in range(2)]
        life = self.laptops.begin(equipment.folder.name, folder=str(equipment.folder), **told)
        return self.end(life) if listen else life

    def end(self, life):
        life.listen()
        assert life.exit in {0, KILLED}
        self.saved |= dict(zip(life.told("saved"), life.told("record"), strict=True))
        self.warnings |= {code for codes in life.told("warnings") for code in codes}
        return life

    def laptop_dies_at(self, point, number):
        life = self.live(self.chance.choice(self.town.field), point=point, number=number)
        self.deaths[f"laptop at {point}"] += life.exit == KILLED

    def laptop_dies_sometime(self):
        life = self.live(self.chance.choice(self.town.everyone), listen=False)
        for _ in range(self.chance.randrange(WORDS)):
            life.hear()
        life.hear(self.chance.random() / 200)
        if life.exit is None:
            life.kill()
        self.deaths["laptop at some moment"] += self.end(life).exit == KILLED

    def centre_dies_at(self, point):
        self.town.centre.end()
        centre = self.town.centre.start(point, self.chance.randint(1, 4))
        self.everybody_lives()
        centre.listen(0.1)
        self.deaths[f"centre {point}"] += centre.exit == KILLED
        self.town.centre.end()
        self.town.centre.start()

    def centre_dies_sometime(self):
        centre = self.town.centre.life
        self.everybody_lives(self.town.centre.end)
        self.deaths["centre at some moment"] += centre.exit == KILLED
        self.town.centre.start()

    def database_dies_sometime(self):
        """The server of the database: whoever has no answer yet hears that the centre cannot serve."""
        self.everybody_lives(self.server.kill)
        self.server.start()
        self.deaths["database at some moment"] += 1

    def everybody_lives(self, meanwhile=lambda: None):
        lives = [self.live(one, listen=False) for one in self.town.everyone]
        watched = self.chance.choice(lives)
        for _ in range(self.chance.randrange(4, WORDS)):
            watched.hear()
        meanwhile()
        for life in lives:
            self.end(life)

    def die(self, deaths):
        """Die so often, in as many ways, in an order that is drawn."""
        share = max(1, (deaths - len(POINTS)) // (5 if self.server else 4))
        ways = [
            *[(self.database_dies_sometime,)] * (share if self.server else 0),
            *[(self.laptop_dies_at, point, 1) for point in POINTS],
            *[(self.laptop_dies_sometime,)] * share,
            *[(self.centre_dies_at, BEFORE_COMMIT)] * share,
            *[(self.centre_dies_at, AFTER_COMMIT)] * share,
            *[(self.centre_dies_sometime,)] * share,
        ]
        self.chance.shuffle(ways)
        for way, *told in ways:
            way(*told)
        while self.deaths.total() < deaths:
            self.laptop_dies_at(self.chance.choice(POINTS), self.chance.randint(1, 3))


def receipts_of(equipment):
    """How many receipts a laptop keeps; each is verified from its own ops."""
    with_key = open_laptop(equipment.folder, None, lambda: PHRASE, machine=Machine(wait=no_wait))
    try:
        keys = with_key.store.identity().centre_keys
        kept = list(with_key.store.deliveries())
        for delivery in kept:
            verify_delivery(delivery, keys)
        return len(kept)
    finally:
        with_key.close()


@pytest.fixture
def day(begin, mortal_centre, laptops, kept_by, request):
    server = request.getfixturevalue("server") if kept_by == "postgres" else None
    return DyingDay(begin(mortal_centre), laptops, server, seed=1)


@pytest.mark.parametrize("kept_by", ["sqlite", "postgres"], indirect=True)
def test_deaths_at_every_step_and_at_any_moment_lose_and_double_nothing(day, soak, tell):
    town = day.town

    day.die(soak(40, 1_000))
    once_more = [one.sync() for one in town.everyone]
    town.sync()

    tell(f"{day.deaths.total()} deaths, {len(day.saved)} ops: {dict(sorted(day.deaths.items()))}")
    assert [one["pending"] for one in once_more] == [0, 0, 0]
    assert day.deaths.keys() >= {f"laptop at {point}" for point in POINTS}
    assert min(day.deaths.values()) > 0
    assert day.warnings <= {"saved_meanwhile"}
    assert town.same_everywhere()
    at_the_centre = Counter(
        (op["op"], record)
        for record in set(day.saved.values())
        for op in town.office("history", "attention", record)["ops"]
    )
    assert set(at_the_centre.values()) == {1}
    assert at_the_centre.keys() >= day.saved.items()
    assert all(receipts_of(one) > 0 for one in town.everyone)
    assert town.centre.faults() == []
