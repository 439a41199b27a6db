"""Prints docs/schema.md from the kinds themselves: `make schema` writes the page, a test keeps it true."""

from terreno_app.domain.catalogues import Labels
from terreno_app.domain.fields import FieldSpec, KindSpec
from terreno_app.domain.records import CODE_LISTS, KINDS, SCHEMA_VERSION
from terreno_app.paths import resources
from terreno_app.storage.resources import load_catalogues

HEAD = f"""# Records: names and values

Made by `make schema` from `terreno_app/domain/records.py`; schema version {SCHEMA_VERSION}. Names and values are
those of the wire, of `terreno record` and of exports. Every record also has `kind`, `id` (UUID) and `region`.
**P** travels as a private value, beside the edit; *fixed* keeps its first value; *needed* must be given or has a
default. A group is merged as one. Codes that are not listed below are those of the files in `resources/catalogues/`."""


def main() -> None:
    """Print the page."""
    labels = load_catalogues(resources()).labels
    print(HEAD)
    for kind in KINDS:
        print(f"\n## `{kind.name}` — {labels.kind(kind.name)}")
        print(*traits(kind), sep="\n")
        print("| field | meaning | holds | |\n|---|---|---|---|")
        print(*(line(kind, field, labels) for field in kind.fields), sep="\n")
    print("\n## Closed lists\n| list | codes |\n|---|---|")
    print(*(f"| {name} | {' '.join(f'`{code}`' for code in codes)} |" for name, codes in CODE_LISTS.items()), sep="\n")


def traits(kind: KindSpec) -> list[str]:
    """What holds for the whole kind."""
    told = []
    if kind.insert_only:
        told.append("Written once.")
    if kind.coordination_only:
        told.append("Written by coordination and the centre.")
    groups = [" + ".join(f"`{name}`" for name in group) for group in kind.groups]
    if groups:
        told.append(f"Groups: {'; '.join(groups)}.")
    return [*told, ""] if told else [""]


def line(kind: KindSpec, field: FieldSpec, labels: Labels) -> str:
    """One row of a kind's table."""
    holds = field.type.value
    if field.item is not None:
        holds += f" of {field.item.value}"
    if field.code_list is not None:
        holds += f" ({field.code_list})"
    if field.parts:
        holds += " {" + ", ".join(part.name for part in field.parts) + "}"
    marks = [("**P**", field.private), ("*fixed*", field.immutable), ("*needed*", field.required)]
    said = " ".join(mark for mark, is_so in marks if is_so)
    return f"| `{field.name}` | {labels.field(kind.name, field.name)} | {holds} | {said} |"


if __name__ == "__main__":
    main()
