"""The tables of a centre's database as numbered steps, one folder for each database; a step is never edited."""

from importlib.resources import files


def migrations(database: str) -> list[str]:
    """The scripts of a database, in order: the first brings an empty one to version 1.

    Args:
        database: The folder's name.
    """
    steps = (step for step in (files(__name__) / database).iterdir() if step.name.endswith(".sql"))
    return [step.read_text(encoding="utf-8") for step in sorted(steps, key=lambda step: step.name)]
