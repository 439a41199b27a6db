"""What a person asks of Informes: which report of which period, space and region, and for whom.

In: the day of today, and the choices. Out: what may be chosen, and what a file of it is called.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.reports.counting import SPACES
from terreno_app.domain.reports.registry import REPORTS
from terreno_app.domain.spanish import period_name, sentence
from terreno_app.services.laptop import Laptop
from terreno_app.services.reports import ALL_REGIONS, DEVICE_REGION

MONTHS_OFFERED: Final = 13
QUARTERS_OFFERED: Final = 5
YEARS_OFFERED: Final = 3
_QUARTERS: Final = 4
_MONTHS_OF_A_QUARTER: Final = 3
MONTHLY: Final = "monthly_summary"
_OF_A_YEAR: Final = frozenset({"annual"})
WITHOUT_SPACE: Final = frozenset({"diagnosis"})
"""Reports of regions, whatever the space."""
_FILES: Final = {
    "monthly_summary": "resumen-mensual",
    "satisfaction": "encuesta-satisfaccion",
    "coverage": "cobertura-y-metas",
    "pmg": "indicadores-pmg",
    "annual": "informe-anual",
    "diagnosis": "diagnostico-oirs",
}

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked; an empty space means all."""

    report: str = MONTHLY
    period: str = ""
    space: str = ""
    region: str = DEVICE_REGION
    public: bool = False

    @property
    def may_be_closed(self) -> bool:
        """Whether it is what a close freezes: the whole month, for the house."""
        is_month = len(self.period) == len("2026-11") and "Q" not in self.period
        return self.report == MONTHLY and is_month and not self.space and not self.public

    def file_name(self, form: str) -> str:
        """The name of a file of it: report, period, space, and what else tells it from another."""
        parts = [_FILES[self.report], self.period.lower(), self.space.replace("_", "-")]
        if self.region not in {DEVICE_REGION, ALL_REGIONS}:
            parts.append(f"region-{self.region}")
        if self.public:
            parts.append("publico")
        return f"{'-'.join(part for part in parts if part)}.{form}"


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be chosen, and the names of comunas; without regions this laptop asks only for its own."""

    reports: Options
    spaces: Options
    regions: Options
    comunas: Mapping[str, str]


def offer(catalogues: Catalogues, laptop: Laptop) -> Offer:
    """What this laptop may be asked."""
    labels = catalogues.labels
    everywhere = laptop.region == ALL_REGIONS
    regions = (
        (ALL_REGIONS, labels.code("region", ALL_REGIONS)),
        *((one.code, one.label) for one in catalogues.regions),
    )
    return Offer(
        tuple((name, labels.figure("report", name)) for name in REPORTS),
        tuple((code, labels.code("space", code)) for code in SPACES),
        regions if everywhere else (),
        {one.code: one.label for one in catalogues.comunas},
    )


def periods_of(report: str, today: str) -> Options:
    """The periods of a report, the newest of each length first; its names are those of `month_bounds`.

    Args:
        report: Its name.
        today: `2026-11-21`.
    """
    years = tuple(str(int(today[:4]) - back) for back in range(YEARS_OFFERED))
    found = years if report in _OF_A_YEAR else (*_months(today), *_quarters(today), *years)
    return tuple((period, period_words(period)) for period in found)


def period_words(period: str) -> str:
    """`Noviembre de 2026` of `2026-11`."""
    return sentence(period_name(period))


def _months(today: str) -> tuple[str, ...]:
    place = int(today[:4]) * 12 + int(today[5:7]) - 1
    return tuple(f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(place, place - MONTHS_OFFERED, -1))


def _quarters(today: str) -> tuple[str, ...]:
    place = int(today[:4]) * _QUARTERS + (int(today[5:7]) - 1) // _MONTHS_OF_A_QUARTER
    return tuple(f"{at // 4:04d}-Q{at % 4 + 1}" for at in range(place, place - QUARTERS_OFFERED, -1))
