from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports.comparison import COMPARED
from terreno_app.domain.reports.report import Report
from terreno_app.domain.reports.spec import ReportSpec, Row, tally
from terreno_app.paths import resources
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop, Role
from terreno_app.services.reports import CentralTallies, Reports, verify
from terreno_app.storage.resources import load_catalogues
from tests.domain.reports.records import a_session, an_attention, an_outing


class MemoryStore:
    """Answers counts over the records it was given, as the meaning of the counts says."""

    def __init__(self, *records: Mapping[str, Any]) -> None:
        self._records = records

    def tallies(self, spec: Mapping[str, Any]) -> dict[str, list[Row]]:
        counts = ReportSpec.from_wire(spec).counts
        return {count.name: tally(self._records, count) for count in counts}

    def cursors(self) -> dict[str, int]:
        return {"13": 812}

    def shown(self, _kind: str, _record: str) -> None:
        return None


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def catalogues() -> Catalogues:
    return load_catalogues(resources())


def reports_on(
    catalogues: Catalogues,
    *records: Mapping[str, Any],
    role: Role = "coordination",
    region: str = "13",
    central: CentralTallies | None = None,
) -> Reports:
    laptop = Laptop("d1", "T07", role, region, "https://centro.gob.cl")
    return Reports(MemoryStore(*records), StoppedClock(), laptop, catalogues, central)


def refusal(reports: Reports, *asked: Any, **more: Any) -> ServiceError:
    with pytest.raises(ServiceError) as raised:
        reports.build(*asked, **more)
    return raised.value


def _made_from(report: Report) -> dict[str, Any]:
    return {name: value for name, value in report.cut_off.items() if name != COMPARED}


def test_a_report_is_of_the_region_of_the_laptop_and_says_what_it_was_made_from(catalogues: Catalogues) -> None:
    outing = an_outing(id="o1")
    session = a_session(outing, device="d7")
    closed = a_session(outing, device="d8", closed_at="2026-11-10T20:00:00.000Z")
    doubles = [an_outing(merged_into="o1"), an_outing(merged_into="o1", planned_on="2026-12-01")]
    reports = reports_on(catalogues, an_attention(), an_attention(region="05"), outing, session, closed, *doubles)

    report = reports.build("monthly_summary", "2026-11")

    assert report.totals["attentions"] == 1
    assert report.filters == {"space": None, "region": "13"}
    assert _made_from(report) == {
        "generated_at": "2026-12-01T12:00:00.000Z",
        "source": "local",
        "devices_not_synced": 1,
        "duplicates": 1,
        "feeds": {"13": 812},
        "form_versions": [""],
        "not_held": [],
    }


