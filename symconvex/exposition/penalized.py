"""Factors under a penalty: the loss in a plane, and a chord across its diagonal far out."""

from collections.abc import Iterator

from symconvex.drafting.arguments.penalized import Penalized
from symconvex.drafting.points import Point
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Arrays
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym
from symconvex.language.printing.texwords import word_tex


def tell(told: Told[Penalized]) -> Iterator[str]:
    """Setting, theorem, the plane, its two chords, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    yield "\\begin{proof}\n" + "\n\n".join(steps(told, notation)) + "\n\\end{proof}"
    yield derivatives(told)


PAGE = Page(
    "penalized",
    tell,
    always("In a plane of two factors that multiply the loss lies above a chord, far out on the diagonal."),
)


OFFERS = (
    ("p", "s"),
    ("q", "r"),
    ("alpha", "a"),
    ("beta", "b"),
    ("gamma", "c"),
    ("eta", "e"),
    ("kappa", "k"),
    ("tau", "t"),
)


def steps(told: Told[Penalized], notation: Notation) -> Iterator[str]:
    """The plane, then one paragraph for each inequality."""
    shape, named = told.argument, [told.letter(*offers) for offers in OFFERS]
    p, q, a, b, c, d, g, far = map(word_tex, named)
    point = Arrays(notation, told.draft.parameters).tuple_tex(plane_point(shape, Sym(named[0]), Sym(named[1])))
    gap, at = t.sub(t.add(shape.c, shape.d), shape.b), f"{p},{q}"
    row = f"Let row ${word_tex(shape.witness)}$ of ${word_tex(shape.matrix)}$ be one that is not $0$. "
    yield (
        f"{row if shape.matrix else ''}Let $\\varphi({at})$ be the value of $f$ at\n\\[\n  {point}.\n\\]\n"
        f"It is ${a} {p}^2{q}^2+{b} {p}{q}+{c} {p}^2+{d} {q}^2$ and an affine function of ${p}$ and ${q}$, with\n"
        f"\\begin{{align*}}\n  {a}&={notation.tex(shape.a)}>0,\\qquad {c}={notation.tex(shape.c)},\\\\\n"
        f"  {g}&={c}+{d}-{b}={notation.tex(gap)}.\n\\end{{align*}}"
    )
    left, right = f"{far}+1,{far}-1", f"{far}-1,{far}+1"
    yield (
        f"\\emph{{Not convex.}} Let ${far}=({g}^2+1)(1+1/{a})$. The point $({far},{far})$ is the middle of $({left})$ "
        f"and $({right})$, where affine functions have the same mean as in the middle. So\n\\begin{{align*}}\n"
        f"  \\varphi({far},{far})-\\tfrac12\\varphi({left})-\\tfrac12\\varphi({right})&=2{a} {far}^2-{a}-{g}\\\\\n"
        f"  &={a}(2{g}^4+4{g}^2+1)+4{g}^4+7{g}^2+({g}-\\tfrac12)^2\\\\\n"
        f"  &\\quad+\\tfrac{{15}}4+\\tfrac2{{{a}}}({g}^2+1)^2>0.\n"
        "\\end{align*}\nA convex function does not allow this."
    )
    if shape.concave:
        yield (
            f"\\emph{{Not concave.}} As ${c}\\ge0$,\n\\[\n  \\tfrac12\\varphi(1,1)+\\tfrac12\\varphi(-1,1)-"
            f"\\varphi(0,1)={a}+{c}>0,\n\\]\nwhich a concave function does not allow."
        )
    if (x := told.claims.matrix("zero", "convex")) is not None:
        yield (
            f"If ${word_tex(x)}=0$, the second derivative along every line is a sum of squares with weights that are "
            "not negative, as the certificate shows."
        )


def plane_point(shape: Penalized, p: t.Term, q: t.Term) -> Point:
    """The point of the plane."""
    moved = {name: (places, t.mul(p, way)) for name, (places, way) in shape.first.items()}
    moved |= {name: (places, t.mul(q, way)) for name, (places, way) in shape.second.items()}
    return {name: moved.get(name, family) for name, family in shape.rest.items()}
