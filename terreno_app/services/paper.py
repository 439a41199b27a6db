"""Registering from a file: one JSON object a line, each committed by itself, each answered with what became of it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from sync.client.held import ShownRecord
from sync.core.ops import canonical
from sync.core.schema import SHARED_FEED, Json, Schema
from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.clock import Clock, santiago_day
from terreno_app.domain.errors import Problem
from terreno_app.domain.folio import make_outing_code
from terreno_app.domain.ids import Ids, is_id, line_id, remark_id, year_remark_id
from terreno_app.domain.person import personal_data_in
from terreno_app.domain.questionnaires import QUESTIONNAIRE, read_questionnaire
from terreno_app.domain.records import kind_named
from terreno_app.services.attentions import Attentions
from terreno_app.services.errors import RejectedDraftError, ServiceError
from terreno_app.services.laptop import Laptop
from terreno_app.services.ports import Store
from terreno_app.services.rules import Rules
from terreno_app.services.writing import Writer

WRITTEN_BY_PEOPLE = frozenset(
    (
        "attention",
        "outing",
        "identity",
        "referral",
        "survey_response",
        "coverage_goal",
        "regional_diagnosis",
        "siac_activity",
        "monthly_opinions",
        "goal_remark",
        "year_remark",
        "comment_theme",
        "retention_run",
        "questionnaire",
    )
)
_WITH_THEIR_ATTENTION = frozenset(("identity", "survey_response", "comment_theme"))
_PUBLISHED = "published"
_ENVELOPE = frozenset(("kind", "id", "region", "schema"))
_MADE_HERE = frozenset(("folio", "code", "draw", "outing", "registered_by", "device", "answers_sealed"))
"""Fields that a save gives a record, from where and when it happens."""

OUTING_CODE = "outing/{label}/{year}"
READING = "reading/{digest}"
"""Fact of the store from the first line of a file to its last: what its lines without an id take theirs from."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A line that is safe.

    Attributes:
        line: Its number, from 1.
        id: Record id.
        folio: Folio of an attention, code of an outing; else empty.
        repeated: It was here already, with equal content.
        kind: Kind of the record.
        unknown: Names of fields that this version does not know; they are kept and travel as they are.
    """

    line: int
    id: str
    folio: str
    repeated: bool
    kind: str = ""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejection:
    """A line that was not saved, and which field is to blame."""

    line: int
    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class OfferedQuestionnaire:
    """A questionnaire that a file holds and that could be published.

    Attributes:
        record: The whole line, for `Paper.register_one`.
        code: Its name, the same in every version.
        version: From 1 upward.
        questions: How many it asks.
    """

    record: Mapping[str, Json]
    code: str
    version: int
    questions: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a file.

    Attributes:
        registered: Lines saved now.
        repeated: Lines that were here already.
        rejected: Lines that were not saved; one entry for each problem.
        ids: Record ids of the lines that are safe, in order.
        readable: Whether any line was a record at all.
    """

    registered: int = 0
    repeated: int = 0
    rejected: tuple[Rejection, ...] = ()
    ids: tuple[str, ...] = field(default=())
    readable: bool = False

    def adding(self, told: Saved | Rejection) -> "Summary":
        """The summary after one more answer."""
        if isinstance(told, Rejection):
            readable = self.readable or told.code != "unreadable"
            return Summary(self.registered, self.repeated, (*self.rejected, told), self.ids, readable)
        return Summary(
            self.registered + (not told.repeated),
            self.repeated + told.repeated,
            self.rejected,
            (*self.ids, told.id),
            readable=True,
        )

    @property
    def rejected_lines(self) -> int:
        """Lines that were not saved, however many problems each has."""
        return len({rejection.line for rejection in self.rejected})

    def to_json(self) -> dict[str, Any]:
        """The last line of ``terreno record --json``."""
        return {
            "registered": self.registered,
            "repeated": self.repeated,
            "rejected": [
                {"line": r.line, "field": r.field, "code": r.code, "message": r.message} for r in self.rejected
            ],
            "ids": list(self.ids),
        }