@pytest.mark.parametrize("name", ["monthly_summary", "coverage", "pmg", "satisfaction"])
@pytest.mark.parametrize("source", ["local", "central"])
def test_a_report_says_with_which_versions_of_the_form_its_attentions_were_taken(
    catalogues: Catalogues, name: str, source: str
) -> None:
    held = [
        *(an_attention(form_version=version) for version in ("2", "1", "2", None)),
        an_attention(form_version="7", status="voided"),
        an_attention(form_version="8", received_at="2026-12-24T12:00:00.000Z"),
        an_attention(form_version="9", region="05"),
    ]

    def central(spec: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tallies": MemoryStore(*held).tallies(spec)}

    report = reports_on(catalogues, *held, central=central).build(name, "2026-11", source=source)

    assert report.cut_off["form_versions"] == ["", "1", "2"]


def test_a_report_without_attentions_says_no_version_of_their_form(catalogues: Catalogues) -> None:
    report = reports_on(catalogues, an_attention(form_version="1")).build("diagnosis", "2026")

    assert "form_versions" not in report.cut_off


@pytest.mark.parametrize(
    ("role", "region", "space", "asked", "missing"),
    [
        ("coordination", "13", None, None, ["other_regions"]),
        ("coordination", "CL", None, "CL", []),
        ("coordination", "CL", None, "05", []),
        ("field", "13", None, "13", ["other_spaces", "before_60_days", "referrals_of_other_devices"]),
        ("field", "13", "oirs_terreno", "13", ["before_60_days", "referrals_of_other_devices"]),
    ],
)
def test_a_laptop_says_what_it_does_not_hold(
    catalogues: Catalogues, role: Role, region: str, space: str | None, asked: str | None, missing: list[str]
) -> None:
    reports = reports_on(catalogues, role=role, region=region)

    report = reports.build("monthly_summary", "2026-11", space=space, region=asked)

    assert report.cut_off["not_held"] == missing


@pytest.mark.parametrize(("region", "missing"), [("13", ["other_regions"]), ("CL", None)])
def test_the_centre_gives_a_laptop_of_a_region_only_that_and_the_report_says_so(
    catalogues: Catalogues, region: str, missing: list[str] | None
) -> None:
    held = MemoryStore(an_attention())
    reports = reports_on(catalogues, region=region, central=lambda spec: {"tallies": held.tallies(spec)})

    report = reports.build("monthly_summary", "2026-11", region=None, source="central")

    assert report.cut_off.get("not_held") == missing


def test_the_public_version_is_suppressed(catalogues: Catalogues) -> None:
    reports = reports_on(catalogues, an_attention())

    report = reports.build("monthly_summary", "2026-11", public=True)

    assert report.suppressed
    assert report.totals["attentions"] is None


def test_the_same_records_give_the_same_digest_here_and_at_the_centre(catalogues: Catalogues) -> None:
    held = MemoryStore(an_attention(), an_attention(sex="F"))

    def central(spec: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tallies": held.tallies(spec), "devices_not_synced": 2, "feeds": {"13": 900}}

    reports = reports_on(catalogues, *held._records, central=central)

    here, there = (reports.build("monthly_summary", "2026-11", source=source) for source in ("local", "central"))

    assert here.digest == there.digest
    assert here.cut_off[COMPARED] == there.cut_off[COMPARED]
    assert _made_from(there) == {
        "generated_at": "2026-12-01T12:00:00.000Z",
        "source": "central",
        "devices_not_synced": 2,
        "duplicates": 0,
        "feeds": {"13": 900},
        "form_versions": [""],
    }


def test_what_the_centre_had_not_counted_yet_is_told(catalogues: Catalogues) -> None:
    held = MemoryStore(an_attention())
    reports = reports_on(
        catalogues, central=lambda spec: {"tallies": held.tallies(spec), "feeds": {"13": 900}, "behind": {"13": 7}}
    )

    report = reports.build("monthly_summary", "2026-11", source="central")

    assert report.cut_off["behind"] == {"13": 7}


@pytest.mark.parametrize("answer", [{}, {"tallies": []}, {"tallies": {"totals": []}}], ids=["none", "list", "one"])
def test_an_answer_without_every_figure_is_refused(catalogues: Catalogues, answer: dict[str, Any]) -> None:
    reports = reports_on(catalogues, central=lambda _: answer)

    error = refusal(reports, "monthly_summary", "2026-11", source="central")

    assert error.code == "bad_answer"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("weekly", "2026-11"), "unknown_report"),
        (("monthly_summary", "2026-13"), "bad_period"),
        (("annual", "2026-11"), "bad_period"),
        (("monthly_summary", "2026-11", "office"), "unknown_space"),
        (("monthly_summary", "2026-11", None, "99"), "unknown_region"),
        (("monthly_summary", "2026-11", None, "05"), "region_not_here"),
        (("monthly_summary", "2026-11", None, "13", "elsewhere"), "usage"),
        (("monthly_summary", "2026-11", None, "13", "central"), "report_not_here"),
    ],
    ids=["report", "period", "no year", "space", "no region", "other region", "source", "no way to the centre"],
)
def test_what_cannot_be_asked_is_told_in_words(catalogues: Catalogues, asked: tuple[Any, ...], code: str) -> None:
    error = refusal(reports_on(catalogues), *asked)

    assert (error.code, error.exit) == (code, 2)
    assert error.next


def test_a_field_laptop_does_not_ask_the_centre(catalogues: Catalogues) -> None:
    reports = reports_on(catalogues, role="field", central=lambda _: {})

    error = refusal(reports, "monthly_summary", "2026-11", source="central")

    assert error.code == "report_not_here"


def test_a_field_laptop_holds_no_answers_and_says_so(catalogues: Catalogues) -> None:
    coordination = reports_on(catalogues)

    error = refusal(reports_on(catalogues, role="field"), "satisfaction", "2026-11")

    assert error.code == "report_not_here"
    assert coordination.build("satisfaction", "2026-11").report == "satisfaction"


def test_a_summary_stands_beside_the_periods_before_and_in_public_without_few(catalogues: Catalogues) -> None:
    before = [an_attention(received_at="2026-10-10T12:00:00.000Z") for _ in range(3)]
    reports = reports_on(catalogues, an_attention(), *before)

    whole, public = (reports.build("monthly_summary", "2026-11", public=public) for public in (False, True))

    told = [report.cut_off[COMPARED][0] for report in (whole, public)]
    assert [(row["n"], row["before"], row["accumulated"]) for row in told] == [(1, 3, 4), (None, None, None)]


@pytest.mark.parametrize(
    ("role", "report", "period"),
    [
        ("field", "monthly_summary", "2026-11"),
        ("coordination", "coverage", "2026-11"),
        ("coordination", "monthly_summary", "1901"),
    ],
    ids=["what it does not hold", "another report", "the first year there is"],
)
def test_what_cannot_be_compared_stands_alone(catalogues: Catalogues, role: Role, report: str, period: str) -> None:
    assert COMPARED not in reports_on(catalogues, role=role).build(report, period).cut_off


