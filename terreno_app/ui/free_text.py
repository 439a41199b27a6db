"""What a free text gives away of a person, told beside it. Kept apart from `labels`, which the closed laptop loads."""

from typing import Final

from terreno_app.domain.person import personal_data_in

_HINTED: Final = {"run": "un RUN", "email": "un correo", "phone": "un teléfono"}


def personal_data_words(text: str) -> str:
    """What in a free text looks as if it said who somebody is; empty where nothing does."""
    found = [_HINTED[one] for one in personal_data_in(text)]
    return f"Parece haber {' y '.join(found)}: no va en este texto." if found else ""
