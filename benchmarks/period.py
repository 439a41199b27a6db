"""A period of attentions as facts, drawn by the database itself: 16 regions by their people, 346 comunas, 12 months.

Each outing is a day in a comuna and has some 120 attentions between nine and five; some were typed weeks later from
paper. One adult in ten is drawn for the survey. Shares are those of a ministry that attends many for a few matters:
topics and comunas fall off steeply.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

from psycopg import Connection

from sync.central.figure_layout import Layout, Shape
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.code_lists import CODE_LISTS

_PARTS = 200
_OF_OUTING = 120
_REFERRED = 16
"""One of so many attentions is referred."""

_ID = (
    "substr({ms}, 1, 8) || '-' || substr({ms}, 9, 4) || '-7' || substr({m}, 1, 3) || '-8' || substr({m}, 4, 3) || '-'"
    " || substr({m}, 7, 12)"
)

_INSTANT = 'to_char({0}, \'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\')'


def load(connection: Connection, layout: Layout, catalogues: Catalogues, year: int, attentions: int) -> None:
    """Draw a year's outings, their sessions, attentions and referrals into the tables of the facts."""
    outings = max(1, attentions // _OF_OUTING)
    connection.execute("SELECT setseed(0.5)")
    connection.execute("DROP TABLE IF EXISTS period_comunas, period_outings")
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
    _insert(connection, layout.facts["outing"].shape, _OUTING, "period_outings AS o")
    _insert(connection, layout.facts["outing_session"].shape, _SESSION, "period_outings AS o")
    source = (
        f"(SELECT i, o.id AS outing, o.region, o.comuna, o.day + TIME '09:00' + random() * INTERVAL '8 hours' AS at,"
        f" md5(i::text || '{year}') AS m, {_one_of(_weights(_SPACES))} AS space, {_one_of(_weights(_TYPES))} AS type,"
        " random() AS by_chance, random() AS late, random() AS drawn"
        f" FROM generate_series(0, {attentions - 1}) AS i JOIN period_outings AS o"
        f" ON o.n = LEAST(i / {_OF_OUTING}, {outings - 1})) AS a"
    )
    shape = layout.facts["attention"].shape
    _insert(connection, shape, _attention(catalogues), source)
    source = (
        f"(SELECT region, id, v_outing, instant, md5(id) AS m FROM {shape.name}"
        f" WHERE month BETWEEN {year}01 AND {year}12"
        f" AND ('x' || substr(md5(id), 1, 7))::bit(28)::int % {_REFERRED} = 0) AS r"
    )
    _insert(connection, layout.facts["referral"].shape, _referral(catalogues), source)
    connection.execute("DROP TABLE period_comunas, period_outings")


def _insert(connection: Connection, shape: Shape, values: Mapping[str, str], source: str) -> None:
    cells = ", ".join(values.get(name, "0" if name == "odd" else "NULL") for name in shape.names)
    connection.execute(f"INSERT INTO {shape.name} ({', '.join(shape.names)}) SELECT {cells} FROM {source}")


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
    "v_opened_by": _ID.format(ms=_ms("o.day"), m=_md5("(o.n % 400)", "p")),
    "v_incidents": "CASE WHEN random() < 0.1 THEN 1 END",
    "v_informed_count__material": "floor(random() * 80)",
    "v_informed_count__talk": "floor(random() * 30)",
    "v_informed_count__other": "floor(random() * 10)",
}


def _attention(catalogues: Catalogues) -> dict[str, Any]:
    institutions = _falling(entry.code for entry in catalogues.institutions)
    ages = {band.code: 10.0 for band in catalogues.age_bands}
    levels = {level.code: 7.0 for level in catalogues.education_levels}
    in_utc = "((a.at AT TIME ZONE 'America/Santiago') AT TIME ZONE 'UTC')"
    typed_at = f"({in_utc} + CASE WHEN a.late < 0.05 THEN INTERVAL '30 days' ELSE INTERVAL '5 minutes' END)"
    received_at = _INSTANT.format(in_utc)
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
        "v_user_type": _drawn(_falling(CODE_LISTS["user_type"])),
        "v_draw__eligible": f"CASE WHEN {drawn} THEN (a.drawn < 0.85)::int END",
        "v_draw__selected": f"CASE WHEN {drawn} THEN (a.drawn < 0.085)::int END",
        "v_draw__p": f"CASE WHEN {drawn} THEN '0.1' END",
        "v_draw__reason": f"CASE WHEN {drawn} AND a.drawn >= 0.85 THEN 'minor' END",
    }


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
        "v_due_on": "left(r.instant, 8) || '28'",
        "v_sent_at": _later("2 days"),
        "v_answered_at": f"CASE WHEN random() < 0.5 THEN {_later('20 days')} END",
    }
