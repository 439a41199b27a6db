"""What the command line hands to the desktop: a laptop that is still closed."""

import pytest

from terreno_app.cli import window
from terreno_app.services.errors import ServiceError
from tests.cli.terminal import PHRASE
from tests.factories import OFFICER


@pytest.fixture
def shown(monkeypatch):
    """The laptops that a window was opened for."""
    given = []
    monkeypatch.setattr(window, "run", lambda closed: given.append(closed) or 0)
    return given


def test_the_desktop_opens_over_a_closed_laptop(terreno, laptop, shown):
    answer = terreno("app", data=laptop)

    (closed,) = shown
    assert (answer.exit, answer.out, answer.err) == (0, "", "")
    assert [slot.officer for slot in closed.officers()] == [OFFICER]
    assert closed.delay_s() == 0
    assert len(closed.new_id()) == 36
    closed.unlock(OFFICER, PHRASE).close()


def test_a_wrong_passphrase_is_told_to_the_desktop_in_words(terreno, laptop, shown):
    terreno("app", data=laptop)

    with pytest.raises(ServiceError) as refused:
        shown[0].unlock(OFFICER, "otra frase de paso larga")

    assert refused.value.code == "wrong_passphrase"


def test_settings_that_cannot_be_read_are_said_and_kept(terreno, laptop, shown):
    (laptop / "settings.json").write_text('{"scale": "enorme"}', encoding="utf-8")

    told = terreno("app", "--data", laptop)

    assert told.exit == 2
    assert "Revise: scale." in told.err
    assert "enorme" in (laptop / "settings.json").read_text(encoding="utf-8")
    assert shown == []
