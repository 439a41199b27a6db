"""Who may do what: every call, in the name of every sort of device, against records of every kind. Nothing is judged.

In: a centre that listens, with the kinds of the OIRS. Out: by act and caller one word for what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import requests

from sync.core.ops import Op
from sync.core.schema import SHARED_FEED, Field, Json, Kind, ValueType
from tests.central.speaking import Laptop, World

REGIONS = ("13", "05", SHARED_FEED)
OK = 200
UNKNOWN = "0199ffff-0000-7000-8000-00000000ffff"
LOOKED_AT = {"device": "status", "quarantine": "state"}
"""What is edited of what the centre itself writes."""
ERASABLE = ("attention", "identity", "survey_response", "referral")
_VALUES: Mapping[ValueType, tuple[Json, Json]] = {
    ValueType.TEXT: ("before", "after"),
    ValueType.BOOLEAN: (False, True),
    ValueType.DECIMAL: ("1", "2"),
    ValueType.INSTANT: ("2026-11-21T12:00:00.000Z", "2026-11-21T13:00:00.000Z"),
    ValueType.DAY: ("2026-11-21", "2026-11-22"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A sort of record, and the field of it that is looked at.

    Attributes:
        name: What a row calls it.
        kind: Its kind.
        field: The field.
        fixed: Fields that make it what it is.
    """

    name: str
    kind: Kind
    field: Field
    fixed: Mapping[str, Json]

    @property
    def region(self) -> str:
        return SHARED_FEED if self.kind.shared else "13"

    @property
    def by_the_centre(self) -> bool:
        return self.kind.name in LOOKED_AT

    def written(self, turn: int) -> dict[str, Json]:
        """The field with its group, before or after an edit."""
        value = _values(self.field)[turn]
        (group,) = self.kind.groups_of([self.field.name])
        return {**dict.fromkeys(group), self.field.name: value}


def subjects(kinds: tuple[Kind, ...]) -> Iterator[Subject]:
    """Every kind by one of its fields; where others see only some records, one of either sort, and a private field."""
    for kind in kinds:
        public = [field for field in kind.fields if _can_be_edited(field) and field.name not in kind.private]
        private = [field for field in kind.fields if _can_be_edited(field) and field.name in kind.private]
        public = [field for field in public if field.name == LOOKED_AT.get(kind.name, field.name)]
        visible = [field for field in public if field.name not in kind.scope.hidden]
        if kind.scope.only is None:
            yield Subject(kind.name, kind, (visible or private)[0], {})
            continue
        name, values = kind.scope.only
        codes = next(field for field in kind.fields if field.name == name).codes or ()
        for value in (*values, next(code for code in sorted(codes) if code not in values)):
            yield Subject(f"{kind.name}/{value}", kind, visible[0], {name: value})
            yield Subject(f"{kind.name}/{value}/{private[0].name}", kind, private[0], {name: value})


def _values(field: Field) -> tuple[Json, ...]:
    """Two values that a field takes; none when it is of a type that is not tried here."""
    if field.type is ValueType.INTEGER:
        return (field.smallest or 1, (field.smallest or 1) + 1)
    codes = sorted(field.codes or ())[:2]
    return tuple([code] for code in codes) if field.type is ValueType.LIST else _VALUES.get(field.type, tuple(codes))


def _can_be_edited(field: Field) -> bool:
    return not field.immutable and len(_values(field)) > 1


