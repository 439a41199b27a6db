"""What stands on the paper of a report: blocks of finished Spanish text, without any layout.

A report's own module makes a `Paper`; `typesetter.py` hands it to the template as data. Every string is shown as it
is: none is markup.
"""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Figure:
    """A large number, what it counts, and a remark."""

    number: str
    noun: str
    remark: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The large numbers at the head of a page."""

    items: tuple[Figure, ...]

    def to_data(self) -> dict[str, Any]:
        """The block as the template reads it."""
        items = [{"number": one.number, "noun": one.noun, "remark": one.remark} for one in self.items]
        return {"block": "figures", "items": items}


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; a quiet one explains and is set small."""

    runs: tuple[Run, ...]
    quiet: bool = False

    def to_data(self) -> dict[str, Any]:
        """The block as the template reads it."""
        runs = [{"text": run.text, "strong": run.strong} for run in self.runs]
        return {"block": "paragraph", "runs": runs, "quiet": self.quiet}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its cells, and the lengths of its bar's parts as shares of the longest bar (0 to 1)."""

    cells: tuple[str, ...]
    bar: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first column is text, the others are figures unless `text_columns` says more.

    Args:
        legend: What the parts of the bars mean; a table has bars when it has a legend.
        strong_column: The column whose figures are set bold; 0 for none.
        widths: The columns' shares of the page; without them the last column of text takes the room that is left.
    """

    title: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    total: tuple[str, ...] = ()
    legend: tuple[str, ...] = ()
    note: str = ""
    text_columns: int = 1
    strong_column: int = 0
    widths: tuple[int, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """The block as the template reads it."""
        return {
            "block": "table",
            "title": self.title,
            "head": list(self.head),
            "lines": [{"cells": list(line.cells), "bar": list(line.bar)} for line in self.lines],
            "total": list(self.total),
            "legend": list(self.legend),
            "note": self.note,
            "text_columns": self.text_columns,
            "strong_column": self.strong_column,
            "widths": list(self.widths),
        }


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: its name, its figure and share as text, its length from 0 to 1; the open one is the rest."""

    name: str
    number: str
    share: str
    length: float
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of horizontal bars with their figures."""

    title: str
    bars: tuple[Bar, ...]
    note: str = ""

    def to_data(self) -> dict[str, Any]:
        """The block as the template reads it."""
        bars = [
            {"name": bar.name, "number": bar.number, "share": bar.share, "length": bar.length, "is_rest": bar.is_rest}
            for bar in self.bars
        ]
        return {"block": "bars", "title": self.title, "bars": bars, "note": self.note}


@dataclass(frozen=True, slots=True)
class Column:
    """An upright bar: its name below, its figure above, its height from 0 to 1."""

    name: str
    number: str
    height: float
    is_own: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of upright bars in order of time; the report's own period is set apart."""

    title: str
    columns: tuple[Column, ...]
    description: str

    def to_data(self) -> dict[str, Any]:
        """The block as the template reads it."""
        columns = [
            {"name": one.name, "number": one.number, "height": one.height, "is_own": one.is_own} for one in self.columns
        ]
        return {"block": "columns", "title": self.title, "columns": columns, "description": self.description}


@dataclass(frozen=True, slots=True)
class Shape:
    """An area of a map.

    Args:
        rings: Its outlines, in widths of the panel from its upper left corner.
        shade: 0 for none, 1 to 5 from light to dark, -1 for a hidden figure.
        number: The figure written on it, at `middle`; empty where it does not fit.
    """

    rings: tuple[tuple[tuple[float, float], ...], ...]
    shade: int
    number: str
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Panel:
    """A map, and its height in widths."""

    title: str
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """Shaded areas, what the shades mean, and the description that is read instead of them."""

    title: str
    panels: tuple[Panel, ...]
    legend: tuple[tuple[int, str], ...]
    has_hidden: bool
    description: str
    note: str

    def to_data(self) -> dict[str, Any]:
        """The block as the template reads it."""
        return {
            "block": "map",
            "title": self.title,
            "panels": [
                {
                    "title": panel.title,
                    "height": panel.height,
                    "shapes": [
                        {"rings": shape.rings, "shade": shape.shade, "number": shape.number, "middle": shape.middle}
                        for shape in panel.shapes
                    ],
                }
                for panel in self.panels
            ],
            "legend": [list(entry) for entry in self.legend],
            "has_hidden": self.has_hidden,
            "description": self.description,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of blocks, side by side."""

    left: "tuple[Block, ...]"
    right: "tuple[Block, ...]"

    def to_data(self) -> dict[str, Any]:
        """The block as the template reads it."""
        return {
            "block": "pair",
            "left": [block.to_data() for block in self.left],
            "right": [block.to_data() for block in self.right],
        }


Block = Figures | Paragraph | Table | Bars | Columns | Map | Pair


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report."""

    title: str
    blocks: tuple[Block, ...]

    def to_data(self) -> dict[str, Any]:
        """The section as the template reads it."""
        return {"title": self.title, "blocks": [block.to_data() for block in self.blocks]}


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report on paper.

    Args:
        title: The name of the report, one string a line of the cover.
        issuer: Who publishes it, one string a line.
        period: The period, as on the cover.
        scope: The space and the region.
        facts: Name and text of the lines at the foot of the cover.
        stamp: What stands at the foot of every page, beside the page number.
        made_at: The stored instant at which the figures were made; the file carries it.
        attached: The figures as JSON text, carried by the PDF.
    """

    template: ClassVar[str] = "report.typ"

    title: tuple[str, ...]
    issuer: tuple[str, ...]
    period: str
    scope: str
    facts: tuple[tuple[str, str], ...]
    stamp: str
    made_at: str
    sections: tuple[Section, ...]
    attached: str

    def to_data(self) -> dict[str, Any]:
        """The paper as the template reads it."""
        return {
            "title": list(self.title),
            "issuer": list(self.issuer),
            "period": self.period,
            "scope": self.scope,
            "facts": [list(fact) for fact in self.facts],
            "stamp": self.stamp,
            "sections": [section.to_data() for section in self.sections],
            "attached": self.attached,
        }
