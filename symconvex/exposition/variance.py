"""Softmax cross-entropy: the curvature of log-sum-exp is a variance."""

from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.exposition.claims import Claims
from symconvex.exposition.notation import Notation
from symconvex.exposition.reading import Reading, summands
from symconvex.exposition.words import data_sentence, parameter_sentence, rows_of, sizes_sentence, space_tex
from symconvex.kernel import term as t
from symconvex.kernel.term import Fn, Size, Sum, Sym, Term
from symconvex.language.printing.texwords import size_tex, word_tex
from symconvex.problem import Problem


@dataclass(frozen=True, slots=True)
class Scores:
    """sum_i log sum_k exp(z_ik) plus what is affine in W, with z_ik = sum_j X[i,j] W[k,j]."""

    problem: Problem
    reading: Reading
    claims: Claims
    i: str
    n: Size
    k: str
    classes: Size
    core: Term
    target: str
    parameter: str
    way: str

    @property
    def w(self) -> str:
        return word_tex(self.parameter)

    @property
    def x(self) -> str:
        return f"x_{{{self.i}}}"


def find_scores(problem: Problem, reading: Reading, claims: Claims, way: str) -> Scores | None:
    """None when the loss has another shape."""
    if len(reading.parameters) != 1 or reading.part("convex") is None:
        return None
    ((parameter, shape),) = reading.parameters.items()
    for part in summands(reading.loss):
        match part:
            case Sum(i, n, Fn("log", (Sum(k, classes, Fn("exp", (Sum() as core,))),))) if len(shape) == 2:
                names = {p.name for p in t.subterms(core) if isinstance(p, Sym)}
                others = [p for p in summands(reading.loss) if p is not part]
                target = _target(others, core)
                if target and names == {parameter, "X"}:
                    return Scores(problem, reading, claims, i, n, k, classes, core, target, parameter, way)
    return None


def _target(others: list[Term], core: Term) -> str:
    """Y in - sum_i sum_k Y_ik z_ik."""
    match others:
        case [t.Mul((t.Num(value), Sum(_, _, Sum(_, _, t.Mul((Sym(name, _), z))))))] if value == -1 and z == core:
            return word_tex(name)
    return ""


def body(scores: Scores) -> Iterator[str]:
    """Setting, theorem and proof."""
    yield setting(scores)
    yield theorem(scores)
    yield "\\begin{proof}\n" + "\n\n".join(filter(None, proof(scores))) + "\n\\end{proof}"


def setting(s: Scores) -> str:
    """Data, scores, loss and probabilities."""
    z, p = f"z_{{{s.i}{s.k}}}", f"p_{{{s.i}{s.k}}}"
    notation = Notation({}, rows_of(s.problem)).naming({s.core: z})
    size = size_tex(s.classes)
    return (
        f"\\paragraph{{Setting.}}\n{sizes_sentence(s.problem, s.reading.sizes)} {data_sentence(s.problem)}\n"
        f"{parameter_sentence(s.problem)} with rows $w_1\\T,\\dots,w_{{{size}}}\\T$, and the loss is\n"
        f"\\begin{{equation}}\\label{{eq:loss}}\n  f({s.w})={notation.tex(s.reading.loss)},\\qquad "
        f"{z}=w_{{{s.k}}}\\T {s.x}.\n\\end{{equation}}\n"
        f"Write ${p}=e^{{{z}}}/\\sum_{{l=1}}^{{{size}}}e^{{z_{{{s.i}l}}}}$ for the probability of class ${s.k}$ at "
        f"sample ${s.i}$, so that ${p}>0$ and "
        f"$\\sum_{{{s.k}}}{p}=1$, and $P=({p})\\in\\R^{{{size_tex(s.n)}\\times {size}}}$."
    )


def quadratic(s: Scores) -> str:
    """The sum of the variances."""
    p, u = f"p_{{{s.i}{s.k}}}", f"u_{{{s.i}{s.k}}}"
    inner = f"\\sum_{{{s.k}=1}}^{{{size_tex(s.classes)}}}{p}"
    return f"\\sum_{{{s.i}=1}}^{{{size_tex(s.n)}}}\\Bigl({inner}\\,{u}^2-\\bigl({inner}\\,{u}\\bigr)^2\\Bigr)"


def theorem(s: Scores) -> str:
    """Convexity, gradient and second derivative."""
    strict = " It is not strictly convex." if s.claims.always("not_strictly_convex") else ""
    space = space_tex(s.problem.parameters[0].shape)
    gradient = f"\n  \\nabla f({s.w})&=(P-{s.target})\\T X,\\\\"
    return (
        f"\\begin{{theorem}}\\label{{thm:main}}\nFor all data as above the function $f$ is convex on "
        f"${space}$.{strict} Its gradient, and its second "
        f"derivative in a direction ${s.way}\\in{space}$, are\n"
        f"\\begin{{align*}}{gradient}\n  D^2f({s.w})[{s.way},{s.way}]&={quadratic(s)},\\qquad "
        f"{u_of(s)},\n\\end{{align*}}\n"
        f"the sum over all samples of the variance of $u_{{{s.i}{s.k}}}$ when ${s.k}$ is drawn with the "
        f"probabilities $p_{{{s.i}{s.k}}}$.\n\\end{{theorem}}"
    )


