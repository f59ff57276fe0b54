"""Tied factors: zero lies between W and -W, where the loss has one value."""

from collections.abc import Iterator

from symconvex.drafting.arguments.tied import Tied
from symconvex.exposition.general import derivatives
from symconvex.exposition.points import Arrays
from symconvex.exposition.scene import Scene, converse, sample_sentence, scene_of, setting
from symconvex.exposition.segment import illustration
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.kernel import term as t
from symconvex.language.printing.texwords import word_tex


def tell(told: Told[Tied]) -> Iterator[str]:
    """Setting, theorem, proof, picture, derivatives."""
    argument = told.argument
    scene = scene_of(told, argument.fit, argument.sample)
    yield setting(scene)
    yield theorem(told, scene.notation)
    left, right = (
        {name: (places, t.mul(t.number(side), value)) for name, (places, value) in argument.near[0].items()}
        for side in (-1, 1)
    )
    yield illustration(told, argument.sample, chords=[(left, right)])
    parts = [points(scene, argument), arithmetic(scene, argument), far_out(scene, argument)]
    proof = "\n\n".join(part for part in [*parts, converse(scene, argument.without)] if part)
    yield f"\\begin{{proof}}\n{proof}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page(
    "tied", tell, always("Two opposite points have the same value, and halfway between them the value is larger.")
)


def points(scene: Scene, argument: Tied) -> str:
    """0 lies between W and -W."""
    ((name, family),) = argument.near[0].items()
    w, row = word_tex(name), scene.row(*argument.sample)
    return (
        f"\\emph{{Step 1, the points.}} {sample_sentence(scene)} Write $S=\\lVert {row}\\rVert^2>0$ and let\n"
        f"\\[\n  {w}_*={_arrays(scene, argument).tex(name, family)},\\qquad\\text{{so that}}\\qquad "
        f"0=\\tfrac12{w}_*+\\tfrac12(-{w}_*).\n\\]\n"
        f"Since ${w}$ enters the loss only through ${w}\\T {w}$, we have $f({w}_*)=f(-{w}_*)$. If $f$ were convex "
        f"or only quasiconvex, it would follow that $f(0)\\le f({w}_*)$."
    )


def arithmetic(scene: Scene, argument: Tied) -> str:
    """0 lies above both."""
    (end, drop), row = argument.near, scene.row(*argument.sample)
    w, i, k = word_tex(next(iter(end))), scene.index, word_tex(argument.sample[1])
    twice = scene.notation.tex(t.mul(t.number(2), scene.fit.factor))
    other = scene.row(argument.sample[0], scene.fit.binders[0][0])
    return (
        f"\\emph{{Step 2, the arithmetic.}} With $c=1/(1+S)$ the reconstruction of sample ${i}$ at ${w}_*$ is "
        f"$c^2({other}\\T {row})\\,{row}$, so\n"
        "\\begin{equation}\\label{eq:sum}\n\\begin{split}\n"
        f"  f(0)-f({w}_*)&={'' if twice == '1' else twice}\\sum_{{{i}}}\\Bigl(c^2-\\tfrac12c^4S\\Bigr)"
        f"\\bigl({other}\\T {row}\\bigr)^2\\\\\n"
        f"  &={_arrays(scene, argument).notation.tex(drop)}\\;>\\;0.\n\\end{{split}}\n\\end{{equation}}\n"
        f"All factors are positive; the last sum contains the term $S^2>0$ with ${i}={k}$. This is a contradiction."
    )


def far_out(scene: Scene, argument: Tied) -> str:
    """Far out the loss is above its value at 0."""
    arrays, (end, rise) = _arrays(scene, argument), argument.far
    ((name, family),) = end.items()
    w = word_tex(name)
    return (
        f"\\emph{{Not concave.}} Let ${w}_\\circ={arrays.tex(name, family)}$. Again "
        f"$f({w}_\\circ)=f(-{w}_\\circ)$, and $0$ is the middle, but\n"
        f"\\[\n  f({w}_\\circ)-f(0)={arrays.notation.tex(rise)}\\;>\\;0.\n\\]"
    )


def _arrays(scene: Scene, argument: Tied) -> Arrays:
    """Points with S for the squared length of the row."""
    return Arrays(scene.notation.naming({argument.square: "S"}), scene.told.draft.parameters)
