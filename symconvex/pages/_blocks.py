"""A proof document as values: blocks of running text, and of mathematics that is still TeX."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TextRun:
    """Running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Maths:
    """A formula inside a sentence."""

    tex: str


@dataclass(frozen=True, slots=True)
class Styled:
    """emph, strong or code; and small, for a footer or a caption."""

    style: str
    parts: "tuple[Inline, ...]"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference; that to an equation stands in brackets."""

    label: str
    bracketed: bool


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line."""


Inline: TypeAlias = TextRun | Maths | Styled | Ref | Break


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a displayed formula, with its number and its label; "" without."""

    tex: str
    number: str
    label: str


@dataclass(frozen=True, slots=True)
class Display:
    """A displayed formula; in several rows the signs & stand below each other."""

    rows: tuple[Row, ...]
    aligned: bool


@dataclass(frozen=True, slots=True)
class Titled:
    """A theorem, a proof, a remark or the references.

    kind      Theorem, Corollary, Lemma, Proposition, Proof, Remark, References
    number    "" without one
    note      what stands in brackets behind it, or the title of a proof
    """

    kind: str
    number: str
    note: tuple[Inline, ...]
    blocks: "tuple[Block, ...]"
    label: str

    @property
    def claims(self) -> bool:
        """Does it state something that is proved?"""
        return self.kind not in ("Proof", "Remark", "References")

    def head(self, note: str) -> str:
        """What it begins with; `note` is its note as the page writes it."""
        if self.kind == "Proof":
            return f"{note or 'Proof'}."
        number = f" {self.number}" if self.number else ""
        return f"{self.kind}{number}{f' ({note})' if note else ''}."


@dataclass(frozen=True, slots=True)
class Listed:
    """A numbered list, and the labels of its items where they have some."""

    items: "tuple[tuple[Block, ...], ...]"
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plotted:
    """A curve or some points of a picture; `name` is its entry in the legend, "" without."""

    name: str
    dashed: bool
    marks: bool
    line: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with the names of its axes, and what stands below it."""

    across: str
    up: str
    curves: tuple[Plotted, ...]
    caption: tuple[Inline, ...]
    number: str
    label: str

    @property
    def below(self) -> tuple[Inline, ...]:
        """Number and caption."""
        return (TextRun(f"Figure {self.number}: "), *self.caption)

    @property
    def sampled(self) -> tuple[list[str], list[str]]:
        """Some places of the longest curve and what it is there, for pages without pictures."""
        curve = max((curve for curve in self.curves if curve.line), key=lambda curve: len(curve.points))
        some = curve.points[:: max((len(curve.points) - 1) // 4, 1)]
        return [f"{x:.5g}" for x, _ in some], [f"{y:.5g}" for _, y in some]


@dataclass(frozen=True, slots=True)
class Divider:
    """A rule from side to side."""


Block: TypeAlias = Passage | Heading | Display | Titled | Listed | Figure | Divider


@dataclass(frozen=True, slots=True)
class Document:
    """A title, blocks, and the number of every label."""

    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]
    numbers: Mapping[str, str]
