"""What stands on the acta de jornada is counted over the attentions that stand."""

from terreno_app.domain.acta import DayFigures, counted_in, day_figures
from terreno_app.domain.fields import Json
from terreno_app.domain.outing import Material
from tests.ui.views import an_acta


def test_voided_attentions_are_counted_apart() -> None:
    drawn: dict[str, Json] = {"draw": {"eligible": True, "selected": True}, "persons_count": 3}
    passed: dict[str, Json] = {"draw": {"eligible": True, "selected": False}, "answer_owed": True}
    voided: dict[str, Json] = {**drawn, "status": "voided"}

    figures = day_figures([drawn, passed, voided, {"draw": None}], answered=1)

    assert figures == DayFigures(attentions=3, voided=1, persons=5, owed=1, eligible=2, drawn=1, answered=1)


def test_what_was_counted_by_hand_is_read_off_the_session() -> None:
    session: dict[str, Json] = {
        "informed_count": {"talk": 4},
        "materials": [{"item": "Folleto", "quantity": 7}],
        "incidents": "Lluvia",
    }

    assert counted_in(session) == ({"material": 0, "talk": 4, "other": 0}, (Material("Folleto", 7),), "Lluvia")
    assert counted_in({}) == ({"material": 0, "talk": 0, "other": 0}, (), "")


def test_an_acta_is_signed_by_its_signature_and_sums_the_informed() -> None:
    assert an_acta().informed_total == 198
    assert not an_acta().signed
    assert an_acta(signature="ab").signed
