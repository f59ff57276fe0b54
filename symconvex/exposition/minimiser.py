"""Which points minimise a loss of margins: what the certificate does not speak of, with a proof of its own.

quadratic           f(w) = a |X w - y|^2 + c |w|^2: the solutions of the normal equation
strongly convex     exactly one
margins             positive decreasing summands of y_i x_i.w: there is one exactly where no direction separates
"""

from fractions import Fraction

from symconvex.drafting.lines import Lines
from symconvex.drafting.oracle import normal_of
from symconvex.drafting.signs import find_sign
from symconvex.exposition.story import Story
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term
from symconvex.language.printing.texwords import word_tex

# Positive decreasing functions without bound at minus infinity, in the letter u, and why they are all this.
DECREASING = {
    "(softplus (* -1 u))": "$0<\\ell({u})$, $\\ell'({u})<0$ and $\\ell({u})\\ge-{u}$ for every ${u}$",
    "(exp (* -1 u))": "$0<\\ell({u})$, $\\ell'({u})<0$ and $\\ell({u})\\ge-{u}$ for every ${u}$",
    "(* -1 (log (normcdf u)))": (
        "$0<\\ell({u})$ and $\\ell'({u})<0$ for every ${u}$, and $\\Phi({u})\\to0$ as ${u}\\to-\\infty$"
    ),
}
HALF = Fraction(1, 2)
END = "\n\\end{proof}"


def minimiser(story: Story) -> str:
    """A proposition and its proof; empty where nothing is said of minimisers."""
    if story.told.draft.domain or story.shape.rest is not None:
        return ""
    if story.shape.penalty is None and not _is_positive(story):
        return ""  # with weight 0 every point is a minimiser
    if _is_quadratic(story):
        return _normal_equation(story)
    if story.claims.always("strongly_convex") and story.claims.modulus is not None:
        return _exactly_one(story)
    return _separated(story)


def _is_positive(story: Story) -> bool:
    """Is the weight of the summands seen to be > 0 for all data?"""
    try:
        return find_sign(Lines(story.told.draft), story.shape.weight, strict=True, again=False) is not None
    except t.Refused:
        return False


# ---- quadratic losses --------------------------------------------------------------------------------


def _is_quadratic(story: Story) -> bool:
    """Are the summands multiples of (x_i.w - y_i)^2, with a vector y of the data?"""
    shape, margin = story.shape, story.margin
    square = t.mul(t.Num(HALF), shape.weight, t.power(Sym(margin.letter), 2)) if shape.constant else None
    named = isinstance(margin.shift, Sym) and margin.shift.indices == (margin.index,)
    return shape.constant and shape.phi == square and margin.label is None and named and not shape.kinked


