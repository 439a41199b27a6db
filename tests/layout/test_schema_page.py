import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_names_and_values_is_that_of_the_kinds():
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}

    made = subprocess.run(
        [sys.executable, "packaging/schema.py"], cwd=ROOT, env=environment, capture_output=True, check=True
    )

    assert made.stdout.decode() == (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
