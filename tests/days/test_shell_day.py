"""One whole day as scripts and installers run it: every command of the laptops in a process of its own."""

import json
import re

from tests.cli.terminal import PHRASE, complaint, enquiry, identity, jsonl, spawn
from tests.days.conftest import today
from tests.days.town import enrolled


def test_a_day_from_enrolment_to_the_printed_month(own_centre, tmp_path):
    field, office, phrase = tmp_path / "terreno", tmp_path / "oficina", tmp_path / "frase.txt"
    phrase.write_text(PHRASE + "\n", encoding="utf-8")

    def typed(*args, data=None, status=0):
        answer = spawn(*args, "--json", data=data)
        assert (answer.exit, answer.err) == (status, ""), answer
        return json.loads(answer.out.splitlines()[-1])

    officer = own_centre.ask("officer", "add", "Rosa Ñanco", "--region", "13", "--role", "officer")["id"]
    enrolled(own_centre, field, "13", "field", officer)
    enrolled(own_centre, office, "13", "coordination", officer)
    plan = {"kind": "outing", "planned_on": today(), "comuna": "13110", "place_name": "Feria Ñuñoa"}
    (outing,) = typed("record", jsonl(tmp_path / "plan.jsonl", plan), data=office)["ids"]
    for folder in (office, field):
        typed("sync", data=folder)
    code = typed("outing", "open", outing, data=field)["code"]
    day = jsonl(tmp_path / "dia.jsonl", enquiry(sex="F"), complaint(), identity(), "basura", enquiry(topic="nada"))
    told = typed("record", day, data=field, status=1)
    record = told["ids"][0]
    synced = [typed("sync", data=folder) for folder in (field, office)]
    typed("edit", "attention", record, "topic=salud", data=office)
    typed("edit", "attention", record, "topic=pensiones", data=field)
    typed("sync", data=office)
    clashed = typed("sync", data=field, status=1)
    (conflict,) = typed("conflicts", "list", data=field, status=1)["conflicts"]
    typed("sync", data=office, status=1)
    typed("conflicts", "resolve", conflict["id"], "--keep", "other", data=office)
    typed("outing", "close", code, data=field)
    for folder in (office, field, office):
        typed("sync", data=folder)
    period = today()[:7]
    local = typed("report", "monthly_summary", "--period", period, data=office)
    central = typed("report", "monthly_summary", "--period", period, "--source", "central", data=office)
    paper = tmp_path / "mes.pdf"
    typed("report", "monthly_summary", "--period", period, "--format", "pdf", "--out", paper, data=office)
    draw = typed("survey", "verify", "--outing", outing, data=office)
    doctor = spawn("doctor", "--passphrase-file", phrase, data=office)

    assert (told["registered"], [r["line"] for r in told["rejected"]]) == (3, [4, 5])
    assert [s["pending"] for s in synced] == [0, 0]
    assert clashed["conflicts"] == 1
    topics = {r["id"]: r["topic"] for r in typed("list", "attention", data=field)["records"]}
    assert topics[record] == "pensiones"
    assert local["digest"] == central["digest"]
    assert local["totals"]["attentions"] == 2
    assert paper.read_bytes().startswith(b"%PDF-")
    assert draw["mismatches"] == []
    assert (doctor.exit, doctor.err) == (0, "")
    assert not re.search(r"Rosa|Ñancupil|12[.]?531", doctor.out)
    status = typed("status", data=field)
    assert (status["pending"], status["conflicts"], status["received"]) == (0, 0, status["total"])
