"""Linear readout: both signs of the readout lie between points where all outputs are zero."""

from collections.abc import Iterator

from symconvex.exposition.notation import Notation
from symconvex.exposition.points import Point, mean, read_point
from symconvex.exposition.reading import Line, summands
from symconvex.exposition.scene import (
    Scene,
    converse,
    opposite_tex,
    sample_sentence,
    setting,
    theorem,
    zero_value,
)
from symconvex.exposition.words import joined
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Sum, Term
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
# g(u) = log(1 + e^u) + log(1 + e^-u)
EVEN = "g(u)=\\log(1+e^{u})+\\log(1+e^{-u}),\\qquad g''(u)=2\\sigma(u)(1-\\sigma(u))>0,"


def body(scene: Scene) -> Iterator[str]:
    """Setting, theorem, the lemma where it is needed, proof."""
    flat = scene.gaps("not_convex")[0].rule == "flat"
    yield setting(scene)
    yield theorem(scene)
    if flat:
        yield LEMMA
    argument = flat_argument(scene) if flat else chord_argument(scene)
    proof = "\n\n".join(part for part in [*argument, converse(scene)] if part)
    yield f"\\begin{{proof}}[Proof of Theorem~\\ref{{thm:main}}]\n{proof}\n\\end{{proof}}"


# ---- chords ---------------------------------------------------------------------------------------


def chord_argument(scene: Scene) -> Iterator[str]:
    """Points with outputs zero on both sides of the readout, and the arithmetic."""
    plus, minus, total = scene.gaps("not_convex")
    starts, ends = ([read_point(line.args["ends"][k]) for line in (plus, minus)] for k in (0, 1))
    middles = [mean(a, b) for a, b in zip(starts, ends, strict=True)]
    gap = _term(plus)
    zero = scene.notation.tex(zero_value(scene, gap))
    also = " or only quasiconvex" if scene.claims.refutes("not_quasiconvex") else ""
    yield (
        f"\\emph{{Step 1, the points.}} {sample_sentence(scene)} Consider\n\\begin{{align*}}\n"
        f"  \\theta_\\pm&={opposite_tex(scene, *middles)},\\\\\n"
        f"  A_\\pm&={opposite_tex(scene, *starts)},\\qquad "
        f"B={opposite_tex(scene, ends[0], ends[0])}.\n\\end{{align*}}\n"
        f"{units_sentence(scene, middles[0])}Clearly $\\theta_\\pm=\\tfrac12A_\\pm+\\tfrac12B$. "
        f"{vanishing(scene, starts[0], ends[0])} So\n"
        f"\\[\n  f(A_+)=f(A_-)=f(B)=f_0,\\qquad f_0={zero}.\n\\]\n"
        f"If $f$ were convex{also}, it would follow that $f(\\theta_+)\\le f_0$ and $f(\\theta_-)\\le f_0$."
    )
    yield from arithmetic(scene, scene.outputs(summands(gap)[0]), total)
    yield concave(scene, both=True)


def vanishing(scene: Scene, start: Point, end: Point) -> str:
    """Why the outputs are zero at A and B."""
    readout = [name for name, (_, value) in end.items() if value == t.ZERO and start[name][1] != t.ZERO]
    others = [name for name in start if name not in readout and end[name][1] != t.ZERO]
    if not readout:
        return "All outputs are zero at $A_\\pm$ and at $B$."
    v = word_tex(readout[0])
    if all(start[name][1] == t.ZERO for name in others):
        hidden = joined([f"${word_tex(name)}$" for name in others])
        which = f"the parameters {hidden} are" if len(others) > 1 else f"the parameter {hidden} is"
        return f"At $B$ the readout ${v}$ is zero; at $A_\\pm$ {which} zero. Either way all outputs are $0$."
    return (
        f"At $B$ the readout ${v}$ is zero; at $A_\\pm$ all units agree, and the entries of ${v}$ cancel. "
        "Either way all outputs are $0$."
    )


