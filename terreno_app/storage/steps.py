"""The tables of the laptop's database, as numbered steps that are never edited: a change is a new step.

Every step runs in one transaction with its own record and with the database's version, so a step cut in the middle is
simply done again. Rowid tables with unique indexes: they grow at their end, faster than tables clustered by uuid.

``place`` is the order in which this laptop saved its ops. JSON columns are text, for SQLite's own functions.
"""

# isort: split
from terreno_app.storage.sqlcipher import Connection  # before sqlite_utils: it puts SQLCipher in the library's place

# isort: split
from sqlite_utils import Database, Migrations

steps = Migrations("terreno")


@steps(name="0001_store_of_a_laptop")
def _store_of_a_laptop(database: Database) -> None:
    for statement in _STEP_1:
        database.execute(statement)
    database.execute("PRAGMA user_version = 1")


@steps(name="0002_what_outlives_a_history")
def _what_outlives_a_history(database: Database) -> None:
    for statement in _STEP_2:
        database.execute(statement)
    database.execute("PRAGMA user_version = 2")


@steps(name="0003_edits_after_the_end")
def _edits_after_the_end(database: Database) -> None:
    for statement in _STEP_3:
        database.execute(statement)
    database.execute("PRAGMA user_version = 3")


@steps(name="0004_attentions_to_find")
def _attentions_to_find(database: Database) -> None:
    for statement in _STEP_4:
        database.execute(statement)
    database.execute("PRAGMA user_version = 4")


@steps(name="0005_attentions_to_count")
def _attentions_to_count(database: Database) -> None:
    for statement in _STEP_5:
        database.execute(statement)
    database.execute("PRAGMA user_version = 5")


@steps(name="0006_attentions_of_every_report")
def _attentions_of_every_report(database: Database) -> None:
    for statement in _STEP_6:
        database.execute(statement)
    database.execute("PRAGMA user_version = 6")


def apply(connection: Connection) -> None:
    """Do the steps that this database has not had."""
    steps.apply(Database(connection))


