"""What grouped counts need of a database's SQL, for each database: to open, read, compare and sum JSON documents.

In: names and paths that were checked before. Out: pieces of text; whatever a request brings is a parameter. Every
database gives the same answers: an absent value is null, true and false are 1 and 0, a list or an object is no value
though it exists, text is ordered by its bytes.
"""

from typing import Any

import orjson

MOST = 10**11
"""The largest amount that is added up: ninety million of them fit into the integers of every database."""


class SqliteDialect:
    """SQLite: JSON functions open the text of a document; the type of a value is that of its cell.

    A *read* is a piece of text that gives a value: `value`, `element` and `column` make them.

    Attributes:
        mark: Stands for a parameter.
        nothing: A cell without a value.
        opened: Follows a `{table}` in `FROM`, so that the document in its column `{fields}` can be read.
    """

    mark = "?"
    nothing = "NULL"
    opened = ""

    def wanted(self, value: str | int) -> str | int:
        """A value of a request as the parameter that a read is compared with."""
        return value

    def bound(self, value: str | int) -> str | int:
        """A value of a request as the parameter of `ordered`."""
        return value

    def truth(self, holds: bool) -> Any:  # noqa: FBT001  # the word is the value
        """A yes or no of a request as the parameter that a presence is compared with."""
        return int(holds)

    def linked(self, table: str, on: str, key: str) -> str:
        """Join a table on its column of ids to a read.

        CROSS keeps SQLite from walking the linked records first: the record's conditions are the narrow ones.
        """
        return f" CROSS JOIN {table} ON {on} = {key}"

    def once(self, select: str) -> str:
        """A table of what a statement selects, found out once. Without the LIMIT it would melt into the one around."""
        return f"({select} LIMIT -1)"

    def elements(self, table: str, fields: str, path: str) -> str:
        """Join the elements of a list as `item`; what is no list has none."""
        at = f"{table}.{fields}, '$.{path}'"
        return f" JOIN json_each(CASE json_type({at}) WHEN 'array' THEN json_extract({at}) END) AS item"

    def value(self, table: str, fields: str, path: str) -> str:
        """Read a path of a document."""
        at = f"{table}.{fields}, '$.{path}'"
        return f"CASE WHEN json_type({at}) IN ('array', 'object') THEN NULL ELSE json_extract({at}) END"

    def presence(self, table: str, fields: str, path: str) -> str:
        """Whether something stands at a path, be it a value or not."""
        return f"(COALESCE(json_type({table}.{fields}, '$.{path}'), 'null') <> 'null')"

    def element(self) -> str:
        """Read the element of a list."""
        return "CASE WHEN item.type IN ('array', 'object') THEN NULL ELSE item.value END"

    def element_presence(self) -> str:
        """Whether the element is more than null."""
        return "(item.type <> 'null')"

    def column(self, column: str) -> str:
        """Read a column of texts."""
        return column

    def is_text(self, read: str) -> str:
        """Whether a read gives text."""
        return f"typeof({read}) = 'text'"

    def start(self, read: str, length: int) -> str:
        """Read the first characters of a text."""
        return f"substr({read}, 1, {length})"

    def compared(self, read: str, sign: str) -> str:
        """Compare a read with a `wanted` parameter: `=`, or `<>`, which holds for nothing too."""
        return f"{read} {'=' if sign == '=' else 'IS NOT'} ?"

    def within(self, read: str, count: int) -> str:
        """Whether a read gives one of so many `wanted` parameters."""
        return f"{read} IN ({', '.join('?' * count)})"

    def ordered(self, read: str, sign: str, *, text: bool) -> str:
        """Compare a read with a `bound` parameter, text or number; values of another type do not compare."""
        if text and sign == ">=":  # numbers are before every text
            return f"({read} >= ?)"
        types = "('text')" if text else "('integer', 'real')"
        return f"(typeof({read}) IN {types} AND {read} {sign} ?)"

    def between(self, read: str) -> str:
        """Whether a read is text from one `bound` parameter on and before another."""
        return f"({read} >= ? AND {read} < ?)"

    def surely(self, condition: str) -> str:
        """A condition that is false where it is neither true nor false."""
        return f"COALESCE({condition}, 0)"

    def counted(self) -> str:
        """Count the rows of a group."""
        return "COUNT(*)"

    def distinct(self, read: str) -> str:
        """Count the different values of a group."""
        return f"COUNT(DISTINCT {read})"

    def total(self, read: str) -> str:
        """Sum the amounts of a group."""
        return f"SUM(CASE WHEN typeof({read}) = 'integer' AND abs({read}) <= {MOST} THEN {read} ELSE 0 END)"


