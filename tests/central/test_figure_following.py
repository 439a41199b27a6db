"""The thread that folds what comes in while a centre serves."""

import logging
import threading
from collections.abc import Callable

import pytest

from sync.central.errors import UnavailableError
from sync.central.figure_fold import Folding
from sync.central.figure_following import following


class Looked(Folding):
    """A consumer of nothing that lets somebody know when it was asked so many times, and fails as it is told."""

    def __init__(self, times: int, error: Exception | None = None) -> None:
        self._left = times
        self._error = error
        self.enough = threading.Event()

    def catch_up(self, enough: Callable[[], bool], patience_s: float | None = None) -> None:
        self._left -= 1
        if self._left == 0:
            self.enough.set()
        if self._error is not None:
            raise self._error


def test_what_comes_in_is_folded_again_and_again() -> None:
    looked = Looked(3)

    with following(looked, pause_s=0.0):
        assert looked.enough.wait(10)


@pytest.mark.parametrize(
    ("error", "said"),
    [(UnavailableError("busy"), "the figures wait"), (ValueError("Rosa"), "a bug in the figures: ValueError")],
    ids=["busy", "bug"],
)
def test_what_goes_wrong_is_told_without_a_value_and_tried_again(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    looked = Looked(2, error)

    with caplog.at_level(logging.WARNING), following(looked, pause_s=0.0):
        assert looked.enough.wait(10)

    assert said in caplog.text
    assert "Rosa" not in caplog.text
