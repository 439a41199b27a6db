import pytest

from terreno_app.domain.catalogues import Catalogues
from terreno_app.paths import resources
from terreno_app.publish.publisher import Publisher
from terreno_app.storage.resources import load_catalogues


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return load_catalogues(resources())


@pytest.fixture(scope="session")
def publisher(catalogues: Catalogues) -> Publisher:
    return Publisher(resources(), catalogues)