def u_of(s: Scores) -> str:
    """The derivative of a score."""
    return f"u_{{{s.i}{s.k}}}=({s.way} {s.x})_{{{s.k}}}"


def proof(s: Scores) -> Iterator[str]:
    """One sample, the chain rule, Lagrange's identity, the gauge."""
    k, i, size = s.k, s.i, size_tex(s.classes)
    yield (
        f"\\emph{{Step 1, one sample.}} Let $\\ell(z)=\\log\\sum_{{{k}=1}}^{{{size}}}e^{{z_{k}}}$ for "
        f"$z\\in\\R^{{{size}}}$, and "
        f"$p_{k}=e^{{z_{k}}}/\\sum_le^{{z_l}}$. By the chain rule and the quotient rule\n"
        "\\begin{align}\n"
        f"  \\frac{{\\partial \\ell}}{{\\partial z_{k}}}&=p_{k},\\label{{eq:first}}\\\\\n"
        f"  \\frac{{\\partial^2\\ell}}{{\\partial z_{k}\\,\\partial z_l}}&=\\frac{{\\partial p_{k}}}{{\\partial "
        f"z_l}}=p_{k}(\\delta_{{{k}l}}-p_l).\\label{{eq:second}}\n"
        "\\end{align}"
    )
    yield (
        f"\\emph{{Step 2, the chain rule.}} The scores $z_{{{i}{k}}}=w_{{{k}}}\\T {s.x}$ are linear in ${s.w}$, and "
        f"$z_{{{i}{k}}}$ has the derivative "
        f"${u_of(s)}$ in the direction ${s.way}$. By \\eqref{{eq:first}} row ${k}$ of the gradient is "
        f"$\\sum_{{{i}}}(p_{{{i}{k}}}-{s.target}_{{{i}{k}}})\\,{s.x}\\T$. The other terms of \\eqref{{eq:loss}} are "
        "linear and do not bend, so by "
        f"\\eqref{{eq:second}}\n\\[\n  D^2f({s.w})[{s.way},{s.way}]=\\sum_{{{i}}}\\sum_{{{k},l}}"
        f"p_{{{i}{k}}}(\\delta_{{{k}l}}-p_{{{i}l}})\\,u_{{{i}{k}}}u_{{{i}l}}"
        f"={quadratic(s)}.\n\\]"
    )
    yield (
        f"\\emph{{Step 3, a sum of squares.}} For probabilities $p_{k}$ and numbers $u_{k}$, Lagrange's identity says\n"
        "\\begin{equation}\\label{eq:squares}\n"
        f"  \\sum_{k}p_{k}u_{k}^2-\\Bigl(\\sum_{k}p_{k}u_{k}\\Bigr)^2=\\frac12"
        f"\\sum_{{{k},l}}\\underbrace{{p_{k}p_l}}_{{>0}}\\,(u_{k}-u_l)^2\\;\\ge\\;0 :\n"
        "\\end{equation}\n"
        f"multiply out the right-hand side and use $\\sum_{k}p_{k}=1$. Applied to every sample it shows that the "
        "second derivative is a sum of "
        "squares with positive weights. A twice continuously differentiable function on a vector space whose second "
        "derivative is nowhere "
        "negative in any direction is convex."
    )
    if s.claims.always("not_strictly_convex"):
        yield gauge(s)


def gauge(s: Scores) -> str:
    """The same row added to all rows."""
    i, k = s.i, s.k
    return (
        f"\\emph{{Step 4, never strict.}} By \\eqref{{eq:squares}} the form vanishes when $u_{{{i}{k}}}$ does not "
        f"depend on ${k}$. Let "
        f"$G\\in{space_tex(s.problem.parameters[0].shape)}$ have ones in its first column and zeros elsewhere. "
        f"Going from ${s.w}$ to ${s.w}+tG$ adds $tX_{{{i}1}}$ to "
        f"all scores of sample ${i}$, so\n\\[\n  "
        f"f({s.w}+tG)=f({s.w})+t\\sum_{{{i}}}\\Bigl(1-\\sum_{{{k}}}{s.target}_{{{i}{k}}}\\Bigr)X_{{{i}1}}\n\\]\n"
        f"is affine in $t$, and constant if every row of ${s.target}$ has the sum $1$. So $f$ is not strictly convex."
    )
