from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from terreno_app.domain.reports import sensitive
from terreno_app.domain.reports.hiding import is_small
from terreno_app.domain.reports.spec import tally
from tests.domain.reports.records import an_attention


def counted(records: list[dict[str, Any]], **scope: Any) -> dict[str, Any]:
    asked = sensitive.spec("2026-11", scope.get("space"), scope.get("region"))
    return sensitive.assemble({count.name: tally(records, count) for count in asked.counts})


def consenting(n: int, **answers: Any) -> list[dict[str, Any]]:
    return [an_attention(sensitive_consent="verbal", **answers) for _ in range(n)]


def test_answers_are_counted_of_those_who_consented_and_no_others() -> None:
    records = [
        *consenting(12, indigenous_people="MAPUCHE", supports=["csg"]),
        *consenting(8, disability="no"),
        an_attention(sensitive_consent="none", indigenous_people="MAPUCHE"),
        an_attention(indigenous_people="MAPUCHE"),
        an_attention(sensitive_consent="written", indigenous_people="MAPUCHE", status="voided"),
        an_attention(sensitive_consent="written", received_at="2026-10-01T15:00:00.000Z"),
        an_attention(sensitive_consent="written", region="05"),
    ]

    found = counted(records, region="13")

    assert found["asked"] == 20
    assert [(row["dimension"], row["value"], row["n"]) for row in found["rows"]] == [
        ("indigenous_people", "MAPUCHE", 12),
        ("indigenous_people", "NS", 8),
        ("disability", "NS", 12),
        ("disability", "no", 8),
        ("gender_identity", "NS", 20),
        ("supports", "NS", 8),
        ("supports", "yes", 12),
    ]


def test_of_fewer_than_five_who_consented_nothing_is_told() -> None:
    assert counted(consenting(4, disability="yes")) == counted([]) == {"asked": None, "rows": []}


codes = st.sampled_from([None, "a", "b", "NR"])
answers = st.lists(
    st.fixed_dictionaries(
        {
            "indigenous_people": codes,
            "disability": codes,
            "gender_identity": codes,
            "supports": st.sampled_from([None, ["csg"]]),
        }
    ),
    max_size=25,
)


@given(answers)
def test_no_group_of_one_to_four_is_in_any_version_nor_follows_from_the_others(given: list[dict[str, Any]]) -> None:
    found = counted([an_attention(sensitive_consent="electronic", **one) for one in given])

    for question in (*sensitive.QUESTIONS, sensitive.SUPPORTS):
        cells = [row["n"] for row in found["rows"] if row["dimension"] == question]
        shown = [n for n in cells if n is not None]
        assert not any(map(is_small, shown))
        assert len(cells) - len(shown) != 1
        assert not cells or not is_small(found["asked"] - sum(shown))
