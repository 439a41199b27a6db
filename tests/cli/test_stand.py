"""At the stand: outings, records from files, lists, edits, history."""

import pytest

from terreno_app.cli.main import run
from terreno_app.cli.output import Output
from tests.cli.terminal import complaint, enquiry, identity, jsonl, outing
from tests.factories import DEVICE, OFFICER

OTHER = "01990000-0000-7000-8000-0000000000aa"


@pytest.fixture
def record(terreno, laptop, tmp_path):
    """Registers records on the laptop and gives the answer."""

    def register(*records, exit=0):  # noqa: A002
        file = jsonl(tmp_path / "dia.jsonl", *records)
        return terreno.json("record", file, data=laptop, exit=exit)

    return register


def test_an_outing_is_opened_by_its_code_and_closed_by_its_id(terreno, laptop, record):
    planned = record(OUTING)["ids"][0]
    rows = terreno.json("outing", "list", data=laptop)["outings"]

    opened = terreno.json("outing", "open", "S-T07-2026-001", data=laptop)
    again = terreno.json("outing", "open", planned, data=laptop)
    closed = terreno.json("outing", "close", planned, data=laptop)

    assert rows[0].keys() >= {"id", "code", "planned_on", "comuna", "status"}
    assert set(opened) == {"outing", "session", "code"}
    assert opened == again == closed
    assert (opened["outing"], opened["code"]) == (planned, "S-T07-2026-001")


def test_the_acta_is_printed_before_and_after_it_is_signed(terreno, at_the_stand, tmp_path):
    laptop, planned = at_the_stand

    before = terreno.json("outing", "acta", planned, "--pdf", tmp_path / "va.pdf", data=laptop)
    closed = terreno.json("outing", "close", planned, "--pdf", tmp_path / "acta.pdf", data=laptop)
    after = terreno.json("outing", "acta", planned, "--pdf", tmp_path / "otra.pdf", data=laptop)

    assert (before["signed"], after["signed"]) == (False, True)
    assert before["root"] == after["root"]
    assert closed["pdf"] == str(tmp_path / "acta.pdf")
    assert (tmp_path / "acta.pdf").read_bytes() == (tmp_path / "otra.pdf").read_bytes()
    assert (tmp_path / "va.pdf").read_bytes().startswith(b"%PDF")


def test_no_acta_takes_the_place_of_a_file_unless_somebody_says_so(terreno, at_the_stand, tmp_path):
    laptop, planned = at_the_stand
    pdf = tmp_path / "acta.pdf"
    pdf.write_bytes(b"signed in October")

    refused = [
        terreno.json("outing", command, planned, "--pdf", pdf, data=laptop, exit=2)["code"]
        for command in ("acta", "close")
    ]
    kept = pdf.read_bytes()
    closed = terreno.json("outing", "close", planned, "--pdf", pdf, "--force", data=laptop)

    assert (refused, kept) == (["file_taken"] * 2, b"signed in October")
    assert closed["pdf"] == str(pdf)
    assert pdf.read_bytes().startswith(b"%PDF")


def test_a_session_keeps_its_seed_until_the_close(terreno, at_the_stand):
    laptop, planned = at_the_stand
    before = terreno.json("list", "outing_session", "--identity", data=laptop)["records"][0]

    terreno.json("outing", "close", planned, data=laptop)

    after = terreno.json("list", "outing_session", data=laptop)["records"][0]
    assert "seed" not in before
    assert len(after["seed"]) == 64
    assert after["seed_commitment"] == before["seed_commitment"]
    assert len(terreno.json("list", "acta", data=laptop)["records"]) == 1


def test_a_second_outing_waits_for_the_close_of_the_first(terreno, at_the_stand, tmp_path):
    laptop, planned = at_the_stand
    other = terreno.json("record", jsonl(tmp_path / "otra.jsonl", OUTING), data=laptop)["ids"][0]

    refused = terreno.json("outing", "open", other, data=laptop, exit=2)
    terreno.json("outing", "close", planned, data=laptop)
    twice = terreno.json("outing", "open", planned, data=laptop, exit=2)
    unopened = terreno.json("outing", "close", planned, data=laptop, exit=2)

    assert (refused["code"], twice["code"], unopened["code"]) == ("session_open", "session_closed", "no_session")


