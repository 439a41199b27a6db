"""An attention: what a form hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from terreno_app.domain.fields import Json


@dataclass(frozen=True, slots=True)
class AttentionDraft:
    """What a person typed, as a form emits it and a draft keeps it.

    Attributes:
        fields: Values of the attention, by name; a file line may hold `id` beside them.
        identity: Values of the identity; `None` when no answer is owed.
        seen: For each field shown, the op that had given it its value **when it was put on screen** (docs/protocol.md).
        identity_seen: The same for the identity.
    """

    fields: Mapping[str, Json]
    identity: Mapping[str, Json] | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    identity_seen: Mapping[str, str] = field(default_factory=dict)
