"""Linear readout: both signs of the readout lie between points where all outputs are zero."""

from collections.abc import Iterator

from symconvex.drafting.arguments.readout import Chords, Flats, Readout, Rise
from symconvex.exposition.general import derivatives
from symconvex.exposition.points import tidy_squares
from symconvex.exposition.scene import (
    Scene,
    broken_sentence,
    converse,
    opposite_tex,
    sample_sentence,
    scene_of,
    setting,
)
from symconvex.exposition.segment import illustration
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told
from symconvex.exposition.words import joined
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Term
from symconvex.language.printing.texwords import word_tex

LEMMA = r"""\begin{lemma}[lineality]\label{lem:flat}
Let $f\colon\R^N\to\R$ be convex, and suppose that $f(p_0+tu)\le M$ for all $t\in\R$, with some $p_0$, $u$ and $M$. Then
$f(p+u)\le f(p)$ for every $p$.
\end{lemma}
\begin{proof}
For $0<\varepsilon<1$ the point $p+u+\varepsilon(p_0-p)$ equals
$(1-\varepsilon)\,p+\varepsilon\bigl(p_0+\tfrac1\varepsilon u\bigr)$, so by convexity
\[
  f\bigl(p+u+\varepsilon(p_0-p)\bigr)\le(1-\varepsilon)\,f(p)+\varepsilon M .
\]
Let $\varepsilon\downarrow0$; a convex function that is finite on $\R^N$ is continuous.
\end{proof}"""
EVEN = (
    "Put\n\\[\n  g(u)=\\log(1+e^{u})+\\log(1+e^{-u}),\\qquad g''(u)=2\\sigma(u)(1-\\sigma(u))>0,\n\\]\n"
    "an even and strictly convex function"
)


def tell(told: Told[Readout]) -> Iterator[str]:
    """Setting, theorem, the lemma where it is needed, proof, picture, derivatives."""
    argument = told.argument
    scene = scene_of(told, argument.fit, argument.candidate.sample)
    yield setting(scene)
    yield theorem(told, scene.notation)
    match argument.way:
        case Chords() as way:
            steps = chord_steps(scene, argument, way)
            yield illustration(told, scene.sample, chords=[(start, way.end) for start in way.starts])
        case Flats() as way:
            yield illustration(told, scene.sample, rays=[(way.along, at) for at in way.ats])
            yield LEMMA
            steps = flat_steps(scene, argument, way)
    proof = "\n\n".join(part for part in [*steps, converse(scene, argument.without)] if part)
    yield f"\\begin{{proof}}[Proof of Theorem~\\ref{{thm:main}}]\n{proof}\n\\end{{proof}}"
    yield derivatives(told)


def idea(told: Told[Readout]) -> str:
    """Zero at two points, or along a line."""
    if isinstance(told.argument.way, Chords):
        return "All outputs are $0$ at two points, but not halfway between them."
    return (
        "The loss is constant along a line on which the readout is $0$; a convex function would then rise nowhere in "
        "the direction of that line, and this one does."
    )


PAGE = Page("readout", tell, idea)


# ---- chords ---------------------------------------------------------------------------------------


