"""Bounded losses and tied factors: refutations with one parameter."""

from collections.abc import Iterator

from symconvex.exposition.points import mean, read_point
from symconvex.exposition.reading import Line, summands
from symconvex.exposition.readout import LEMMA, value_at
from symconvex.exposition.scene import Scene, converse, opposite_tex, sample_sentence, setting, theorem, zero_value
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sum, Term
from symconvex.language.printing.texwords import word_tex


def bounded_body(scene: Scene) -> Iterator[str]:
    """The document for a bounded loss."""
    yield setting(scene)
    yield theorem(scene)
    yield LEMMA
    parts = [*bounded_argument(scene), converse(scene)]
    proof = "\n\n".join(part for part in parts if part)
    yield f"\\begin{{proof}}[Proof of Theorem~\\ref{{thm:main}}]\n{proof}\n\\end{{proof}}"


def bounded_argument(scene: Scene) -> Iterator[str]:
    """A bounded convex function is constant, and this one is not."""
    first, _, total = scene.gaps("not_convex")
    along = read_point(first.args["along"])
    there, start = (scene.outputs(part) for part in summands(term_of(first)))
    hat, at, y = scene.hat, scene.notation.tex(start), scene.target
    w = word_tex(next(iter(along)))
    function = scene.fit.prediction.name if isinstance(scene.fit.prediction, Fn) else ""
    symmetry = "\\sigma(-z)=1-\\sigma(z)" if function == "sigmoid" else "\\tanh(-z)=-\\tanh(z)"
    back = f"1-{hat}" if function == "sigmoid" else f"-{hat}"
    twice = t.mul(t.number(2), scene.fit.factor)
    bound = scene.summed(f"(1+{y}^2)", twice)
    jump = scene.summed(f"\\bigl({hat}-{at}\\bigr)^2" if at != "0" else f"{hat}^2", twice)
    size = "0<\\sigma<1" if function == "sigmoid" else "-1<\\tanh<1"
    yield (
        f"\\emph{{Step 1, the loss is bounded.}} As ${size}$, every output satisfies $({scene.output}-{y})^2\\le "
        f"2{scene.output}^2+2{y}^2\\le "
        f"2(1+{y}^2)$. So\n\\[\n  0\\le f({w})\\le M\\quad\\text{{for all }}{w},\\qquad M={bound}.\n\\]\n"
        f"If $f$ were convex, Lemma~\\ref{{lem:flat}} would give $f(p+u)\\le f(p)$ for all $p$ and $u$. Replacing "
        "$p$ by $p+u$ and $u$ "
        "by $-u$ gives the reverse, so $f$ would be constant. If $f$ were concave, the same would hold for the "
        "convex function $-f\\le0$."
    )
    yield (
        f"\\emph{{Step 2, the points.}} {sample_sentence(scene)} Let "
        f"$u={scene.arrays.tex(w, next(iter(along.values())))}$. At $u$ the outputs are "
        f"${hat}={scene.notation.tex(there)}$, at $-u$ they are ${back}$, because ${symmetry}$, and at $0$ they are "
        f"${at}$. Hence\n"
        f"\\begin{{equation}}\\label{{eq:sum}}\n  f(u)+f(-u)-2f(0)={jump}\\;>\\;0.\n\\end{{equation}}\n"
        f"{summand_sentence(scene, total)}\n"
        "So $f$ is not constant, and by Step 1 it is neither convex nor concave."
    )


def summand_sentence(scene: Scene, total: Line) -> str:
    """Which summand is positive, and its value."""
    i, k = str(scene.fit.binders[0][0]), total.args.get("index", "")
    value = value_at(scene, scene.part.line(total.uses[1]))
    return f"No summand is negative, and the one with ${word_tex(i)}={word_tex(str(k))}$ is {value}."


def term_of(line: Line) -> Term:
    """The term that a line concludes with."""
    if line.term is None:
        raise TypeError(f"{line.rule} concludes with a term")
    return line.term


