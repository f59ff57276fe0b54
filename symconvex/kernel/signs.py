"""Steps that conclude (positive T), (nonneg T) or (definite T)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.calculus import KINKED
from symconvex.kernel.context import FREE, Context, word
from symconvex.kernel.enclose import is_positive, value
from symconvex.kernel.statement import SIGNS, Judgment
from symconvex.kernel.term import Dim, Fn, Malformed, Pow, Refused, Sum, Sym, Term

Args = Mapping[str, object]
Step = Callable[[Context, list[Judgment], Args, Judgment], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A step, with the names of the arguments that it needs and of those it may take."""

    step: Step
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def rule(step: Step, *names: str) -> Rule:
    """A rule whose arguments are named; a name in brackets may be left out."""
    needs = frozenset(name for name in names if name[0] != "[")
    return Rule(step, needs, frozenset(name.strip("[]") for name in names) - needs)


def subject(judgment: Judgment, *kinds: str) -> Term:
    """The term of a judgment of one of these kinds."""
    if judgment.kind not in kinds or judgment.term is None:
        raise Refused(f"expected a line of kind {' or '.join(kinds)}, found {judgment}"[:300])
    return judgment.term


def expect(count: int, uses: list[Judgment]) -> None:
    """Refuse unless the step names this many lines."""
    if len(uses) != count:
        raise Refused(f"the step uses {count} lines, {len(uses)} are named")