def chord_steps(scene: Scene, argument: Readout, way: Chords) -> Iterator[str]:
    """Points with outputs zero on both sides of the readout, and the arithmetic."""
    zero, (a, b, _, _) = scene.notation.tex(tidy_squares(way.zero)), scene.told.spots
    also = " or only quasiconvex" if scene.told.claims.refutes("not_quasiconvex") else ""
    yield (
        f"\\emph{{Step 1, the points.}} {sample_sentence(scene)} Consider\n\\begin{{align*}}\n"
        f"  \\theta_\\pm&={opposite_tex(scene, *way.middles)},\\\\\n"
        f"  {a}_\\pm&={opposite_tex(scene, *way.starts)},\\qquad "
        f"{b}={opposite_tex(scene, way.end, way.end)}.\n\\end{{align*}}\n"
        f"{units_sentence(scene, argument)}Clearly $\\theta_\\pm=\\tfrac12{a}_\\pm+\\tfrac12{b}$. "
        f"{vanishing(scene, argument, way)} So\n"
        f"\\[\n  f({a}_+)=f({a}_-)=f({b})=f_0,\\qquad f_0={zero}.\n\\]\n"
        f"If $f$ were convex{also}, it would follow that $f(\\theta_+)\\le f_0$ and $f(\\theta_-)\\le f_0$."
    )
    yield arithmetic(scene, argument)
    if argument.between is not None:
        where = opposite_tex(scene, argument.between, argument.between)
        yield (
            f"\\emph{{Not concave.}} The middle $\\theta_0={where}$ of $\\theta_+$ and $\\theta_-$ has the outputs "
            "$0$, so $f(\\theta_0)=f_0<\\tfrac12\\bigl(f(\\theta_+)+f(\\theta_-)\\bigr)$ by \\eqref{eq:sum}."
        )


def vanishing(scene: Scene, argument: Readout, way: Chords) -> str:
    """Why the outputs are zero at A and B."""
    a, b, _, _ = scene.told.spots
    v, start = word_tex(argument.readout), way.starts[0]
    others = [name for name in start if name != argument.readout and way.end[name][1] != t.ZERO]
    if all(start[name][1] == t.ZERO for name in others):
        hidden = joined([f"${word_tex(name)}$" for name in others])
        which = f"the parameters {hidden} are" if len(others) > 1 else f"the parameter {hidden} is"
        return f"At ${b}$ the readout ${v}$ is zero; at ${a}_\\pm$ {which} zero. Either way all outputs are $0$."
    return (
        f"At ${b}$ the readout ${v}$ is zero; at ${a}_\\pm$ all units agree, and the entries of ${v}$ cancel. "
        "Either way all outputs are $0$."
    )


def arithmetic(scene: Scene, argument: Readout) -> str:
    """The sum of both gaps is positive."""
    hat, y, output = scene.hat, scene.target, scene.shown(argument.output)
    if scene.fit.kind == "squared":
        inside = f"\\Bigl(({hat}-{y})^2+({hat}+{y})^2-2{y}^2\\Bigr)"
        square = scene.summed(f"{hat}^2", t.mul(t.number(2), scene.fit.factor))
        last = scene.notation.naming({output: hat}).tex(argument.rise.total)
        end = "" if last == square else f"={last}"
        chain, lead = f"{scene.summed(inside)}\\\\\n  &={square}{end}", ""
    else:
        chain = scene.summed(f"\\bigl(g({hat})-g(0)\\bigr)")
        lead = (
            f" {EVEN}, so that $g(u)>g(0)=2\\log2$ for $u\\ne0$. {scene.even_sentence} two signs of an output "
            f"contribute $g({hat})$ to the loss."
        )
    return (
        f"\\emph{{Step 2, the arithmetic.}} At $\\theta_\\pm$ the outputs are $\\pm{hat}$ with "
        f"${hat}={scene.notation.tex(output)}$.{lead} Hence\n"
        "\\begin{equation}\\label{eq:sum}\n"
        f"\\begin{{split}}\n  f(\\theta_+)+f(\\theta_-)-2f_0&={chain}\\;>\\;0.\n\\end{{split}}\n\\end{{equation}}\n"
        f"{positive_sentence(scene, argument.rise)}So $f(\\theta_+)>f_0$ or $f(\\theta_-)>f_0$, a contradiction."
        f"{broken_sentence(scene, [f'f({chr(92)}theta_{sign})>f_0' for sign in '+-'])}"
    )


def positive_sentence(scene: Scene, rise: Rise) -> str:
    """Which summand is positive."""
    if rise.place is None:
        return ""
    place = str(rise.place + 1) if isinstance(rise.place, int) else word_tex(rise.place)
    return f"No summand is negative, and the one with ${scene.index}={place}$ is {value_text(scene, rise)}. "


