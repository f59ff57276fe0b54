"""The proof by the two eigenvalues of a Hessian that treats all entries alike."""

from collections.abc import Iterator

from symconvex.drafting.arguments.eigenvalues import Eigenvalues
from symconvex.exposition.general import appended, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.kernel import term as t


def tell(told: Told[Eigenvalues]) -> Iterator[str]:
    """Setting, theorem, proof, gradient."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield f"\\begin{{proof}}\n{proof(told, notation)}\n\\end{{proof}}"
    yield appended(told.derivation)


PAGE = Page(
    "eigenvalues",
    tell,
    always("The Hessian treats all entries alike: it has one eigenvalue where they sum to 0, and one where all agree."),
)


def proof(told: Told[Eigenvalues], notation: Notation) -> str:
    """The second derivative, its two parts, and what they show."""
    shape, (name,) = told.argument, told.draft.parameters
    way, count = notation.tex(t.Sym(f"{name}'")), notation.tex(t.mul(*map(t.Dim, told.draft.parameters[name])))
    apart, alike = notation.tex(shape.apart), notation.tex(shape.alike)
    return (
        f"Along the direction ${way}$ the second derivative is\n\\[\n  q={notation.tex(shape.curve)}.\n\\]\n"
        f"Let $m$ be the mean of the ${count}$ entries of ${way}$, and $s$ the sum of the squares of what they differ "
        f"from it. The sum of the squares of the entries is $s+{count}\\,m^2$, and so\n"
        f"\\[\n  q=\\lambda\\,s+\\mu\\,{count}\\,m^2,\\qquad \\lambda={apart},\\quad \\mu={alike}.\n\\]\n"
        f"If both $\\lambda$ and $\\mu$ are $\\ge0$, then $q\\ge0$, and if both are $\\le0$, then $q\\le0$. Where all "
        f"entries of ${way}$ are $1$, $s=0$ and the sign of $q$ is that of $\\mu$; where two of them are $1$ and $-1$ "
        f"and the others $0$, $m=0$ and the sign of $q$ is that of $\\lambda$."
    )
