"""A real laptop, of any role, for the screens of its administration."""

from tests.services.conftest import clock, enrol

__all__ = ["clock", "enrol"]
