"""Closing a month: its figures are frozen once, for everybody, and what comes later is told beside them."""

from dataclasses import dataclass

from sync.core.ops import OP_LIMIT, canonical
from terreno_app.domain.clock import Clock, InvalidPeriodError, instant, parse_instant
from terreno_app.domain.reports import monthly_summary
from terreno_app.domain.reports.closing import (
    KIND,
    NATIONAL,
    Addendum,
    close_id,
    frozen_fields,
    frozen_report,
    is_over,
)
from terreno_app.services.errors import ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store
from terreno_app.services.reports import DEVICE_REGION, Reports, in_force
from terreno_app.services.three_parts import Words
from terreno_app.services.writing import Writer

LARGEST = OP_LIMIT - 1024
"""Bytes of figures that travel in one op, beside its own names and ids."""


NO_MONTH = Words("Se cierra un mes, y «{period}» no lo es.", "No se cambió nada.", "Escriba el mes, como 2026-11.")


@dataclass(frozen=True, slots=True)
class Closed:
    """A month that was closed.

    Attributes:
        id: Id of the close.
        digest: That of the frozen figures.
        devices_not_synced: Laptops whose outing of the month was still open here: more may come from them.
    """

    id: str
    digest: str
    devices_not_synced: int


class Closes:
    """What coordination does with months that are over."""

    def __init__(self, store: Store, writer: Writer, reports: Reports, laptop: Laptop, clock: Clock) -> None:
        self._store = store
        self._writer = writer
        self._reports = reports
        self._laptop = laptop
        self._clock = clock

    def close(self, period: str, author: str, region: str | None = DEVICE_REGION, source: str = "local") -> Closed:
        """Freeze the summary of a month.

        Args:
            period: The month: `2026-11`.
            author: Officer id.
            region: As `Reports.build` takes it; of all regions it is a close of the country.
            source: Whose figures: `local` or `central`.

        Raises:
            ServiceError: `only_coordination`, `bad_period`, `month_not_over`, `sync_before_close`, `already_closed`,
                `close_held_back`, `close_too_large`, and as `Reports.build`.
        """
        if not self._laptop.coordinates:
            raise ServiceError("only_coordination")
        report = self._reports.build(monthly_summary.NAME, period, region=region, source=source)
        record = self._id(period, report.filters["region"])
        if not is_over(period, self._clock.now()):
            raise ServiceError("month_not_over", period=period)
        synced_at = self._store.last_finished_at()
        if source == "local" and (synced_at is None or not is_over(period, parse_instant(synced_at))):
            raise ServiceError("sync_before_close", period=period)
        if self._store.shown(KIND, record) is not None:
            closed = in_force(self._store, record) is not None
            raise ServiceError("already_closed" if closed else "close_held_back", period=period)
        fields = frozen_fields(report, instant(self._clock.now()), author)
        if len(canonical(fields)) > LARGEST:
            raise ServiceError("close_too_large")
        with self._store.transaction() as write:
            self._writer.append(write, KIND, record, fields, author, region=report.filters["region"] or NATIONAL)
        return Closed(record, report.digest, report.cut_off["devices_not_synced"])

    def addendum(self, period: str, region: str | None = DEVICE_REGION, source: str = "local") -> Addendum:
        """What has come to a closed month since its close.

        Raises:
            ServiceError: `not_closed`, `close_held_back`, `digest_mismatch` when the frozen figures do not give their
                own digest, and as `Reports.build`.
        """
        present = self._reports.build(monthly_summary.NAME, period, region=region, source=source)
        record = self._id(period, present.filters["region"])
        if self._store.shown(KIND, record) is None:
            raise ServiceError("not_closed", period=period)
        fields = in_force(self._store, record)
        if fields is None:
            raise ServiceError("close_held_back", period=period)
        frozen = frozen_report(fields, present.filters["region"])
        if frozen.digest != fields["digest"]:
            raise ServiceError("digest_mismatch")
        return Addendum(frozen, fields["closed_at"], present)

    def _id(self, period: str, region: str | None) -> str:
        try:
            return close_id(period, region)
        except InvalidPeriodError as error:
            raise ServiceError("bad_period", NO_MONTH.about(period=period)) from error