def test_an_outing_on_another_day_is_opened_with_a_warning(terreno, laptop, record):
    record({**OUTING, "planned_on": "2026-11-25"})

    answer = terreno("outing", "open", "S-T07-2026-001", data=laptop)

    assert answer.exit == 0
    assert "Aviso: estaba planificada para el 25 de noviembre de 2026." in answer.out


def test_people_read_outings_in_words(terreno, at_the_stand):
    laptop, _ = at_the_stand

    answer = terreno("outing", "list", data=laptop)

    assert "21 de noviembre de 2026  S-T07-2026-001  La Florida  Feria libre  abierta en este equipo" in answer.out


def test_without_outings_or_records_people_are_told_so(terreno, laptop):
    outings, records = terreno("outing", "list", data=laptop), terreno("list", "attention", data=laptop)

    assert "Todavía no hay salidas en este equipo." in outings.out
    assert "No hay registros." in records.out


def test_each_line_is_named_once_it_is_safe_and_the_summary_is_last(terreno, at_the_stand, tmp_path):
    laptop, planned = at_the_stand
    file = jsonl(tmp_path / "dia.jsonl", enquiry(), complaint(), identity())

    answer = terreno("record", file, "--json", data=laptop)

    *lines, summary = answer.lines
    assert [set(line) for line in lines] == [{"line", "id", "folio", "repeated"}] * 3
    assert [line["folio"] for line in lines] == ["T07-2026-000001-6", "T07-2026-000002-4", ""]
    assert set(summary) == {"registered", "repeated", "rejected", "ids"}
    assert (summary["registered"], summary["repeated"], summary["rejected"]) == (3, 0, [])
    assert summary["ids"] == [line["id"] for line in lines]
    shown = {r["id"]: r for r in terreno.json("list", "attention", data=laptop)["records"]}
    assert shown[lines[0]["id"]].items() >= DEFAULTS.items() | {("outing", planned)}
    assert shown[lines[1]["id"]]["due_on"] == "2026-12-04"
    assert shown[lines[1]["id"]]["outcome"] == "in_process"


def test_a_run_is_stored_in_one_form(terreno, laptop, record):
    record(complaint(space="oirs"), identity(doc_number="12.531.909-2"))

    shown = terreno.json("list", "identity", "--identity", data=laptop)["records"][0]

    assert shown["doc_number"] == "12531909-2"


def test_a_file_is_repeated_without_harm(record):
    records = [enquiry(id=OTHER, space="oirs"), enquiry(space="oirs", id=OTHER)]

    first, again = record(*records), record(*records)

    assert (first["registered"], first["repeated"]) == (1, 1)
    assert (again["registered"], again["repeated"]) == (0, 2)
    assert first["ids"] == again["ids"] == [OTHER, OTHER]


def test_a_known_id_with_other_content_is_refused(terreno, laptop, record):
    record(enquiry(id=OTHER, space="oirs"))

    told = record(enquiry(id=OTHER, space="oirs", topic="salud"), exit=1)

    assert told["rejected"][0]["code"] == "id_reused"
    assert terreno.json("list", "attention", data=laptop)["records"][0]["topic"] == "vivienda"


@pytest.fixture
def cut_off(terreno, laptop, monkeypatch):
    """Registers a file until somebody presses Ctrl+C: a line is saved then, and not yet named."""

    def register(file, *options, named):
        say, left, stop = {"line": Output.line, "say": Output.say}, iter([None] * named), object()

        def speak(how):
            def spoken(self, told):
                if str(told).startswith(("línea", "{'line'")) and next(left, stop) is stop:
                    raise KeyboardInterrupt
                say[how](self, told)

            return spoken

        with monkeypatch.context() as terminal:
            for how in say:
                terminal.setattr(Output, how, speak(how))
            return terreno("record", file, *options, data=laptop)

    return register