def constant(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A closed term whose sign ball arithmetic shows; zero counts as nonnegative when it is exact."""
    expect(0, uses)
    term = subject(gives, *SIGNS)
    if gives.kind == "nonneg" and not context.normal.poly(term):
        return
    if not is_positive(lambda: value(term, context.statement.values, context.budget)):
        raise Refused(f"ball arithmetic does not show that {t.render(term)[:300]} is positive")


# What the set of a symbol says of an entry s, as (kind, term in z).
SET_FACTS: dict[str, tuple[tuple[str, str], ...]] = {
    "positive": (("positive", "z"),),
    "nonnegative": (("nonneg", "z"),),
    "unit": (("positive", "z"), ("positive", "(+ 1 (* -1 z))")),
    "binary": (("nonneg", "z"), ("nonneg", "(+ 1 (* -1 z))")),
    "sign": (("nonneg", "(+ 1 z)"), ("nonneg", "(+ 1 (* -1 z))")),
    "count": (("nonneg", "z"),),
}


def given(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A hypothesis: the set of a symbol, a size, the domain, or what the part assumes."""
    expect(0, uses)
    term = subject(gives, *SIGNS)
    candidates = [*_set_facts(context, args), *_size_facts(context, term), *_assumed(context)]
    candidates += [("positive", constraint) for constraint in context.statement.domain]
    for kind, candidate in candidates:
        if kind in (gives.kind, "positive") and context.normal.equal(candidate, term):
            return
    raise Refused(f"no hypothesis says {gives}"[:300])


def _set_facts(context: Context, args: Args) -> list[tuple[str, Term]]:
    if "entry" not in args:
        return []
    entry = t.parse(word(args, "entry"))
    context.scope.check(entry)
    if not isinstance(entry, Sym):
        raise Malformed("the entry of a hypothesis is a symbol")
    within = context.statement.data.get(entry.name, ((), "real"))[1]
    return [(kind, t.substitute(t.parse(text), {"z": ((), entry)})) for kind, text in SET_FACTS.get(within, ())]


def _size_facts(context: Context, term: Term) -> list[tuple[str, Term]]:
    facts: list[tuple[str, Term]] = []
    for part in t.subterms(term):
        if isinstance(part, Dim) and isinstance(part.size, str):
            least = context.statement.sizes[part.size]
            facts += [("positive", part), ("nonneg", t.sub(part, t.number(least)))]
    return facts


def _assumed(context: Context) -> list[tuple[str, Term]]:
    facts: list[tuple[str, Term]] = []
    for g in context.given:
        if g.kind in SIGNS and g.term is not None:
            facts.append((g.kind, g.term))
        elif g.kind == "nonzero":
            shape = context.statement.data[g.name][0]
            facts.append(("positive", context.total_square(g.name, shape, (g.extra,))))
    return facts


def square(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """An even power of a defined term."""
    expect(0, uses)
    match gives:
        case Judgment("nonneg", _, Pow(_, e)) if e.denominator == 1 and e.numerator % 2 == 0 and e > 0:
            return
    raise Refused(f"{gives} is not an even power"[:300])


# Ranges of the functions, each with its reason in SPEC.md, section 6.
RANGES: dict[str, tuple[str, str]] = {
    "exp_positive": ("positive", "(exp z)"),
    "sigmoid_positive": ("positive", "(sigmoid z)"),
    "sigmoid_below_one": ("positive", "(+ 1 (* -1 (sigmoid z)))"),
    "sigmoid_tail": ("positive", "(+ 1 (* -1 (^ z 2) (sigmoid z) (+ 1 (* -1 (sigmoid z)))))"),
    "softplus_positive": ("positive", "(softplus z)"),
    "softplus_above": ("positive", "(+ (softplus z) (* -1 z))"),
    "tanh_below_one": ("positive", "(+ 1 (* -1 (tanh z)))"),
    "tanh_above": ("positive", "(+ 1 (tanh z))"),
    "normcdf_positive": ("positive", "(normcdf z)"),
    "normcdf_below_one": ("positive", "(+ 1 (* -1 (normcdf z)))"),
    "normpdf_positive": ("positive", "(normpdf z)"),
    "mills": ("positive", "(+ (* z (normcdf z)) (normpdf z))"),
    "relu_nonneg": ("nonneg", "(relu z)"),
    "relu_above": ("nonneg", "(+ (relu z) (* -1 z))"),
    "step_nonneg": ("nonneg", "(step z)"),
    "step_below_one": ("nonneg", "(+ 1 (* -1 (step z)))"),
    "sin_below_one": ("nonneg", "(+ 1 (* -1 (sin z)))"),
    "sin_above": ("nonneg", "(+ 1 (sin z))"),
    "cos_below_one": ("nonneg", "(+ 1 (* -1 (cos z)))"),
    "cos_above": ("nonneg", "(+ 1 (cos z))"),
}


def range_fact(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """What a function's range says, at any defined term."""
    expect(0, uses)
    term = subject(gives, *SIGNS)
    name = word(args, "fact")
    if name not in RANGES:
        raise Malformed(f"no range fact is called {name[:60]!r}")
    kind, text = RANGES[name]
    if kind == "nonneg" and gives.kind == "positive":
        raise Refused(f"{name} gives only >= 0")
    place = context.text(args, "at")
    context.same(context.substitute(t.parse(text), {"z": ((), place)}), term, name)


def power(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A > 0 gives A^r > 0; A >= 0 gives A^r >= 0 for r > 0."""
    expect(1, uses)
    base = subject(uses[0], *SIGNS)
    match gives:
        case Judgment(kind, _, Pow(found, e)) if kind in SIGNS and found == base:
            if uses[0].kind == "positive" or (kind == "nonneg" and e > 0):
                return
    raise Refused(f"{gives} is not a power of the line used"[:300])


def product(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A product of nonnegative terms; positive when all are. One factor restates a line."""
    term = subject(gives, *SIGNS)
    if not uses:
        raise Refused("a product needs factors")
    context.same(t.mul(*(subject(use, *SIGNS) for use in uses)), term, "product")
    if gives.kind == "positive" and any(use.kind != "positive" for use in uses):
        raise Refused("a positive product needs positive factors")


def total(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A sum of nonnegative terms; positive (definite) when one of them is."""
    term = subject(gives, *SIGNS, "definite")
    if not uses:
        raise Refused("a sum needs summands")
    context.same(t.add(*(subject(use, *SIGNS, "definite") for use in uses)), term, "total")
    if gives.kind != "nonneg" and not any(use.kind == gives.kind for use in uses):
        raise Refused(f"no summand is {gives.kind}")


def finite_sum(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A sign for every index gives it for the sum; sizes are at least 1."""
    expect(1, uses)
    match gives:
        case Judgment(kind, _, Sum(index, _, body)) if kind in SIGNS and index not in context.witnesses():
            context.same(subject(uses[0], kind), body, "summand")
        case _:
            raise Refused(f"{gives} is not the sign of a sum"[:300])


def sum_at(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Summands >= 0, one of them > 0: the sum is > 0."""
    expect(2, uses)
    match gives:
        case Judgment("positive", _, Sum(index, size, body)) if index not in context.witnesses():
            place = t.read_size(word(args, "index"))
            context.scope.fits(place, size)
            context.same(subject(uses[0], *SIGNS), body, "summand")
            context.same(subject(uses[1], "positive"), t.reindex(body, {index: place}), "summand at the place")
        case _:
            raise Refused(f"{gives} is not (positive (sum ...))"[:300])


def at(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """A line for every z, read at one term; or for every index, read at one index."""
    expect(1, uses)
    source, term = subject(uses[0], *SIGNS), subject(gives, uses[0].kind)
    name = word(args, "of")
    if name in context.variables:
        found = context.substitute(source, {name: ((), context.text(args, "is"))})
    elif name in context.statement.indices and name not in context.witnesses():
        place = t.read_size(word(args, "is"))
        context.scope.fits(place, context.statement.indices[name])
        found = t.reindex(source, {name: place})
    else:
        raise Refused(f"{name} is neither a variable nor an index that stands for every place")
    context.same(found, term, "instance")


def smooth_function(context: Context, args: Args) -> tuple[Term, Term, Term]:
    """A function of one variable, defined and without kinks on the whole line, with phi' and phi''."""
    name, phi = word(args, "of"), context.text(args, "function")
    if name not in context.variables:
        raise Refused(f"{name} is not a variable of this part")
    if any(isinstance(part, Fn) and part.name in KINKED for part in t.subterms(phi)):
        raise Refused(f"the function has a kink: {t.render(phi)[:300]}")
    once = context.derivative(phi, {name: FREE})
    twice = context.derivative(once, {name: FREE})
    first, second = (context.substitute(part, {FREE: ((), t.ONE)}) for part in (once, twice))
    return phi, first, second


def tangent(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """phi'' >= 0 on the line: phi(b) - phi(a) - phi'(a) (b - a) >= 0, and > 0 if phi'' > 0 and (b - a)^2 > 0."""
    strict = gives.kind == "positive"
    expect(2 if strict else 1, uses)
    term = subject(gives, *SIGNS)
    name = word(args, "of")
    phi, slope, bend = smooth_function(context, args)
    context.same(bend, subject(uses[0], "positive" if strict else "nonneg", "positive"), "second derivative")
    a, b = context.text(args, "from"), context.text(args, "to")
    if strict:
        context.same(t.power(t.sub(b, a), 2), subject(uses[1], "positive"), "the two points")
    values = [context.substitute(part, {name: ((), place)}) for part, place in ((phi, b), (phi, a), (slope, a))]
    gap = t.sub(t.sub(values[0], values[1]), t.mul(values[2], t.sub(b, a)))
    context.same(gap, term, "tangent")


def exclusive(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """a + b < 0: the steps at a and at b are never both 1."""
    expect(1, uses)
    a, b = context.text(args, "left"), context.text(args, "right")
    context.same(t.neg(t.add(a, b)), subject(uses[0], "positive"), "the arguments")
    bound = t.sub(t.ONE, t.add(Fn("step", (a,)), Fn("step", (b,))))
    context.same(bound, subject(gives, "nonneg"), "exclusive steps")


def definite_sum(context: Context, uses: list[Judgment], args: Args, gives: Judgment) -> None:
    """Weights > 0 and a linear map that kills no direction: sum_i W_i (X v)_i^2, or sum_j W_j v_j^2."""
    expect(1, uses)
    weight, term = subject(uses[0], "positive"), subject(gives, "definite")
    if len(context.statement.parameters) != 1:
        raise Refused("a definite sum is for one parameter")
    ((name, shape),) = context.statement.parameters.items()
    context.free_of(weight, context.direction_names, "the weight")
    matrix = word(args, "matrix")
    indices = tuple(filter(None, word(args, "indices").split(",")))
    sizes = shape if matrix == "" else context.statement.data.get(matrix, ((), ""))[0]
    if len(indices) != len(sizes) or len(set(indices)) != len(indices) or context.witnesses() & set(indices):
        raise Refused(f"{indices} are not the indices of the squares")
    for index, size in zip(indices, sizes, strict=True):
        context.scope.fits(index, size)
    square: Term
    if matrix == "":
        square, over = Sym(f"{name}'", indices), indices
    elif any(g.kind == "injective" and g.name == matrix for g in context.given) and sizes[1:] == shape:
        inner = t.mul(Sym(matrix, indices), Sym(f"{name}'", indices[1:]))
        square, over = Sum(indices[1], sizes[1], inner), indices[:1]
        if indices[1] in t.free_indices(weight):
            raise Refused("the weight depends on the inner index")
    else:
        raise Refused(f"nothing says that {matrix} is injective on directions of {name}")
    body = t.mul(weight, Pow(square, Fraction(2)))
    for index, size in reversed(list(zip(over, sizes, strict=False))):
        body = Sum(index, size, body)
    context.same(body, term, "definite sum")


SIGN_STEPS: Mapping[str, Rule] = {
    "constant": rule(constant),
    "given": rule(given, "[entry]"),
    "square": rule(square),
    "range": rule(range_fact, "fact", "at"),
    "power": rule(power),
    "product": rule(product),
    "total": rule(total),
    "sum": rule(finite_sum),
    "sum_at": rule(sum_at, "index"),
    "at": rule(at, "of", "is"),
    "tangent": rule(tangent, "of", "function", "from", "to"),
    "exclusive": rule(exclusive, "left", "right"),
    "definite_sum": rule(definite_sum, "matrix", "indices"),
}
