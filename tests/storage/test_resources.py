import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.paths import resources
from terreno_app.storage.resources import DamagedResourcesError, load_catalogues
from tests.factories import catalogues


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("catalogues", "labels"):
        shutil.copytree(resources() / name, tmp_path / name)
    return tmp_path


def _empty(path: Path) -> None:
    path.write_text("{}" if path.suffix == ".json" else "a,b\n1,2\n", encoding="utf-8")


def test_the_whole_country_is_there() -> None:
    shipped = catalogues()

    assert (len(shipped.regions), len(shipped.comunas)) == (16, 346)
    assert sum(comuna.population for comuna in shipped.comunas) == 18_480_432
    assert sum(comuna.population for comuna in shipped.comunas if comuna.region == "13") == 7_400_741
    assert {comuna.region for comuna in shipped.comunas} == shipped.regions.codes


def test_every_catalogue_points_only_at_what_exists() -> None:
    shipped = catalogues()

    assert {programme.institution for programme in shipped.programmes} <= shipped.institutions.codes
    assert {programme.topic for programme in shipped.programmes} <= shipped.topics.codes
    assert {"tramites", "oferta_gubernamental", "otro"} < shipped.topics.codes


@pytest.mark.parametrize(
    "name", ["type", "outcome", "attention_status", "referral_status", "space", "user_type", "sex"]
)
def test_every_value_has_the_code_of_the_ministry(name: str) -> None:
    entries = catalogues().lists[name]

    assert entries.codes == set(CODE_LISTS[name])
    assert all(entry.ministry_code for entry in entries)


def test_answers_are_owed_by_type_as_the_ministry_lists_them() -> None:
    owed = {entry.code for entry in catalogues().lists["type"] if entry.answer_owed}

    assert owed == {
        "information_request",
        "foi_request",
        "complaint",
        "suggestion",
        "commendation",
        "opinion",
        "report_of_wrongdoing",
    }


def test_the_holidays_of_2026_are_sixteen_in_the_whole_country() -> None:
    of_2026 = [holiday for holiday in catalogues().holidays if holiday.day.year == 2026]

    assert len([holiday for holiday in of_2026 if not holiday.territories]) == 16
    assert {holiday.day: holiday.territories for holiday in of_2026 if holiday.territories} == {
        date(2026, 6, 7): ("15",),
        date(2026, 8, 20): ("16101", "16103"),
    }


def test_the_options_of_a_question_stand_apart_from_its_words() -> None:
    questions = {question.id: question for question in catalogues().questionnaire.questions}

    assert questions["P5b"].text == "¿Cuál?"
    assert questions["P5b"].condition == ("P5", "si")
    assert "redes sociales" in questions["P6"].options
    assert questions["P7"].text.endswith("(no escriba nombres ni RUN)")
    assert not questions["P7"].core


def test_the_labels_know_every_catalogue_and_who_does_not_answer() -> None:
    labels = catalogues().labels

    assert labels.code("comuna", "13101") == "Santiago"
    assert labels.code("country", "NR") == "Prefiere no responder"
    assert labels.code("region", "CL") == "Todo el país"


def test_no_country_is_mistaken_for_a_refusal() -> None:
    assert catalogues().countries.get("NR") is None
    assert len(catalogues().countries) == 248


def test_the_version_tells_two_sets_of_files_apart(folder: Path) -> None:
    same = load_catalogues(folder).version
    terms = folder / "catalogues" / "plazos.json"
    terms.write_text(
        terms.read_text(encoding="utf-8").replace('"dias_habiles": 10', '"dias_habiles": 5'), encoding="utf-8"
    )

    changed = load_catalogues(folder)

    assert same == catalogues().version != changed.version
    assert {rule.business_days for rule in changed.due_rules} == {20, 5}


@pytest.mark.parametrize("damage", [Path.unlink, _empty, lambda path: path.write_bytes(b"\xff\xfe\x00")])
@pytest.mark.parametrize(
    "name",
    [
        "labels/es-CL.json",
        "catalogues/catalogos.json",
        "catalogues/codigos_ministerio.json",
        "catalogues/ficha.json",
        "catalogues/plazos.json",
        "catalogues/informes.json",
        "catalogues/encuesta_satisfaccion_v1.json",
        "catalogues/dpa_chile.csv",
        "catalogues/feriados_cl.csv",
        "catalogues/instituciones.csv",
    ],
)
def test_a_damaged_file_is_named(folder: Path, name: str, damage: Callable[[Path], object]) -> None:
    damage(folder / name)

    with pytest.raises(DamagedResourcesError) as refusal:
        load_catalogues(folder)

    assert refusal.value.file in {Path(name).name, "codigos_ministerio.json"}


def test_a_code_that_the_ministry_does_not_list_is_named(folder: Path) -> None:
    file = folder / "catalogues" / "codigos_ministerio.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["type"]["codigos"]["enquiry"] = "NO_EXISTE"
    file.write_text(json.dumps(content), encoding="utf-8")

    with pytest.raises(DamagedResourcesError, match=r"codigos_ministerio\.json"):
        load_catalogues(folder)


def test_a_questionnaire_that_people_answered_is_never_changed(folder: Path) -> None:
    """What they were asked stands behind their answers: other words are another version, in another file."""
    content = json.loads((folder / "catalogues" / "encuesta_satisfaccion_v1.json").read_text(encoding="utf-8"))
    asked = {name: content[name] for name in ("id", "version", "escala_likert7", "preguntas")}

    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    assert digest == "908bbcff749bfee2efc562ef9fbf204be0e95771ed1b0758338d17f2b2970257"


def test_every_name_that_people_use_is_of_a_programme_and_says_where_it_comes_from() -> None:
    lines = (resources() / "catalogues" / "programas_nombres.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines))

    assert {row["codigo"] for row in rows} <= catalogues().programmes.codes
    assert all(row["nombre"] and row["fuente"] for row in rows)
