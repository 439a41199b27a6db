import pytest

from terreno_app.domain.clock import InvalidPeriodError
from terreno_app.domain.reports import trend
from terreno_app.domain.reports.spec import tally
from tests.domain.reports.records import an_attention


def test_thirteen_months_end_with_the_one_asked() -> None:
    names = trend.months("2026-02")

    assert (len(names), names[0], names[-2], names[-1]) == (13, "2025-02", "2026-01", "2026-02")


@pytest.mark.parametrize("period", ["2026", "2026-Q4", "2026-13"])
def test_only_a_month_has_a_trend(period: str) -> None:
    with pytest.raises(InvalidPeriodError):
        trend.spec(period, None, None)


def test_attentions_are_counted_in_the_month_of_santiago() -> None:
    records = [
        *(an_attention(received_at="2026-11-01T03:00:00.000Z") for _ in range(5)),
        an_attention(received_at="2026-11-01T02:59:59.999Z"),
        an_attention(received_at="2025-11-05T12:00:00.000Z"),
        an_attention(received_at="2025-10-31T12:00:00.000Z"),
        an_attention(received_at="2026-12-01T03:00:00.000Z"),
        an_attention(status="voided"),
        an_attention(region="05"),
    ]
    asked = trend.spec("2026-11", "oirs", "13")

    figures = trend.assemble(asked, {count.name: tally(records, count) for count in asked.counts})

    counted = {figure.month: figure.attentions for figure in figures if figure.attentions}
    assert counted == {"2025-11": 1, "2026-10": 1, "2026-11": 5}


def test_the_public_does_not_see_months_of_one_to_four() -> None:
    asked = trend.spec("2026-11", None, None)
    rows = [{trend.MONTH: 202611, "n": 4}, {trend.MONTH: 202610, "n": 5}]

    figures = trend.assemble(asked, {"months": rows}, public=True)

    assert [figure.attentions for figure in figures[-3:]] == [0, 5, None]
