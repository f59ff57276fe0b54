"""Softmax cross-entropy: the curvature of log-sum-exp is a variance."""

from collections.abc import Iterator
from dataclasses import dataclass

from symconvex.drafting.arguments.variance import Softmax
from symconvex.exposition.notation import Notation
from symconvex.exposition.told import Page, Told, always
from symconvex.exposition.words import every, introduction, row_letter, space_tex
from symconvex.kernel import term as t
from symconvex.language.printing.texwords import size_tex, word_tex


@dataclass(frozen=True, slots=True)
class Scores:
    """The names of the page: sample i, classes k and l, score z, probability p, direction u of a score."""

    told: Told[Softmax]
    i: str
    k: str
    other: str
    z: str
    p: str
    u: str
    x: str
    rows: str
    w: str
    way: str
    n: str
    classes: str
    space: str
    scale: str

    @property
    def target(self) -> str:
        return word_tex(self.told.argument.target)

    @property
    def matrix(self) -> str:
        return word_tex(self.told.argument.matrix)

    def at(self, letter: str, label: str = "") -> str:
        """The letter at sample i and class k, or another class."""
        return f"{letter}_{{{self.i}{label or self.k}}}"


def scores_of(told: Told[Softmax]) -> Scores:
    """Letters that nothing else in the problem has."""
    shape, (letters, rows) = told.argument, told.rows(told.argument.matrix)
    parameter = told.problem.parameters[0]
    return Scores(
        told,
        i=word_tex(shape.index),
        k=word_tex(shape.label),
        other=told.letter(*(offer for offer in "lmrs" if offer not in (shape.index, shape.label))),
        z=told.letter("z", "s", "t"),
        p=told.letter("p", "q", "r"),
        u=told.letter("u", "a", "b"),
        x=f"{letters[shape.matrix]}_{{{word_tex(shape.index)}}}",
        rows=rows,
        w=row_letter(parameter, told.problem) or told.letter("w", "b", "c"),
        way=told.ways[shape.parameter],
        n=size_tex(shape.size),
        classes=size_tex(shape.classes),
        space=space_tex(parameter.shape),
        scale="" if shape.scale == t.ONE else f"{Notation({}, letters).factor(shape.scale)}\\,",
    )


def tell(told: Told[Softmax]) -> Iterator[str]:
    """Setting, theorem and proof."""
    scores = scores_of(told)
    yield setting(scores)
    yield theorem(scores)
    yield "\\begin{proof}\n" + "\n\n".join(filter(None, proof(scores))) + "\n\\end{proof}"


PAGE = Page(
    "variance", tell, always("The second derivative of a log-sum-exp is a variance, and no variance is negative.")
)


def setting(s: Scores) -> str:
    """Data, scores, loss and probabilities."""
    z, p, size = s.at(s.z), s.at(s.p), s.classes
    notation = Notation({}, s.told.rows(s.told.argument.matrix)[0]).naming({s.told.argument.core: z})
    return (
        f"\\paragraph{{Setting.}}\n{introduction(s.told.draft)} with rows "
        f"${s.w}_1\\T,\\dots,{s.w}_{{{size}}}\\T$, and the loss is\n"
        f"\\begin{{equation}}\\label{{eq:loss}}\n  f({parameter(s)})={notation.tex(s.told.loss)},\\qquad "
        f"{z}={s.w}_{{{s.k}}}\\T {s.x}.\n\\end{{equation}}\n{s.rows}{' ' if s.rows else ''}"
        f"Write ${p}=e^{{{z}}}/\\sum_{{{s.other}=1}}^{{{size}}}e^{{{s.at(s.z, s.other)}}}$ for the probability of "
        f"class ${s.k}$ at sample ${s.i}$, so that ${p}>0$ and "
        f"$\\sum_{{{s.k}}}{p}=1$, and ${capital(s)}=({p})\\in\\R^{{{s.n}\\times {size}}}$."
    )


def parameter(s: Scores) -> str:
    """W."""
    return word_tex(s.told.argument.parameter)


def capital(s: Scores) -> str:
    """The matrix of the probabilities."""
    return s.told.letter(s.p.upper(), "Q", "R")


def quadratic(s: Scores) -> str:
    """The sum of the variances."""
    p, u = s.at(s.p), s.at(s.u)
    inner = f"\\sum_{{{s.k}=1}}^{{{s.classes}}}{p}"
    return f"{s.scale}\\sum_{{{s.i}=1}}^{{{s.n}}}\\Bigl({inner}\\,{u}^2-\\bigl({inner}\\,{u}\\bigr)^2\\Bigr)"


