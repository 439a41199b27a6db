"""What every test needs before anything is imported: Qt without a screen, and the same examples on every run."""

import os

from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci")
