"""The promises of the page, over histories with every misfortune; `make simulation` and `make soak` play more."""

import pytest

from tests.simulator.seeds import IN_PAGE, IN_TESTS, tried
from tests.simulator.stage import unmeasured

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
    "devices made coordination",
    "devices made field",
    "bundles",
    "bundles answered",
    "answers received",
    "long rests",
    "ids given twice",
    "reused ids rejected",
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


@pytest.mark.parametrize("first", range(0, IN_TESTS, IN_PAGE), ids=lambda first: f"from seed {first} on")
def test_a_hundred_histories_hold_every_misfortune_and_break_no_promise(first: int) -> None:
    with unmeasured():
        found = tried(range(first, first + IN_PAGE))

    assert found.broken == {}, found.told()
    assert [what for what in MISFORTUNES if not found.counts[what]] == []