def arithmetic(scene: Scene, output: Term, total: Line) -> Iterator[str]:
    """The sum of both gaps is positive."""
    hat, y = scene.hat, scene.target
    shown = scene.notation.tex(output)
    meaning = f"${hat}={shown}$"
    whole = _term(total)
    named = scene.notation.naming({output: hat})
    if scene.fit.kind == "squared":
        inside = f"\\Bigl(({hat}-{y})^2+({hat}+{y})^2-2{y}^2\\Bigr)"
        twice = t.mul(t.number(2), scene.fit.factor)
        square = scene.summed(f"{hat}^2", twice)
        last = named.tex(whole)
        end = "" if last == square else f"={last}"
        chain = f"{scene.summed(inside)}\\\\\n  &={square}{end}"
        lead = ""
    else:
        chain = scene.summed(f"\\bigl(g({hat})-g(0)\\bigr)")
        lead = (
            f" Put\n\\[\n  {EVEN}\n\\]\nan even and strictly convex function, so that $g(u)>g(0)=2\\log2$ for "
            "$u\\ne0$. "
            f"As ${y}=\\pm1$, the two signs of an output contribute $g({hat})$ to the loss."
        )
    yield (
        f"\\emph{{Step 2, the arithmetic.}} At $\\theta_\\pm$ the outputs are $\\pm{hat}$ with "
        f"{meaning}{delta_note(scene, output)}.{lead} Hence\n"
        "\\begin{equation}\\label{eq:sum}\n"
        f"\\begin{{split}}\n  f(\\theta_+)+f(\\theta_-)-2f_0&={chain}\\;>\\;0.\n\\end{{split}}\n\\end{{equation}}\n"
        f"{positive_sentence(scene, total)}So $f(\\theta_+)>f_0$ or $f(\\theta_-)>f_0$, a contradiction."
    )


def delta_note(scene: Scene, output: Term) -> str:
    """What a delta in an output means."""
    only = scene.only(output)
    if only is None:
        return ""
    r, one = only
    return f", where $\\delta_{{{r}{one}}}$ is $1$ for ${r}={one}$ and $0$ otherwise"


def positive_sentence(scene: Scene, total: Line) -> str:
    """Which summand is positive."""
    for line in [total, *(scene.part.line(k) for k in total.uses)]:
        if line.rule != "sum_at":
            continue
        term, index = _term(line), str(line.args["index"])
        place = str(int(index) + 1) if index.isdigit() else word_tex(index)
        binder = word_tex(term.index) if isinstance(term, Sum) else "i"
        there = scene.part.line(line.uses[1])
        value = value_at(scene, there)
        return f"No summand is negative, and the one with ${binder}={place}$ is {value}. "
    return ""


def value_at(scene: Scene, line: Line) -> str:
    """The positive summand, as a number when it is one."""
    if scene.fit.kind != "squared":
        return "positive, since the output there is not $0$"
    term = _term(line)
    if line.rule == "product" and len(line.uses) == 2 and line.uses[0] == line.uses[1]:
        term = t.power(_term(scene.part.line(line.uses[0])), 2)
    text = scene.notation.tex(term)
    return "$1$" if text == "1" else f"${text}>0$"


def units_sentence(scene: Scene, point: Point) -> str:
    """What the hidden units do at a point, in words."""
    hidden = [(name, family) for name, family in point.items() if family[1] != t.ZERO]
    if scene.witness is not None:
        x, k = scene.witness
        row, i = scene.row(x, k), word_tex(scene.fit.binders[0][0])
        other = scene.row(x, scene.fit.binders[0][0])
        plain = scene.notation.vector(x, (k,)) is None
        where = f"has the weight $1/{row}$" if plain else f"looks along ${row}/\\lVert {row}\\rVert^2$"
        score = f"{other}/{row}" if plain else f"{other}\\T {row}/\\lVert {row}\\rVert^2"
        return (
            f"In words: the first hidden unit {where}, so that sample ${i}$ has the score ${score}$ there, which is "
            "$1$ for "
            f"${i}={word_tex(k)}$; the other hidden units have no influence. "
        )
    if any(len(places) == 1 and isinstance(value, t.Delta) for _, (places, value) in hidden) and len(point) > 2:
        return (
            "In words: the first hidden unit has the bias $1$ and ignores its inputs; the other hidden units have "
            "no influence. "
        )
    if any(isinstance(value, t.Add) for _, (_, value) in hidden):
        return "In words: all centres sit on the first sample, except the second one, which has moved by one unit. "
    return ""