class Paper:
    """The transcription of paper forms and other files."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        attentions: Attentions,
        schema: Schema,
        rules: Rules,
        laptop: Laptop,
        ids: Ids,
        clock: Clock,
        seal_to_centre: Callable[[bytes], str],
    ) -> None:
        self._store = store
        self._writer = writer
        self._attentions = attentions
        self._schema = schema
        self._rules = rules
        self._laptop = laptop
        self._ids = ids
        self._clock = clock
        self._seal = seal_to_centre

    def register(self, lines: Iterable[bytes], author: str) -> Iterator[Saved | Rejection]:
        """Register each line; an answer is given only when its line is committed or refused.

        A file that was cut off goes on when the same bytes come again: what was saved is ``repeated``. Once it has come
        to its end, the same bytes are another file, because two people may have asked the same.

        Args:
            lines: Lines of the file; blank ones are passed over.
            author: Officer id.

        Raises:
            ServiceError: the environment failed (disk full…); the lines answered so far are safe.
        """
        whole = list(lines)
        bookmark = READING.format(digest=hashlib.sha256(b"\n".join(whole)).hexdigest())
        reading = self._begun(bookmark)
        attention: str | None = None
        for number, line in enumerate(whole, 1):
            if not line.strip():
                continue
            record: Mapping[str, Json] = {}
            try:
                record = _parsed(line)
                saved = self._line(number, record, author, attention, line_id(reading, number))
            except RejectedDraftError as error:
                # What follows it belongs to nobody: it must not fall to the attention before.
                attention = None if _may_be_an_attention(record) else attention
                yield from (Rejection(number, p.field, p.code, p.message) for p in error.problems)
                continue
            attention = saved.id if saved.kind == "attention" else attention
            yield saved
        with self._store.transaction() as write:
            write.put_meta(bookmark, None)

    def _begun(self, bookmark: str) -> str:
        """The reading of a file that was cut off, else a new one."""
        begun = self._store.meta(bookmark)
        if isinstance(begun, str):
            return begun
        reading = self._ids.new()
        with self._store.transaction() as write:
            write.put_meta(bookmark, reading)
        return reading

    def register_one(self, record: Mapping[str, Json], author: str) -> Saved:
        """Register one record that a program holds.

        Raises:
            RejectedDraftError: with each problem.
        """
        return self._line(1, dict(record), author, None)

    def questionnaire_in(self, content: bytes) -> OfferedQuestionnaire:
        """Read the one questionnaire of a file; nothing is stored.

        Raises:
            RejectedDraftError: with what would keep it from being published.
        """
        record = _parsed(content)
        if self._kind(record) != QUESTIONNAIRE:
            raise _refused("kind", "not_allowed", "El archivo no trae un cuestionario.")
        fields = {name: value for name, value in record.items() if name not in _ENVELOPE}
        if fields.get("state") != _PUBLISHED:
            raise _refused(
                "state", "not_published", "Para publicarse, el archivo tiene que decir «state»: «published»."
            )
        problems = self._rules.new_problems(QUESTIONNAIRE, self._rules.new(QUESTIONNAIRE, fields))
        if problems:
            raise RejectedDraftError(problems)
        read = read_questionnaire(fields["content"])
        return OfferedQuestionnaire(record, read.id, read.version, len(read.questions))

    def _line(
        self, number: int, record: dict[str, Json], author: str, attention: str | None, own_id: str | None = None
    ) -> Saved:
        kind = self._kind(record)
        saved = self._saved(number, kind, record, author, attention if kind in _WITH_THEIR_ATTENTION else own_id)
        return replace(saved, kind=kind, unknown=tuple(self._unknown(kind, record)))

    def _saved(self, number: int, kind: str, record: dict[str, Json], author: str, otherwise: str | None) -> Saved:
        region = self._region(record)
        meeting = _meeting_id(kind, region, record)
        identifier = (meeting or otherwise) if record.get("id") is None else record["id"]
        if identifier is not None and not (isinstance(identifier, str) and is_id(identifier)):
            raise _refused("id", "wrong_type", "El identificador no tiene la forma de un UUID en minúsculas.")
        fields = {name: value for name, value in record.items() if name not in _ENVELOPE}
        _refuse_odd_names(fields)
        self._refuse_what_would_travel_in_the_open(kind, fields)
        if identifier is not None:
            known = self._store.shown(kind, identifier)
            if known is not None and identifier == meeting:
                return self._met(number, known, fields)
            if known is not None:
                return self._repeated(number, known, fields)
        if kind == "attention":
            draft = AttentionDraft({**fields, **({"id": identifier} if identifier else {})})
            done = self._attentions.register(draft, author)
            return Saved(number, done.id, done.folio, repeated=False)
        return self._other(number, kind, identifier, region, fields, author)

    def _other(
        self, number: int, kind: str, identifier: str | None, region: str, fields: dict[str, Json], author: str
    ) -> Saved:
        if kind in _WITH_THEIR_ATTENTION and identifier is None:
            raise _refused("id", "required", "No hay una atención a la que pertenezca: la línea de antes no se guardó.")
        record = identifier or self._ids.new()
        prepared = self._rules.new(kind, fields)
        if kind == "goal_remark" and is_id(str(fields.get("goal"))):
            self._need_goal(str(fields["goal"]))
        companion = self._store.shown("attention", record) if kind == "identity" else None
        problems = self._rules.new_problems(kind, prepared, companion.fields if companion else None)
        if problems:
            raise RejectedDraftError(problems)
        if kind == "survey_response" and "answers" in prepared:
            prepared["answers_sealed"] = self._seal(canonical(prepared.pop("answers")))
        with self._store.transaction() as write:
            if kind == "outing" and "code" not in prepared:
                year = santiago_day(self._clock.now()).year
                label = write.label()
                counter = write.take_counter(OUTING_CODE.format(label=label, year=year))
                prepared["code"] = make_outing_code(label, year, counter)
            self._append(kind, record, prepared, author, region, write)
        return Saved(number, record, str(prepared.get("code", "")) if kind == "outing" else "", repeated=False)

    def _need_goal(self, goal: str) -> None:
        """What is said of a goal that is not here would stand beside no goal."""
        if self._store.shown("coverage_goal", goal) is None:
            message = (
                "Este equipo no tiene esa meta: sincronice, o corrija su identificador (terreno list coverage_goal)."
            )
            raise _refused("goal", "unknown_record", message)

    def _append(self, kind: str, record: str, fields: Mapping[str, Json], author: str, region: str, write: Any) -> None:
        try:
            self._writer.append(write, kind, record, fields, author, region=region)
        except ServiceError as error:
            raise _refused("", error.code, error.happened) from error

    def _repeated(self, number: int, known: ShownRecord, fields: Mapping[str, Json]) -> Saved:
        """A known id: fine when the content is what was first registered, else somebody else's id.

        What this laptop registered is known as it was; of what another one made only the present is, with edits of
        others in it, so a line may say less. A device without private values cannot compare them.
        """
        own = self._store.own_ops(known.kind, known.record) if known.made_here else ()
        first = {**own[0].op.fields, **own[0].values} if own else known.fields
        given = {n: v for n, v in self._rules.prepared(known.kind, fields).items() if v is not None and n != "answers"}
        other = any(first.get(name) != value for name, value in given.items())
        if own and not other:
            filled = self._filled(known.kind, fields)
            other = any(first[name] is not None for name in first.keys() - filled.keys() - _MADE_HERE)
        if other:
            raise _refused("id", "id_reused", "Ya hay otro registro con ese identificador; no se cambió.")
        return Saved(
            number, known.record, str(known.fields.get("folio") or known.fields.get("code") or ""), repeated=True
        )

    def _met(self, number: int, known: ShownRecord, fields: Mapping[str, Json]) -> Saved:
        """A text of which there is one: fine when it says what stands there, else to be corrected."""
        if any(known.fields.get(name) != value for name, value in fields.items()):
            order = f"terreno edit {known.kind} {known.record} CAMPO=VALOR"
            raise _refused("", "written_already", f"Ya está anotado, y dice otra cosa. Para corregirlo: {order}")
        return Saved(number, known.record, "", repeated=True)

    def _filled(self, kind: str, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """The line with everything that a save fills in by itself."""
        if kind == "attention":
            return self._attentions.filled(AttentionDraft(fields))
        return self._rules.new(kind, fields)

    def _unknown(self, kind: str, fields: Mapping[str, Json]) -> list[str]:
        known = self._schema.by_name[kind]
        derived = kind_named(kind).derived
        return [name for name in fields if name not in known.by_name and name not in _ENVELOPE and name not in derived]

    def _refuse_what_would_travel_in_the_open(self, kind: str, fields: Mapping[str, Json]) -> None:
        """A field that nobody knows is kept and travels as it is: personal data under its name would be in the open."""
        elsewhere = set(self._schema.by_name).union(*(known.private for known in self._schema.kinds))
        for name in self._unknown(kind, fields):
            if name in elsewhere:
                raise _refused(
                    name,
                    "misplaced",
                    f"«{self._rules.label(name)}» no es un campo de este registro: va en una línea aparte.",
                )
            if personal_data_in(canonical(fields[name]).decode()):
                message = (
                    f"«{name}» parece un dato personal (RUN, correo o teléfono) y no es un campo de este registro."
                )
                raise _refused(name, "personal_data", message)

    def _kind(self, record: Mapping[str, Json]) -> str:
        kind = record.get("kind")
        if kind is None:
            raise _refused("kind", "required", "Falta «kind»: qué tipo de registro es.")
        if not isinstance(kind, str) or self._schema.kind(kind) is None:
            raise _refused("kind", "unknown_kind", "No existe ese tipo de registro.")
        if kind not in WRITTEN_BY_PEOPLE:
            raise _refused("kind", "not_allowed", "Ese tipo de registro no se ingresa desde un archivo.")
        if self._schema.by_name[kind].shared_only and not self._laptop.publishes:
            raise _refused("kind", "not_allowed", "Lo publica la coordinación de todas las regiones, desde su equipo.")
        return kind

    def _region(self, record: Mapping[str, Json]) -> str:
        given, own = record.get("region"), self._laptop.region
        if given is None or given == own:
            return own
        if own == SHARED_FEED and isinstance(given, str):
            return given
        raise _refused("region", "other_region", "El registro es de otra región que este equipo.")


def _parsed(line: bytes) -> dict[str, Json]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _refused("", "unreadable", "La línea no es un objeto JSON.") from error
    if not isinstance(found, dict):
        raise _refused("", "unreadable", "La línea no es un objeto JSON.")
    return found


def _may_be_an_attention(record: Mapping[str, Json]) -> bool:
    """Whether a line that was refused was an attention, or cannot be read at all and may have been one."""
    kind = record.get("kind")
    return not isinstance(kind, str) or kind not in WRITTEN_BY_PEOPLE - {"attention"}


def _refuse_odd_names(fields: Mapping[str, Json]) -> None:
    for name in fields:
        if not (name.isascii() and name.isidentifier() and name == name.lower() and len(name) <= 64):  # noqa: PLR2004 - sync.core.ops
            raise _refused(name[:64], "unknown_field", "El nombre de un campo no se puede guardar.")


def _meeting_id(kind: str, region: str, record: Mapping[str, Json]) -> str | None:
    """The id of a text of which there is one for each goal and period, or year; else None."""
    match record:
        case {"goal": str(goal), "period": str(period)} if kind == "goal_remark" and is_id(goal):
            return remark_id(goal, period)
        case {"year": int(year)} if kind == "year_remark":
            return year_remark_id(region, year)
        case _:
            return None


def _refused(name: str, code: str, message: str) -> RejectedDraftError:
    return RejectedDraftError([Problem(name, code, message)])