# ---- tied factors ---------------------------------------------------------------------------------


def tied_body(scene: Scene) -> Iterator[str]:
    """The document for tied factors."""
    yield setting(scene)
    yield theorem(scene)
    parts = [tied_argument(scene), tied_concave(scene), converse(scene)]
    proof = "\n\n".join(part for part in parts if part)
    yield f"\\begin{{proof}}\n{proof}\n\\end{{proof}}"


def tied_argument(scene: Scene) -> str:
    """0 lies between W and -W, and above them."""
    gap, total = scene.gaps("not_convex")
    end = read_point(gap.args["ends"][0])
    ((name, family),) = end.items()
    w, row = word_tex(name), _row(scene)
    square = f"\\lVert {row}\\rVert^2"
    shown = scene.notation.naming({_square(scene): "S"})
    return (
        f"\\emph{{Step 1, the points.}} {sample_sentence(scene)} Write $S={square}>0$ and let\n"
        f"\\[\n  {w}_*={_shown_array(scene, name, family)},\\qquad\\text{{so that}}\\qquad "
        f"0=\\tfrac12{w}_*+\\tfrac12(-{w}_*).\n\\]\n"
        f"Since ${w}$ enters the loss only through ${w}\\T {w}$, we have $f({w}_*)=f(-{w}_*)$. If $f$ were convex "
        "or only quasiconvex, it would "
        f"follow that $f(0)\\le f({w}_*)$.\n\n"
        f"\\emph{{Step 2, the arithmetic.}} With $c=1/(1+S)$ the reconstruction of sample $i$ at ${w}_*$ is "
        f"$c^2(x_i\\T {row})\\,{row}$, so\n"
        "\\begin{equation}\\label{eq:sum}\n\\begin{split}\n"
        f"  f(0)-f({w}_*)&=\\sum_{{i}}\\Bigl(c^2-\\tfrac12c^4S\\Bigr)\\bigl(x_i\\T {row}\\bigr)^2\\\\\n"
        f"  &={shown.tex(term_of(total))}\\;>\\;0.\n\\end{{split}}\n\\end{{equation}}\n"
        f"All factors are positive; the last sum contains the term $S^2>0$ with $i={_k(scene)}$. This is a "
        "contradiction."
    )


def _square(scene: Scene) -> Term:
    """sum_j X[k,j]^2 as the certificate writes it."""
    term = next(line.term for line in scene.part.lines if line.rule == "given")
    if term is None:
        raise TypeError("the hypothesis is a term")
    return term


def _row(scene: Scene) -> str:
    if scene.witness is None:
        return ""
    return scene.row(*scene.witness)


def _k(scene: Scene) -> str:
    return word_tex(scene.witness[1]) if scene.witness else "1"


def _shown_array(scene: Scene, name: str, family: t.Family) -> str:
    from symconvex.exposition.points import Arrays

    return Arrays(scene.notation.naming({_square(scene): "S"}), scene.reading.parameters).tex(name, family)


def tied_concave(scene: Scene) -> str:
    """Far out the loss is above its value at 0."""
    part = next((p for p in scene.reading.parts if "(loss not_concave)" in p.claims), None)
    if part is None:
        return ""
    refuted = next(line for line in part.by_rule("refute") if line.word == "not_concave")
    gap, total = (part.line(k) for k in refuted.uses)
    ((name, family),) = read_point(gap.args["ends"][0]).items()
    w = word_tex(name)
    shown = scene.notation.naming({_square(scene): "S"}).tex(term_of(total))
    return (
        f"\\emph{{Not concave.}} Let ${w}_\\circ={_shown_array(scene, name, family)}$. Again "
        f"$f({w}_\\circ)=f(-{w}_\\circ)$, and $0$ is the middle, but\n"
        f"\\[\n  f({w}_\\circ)-f(0)={shown}\\;>\\;0.\n\\]"
    )


__all__ = ["Sum", "bounded_body", "mean", "opposite_tex", "tied_body", "zero_value"]