def concave(scene: Scene, *, both: bool) -> str:
    """Between both signs of the readout lies a point with the value f_0, below the mean."""
    if not scene.claims.refutes("not_concave"):
        return ""
    line, _ = scene.gaps("not_concave")
    ends = [read_point(end) for end in line.args["ends"]]
    middle = mean(*ends)
    where = opposite_tex(scene, middle, middle)
    because = "by \\eqref{eq:sum}" if both else "because outputs other than $0$ only add to the sum of both values"
    return (
        f"\\emph{{Not concave.}} The middle $\\theta_0={where}$ of $\\theta_+$ and $\\theta_-$ has the outputs $0$, so "
        f"$f(\\theta_0)=f_0<\\tfrac12\\bigl(f(\\theta_+)+f(\\theta_-)\\bigr)$ {because}."
    )


def _term(line: Line) -> Term:
    if line.term is None:
        raise TypeError(f"{line.rule} concludes with a term")
    return line.term


# ---- lineality ------------------------------------------------------------------------------------


def flat_argument(scene: Scene) -> Iterator[str]:
    """Lines on which the loss is constant, and the arithmetic."""
    *gaps, total = scene.gaps("not_convex")
    along = read_point(gaps[0].args["along"])
    ats = [read_point(gap.args["at"]) for gap in gaps]
    opposite = next(at for at in ats if at != ats[0])
    twofold = len(gaps) == 4
    zero = "f(0)=f_0"
    signs = "$f(P_\\pm+u)\\le f(P_\\pm)$" + (" and $f(P_\\pm-u)\\le f(P_\\pm)$" if twofold else "")
    yield (
        f"\\emph{{Step 1, the points.}} {sample_sentence(scene)} Consider\n"
        f"\\[\n  u={opposite_tex(scene, along, along)},\\qquad P_\\pm={opposite_tex(scene, ats[0], opposite)}.\n\\]\n"
        f"{units_sentence(scene, along)}At every point $tu$ the readout is zero, so that all outputs are $0$ and "
        f"$f(tu)={zero}$ is the same for all $t$. "
        f"If $f$ were convex, Lemma~\\ref{{lem:flat}} with $p_0=0$ would give {signs}."
    )
    yield flat_sum(scene, gaps, total, twofold=twofold)
    yield flat_concave(scene)