_STEP_1 = (
    """
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE epochs (
        place INTEGER PRIMARY KEY,
        epoch TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE TABLE streams (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        last_seq INTEGER NOT NULL,
        last_link TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE receipts (
        number INTEGER PRIMARY KEY,
        signature TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL,
        epoch TEXT NOT NULL,
        issued_at TEXT NOT NULL,
        count INTEGER NOT NULL,
        body BLOB NOT NULL,
        results BLOB NOT NULL
    ) STRICT
    """,
    # What changes of an op is apart from what never does: an answer rewrites few pages.
    """
    CREATE TABLE ops (
        place INTEGER PRIMARY KEY,
        op TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        region TEXT NOT NULL,
        stream INTEGER NOT NULL REFERENCES streams (place),
        seq INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'local' CHECK (state IN ('local', 'sent', 'received')),
        overlaid INTEGER NOT NULL DEFAULT 1 CHECK (overlaid IN (0, 1)),
        status TEXT CHECK (status IN ('applied', 'agreed', 'conflict', 'quarantined', 'rejected')),
        change INTEGER NOT NULL DEFAULT 0,
        reason TEXT,
        receipt INTEGER REFERENCES receipts (number)
    ) STRICT
    """,
    "CREATE INDEX ops_of_a_record ON ops (kind, record)",
    "CREATE INDEX ops_without_receipt ON ops (place) WHERE receipt IS NULL",
    "CREATE INDEX ops_quarantined ON ops (kind, record) WHERE status = 'quarantined'",
    "CREATE INDEX ops_rejected ON ops (place) WHERE status = 'rejected'",
    """
    CREATE TABLE op_bodies (
        place INTEGER PRIMARY KEY REFERENCES ops (place),
        hash TEXT NOT NULL,
        link TEXT NOT NULL,
        captured_at TEXT NOT NULL,
        wire BLOB NOT NULL,
        salt BLOB,
        private TEXT,
        CHECK ((salt IS NULL) = (private IS NULL))
    ) STRICT
    """,
    """
    CREATE TABLE resolutions (
        conflict TEXT NOT NULL,
        place INTEGER NOT NULL REFERENCES ops (place),
        PRIMARY KEY (conflict, place)
    ) STRICT, WITHOUT ROWID
    """,
    # `change` is that of the base, 0 without one; `base` is null while it is just what is shown.
    """
    CREATE TABLE shown (
        place INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        region TEXT NOT NULL,
        made_here INTEGER NOT NULL CHECK (made_here IN (0, 1)),
        own INTEGER NOT NULL CHECK (own IN (0, 1)),
        change INTEGER NOT NULL,
        sorted_at TEXT NOT NULL,
        outing TEXT,
        folio TEXT,
        fields TEXT NOT NULL,
        writer TEXT NOT NULL,
        writers TEXT NOT NULL,
        base TEXT,
        UNIQUE (kind, record)
    ) STRICT
    """,
    # `made_here` stands in it to be counted without reading a row; an index of its own would be one more page a save.
    "CREATE INDEX shown_in_order ON shown (kind, sorted_at, made_here)",
    "CREATE INDEX shown_of_an_outing ON shown (outing, kind) WHERE outing IS NOT NULL",
    "CREATE INDEX shown_by_folio ON shown (folio) WHERE folio IS NOT NULL",
    """
    CREATE TABLE conflicts (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'superseded')),
        body TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX conflicts_of_a_record ON conflicts (kind, record)",
    "CREATE INDEX conflicts_open ON conflicts (state) WHERE state = 'open'",
    """
    CREATE TABLE arriving (
        place INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        wire BLOB NOT NULL,
        UNIQUE (kind, record)
    ) STRICT
    """,
    """
    CREATE TABLE cursors (
        feed TEXT PRIMARY KEY,
        change INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE counters (
        name TEXT PRIMARY KEY,
        value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE drafts (
        key TEXT PRIMARY KEY,
        body TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE access_log (
        place INTEGER PRIMARY KEY,
        officer TEXT NOT NULL,
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
)

_STEP_2 = (
    # Private values of the journal, sealed to the centre once they have left this laptop.
    "ALTER TABLE op_bodies ADD COLUMN sealed TEXT",
    # Ops of others for which the centre vouches; a restored centre is offered what is `waiting`, in a stream of theirs.
    """
    CREATE TABLE vouched (
        place INTEGER PRIMARY KEY,
        op TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        region TEXT NOT NULL,
        erase INTEGER NOT NULL CHECK (erase IN (0, 1)),
        wire BLOB NOT NULL,
        key TEXT NOT NULL,
        signature TEXT NOT NULL,
        waiting INTEGER NOT NULL DEFAULT 0 CHECK (waiting IN (0, 1)),
        stream TEXT,
        seq INTEGER,
        link TEXT
    ) STRICT
    """,
    # Records whose private values the centre sent to a field laptop that has no op on them: since when they are here.
    """
    CREATE TABLE readable (
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (kind, record)
    ) STRICT, WITHOUT ROWID
    """,
)

_STEP_3 = (
    # Ops behind values of a record out of use that the centre merged after the one that ended it.
    """
    CREATE TABLE late (
        kind TEXT NOT NULL,
        record TEXT NOT NULL,
        op TEXT NOT NULL,
        PRIMARY KEY (kind, record, op)
    ) STRICT, WITHOUT ROWID
    """,
)

_STEP_4 = (
    # All that a search looks at, newest last: 50,000 attentions are looked through without reading one of them.
    """
    CREATE INDEX attentions_to_find ON shown (
        sorted_at,
        folio,
        json_extract(fields, '$.type'),
        json_extract(fields, '$.topic'),
        json_extract(fields, '$.programme'),
        json_extract(fields, '$.residence_comuna')
    )
    WHERE kind = 'attention'
    """,
)

# What the month asks of every attention, so that a report reads this index and no document. The expressions are those
# of `sync.core.dialects`, to the letter: SQLite takes a value from an index only for the very expression.
_COUNTED = (
    "received_at_corrected.value",
    "received_at",
    "status",
    "space",
    "type",
    "sex",
    "topic",
    "outcome",
    "age_band",
    "nationality",
    "education",
    "user_type",
    "occupation",
    "programme",
    "concerned_institution",
    "oriented_institution",
    "residence_comuna",
    "persons_count",
    "wait_min",
    "duration_s",
    "back_captured",
)
_PRESENT = (
    "programme",
    "concerned_institution",
    "oriented_institution",
    "residence_country",
    "wait_min",
    "duration_s",
)


def _index_to_count(own: tuple[str, ...], counted: tuple[str, ...], present: tuple[str, ...], listed: str = "") -> str:
    """The index of attentions by their own columns, values, what stands there at all, and the texts of lists."""
    values = (
        f"CASE WHEN json_type(fields, '$.{path}') IN ('array', 'object') THEN NULL "
        f"ELSE json_extract(fields, '$.{path}') END"
        for path in counted
    )
    presences = (f"(COALESCE(json_type(fields, '$.{path}'), 'null') <> 'null')" for path in present)
    lists = (
        f"CASE json_type(fields, '$.{path}') WHEN 'array' THEN json_extract(fields, '$.{path}') END"
        for path in listed.split()
    )
    columns = ", ".join((*own, *values, *presences, *lists))
    return f"CREATE INDEX attentions_to_count ON shown ({columns}) WHERE kind = 'attention'"


_STEP_5 = (_index_to_count(("kind", "region", "outing"), _COUNTED, _PRESENT),)

# The same for every report, the annual one too. Most attentions have nothing there: a twentieth more of pages. By the
# record, so that what follows from an attention of a region (its answers, its referrals) finds it there as well.
_COUNTED_TOO = (
    "accepted_soon",
    "form_version",
    "own_service",
    "answer_owed",
    "due_on",
    "due_rule",
    "answered_at",
    "answer_medium",
    "draw.eligible",
    "draw.selected",
    "draw.reason",
    "draw.p",
    "draw.k",
    "language",
    "interpreter",
    "org_type",
    "sensitive_consent",
    "indigenous_people",
    "disability",
    "gender_identity",
)
_PRESENT_TOO = ("due_on", "answered_at", "language", "supports")
_STEP_6 = (
    "DROP INDEX attentions_to_count",
    _index_to_count(
        ("kind", "record", "region", "outing", "folio"),
        (*_COUNTED, *_COUNTED_TOO),
        (*_PRESENT, *_PRESENT_TOO),
        "dos_products",
    ),
)
