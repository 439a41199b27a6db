"""What is equal has one digest, on every machine: by it a report and a questionnaire are recognised."""

import hashlib
import json
from typing import Any


def digest_of(value: Any) -> str:
    """Return the SHA-256, in hexadecimal, of a JSON value in its one form.

    Canonical: keys in order, no blanks, UTF-8. Without floats there is one way to write a value.

    Raises:
        ValueError: it holds a number that JSON has no word for.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
