"""Steps about the exact constants: extreme eigenvalues of X'X, and numbers that are no constants of the loss."""

from collections.abc import Mapping

from symconvex.kernel import term as t
from symconvex.kernel.context import Context, word
from symconvex.kernel.convexity import STEP, loss_constant
from symconvex.kernel.signs import Args, Rule, expect, rule, subject
from symconvex.kernel.statement import EXTREMES, SIGNS, Judgment
from symconvex.kernel.term import Refused, Sum, Sym, Term


def spectrum(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """What the hypotheses say of X'X: its extreme values as bounds for every v, and where they are attained.

    spectral L X          L |v|^2 - |X v|^2 >= 0
    spectral_least l X    |X v|^2 - l |v|^2 >= 0, and l >= 0
    attained u L X        |u|^2 > 0, and |X u|^2 - L |u|^2 = 0
    """
    expect(0, uses)
    term = subject(gives, *SIGNS)
    vector = word(args, "vector") if "vector" in args else ""
    for kind, fact in _facts(context, vector):
        if kind in (gives.kind, "positive") and context.normal.equal(fact, term):
            return
    raise Refused(f"no hypothesis on a spectrum says {gives}"[:300])


def _facts(context: Context, vector: str) -> list[tuple[str, Term]]:
    facts: list[tuple[str, Term]] = []
    for g in context.given:
        if g.kind == "spectral_least":
            facts.append(("nonneg", Sym(g.extra)))
        if g.kind == "attained" and g.term is not None:
            image, square = _squares(context, g.name, g.extra)
            gap = t.sub(image, t.mul(g.term, square))
            facts += [("positive", square), ("nonneg", gap), ("nonneg", t.neg(gap))]
        elif g.kind in EXTREMES and context.scope.symbols.get(vector) == context.statement.data[g.name][0][1:]:
            image, square = _squares(context, g.name, vector)
            gap = t.sub(image, t.mul(Sym(g.extra), square))
            facts.append(("nonneg", gap if g.kind == "spectral_least" else t.neg(gap)))
    return facts


def _squares(context: Context, matrix: str, vector: str) -> tuple[Term, Term]:
    """|X v|^2 and |v|^2 for a vector v with an entry for each column of X."""
    (rows, columns), _ = context.statement.data[matrix]
    i = context.index_over(rows, set())
    j = context.index_over(columns, {i})
    inner = Sum(j, columns, t.mul(Sym(matrix, (i, j)), Sym(vector, (j,))))
    return Sum(i, rows, t.power(inner, 2)), context.total_square(vector, (columns,))


def beyond(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """The curvature at a point p along u is < m |u|^2: m is no modulus; > M |u|^2: M is no smoothness constant."""
    expect(2, uses)
    curvature = subject(uses[0], "curvature")
    if context.statement.domain:
        raise Refused("a point need not lie in the domain")
    if gives.word not in ("not_strongly_convex", "not_smooth"):
        raise Refused(f"the curvature at a point does not give {gives}"[:300])
    context.free_of(curvature, STEP, "the curvature of a C^2 loss")
    constant = loss_constant(context, gives, gives.word)
    names = context.statement.parameters
    direction = context.families(args["direction"], names)
    place = context.families(args["point"], names) | {f"{name}'": family for name, family in direction.items()}
    excess = context.substitute(t.sub(curvature, t.mul(constant, context.squared_norm())), place)
    shown = excess if gives.word == "not_smooth" else t.neg(excess)
    context.same(shown, subject(uses[1], "positive"), "the curvature beyond the constant")


CONSTANT_STEPS: Mapping[str, Rule] = {
    "spectrum": rule(spectrum, "[vector]"),
    "beyond": rule(beyond, "point", "direction"),
}
