"""Why the constants are best possible, and the modulus that the data add."""

from dataclasses import dataclass

from symconvex.exposition.claims import Claims
from symconvex.exposition.notation import Notation
from symconvex.exposition.points import read_point
from symconvex.exposition.reading import factors, replaced
from symconvex.exposition.reasons import functions_in
from symconvex.exposition.story import Story
from symconvex.exposition.words import quantified
from symconvex.kernel import term as t
from symconvex.kernel.statement import read_given
from symconvex.kernel.term import Fn, Pow, Sum, Sym, Term
from symconvex.language.printing.texwords import word_tex
from symconvex.problem import Problem

# The weights that vanish at infinity, and how fast.
TAILS = {
    "sigmoid": (
        "$z^2\\sigma(z)(1-\\sigma(z))<1$ for every real $z$, because $\\sigma(z)(1-\\sigma(z))\\le "
        "e^{-\\lvert z\\rvert}$ and $z^2e^{-\\lvert z\\rvert}\\le4/e^2<1$"
    ),
    "tanh": (
        "$z^2(1-\\tanh^2(z))<1$ for every real $z$, because $1-\\tanh^2(z)\\le4e^{-2\\lvert z\\rvert}$ "
        "and $4z^2e^{-2\\lvert z\\rvert}\\le4/e^2<1$"
    ),
}


def never_sentence(claims: Claims, problem: Problem) -> str:
    """Strongly convex for no data."""
    if not claims.never_strongly:
        return ""
    return f"It is {'never' if quantified(problem) else 'not'} strongly convex.\n"


def eigenvector(story: Story) -> str:
    """A letter for it."""
    return story.letter("u", "a", "g")


def least_eigenvalue(story: Story, step: int) -> str:
    """The modulus that the data add, and why there is none larger."""
    modulus, named, x, u, v = story.claims.modulus, story.named, story.x, eigenvector(story), story.v
    if modulus is None or "least" not in story.claims.constants:
        return ""
    least = next(name for name, (kind, _) in story.claims.bounds.items() if kind == "spectral_least")
    smallest, constant = named.tex(Sym(least)), named.factor(modulus)
    scale = named.factor(story.shape.weight)
    scale = "" if scale == "1" else f"{scale}\\,"
    penalty = story.plus(2, f"\\lVert {u}\\rVert^2")
    attained = f"{scale}\\lVert {x}{u}\\rVert^2{penalty}"
    best = (
        f" For an eigenvector ${u}\\ne0$ of ${x}\\T {x}$ that belongs to ${smallest}$\n\\[\n"
        f"  {u}\\T\\nabla^2 f({story.w})\\,{u}={attained}={constant}\\,\\lVert {u}\\rVert^2,\n\\]\n"
        "so no larger modulus is possible."
    )
    when = "" if story.claims.always("strongly_convex") else " when this number is positive"
    return (
        f"\\emph{{Step {step}, the best modulus.}} By the definition of the smallest eigenvalue "
        f"$\\lVert {x}{v}\\rVert^2\\ge{smallest}\\,\\lVert {v}\\rVert^2$ for every ${v}$. So "
        f"\\eqref{{eq:squares}} is at least ${constant}\\,\\lVert {v}\\rVert^2$, and $f$ is strongly convex with "
        f"modulus ${named.tex(modulus)}${when}.{best if story.claims.modulus_is_best else ''}"
    )


def eigenvectors(story: Story, factor: str, constant: Term) -> str:
    """The largest eigenvalue is attained at w = 0."""
    if not story.claims.smoothness_is_best:
        return ""
    x, u, w = story.x, eigenvector(story), story.w
    penalty = story.plus(2, f"\\lVert {u}\\rVert^2")
    weights = "" if story.constant else f"At ${w}=0$ all weights are equal to ${factor or '1'}$. "
    return (
        f"\n\n{weights}For an eigenvector ${u}\\ne0$ of ${x}\\T {x}$ that belongs to its largest eigenvalue\n\\[\n"
        f"  {u}\\T\\nabla^2 f(0)\\,{u}={factor}\\lVert {x}{u}\\rVert^2{penalty}"
        f"={story.named.factor(constant)}\\,\\lVert {u}\\rVert^2,\n\\]\nso no smaller constant will do."
    )


# ---- weights that vanish at infinity -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tail:
    """w = t e_1 with t^2 = rate, where the curvature along e_1 is below mu; room = mu - penalty.

    axis     e_1, in a letter that nothing else has
    inner    z_i, up to sign the argument of the function in the weight
    origin   z_i at w = 0
    """

    story: Story
    named: Notation
    mu: str
    t: str
    axis: str
    rate: Term
    room: Term
    weight: Term
    inner: Term
    origin: Term

    @property
    def entry(self) -> str:
        return self.named.tex(Sym(self.story.shape.matrix, (self.story.i, 0)))

    @property
    def share(self) -> str:
        """What each summand is smaller than."""
        return f"\\frac{{{self.named.tex(self.room)}}}{{{self.named.tex(t.Dim(self.story.shape.size))}}}"


