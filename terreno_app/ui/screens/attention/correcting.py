"""A correction: what changed against what stood there, and one that was left half done."""

from collections.abc import Mapping

from terreno_app.domain.attention import AttentionDraft
from terreno_app.domain.fields import Json
from terreno_app.services.attentions import OpenedAttention


def corrected_again(opened: OpenedAttention, draft: AttentionDraft) -> AttentionDraft:
    """A correction that was left half done, over the record as it is now; what changed since is not typed over."""
    fields = _typed_over(opened.fields, opened.seen, draft.fields, draft.seen)
    identity = _typed_over(opened.identity or {}, opened.identity_seen, draft.identity or {}, draft.identity_seen)
    return AttentionDraft(fields, identity or None, opened.seen, opened.identity_seen)


def changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> dict[str, Json]:
    """The fields that say something else now; an empty text and an empty list say nothing."""
    return {name: value for name, value in after.items() if _said(before.get(name)) != _said(value)}


def _said(value: Json) -> Json:
    return None if value in ("", []) else value


def _typed_over(
    now: Mapping[str, Json], seen: Mapping[str, str], typed: Mapping[str, Json], seen_then: Mapping[str, str]
) -> dict[str, Json]:
    return {**now, **{name: value for name, value in typed.items() if seen.get(name) == seen_then.get(name)}}