@pytest.mark.parametrize(
    ("role", "name", "period", "asked"),
    [
        ("coordination", "monthly_summary", "2026-11", 6),
        ("coordination", "annual", "2026", 6),
        ("coordination", "coverage", "2026-11", None),
        ("field", "monthly_summary", "2026-11", None),
    ],
)
def test_sensitive_answers_are_counted_where_their_values_are(
    catalogues: Catalogues, role: Role, name: str, period: str, asked: int | None
) -> None:
    held = [an_attention(sensitive_consent="verbal", disability="yes") for _ in range(6)]

    report = reports_on(catalogues, *held, role=role).build(name, period)

    assert report.cut_off.get("sensitive", {}).get("asked") == asked


def test_what_coordination_wrote_of_the_month_stands_beside_its_figures(catalogues: Catalogues) -> None:
    written = {"kind": "monthly_opinions", "id": "o", "region": "13", "period": "2026-11", "demands": "Más buses"}

    report = reports_on(catalogues, written).build("monthly_summary", "2026-11")

    assert [row["demands"] for row in report.cut_off["opinions"]] == ["Más buses"]


def test_why_a_goal_was_missed_stands_beside_the_coverage_and_changes_no_figure(catalogues: Catalogues) -> None:
    goal = {"kind": "coverage_goal", "id": "g", "region": "13", "metric": "attentions", "period": "2026-12"}
    written = {"kind": "goal_remark", "id": "r", "region": "13", "goal": "g", "period": "2026-11", "reason": "Llovió"}

    before = reports_on(catalogues, goal).build("coverage", "2026-11")
    after = reports_on(catalogues, goal, written).build("coverage", "2026-11")

    assert [row["reason"] for row in after.cut_off["goal_remarks"]] == ["Llovió"]
    assert after.digest == before.digest


@pytest.mark.parametrize(
    ("rows", "public", "told"),
    [
        ([{"accepted_soon": 1, "n": 7}, {"accepted_soon": 0, "n": 2}], False, {"n": 7, "of": 9}),
        ([{"accepted_soon": 0, "n": 2}], False, {"n": 0, "of": 2}),
        ([{"accepted_soon": 1, "n": 7}, {"accepted_soon": None, "n": 1}], False, None),
        ([], False, None),
        ([{"accepted_soon": 1, "n": 7}], True, None),
    ],
    ids=["most", "none soon", "of one it is not known", "no attention", "public"],
)
def test_the_centre_says_how_many_it_had_within_a_day(
    catalogues: Catalogues, rows: list[Row], public: bool, told: dict[str, int] | None
) -> None:
    held = MemoryStore(an_attention())

    def central(spec: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"tallies": {**held.tallies(spec), "synced_within_24h": rows}}

    report = reports_on(catalogues, central=central).build(
        "monthly_summary", "2026-11", source="central", public=public
    )

    assert report.cut_off.get("synced_within_24h") == told


def test_a_laptop_does_not_know_when_the_centre_had_something(catalogues: Catalogues) -> None:
    report = reports_on(catalogues, an_attention()).build("monthly_summary", "2026-11")

    assert "synced_within_24h" not in report.cut_off


def test_a_report_of_a_month_has_its_trend(catalogues: Catalogues) -> None:
    reports = reports_on(catalogues, an_attention(), an_attention(received_at="2025-11-05T12:00:00.000Z"))

    figures = reports.trend(reports.build("monthly_summary", "2026-11"))

    assert [figure.attentions for figure in figures] == [1, *[0] * 11, 1]


@pytest.mark.parametrize(("role", "period"), [("field", "2026-11"), ("coordination", "2026-Q4")])
def test_a_laptop_that_does_not_hold_the_months_gives_no_trend(catalogues: Catalogues, role: Role, period: str) -> None:
    reports = reports_on(catalogues, an_attention(), role=role)

    figures = reports.trend(reports.build("monthly_summary", period))

    assert figures == ()


def test_a_file_that_says_true_gives_its_digest(catalogues: Catalogues) -> None:
    report = reports_on(catalogues, an_attention()).build("monthly_summary", "2026-11")

    found = verify(report.to_json())

    assert found == report.digest


def test_a_file_with_a_changed_figure_is_told(catalogues: Catalogues) -> None:
    values = reports_on(catalogues, an_attention()).build("monthly_summary", "2026-11").to_json()
    values["totals"]["persons"] = 99

    with pytest.raises(ServiceError) as raised:
        verify(values)

    assert raised.value.code == "digest_mismatch"


@pytest.mark.parametrize("values", [None, [], {}, "x", 7], ids=range(5))
def test_a_file_that_is_no_report_is_told(values: Any) -> None:
    with pytest.raises(ServiceError) as raised:
        verify(values)

    assert raised.value.code == "file_unreadable"
