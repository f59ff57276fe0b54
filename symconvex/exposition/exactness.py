"""Why the constants are best possible, and the modulus that the data add."""

from dataclasses import dataclass

from symconvex.drafting.arguments.squares import Tail
from symconvex.drafting.profile import replaced
from symconvex.exposition.notation import Notation
from symconvex.exposition.story import Story
from symconvex.kernel import term as t
from symconvex.kernel.term import Sym, Term
from symconvex.language.printing.texwords import word_tex

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


def eigenvector(story: Story) -> str:
    """A letter for it."""
    return story.letter("u", "a", "g")


def least_eigenvalue(story: Story, step: int) -> str:
    """The modulus that the data add, and why there is none larger."""
    modulus, named, x, u, v = story.claims.modulus, story.named, story.x, eigenvector(story), story.v
    least = story.claims.least
    if modulus is None or least is None:
        return ""
    hypotheses = (*least.theorem.given, *least.theorem.met)
    symbol = next(Sym(given.extra) for given in hypotheses if given.kind == "spectral_least")
    smallest, constant = named.tex(symbol), named.factor(modulus)
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
    weights = "" if story.shape.constant else f"At ${w}=0$ all weights are equal to ${factor or '1'}$. "
    return (
        f"\n\n{weights}For an eigenvector ${u}\\ne0$ of ${x}\\T {x}$ that belongs to its largest eigenvalue\n\\[\n"
        f"  {u}\\T\\nabla^2 f(0)\\,{u}={factor}\\lVert {x}{u}\\rVert^2{penalty}"
        f"={story.named.factor(constant)}\\,\\lVert {u}\\rVert^2,\n\\]\nso no smaller constant will do."
    )


# ---- weights that vanish at infinity -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """The way to a point where the curvature is small, with letters that nothing else has.

    named    m as a Greek letter, and |q|^2 in the rate
    far      t in w = t e_1
    axis     e_1
    """

    story: Story
    tail: Tail
    named: Notation
    far: str
    axis: str

    @property
    def mu(self) -> str:
        return self.named.tex(self.tail.modulus)

    @property
    def share(self) -> str:
        """What each summand is smaller than."""
        return f"\\frac{{{self.named.tex(self.tail.room)}}}{{{self.story.n}}}"


def find_way(story: Story) -> Way | None:
    """None when the argument does not lead out, or no larger modulus was refuted."""
    tail = story.shape.tail
    if tail is None or not story.claims.modulus_is_best:
        return None
    given: dict[Term, str] = {tail.modulus: word_tex(story.letter("mu", "kappa", "eta"))}
    if tail.spread is not None:
        given[tail.spread] = f"\\lVert {story.letter('q', 'b', 'c')}\\rVert^2"
    axis = f"{story.letter('e', 'a', 'g')}_1"
    return Way(story, tail, story.named.naming(given), story.letter("t", "r", "tau"), axis)


def larger_modulus(story: Story, step: int) -> str:
    """At w = t e_1 the curvature along e_1 is below every larger modulus."""
    way = find_way(story)
    if way is None:
        return ""
    named, mu, far, e, w, tail = way.named, way.mu, word_tex(way.far), way.axis, story.w, way.tail
    least = named.tex(story.claims.modulus or t.ZERO)
    heading = "never strongly convex" if story.claims.never_strongly else "no larger modulus"
    moved = t.mul(Sym(story.margin.matrix, (story.margin.index, 0)), Sym(way.far))
    here = named.tex(replaced(story.margin.meaning, story.margin.core, moved))
    penalty = story.plus(2, "").removesuffix("\\,")
    below = f"<({named.tex(tail.room)}){penalty}={mu}"
    below = f"<{mu}" if story.claims.never_strongly else below
    return (
        f"\\emph{{Step {step}, {heading}.}} Let ${mu}>{least}$. Recall that {TAILS[tail.function]}. Let ${e}$ be the "
        f"first unit vector, and take ${w}={far}{e}$ with\n\\[\n  {far}^2={named.tex(tail.rate)},"
        f"\\qquad\\text{{so that}}\\qquad {story.u}_{{{story.i}}}={here}.\n\\]\n{chain(way)}\n"
        f"Summed over the ${story.n}$ samples, \\eqref{{eq:squares}} gives\n\\[\n"
        f"  {e}\\T\\nabla^2 f({far}{e})\\,{e}{below},\n\\]\nso ${mu}$ is not a modulus of strong convexity."
    )


def chain(way: Way) -> str:
    """Each summand is smaller than room / n."""
    named, story, tail = way.named, way.story, way.tail
    left = f"{named.factor(story.shape.weight)}\\,{named.tex(Sym(story.margin.matrix, (story.margin.index, 0)))}^2"
    size = named.tex(t.mul(t.power(tail.inner, 2), tail.bump))
    label = story.margin.label
    signs = "" if label is None else f", as ${named.tex(label)}^2=1$"
    if tail.spread is None:
        return f"Each summand is small there{signs},\n\\[\n  {left}={way.share}\\,{size}<{way.share}.\n\\]"
    i, q, inner, bump = story.i, story.letter("q", "b", "c"), named.factor(tail.inner), named.factor(tail.bump)
    below = f"2(1+\\lVert {q}\\rVert^2)"
    return (
        f"Here ${q}\\in\\R^{{{story.n}}}$ has the entries ${q}_{{{i}}}={named.tex(tail.origin)}$. As "
        f"$({inner}-{q}_{{{i}}})^2\\le2{inner}^2+2{q}_{{{i}}}^2$ and ${named.tex(tail.bump)}\\le1$, each summand is "
        "small there,\n\\[\n"
        f"  {left}={way.share}\\cdot\\frac{{({inner}-{q}_{{{i}}})^2\\,{bump}}}{{{below}}}"
        f"<{way.share}\\cdot\\frac{{2+2{q}_{{{i}}}^2}}{{{below}}}\\le{way.share}.\n\\]"
    )