def value_text(scene: Scene, rise: Rise) -> str:
    """The positive summand, as a number when it is one."""
    if rise.there is None:
        return "positive, since the output there is not $0$"
    text = scene.notation.tex(rise.there)
    return "$1$" if text == "1" else f"${text}>0$"


def units_sentence(scene: Scene, argument: Readout) -> str:
    """What the hidden units do, in words."""
    lights = argument.candidate.lights
    if lights == "row" and scene.sample is not None:
        x, k = scene.sample
        row, i, other = scene.row(x, k), scene.index, scene.row(x, scene.fit.binders[0][0])
        plain = scene.notation.vector(x, (k,)) is None
        where = f"has the weight $1/{row}$" if plain else f"looks along ${row}/\\lVert {row}\\rVert^2$"
        score = f"{other}/{row}" if plain else f"{other}\\T {row}/\\lVert {row}\\rVert^2"
        return (
            f"In words: the first hidden unit {where}, so that sample ${i}$ has the score ${score}$ there, which is "
            f"$1$ for ${i}={word_tex(k)}$; the other hidden units have no influence. "
        )
    if lights == "bias":
        return (
            "In words: the first hidden unit has the bias $1$ and ignores its inputs; the other hidden units have "
            "no influence. "
        )
    if lights == "centre":
        return "In words: all centres sit on the first sample, except the second one, which has moved by one unit. "
    return ""


# ---- lineality ------------------------------------------------------------------------------------


def point_letter(scene: Scene) -> str:
    """P, where the problem has no P."""
    return scene.told.letter("P", "Q", "Z")


def flat_steps(scene: Scene, argument: Readout, way: Flats) -> Iterator[str]:
    """Lines on which the loss is constant, and the arithmetic."""
    p = point_letter(scene)
    signs = f"$f({p}_\\pm+u)\\le f({p}_\\pm)$" + ("" if way.back is None else f" and $f({p}_\\pm-u)\\le f({p}_\\pm)$")
    yield (
        f"\\emph{{Step 1, the points.}} {sample_sentence(scene)} Consider\n"
        f"\\[\n  u={opposite_tex(scene, way.along, way.along)},\\qquad {p}_\\pm={opposite_tex(scene, *way.ats)}.\n\\]\n"
        f"{units_sentence(scene, argument)}At every point $tu$ the readout is zero, so that all outputs are $0$ and "
        "$f(tu)=f(0)=f_0$ is the same for all $t$. "
        f"If $f$ were convex, Lemma~\\ref{{lem:flat}} with $p_0=0$ would give {signs}."
    )
    yield flat_sum(scene, argument, way)
    if argument.between is not None:
        yield flat_concave(scene, argument.output)


def flat_sum(scene: Scene, argument: Readout, way: Flats) -> str:
    """The sum of all gaps."""
    p, hat, tilde, at = (
        point_letter(scene),
        scene.hat,
        scene.hat.replace("\\hat", "\\check"),
        scene.output_tex(way.start),
    )
    y, squared, twofold = scene.target, scene.fit.kind == "squared", way.back is not None
    meaning = f"at ${p}_\\pm+u$ they are $\\pm{hat}$ with ${hat}={scene.output_tex(argument.output)}$"
    if way.back is not None:
        meaning += f", and at ${p}_\\pm-u$ they are $\\pm{tilde}$ with ${tilde}={scene.output_tex(way.back)}$"
    scale = t.mul(t.number(2), scene.fit.factor) if squared else scene.fit.factor
    small = added(scene, at, long="frac" in at or "log" in at)
    inside = f"{added(scene, hat)}+{added(scene, tilde)}-2\\,{small}" if twofold else f"{added(scene, hat)}-{small}"
    back = f"+f({p}_+-u)+f({p}_--u)-2f({p}_+)-2f({p}_-)" if twofold else f"-f({p}_+)-f({p}_-)"
    left = f"f({p}_++u)+f({p}_-+u){back}"
    both = scene.summed(f"({scene.output}^2+{y}^2)" if squared else f"g({scene.output})", scale)
    steps = [f"f({p}_{sign}{turn}u)>f({p}_{sign})" for sign in "+-" for turn in ("+-" if twofold else "+")]
    start = "The" if squared else f"{EVEN}, increasing on $[0,\\infty)$. {scene.even_sentence}"
    return (
        f"\\emph{{Step 2, the arithmetic.}} The outputs at ${p}_\\pm$ are $\\pm {at}$; "
        f"{meaning}. {start} values of the loss at the outputs "
        f"${scene.output[0]}$ and $-{scene.output[0]}$ add up to ${both}$. Hence\n"
        f"\\begin{{equation}}\\label{{eq:sum}}\n\\begin{{split}}\n  &{left}\\\\\n  "
        f"&\\qquad={scene.summed(f'{chr(92)}Bigl({inside}{chr(92)}Bigr)', scale)}\\;>\\;0.\n"
        f"\\end{{split}}\n\\end{{equation}}\n{flat_reason(scene, argument, way)} This contradicts "
        f"the inequalities of Step 1.{broken_sentence(scene, steps)}"
    )


