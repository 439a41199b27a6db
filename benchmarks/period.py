"""A period of attentions as facts, drawn by the database itself: 16 regions by their people, 346 comunas, 12 months.

Each outing is a day in a comuna and has some 120 attentions between nine and five; some were typed weeks later from
paper. One adult in ten is drawn for the survey. Shares are those of a ministry that attends many for a few matters:
topics and comunas fall off steeply. Three in four of those drawn answer. What an office writes down stands as records.
Whatever belongs to a year has an id of that year.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate, pairwise
from typing import Any

import orjson
import psycopg
from psycopg import Connection

from benchmarks.parts import filled_apart
from sync.central.figure_facts import FactTable, column_name
from sync.central.figure_layout import Layout
from sync.core.derived import MARK
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.code_lists import CODE_LISTS
from terreno_app.domain.survey import choices_of

_PARTS = 200
_OF_OUTING = 120
_RECORDS = 1_000_000
_REFERRED = 16
"""One of so many attentions is referred."""

_ID = (
    "substr({ms}, 1, 8) || '-' || substr({ms}, 9, 4) || '-7' || substr({m}, 1, 3) || '-8' || substr({m}, 4, 3) || '-'"
    " || substr({m}, 7, 12)"
)

_INSTANT = 'to_char({0}, \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')'


def load(url: str, layout: Layout, catalogues: Catalogues, year: int, attentions: int) -> None:
    """Draw a year's outings, their sessions, attentions and referrals into the tables of the facts.

    Args:
        url: The database; the parts of the year are there.
        layout: Its tables.
        catalogues: Comunas, topics and whatever else is drawn from.
        year: The year.
        attentions: How many.
    """
    outings = max(1, attentions // _OF_OUTING)
    with psycopg.connect(url) as connection:
        _go_out(connection, layout, catalogues, year, outings)
    with filled_apart(url, layout.facts["attention"].shape, year) as name:
        each = -(-outings // (os.cpu_count() or 1)) * _OF_OUTING
        with ThreadPoolExecutor() as pool:
            drawn = [
                pool.submit(_attend, url, layout, catalogues, name, year, outings, first, min(first + each, attentions))
                for first in range(0, attentions, each)
            ]
        for one in drawn:
            one.result()
    with psycopg.connect(url) as connection:
        _follow(connection, layout, catalogues, year)


def _go_out(connection: Connection, layout: Layout, catalogues: Catalogues, year: int, outings: int) -> None:
    connection.execute("SELECT setseed(0.5)")
    connection.execute("CREATE TABLE period_comunas (upto DOUBLE PRECISION, code TEXT, region TEXT)")
    people = sum(comuna.population for comuna in catalogues.comunas)
    reached = accumulate(comuna.population / people for comuna in catalogues.comunas)
    with connection.cursor().copy("COPY period_comunas FROM STDIN") as copy:
        for comuna, upto in zip(catalogues.comunas, reached, strict=True):
            copy.write_row((upto, comuna.code, comuna.region))
    connection.execute(
        "CREATE TABLE period_outings AS SELECT n, day, code AS comuna, region,"
        f" {_ID.format(ms=_ms('day'), m=_md5('n', 'o'))} AS id FROM (SELECT n,"
        f" DATE '{year}-01-01' + (n * 364 / {outings})::int AS day, random() AS drawn"
        f" FROM generate_series(0, {outings - 1}) AS n) AS drawn JOIN LATERAL (SELECT code, region FROM period_comunas"
        " WHERE upto >= drawn.drawn ORDER BY upto LIMIT 1) AS comuna ON TRUE"
    )
    connection.execute("ALTER TABLE period_outings ADD PRIMARY KEY (n); ANALYZE period_outings")
    _insert(connection, layout.facts["outing"], _OUTING, "period_outings AS o")
    _insert(connection, layout.facts["outing_session"], _SESSION, "period_outings AS o")


def _attend(
    url: str, layout: Layout, catalogues: Catalogues, into: str, year: int, outings: int, first: int, end: int
) -> None:
    """Draw the attentions with the numbers from the first up to the end."""
    source = (
        f"(SELECT i, o.id AS outing, o.region, o.comuna, o.day + TIME '09:00' + random() * INTERVAL '8 hours' AS at,"
        f" md5(i::text || '{year}') AS m, {_one_of(_weights(_SPACES))} AS space, {_one_of(_weights(_TYPES))} AS type,"
        " random() AS by_chance, random() AS late, random() AS drawn, random() AS answer, random() < 0.08 AS leads"
        f" FROM generate_series({first}, {end - 1}) AS i JOIN period_outings AS o"
        f" ON o.n = LEAST(i / {_OF_OUTING}, {outings - 1})) AS a"
    )
    with psycopg.connect(url) as connection:
        connection.execute("SELECT setseed(%s)", (1 / (first + 2),))
        _insert(connection, layout.facts["attention"], _attention(catalogues, year), source, into)


def _follow(connection: Connection, layout: Layout, catalogues: Catalogues, year: int) -> None:
    """Draw what follows from attentions: referrals, answers; and what an office sets itself and writes down."""
    connection.execute("SELECT setseed(0.5)")
    shape = layout.facts["attention"].shape
    source = (
        f"(SELECT region, id, v_outing, instant, md5(id) AS m FROM {shape.name}"
        f" WHERE month BETWEEN {year}01 AND {year}12"
        f" AND ('x' || substr(md5(id), 1, 7))::bit(28)::int % {_REFERRED} = 0) AS r"
    )
    _insert(connection, layout.facts["referral"], _referral(catalogues), source)
    source = (
        f"(SELECT region, id, random() AS by_chance FROM {shape.name}"
        f" WHERE month BETWEEN {year}01 AND {year}12 AND v_draw__selected = 1) AS s"
    )
    _insert(connection, layout.facts["survey_response"], _response(catalogues), source)
    source = f"(SELECT DISTINCT region FROM period_comunas) AS r, generate_series(1, {len(_GOALS)}) AS g"
    _insert(connection, layout.facts["coverage_goal"], _goal(year), source)
    _write_down(connection, catalogues, year)
    connection.execute("DROP TABLE period_comunas, period_outings")


def _write_down(connection: Connection, catalogues: Catalogues, year: int) -> None:
    """Records as such: what an office writes down a few times, among those of everything else, of a million at most."""
    connection.execute("CREATE SEQUENCE IF NOT EXISTS period_changes")
    connection.execute(
        "CREATE TEMPORARY TABLE period_written ON COMMIT DROP AS"
        f" SELECT 'attention' AS kind, id, region, '{{}}' AS fields FROM fact_attention"
        f" WHERE month BETWEEN {year}01 AND {year}12 LIMIT {_RECORDS}"
    )
    with connection.cursor().copy("COPY period_written FROM STDIN") as copy:
        for kind, (times, fields) in _WRITTEN.items():
            for region in catalogues.regions:
                for number in range(times):
                    text = orjson.dumps(fields).decode().replace("YEAR", str(year)).replace("NN", str(number))
                    copy.write_row((kind, f"{kind}-{year}-{region.code}-{number}", region.code, text))
    connection.execute(
        "INSERT INTO records"
        " (kind, id, region, change, schema, fields, writer, made_by, accepted_at, contested, erased)"
        " SELECT kind, id, region, nextval('period_changes'), 1, fields, '', '', '', FALSE, FALSE FROM period_written"
    )


def _insert(
    connection: Connection, facts: FactTable, values: Mapping[str, str], source: str, into: str | None = None
) -> None:
    """Draw values into facts; what is derived from them is said of those that were drawn."""
    shape, told = facts.shape, {column_name(name): _of_drawn(name) for name in facts.derived}
    types = {column.name: "BIGINT" if column.number else "TEXT" for column in shape.columns}
    given = [name for name in shape.names if name not in told]
    drawn = ", ".join(
        f"{values.get(name, '0' if name == 'odd' else f'NULL::{types[name]}')} AS {name}" for name in given
    )
    cells = ", ".join(told.get(name, name) for name in shape.names)
    connection.execute(
        f"INSERT INTO {into or shape.name} ({', '.join(shape.names)})"
        f" SELECT {cells} FROM (SELECT {drawn} FROM {source} OFFSET 0) AS drawn"
    )


def _of_drawn(name: str) -> str:
    """What is derived from values, as PostgreSQL says it of a row that was drawn."""
    function, *given = name.split(MARK)
    columns = ["instant" if path == "instant" else column_name(path) for path in given]
    at = [f"{column}::timestamptz AT TIME ZONE 'America/Santiago'" for column in columns]
    days = [f"to_char({one}, 'YYYY-MM-DD')" for one in at]
    return {
        "day": days[0],
        "month": f"to_char({at[0]}, 'YYYYMM')::bigint",
        "month_of_day": f"replace(left({columns[0]}, 7), '-', '')::bigint",
        "clock": f"extract(hour FROM {at[0]})",
        "days": f"{days[-1]}::date - {days[0]}::date",
        "late": f"({days[0]} > {columns[-1]})::int",
        "has": f"({columns[0]} IS NOT NULL)::int",
        "ms": f"(extract(epoch FROM {columns[0]}::timestamptz) * 1000)::bigint",
        "top": f"CASE WHEN {columns[0]} ~ '^[1-9]$' THEN ({columns[0]}::int >= {''.join(given[1:2])})::int END",
    }[function]


def _ms(at: str) -> str:
    return f"lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0')"


def _md5(number: str, of: str) -> str:
    return f"md5({number}::text || '{of}')"


def _weights(shares: Mapping[str | None, float]) -> list[str | None]:
    """Values, each as often as its share of the parts says, and once at least."""
    whole = sum(shares.values())
    return [value for value, share in shares.items() for _ in range(max(1, round(_PARTS * share / whole)))]


def _falling(codes: Iterable[str]) -> dict[str | None, float]:
    """Shares that fall off as ranks do."""
    return {code: 1 / rank for rank, code in enumerate(codes, 1)}


def _one_of(values: list[str | None]) -> str:
    listed = ", ".join("NULL" if value is None else f"'{value}'" for value in values)
    return f"(ARRAY[{listed}]::text[])[1 + floor(random() * {len(values)})::int]"


def _drawn(shares: Mapping[str | None, float]) -> str:
    return _one_of(_weights(shares))


_SPACES: dict[str | None, float] = {"oirs_terreno": 70, "oirs": 20, "tic": 7, "buzon": 3}
_TYPES: dict[str | None, float] = {
    "enquiry": 55,
    "guidance": 20,
    "information_request": 8,
    "complaint": 8,
    "suggestion": 3,
    "commendation": 2,
    "opinion": 2,
    "follow_up": 2,
}
_SEX: dict[str | None, float] = {"F": 58, "M": 37, "X": 1, "NR": 2, None: 2}
_OUTING = {
    "region": "o.region",
    "id": "o.id",
    "v_code": "'S-' || o.n",
    "v_planned_on": "o.day::text",
    "v_status": "'planned'",
    "v_comuna": "o.comuna",
    "v_place_type": "'PLAZA'",
    "v_goal_attentions": "100",
}
_SESSION = {
    "region": "o.region",
    "id": _ID.format(ms=_ms("o.day"), m=_md5("o.n", "s")),
    "v_outing": "o.id",
    "v_opened_at": "o.day::text || 'T12:00:00.000Z'",
    "v_closed_at": "o.day::text || 'T20:00:00.000Z'",
    "v_seed_commitment": "md5(o.n::text || 'c') || md5(o.n::text || 'd')",
    "v_opened_by": _ID.format(ms=_ms("o.day"), m=_md5("(o.n % 400)", "p")),
    "v_incidents": "CASE WHEN random() < 0.1 THEN 1 END",
    "v_informed_count__material": "floor(random() * 80)",
    "v_informed_count__talk": "floor(random() * 30)",
    "v_informed_count__other": "floor(random() * 10)",
}


def _attention(catalogues: Catalogues, year: int) -> dict[str, Any]:
    institutions = _falling(entry.code for entry in catalogues.institutions)
    ages = {band.code: 10.0 for band in catalogues.age_bands}
    levels = {level.code: 7.0 for level in catalogues.education_levels}
    in_utc = "((a.at AT TIME ZONE 'America/Santiago') AT TIME ZONE 'UTC')"
    typed_at = (
        f"LEAST({in_utc} + CASE WHEN a.late < 0.05 THEN INTERVAL '30 days' ELSE INTERVAL '5 minutes' END,"
        f" TIMESTAMP '{year}-12-31 23:59')"
    )
    received_at = _INSTANT.format(in_utc)
    answered_at = _INSTANT.format(f"{in_utc} + a.answer * INTERVAL '25 days'")
    products = [one.code for one in catalogues.programmes if one.is_dos_product]
    others = [one for one in CODE_LISTS["user_type"] if one != "community_leader"]
    drawn = "a.space = 'oirs_terreno' AND a.late >= 0.05"
    return {
        "region": "a.region",
        "id": _ID.format(ms=_ms(typed_at), m="a.m"),
        "instant": received_at,
        "v_received_at": received_at,
        "month": "to_char(a.at, 'YYYYMM')::bigint",
        "v_space": "a.space",
        "v_outing": "CASE WHEN a.space = 'oirs_terreno' THEN a.outing END",
        "v_back_captured": "CASE WHEN a.late < 0.05 THEN 1 ELSE 0 END",
        "v_type": "a.type",
        "v_own_service": "CASE WHEN a.type = 'complaint' THEN (random() < 0.3)::int END",
        "v_concerned_institution": f"CASE WHEN a.type = 'complaint' THEN {_drawn(institutions)} END",
        "v_topic": _drawn(_falling(topic.code for topic in catalogues.topics)),
        "v_programme": f"CASE WHEN random() < 0.6 THEN {_drawn(_falling(p.code for p in catalogues.programmes))} END",
        "v_answer_owed": "CASE WHEN a.type = 'complaint' THEN 1 ELSE 0 END",
        "v_due_on": "CASE WHEN a.type = 'complaint' THEN (a.at::date + 14)::text END",
        "v_due_rule": "CASE WHEN a.type = 'complaint' THEN 'general' END",
        "v_answered_at": f"CASE WHEN a.type = 'complaint' AND a.answer < 0.8 THEN {answered_at} END",
        "v_dos_products": f"CASE WHEN a.leads AND a.by_chance < 0.5 THEN {_drawn(_lists(products))} END",
        "v_org_type": f"CASE WHEN a.leads THEN {_drawn(_falling(sorted(catalogues.by_list['org_type'])))} END",
        "v_language": "CASE WHEN a.by_chance < 0.02 THEN 'arn' END",
        "v_interpreter": "CASE WHEN a.by_chance < 0.01 THEN 1 END",
        "v_outcome": _drawn({"informed": 55, "guided": 30, "referred": 7, "in_process": 7, "withdrawn": 1}),
        "v_oriented_institution": f"CASE WHEN random() < 0.3 THEN {_drawn(institutions)} END",
        "v_status": _drawn({"registered": 88, "in_process": 4, "referred": 4, "answered": 2, "closed": 1, "voided": 1}),
        "v_persons_count": "CASE WHEN random() < 0.06 THEN 2 + floor(random() * 4) ELSE 1 END",
        "v_duration_s": "CASE WHEN random() < 0.9 THEN floor(60 + 840 * power(random(), 2)) END",
        "v_wait_min": "CASE WHEN random() < 0.8 THEN floor(60 * power(random(), 3)) END",
        "v_sex": _drawn(_SEX),
        "v_age_band": _drawn({**ages, None: 5}),
        "v_nationality": _drawn({"CL": 88, "VE": 5, "PE": 2, "CO": 2, "HT": 1, "BO": 1, None: 1}),
        "v_residence_comuna": "CASE WHEN a.by_chance < 0.96 THEN a.comuna END",
        "v_residence_country": "CASE WHEN a.by_chance >= 0.99 THEN 'AR' END",
        "v_education": _drawn({**levels, None: 8}),
        "v_occupation": _drawn({**_falling(CODE_LISTS["occupation"]), None: 1}),
        "v_user_type": f"CASE WHEN a.leads THEN 'community_leader' ELSE {_drawn(_falling(others))} END",
        "v_draw__eligible": f"CASE WHEN {drawn} THEN (a.drawn < 0.85)::int END",
        "v_draw__selected": f"CASE WHEN {drawn} THEN (a.drawn < 0.085)::int END",
        "v_draw__p": f"CASE WHEN {drawn} THEN '0.1' END",
        "v_draw__reason": f"CASE WHEN {drawn} AND a.drawn >= 0.85 THEN 'minor' END",
    }


def _lists(codes: list[str]) -> dict[str | None, float]:
    """One product, or two that lie beside each other, as the facts hold lists."""
    lists = [[code] for code in codes] + [sorted(pair) for pair in pairwise(codes)]
    return _falling(orjson.dumps(one).decode() for one in lists)


def _later(most: str) -> str:
    return _INSTANT.format(f"(r.instant::timestamptz AT TIME ZONE 'UTC') + random() * INTERVAL '{most}'")


def _referral(catalogues: Catalogues) -> dict[str, Any]:
    return {
        "region": "r.region",
        "id": "substr(r.id, 1, 19) || '9' || substr(r.id, 21, 4) || substr(r.m, 1, 12)",
        "v_attention": "r.id",
        "v_institution": _drawn(_falling(entry.code for entry in catalogues.institutions)),
        "v_consent": "'verbal'",
        "v_status": _drawn(dict.fromkeys(CODE_LISTS["referral_status"], 1.0)),
        "v_due_on": "(left(r.instant, 10)::date + 14)::text",
        "v_sent_at": _later("2 days"),
        "v_answered_at": f"CASE WHEN random() < 0.5 THEN {_later('20 days')} END",
    }


def _response(catalogues: Catalogues) -> dict[str, Any]:
    complete = "s.by_chance < 0.75"
    questionnaire = catalogues.questionnaire
    notes: dict[str | int, float] = {7: 45, 6: 25, 5: 12, 4: 7, 3: 4, 2: 2, 1: 3, "NS": 1, "NR": 1}
    answers = {}
    for question in questionnaire.questions:
        shares = notes if question.kind == "likert7" else {**_falling(choices_of(question)), "NR": 0.05}
        told = {orjson.dumps(answer).decode(): share for answer, share in shares.items()}
        answers[column_name(f"answers.{question.id}")] = f"CASE WHEN {complete} THEN {_drawn(dict(told))} END"
    return {
        "region": "s.region",
        "id": "s.id",
        "v_questionnaire": f"CASE WHEN {complete} THEN '{questionnaire.id}' END",
        "v_questionnaire_version": f"CASE WHEN {complete} THEN {questionnaire.version} END",
        "v_mode": "CASE WHEN s.by_chance < 0.7 THEN 'on_screen' ELSE 'assisted' END",
        "v_result": f"CASE WHEN {complete} THEN 'complete' WHEN s.by_chance < 0.8 THEN 'partial' ELSE 'none' END",
        "v_none_reason": f"CASE WHEN s.by_chance >= 0.8 THEN {_drawn(_falling(CODE_LISTS['none_reason']))} END",
        **answers,
    }


_GOALS = ("attentions", "persons", "informed", "outings", "comunas_visited", "surveys", "satisfaction")


def _goal(year: int) -> dict[str, str]:
    return {
        "region": "r.region",
        "id": _ID.format(ms=_ms(f"DATE '{year}-01-01'"), m=_md5("(r.region || g)", "g")),
        "v_year": str(year),
        "v_period_type": "'year'",
        "v_period": f"'{year}'",
        "v_metric": f"(ARRAY[{', '.join(repr(one) for one in _GOALS)}])[g]",
        "v_target": "90",
        "v_approved_on": f"'{year}-01-02'",
    }


_WRITTEN: dict[str, tuple[int, dict[str, Any]]] = {
    "siac_activity": (12, {"held_on": "YEAR-05-01", "title": "Reunión NN de coordinación", "participants": 12}),
    "monthly_opinions": (
        12,
        {"period": "YEAR-05", "space": "oirs", "demands": "Agua, luz y caminos NN", "opinions": "–"},
    ),
    "regional_diagnosis": (1, {"diagnosed_on": "YEAR-08-01", "office": "yes", "schedule": "yes", "gaps": "Señalética"}),
}
"""How many of each kind a region writes down in a year, and what."""