def theorem(s: Scores) -> str:
    """Convexity, gradient and second derivative."""
    strict = " It is not strictly convex." if s.told.claims.always("not_strictly_convex") else ""
    constant = s.told.claims.smoothness
    if constant is not None:
        shown = Notation({}, s.told.rows(s.told.argument.matrix)[0]).naming(s.told.claims.eigenvalues()).tex(constant)
        strict += f" Its gradient is Lipschitz continuous with constant ${shown}$."
    gradient = f"\n  \\nabla f({parameter(s)})&={s.scale}({capital(s)}-{s.target})\\T {s.matrix},\\\\"
    matrix = s.told.letter("H", "A", "B")
    scaled = f"${s.scale.removesuffix(chr(92) + ',')}$ times " if s.scale else ""
    return (
        f"\\begin{{theorem}}\\label{{thm:main}}\n{every(s.told.problem)} function $f$ is convex on "
        f"${s.space}$.{strict} Its gradient, and its second "
        f"derivative in a direction ${s.way}\\in{s.space}$, are\n"
        f"\\begin{{align*}}{gradient}\n  D^2f({parameter(s)})[{s.way},{s.way}]&={quadratic(s)},\\qquad "
        f"{u_of(s)},\n\\end{{align*}}\n"
        f"{scaled}the sum over all samples of the variance of ${s.at(s.u)}$ when ${s.k}$ is drawn with the "
        f"probabilities ${s.at(s.p)}$. With the rows of ${parameter(s)}$ one behind the other in one vector, "
        f"let ${matrix}$ be the Hessian. Then\n\\begin{{align*}}\n  {matrix}&={kronecker(s)},\\qquad "
        f"{row_of(s)}=({s.p}_{{{s.i}1}},\\dots,{s.p}_{{{s.i}{s.classes}}})\\T,\n\\end{{align*}}\n"
        f"so that ${matrix}$ has the blocks "
        f"${s.scale}\\sum_{{{s.i}}}{s.at(s.p)}(\\delta_{{{s.k}{s.other}}}-{s.at(s.p, s.other)})\\,{s.x}{s.x}\\T$ "
        f"for the pairs of classes ${s.k},{s.other}$, and with "
        f"Kronecker's $\\delta_{{{s.k}{s.other}}}$.\n\\end{{theorem}}"
    )


def row_of(s: Scores) -> str:
    """The probabilities of one sample as a vector."""
    return f"{s.told.letter('q', 'r', 'g')}_{{{s.i}}}"


def kronecker(s: Scores) -> str:
    """The Hessian in Kronecker products."""
    p = row_of(s)
    return f"{s.scale}\\sum_{{{s.i}=1}}^{{{s.n}}}\\bigl(\\diag({p})-{p}{p}\\T\\bigr)\\otimes {s.x}{s.x}\\T"


def u_of(s: Scores) -> str:
    """The derivative of a score."""
    return f"{s.at(s.u)}=({s.way} {s.x})_{{{s.k}}}"


def proof(s: Scores) -> Iterator[str]:
    """One sample, the chain rule, Lagrange's identity, the gauge, smoothness."""
    yield one_sample(s)
    yield chain_rule(s)
    yield sum_of_squares(s)
    if s.told.claims.always("not_strictly_convex"):
        yield gauge(s)
    if s.told.claims.smoothness is not None:
        yield smooth(s)


def one_sample(s: Scores) -> str:
    """The derivatives of log-sum-exp."""
    z, p, k, other = s.z, s.p, s.k, s.other
    return (
        f"\\emph{{Step 1, one sample.}} Let $\\ell({z})=\\log\\sum_{{{k}=1}}^{{{s.classes}}}e^{{{z}_{{{k}}}}}$ for "
        f"${z}\\in\\R^{{{s.classes}}}$, and "
        f"${p}_{{{k}}}=e^{{{z}_{{{k}}}}}/\\sum_{{{other}}}e^{{{z}_{{{other}}}}}$. By the chain rule and the quotient "
        "rule\n\\begin{align}\n"
        f"  \\frac{{\\partial \\ell}}{{\\partial {z}_{{{k}}}}}&={p}_{{{k}}},\\label{{eq:first}}\\\\\n"
        f"  \\frac{{\\partial^2\\ell}}{{\\partial {z}_{{{k}}}\\,\\partial {z}_{{{other}}}}}&="
        f"\\frac{{\\partial {p}_{{{k}}}}}{{\\partial {z}_{{{other}}}}}="
        f"{p}_{{{k}}}(\\delta_{{{k}{other}}}-{p}_{{{other}}}).\\label{{eq:second}}\n"
        "\\end{align}"
    )


