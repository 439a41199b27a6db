from typing import Any

import pytest

from terreno_app.desktop import OpenLaptop
from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.clock import instant
from terreno_app.domain.reports.closing import close_id
from terreno_app.services import closes
from terreno_app.services.errors import ServiceError
from tests.factories import OFFICER, FixedClock
from tests.services.conftest import Enrol
from tests.services.pages import a_record, pulled

MONTH = "2026-11"


@pytest.fixture
def office(enrol: Enrol, clock: FixedClock) -> OpenLaptop:
    """A coordination laptop in December, with an attention of November."""
    laptop = enrol("coordination")
    attend(laptop)
    clock.move(days=20)
    laptop.store.finished(instant(clock.now()))
    return laptop


def attend(laptop: OpenLaptop, **fields: Any) -> None:
    draft = {"type": "enquiry", "topic": "salud", "space": "oirs", "persons_count": 1}
    laptop.attentions.register(AttentionDraft(draft | fields), OFFICER)


def refusal(laptop: OpenLaptop, *asked: Any) -> str:
    with pytest.raises(ServiceError) as refused:
        laptop.closes.close(*asked)
    return refused.value.code


def test_a_close_freezes_the_figures_of_the_month_for_everybody(office: OpenLaptop) -> None:
    before = office.reports.build("monthly_summary", MONTH)

    closed = office.closes.close(MONTH, OFFICER)

    shown = office.store.shown("month_close", closed.id)
    assert shown is not None
    assert (closed.id, closed.digest, closed.devices_not_synced) == (close_id(MONTH, "13"), before.digest, 0)
    assert (shown.fields["closed_by"], shown.fields["totals"]["attentions"], shown.region) == (OFFICER, 1, "13")
    told = office.reports.build("monthly_summary", MONTH).cut_off["closed"]
    assert (told["digest"], told["agrees"]) == (before.digest, True)


@pytest.mark.parametrize("synced_at", [None, "2026-12-01T02:59:59.999Z"])
def test_a_laptop_that_may_lack_some_of_the_month_does_not_close_it(
    enrol: Enrol, clock: FixedClock, synced_at: str | None
) -> None:
    laptop = enrol("coordination")
    clock.move(days=20)
    if synced_at is not None:
        laptop.store.finished(synced_at)

    assert refusal(laptop, MONTH, OFFICER) == "sync_before_close"


def test_what_comes_later_changes_no_frozen_figure_and_is_told(office: OpenLaptop) -> None:
    closed = office.closes.close(MONTH, OFFICER)
    attend(office, received_at="2026-11-22T12:00:00.000Z", back_captured=True, paper_folio="9")

    told = office.closes.addendum(MONTH).to_json()

    parts = [told[part]["totals"]["attentions"] for part in ("frozen", "addendum", "sum")]
    assert parts == [1, 1, 2]
    assert told["frozen"]["digest"] == closed.digest != told["sum"]["digest"]
    assert office.reports.build("monthly_summary", MONTH).cut_off["closed"]["agrees"] is False
    assert "closed" not in office.reports.build("monthly_summary", "2026-10").cut_off


def test_what_comes_late_to_another_month_changes_no_closed_one(office: OpenLaptop) -> None:
    office.closes.close(MONTH, OFFICER)
    attend(office, received_at="2026-10-22T12:00:00.000Z", back_captured=True, paper_folio="9")

    cut_off = office.reports.build("monthly_summary", MONTH).cut_off

    assert cut_off["compared"][0]["before"] == 1
    assert cut_off["closed"]["agrees"] is True


def test_a_close_that_the_centre_held_back_closes_nothing(office: OpenLaptop) -> None:
    office.closes.close(MONTH, OFFICER)
    office.store._connections.query("UPDATE ops SET status = 'quarantined' WHERE kind = 'month_close'")

    cut_off = office.reports.build("monthly_summary", MONTH).cut_off

    assert "closed" not in cut_off
    assert cut_off["close_held_back"] == {"at": "2026-12-11T15:04:05.123Z"}
    assert refusal(office, MONTH, OFFICER) == "close_held_back"
    with pytest.raises(ServiceError) as refused:
        office.closes.addendum(MONTH)
    assert refused.value.code == "close_held_back"


def test_a_month_is_closed_once(office: OpenLaptop) -> None:
    office.closes.close(MONTH, OFFICER)

    assert refusal(office, MONTH, OFFICER) == "already_closed"


def test_a_laptop_of_all_regions_closes_the_country_or_a_region(enrol: Enrol, clock: FixedClock) -> None:
    national = enrol("coordination", "CL")
    clock.move(days=20)
    national.store.finished(instant(clock.now()))

    country, region = national.closes.close(MONTH, OFFICER), national.closes.close(MONTH, OFFICER, "05")

    held = [national.store.shown("month_close", one.id) for one in (country, region)]
    assert [one.region for one in held if one] == ["CL", "05"]
    assert national.closes.addendum(MONTH, "05").closed_at == "2026-12-11T15:04:05.123Z"


@pytest.mark.parametrize(
    ("period", "code"), [("2026-12", "month_not_over"), ("2026-Q3", "bad_period"), ("2026-99", "bad_period")]
)
def test_what_cannot_be_closed_is_told(office: OpenLaptop, period: str, code: str) -> None:
    assert refusal(office, period, OFFICER) == code


def test_a_field_laptop_closes_nothing(laptop: OpenLaptop) -> None:
    assert refusal(laptop, "2026-10", OFFICER) == "only_coordination"


def test_figures_that_fit_in_no_record_are_not_closed(office: OpenLaptop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closes, "LARGEST", 100)

    assert refusal(office, MONTH, OFFICER) == "close_too_large"


def test_a_month_that_was_not_closed_has_no_addendum(office: OpenLaptop) -> None:
    with pytest.raises(ServiceError) as refused:
        office.closes.addendum(MONTH)

    assert refused.value.code == "not_closed"


def test_a_close_whose_figures_were_changed_is_told(office: OpenLaptop) -> None:
    fields = {"period": MONTH, "closed_at": "2026-12-01T12:00:00.000Z", "digest": "ab" * 32}
    figures: dict[str, Any] = {"totals": {}, "tables": {}, "cut_off": {}}
    pulled(office, a_record("month_close", close_id(MONTH, "13"), fields | figures, 7))

    with pytest.raises(ServiceError) as refused:
        office.closes.addendum(MONTH)

    assert refused.value.code == "digest_mismatch"