def _normal_equation(story: Story) -> str:
    """(X'X + c I) w = X'y."""
    x, w, v, y = story.x, story.w, story.v, word_tex(story.margin.shift.name)  # type: ignore[union-attr]
    best = f"\\hat{{{w}}}" if "_" in w else f"{w}_*"
    scale = story.named.factor(story.shape.weight)
    scale = "" if scale == "1" else f"{scale}\\,"
    matrix, right = f"{scale}{x}\\T {x}{story.plus(2, 'I')}", f"{scale}{x}\\T {y}"
    lead = (
        f"The gradient of $f$ is $({matrix}){w}-{right}$. As $f$ is convex and differentiable, ${best}$ minimises it "
        "if and only if there the gradient "
    )
    equation = f"({matrix})\\,{best}={right}"
    inverse = f"{best}=({matrix})^{{-1}}{right}"
    if story.shape.penalty is not None and story.shape.ridge:
        penalty = story.plus(2, f"\\lVert {v}\\rVert^2")
        form = f"{v}\\T({matrix}){v}={scale}\\lVert {x}{v}\\rVert^2{penalty}>0"
        return (
            f"\\begin{{proposition}}[minimiser]\nThe function $f$ has exactly one minimiser,\n\\[\n  {inverse}.\n\\]\n"
            f"\\end{{proposition}}\n\\begin{{proof}}\n{lead}is $0$:\n\\[\n  {equation}.\n\\]\n"
            f"For ${v}\\ne0$ we have ${form}$. So the matrix is invertible, and the equation has exactly one "
            f"solution.{END}"
        )
    if story.shape.penalty is not None:
        return ""
    d, q = story.named.tex(t.Dim(story.problem.parameters[0].shape[0])), story.letter("q", "b", "c")
    plain = f"{x}\\T {x}"
    return (
        f"\\begin{{proposition}}[minimisers]\nThe minimisers of $f$ are the solutions ${best}$ of the normal equation\n"
        f"\\[\n  {plain}\\,{best}={x}\\T {y}.\n\\]\nThere is at least one, and there is only one if and only if "
        f"$\\rank {x}={d}$.\n"
        f"\\end{{proposition}}\n\\begin{{proof}}\n{lead}is $0$, which is the normal equation. For every vector ${q}$ "
        f"with ${plain}{q}=0$ we have "
        f"$\\lVert {x}{q}\\rVert^2={q}\\T {plain}{q}=0$: the matrices ${plain}$ and ${x}$ have the same kernel. So the "
        f"symmetric matrix ${plain}$ and the matrix ${x}\\T$ have the same range, the orthogonal complement of this "
        f"kernel, and ${x}\\T {y}$ lies in it: there is a solution. Two solutions differ by an element of the kernel "
        "of "
        ""
        f"${x}$, which is $0$ alone if and only if $\\rank {x}={d}$.{END}"
    )


# ---- strongly convex losses --------------------------------------------------------------------------


def _exactly_one(story: Story) -> str:
    """Coercive and strictly convex."""
    w, mu = story.w, story.named.factor(story.claims.modulus or t.ZERO)
    return (
        "\\begin{proposition}[minimiser]\nThe function $f$ has exactly one minimiser.\n\\end{proposition}\n"
        f"\\begin{{proof}}\nAs $f$ is strongly convex with modulus ${mu}>0$, for every ${w}$\n\\[\n"
        f"  f({w})\\ge f(0)+\\nabla f(0)\\T {w}+\\tfrac12\\,{mu}\\,\\lVert {w}\\rVert^2,\n\\]\n"
        f"and the right-hand side tends to $\\infty$ as $\\lVert {w}\\rVert\\to\\infty$. So outside a ball around "
        "$0$ the "
        ""
        f"values of $f$ are larger than $f(0)$; on the ball, which is compact, the continuous function $f$ has a "
        f"minimiser. A strictly convex function has at most one.{END}"
    )


# ---- margins -----------------------------------------------------------------------------------------


def _separated(story: Story) -> str:
    """A minimiser exists exactly where no direction separates the labels."""
    margin, shape = story.margin, story.shape
    if margin.shift is not None or shape.penalty is not None:
        return ""
    i, label = story.i, margin.label
    u = story.u
    if label is not None:
        why = DECREASING.get(t.render(t.substitute(shape.phi, {margin.letter: ((), Sym("u"))})))
        if why is None:
            return ""
        return _proposition(story, story.named.tex(label), "", f"In the notation of Step 1, {why.replace('{u}', u)}")
    bits = _bits(story)
    if bits is None:
        return ""
    s = f"{story.letter('s', 'b', 'c')}_{{{i}}}"
    y, m = story.named.tex(bits), story.letter("m", "b", "c")
    means = f"Put ${s}=2{y}-1\\in\\{{-1,1\\}}$. "
    why = (
        f"As ${y}$ is $0$ or $1$, we have $\\log(1+e^{{{u}_{{{i}}}}})-{y}{u}_{{{i}}}=\\ell({s}{u}_{{{i}}})$ with "
        f"$\\ell({m})=\\log(1+e^{{-{m}}})$, and $0<\\ell({m})$, $\\ell'({m})<0$ and $\\ell({m})\\ge-{m}$ for every "
        f"${m}$"
    )
    return _proposition(story, s, means, why)


