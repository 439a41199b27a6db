"""The tables of a centre's database as numbered steps, one folder for each database; a step is never edited.

Steps of one number leave every database with the same tables and columns: a copy of one fits the other.
"""

from importlib.resources import files

TABLES = (
    "epochs",
    "centre",
    "centre_keys",
    "devices",
    "stream_certificates",
    "codes",
    "feeds",
    "streams",
    "batches",
    "ops",
    "private_values",
    "records",
    "conflicts",
    "settlements",
    "quarantine",
    "receipts",
    "vouched",
)
"""Every table that a copy holds, each after those that it refers to."""
PASSING = ("consignments", "consignment_parts")
"""Tables of what ends by itself after some days; figures, which are made from the others, have no step here."""


def migrations(database: str) -> list[str]:
    """The scripts of a database, in order: the first brings an empty one to version 1.

    Args:
        database: The folder's name.
    """
    steps = (step for step in (files(__name__) / database).iterdir() if step.name.endswith(".sql"))
    return [step.read_text(encoding="utf-8") for step in sorted(steps, key=lambda step: step.name)]


def newest() -> int:
    """The version to which this program brings a database."""
    return len(migrations("sqlite"))
