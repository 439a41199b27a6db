"""Nothing in `sync` knows for whom it reconciles: no word of the office stands in it, and a library uses it too."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sync.central.own_kinds import DEVICE, QUARANTINE
from terreno_app.domain.records import KINDS

ROOT = Path(__file__).parents[2]
FILES = sorted(path for path in (ROOT / "sync").rglob("*") if path.suffix in {".py", ".sql"})

_OFFICE = """
oirs siac pmg dos minvu serviu seremi saip chile chilean santiago ministry comuna comunas rut
attention attentions outing outings complaint complaints suggestion commendation enquiry referral referrals
citizen citizens officer officers survey surveys questionnaire folio folios acta kiosk
"""
OFFICE = frozenset(_OFFICE.split())
"""Words of the office that name no field or kind by themselves."""

_EVERYBODYS = """
acknowledged_at active_from active_to address answered_at answers approved_by approved_on blocked_by categories
category channel closed_at closed_by code content counts description digest draw duration_s email finished_at found_at
gaps happened_at held_on identity language lat lead lon measure measures metric mode name names note notes opened_at
opened_by outcome parent period phone plan purpose received_at records region request result root score seed sent_at
signature signed_by site source space started_at summary supersedes tables target team title totals type unit value
verified version wait_min what who year
"""
EVERYBODYS = frozenset(_EVERYBODYS.split())
"""Names of kinds and fields that say nothing of an office: plain words, which any program may need."""


def told() -> frozenset[str]:
    """Every name that the application gives to a kind, but the centre's own two, or to a field of one."""
    kinds = [kind for kind in KINDS if kind.name not in {DEVICE, QUARANTINE}]
    own = {field.name for kind in KINDS if kind.name in {DEVICE, QUARANTINE} for field in kind.fields}
    names = {kind.name for kind in kinds} | {field.name for kind in kinds for field in kind.fields}
    return frozenset(names - own - {DEVICE})


def words(text: str) -> frozenset[str]:
    """Identifiers and words as `_snake_case_`, so that a name is found inside a longer one."""
    found = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text))
    return frozenset(f"_{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', word).lower().strip('_')}_" for word in found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_word_of_the_application_stands_in(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    spoken = words(text)

    named = {name for name in (told() | OFFICE) - EVERYBODYS if any(f"_{name}_" in word for word in spoken)}

    assert named == set()
    assert re.findall(r"\bRUN\b", text) == []


def test_every_word_that_is_let_through_is_one_of_the_application() -> None:
    assert told() >= EVERYBODYS


def test_a_library_reconciles_two_kinds_of_its_own_where_no_office_can_be_imported(tmp_path: Path) -> None:
    script = "import sys; sys.modules['terreno_app'] = None; from tests.sync.library import main; main(sys.argv[1])"

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "kinds": ["book", "loan"],
        "first evening": {"sent": 3, "applied": 3, "agreed": 0, "conflicts": 0, "quarantined": 0, "pending": 0},
        "second evening": {"sent": 3, "applied": 1, "agreed": 0, "conflicts": 1, "quarantined": 1, "pending": 0},
        "waiting": {"shelf": {"kept": "A2", "other": "B7"}},
        "in quarantine": ["only_once"],
        "decided": {"title": "Don Quixote", "shelf": "B7", "floor": 2},
        "everybody sees": True,
        "open in the end": [],
    }
