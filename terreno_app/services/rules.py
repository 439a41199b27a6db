"""Which rules of the domain a save of each kind has to meet, and what follows from it by itself."""

from collections.abc import Callable, Mapping

from sync.core.schema import Json
from terreno_app.domain import attention as attentions
from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.coverage import goal_problems
from terreno_app.domain.deadlines import BusinessCalendar
from terreno_app.domain.errors import Problem
from terreno_app.domain.field_checks import field_problems, normalised, required_problems
from terreno_app.domain.outing import outing_problems, outing_with_defaults
from terreno_app.domain.person import identity_problems, prepared_identity
from terreno_app.domain.questionnaires import questionnaire_problems
from terreno_app.domain.records import kind_named
from terreno_app.domain.referral import referral_problems, referral_with_defaults
from terreno_app.domain.survey import response_problems, response_with_defaults

_DEFAULTS: Mapping[str, Callable[[Mapping[str, Json]], dict[str, Json]]] = {
    "outing": outing_with_defaults,
    "referral": referral_with_defaults,
}
_PROBLEMS: Mapping[str, Callable[[Mapping[str, Json], Catalogues], tuple[Problem, ...]]] = {
    "outing": outing_problems,
    "referral": referral_problems,
    "survey_response": response_problems,
    "coverage_goal": goal_problems,
    "questionnaire": questionnaire_problems,
}


class Rules:
    """The domain's rules by kind."""

    def __init__(self, catalogues: Catalogues, calendar: BusinessCalendar) -> None:
        self._catalogues = catalogues
        self._calendar = calendar

    def label(self, name: str) -> str:
        """What people call a field, or a kind, of that name; the name itself when there is none."""
        labels = self._catalogues.labels
        fields = (label for place, label in labels.fields.items() if place.rpartition(".")[2] == name)
        return next(fields, labels.kind(name))

    def prepared(self, kind: str, fields: Mapping[str, Json]) -> dict[str, Json]:
        """The fields in the one form that is stored."""
        return prepared_identity(fields) if kind == "identity" else normalised(kind, fields)

    def completed(self, kind: str, before: Mapping[str, Json], changes: Mapping[str, Json]) -> dict[str, Json]:
        """The changes of an edit with what follows from them by itself."""
        if kind == "attention":
            return attentions.completed_changes(before, changes, self._catalogues, self._calendar)
        whole = self.prepared(kind, {**before, **changes})
        return {name: whole.get(name) for name in changes}

    def new(self, kind: str, fields: Mapping[str, Json]) -> dict[str, Json]:
        """A new record, other than an attention, as it is stored: defaults filled in, empty fields left out."""
        if kind == "survey_response":
            return response_with_defaults(fields, self._catalogues)
        stored: dict[str, Json] = {
            name: value for name, value in self.prepared(kind, fields).items() if value is not None
        }
        with_defaults = _DEFAULTS.get(kind)
        return with_defaults(stored) if with_defaults else stored

    def new_problems(
        self, kind: str, fields: Mapping[str, Json], attention: Mapping[str, Json] | None = None
    ) -> tuple[Problem, ...]:
        """What keeps a new record, other than an attention, from being saved.

        Args:
            kind: Its kind.
            fields: Its fields, as :meth:`new` returned them.
            attention: For an identity, the fields of its attention where they are known.
        """
        if kind == "identity":
            return identity_problems(fields, self._catalogues, attention)
        problems = _PROBLEMS.get(kind)
        if problems is not None:
            return problems(fields, self._catalogues)
        return (*field_problems(kind, fields, self._catalogues), *required_problems(kind, fields, self._catalogues))

    def edit_problems(
        self,
        kind: str,
        before: Mapping[str, Json],
        changes: Mapping[str, Json],
        companion: Mapping[str, Json] | None = None,
    ) -> tuple[Problem, ...]:
        """What keeps an edit from being saved.

        Args:
            kind: Kind of the record.
            before: The record as shown.
            changes: As :meth:`completed` returned them.
            companion: For an attention its identity, for an identity its attention, where known.
        """
        if kind == "attention":
            return attentions.edit_problems(before, changes, self._catalogues, companion)
        labels = self._catalogues.labels
        fixed = tuple(
            Problem(spec.name, "immutable", f"«{labels.field(kind, spec.name)}» no se puede cambiar.")
            for spec in kind_named(kind).fields
            if spec.immutable and spec.name in changes and before.get(spec.name) not in (None, changes[spec.name])
        )
        if kind == "identity":
            return (*fixed, *identity_problems({**before, **changes}, self._catalogues, companion))
        if kind == "referral":
            return (*fixed, *referral_problems({**before, **changes}, self._catalogues, before))
        return (*fixed, *field_problems(kind, changes, self._catalogues), *self._new_faults(kind, before, changes))

    def _new_faults(self, kind: str, before: Mapping[str, Json], changes: Mapping[str, Json]) -> tuple[Problem, ...]:
        """What an edit breaks across fields; what was broken before it does not stand in its way."""
        rules = _PROBLEMS.get(kind)
        if rules is None or field_problems(kind, changes, self._catalogues):
            return ()
        known = rules(before, self._catalogues)
        return tuple(problem for problem in rules({**before, **changes}, self._catalogues) if problem not in known)