class PostgresDialect:
    """PostgreSQL: the text of a document is opened once a record; every value is `jsonb`, which keeps its type."""

    mark = "%s"
    nothing = "NULL::jsonb"
    # OFFSET 0 keeps the planner from opening the text again for every path.
    opened = " CROSS JOIN LATERAL (SELECT {table}.{fields}::jsonb AS document OFFSET 0) AS {table}_{fields}"

    def wanted(self, value: str | int) -> str | int:
        """As JSON text."""
        return orjson.dumps(int(value) if isinstance(value, bool) else value).decode()

    def bound(self, value: str | int) -> str | int:
        """Texts as they are, numbers as JSON."""
        return value if isinstance(value, str) else self.wanted(value)

    def truth(self, holds: bool) -> Any:  # noqa: FBT001
        """As it is."""
        return holds

    def linked(self, table: str, on: str, key: str) -> str:
        """The text of the value is compared, so that an index on the ids serves."""
        return f" JOIN {table} ON {on} = ({key} #>> '{{}}')"

    def once(self, select: str) -> str:
        """As SQLite's LIMIT."""
        return f"({select} OFFSET 0)"

    def elements(self, table: str, fields: str, path: str) -> str:
        """`jsonb_array_elements` over a list."""
        at = self._at(table, fields, path)
        listed = f"CASE jsonb_typeof({at}) WHEN 'array' THEN {at} END"
        return f" CROSS JOIN LATERAL jsonb_array_elements({listed}) AS item (value)"

    def value(self, table: str, fields: str, path: str) -> str:
        """The member at a path, if it is a value."""
        return self._scalar(self._at(table, fields, path))

    def presence(self, table: str, fields: str, path: str) -> str:
        """By the JSON type."""
        return f"(COALESCE(jsonb_typeof({self._at(table, fields, path)}), 'null') <> 'null')"

    def element(self) -> str:
        """The element, if it is a value."""
        return self._scalar("item.value")

    def element_presence(self) -> str:
        """By the JSON type."""
        return "(jsonb_typeof(item.value) <> 'null')"

    def column(self, column: str) -> str:
        """As JSON, like every other value."""
        return f"to_jsonb({column})"

    def is_text(self, read: str) -> str:
        """By the JSON type."""
        return f"jsonb_typeof({read}) = 'string'"

    def start(self, read: str, length: int) -> str:
        """Characters, not bytes."""
        return f"to_jsonb(substr({read} #>> '{{}}', 1, {length}))"

    def compared(self, read: str, sign: str) -> str:
        """`IS DISTINCT FROM` holds for NULL too."""
        return f"{read} {'=' if sign == '=' else 'IS DISTINCT FROM'} %s::jsonb"

    def within(self, read: str, count: int) -> str:
        """`IN`."""
        return f"{read} IN ({', '.join(['%s::jsonb'] * count)})"

    def ordered(self, read: str, sign: str, *, text: bool) -> str:
        """`jsonb` orders texts by the database's language, so they are compared as texts of bytes."""
        if text:
            return f"(jsonb_typeof({read}) = 'string' AND ({read} #>> '{{}}') COLLATE \"C\" {sign} %s)"
        return f"(jsonb_typeof({read}) = 'number' AND {read} {sign} %s::jsonb)"

    def between(self, read: str) -> str:
        """Each bound on its own."""
        return f"({self.ordered(read, '>=', text=True)} AND {self.ordered(read, '<', text=True)})"

    def surely(self, condition: str) -> str:
        """NULL is not sure."""
        return f"COALESCE({condition}, FALSE)"

    def counted(self) -> str:
        """Rows; as JSON, because measures share columns with values."""
        return "to_jsonb(COUNT(*))"

    def distinct(self, read: str) -> str:
        """NULL is no value."""
        return f"to_jsonb(COUNT(DISTINCT {read}))"

    def total(self, read: str) -> str:
        """Sum the amounts of a group; numbers of records are integers."""
        amount = f"CASE WHEN abs(({read})::bigint) <= {MOST} THEN ({read})::bigint ELSE 0 END"
        return f"to_jsonb(SUM(CASE jsonb_typeof({read}) WHEN 'number' THEN {amount} ELSE 0 END)::bigint)"

    def _at(self, table: str, fields: str, path: str) -> str:
        return f"{table}_{fields}.document #> '{{{path.replace('.', ',')}}}'"

    def _scalar(self, read: str) -> str:
        return (
            f"CASE jsonb_typeof({read}) WHEN 'string' THEN {read} WHEN 'number' THEN {read}"
            f" WHEN 'boolean' THEN to_jsonb(({read})::boolean::integer) END"
        )


Dialect = SqliteDialect | PostgresDialect
SQLITE = SqliteDialect()
POSTGRES = PostgresDialect()
