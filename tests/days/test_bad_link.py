"""A day over a link that loses one packet in five and is cut every few seconds ends as a day over a good one."""

from collections import Counter
from itertools import count

import pytest

from tests.cli.terminal import enquiry
from tests.days.conftest import comunas, today
from tests.days.links import Proxy, a_bad_link
from tests.days.lives import Lives
from tests.days.town import DistantTerminal, MortalCentre, morning
from tests.sync.certificates import a_certificate

HURRIED = {"connect_s": 3, "read_s": 3, "whole_s": 20}
"""Nobody waits a minute for a packet in a test."""
MOST_TRIES = 400


@pytest.fixture(params=[a_bad_link, Proxy], ids=["the best way", "the way of a proxy"])
def link(request):
    made = request.param(seed=1)
    yield made
    made.close()


@pytest.fixture
def laptops(link):
    lives = Lives("tests.days.mortal_laptop", inside=link.at_the_stand)
    yield lives
    lives.close()


@pytest.fixture
def town(link, laptops, tmp_path):
    """Everybody is enrolled over TLS while the link is still good."""
    centre = MortalCentre(
        tmp_path,
        DistantTerminal(laptops=laptops),
        authority=a_certificate(tmp_path, host=link.host),
        host=link.host,
        inside=link.at_the_centre,
        seen=link.seen_from_the_stand,
    )
    centre.found()
    centre.start()
    region, comuna = comunas()[0]
    yield morning(centre, tmp_path, region, comuna, today())
    centre.close()


def test_a_day_over_a_bad_link_ends_as_over_a_good_one(town, link, laptops, soak, tell):
    shared = town.field[0].record(*[enquiry() for _ in range(3)])
    town.settle()
    saved, tries, turns = {}, Counter(), count()

    with link.bad_weather():
        while (turn := next(turns)) < 2 or link.cuts < soak(3, 200):
            lives = [
                laptops.begin(
                    one.folder.name,
                    folder=str(one.folder),
                    record=[enquiry(duration_s=turn) for _ in range(0 if one is town.office else 3)],
                    edit=[[record, f"wait_min={10 * turn + number}"] for record in shared],
                    limits=HURRIED,
                    tries=MOST_TRIES,
                )
                for number, one in enumerate(town.everyone)
            ]
            for life in lives:
                life.listen()
                saved |= dict(zip(life.told("saved"), life.told("record"), strict=True))
                tries += Counter(life.told("error"))
                assert life.told("pending") == [0], life.said
    town.settle()

    tell(f"{link.way}: {link.lost} of {link.sent} packets lost, {link.cuts} cuts, tries that failed {dict(tries)}")
    at_the_centre = Counter(
        (op["op"], record)
        for record in set(saved.values())
        for op in town.office("history", "attention", record)["ops"]
    )
    assert link.cuts > 0
    assert link.lost > link.sent / 10
    assert set(at_the_centre.values()) == {1}
    assert at_the_centre.keys() >= saved.items()
    assert town.same_everywhere()