class Everybody:
    """Every sort of device before one centre.

    Attributes:
        callers: Each by what a column calls it.
        told: By act and caller, what came of it.
    """

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.url = url
        self.maker = world.laptop("13")
        self.chief = world.coordination(SHARED_FEED)
        self.callers = {
            "maker": self.maker,
            "mate": world.laptop("13"),
            "south": world.laptop("05"),
            "office": world.coordination("13"),
            "s_office": world.coordination("05"),
            "national": world.coordination(SHARED_FEED),
            "gone": self._marked("field", status="revoked"),
            "g_office": self._marked("coordination", status="revoked"),
            "clone": self._marked("field", confirmation="fork"),
            "c_office": self._marked("coordination", confirmation="fork"),
            "stranger": self._stranger(),
        }
        self.subjects = tuple(subjects(world.centre.ground.schema.kinds))
        self.told: dict[str, dict[str, str]] = {}

    def _marked(self, role: str, **fields: Json) -> Laptop:
        laptop = self.world.laptop("13", role)
        self.world.centre.write("13", "device", laptop.device, fields)
        return laptop

    def _stranger(self) -> Laptop:
        """Somebody who speaks the protocol well, and was never enrolled."""
        laptop = Laptop(self.world, next(self.world.laptops))
        laptop.device, laptop.epoch = laptop.ids.new(), self.maker.epoch
        return laptop

    def try_everything(self) -> None:
        """Every act of everybody, once."""
        records = self._records(self.subjects)
        for name, caller in self.callers.items():
            edited, erased = self._records(self.subjects), self._records(self._erasable)
            caller.url = self.url
            for act, told in (
                *self._calls(caller),
                *self._sights(caller, records),
                *self._histories(caller, records),
                *self._creations(caller),
                *self._edits(caller, edited),
                *self._erasures(caller, erased),
            ):
                self.told.setdefault(act, {})[name] = told
            caller.url = None

    @property
    def _of_coordination(self) -> frozenset[str]:
        return frozenset(subject.kind.name for subject in self.subjects if subject.kind.coordination_only)

    @property
    def of_one_region(self) -> frozenset[str]:
        """Kinds whose records belong to one region."""
        return frozenset(subject.kind.name for subject in self.subjects if not subject.kind.shared_only)

    @property
    def _erasable(self) -> tuple[Subject, ...]:
        return tuple(subject for subject in self.subjects if subject.kind.name in ERASABLE)

    # records to act on

    def record_of_the_south(self, kind: str) -> str:
        """A record of the other region."""
        south = self.callers["south" if kind not in self._of_coordination else "s_office"]
        subject = next(one for one in self.subjects if one.kind.name == kind)
        op, private = self._written(south, subject, 0, "05")
        answer = south.push(op, values={op.id: private} if private else None, region="05")
        assert answer.results[0].status == "applied"
        return op.record

    def _records(self, wanted: Sequence[Subject]) -> dict[str, Op]:
        """A fresh record of each: the maker's, the centre's own, or one of coordination."""
        made = {}
        for by, region in ((self.maker, "13"), (self.chief, "13"), (self.chief, SHARED_FEED)):
            ops = [
                (subject, *self._written(by, subject, 0, region))
                for subject in wanted
                if self._maker_of(subject.kind) is by and subject.region == region
            ]
            if ops:
                values = {op.id: private for _, op, private in ops if private}
                answer = by.push(*(op for _, op, _ in ops), values=values, region=region)
                assert {result.status.value for result in answer.results} == {"applied"}
            made |= {subject.name: op for subject, op, _ in ops}
        return made | {subject.name: self._by_the_centre(subject.name) for subject in wanted if subject.by_the_centre}

    def _maker_of(self, kind: Kind) -> Laptop | None:
        if kind.name in LOOKED_AT:
            return None
        return self.chief if kind.shared or kind.coordination_only else self.maker

    def _by_the_centre(self, kind: str) -> Op:
        """A record as the centre wrote it: of a device, or of an op that waits."""
        if kind == "device":
            record = self.world.laptop("13").device
        else:
            wrong = self.maker.op("attention", fields={"space": 7})
            self.maker.push(wrong)
            record = wrong.id
        return self.chief.op(kind, record, id=self.chief.history(kind, record)[-1]["op"])

    @staticmethod
    def _written(
        by: Laptop, subject: Subject, turn: int, region: str, seen: Op | None = None
    ) -> tuple[Op, dict[str, Json]]:
        """An op that makes a record, or edits the one that was seen; and its private values."""
        fields = subject.written(turn)
        if seen is None:
            fields |= subject.fixed
            if subject.kind.written_by is not None:
                fields[subject.kind.written_by] = by.device
        private = {name: value for name, value in fields.items() if name in subject.kind.private}
        public = {name: value for name, value in fields.items() if name not in private}
        record = None if seen is None else seen.record
        writers = {} if seen is None else dict.fromkeys(fields, seen.id)
        return by.op(subject.kind.name, record, public, values=private, region=region, seen=writers), private

    # acts

    def _calls(self, caller: Laptop) -> Iterator[tuple[str, str]]:
        for region in (*REGIONS, "99", "nowhere"):
            yield f"pull {region}", _answer(caller.response("GET", f"/v1/pull?feed={region}"))
        yield "tallies", _answer(caller.response("POST", "/v1/tallies", b'{"counts": []}'))
        yield "bundle", _answer(caller.response("POST", "/v1/bundle", b"no bundle"))
        for method, path in (
            ("GET", "consignment"),
            ("PUT", "consignment"),
            ("POST", "consignment"),
            ("DELETE", "consignment"),
            ("GET", "answer"),
        ):
            asked = f"/v1/{path}?bundle={'0' * 64}&answer={'1' * 64}"
            yield f"{method} {path}", _answer(caller.response(method, asked, b"part" if method == "PUT" else b""))

    def _sights(self, caller: Laptop, records: Mapping[str, Op]) -> Iterator[tuple[str, str]]:
        shown: dict[str, Any] = {}
        for region in ("13", SHARED_FEED):
            response = caller.response("GET", f"/v1/pull?feed={region}&limit=1000")
            if response.status_code == OK:
                shown |= {record["record"]: record["fields"] for record in response.json()["records"]}
        for subject in self.subjects:
            fields = shown.get(records[subject.name].record, {})
            yield f"see {subject.name}", "yes" if subject.field.name in fields else "-"

    def _histories(self, caller: Laptop, records: Mapping[str, Op]) -> Iterator[tuple[str, str]]:
        for subject in self.subjects:
            response = self._history(caller, subject.kind.name, records[subject.name].record)
            told = response.json()["ops"] if response.status_code == OK else [{"fields": [subject.field.name]}]
            seen = any(subject.field.name in op["fields"] for op in told)
            yield f"history {subject.name}", _answer(response) if seen else "-"

    def _history(self, caller: Laptop, kind: str, record: str) -> requests.Response:
        return caller.response("GET", f"/v1/history?kind={kind}&record={record}")

    def answers_about(self, caller: str, kind: str, record: str) -> tuple[Any, ...]:
        """All that a caller is told of a record by its id."""
        laptop = self.callers[caller]
        laptop.url = self.url
        response = self._history(laptop, kind, record)
        laptop.url = None
        return response.status_code, response.content, {**response.headers, "date": ""}

    def _creations(self, caller: Laptop) -> Iterator[tuple[str, str]]:
        for region in REGIONS:
            made = [self._written(caller, subject, 0, region) for subject in self.subjects]
            for subject, told in zip(self.subjects, _pushed(caller, made, region), strict=True):
                yield f"create {subject.name} in {region}", told

    def _edits(self, caller: Laptop, records: Mapping[str, Op]) -> Iterator[tuple[str, str]]:
        for region in ("13", SHARED_FEED):
            edited = [subject for subject in self.subjects if subject.region == region]
            made = [self._written(caller, subject, 1, region, records[subject.name]) for subject in edited]
            for subject, told in zip(edited, _pushed(caller, made, region), strict=True):
                yield f"edit {subject.name}", told

    def _erasures(self, caller: Laptop, records: Mapping[str, Op]) -> Iterator[tuple[str, str]]:
        made = [
            (caller.op(subject.kind.name, records[subject.name].record, erase=True), {}) for subject in self._erasable
        ]
        for subject, told in zip(self._erasable, _pushed(caller, made, "13"), strict=True):
            yield f"erase {subject.name}", told


def _answer(response: requests.Response) -> str:
    """One word for an answer: the short name of its problem, if it is one."""
    return "yes" if response.status_code == OK else _short(str(response.json()["type"]).rpartition(":")[2])


def _pushed(caller: Laptop, made: Sequence[tuple[Op, Mapping[str, Json]]], region: str) -> list[str]:
    """What became of ops that travel together; each is judged by itself."""
    values = {op.id: private for op, private in made if private}
    batch = caller.batch([op for op, _ in made], values, region)
    response = caller.response("POST", "/v1/push", orjson.dumps(batch.to_wire()))
    if response.status_code != OK:
        return [_answer(response)] * len(made)
    results = response.json()["results"]
    return ["yes" if one["status"] == "applied" else _short(one["reason"] or one["status"]) for one in results]


def _short(word: str) -> str:
    return {"outside_scope": "scope", "unknown_device": "unknown", "unconfirmed": "waits"}.get(word, word)
