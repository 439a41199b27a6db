"""What a goal may be about, on this laptop."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.coverage import PERIODS_OF_A_YEAR
from terreno_app.domain.reports.counting import SPACES
from terreno_app.services.laptop import Laptop
from terreno_app.services.reports import ALL_REGIONS

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a goal may be about; without regions it is of this laptop's own."""

    metrics: Options
    spaces: Options
    period_types: Options
    regions: Options
    comunas_of: Callable[[str], Options]


def goals_offered(catalogues: Catalogues, laptop: Laptop) -> Offered:
    """What this laptop may aim at: in its region, or, where it holds the country, in any and in all."""
    labels = catalogues.labels
    everywhere = laptop.region == ALL_REGIONS
    country = (ALL_REGIONS, labels.code("region", ALL_REGIONS))

    def comunas_of(region: str) -> Options:
        return [(one.code, one.label) for one in catalogues.comunas if one.region == (region or laptop.region)]

    return Offered(
        metrics=[(code, labels.code("metric", code)) for code in CODE_LISTS["metric"]],
        spaces=[(code, labels.code("space", code)) for code in SPACES],
        period_types=[(code, labels.code("period_type", code)) for code in PERIODS_OF_A_YEAR],
        regions=(country, *((one.code, one.label) for one in catalogues.regions)) if everywhere else (),
        comunas_of=comunas_of,
    )
