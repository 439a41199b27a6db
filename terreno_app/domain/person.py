"""Who the person is: rules of the identity, and by which name a screen, a receipt or a letter calls them.

An identity is filled only when an answer is owed; its id is that of its attention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from terreno_app.domain.catalogues import AgeBand, Catalogues
from terreno_app.domain.errors import Problem
from terreno_app.domain.field_checks import field_problems, missing, normalised
from terreno_app.domain.fields import Json
from terreno_app.domain.run import InvalidRunError, parse_run

CHILD_AGE = 14
"""Under it the parents decide (Ley 19.628 as amended, art. 16 quáter)."""

OWN_CONSENT_AGE = 16
"""Under it sensitive data need a parent's consent (same article)."""

_NUMBERED_LIKE_A_RUN = ("run", "legal_rut")
_CONTACTS = ("email", "phone", "address")
_RUN = re.compile(r"(?<![0-9])[0-9]{1,2}[. ]?[0-9]{3}[. ]?[0-9]{3} ?[-‐–—] ?[0-9kK](?![0-9])")
_RUN_WITHOUT_A_DASH = re.compile(r"(?<![0-9])(?!9[0-9]{8})[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}[0-9kK](?![0-9A-Za-z])")
"""Nine digits that begin with a 9 are a mobile telephone."""
_CALLED_A_RUN = re.compile(r"\bru[nt]\b[^0-9]{0,8}[0-9][0-9. ]{5,9}", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@] ?@ ?[^\s@]+\.[^\s@]")
"""No more of the name than its last letter: with all of it, a text without a blank is read again from every letter."""
_MOBILE = re.compile(
    r"(?<![0-9])(?:\+?56[ .-]?)?(?:0?9|\(0?9\))"
    r"(?:[ .-]?[0-9]{4}[ .-]?[0-9]{4}|[0-9]{2} [0-9]{3} [0-9]{3}| [0-9]{3} [0-9]{5}|(?: [0-9]{2}){4})"
    r"(?![0-9]|-[0-9kK]\b)"
)
_FIXED = re.compile(r"(?<![0-9.])(?:\+?56[ -]?)?\(?0?(?:2[0-9]?|[3-7][0-9])\)?[ -][0-9]{3,4}[ -]?[0-9]{4}(?![0-9])")
"""With a blank or a dash after the code of the area: amounts of money have neither."""


