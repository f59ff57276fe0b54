"""Far along a row of the data: all arguments that move are large there, so the loss bends down and has risen."""

from collections.abc import Iterator

from symconvex.drafting.arguments.far import FarOut
from symconvex.exposition.general import derivatives, notation_of, setting
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import tidy_squares
from symconvex.exposition.readout import LEMMA
from symconvex.exposition.statement import theorem
from symconvex.exposition.told import Page, Told, always
from symconvex.kernel import term as t
from symconvex.kernel.term import Num, Sym
from symconvex.language.printing.texwords import number_tex, word_tex


def tell(told: Told[FarOut]) -> Iterator[str]:
    """Setting, theorem, the point, one paragraph for each claim, the case X = 0, derivatives."""
    notation = notation_of(told)
    yield setting(told, notation)
    yield theorem(told, notation)
    if told.argument.rising:
        yield LEMMA
    steps = [points(told, notation), bends(told, notation), risen(told, notation), converse(told)]
    proof = "\n\n".join(step for step in steps if step)
    yield f"\\begin{{proof}}\n{proof}\n\\end{{proof}}"
    yield derivatives(told)


PAGE = Page("far", tell, always("Far out in a direction of the data the loss bends down, whatever the targets are."))


def row(told: Told[FarOut], index: str) -> str:
    """x_i, or an entry where a row is one number."""
    x = told.argument.sample[0] if told.argument.sample else ""
    letters, _ = told.rows(x) if len(told.draft.data[x]) == 2 else ({}, "")
    return f"{letters.get(x, word_tex(x))}_{{{word_tex(index)}}}"


def points(told: Told[FarOut], notation: Notation) -> str:
    """The direction, the arguments along it, and how far the point lies."""
    shape, i = told.argument, word_tex(told.argument.index)
    tail = "" if shape.start == t.ZERO else f"+{notation.tex(shape.start)}".replace("+-", "-")
    speed, need = Sym("speed"), notation.tex(tidy_squares(shape.need))
    if shape.sample is None:
        named = notation.naming({speed: notation.tex(shape.speed)})
        head = f"Move ${word_tex(shape.way)}$ alone, from $0$: with $v$ for that direction, the argument"
        total, where = f"\\sum_{{{i}}}K_{{{i}}}" + divided(notation, shape), "every"
        start = ""
    else:
        k = word_tex(shape.sample[1])
        named = notation.naming({speed: f"c_{{{i}}}"})
        one, other = row(told, shape.index), row(told, shape.sample[1])
        vector = len(told.draft.data[shape.sample[0]]) == 2
        product, square = (
            (f"{one}\\T {other}", f"\\lVert {other}\\rVert^2") if vector else (f"{one}{other}", f"{other}^2")
        )
        rows = told.rows(shape.sample[0])[1] if vector else ""
        start = (
            f"Let ${word_tex(shape.sample[0])}\\ne0$. {rows} Choose ${k}$ with ${other}\\ne0$ and write "
            f"$c_{{{i}}}={product}$, so that $c_{{{k}}}={square}>0$.\n"
        )
        head = f"Along $v={other}$ the argument"
        total, where = (
            f"\\sum_{{c_{{{i}}}\\ne0}}\\frac{{K_{{{i}}}}}{{c_{{{i}}}^2}}",
            f"every ${i}$ with $c_{{{i}}}\\ne0$",
        )
    moved = named.tex(t.mul(shape.slope, shape.speed if shape.sample is None else speed, Sym("t")))
    bound = number_tex(shape.bound**2)
    more = "" if shape.start == t.ZERO else f"+{notation.tex(tidy_squares(t.power(shape.start, 2)))}"
    where = f"every ${i}$" if where == "every" else where
    return (
        f"\\emph{{The point.}} {start}{head} of summand ${i}$ is $u_{{{i}}}(t)={moved}{tail}$ at $tv$. Let\n"
        f"\\[\n  t=1+{total},\\qquad K_{{{i}}}={need}.\n\\]\n"
        f"For {where} this makes the moving part $m$ of $u_{{{i}}}(\\pm t)$ so large that $m^2\\ge"
        f"{notation.tex(tidy_squares(t.mul(Num(shape.square), shape.need)))}$, "
        f"and $(m+b)^2\\ge\\frac12m^2-b^2$ gives $u_{{{i}}}(\\pm t)^2\\ge{bound}{more}$."
    )