def find_tail(story: Story) -> Tail | None:
    """What the certificate says of the points far out; None when it says nothing of them."""
    refuting = (p for p in story.reading.parts if any("not_strongly_convex" in claim for claim in p.claims))
    part, moving = next(refuting, None), [f for f in factors(story.shape.weight) if functions_in([f]) & TAILS.keys()]
    if part is None or not moving or not story.claims.modulus_is_best:
        return None
    given = {found.kind: found for found in map(read_given, part.given)}
    room, (line,), symbol = given["positive"].term, part.by_rule("beyond"), story.shape.argument.symbol
    ((_, value),) = read_point(line.args["point"]).values()
    rate = cancelled(next(factor.base for factor in factors(value) if isinstance(factor, Pow)))
    function = next(p for p in t.subterms(t.mul(*moving)) if isinstance(p, Fn) and p.name in TAILS)
    inner = symbol if function.args[0] == t.neg(symbol) else function.args[0]
    mu = word_tex(story.letter("mu", "kappa", "eta"))
    named = story.named.naming({Sym(given["real"].extra): mu, **_squares(rate, room, story.letter("q", "b", "c"))})
    far = story.letter("t", "r", "tau")
    origin = replaced(inner, symbol, at_core(story, t.ZERO))
    axis = f"{story.letter('e', 'a', 'g')}_1"
    return None if room is None else Tail(story, named, mu, far, axis, rate, room, t.mul(*moving), inner, origin)


def cancelled(rate: Term) -> Term:
    """Without n / n."""
    args = factors(rate)
    return t.mul(*(a for a in args if not (t.power(a, -1) in args or (isinstance(a, Pow) and a.base in args))))


def _squares(rate: Term, room: Term | None, q: str) -> dict[Term, str]:
    """|q|^2 in the rate."""
    known = set() if room is None else set(t.subterms(room))
    sums = [p for p in t.subterms(rate) if isinstance(p, Sum) and isinstance(p.body, Pow) and p not in known]
    return dict.fromkeys(sums, f"\\lVert {q}\\rVert^2")


def at_core(story: Story, value: Term) -> Term:
    """The argument of one summand when x_i.w has this value."""
    return replaced(story.shape.argument.meaning, story.shape.argument.core, value)


def larger_modulus(story: Story, step: int) -> str:
    """At w = t e_1 the curvature along e_1 is below every larger modulus."""
    tail = find_tail(story)
    if tail is None:
        return ""
    named, mu, far, e, w = tail.named, tail.mu, word_tex(tail.t), tail.axis, story.w
    function = next(name for name in TAILS if name in functions_in([tail.weight]))
    least = named.tex(story.claims.modulus or t.ZERO)
    heading = "never strongly convex" if story.claims.never_strongly else "no larger modulus"
    moved = t.mul(Sym(story.shape.matrix, (story.i, 0)), Sym(tail.t))
    here = named.tex(at_core(story, moved))
    penalty = story.plus(2, "").removesuffix("\\,")
    below = f"<({named.tex(tail.room)}){penalty}={mu}"
    below = f"<{mu}" if story.claims.never_strongly else below
    return (
        f"\\emph{{Step {step}, {heading}.}} Let ${mu}>{least}$. Recall that {TAILS[function]}. Let ${e}$ be the "
        f"first unit vector, and take ${w}={far}{e}$ with\n\\[\n  {far}^2={named.tex(tail.rate)},"
        f"\\qquad\\text{{so that}}\\qquad {story.u}_{{{story.i}}}={here}.\n\\]\n{chain(tail)}\n"
        f"Summed over the ${named.tex(t.Dim(story.shape.size))}$ samples, \\eqref{{eq:squares}} gives\n\\[\n"
        f"  {e}\\T\\nabla^2 f({far}{e})\\,{e}{below},\n\\]\nso ${mu}$ is not a modulus of strong convexity."
    )


def chain(tail: Tail) -> str:
    """Each summand is smaller than room / n."""
    named, story, weight = tail.named, tail.story, tail.weight
    left = f"{named.factor(story.shape.weight)}\\,{tail.entry}^2"
    size = named.tex(t.mul(t.power(tail.inner, 2), weight))
    label = story.shape.argument.label
    signs = "" if label is None else f", as ${named.tex(label)}^2=1$"
    if tail.origin == t.ZERO:
        return f"Each summand is small there{signs},\n\\[\n  {left}={tail.share}\\,{size}<{tail.share}.\n\\]"
    i, q, inner = story.i, story.letter("q", "b", "c"), named.factor(tail.inner)
    bump = named.factor(weight)
    below = f"2(1+\\lVert {q}\\rVert^2)"
    room, n = named.tex(tail.room), named.tex(t.Dim(story.shape.size))
    return (
        f"Here ${q}\\in\\R^{{{n}}}$ has the entries ${q}_{{{i}}}={named.tex(tail.origin)}$. As "
        f"$({inner}-{q}_{{{i}}})^2\\le2{inner}^2+2{q}_{{{i}}}^2$ and ${named.tex(weight)}\\le1$, each summand is "
        "small there,\n\\[\n"
        f"  {left}=\\frac{{{room}}}{{{n}}}\\cdot\\frac{{({inner}-{q}_{{{i}}})^2\\,{bump}}}{{{below}}}"
        f"<\\frac{{{room}}}{{{n}}}\\cdot\\frac{{2+2{q}_{{{i}}}^2}}{{{below}}}\\le\\frac{{{room}}}{{{n}}}.\n\\]"
    )
