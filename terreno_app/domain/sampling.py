"""The verifiable draw of the survey sample: decided at registration, recomputable by anyone once the seed is revealed.

A laptop draws 32 bytes when it opens its session and writes their SHA-256 before the first attention; nobody sees the
seed until the close. Nothing here draws randomness: the seed comes in.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from terreno_app.domain.catalogues import Catalogues
from terreno_app.domain.errors import DomainError, Problem
from terreno_app.domain.field_checks import field_problems
from terreno_app.domain.fields import Json

SEED_BYTES = 32
DEFAULT_SAMPLING: dict[str, Json] = {"method": "bernoulli", "p": "0.20"}
"""Design of an outing that was planned without one."""

ADULT_AGE = 18
CONFIDENCE_Z = 1.959964
"""Standard normal quantile of 95 % confidence."""

_U_BYTES = 8
_U_RANGE = 2**64
_WHOLE = 100
_CODES = {"p": "design", "k": "design", "u": "u", "i": "order", "selected": "selected"}


class SamplingError(DomainError):
    """A sampling design or a seed cannot be drawn with."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something in a session that the revealed seed does not give.

    Attributes:
        attention: Id of the attention, or of the session when its seed is to blame.
        code: `commitment`, `design`, `u`, `order`, `selected`, `gap` or `no_seed`.
        expected: What the seed gives, as text.
        found: What the record holds, as text.
    """

    attention: str
    code: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class SessionCheck:
    """What verifying one session gave.

    Attributes:
        checked: Draws that were recomputed.
        without_draw: Attentions without a draw (registered while no session was open, or not by this laptop).
        mismatches: Empty when all is as drawn.
    """

    checked: int
    without_draw: int
    mismatches: tuple[Mismatch, ...]


def commitment(seed: bytes) -> str:
    """Return the SHA-256 of a seed, in hex: what is written before the first attention."""
    return hashlib.sha256(_checked(seed)).hexdigest()


def bernoulli_u(seed: bytes, attention_id: str) -> str:
    """Return the number of an attention: the first 8 bytes of HMAC-SHA256(seed, id), as 16 hex digits."""
    return _first_bytes(seed, attention_id).hex()


def bernoulli_draw(seed: bytes, attention_id: str, p_text: str) -> tuple[str, bool]:
    """Draw one attention with probability p.

    Args:
        seed: The 32 bytes of the session.
        attention_id: 36 characters in lower case.
        p_text: The probability as exact decimal text, more than 0 and at most 1.

    Returns:
        The number, and whether int(u) < p·2⁶⁴, without rounding.

    Raises:
        SamplingError: the seed has another length, or p is out of range.
    """
    u = bernoulli_u(seed, attention_id)
    return u, int(u, 16) < probability(p_text) * _U_RANGE


def systematic_start(seed: bytes, k: int) -> int:
    """Return the random start r of a session, 1 to k.

    Raises:
        SamplingError: the seed has another length, or k is less than 1.
    """
    if k < 1:
        raise SamplingError("the interval is 1 or more")
    return 1 + int.from_bytes(_first_bytes(seed, "start")) % k


def systematic_draw(seed: bytes, i: int, k: int) -> bool:
    """Tell whether the i-th eligible attention of the session, in order of registration, is selected."""
    start = systematic_start(seed, k)
    return i >= start and (i - start) % k == 0


def probability(p_text: str) -> Fraction:
    """Read a probability exactly.

    Raises:
        SamplingError: not decimal text, 0 or less, or more than 1.
    """
    try:
        value = Fraction(p_text)
    except (ValueError, ZeroDivisionError) as error:
        raise SamplingError("a probability is decimal text") from error
    if "/" in p_text or not 0 < value <= 1:
        raise SamplingError("a probability lies above 0 and is 1 at most")
    return value


def sampling_problems(field_of: str, sampling: Mapping[str, Json], catalogues: Catalogues) -> tuple[Problem, ...]:
    """Return what is wrong with a sampling design.

    Args:
        field_of: Kind that holds it: `outing` or `outing_session`.
        sampling: {method, p | k}.
        catalogues: For codes and labels.
    """
    found = field_problems(field_of, {"sampling": dict(sampling)}, catalogues)
    if found:
        return found
    label = catalogues.labels
    if sampling["method"] == "systematic":
        if sampling.get("k") is None:
            name = "sampling.k"
            return (Problem(name, "required", f"Falta «{label.field(field_of, name)}»."),)
    elif sampling["method"] == "bernoulli":
        name = "sampling.p"
        try:
            probability(str(sampling.get("p")))
        except SamplingError:
            message = f"«{label.field(field_of, name)}» debe ser mayor que 0 y no mayor que 1, como 0.20."
            return (Problem(name, "wrong_type", message),)
    return ()


def eligibility(
    fields: Mapping[str, Json], catalogues: Catalogues, *, minor: bool | None = None
) -> tuple[bool, str | None]:
    """Tell whether an attention takes part in the draw.

    Args:
        fields: Those of the attention.
        catalogues: For the ages of the bands.
        minor: What the officer says of the person's age, if anything; else the age band decides, and `NR`, `NS` or no
            band count as adults.

    Returns:
        Whether it does; and why not (`not_present`, `group`, `minor`), `None` when it does.
    """
    if fields.get("space") != "oirs_terreno" or fields.get("back_captured") is True:
        return False, "not_present"
    if fields.get("persons_count") not in {None, 1}:
        return False, "group"
    band = catalogues.age_bands.get(cast("str | None", fields.get("age_band")))
    under_age = band is not None and band.last_age is not None and band.last_age < ADULT_AGE
    if minor or (minor is None and under_age):
        return False, "minor"
    return True, None


def draw(
    sampling: Mapping[str, Json],
    seed: bytes,
    attention_id: str,
    *,
    eligible: tuple[bool, str | None],
    position: int,
) -> dict[str, Json]:
    """Return the `draw` of an attention, written once with it.

    Args:
        sampling: Design of the session.
        seed: The 32 bytes of the session.
        attention_id: 36 characters in lower case.
        eligible: What `eligibility` says.
        position: The i that this attention takes among the eligible ones of the session if it is eligible itself:
            one more than those registered before it. Only systematic sampling uses it.

    Raises:
        SamplingError: the design or the seed cannot be drawn with.
    """
    takes_part, reason = eligible
    outcome: dict[str, Json] = {"eligible": takes_part, "reason": reason}
    if sampling.get("method") == "systematic":
        k = sampling.get("k")
        if not isinstance(k, int):
            raise SamplingError("a systematic draw has an interval")
        selected = takes_part and systematic_draw(seed, position, k)
        return {"i": position if takes_part else None, "k": k, "selected": selected, **outcome}
    p = "1" if sampling.get("method") == "census" else str(sampling.get("p"))
    u, drawn = bernoulli_draw(seed, attention_id, p)
    return {"u": u, "p": p, "selected": takes_part and drawn, **outcome}


def verify(
    session: str,
    session_fields: Mapping[str, Json],
    attentions: Iterable[tuple[str, Mapping[str, Json]]],
) -> SessionCheck:
    """Recompute every draw of a session from its revealed seed.

    Args:
        session: Id of the session.
        session_fields: Its `sampling`, `seed_commitment` and `seed`.
        attentions: Id and fields of the attentions of its outing and device; voided ones too, for a later void
            changes no draw.
    """
    listed = tuple(attentions)
    drawn = [(attention, held) for attention, fields in listed if isinstance(held := fields.get("draw"), dict)]
    without_draw = len(listed) - len(drawn)
    try:
        seed = bytes.fromhex(str(session_fields.get("seed")))
        given = commitment(seed)
    except (ValueError, SamplingError):
        return SessionCheck(0, without_draw, (Mismatch(session, "no_seed", "64 hex", str(session_fields.get("seed"))),))
    stored = str(session_fields.get("seed_commitment"))
    mismatches = [] if given == stored else [Mismatch(session, "commitment", given, stored)]
    sampling = session_fields.get("sampling")
    try:
        for attention, held in drawn:
            mismatches += _differences(attention, held, sampling if isinstance(sampling, dict) else {}, seed)
    except SamplingError as error:
        mismatches.append(Mismatch(session, "design", str(error), str(sampling)))
    return SessionCheck(len(drawn), without_draw, (*mismatches, *_gaps(session, [held for _, held in drawn])))


def _differences(
    attention: str,
    held: Mapping[str, Json],
    sampling: Mapping[str, Json],
    seed: bytes,
) -> list[Mismatch]:
    position = held.get("i")
    given = draw(
        sampling,
        seed,
        attention,
        eligible=(held.get("eligible") is True, None),
        position=position if isinstance(position, int) else 0,
    )
    return [
        Mismatch(attention, code, str(given.get(name)), str(held.get(name)))
        for name, code in _CODES.items()
        if given.get(name) != held.get(name)
    ]


def _gaps(session: str, draws: list[dict[str, Json]]) -> tuple[Mismatch, ...]:
    """Find a place in the order of a systematic draw that is empty or taken twice."""
    places = sorted(place for held in draws if isinstance(place := held.get("i"), int))
    if places == list(range(1, len(places) + 1)):
        return ()
    return (Mismatch(session, "gap", f"1…{len(places)}", ", ".join(map(str, places))),)


def suggested_p(needed: int, attentions: int, response_rate: float) -> str:
    """Return the probability that should bring the complete responses that are needed, as decimal text.

    Args:
        needed: Complete responses, from `sample_size`.
        attentions: Eligible attentions expected, 1 or more.
        response_rate: Share of the drawn who complete, above 0.

    Source: p = min(1, n/(N·ρ)), rounded up to a hundredth.
    """
    hundredths = min(100, math.ceil(100 * needed / (attentions * response_rate)))
    return "1" if hundredths == _WHOLE else f"0.{hundredths:02d}"


def margin(responses: int, attentions: int) -> float:
    """Return the half width of the 95 % interval of a share, at worst.

    Args:
        responses: Complete responses, 1 or more.
        attentions: Attentions of the period, 2 or more.

    Source: e = z·√(0.25/n · (N − n)/(N − 1)).
    """
    return CONFIDENCE_Z * math.sqrt(0.25 / responses * (attentions - responses) / (attentions - 1))


def sample_size(attentions: int, error: float) -> int:
    """Return how many complete responses a simple random sample needs.

    Args:
        attentions: Attentions expected in the period, 1 or more.
        error: Half width of the 95 % interval of a share, such as 0.05.

    Source: n0 = z²·0.25/e²; n = n0/(1 + (n0 − 1)/N), rounded up.
    """
    unlimited = CONFIDENCE_Z**2 * 0.25 / error**2
    return math.ceil(unlimited / (1 + (unlimited - 1) / attentions))


def _first_bytes(seed: bytes, message: str) -> bytes:
    return hmac.digest(_checked(seed), message.encode(), "sha256")[:_U_BYTES]


def _checked(seed: bytes) -> bytes:
    if len(seed) != SEED_BYTES:
        raise SamplingError("a seed has 32 bytes")
    return seed