def divided(notation: Notation, shape: FarOut) -> str:
    """Over the square of a speed that is a number."""
    square = t.power(shape.speed, 2)
    return "" if square == t.ONE else f"/{notation.tex(square)}"


def bends(told: Told[FarOut], notation: Notation) -> str:
    """The second derivative along v."""
    shape, i = told.argument, word_tex(told.argument.index)
    z, phi = word_tex(shape.letter), f"\\phi({word_tex(shape.letter)})={notation.tex(shape.phi)}"
    sign = f"\\phi''({z})+\\phi''(-{z})<0" if shape.both else f"\\phi''({z})<0"
    speed = notation.tex(t.power(shape.speed, 2)) if shape.sample is None else f"c_{{{i}}}^2"
    scale = t.mul(shape.factor, Num(shape.square))
    front = "" if scale == t.ONE else f"{notation.tex(scale)}\\,"
    speed = "" if speed == "1" else f"{speed}\\,"
    inner = f"\\bigl(\\phi''(u_{{{i}}}(t))+\\phi''(u_{{{i}}}(-t))\\bigr)" if shape.both else f"\\phi''(u_{{{i}}}(t))"
    left = "D^2f(tv)[v,v]+D^2f(-tv)[v,v]" if shape.both else "D^2f(tv)[v,v]"
    zero = (
        f"Summands with $c_{{{i}}}=0$ vanish, and the others, that of ${word_tex(shape.sample[1])}$ among them, are"
        if (shape.sample)
        else "All summands are"
    )
    labels = (
        "\nSummands may differ by their labels or targets, but both signs of an argument together give "
        f"$\\phi({z})+\\phi(-{z})$, up to what does not depend on ${z}$."
        if shape.labels
        else ""
    )
    return (
        f"\\emph{{Not convex.}} For ${phi}$ we have ${sign}$ where $|{z}|\\ge{number_tex(shape.bound)}$.{labels} So\n"
        f"\\[\n  {left}=\\sum_{{{i}}}{front}{speed}{inner}\\;<\\;0.\n\\]\n{zero} negative."
    )


def risen(told: Told[FarOut], notation: Notation) -> str:
    """Larger far out than at 0, and bounded below."""
    shape, i = told.argument, word_tex(told.argument.index)
    if not shape.rising:
        return ""
    z = word_tex(shape.letter)
    why = (
        f"As $\\phi$ is an increasing function of ${z}^2$ and $u_{{{i}}}(\\pm t)^2>u_{{{i}}}(0)^2$ for all arguments "
        "that move, "
        if shape.rising == "square"
        else f"As $\\phi({z})+\\phi(-{z})\\ge2\\phi(0)$, and $>$ for $|{z}|\\ge{number_tex(shape.bound)}$, "
    )
    return (
        "\\emph{Not concave.} The loss is bounded below, as $\\phi$ is. Were $f$ concave, Lemma~\\ref{lem:flat} for "
        f"$-f$ would make it constant. {why}we have $f(tv)+f(-tv)>2f(0)$."
    )


def converse(told: Told[FarOut]) -> str:
    """With X = 0 the loss is constant."""
    if told.argument.sample is None or not told.claims.view.exact:
        return ""
    x = word_tex(told.argument.sample[0])
    return f"\\emph{{The case ${x}=0$.}} If ${x}=0$, the loss does not depend on the parameters, so it is affine."