def chain_rule(s: Scores) -> str:
    """From the scores to the parameter."""
    w, score, both = parameter(s), s.at(s.z), f"{s.k},{s.other}"
    return (
        f"\\emph{{Step 2, the chain rule.}} The scores ${score}={s.w}_{{{s.k}}}\\T {s.x}$ are linear in ${w}$, and "
        f"${score}$ has the derivative "
        f"${u_of(s)}$ in the direction ${s.way}$. By \\eqref{{eq:first}} row ${s.k}$ of the gradient is "
        f"${s.scale}\\sum_{{{s.i}}}({s.at(s.p)}-{s.target}_{{{s.i}{s.k}}})\\,{s.x}\\T$. The other terms of "
        "\\eqref{eq:loss} are linear and do not bend, so by "
        f"\\eqref{{eq:second}}\n\\[\n  D^2f({w})[{s.way},{s.way}]={s.scale}\\sum_{{{s.i}}}\\sum_{{{both}}}"
        f"{s.at(s.p)}(\\delta_{{{s.k}{s.other}}}-{s.at(s.p, s.other)})\\,{s.at(s.u)}{s.at(s.u, s.other)}"
        f"={quadratic(s)}.\n\\]\nWith ${s.at(s.u)}={way_row(s)}\\T {s.x}$ for the rows "
        f"${way_row(s)}\\T$ of ${s.way}$, the sum in the middle is the quadratic form of the blocks in the theorem."
    )


def way_row(s: Scores) -> str:
    """Row k of the direction."""
    return f"{s.way}_{{{s.k}}}"


def sum_of_squares(s: Scores) -> str:
    """A variance is a mean of squared differences."""
    p, u, k, other = s.p, s.u, f"{{{s.k}}}", f"{{{s.other}}}"
    return (
        f"\\emph{{Step 3, a sum of squares.}} For probabilities ${p}_{k}$ and numbers ${u}_{k}$, Lagrange's identity "
        "says\n\\begin{equation}\\label{eq:squares}\n"
        f"  \\sum_{k}{p}_{k}{u}_{k}^2-\\Bigl(\\sum_{k}{p}_{k}{u}_{k}\\Bigr)^2=\\frac12"
        f"\\sum_{{{s.k},{s.other}}}\\underbrace{{{p}_{k}{p}_{other}}}_{{>0}}\\,({u}_{k}-{u}_{other})^2\\;\\ge\\;0 :\n"
        "\\end{equation}\n"
        f"multiply out the right-hand side and use $\\sum_{k}{p}_{k}=1$. Applied to every sample it shows that the "
        "second derivative is a sum of squares with positive weights. A twice continuously differentiable function on "
        "a vector space whose second derivative is nowhere negative in any direction is convex."
    )


def smooth(s: Scores) -> str:
    """A variance is at most half the sum of squares."""
    p, u, k, other, x = s.p, s.u, f"{{{s.k}}}", f"{{{s.other}}}", s.matrix
    step = "5" if s.told.claims.always("not_strictly_convex") else "4"
    return (
        f"\\emph{{Step {step}, smoothness.}} For probabilities ${p}_{k}$ and numbers ${u}_{k}$, multiplying out gives\n"
        f"\\[\n  \\frac12\\sum_{k}{u}_{k}^2-\\Bigl(\\sum_{k}{p}_{k}{u}_{k}^2-\\bigl(\\sum_{k}{p}_{k}{u}_{k}"
        f"\\bigr)^2\\Bigr)=\\frac12\\sum_{{{s.k}\\ne {s.other}}}{p}_{k}{p}_{other}({u}_{k}+{u}_{other})^2"
        f"+\\frac12\\sum_{k}(1-2{p}_{k})^2{u}_{k}^2\\;\\ge\\;0.\n\\]\n"
        f"So\n\\[\n  0\\le D^2f({parameter(s)})[{s.way},{s.way}]\\le\\frac12{s.scale}\\sum_{{{s.i},{s.k}}}{s.at(s.u)}^2"
        f"=\\frac12{s.scale}\\lVert {s.way} {x}\\T\\rVert^2\\le\\frac12{s.scale}\\,\\lambda_{{\\max}}({x}\\T {x})\\,"
        f"\\lVert {s.way}\\rVert^2,\n\\]\nand the gradient is Lipschitz continuous with this constant."
    )


def gauge(s: Scores) -> str:
    """The same row added to all rows."""
    g, far, w = s.told.letter("G", "H", "E"), s.told.letter("t", "r", "a"), parameter(s)
    entry = f"{s.matrix}_{{{s.i}1}}"
    return (
        f"\\emph{{Step 4, never strict.}} By \\eqref{{eq:squares}} the form vanishes when ${s.at(s.u)}$ does not "
        f"depend on ${s.k}$. Let "
        f"${g}\\in{s.space}$ have ones in its first column and zeros elsewhere. "
        f"For every number ${far}$, going from ${w}$ to ${w}+{far}{g}$ adds ${far}{entry}$ to "
        f"all scores of sample ${s.i}$, so\n\\[\n  "
        f"f({w}+{far}{g})=f({w})+{far}\\,{s.scale}\\sum_{{{s.i}}}\\Bigl(1-\\sum_{{{s.k}}}{s.target}_{{{s.i}{s.k}}}"
        f"\\Bigr){entry}\n\\]\n"
        f"is affine in ${far}$, and constant if every row of ${s.target}$ has the sum $1$. So $f$ is not strictly "
        "convex."
    )