def test_a_file_that_was_cut_off_goes_on_and_registers_nothing_twice(terreno, laptop, cut_off, tmp_path):
    lines = [enquiry(space="oirs"), complaint(space="oirs"), identity(), outing(), enquiry(space="oirs")]
    file = jsonl(tmp_path / "dia.jsonl", *lines)

    stopped = [cut_off(file, "--json", named=named) for named in (1, 3)]
    again = terreno.json("record", file, data=laptop)

    assert [(answer.exit, answer.json["code"]) for answer in stopped] == [(1, "interrupted")] * 2
    assert (again["registered"], again["repeated"], again["rejected"]) == (1, 4, [])
    assert terreno.json("status", data=laptop)["total"] == len(lines) == len(again["ids"])
    folios = sorted(one["folio"][:15] for one in terreno.json("list", "attention", data=laptop)["records"])
    assert folios == ["T07-2026-000001", "T07-2026-000002", "T07-2026-000003"]


def test_a_file_that_came_to_its_end_is_another_one_the_next_time(terreno, laptop, cut_off, tmp_path):
    file = jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs"))
    cut_off(file, named=0)

    told = [terreno.json("record", file, data=laptop) for _ in range(2)]

    assert [(one["registered"], one["repeated"]) for one in told] == [(0, 1), (1, 0)]


def test_somebody_who_stops_a_file_is_told_how_many_lines_are_safe(cut_off, tmp_path):
    file = jsonl(tmp_path / "dia.jsonl", *[enquiry(space="oirs")] * 4)

    answer = cut_off(file, named=2)

    assert "Las líneas que se nombraron quedaron guardadas: 2." in answer.err
    assert "Repita la misma orden sin cambiar el archivo" in answer.err


BAD_LINES = {
    "no JSON": ("{nada", "", "unreadable"),
    "a list": ("[1]", "", "unreadable"),
    "a number": ("7", "", "unreadable"),
    "no kind": ({"topic": "vivienda"}, "kind", "required"),
    "unknown kind": ({"kind": "nada"}, "kind", "unknown_kind"),
    "a kind of the centre's": ({"kind": "officer", "name": "x"}, "kind", "not_allowed"),
    "another region": (enquiry(region="08"), "region", "other_region"),
    "a region that is no text": (enquiry(region=["13"]), "region", "other_region"),
    "an id that is none": (enquiry(id="7"), "id", "wrong_type"),
    "no topic": ({"kind": "attention", "type": "enquiry", "space": "oirs"}, "topic", "required"),
    "unknown topic": (enquiry(topic="nada"), "topic", "unknown_code"),
    "unknown comuna": (enquiry(residence_comuna="99999"), "residence_comuna", "unknown_code"),
    "the day after tomorrow": (enquiry(received_at="2026-11-23T12:00:00Z"), "received_at", "in_future"),
    "a day that is none": (enquiry(received_at="ayer"), "received_at", "wrong_type"),
    "5,000 characters": (enquiry(description="ñ" * 5000), "description", "too_long"),
    "a NUL": (enquiry(description="a\0b"), "description", "unsendable_text"),
    "a lone surrogate": (
        '{"kind":"attention","type":"enquiry","topic":"vivienda","description":"\\ud800"}',
        "",
        "unreadable",
    ),
    "a fraction": (enquiry(persons_count=1.5), "persons_count", "wrong_type"),
    "nobody": (enquiry(persons_count=0), "persons_count", "too_small"),
    "a complaint about whom": (enquiry(type="complaint"), "own_service", "required"),
    "a name of a field that is none": (enquiry(Ñandú=1), "Ñandú", "unknown_field"),
    "a wrong RUN": (identity(id=OTHER, doc_number="12.531.909-3"), "doc_number", "invalid_run"),
    "an identity of nobody": (identity(), "id", "required"),
}


