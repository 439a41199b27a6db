"""The promises of the page, over histories with every misfortune; `make simulation` and `make soak` play more."""

import pytest

from tests.simulator.seeds import IN_PAGE, IN_TESTS, tried
from tests.simulator.stage import unmeasured

BLOCK = 25


@pytest.mark.parametrize("first", range(0, IN_TESTS, BLOCK), ids=lambda first: f"seeds {first} to {first + BLOCK - 1}")
def test_no_history_breaks_a_promise(first: int) -> None:
    with unmeasured():
        found = tried(range(first, first + BLOCK))

    assert found.broken == {}, found.told()


def test_the_histories_hold_every_misfortune() -> None:
    with unmeasured():
        counts = tried(range(IN_PAGE)).counts

    missing = [what for what in MISFORTUNES if not counts[what]]
    assert missing == []


MISFORTUNES = (
    "requests lost on its way",
    "requests answered, the answer lost",
    "requests arrived twice",
    "requests answered, a copy comes later",
    "requests comes late, when nobody waits any more",
    "requests given an older answer",
    "requests the centre died over it",
    "requests of an older program than the centre's",
    "requests of a newer program than the centre's",
    "kills",
    "clocks set",
    "clones",
    "backups put back",
    "laptops restored",
    "enrolments",
    "new keys of the centre",
    "centres brought back",
    "erasures",
    "devices made revoked",
    "bundles",
    "bundles answered",
    "answers received",
    "long rests",
    "restarts",
    "restarts of the centre",
    "open conflicts",
    "closed conflicts",
    "superseded conflicts",
    "applied ops",
    "agreed ops",
    "conflict ops",
    "quarantined ops",
    "rejected ops",
)
