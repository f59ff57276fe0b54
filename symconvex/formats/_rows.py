"""Derivatives as rows: what stands on the left of a formula, and the formula."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from symconvex.language.printing import drawn, formula_tex, text_of
from symconvex.language.printing.engine import Style, printed
from symconvex.language.printing.styles import LATEX, NUMPY, TERMINAL, greek
from symconvex.language.printing.texwords import word_tex
from symconvex.language.printing.tree import Tree
from symconvex.problem import Expr

if TYPE_CHECKING:
    from symconvex.calculus.closed.derivation import Derivation
    from symconvex.calculus.program.entries import Entries

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """How names and formulas are written; templates for what is taken in parameters, along directions, in entries.

    gradient   in a parameter
    block      along two directions
    slope      of the loss in an entry
    bend       in two entries
    twice      in the same entry twice
    """

    word: Callable[[str], str]
    formula: Callable[[Expr], str]
    style: Style
    gradient: str
    hessian: str
    block: str
    slope: str
    bend: str
    twice: str


PLAIN = Look(str, text_of, NUMPY, "grad_{}", "hess", "D2[{}, {}]", "df/d{}", "d2f/d{}d{}", "d2f/d{0}d{0}")
DRAWN = Look(greek, drawn, TERMINAL, "∇{} f", "∇²f", "D²f[{}, {}]", "∂f/∂{}", "∂²f/∂{}∂{}", "∂²f/∂{0}²")
TEX = Look(
    word_tex,
    formula_tex,
    LATEX,
    "\\nabla_{{{}}} f",
    "\\nabla^2 f",
    "D^2 f[{}, {}]",
    "\\frac{{\\partial f}}{{\\partial {}}}",
    "\\frac{{\\partial^2 f}}{{\\partial {}\\,\\partial {}}}",
    "\\frac{{\\partial^2 f}}{{\\partial {}^2}}",
)


def closed_rows(derivation: "Derivation", look: Look, formula: Callable[[Expr], str] | None = None) -> Iterator[Row]:
    """Definitions, gradient, Hessian, curvature and blocks; `formula` writes them in another way than the look."""
    word, formula = look.word, formula or look.formula
    way = {name: word(text) for name, text in derivation.directions.items()}
    yield from ((word(name), formula(expr)) for name, expr in derivation.names)
    yield from ((look.gradient.format(word(name)), formula(expr)) for name, expr in derivation.gradient)
    if derivation.hessian is not None:
        yield look.hessian, formula(derivation.hessian)
    yield "q", formula(derivation.curvature)
    yield from ((look.block.format(way[p], way[q]), formula(expr)) for p, q, expr in derivation.blocks)


def pages(found: "Entries", look: Look, formula: Callable[[Tree], str] | None = None) -> Iterator[list[Row]]:
    """Intermediates, the loss, first and second derivatives, as they come."""
    for page in found.pages(formula or partial(printed, style=look.style)):
        rows = [(look.word(name), text) for name, text in page.names]
        yield rows + [(derivative(of, look), text) for of, text in page.values]


def derivative(of: tuple[str, ...], look: Look) -> str:
    """The derivative of the loss in these entries."""
    match [look.word(entry) for entry in of]:
        case [p, q]:
            return look.twice.format(p) if p == q else look.bend.format(p, q)
        case [p]:
            return look.slope.format(p)
    return "f"


def along(derivation: "Derivation", look: Look) -> str:
    """What q is, for a person."""
    ways = [look.word(way) for way in derivation.directions.values()]
    return f"q is the second derivative of f along {', '.join(ways)}{' together' * (len(ways) > 1)}"