def added(scene: Scene, text: str, *, long: bool = False) -> str:
    """What both signs of an output add to the loss, up to what does not depend on it."""
    if scene.fit.kind == "squared":
        return f"\\bigl({text}\\bigr)^2" if long else f"{text}^2"
    return f"g\\bigl({text}\\bigr)" if long else f"g({text})"


def flat_reason(scene: Scene, argument: Readout, way: Flats) -> str:
    """Why the sum is positive."""
    hat, tilde, first = scene.hat, scene.hat.replace("\\hat", "\\check"), argument.output
    at = scene.output_tex(way.start)
    function = "the square" if scene.fit.kind == "squared" else "$g$"
    only = scene.only(first)
    if way.back is None:
        tail = f" for ${only[0]}={only[1]}$, both are $0$ otherwise" if only else ""
        return f"Indeed ${hat}>{at}>0${tail}, and {function} increases on $[0,\\infty)$."
    k = word_tex(scene.sample[1]) if scene.sample else "1"
    place = f"${scene.index}={k}$" + (f" and ${only[0]}={only[1]}$" if only else "")
    if "sigmoid" in {part.name for part in t.subterms(first) if isinstance(part, Fn)}:
        return (
            f"Indeed ${hat}+{tilde}=2\\cdot{at}$, because $\\sigma(-z)=1-\\sigma(z)$. As {function} is strictly "
            f"convex, no summand is negative, and the one with {place} is positive: there "
            f"${hat}=\\sigma(1)\\ne\\sigma(-1)={tilde}$."
        )
    return (
        f"Indeed ${hat}+{tilde}\\ge2\\cdot{at}$, because $\\log(1+e^z)$ is convex in $z$. As {function} is strictly "
        f"convex and increasing on $[0,\\infty)$, no summand is negative, and the one with {place}, where $z=1$, is "
        "positive."
    )


def flat_concave(scene: Scene, output: Term) -> str:
    """Both signs of the readout have a middle with outputs zero."""
    if scene.fit.kind == "squared":
        sum_of = scene.summed(f"{scene.hat}^2")
    else:
        sum_of = "\\tfrac12" + scene.summed(f"\\bigl(g({scene.hat})-g(0)\\bigr)")
    only = scene.only(output)
    where = f" and ${only[0]}={only[1]}$" if only else ""
    p = point_letter(scene)
    return (
        f"\\emph{{Not concave.}} The point $u$ is the middle of ${p}_++u$ and ${p}_-+u$. Its outputs are $0$, so\n"
        f"\\[\n  \\tfrac12\\bigl(f({p}_++u)+f({p}_-+u)\\bigr)-f(u)={sum_of}\\;>\\;0,\n\\]\n"
        f"because ${scene.hat}>0$ for every ${scene.index}${where}."
    )