def flat_sum(scene: Scene, gaps: list[Line], total: Line, *, twofold: bool) -> str:
    """The sum of all gaps."""
    first, start = (scene.outputs(part) for part in summands(_term(gaps[0])))
    hat = scene.hat
    at = scene.notation.tex(start)
    back = scene.outputs(summands(_term(gaps[1]))[0]) if twofold else t.ZERO
    tilde = hat.replace("\\hat", "\\check")
    note = delta_note(scene, first)
    meaning = f"at $P_\\pm+u$ they are $\\pm{hat}$ with ${hat}={scene.notation.tex(first)}$"
    if twofold:
        meaning += f", and at $P_\\pm-u$ they are $\\pm{tilde}$ with ${tilde}={scene.notation.tex(back)}$"
    squared = scene.fit.kind == "squared"
    g = "{}^2" if squared else "g({})"
    scale = t.mul(t.number(2), scene.fit.factor) if squared else scene.fit.factor
    bracket = "\\bigl({}\\bigr)^2" if squared else "g\\bigl({}\\bigr)"
    small = bracket.format(at) if "frac" in at or "log" in at else g.format(at)
    inside = f"{g.format(hat)}+{g.format(tilde)}-2\\,{small}" if twofold else f"{g.format(hat)}-{small}"
    left = "f(P_++u)+f(P_-+u)" + ("+f(P_+-u)+f(P_--u)-2f(P_+)-2f(P_-)" if twofold else "-f(P_+)-f(P_-)")
    y = scene.target
    lead = (
        "The values of the loss at the outputs $o$ and $-o$ add up to "
        f"${scene.summed(f'({scene.output}^2+{y}^2)', scale)}$."
        if squared
        else f"Put\n\\[\n  {EVEN}\n\\]\nan even and strictly convex function, increasing on $[0,\\infty)$. "
        f"As ${y}=\\pm1$, the values of "
        f"the loss at the outputs $o$ and $-o$ add up to ${scene.summed(f'g({scene.output})', scale)}$."
    )
    return (
        f"\\emph{{Step 2, the arithmetic.}} The outputs at $P_\\pm$ are $\\pm {at}$; {meaning}{note}. {lead} Hence\n"
        f"\\begin{{equation}}\\label{{eq:sum}}\n\\begin{{split}}\n  &{left}\\\\\n  "
        f"&\\qquad={scene.summed(f'{chr(92)}Bigl({inside}{chr(92)}Bigr)', scale)}\\;>\\;0.\n"
        f"\\end{{split}}\n\\end{{equation}}\n{flat_reason(scene, first, start, twofold=twofold)} This contradicts "
        "the inequalities of Step 1."
    )


def flat_reason(scene: Scene, first: Term, start: Term, *, twofold: bool) -> str:
    """Why the sum is positive."""
    hat, tilde = scene.hat, scene.hat.replace("\\hat", "\\check")
    at = scene.notation.tex(start)
    function = "the square" if scene.fit.kind == "squared" else "$g$"
    only = scene.only(first)
    if not twofold:
        tail = f" for ${only[0]}={only[1]}$, both are $0$ otherwise" if only else ""
        return f"Indeed ${hat}>{at}>0${tail}, and {function} increases on $[0,\\infty)$."
    k = word_tex(scene.witness[1]) if scene.witness else "1"
    i = word_tex(scene.fit.binders[0][0])
    place = f"${i}={k}$" + (f" and ${only[0]}={only[1]}$" if only else "")
    if "sigmoid" in {part.name for part in t.subterms(first) if isinstance(part, Fn)}:
        return (
            f"Indeed ${hat}+{tilde}=2\\cdot{at}$, because $\\sigma(-z)=1-\\sigma(z)$. As {function} is strictly "
            "convex, no summand "
            f"is negative, and the one with {place} is positive: there ${hat}=\\sigma(1)\\ne\\sigma(-1)={tilde}$."
        )
    return (
        f"Indeed ${hat}+{tilde}\\ge2\\cdot{at}$, because $\\log(1+e^z)$ is convex in $z$. As {function} is strictly "
        "convex and "
        f"increasing on $[0,\\infty)$, no summand is negative, and the one with {place}, where $z=1$, is positive."
    )


def flat_concave(scene: Scene) -> str:
    """Both signs of the readout have a middle with outputs zero."""
    if not scene.claims.refutes("not_concave"):
        return ""
    line, _ = scene.gaps("not_concave")
    gap = summands(_term(line))[0]
    sum_of = (
        scene.summed(f"{scene.hat}^2")
        if scene.fit.kind == "squared"
        else ("\\tfrac12" + scene.summed(f"\\bigl(g({scene.hat})-g(0)\\bigr)"))
    )
    only = scene.only(scene.outputs(gap))
    where = f" and ${only[0]}={only[1]}$" if only else ""
    return (
        "\\emph{Not concave.} The point $u$ is the middle of $P_++u$ and $P_-+u$. Its outputs are $0$, so\n"
        f"\\[\n  \\tfrac12\\bigl(f(P_++u)+f(P_-+u)\\bigr)-f(u)={sum_of}\\;>\\;0,\n\\]\n"
        f"because ${scene.hat}>0$ for every ${word_tex(scene.fit.binders[0][0])}${where}."
    )


__all__ = ["Notation", "body"]
