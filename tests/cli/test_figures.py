"""Figures: a report of the month from here or from the centre, its check, and the draw recomputed."""

import io
import json

import pytest

from tests.cli.terminal import complaint, enquiry, identity, jsonl

REPORT = ("report", "monthly_summary", "--period", "2026-11")
TABLES = {
    "type_by_sex",
    "topic_by_sex",
    "programme",
    "institution",
    "outcome",
    "age_band_by_sex",
    "nationality",
    "residence_comuna",
    "education",
    "user_type",
    "occupation",
    "outings",
    "referrals",
    "times",
    "quality",
}


class Typed(io.StringIO):
    """What somebody types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def busy(terreno, at_the_stand, tmp_path):
    """A laptop at the stand with twelve attentions."""
    laptop, planned = at_the_stand
    lines = [enquiry(sex="F", age_band="T30_44") for _ in range(10)]
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", *lines, complaint(), identity(), enquiry()), data=laptop)
    return laptop, planned


def test_a_report_has_the_form_of_the_contract(terreno, busy):
    laptop, _ = busy

    told = terreno.json(*REPORT, data=laptop)

    assert set(told) == {"report", "period", "filters", "totals", "tables", "suppressed", "digest", "cut_off"}
    assert (told["report"], told["period"]) == ("monthly_summary", "2026-11")
    assert told["filters"] == {"space": None, "region": "13"}
    assert set(told["totals"]) == {
        "attentions",
        "persons",
        "informed",
        "outings_done",
        "outings_planned",
        "comunas_visited",
    }
    assert told["tables"].keys() >= TABLES
    assert (told["totals"]["attentions"], told["totals"]["outings_done"], told["suppressed"]) == (12, 1, False)
    assert {"type": "enquiry", "sex": "F", "n": 10} in told["tables"]["type_by_sex"]
    assert {"generated_at", "source", "devices_not_synced", "feeds"} <= set(told["cut_off"])


def test_a_public_report_hides_small_groups(terreno, busy):
    laptop, _ = busy

    told = terreno.json(*REPORT, "--public", data=laptop)

    assert told["suppressed"] is True
    assert not any(0 < (row["n"] or 0) < 5 for row in told["tables"]["type_by_sex"])


def test_a_public_report_says_with_which_it_may_not_be_published(terreno, busy, tmp_path):
    laptop, _ = busy

    whole, public = (
        terreno(*REPORT, *more, "--out", tmp_path / name, data=laptop)
        for name, more in (("interno.json", ()), ("publico.json", ("--public",)))
    )

    assert "Publíquela sola" not in whole.out
    assert "Publíquela sola. Restada de la de su trimestre y su año" in public.out
    told = json.loads((tmp_path / "publico.json").read_text(encoding="utf-8"))
    assert told["cut_off"]["not_together"] == ["2026-Q4", "2026"]


@pytest.mark.parametrize("asked", [("--region", "null"), ("--region", "CL")])
def test_all_regions_is_no_filter(terreno, laptop, asked):
    assert terreno.json(*REPORT, *asked, data=laptop)["filters"]["region"] is None


def test_a_report_of_another_month_is_empty(terreno, busy):
    laptop, _ = busy

    told = terreno.json("report", "monthly_summary", "--period", "2026-10", data=laptop)

    assert told["totals"]["attentions"] == 0


def test_a_saved_report_is_verified_and_an_altered_one_is_not(terreno, busy, tmp_path):
    laptop, _ = busy
    file = tmp_path / "resumen.json"

    saved = terreno.json(*REPORT, "--out", file, data=laptop)
    verified = terreno.json("report", "verify", file)
    said = terreno("report", "verify", file)
    told = json.loads(file.read_text(encoding="utf-8"))
    told["totals"]["attentions"] += 1
    file.write_text(json.dumps(told), encoding="utf-8")
    altered = terreno.json("report", "verify", file, exit=2)
    file.write_text("nada", encoding="utf-8")
    unreadable = terreno.json("report", "verify", file, exit=2)

    assert set(saved) == {"out", "digest"}
    assert verified == {"digest": saved["digest"], "ok": True, "compared": True}
    assert "no cubre el corte, la comparación con otros períodos" in said.out
    assert (altered["code"], unreadable["code"]) == ("digest_mismatch", "file_unreadable")


@pytest.mark.parametrize("form", ["json", "pdf"])
def test_a_report_takes_the_place_of_a_file_only_when_somebody_says_so(terreno, laptop, tmp_path, form):
    file = tmp_path / "resumen"
    file.write_bytes(b"signed in October")
    command = (*REPORT, "--format", form, "--out", file)

    refused = terreno.json(*command, data=laptop, exit=2)
    kept = file.read_bytes()
    saved = terreno.json(*command, "--force", data=laptop)
    nowhere = terreno.json(*REPORT, "--out", tmp_path / "no" / "hay", data=laptop, exit=2)

    assert (refused["code"], kept, saved["out"]) == ("file_taken", b"signed in October", str(file))
    assert nowhere["code"] == "folder_missing"


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_file_for_people_is_verified_by_the_figures_inside(terreno, busy, tmp_path, form):
    laptop, _ = busy
    file = tmp_path / f"resumen.{form}"

    saved = terreno.json(*REPORT, "--format", form, "--out", file, data=laptop)
    verified = terreno.json("report", "verify", file)

    assert verified == {"digest": saved["digest"], "ok": True, "compared": True}


def test_words_changed_in_a_file_are_told(terreno, busy, tmp_path):
    laptop, _ = busy
    file = tmp_path / "resumen.csv"

    terreno.json(*REPORT, "--format", "csv", "--out", file, data=laptop)
    file.write_bytes(file.read_bytes().replace(b"Totales", b"Sumas"))

    assert terreno.json("report", "verify", file, exit=2)["code"] == "not_its_figures"


def test_a_report_is_printed_on_paper(terreno, busy, tmp_path):
    laptop, _ = busy
    file = tmp_path / "resumen.pdf"

    answer = terreno(*REPORT, "--format", "pdf", "--out", file, data=laptop)

    assert (answer.exit, answer.err) == (0, "")
    assert file.read_bytes().startswith(b"%PDF-")
    assert f"Informe guardado en {file}" in answer.out


def test_a_file_that_cannot_be_written_is_said(terreno, laptop, tmp_path):
    told = terreno.json(*REPORT, "--out", tmp_path / "nada" / "r.json", data=laptop, exit=2)

    assert told["code"] in {"folder_missing", "file_unreadable"}


def test_the_draw_is_recomputed_once_the_seed_is_revealed(terreno, busy):
    laptop, planned = busy

    waiting = terreno("survey", "verify", "--outing", planned, data=laptop)
    terreno.json("outing", "close", planned, data=laptop)
    told = terreno.json("survey", "verify", "--outing", "S-T07-2026-001", data=laptop)
    words = terreno("survey", "verify", "--outing", planned, data=laptop)

    assert "1 jornadas siguen abiertas: su semilla se revela al cierre." in waiting.out
    assert set(told) == {"outing", "sessions", "open_sessions", "checked", "selected", "mismatches"}
    assert (told["outing"], told["sessions"], told["checked"], told["mismatches"]) == (planned, 1, 12, [])
    assert words.out == "Sorteos recalculados: 12. Jornadas: 1. No coinciden: 0.\n"


def test_a_draw_that_the_seed_does_not_give_is_found(terreno, busy, tmp_path):
    laptop, planned = busy
    false = enquiry(draw={"u": "0" * 16, "p": "0.5", "selected": True, "eligible": True, "reason": None})
    terreno.json("record", jsonl(tmp_path / "falsa.jsonl", false), data=laptop)
    terreno.json("outing", "close", planned, data=laptop)

    told = terreno.json("survey", "verify", "--outing", planned, data=laptop, exit=1)

    assert len(told["mismatches"]) == 1


def test_a_month_that_is_over_is_closed_once_and_told_beside_what_comes_later(terreno, centre, tmp_path):
    office, month = centre.laptop("oficina", "coordination"), ("--period", "2026-10")
    before = terreno.json("report", "monthly_summary", *month, data=office)
    too_soon = terreno.json("report", "close", *month, data=office, exit=2)
    terreno.json("sync", data=office)

    closed = terreno.json("report", "close", *month, data=office)
    synced = terreno.json("sync", data=office)
    late = enquiry(space="oirs", received_at="2026-10-20T15:00:00Z", back_captured=True, paper_folio="7")
    terreno.json("record", jsonl(tmp_path / "tarde.jsonl", late), data=office)
    told = terreno.json("report", "addendum", *month, data=office)
    again = terreno.json("report", "close", *month, data=office, exit=2)

    assert closed["digest"] == before["digest"] == told["frozen"]["digest"]
    assert (synced["pending"], synced["quarantined"]) == (0, 0)
    assert [told[part]["totals"]["attentions"] for part in ("frozen", "addendum", "sum")] == [0, 1, 1]
    assert (too_soon["code"], again["code"]) == ("sync_before_close", "already_closed")
    assert terreno.json("report", "addendum", *month, "--public", data=office, exit=2)["code"] == "usage"


def test_of_two_laptops_that_close_a_month_at_once_both_tell_the_close_that_came_first(terreno, centre, tmp_path):
    first, second = centre.laptop("oficina", "coordination"), centre.laptop("otra", "coordination")
    month = ("--period", "2026-10")
    for one in (first, second):
        terreno.json("sync", data=one)
    late = enquiry(space="oirs", received_at="2026-10-20T15:00:00Z", back_captured=True, paper_folio="7")
    terreno.json("record", jsonl(tmp_path / "tarde.jsonl", late), data=second)
    closed, other = (terreno.json("report", "close", *month, data=one) for one in (first, second))
    terreno.json("sync", data=first)
    terreno("sync", data=second)

    summary = terreno.json("report", "monthly_summary", *month, data=second)
    told = terreno.json("report", "addendum", *month, data=second)
    again = terreno.json("report", "close", *month, data=second, exit=2)

    assert closed["digest"] != other["digest"]
    assert (summary["cut_off"]["closed"]["digest"], summary["cut_off"]["closed"]["agrees"]) == (closed["digest"], False)
    assert told["frozen"]["digest"] == closed["digest"]
    assert [told[part]["totals"]["attentions"] for part in ("frozen", "addendum", "sum")] == [0, 1, 1]
    assert again["code"] == "already_closed"


@pytest.mark.parametrize(
    ("typed", "more", "told"),
    [
        ("sí", (), "quedó cerrado"),
        ("no", (), "No se cerró nada."),
        ("", (), "No se cerró nada."),
        ("", ("--yes",), "ya"),
    ],
    ids=["yes", "no", "Enter", "for scripts"],
)
def test_a_close_at_a_terminal_is_asked_about_first(terreno, centre, monkeypatch, typed, more, told):
    office, month = centre.laptop("oficina", "coordination"), ("--period", "2026-10")
    terreno.json("sync", data=office)
    monkeypatch.setattr("sys.stdin", Typed(f"{typed}\n"))

    answer = terreno("report", "close", *month, *more, data=office)

    assert answer.exit == 0
    assert told in answer.out
    assert ("no se deshace" in answer.err) == (not more)


def test_where_nobody_can_be_asked_a_close_wants_to_be_told_so(terreno, laptop, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)

    answer = terreno("report", "close", "--period", "2026-10", data=laptop)

    assert answer.exit == 2
    assert "--yes" in answer.err


def test_the_coordination_and_the_centre_give_the_same_digest(terreno, centre, tmp_path):
    one, office = centre.laptop("uno"), centre.laptop("oficina", "coordination")
    lines = [enquiry(space="oirs", sex="F"), enquiry(space="tic"), complaint(space="oirs"), identity()]
    terreno.json("record", jsonl(tmp_path / "dia.jsonl", *lines), data=one)
    for laptop in (one, office):
        terreno.json("sync", data=laptop)

    here = terreno.json(*REPORT, data=office)
    there = terreno.json(*REPORT, "--source", "central", data=office)
    others = {
        source: [
            terreno.json("report", name, "--period", "2026", "--source", source, data=office)["digest"]
            for name in ("satisfaction", "coverage", "pmg", "diagnosis", "annual")
        ]
        for source in ("local", "central")
    }
    by_field = terreno.json(*REPORT, "--source", "central", data=one, exit=2)

    assert here["totals"]["attentions"] == 3
    assert here["digest"] == there["digest"]
    assert others["local"] == others["central"]
    assert (here["cut_off"]["source"], there["cut_off"]["source"]) == ("local", "central")
    assert by_field["code"] == "report_not_here"
