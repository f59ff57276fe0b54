"""The kernel's own differentiation, and what must hold for a term to be defined.

The directional derivative is linear in the direction v: the direction of a parameter `w` is the
symbol `w'` of the same shape. At kinks the derivative of relu is a step, which is right almost
everywhere along every line; `second_order` in SPEC.md says why that is enough.
"""

from collections.abc import Iterator
from fractions import Fraction

from symconvex.kernel import term as t
from symconvex.kernel.term import Add, Fn, Mul, Num, Pow, Sum, Sym, Term

Z = Sym("z")
HALF = Fraction(1, 2)

# f'(z) for the functions of one argument. abs and max are written with relu before differentiating.
DERIVATIVES: dict[str, Term] = {
    "exp": t.fn("exp", Z),
    "log": t.power(Z, -1),
    "sigmoid": t.mul(t.fn("sigmoid", Z), t.sub(t.ONE, t.fn("sigmoid", Z))),
    "softplus": t.fn("sigmoid", Z),
    "tanh": t.sub(t.ONE, t.power(t.fn("tanh", Z), 2)),
    "sin": t.fn("cos", Z),
    "cos": t.neg(t.fn("sin", Z)),
    "normcdf": t.fn("normpdf", Z),
    "normpdf": t.neg(t.mul(Z, t.fn("normpdf", Z))),
    "relu": t.fn("step", Z),
    "step": t.ZERO,
}
KINKED = frozenset({"relu", "step", "abs", "max"})
FUNCTIONS = frozenset(DERIVATIVES) | KINKED


def without_kinks(term: Term) -> Term:
    """The same term with abs and max written through relu."""
    parts = tuple(without_kinks(part) for part in t.children(term))
    match term:
        case Fn("abs", _):
            return t.sub(t.mul(t.number(2), t.fn("relu", parts[0])), parts[0])
        case Fn("max", _):
            best = parts[0]
            for other in parts[1:]:
                best = t.add(other, t.fn("relu", t.sub(best, other)))
            return best
        case _:
            return t.rebuild(term, parts)


def derivative(term: Term, directions: dict[str, str]) -> Term:
    """d/ds of the term at parameters + s * directions, s = 0."""
    match term:
        case Sym(name, indices):
            return Sym(directions[name], indices) if name in directions else t.ZERO
        case Sum(index, size, body):
            return t.rebuild(Sum(index, size, body), (derivative(body, directions),))
        case Add(args):
            return t.add(*(derivative(arg, directions) for arg in args))
        case Mul(args):
            turns = []
            for k, arg in enumerate(args):
                inner = derivative(arg, directions)
                if inner != t.ZERO:
                    turns.append(t.mul(*args[:k], inner, *args[k + 1 :]))
            return t.add(*turns)
        case Pow(base, e):
            inner = derivative(base, directions)
            return t.ZERO if inner == t.ZERO else t.mul(Num(e), t.power(base, e - 1), inner)
        case Fn(name, args):
            inner = derivative(args[0], directions)
            return t.ZERO if inner == t.ZERO else t.mul(outer_derivative(name, args[0]), inner)
        case _:
            return t.ZERO


def outer_derivative(name: str, at: Term) -> Term:
    return t.substitute(DERIVATIVES[name], {"z": ((), at)})


def partial_bases(term: Term) -> Iterator[Term]:
    """Every subterm that must be nonzero or positive: bases of inverses and roots, arguments of logs."""
    for part in t.subterms(term):
        match part:
            case Pow(base, e) if (e < 0 or e.denominator > 1) and not isinstance(base, Num):
                yield base
            case Pow(Num(value), e) if (e < 0 and value == 0) or (e.denominator > 1 and value < 0):
                yield t.ZERO
            case Fn("log", (Num(value),)) if value > 0:
                continue
            case Fn("log", (arg,)):
                yield arg


def undefined_base(term: Term, established: frozenset[str] | set[str]) -> Term | None:
    """The first base that no earlier line shows to be positive, or negative under an integer power."""
    for base in partial_bases(term):
        if t.render(base) in established:
            continue
        if t.render(t.neg(base)) in established and _only_inverted(term, base):
            continue
        return base
    return None


def _only_inverted(term: Term, base: Term) -> bool:
    """Does the base occur under integer powers only, never under a root or a log?"""
    return not any(
        (isinstance(p, Pow) and p.base == base and p.exponent.denominator > 1)
        or (isinstance(p, Fn) and p.name == "log" and p.args[0] == base)
        for p in t.subterms(term)
    )