def _bits(story: Story) -> Term | None:
    """y_i in log(1 + exp(u)) - y_i u, where it is 0 or 1."""
    letter, index = Sym(story.margin.letter), story.margin.index
    normal = normal_of(story.told.draft)
    for symbol in story.problem.data:
        label = Sym(symbol.name, (index,))
        shown = t.add(t.fn("softplus", letter), t.mul(t.number(-1), label, letter))
        if symbol.within == "binary" and normal.poly(story.shape.phi) == normal.poly(shown):
            return label
    return None


def _proposition(story: Story, sign: str, means: str, why: str) -> str:
    """The statement and its proof.

    sign     y_i, or what stands for it, +1 or -1
    means    the sentence that introduces it, where it does not belong to the data
    why      what the function of one sample is, and that it is positive, decreasing and not bounded
    """
    x, w, d = story.named.tex(t.Fn("row", ())), story.w, story.named.tex(t.Dim(story.problem.parameters[0].shape[0]))
    b, score = story.letter("b", "a", "h"), f"{sign}\\,{x}\\T "
    unique = strict = ""
    if story.claims.find("strictly_convex", "injective") is not None:
        unique = f" If $\\rank {story.x}={d}$, there is then only one."
        strict = " The last sentence holds because $f$ is then strictly convex."
    return (
        f"\\begin{{proposition}}[minimisers]\n{means}The function $f$ has a minimiser if and only if no vector "
        f"${b}\\in\\R^{{{d}}}$ separates the data, that is, if there is no ${b}$ with ${score}{b}\\ge0$ for all "
        f"${story.i}$ and ${score}{b}>0$ for at least one ${story.i}$.{unique}\n\\end{{proposition}}\n"
        f"\\begin{{proof}}\n{why}. So $f$ is a sum of the values of a positive decreasing function, without bound "
        f"at $-\\infty$, at the numbers ${score}{w}$.\n\n"
        f"\\emph{{If ${b}$ separates the data,}} then $f({w}+{b})<f({w})$ for every ${w}$, because none of these "
        f"numbers falls and at least one rises. So there is no minimiser.\n\n{_attained(story, score, b)}{strict}{END}"
    )


def _attained(story: Story, score: str, b: str) -> str:
    """Where no vector separates the data, a minimiser among the vectors orthogonal to the kernel of X."""
    i, w, n = story.i, story.w, story.n
    offered = ("c", "kappa", "eta"), ("r", "rho", "tau"), ("q", "g", "p")
    c, r, v = (word_tex(story.letter(*offers)) for offers in offered)
    kernel, unit = story.letter("N", "K", "L"), story.letter("S", "B", "U")
    return (
        f"\\emph{{If no vector does,}} let ${kernel}$ be the kernel of ${story.x}$, and ${unit}$ the set of all "
        f"vectors of length $1$ that are orthogonal to it. As $f({w}+{v})=f({w})$ for ${v}\\in {kernel}$, it is enough "
        f"to minimise $f$ over the vectors that are orthogonal to ${kernel}$. If ${unit}$ is empty, that is $0$ alone. "
        f"Otherwise ${unit}$ is compact, and for every ${b}\\in {unit}$ some ${score}{b}$ is negative: they are not "
        f"all $0$, and if none were negative, ${b}$ would separate the data. So the continuous function "
        f"${b}\\mapsto\\min_{{{i}}}{score}{b}$ is at most $-{c}$ on ${unit}$ for some ${c}>0$. At ${w}={r}{b}$ with "
        f"${r}\\ge0$ and ${b}\\in {unit}$ one of the ${n}$ summands of $f$ is therefore at least $\\ell(-{c}{r})$, and "
        f"the others are positive: $f({w})\\ge\\ell(-{c}{r})$, which tends to $\\infty$ with ${r}$. A continuous "
        "function that does so on a subspace has a minimiser there."
    )