@pytest.mark.parametrize(("line", "field", "code"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_named_by_number_and_field_and_the_good_ones_are_kept(terreno, laptop, record, line, field, code):
    if isinstance(line, dict) and line.get("kind") == "attention":
        line = {"space": "oirs", **line}

    told = record(line, "", enquiry(space="oirs"), exit=1)

    assert [(r["line"], r["field"], r["code"]) for r in told["rejected"]] == [(1, field, code)]
    assert told["rejected"][0]["message"]
    assert (told["registered"], len(told["ids"])) == (1, 1)
    assert terreno.json("status", data=laptop)["total"] == 1


def test_a_rejected_line_shows_nothing_of_the_person(terreno, laptop, tmp_path):
    file = jsonl(tmp_path / "dia.jsonl", complaint(space="oirs"), identity(doc_number="12.531.909-3", phone="nueve"))

    person, program = terreno("record", file, data=laptop), terreno("record", file, "--json", data=laptop)

    assert person.exit == program.exit == 1
    assert "línea 2: «" in person.out
    assert "(campo doc_number)" in person.out
    for said in (person.out + person.err, program.out + program.err):
        assert not any(word in said for word in ("Rosa", "Ñancupil", "12.531", "12531", "nueve"))


def test_people_read_what_became_of_each_line(terreno, laptop, tmp_path):
    file = jsonl(tmp_path / "dia.jsonl", enquiry(space="oirs", id=OTHER), "basura", enquiry(space="oirs", id=OTHER))

    answer = terreno("record", file, data=laptop)

    assert answer.out.splitlines() == [
        "línea 1: guardada T07-2026-000001-6",
        "línea 2: La línea no es un objeto JSON.",
        "línea 3: guardada T07-2026-000001-6 (ya estaba)",
        "Guardadas: 1. Ya estaban: 1. Rechazadas: 1.",
        (
            "Lo guardado está a salvo. Corrija las líneas rechazadas y registre solo esas:"
            " una línea sin «id» que se repite es otro registro."
        ),
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"basura\n[]\n", b"\xff\xfe\x00garbage\n"])
def test_a_file_without_a_readable_line_is_wrong_input(terreno, laptop, tmp_path, content):
    file = tmp_path / "dia.jsonl"
    file.write_bytes(content)

    answer = terreno("record", file, "--json", data=laptop)

    assert (answer.exit, answer.json["code"]) == (2, "no_readable_line")


def test_a_file_of_windows_is_read_too(terreno, laptop, tmp_path):
    file = tmp_path / "dia.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"kind":"attention","type":"enquiry","topic":"vivienda","space":"oirs"}\r\n')

    assert terreno.json("record", file, data=laptop)["registered"] == 1


def test_a_list_hides_personal_fields_until_they_are_asked_for(terreno, laptop, record):
    record(complaint(space="oirs", description="Le cerraron la puerta"), identity())

    attention = terreno.json("list", "attention", data=laptop)["records"][0]
    bare = terreno.json("list", "identity", data=laptop)["records"][0]
    whole = terreno.json("list", "identity", "--identity", data=laptop)["records"][0]
    told = terreno.json("list", "attention", "--identity", data=laptop)["records"][0]

    assert "description" not in attention
    assert set(bare) - {"region"} == {"kind", "id", "state"}
    assert whole["surnames"] == "Ñancupil Soto"
    assert told["description"] == "Le cerraron la puerta"


def test_asking_for_personal_fields_is_written_down(terreno, laptop, record, monkeypatch):
    opened = []
    monkeypatch.setattr(
        "terreno_app.services.listing.Listing.opened",
        lambda _, records, officer: opened.extend((officer, *r) for r in records),
    )
    found = record(complaint(space="oirs"), identity())["ids"][0]

    terreno.json("list", "identity", "--identity", data=laptop)
    terreno.json("history", "identity", found, "--identity", data=laptop)
    terreno.json("list", "identity", data=laptop)

    assert opened == [(OFFICER, "identity", found)] * 2


def test_what_should_be_looked_at_is_listed_with_its_reason(terreno, laptop, record):
    found = record(complaint(space="oirs"), enquiry(space="oirs"))["ids"][0]

    listed = terreno.json("list", "attention", "--review", data=laptop)["records"]
    status = terreno.json("status", data=laptop)

    assert [r["id"] for r in listed] == [found]
    assert all(set(note) == {"code", "message"} for note in listed[0]["review"])
    assert status["to_review"] == 1


def test_an_edit_reads_each_value_by_its_type(terreno, laptop, record):
    found = record(enquiry(space="oirs", topic="vivienda"))["ids"][0]

    told = terreno.json("edit", "attention", found, "persons_count=3", "language=arn", "interpreter=true", data=laptop)
    terreno.json("edit", "attention", found, "language=", data=laptop)

    shown = terreno.json("list", "attention", data=laptop)["records"][0]
    assert set(told) == {"op", "record"}
    assert told["record"] == found
    assert (shown["persons_count"], shown["interpreter"], shown.get("language")) == (3, True, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("folio=T07-2026-000009-1", "rejected"),
        ("persons_count=tres", "rejected"),
        ("topic=nada", "rejected"),
        ("status=voided", "rejected"),
        ("description=" + "x" * 5000, "rejected"),
    ],
)
def test_a_wrong_edit_changes_nothing(terreno, laptop, record, change, code):
    found = record(enquiry(space="oirs"))["ids"][0]
    before = terreno.json("list", "attention", data=laptop)

    told = terreno.json("edit", "attention", found, change, data=laptop, exit=2)

    assert told["code"] == code
    assert terreno.json("list", "attention", data=laptop) == before


