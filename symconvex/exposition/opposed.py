"""Two factors of a fit by their product: one up and the other down bends down where the product is large."""

from collections.abc import Iterator

from symconvex.drafting.arguments.opposed import Opposed
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import tidy_squares
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.kernel import term as t
from symconvex.language.printing.texwords import size_tex, word_tex


def tell(told: Told[Opposed]) -> Iterator[str]:
    """Setting, theorem, proof, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield f"\\begin{{proof}}\n{proof(told, notation)}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page(
    "opposed",
    tell,
    always("Where the product of two factors is large, raising the one and lowering the other bends the loss down."),
)


def proof(told: Told[Opposed], notation: Notation) -> str:
    """The point, and both directions."""
    shape = told.argument
    (i, rows), (j, columns) = shape.fit.binders
    u, v, p, row = word_tex(shape.first), word_tex(shape.second), f"p_{{{word_tex(i)}}}", word_tex(i)
    large, product = (notation.tex(tidy_squares(part)) for part in (shape.large, shape.product))
    target = notation.tex(shape.fit.target)
    sums = f"\\sum_{{{row}=1}}^{{{size_tex(rows)}}}\\sum_{{{word_tex(j)}=1}}^{{{size_tex(columns)}}}"
    down, up = (notation.tex(t.mul(t.number(k), shape.fit.factor)) for k in (-4, 2))
    return (
        f"Let all entries of ${v}$ be $1$, and those of ${u}$ in row ${row}$ equal to ${large}$. This point lies in "
        f"the domain, and all entries of the product in row ${row}$ are\n\\[\n  {p}={product}\\;>\\;{target}.\n\\]\n"
        f"Along $({u},-{v})$ the product is $(1-\\tau^2){p}$ at the parameter $\\tau$, so the second derivative of the "
        f"loss is\n\\[\n  {down}{sums}{p}\\bigl({p}-{bracket(target)}\\bigr)\\;<\\;0\n\\]\nand $f$ is not convex. "
        f"Along $({u},0)$ the product is $(1+\\tau){p}$, and the second derivative is\n"
        f"\\[\n  {up}{sums}{p}^2\\;>\\;0,\n\\]\nso $f$ is not concave."
    )


def bracket(text: str) -> str:
    """What is subtracted."""
    return f"({text})" if text.startswith("-") or "+" in text or " - " in text else text
