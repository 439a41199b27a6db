"""Who may do what: every act of every sort of device equals the list of what is allowed, cell by cell."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.central.api import build_app
from sync.central.serve import serving
from terreno_app.reconciliation import schema
from tests.central.speaking import World
from tests.factories import catalogues
from tests.security.access import UNKNOWN, Everybody

LIST = Path(__file__).parents[1] / "cases" / "access.txt"
LEAST_CELLS = 400


def allowed() -> dict[str, dict[str, str]]:
    """The list: a line an act, a column a caller; `-` is an answer that tells nothing."""
    lines = [line for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    _, *callers = lines[0].split()
    rows = (line.rsplit(maxsplit=len(callers)) for line in lines[1:])
    return {act.strip(): dict(zip(callers, cells, strict=True)) for act, *cells in rows}


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    world = World(tmp_path_factory.mktemp("centre"), schema=schema(catalogues()))
    with serving(build_app(world.centre)) as url:
        made = Everybody(world, url)
        made.try_everything()
        yield made
    world.store.close()


@pytest.mark.parametrize("act", allowed())
def test_an_act_ends_for_everybody_as_the_list_says(everybody: Everybody, act: str) -> None:
    assert everybody.told[act] == allowed()[act]


def test_the_list_names_every_act_and_every_caller(everybody: Everybody, tell: Callable[[str], None]) -> None:
    cells = sum(len(row) for row in allowed().values())

    tell(f"{len(allowed())} acts of {len(everybody.callers)} sorts of device: {cells} cells")
    assert cells >= LEAST_CELLS
    assert allowed().keys() == everybody.told.keys()
    assert all(row.keys() == everybody.callers.keys() for row in allowed().values())


@pytest.mark.parametrize("caller", ["maker", "mate", "office", "gone", "clone", "stranger"])
def test_a_foreign_id_and_an_unknown_one_answer_the_same(everybody: Everybody, caller: str) -> None:
    for kind in sorted(everybody.of_one_region):
        foreign = everybody.record_of_the_south(kind)

        assert everybody.answers_about(caller, kind, foreign) == everybody.answers_about(caller, kind, UNKNOWN)
        assert everybody.answers_about("s_office", kind, foreign) != everybody.answers_about("s_office", kind, UNKNOWN)