def test_a_record_that_is_written_once_cannot_be_edited(terreno, at_the_stand):
    laptop, planned = at_the_stand
    terreno.json("outing", "close", planned, data=laptop)
    acta = terreno.json("list", "acta", data=laptop)["records"][0]["id"]

    told = terreno.json("edit", "acta", acta, "counts={}", data=laptop, exit=2)

    assert told["code"] == "not_editable"


def test_history_offline_says_that_it_is_not_all(terreno, laptop, record):
    found = record(enquiry(space="oirs", description="secreto"))["ids"][0]
    terreno.json("edit", "attention", found, "topic=salud", data=laptop)

    told = terreno.json("history", "attention", found, data=laptop)
    whole = terreno.json("history", "attention", found, "--identity", data=laptop)
    answer = terreno("history", "attention", found, data=laptop)

    assert told["complete"] is False
    assert [set(op) for op in told["ops"]] == [
        {"op", "author", "captured_at", "route", "status", "reason", "fields"}
    ] * 2
    assert told["ops"][1]["fields"] == {"topic": "salud"}
    assert "description" not in told["ops"][0]["fields"]
    assert whole["ops"][0]["fields"]["description"] == "secreto"
    assert "El centro no responde o no entrega la historia" in answer.out


def test_nothing_at_all_opens_the_desktop(monkeypatch):
    called = []
    monkeypatch.setattr("terreno_app.cli.main.terreno.main", lambda given, **_: called.append(given))

    run([])
    run(["--data", "x"])

    assert called == [["app"], ["app", "--data", "x"]]


OUTING = {
    "kind": "outing",
    "planned_on": "2026-11-21",
    "comuna": "13110",
    "place_name": "Feria libre",
    "sampling": {"method": "bernoulli", "p": "0.5"},
}
DEFAULTS = {
    "kind": "attention",
    "state": "local",
    "space": "oirs_terreno",
    "status": "registered",
    "outcome": "informed",
    "answer_owed": False,
    "persons_count": 1,
    "user_type": "citizen",
    "device": DEVICE,
    "registered_by": OFFICER,
    "received_at": "2026-11-21T15:04:05.123Z",
}