def prepared_identity(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return an identity as it is stored: as `field_checks.normalised`, and a RUN or RUT in its canonical form."""
    prepared = normalised("identity", fields)
    number = prepared.get("doc_number")
    if prepared.get("doc_type") in _NUMBERED_LIKE_A_RUN and isinstance(number, str):
        try:
            prepared["doc_number"] = parse_run(number)
        except InvalidRunError:
            return prepared
    return prepared


def identity_problems(
    fields: Mapping[str, Json],
    catalogues: Catalogues,
    attention: Mapping[str, Json] | None = None,
) -> tuple[Problem, ...]:
    """Return what is wrong with a whole identity.

    Args:
        fields: Every field of it, prepared by `prepared_identity`.
        catalogues: For codes and labels.
        attention: Fields of its attention, where they are known: without an owed answer there is no identity, and that
            of a child names who represents it.
    """
    found = field_problems("identity", fields, catalogues)
    found += tuple(_document_problems(fields, catalogues))
    if attention is None:
        return found
    if is_given(fields) and attention.get("answer_owed") is not True:
        message = "No se guardan datos de identidad cuando no se debe una respuesta."
        found += (Problem("identity", "not_owed", message),)
    if is_given(fields) and is_child(attention, catalogues) and fields.get("guardian") is None:
        found += (missing("identity", "guardian", catalogues),)
    return found


def is_given(identity: Mapping[str, Json] | None) -> bool:
    """Tell whether an identity says anything at all."""
    return identity is not None and any(value is not None for value in identity.values())


def has_contact(identity: Mapping[str, Json]) -> bool:
    """Tell whether the person can be answered: by e-mail, telephone or address, or in person by their wish."""
    return identity.get("preferred_medium") == "in_person" or any(identity.get(name) is not None for name in _CONTACTS)


def shown_name(identity: Mapping[str, Json]) -> str:
    """Return the name that screens and receipts show: the social name where there is one.

    Source: Ley 21.120: a person is called by the name they go by.
    """
    social = identity.get("social_name")
    return social if isinstance(social, str) else full_name(identity)


def letter_name(identity: Mapping[str, Json]) -> str:
    """Return the name for a letter to a public body: the registered one, and the social one beside it."""
    social, registered = identity.get("social_name"), full_name(identity)
    if isinstance(social, str) and registered:
        return f"{registered} (nombre social: {social})"
    return shown_name(identity)


def full_name(identity: Mapping[str, Json]) -> str:
    """Return names and surnames, as far as they are known."""
    return " ".join(part for name in ("names", "surnames") if isinstance(part := identity.get(name), str))


def age_band_of(attention: Mapping[str, Json], catalogues: Catalogues) -> AgeBand | None:
    """Return the age band of an attention, if it says one."""
    code = attention.get("age_band")
    return catalogues.age_bands.get(code) if isinstance(code, str) else None


def is_child(attention: Mapping[str, Json], catalogues: Catalogues) -> bool:
    """Tell whether the person is under 14, as far as the age band says."""
    band = age_band_of(attention, catalogues)
    return band is not None and band.last_age is not None and band.last_age < CHILD_AGE


def may_be_under_own_consent(attention: Mapping[str, Json], catalogues: Catalogues) -> bool:
    """Tell whether the age band holds ages under 16, at which a parent consents to sensitive data."""
    band = age_band_of(attention, catalogues)
    return band is not None and band.first_age is not None and band.first_age < OWN_CONSENT_AGE


def sensitive_block_open(
    attention: Mapping[str, Json],
    catalogues: Catalogues,
    identity: Mapping[str, Json] | None = None,
) -> bool:
    """Tell whether the sensitive questions may be asked at all: not under 14, under 16 only with a parent who consents.

    The parent is the `guardian` of the identity; a band that starts under 16 counts as under 16.
    """
    if is_child(attention, catalogues):
        return False
    guardian = None if identity is None else identity.get("guardian")
    return guardian is not None or not may_be_under_own_consent(attention, catalogues)


def personal_data_in(text: str) -> tuple[str, ...]:
    """Return which personal data a free text seems to hold (`run`, `email`, `phone`), to warn whoever types it."""
    held = {
        "run": any(pattern.search(text) for pattern in (_RUN, _CALLED_A_RUN))
        or any(_is_run(one[0]) for one in _RUN_WITHOUT_A_DASH.finditer(text)),
        "email": _EMAIL.search(text) is not None,
        "phone": _MOBILE.search(text) is not None or _FIXED.search(text) is not None,
    }
    return tuple(name for name, found in held.items() if found)


def _is_run(text: str) -> bool:
    """Digits alone are a RUN if the last one checks the others: dates and quantities seldom do."""
    try:
        parse_run(text)
    except InvalidRunError:
        return False
    return True


def _document_problems(fields: Mapping[str, Json], catalogues: Catalogues) -> Iterator[Problem]:
    kind, number = fields.get("doc_type"), fields.get("doc_number")
    label = catalogues.labels.field("identity", "doc_number")
    if kind == "none" and number is not None:
        yield Problem("doc_number", "not_allowed", f"«{label}» queda vacío cuando la persona no tiene documento.")
    elif kind in _NUMBERED_LIKE_A_RUN:
        if number is None:
            yield missing("identity", "doc_number", catalogues)
        elif not isinstance(number, str) or not _is_canonical_run(number):
            message = f"«{label}» no es un RUN o RUT válido: revise los números y el dígito verificador."
            yield Problem("doc_number", "invalid_run", message)
    elif kind in ("passport", "foreign_id") and number is None:
        yield missing("identity", "doc_number", catalogues)
    elif kind is None and number is not None:
        yield missing("identity", "doc_type", catalogues)


def _is_canonical_run(text: str) -> bool:
    try:
        return parse_run(text) == text
    except InvalidRunError:
        return False
