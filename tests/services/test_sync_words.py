"""What a person is told about a synchronisation that went on all the same."""

import re
from pathlib import Path

from sync.client.errors import RefusedError
from sync.client.progress import SyncOutcome, SyncWarning
from sync.core.problems import ProblemType, problem
from terreno_app.services.errors import explain
from terreno_app.services.laptop import Laptop
from terreno_app.services.sync_day import SyncDay
from terreno_app.storage.errors import DiskFullError

CLIENT = Path(__file__).parents[2] / "sync" / "client"
GIVEN = {"revoked", "unconfirmed", "too_old"}


class Warned:
    """A run that ends with warnings."""

    def __init__(self, *codes: str) -> None:
        self._codes = codes

    def run(self) -> SyncOutcome:
        return SyncOutcome(
            warnings=tuple(SyncWarning(code, "-7" if code == "clock_offset" else "T07") for code in self._codes)
        )


class FullShelf:
    """No room for one more."""

    def put(self, *, by_itself: bool = False) -> None:
        raise DiskFullError


def test_every_warning_of_the_engine_has_words() -> None:
    codes = {
        code for file in CLIENT.glob("*.py") for code in re.findall(r"\.warn\(\"(\w+)\"", file.read_text())
    } | GIVEN

    field = Laptop("device", "T07", "field", "13", "http://127.0.0.1:9")
    day = SyncDay(None, field, lambda *_: Warned(*sorted(codes)), FullShelf(), lambda: None, tuple)
    outcome = day.run(lambda _: None, lambda: False)

    assert len(codes) >= 9
    assert {warning.code for warning in outcome.warnings} == {*codes, "no_backup"}
    assert all(len(warning.message) > 30 and "{" not in warning.message for warning in outcome.warnings)
    assert "-7" not in " ".join(warning.message for warning in outcome.warnings)


def test_a_centre_that_cannot_read_a_question_is_said_to_be_an_older_one() -> None:
    told = explain(RefusedError(problem(ProblemType.UNREADABLE, "the part 'count' of a count is not well formed")))

    assert "versión anterior" in told.happened
    assert "actualizarlo" in told.next
    assert "Avise a la coordinación" in explain(RefusedError(problem(ProblemType.NOT_FOUND))).next
