"""Bounded losses: a convex function that is bounded above is constant."""

from collections.abc import Iterator

from symconvex.drafting.arguments.bounded import Bounded
from symconvex.drafting.points import Point
from symconvex.exposition.general import derivatives
from symconvex.exposition.readout import LEMMA, positive_sentence
from symconvex.exposition.scene import Scene, broken_sentence, converse, sample_sentence, scene_of, setting
from symconvex.exposition.segment import illustration
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.functions import functions
from symconvex.kernel import term as t
from symconvex.language.printing.texwords import word_tex


def tell(told: Told[Bounded]) -> Iterator[str]:
    """Setting, theorem, lemma, proof, picture, derivatives."""
    argument = told.argument
    scene = scene_of(told, argument.fit, argument.sample)
    yield setting(scene)
    yield theorem(told, scene.notation)
    zero: Point = {name: (places, t.ZERO) for name, (places, _) in argument.along.items()}
    ways = [{n: (places, t.mul(t.number(s), value)) for n, (places, value) in argument.along.items()} for s in (1, -1)]
    yield illustration(told, argument.sample, rays=[(way, zero) for way in ways])
    yield LEMMA
    parts = [bound(scene, argument), points(scene, argument), converse(scene, argument.without)]
    proof = "\n\n".join(part for part in parts if part)
    yield f"\\begin{{proof}}[Proof of Theorem~\\ref{{thm:main}}]\n{proof}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page(
    "bounded",
    tell,
    always("The loss is bounded, and a convex function that is bounded above is constant; this one is not."),
)


def size(function: str) -> str:
    """Between which numbers the values of a function lie."""
    known = functions()[function]
    below, above = ("\\le " if end in known.attained else "<" for end in known.range)
    return f"{known.range[0]}{below}{known.latex.format('z')}{above}{known.range[1]}"


def bound(scene: Scene, argument: Bounded) -> str:
    """A bounded convex function is constant."""
    y, w = scene.target, word_tex(next(iter(argument.along)))
    most, upper = scene.told.letter("M", "K", "C"), scene.summed(f"(1+{y}^2)", t.mul(t.number(2), scene.fit.factor))
    return (
        f"\\emph{{Step 1, the loss is bounded.}} As ${size(argument.function)}$, every output satisfies "
        f"$({scene.output}-{y})^2\\le 2{scene.output}^2+2{y}^2\\le 2(1+{y}^2)$. "
        f"So\n\\[\n  0\\le f({w})\\le {most}\\quad\\text{{for all }}{w},\\qquad {most}={upper}.\n\\]\n"
        f"If $f$ were convex, Lemma~\\ref{{lem:flat}} would give $f(p+u)\\le f(p)$ for all $p$ and $u$. Replacing "
        "$p$ by $p+u$ and $u$ by $-u$ gives the reverse, so $f$ would be constant. If $f$ were concave, the same "
        "would hold for the convex function $-f\\le0$."
    )


def points(scene: Scene, argument: Bounded) -> str:
    """This one is not constant."""
    hat, at = scene.hat, scene.notation.tex(argument.start)
    back = f"{scene.notation.tex(t.mul(t.number(2), argument.start))}-" if argument.start != t.ZERO else "-"
    phi = functions()[argument.function].latex.format
    symmetry = f"{phi('-z')}={back}{phi('z')}"
    ((name, family),) = argument.along.items()
    squared = f"\\bigl({hat}-{at}\\bigr)^2" if argument.start != t.ZERO else f"{hat}^2"
    jump = scene.summed(squared, t.mul(t.number(2), scene.fit.factor))
    return (
        f"\\emph{{Step 2, the points.}} {sample_sentence(scene)} Let $u={scene.arrays.tex(name, family)}$. At $u$ the "
        f"outputs are ${hat}={scene.notation.tex(argument.output)}$, at $-u$ they are ${back}{hat}$, because "
        f"${symmetry}$, and at $0$ they are ${at}$. Hence\n"
        f"\\begin{{equation}}\\label{{eq:sum}}\n  f(u)+f(-u)-2f(0)={jump}\\;>\\;0.\n\\end{{equation}}\n"
        f"{positive_sentence(scene, argument.rise).rstrip()}\n"
        "So $f$ is not constant, and by Step 1 it is neither convex nor concave."
        f"{broken_sentence(scene, ['f(u)>f(0)', 'f(-u)>f(0)'])}"
    )
